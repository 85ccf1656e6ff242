"""Sounds into a project: fetched anywhere, put as values."""

from __future__ import annotations

from dataclasses import replace

from studio.domain.edits import tracks
from studio.domain.project import RATE, Media, Project
from studio.services import bringing
from tests.services.sounds import write_wav


def _media(name: str, frames: int = 2 * RATE) -> Media:
    digest = name.encode().hex().ljust(64, "0")
    return Media("m1", name, f"media/{digest}.wav", digest, RATE, 2, frames)


def test_a_clip_goes_behind_the_last_one_of_its_kind_of_track():
    project = bringing.on_track(Project("p"), _media("a"), kind="music", name="Music")
    project = bringing.on_track(project, _media("b"), kind="music", name="Music")
    project = bringing.on_track(project, _media("a"), kind="music", name="Music")
    (track,) = project.tracks
    assert (track.kind, track.name) == ("music", "Music")
    assert [clip.start for clip in track.clips] == [0, 2 * RATE, 4 * RATE]
    assert [media.name for media in project.media] == ["a", "b"], "the same sound is one media"


def test_a_locked_track_is_left_alone():
    project = bringing.on_track(Project("p"), _media("a"), kind="music", name="Music")
    project = tracks.set_track(project, project.tracks[0].id, locked=True)
    project = bringing.on_track(project, _media("b"), kind="music", name="Music")
    assert [len(track.clips) for track in project.tracks] == [1, 1]


def test_sounds_that_belong_together_begin_together():
    sounds = {"Bass": _media("bass"), "Drums": _media("drums"), "Silence": replace(_media("bass"), name="again")}
    project = bringing.together(Project("p"), sounds, frozenset({"Drums"}))
    assert [(track.name, track.mute, track.clips[0].start) for track in project.tracks] == [
        ("Bass", False, 0), ("Drums", True, 0), ("Silence", False, 0),
    ]  # fmt: skip


def test_a_sound_is_copied_into_the_folder_and_the_project_stays(studio, tmp_path):
    file = write_wav(tmp_path / "tone.wav")
    folder = tmp_path / "p.angen"
    (folder / "media").mkdir(parents=True)
    project = Project("p")
    media = bringing.fetched(folder, project, studio.sound, file, name="A tone", recipe={"task": "music"})
    assert (folder / media.file).is_file()
    assert media.name == "A tone"
    assert media.recipe == {"task": "music"}
    assert project == Project("p")
