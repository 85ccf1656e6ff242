"""What is measured for the timeline, with real sound: levelled clips are equally loud, silences gone, words kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.app import Studio
from studio.audio import loudness
from studio.audio.tasks import spectrogram as task
from studio.domain.edits import levelling, lines, tightening, tracks
from studio.domain.export.options import Options
from studio.domain.project import Clip, Project, Take, Track
from studio.errors import Cancelled, StudioError
from studio.services import spectrograms
from studio.services.arranging import Arranging
from studio.services.export import Wish
from tests.services import project_maker
from tests.services.project_maker import RATE, tone


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """One studio whose sound process is warm: it starts before the first test and ends after the last."""
    root = tmp_path_factory.mktemp("arranging")
    opened = Studio(root / "data")
    assert opened.ownership.try_take()
    project_maker.show(opened.projects, root / "Warm.angen")
    job = opened.exports.ask(Wish(root / "Warm.angen", root / "warm.wav"))
    opened.dispatcher.run(until=lambda: opened.jobs.get(job).settled)
    yield opened
    opened.close()


def speech_like(seed: int, level: float, *, channels: int = 1, seconds: float = 4.0) -> np.ndarray:
    """Syllables of noise with pauses of half a second between phrases, in a quiet room."""
    random = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    at = np.arange(frames) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 4 * at), 0.1, 1) * (at % 2.0 < 1.3)
    sound = level * random.normal(0, 0.3, frames) * syllables + random.normal(0, 1e-4, frames)
    return sound.astype(np.float32) if channels == 1 else np.stack([sound, sound], axis=1).astype(np.float32)


@pytest.fixture
def talk(studio, tmp_path):
    """Three takes, two of one channel and one of two, of very different loudness."""
    folder = tmp_path / "Talk.angen"
    folder.mkdir()
    sounds = [speech_like(1, 0.5), speech_like(2, 0.05, channels=2), speech_like(3, 0.01)]
    media = tuple(project_maker.put(folder, n + 1, sound) for n, sound in enumerate(sounds))
    project = Project(
        "Talk",
        next_id=100,
        media=media,
        takes=tuple(Take(f"k{n + 10}", m.id, "Ann", f"Words {n}.", f"l{n}") for n, m in enumerate(media)),
        tracks=(
            Track(
                "t5",
                "Dialogue",
                "speech",
                tuple(Clip(f"c{n + 20}", n * 5 * RATE, 4 * RATE, take=f"k{n + 10}") for n in range(3)),
            ),
        ),
    )
    return project_maker.into(studio.projects, folder, project)


def heard(studio: Studio, project: Project, folder: Path, out: Path) -> np.ndarray:
    """Export a project as it would sound; return the sound."""
    with studio.projects.open(folder) as opened:
        opened.do("Change", replace(project, name=opened.project.name))
        opened.save()
    job = studio.exports.ask(Wish(folder, out, Options(bits=32)))
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    assert studio.jobs.get(job).state == "succeeded", studio.jobs.get(job).error
    return soundfile.read(out, dtype="float32", always_2d=True)[0]


def test_levelled_clips_are_heard_equally_loud(studio, talk, tmp_path):
    with studio.projects.open(talk) as opened:
        project = opened.project
    names = levelling.spoken_clips(project)
    measured = studio.arranging.loudness_of(project, talk, names)
    assert max(measured.values()) - min(measured.values()) > 20
    levelled = levelling.level(project, measured, target=-28.0)
    sound = heard(studio, levelled, talk, tmp_path / "out.wav")
    for clip in levelled.tracks[0].clips:
        assert sound.shape[1] == 2
        energies = loudness.segment_energies(sound[clip.start : clip.end], RATE)
        assert loudness.integrated(energies) == pytest.approx(-28.0, abs=0.5)


def test_silences_go_and_every_syllable_stays(studio, talk, tmp_path):
    with studio.projects.open(talk) as opened:
        project = opened.project
    before = heard(studio, project, talk, tmp_path / "before.wav")
    names = levelling.spoken_clips(project)
    found = studio.arranging.silences_of(project, talk, names, shortest=0.3)
    assert all(len(spans) == 2 for spans in found.values())
    cut = tightening.remove_silences(project, names, found, keep=RATE // 10)
    after = heard(studio, cut, talk, tmp_path / "after.wav")
    loud = [np.abs(sound[:, 0]) > 0.002 for sound in (before, after)]
    assert loud[1].sum() == pytest.approx(loud[0].sum(), rel=0.001), "a word was cut"
    gone = (project.length - cut.length) / RATE
    assert 1.5 < gone < 3.5
    pieces = [clip for clip in cut.tracks[0].clips if clip.take == "k10"]
    assert len(pieces) == 2
    again = studio.arranging.silences_of(cut, talk, names, shortest=0.3)
    assert tightening.remove_silences(cut, names, again, keep=RATE // 10) == cut


def test_a_measurement_is_made_once_for_a_sound_and_a_place(studio, talk, monkeypatch):
    with studio.projects.open(talk) as opened:
        project = opened.project
    arranging = Arranging(studio.sound)  # which knows nothing of what other tests have measured
    first = arranging.loudness_of(project, talk, ["c20", "c21"])
    monkeypatch.setattr(arranging, "_sound", None)
    assert arranging.loudness_of(project, talk, ["c21", "c20"]) == first
    with pytest.raises(AttributeError):
        arranging.loudness_of(project, talk, ["c22"])


def test_a_part_of_a_sound_of_another_rate_is_that_part(studio, tmp_path):
    folder = tmp_path / "Rates.angen"
    folder.mkdir()
    sound = np.concatenate([tone(1.0, 997, 0.5), tone(1.0, 997, 0.05)])
    media = project_maker.put(folder, 1, sound)
    media = replace(media, rate=24_000)  # the same samples, said to last twice as long
    soundfile.write(folder / media.file, sound, 24_000, subtype="FLOAT")
    clips = (Clip("c2", 0, 2 * RATE, media="m1"), Clip("c3", 9 * RATE, 2 * RATE, 2 * RATE, media="m1"))
    stretched = Clip("c4", 20 * RATE, RATE, RATE, media="m1", stretch=0.5)
    project = Project("x", next_id=9, media=(media,), tracks=(Track("t8", "S", clips=(*clips, stretched)),))
    found = studio.arranging.loudness_of(project, folder, ["c2", "c3", "c4"])
    assert found["c2"] - found["c3"] == pytest.approx(20.0, abs=0.2)
    assert found["c2"] > found["c4"] > found["c3"] - 0.1


def test_a_stop_and_a_file_that_is_gone_are_said(studio, talk):
    with studio.projects.open(talk) as opened:
        project = opened.project
    with pytest.raises(Cancelled):
        studio.arranging.silences_of(project, talk, ["c20"], shortest=0.31, cancelled=lambda: True)
    (talk / project.media[0].file).unlink()
    with pytest.raises(StudioError):
        studio.arranging.silences_of(project, talk, ["c20"], shortest=0.31)


def test_a_spectrogram_is_made_once_and_what_is_damaged_anew(studio, tmp_path):
    project_maker.put(tmp_path, 1, tone(1.0, 1000))
    file = tmp_path / project_maker.sound_file(1)
    made = spectrograms.spectrogram(studio.paths, studio.sound, file, "cd" * 32)
    assert (made.width, made.height, len(made.levels)) == (100, 128, 12_800)
    kept = studio.paths.peaks / f"{'cd' * 32}.spectrum"
    kept.write_bytes(kept.read_bytes()[:-1])
    assert spectrograms.spectrogram(studio.paths, studio.sound, file, "cd" * 32) == made
    file.unlink()
    assert spectrograms.spectrogram(studio.paths, studio.sound, file, "cd" * 32) == made
    assert task.HEAD.size + 12_800 == kept.stat().st_size


def test_colours_are_four_bytes_a_point():
    found = spectrograms.Spectrogram(2, 1, 1.0, bytes([0, 255]))
    points = spectrograms.argb(found, [0x00000000, *[0] * 254, 0xFF102030])
    assert points == bytes([0, 0, 0, 0, 0x30, 0x20, 0x10, 0xFF])


def test_lines_keep_their_takes_when_silences_are_gone(studio, talk):
    with studio.projects.open(talk) as opened:
        project = opened.project
    found = studio.arranging.silences_of(project, talk, ["c20"])
    cut = tightening.remove_silences(project, ["c20"], found, keep=0)
    assert lines.chosen(cut) == lines.chosen(project)
    assert {clip.take for clip in cut.tracks[0].clips} == {"k10", "k11", "k12"}
    assert tracks.set_track(cut, "t5", name="x")
