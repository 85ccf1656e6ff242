"""Songs on the timeline that go on, are partly made anew, and come in a style: in place, one step each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.app import Studio
from studio.domain.edits import clips, fades, find, live, place, styles, takes
from studio.domain.edits.live import Follow
from studio.domain.project import Fade, Media, Project, Style, media_of
from studio.errors import StudioError
from studio.services import bringing, live_clips
from studio.services.generation import Wish
from studio.services.projects import OpenProject
from tests import band
from tests.band import run
from tests.domain.projects import media, small

RATE = band.RATE


def plain() -> Project:
    """Return the small project: c3 plays all of m3, which is a song, and something comes after it on its track."""
    project = small()
    project = replace(project, media=(*project.media, replace(media("m4", seconds=70), source="3" * 64)))
    song = replace(find.media(project, "m3"), sha256="3" * 64)
    project = replace(project, media=tuple(song if m.id == "m3" else m for m in project.media))
    clip = find.clip(project, "c3")
    return clips.trim(project, "c3", end=clip.start + 60 * RATE) if clip.length < 60 * RATE else project


def test_a_clip_that_played_to_the_end_plays_to_the_new_one_as_it_was_cut():
    project = plain()
    project = clips.trim(project, "c3", start=find.clip(project, "c3").start + 5 * RATE)
    project = fades.set_fades(project, "c3", fade_out=Fade(RATE))
    project, later = place.media(project, "m1", track=find.track_of(project, "c3").id)
    old = find.clip(project, "c3")
    after = live.worked_on(project, "c3", "m4")
    new = find.clip(after, "c3")
    assert (new.media, new.start, new.offset) == ("m4", old.start, old.offset)
    assert (new.length, new.fade_out) == (65 * RATE, old.fade_out)
    assert find.clip(after, later).start == find.clip(project, later).start, "nothing moves unasked"
    rippled = live.worked_on(project, "c3", "m4", follow=Follow.TRACK)
    assert find.clip(rippled, later).start == find.clip(project, later).start + 10 * RATE


def test_a_clip_that_ended_before_stays_as_long_and_its_neighbours_too():
    project = plain()
    start = find.clip(project, "c3").start
    project, _ = clips.split(project, "c3", start + 20 * RATE)
    before = find.track_of(project, "c3").clips
    after = live.worked_on(project, "c3", "m4", follow=Follow.ALL)
    now = find.track_of(after, "c3").clips
    assert [(c.start, c.length, c.offset) for c in now] == [(c.start, c.length, c.offset) for c in before]
    assert [c.media for c in now] == ["m4", "m3"], "what was cut apart stays apart"


def test_the_song_before_is_among_the_versions_and_so_is_the_one_after():
    project = plain()
    recipe = {"engine": "acestep", "params": {}}
    project = replace(project, media=tuple(replace(m, recipe=recipe | {"n": n}) for n, m in enumerate(project.media)))
    assert [m.id for m in live.alternatives(project, "c3")] == ["m4"]
    assert [m.id for m in live.alternatives(live.worked_on(project, "c3", "m4"), "c3")] == ["m3"]


@pytest.fixture
def studio(tmp_path: Path):
    band.join(tmp_path / "data")
    found = Studio(tmp_path / "data")
    yield found
    found.close()


def sing(studio: Studio, opened: OpenProject, seed: int = 5) -> str:
    """Let the band play four seconds, on a track for music; return the clip."""
    (file,) = run(studio, None, Wish(task="music", engine="band", params={"style": "pop"}, seed=seed))
    recipe = studio.library.recipe_of(file)
    found: Media = bringing.fetched(opened.folder, opened.project, studio.sound, file, name="Song", recipe=recipe or {})
    opened.do("Bring", bringing.on_track(opened.project, found, kind="music", name="Songs"))
    return opened.project.tracks[0].clips[-1].id


def sound_of(opened: OpenProject, clip: str) -> np.ndarray:
    return soundfile.read(opened.file_of(find.played_by(opened.project, find.clip(opened.project, clip))))[0]


@pytest.mark.slow
def test_a_song_is_partly_made_anew_and_goes_on_in_its_clip(studio: Studio, tmp_path: Path) -> None:
    manifest = studio.registry.manifest("band")
    with studio.projects.create(tmp_path / "A.angen") as opened:
        clip, other = sing(studio, opened), sing(studio, opened, 9)
        opened.do("Later", clips.move(opened.project, [clip, other], by=3 * RATE))
        first, next_one = find.clip(opened.project, clip), find.clip(opened.project, other)
        old = sound_of(opened, clip)

        span = (first.start + RATE, first.start + 2 * RATE)
        run(studio, opened, live_clips.repaint(opened.project, opened.folder, clip, span))
        anew, now = sound_of(opened, clip), find.clip(opened.project, clip)
        assert (now.start, now.length) == (first.start, first.length)
        moved = np.flatnonzero((anew != old).any(axis=1)) / RATE
        assert 1.0 <= moved.min() < 1.1, "outside the range it is equal to the bit"
        assert 1.9 < moved.max() < 2.0
        assert [m.id for m in live.alternatives(opened.project, clip)] == [first.media], "the old take is kept"

        longer = live_clips.extend(opened.project, opened.folder, clip, 3.0, manifest, follow=Follow.TRACK)
        run(studio, opened, longer)
        whole, grown = sound_of(opened, clip), find.clip(opened.project, clip)
        assert grown.length == first.length + 3 * RATE
        kept = len(old) - round(band.FADE * RATE)
        assert np.array_equal(whole[:kept], anew[:kept])
        assert np.abs(whole[len(old) :]).max() > 0.2
        assert find.clip(opened.project, other).start == next_one.start + 3 * RATE
        assert opened.undo() == "Land"
        assert (find.clip(opened.project, clip), find.clip(opened.project, other)) == (now, next_one)
        assert opened.undo() == "Land"
        assert find.clip(opened.project, clip) == first


@pytest.mark.slow
def test_a_style_is_applied_over_clips_of_several_engines(studio: Studio, tmp_path: Path) -> None:
    engines = {engine.id: engine for engine in studio.registry.manifests()}
    with studio.projects.create(tmp_path / "A.angen") as opened:
        mine = sing(studio, opened)
        (file,) = run(studio, None, Wish(task="music", engine="composer", params={"style": "jazz", "duration": 2.5}))
        recipe = studio.library.recipe_of(file)
        other = bringing.fetched(opened.folder, opened.project, studio.sound, file, name="B", recipe=recipe or {})
        opened.do("Bring", bringing.on_track(opened.project, other, kind="music", name="Songs"))
        theirs = opened.project.tracks[0].clips[-1].id
        reference = media_of(opened.project, find.clip(opened.project, mine))
        assert reference
        opened.do("Name", takes.set_media_notes(opened.project, reference.id, licence="MIT"))
        style = Style("lofi, calm", 77, 76.0, "A minor", reference.id, "Night drive")
        opened.do("Keep", styles.keep(opened.project, style))
        both = [find.clip(opened.project, theirs), find.clip(opened.project, mine)]
        wishes, fits = live_clips.in_style(opened.project, opened.folder, both, style, engines)
        assert len({wish.act for wish in wishes}) == 1
        assert wishes[0].act
        assert (fits["Band"].left_out, fits["Sketch composer"].left_out) == ((), ("reference",))
        run(studio, opened, *wishes)
        made = [find.played_by(opened.project, find.clip(opened.project, one)) for one in (mine, theirs)]
        recipes = [one.recipe or {} for one in made]
        assert [one["engine"] for one in recipes] == ["band", "composer"]
        for one in recipes:
            assert (one["params"]["style"], one["params"]["bpm"], one["params"]["key"]) == (style.text, 76.0, "A minor")
        assert recipes[0]["seed"] == 77, "the first has the style's own seed"
        assert recipes[1]["seed"] != 77
        assert [*recipes[0]["files"]] == ["reference"]
        assert recipes[0]["rights"] == {"reference": "MIT"}, "what somebody says, not what the recipe does"
        assert "files" not in recipes[1]
        assert [one.frames / one.rate for one in made] == [4.0, 2.5], "as long as before"
        again, _ = live_clips.in_style(opened.project, opened.folder, both, style, engines)
        assert [wish.seed for wish in again] == [wish.seed for wish in wishes]
        both = [find.clip(opened.project, one.id) for one in both]
        plain, _ = live_clips.in_style(opened.project, opened.folder, both, replace(style, reference=""), engines)
        assert all("reference" not in {**wish.files, **wish.kept, **wish.rights} for wish in plain)


@pytest.mark.slow
def test_what_cannot_be_done_with_a_song_is_said(studio: Studio, tmp_path: Path) -> None:
    manifest = studio.registry.manifest("band")
    with studio.projects.create(tmp_path / "A.angen") as opened:
        clip = sing(studio, opened)
        whole = opened.project
        with pytest.raises(StudioError, match="not in the range"):
            live_clips.repaint(whole, opened.folder, clip, (5 * RATE, 6 * RATE))
        with pytest.raises(StudioError, match="cannot let"):
            live_clips.extend(whole, opened.folder, clip, 100.0, manifest)
        short = clips.trim(whole, clip, end=2 * RATE)
        with pytest.raises(StudioError, match="ends before its sound"):
            live_clips.extend(short, opened.folder, clip, 2.0, manifest)
        for name in ("c1", "c2"):
            with pytest.raises(StudioError, match="no music"):
                live_clips.repaint(small(), opened.folder, name, (0, RATE))
