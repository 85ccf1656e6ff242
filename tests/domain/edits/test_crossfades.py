"""Tests of fades, and of crossfades that make themselves."""

from __future__ import annotations

import pytest
from hypothesis import given

from studio.domain.edits import clips, crossfades, fades, find, pace
from studio.domain.project import Clip, Fade, Project
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000
CROSS = Fade(SECOND, "equal_power")


def overlapping() -> Project:
    """c1 ends a second after c2 begins."""
    return clips.move(small(), ["c2"], by=-3 * SECOND)


def ends(project: Project) -> tuple[Fade, Fade, Fade, Fade]:
    c1, c2 = find.clip(project, "c1"), find.clip(project, "c2")
    return c1.fade_in, c1.fade_out, c2.fade_in, c2.fade_out


def test_an_overlap_fades_by_itself() -> None:
    assert ends(overlapping()) == (Fade(), CROSS, CROSS, Fade())


def test_a_crossfade_follows_its_overlap() -> None:
    project = clips.move(overlapping(), ["c2"], by=SECOND // 2)
    assert ends(project)[1:3] == (Fade(SECOND // 2, "equal_power"), Fade(SECOND // 2, "equal_power"))
    assert ends(clips.trim(project, "c1", end=SECOND)) == (Fade(), Fade(), Fade(), Fade())
    assert ends(clips.trim(overlapping(), "c1", end=5 * SECOND))[1] == Fade(2 * SECOND, "equal_power")


def test_a_crossfade_goes_with_its_overlap() -> None:
    assert ends(clips.move(overlapping(), ["c2"], by=3 * SECOND)) == ends(small())
    assert ends(clips.move(overlapping(), ["c2"], by=0, track="t2"))[1] == Fade()
    assert find.clip(clips.remove(overlapping(), ["c2"]), "c1").fade_out == Fade()
    assert ends(pace.set_stretch(overlapping(), "c1", 0.5)) == ends(small())


def test_a_fade_that_somebody_set_stays() -> None:
    own = Fade(SECOND // 10, "smooth")
    project = fades.set_fades(small(), "c1", fade_out=own)
    project = clips.move(project, ["c2"], by=-3 * SECOND)
    assert ends(project)[1:3] == (own, CROSS)
    assert ends(clips.move(project, ["c2"], by=3 * SECOND))[1:3] == (own, Fade())
    reshaped = fades.crossfade(project, "c2", "c1", curve="linear")
    assert ends(reshaped)[1:3] == (Fade(SECOND), Fade(SECOND))
    assert ends(clips.move(reshaped, ["c2"], by=SECOND // 2))[1:3] == (Fade(SECOND), Fade(SECOND))


@pytest.mark.parametrize("length", [1, SECOND // 200, SECOND // 20])
def test_a_short_fade_gives_way_to_a_crossfade(length: int) -> None:
    short = Fade(length, "smooth")
    project = fades.set_fades(fades.set_fades(small(), "c1", fade_out=short), "c2", fade_in=short, fade_out=short)
    project = clips.move(project, ["c2"], by=-3 * SECOND)
    assert ends(project) == (Fade(), CROSS, CROSS, short)
    assert ends(clips.move(project, ["c2"], by=-SECOND))[1:3] == (Fade(2 * SECOND, "equal_power"),) * 2


def test_a_longer_fade_that_somebody_set_is_kept() -> None:
    long = Fade(SECOND // 20 + 1, "smooth")
    project = fades.set_fades(fades.set_fades(small(), "c1", fade_out=long), "c2", fade_in=long)
    assert ends(clips.move(project, ["c2"], by=-3 * SECOND))[1:3] == (long, long)


def test_what_somebody_set_within_an_overlap_stays() -> None:
    for own in (Fade(), Fade(100, "smooth")):
        project = fades.set_fades(overlapping(), "c1", fade_out=own)
        after = ends(clips.move(project, ["c2"], by=SECOND // 2))
        assert after[1:3] == (own, Fade(SECOND // 2, "equal_power"))


def test_a_copy_leaves_the_crossfade_behind() -> None:
    project, (new,) = clips.duplicate(overlapping(), ["c2"], by=30 * SECOND)
    assert find.clip(project, new).fade_in == Fade()
    assert find.clip(project, "c2").fade_in == CROSS


def test_locked_neighbours_keep_their_fades() -> None:
    project = clips.move(clips.set_locked(small(), ["c1"], on=True), ["c2"], by=-3 * SECOND)
    assert ends(project) == (Fade(), Fade(), CROSS, Fade())


def test_a_clip_within_another_is_heard_with_it() -> None:
    project, new = clips.add_clip(small(), "t1", media="m1", start=SECOND, length=SECOND)
    assert find.clip(project, new).fade_in == Fade()
    assert crossfades.overlaps(find.track(project, "t1").clips) == ({}, {})


@given(projects())
def test_overlaps_against_every_pair(project: Project) -> None:
    for track in project.tracks:
        heads, tails = crossfades.overlaps(track.clips)
        for clip in track.clips:
            assert heads.get(clip.id, 0) == _head(clip, track.clips)
        for name, length in tails.items():
            clip = find.clip(project, name)
            assert any(heads.get(c.id) == length and c.start == clip.end - length for c in track.clips)


def _head(clip: Clip, others: tuple[Clip, ...]) -> int:
    """Return how far a clip overlaps what plays longest of all that came before."""
    earlier = others[: others.index(clip)]
    if not earlier:
        return 0
    longest = max(earlier, key=lambda c: c.end)
    simple = longest.start < clip.start < longest.end < clip.end
    return longest.end - clip.start if simple else 0


def test_fades_that_fit() -> None:
    project = fades.set_fades(small(), "c1", fade_in=Fade(4 * SECOND, "smooth"))
    assert ends(project)[:2] == (Fade(4 * SECOND, "smooth"), Fade())
    assert ends(fades.set_fades(project, "c1", fade_in=Fade(0, "smooth"), fade_out=CROSS))[:2] == (Fade(), CROSS)


@pytest.mark.parametrize("fade", [Fade(4 * SECOND + 1), Fade(-1), Fade(5, "bent")])
def test_fades_that_do_not_fit(fade: Fade) -> None:
    with pytest.raises(StudioError):
        fades.set_fades(small(), "c1", fade_out=fade)


def test_nothing_to_crossfade() -> None:
    for other in ("c2", "c3", "c1"):
        with pytest.raises(StudioError, match="do not overlap"):
            fades.crossfade(small(), "c1", other)
