"""What is planned of a project."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest

from studio.audio import effects, plan
from studio.audio.plan import Plan
from studio.domain.project import Clip, Duck, Effect, Media, Project, Take, Track
from tests.audio import mixes

REVERB = Effect("e1", "reverb")


@pytest.fixture(name="folder")
def make_folder(tmp_path: Path) -> Path:
    mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=48_000))
    return tmp_path


MEDIA = Media("m1", "one", mixes.file_of("m1"), "1" * 64, mixes.RATE, 1, 48_000)


def planned(folder: Path, *tracks: Track, only: frozenset[str] | None = None, media: Media = MEDIA) -> Plan:
    return plan.make(mixes.project([media], tracks), folder, cache=folder / "cache", only=only)


def clip(number: int, start: int = 0, **more: object) -> Clip:
    return replace(Clip(f"c{number}", start, 1_000, media="m1"), **more)  # pyright: ignore[reportArgumentType]


def names(made: Plan) -> list[str]:
    return [track.id for track in made.tracks]


class TestWhoIsHeard:
    """Mute, solo and stems."""

    def test_the_muted_are_not(self, folder: Path) -> None:
        assert names(planned(folder, mixes.track("t1", [], mute=True), mixes.track("t2", []))) == ["t2"]

    def test_solo_leaves_only_those_on_solo_but_not_the_muted(self, folder: Path) -> None:
        tracks = [mixes.track("t1", []), mixes.track("t2", [], solo=True), mixes.track("t3", [], solo=True, mute=True)]
        assert names(planned(folder, *tracks)) == ["t2"]

    def test_stems_are_ducked_by_tracks_that_are_not_in_them(self, folder: Path) -> None:
        speech = mixes.track("t1", [clip(1, 5_000)], kind="speech")
        music = mixes.track("t2", [clip(2)], kind="music", duck=Duck(-12.0, 100, 100))
        stem = planned(folder, speech, music, only=frozenset({"t2"}))
        assert names(stem) == ["t2"]
        assert stem.tracks[0] == planned(folder, speech, music).tracks[1]
        assert stem.tracks[0].ducked

    def test_a_speech_track_does_not_go_down_under_itself(self, folder: Path) -> None:
        speech = mixes.track("t1", [clip(1)], kind="speech", duck=Duck())
        assert planned(folder, speech).tracks[0].ducked == ()

    def test_an_unheard_track_ducks_nothing(self, folder: Path) -> None:
        speech = mixes.track("t1", [clip(1)], kind="speech", mute=True)
        music = mixes.track("t2", [clip(2)], duck=Duck())
        assert planned(folder, speech, music).tracks[0].ducked == ()


class TestClips:
    """Whole samples and where they come from."""

    @pytest.mark.parametrize("offset", [0, 1, 79, 18_205 * 48])
    def test_the_place_in_media_of_another_rate_is_not_rounded(self, folder: Path, offset: int) -> None:
        media = replace(MEDIA, rate=44_100, frames=10_000_000)
        made = planned(folder, mixes.track("t1", [clip(1, offset=offset)]), media=media)
        assert made.tracks[0].clips[0].first == offset

    def test_a_source_says_what_its_file_should_hold(self, folder: Path) -> None:
        media = replace(MEDIA, rate=44_100, channels=2, frames=77)
        file = planned(folder, mixes.track("t1", [clip(1)]), media=media).tracks[0].clips[0].source.file
        assert (file.path, file.rate, file.channels, file.frames) == (str(folder / MEDIA.file), 44_100, 2, 77)

    def test_muted_clips_are_left_out(self, folder: Path) -> None:
        assert planned(folder, mixes.track("t1", [clip(1, mute=True)])).tracks[0].clips == ()

    def test_a_take_stands_for_its_media(self, folder: Path) -> None:
        project = mixes.project(
            [MEDIA], [mixes.track("t1", [clip(1, media="", take="k1"), clip(2, media="", take="k9")])]
        )
        made = plan.make(replace(project, takes=(Take("k1", "m1"),)), folder, cache=folder)
        assert [c.id for c in made.tracks[0].clips] == ["c1"]

    def test_missing_media_are_named(self, folder: Path) -> None:
        (folder / MEDIA.file).unlink()
        made = planned(folder, mixes.track("t1", [clip(1)]))
        assert made.missing == ("m1",)
        assert made.tracks[0].clips == ()

    def test_media_that_no_heard_clip_plays_are_not_missed(self, folder: Path) -> None:
        (folder / MEDIA.file).unlink()
        assert planned(folder, mixes.track("t1", [clip(1)], mute=True)).missing == ()

    def test_stretched_media_are_named_by_what_they_hold(self, folder: Path) -> None:
        same, other, pitched = clip(1, stretch=1.25), clip(2, stretch=1.25, offset=77), clip(3, pitch=2.0)
        made = planned(folder, mixes.track("t1", [same, other, pitched]))
        sources = [c.source.stretched for c in made.tracks[0].clips]
        assert all(sources)
        assert sources[0] == sources[1] != sources[2]
        assert made.tracks[0].clips[1].first == 96
        elsewhere = replace(MEDIA, sha256="2" * 64)
        moved = planned(folder, mixes.track("t1", [same]), media=elsewhere).tracks[0].clips[0].source.stretched
        assert len({s.file(0) for s in (*sources, moved) if s}) == 3


class TestLength:
    """The project's, and what rings on."""

    def test_is_the_projects(self, folder: Path) -> None:
        made = planned(folder, mixes.track("t1", [clip(1, 500)]), mixes.track("t2", [], effects=(REVERB,)))
        assert made.length == 1_500

    def test_holds_the_tail_of_effects(self, folder: Path) -> None:
        made = planned(folder, mixes.track("t1", [clip(1, 500)], effects=(REVERB,)))
        assert made.length == 1_500 + effects.tail((REVERB,), mixes.RATE)

    def test_a_tail_ends_after_ten_seconds(self, folder: Path) -> None:
        endless = replace(REVERB, settings={"room": 1.0})
        assert planned(folder, mixes.track("t1", [clip(1)], effects=(endless,))).length == 1_000 + 480_000

    def test_effects_that_are_off_have_none(self, folder: Path) -> None:
        made = planned(folder, mixes.track("t1", [clip(1)], effects=(replace(REVERB, on=False),)))
        assert made.length == 1_000
        assert made.tracks[0].effects == ()

    def test_an_empty_project_has_none(self, folder: Path) -> None:
        assert plan.make(Project("Empty"), folder, cache=folder).length == 0


def test_a_plan_is_a_plain_value(folder: Path) -> None:
    made = planned(folder, mixes.track("t1", [clip(1, effects=(REVERB,), stretch=2.0)], duck=Duck()))
    assert copy.deepcopy(made) == made
