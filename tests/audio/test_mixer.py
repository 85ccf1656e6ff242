"""The renderer against its oracle, and against itself: what lies where does not depend on who asks how."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio import mixer, plan
from studio.audio.mixer import Mixer
from studio.audio.plan import Plan
from studio.audio.reading import open_sound
from studio.domain.project import CURVES, Clip, Duck, Fade, Media, Point, Project, Track, playable
from tests.audio import mixes, oracle

pytestmark = pytest.mark.slow

CLOSE = 1e-6
RESAMPLED = 10 ** (-110 / 20)  # soxr's HQ promises 20 bits; float32 and float64 differ by about -125 dB
SMALL = 1 << 10
FRAMES = 6_000


@pytest.fixture(scope="module", name="folder")
def make_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project's folder with media in every form that the oracle knows."""
    folder = tmp_path_factory.mktemp("mixes")
    mixes.add_media(folder, "m1", mixes.noise(1, frames=FRAMES))
    mixes.add_media(folder, "m2", mixes.noise(2, frames=FRAMES, channels=2))
    return folder


MEDIA = (
    Media("m1", "one", mixes.file_of("m1"), "1" * 64, mixes.RATE, 1, FRAMES),
    Media("m2", "two", mixes.file_of("m2"), "2" * 64, mixes.RATE, 2, FRAMES),
)


@pytest.fixture(name="small_windows")
def shrink_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make windows so short that a small mix has many."""
    monkeypatch.setattr(mixer, "WINDOW", SMALL)


def rendered(project: Project, folder: Path, *, only: frozenset[str] | None = None) -> np.ndarray:
    made = Mixer(plan.make(project, folder, cache=folder / "cache", only=only))
    try:
        return made.render(0, made.plan.length)
    finally:
        made.close()


def heard_and_named(project: Project, folder: Path) -> tuple[np.ndarray, tuple[frozenset[str], tuple[str, ...]]]:
    """Return the mix, and the media that are named as damaged while mixing and before."""
    made = Mixer(plan.make(project, folder, cache=folder / "cache"))
    ours = made.render(0, made.plan.length)
    made.close()
    return ours, (made.unreadable, mixer.prepare(made.plan))


def close(ours: np.ndarray, theirs: np.ndarray, *, within: float = CLOSE) -> None:
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max(initial=0.0) <= within


# ------------------------------------------------------------------------------------------------ small random projects

DB = st.one_of(st.just(-90.0), st.just(0.0), st.floats(-100.0, 6.0))
PAN = st.one_of(st.sampled_from([-1.0, 0.0, 1.0]), st.floats(-1.0, 1.0))


@st.composite
def points(draw: st.DrawFn, low: float, high: float) -> tuple[Point, ...]:
    moments = draw(st.lists(st.integers(0, 5_000), max_size=4, unique=True))
    return tuple(Point(at, draw(st.floats(low, high))) for at in sorted(moments))


@st.composite
def clips(draw: st.DrawFn, number: int) -> Clip:
    length = draw(st.integers(1, 3_000))

    def fade() -> Fade:
        return Fade(draw(st.one_of(st.just(0), st.integers(0, length))), draw(st.sampled_from(CURVES)))

    return Clip(
        id=f"c{number}",
        start=draw(st.integers(0, 4_000)),
        length=length,
        offset=draw(st.integers(0, FRAMES - length)),
        media=draw(st.sampled_from(["m1", "m2"])),
        gain_db=draw(DB),
        pan=draw(PAN),
        mute=draw(st.integers(0, 9)) == 0,
        fade_in=fade(),
        fade_out=fade(),
        volume=draw(points(-100.0, 6.0)),
    )


@st.composite
def tracks(draw: st.DrawFn, number: int) -> Track:
    found = [draw(clips(number * 100 + i)) for i in range(draw(st.integers(0, 4)))]
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more |= {"volume": draw(points(-100.0, 6.0)), "panning": draw(points(-1.0, 1.0))}
    if draw(st.booleans()):
        more["duck"] = Duck(draw(st.floats(-100.0, 0.0)), draw(st.integers(0, 900)), draw(st.integers(0, 900)))
    return mixes.track(
        f"t{number}",
        found,
        kind=draw(st.sampled_from(["speech", "music"])),
        gain_db=draw(DB),
        pan=draw(PAN),
        mute=draw(st.integers(0, 9)) == 0,
        solo=draw(st.integers(0, 9)) == 0,
        **more,
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    return mixes.project(MEDIA, [draw(tracks(number)) for number in range(draw(st.integers(1, 4)))])


@pytest.mark.usefixtures("small_windows")
class TestAgainstTheOracle:
    """Everything but effects, stretching and resampling is exact to a millionth."""

    @given(project=projects())
    def test_a_random_project_sounds_as_defined(self, folder: Path, project: Project) -> None:
        close(rendered(project, folder), oracle.render(project, folder))

    @given(project=projects(), chosen=st.frozensets(st.sampled_from(["t0", "t1", "t2", "t3"])))
    @settings(max_examples=settings().max_examples // 2)
    def test_stems_are_what_they_are_in_the_mix(self, folder: Path, project: Project, chosen: frozenset[str]) -> None:
        close(rendered(project, folder, only=chosen), oracle.render(project, folder, only=chosen))

    @given(project=projects(), data=st.data())
    def test_no_sample_depends_on_how_it_is_asked_for(
        self, folder: Path, project: Project, data: st.DataObject
    ) -> None:
        whole = rendered(project, folder)
        made = Mixer(plan.make(project, folder, cache=folder / "cache"))
        for _ in range(6):
            start = data.draw(st.integers(-500, len(whole) + 500))
            frames = data.draw(st.integers(0, 3_000))
            piece = made.render(start, frames)
            assert np.array_equal(piece, expected(whole, start, frames))
        made.close()


def expected(whole: np.ndarray, start: int, frames: int) -> np.ndarray:
    """Return a piece of a mix, with silence around it."""
    piece = np.zeros((frames, 2), np.float32)
    first, last = max(start, 0), min(start + frames, len(whole))
    if last > first:
        piece[first - start : last - start] = whole[first:last]
    return piece


# ----------------------------------------------------------------------------------------------------------- resampling


class TestOtherRates:
    """A clip of another rate is a part of the whole file resampled at once."""

    @pytest.mark.parametrize(("rate", "channels"), [(24_000, 1), (44_100, 2), (22_050, 1), (96_000, 2), (11_025, 1)])
    def test_resampled_as_the_whole_file_is(self, tmp_path: Path, rate: int, channels: int) -> None:
        sound = mixes.noise(rate, frames=rate * 6, channels=channels)
        media = mixes.add_media(tmp_path, "m1", sound, rate=rate)
        # The first begins where no frames meet and reaches over several windows, the other at the very beginning.
        found = [
            Clip("c1", start=30_011, length=200_003, offset=33_333, media="m1", fade_in=Fade(500)),
            Clip("c2", start=240_000, length=48_000, media="m1"),
        ]
        project = mixes.project([media], [mixes.track("t1", found)])
        ours, theirs = rendered(project, tmp_path), oracle.render(project, tmp_path)
        assert np.abs(ours - theirs).max() < RESAMPLED

    def test_an_odd_rate_is_nearly_as_good(self, tmp_path: Path) -> None:
        """soxr goes through such a ratio in rounded steps: over a whole file it drifts, over a window it does not."""
        media = mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=44_101 * 4), rate=44_101)
        found = [Clip("c1", start=0, length=170_000, offset=9_999, media="m1")]
        project = mixes.project([media], [mixes.track("t1", found)])
        assert np.abs(rendered(project, tmp_path) - oracle.render(project, tmp_path)).max() < 10 ** (-80 / 20)

    def test_a_project_may_have_a_lower_rate_than_its_media(self, tmp_path: Path) -> None:
        media = mixes.add_media(tmp_path, "m1", mixes.noise(5, frames=48_000 * 3))
        found = [Clip("c1", start=17, length=100_000, offset=3_001, media="m1")]
        project = mixes.project([media], [mixes.track("t1", found)], rate=44_100)
        assert np.abs(rendered(project, tmp_path) - oracle.render(project, tmp_path)).max() < RESAMPLED

    @pytest.mark.parametrize("rate", [8_000, 11_025, 24_000, 44_100, 44_101, 96_000])
    @pytest.mark.parametrize(("offset", "at"), [(0, 48_003), (161, 48_001), (160, 48_000), (77, 70_001)])
    def test_two_halves_of_a_clip_are_the_clip(self, tmp_path: Path, rate: int, offset: int, at: int) -> None:
        media = mixes.add_media(tmp_path, "m1", mixes.noise(6, frames=rate * 3), rate=rate)
        whole = Clip("c1", start=100, length=140_000, offset=offset, media="m1")
        left = replace(whole, length=at)
        right = replace(whole, id="c2", start=100 + at, length=140_000 - at, offset=offset + at)
        parts = [rendered(mixes.project([media], [mixes.track("t1", c)]), tmp_path) for c in ([whole], [left, right])]
        assert np.array_equal(parts[0], parts[1])

    @pytest.mark.parametrize("rate", [8_000, 44_100])
    def test_a_trimmed_clip_plays_the_same_samples(self, tmp_path: Path, rate: int) -> None:
        media = mixes.add_media(tmp_path, "m1", mixes.noise(6, frames=rate * 3), rate=rate)
        whole = Clip("c1", start=0, length=140_000, media="m1")
        trimmed = replace(whole, length=50_000, offset=33_331)
        parts = [rendered(mixes.project([media], [mixes.track("t1", [c])]), tmp_path) for c in (whole, trimmed)]
        assert np.array_equal(parts[1], parts[0][33_331:83_331])

    @given(data=st.data())
    @settings(max_examples=settings().max_examples // 10)
    def test_no_sample_depends_on_how_it_is_asked_for(
        self, mixed: tuple[Plan, np.ndarray], data: st.DataObject
    ) -> None:
        planned, whole = mixed
        made = Mixer(planned)
        for _ in range(4):
            start = data.draw(st.integers(0, len(whole)))
            frames = data.draw(st.sampled_from([1, 1_024, 70_000, 150_000]))
            assert np.array_equal(made.render(start, frames), expected(whole, start, frames)), start
        made.close()

    def test_blocks_of_playback_are_the_mix(self, mixed: tuple[Plan, np.ndarray]) -> None:
        planned, whole = mixed
        made = Mixer(planned)
        played = [made.render(at, 1_024) for at in range(0, len(whole), 1_024)]
        made.close()
        assert np.array_equal(np.concatenate(played)[: len(whole)], whole)


class TestLevels:
    """A watched mixer says how loud each track is, and mixes as any other."""

    def test_watching_changes_no_bit(self, mixed: tuple[Plan, np.ndarray]) -> None:
        planned, whole = mixed
        made = Mixer(planned, watched=True)
        played = [made.render(at, 2_048) for at in range(0, len(whole), 2_048)]
        made.close()
        assert np.array_equal(np.concatenate(played)[: len(whole)], whole)

    def test_the_peak_of_each_track_is_that_of_the_track_alone(self, tmp_path: Path) -> None:
        frames = 3 * mixer.WINDOW
        media = [
            mixes.add_media(tmp_path, f"m{n}", mixes.noise(n, frames=frames, channels=1 + n % 2), rate=mixes.RATE)
            for n in (1, 2)
        ]
        over = [Clip("c1", 0, frames, 0, "m1"), Clip("c2", 5_000, 90_000, 0, "m2", gain_db=-6.0)]
        tracks = [
            mixes.track("t1", over),
            replace(mixes.track("t2", [Clip("c3", 70_000, 60_000, 0, "m2")]), volume=(Point(0, -12.0),)),
            mixes.track("t3", [Clip("c4", 150_000, 20_000, 0, "m1")]),
            replace(mixes.track("t4", [Clip("c5", 0, frames, 0, "m1")]), mute=True),
        ]
        project = mixes.project(media, tracks)
        made = Mixer(plan.make(project, tmp_path, cache=tmp_path / "cache"), watched=True)
        for at in range(0, made.plan.length, 4_096):
            made.render(at, 4_096)
        alone = {name: rendered(project, tmp_path, only=frozenset({name})) for name in ("t1", "t2", "t3")}
        step = mixer.LEVEL_FRAMES
        for start in (0, 2 * step, mixer.WINDOW - step, 60 * step, 75 * step):
            wanted = {name: float(np.abs(sound[start : start + 2 * step]).max()) for name, sound in alone.items()}
            found = made.levels(start, start + 2 * step)
            assert found == {name: pytest.approx(level, rel=1e-5) for name, level in wanted.items() if level}, start
        made.close()

    def test_what_was_not_rendered_or_long_ago_or_by_an_unwatched_one_is_unknown(
        self, mixed: tuple[Plan, np.ndarray], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        planned, whole = mixed
        made, unwatched = Mixer(planned, watched=True), Mixer(planned)
        assert made.levels(0, len(whole)) == {}
        for one in (made, unwatched):
            one.render(0, mixer.WINDOW)
        assert made.levels(0, len(whole))
        assert unwatched.levels(0, len(whole)) == {}
        for _ in range(20):  # around and around a loop
            for number in range(3):
                made.render(number * mixer.WINDOW, mixer.WINDOW)
        assert len(made._levels) == 3
        monkeypatch.setattr(mixer, "_KEPT_LEVELS", 2)
        made.render(3 * mixer.WINDOW, mixer.WINDOW)
        made.render(2 * mixer.WINDOW, mixer.WINDOW)
        assert made.levels(0, mixer.WINDOW) == {}, "what was heard long ago is forgotten"
        made.close()
        unwatched.close()


FORMS = (
    ("WAV", "PCM_16", 44_100), ("WAV", "PCM_24", 48_000), ("FLAC", "PCM_24", 48_000), ("OGG", "VORBIS", 44_100),
    ("OGG", "OPUS", 48_000), ("MP3", "MPEG_LAYER_III", 44_100), ("AIFF", "PCM_16", 24_000),
)  # fmt: skip


@pytest.fixture(scope="module", name="mixed")
def mix_every_form(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, np.ndarray]:
    """Return the plan of files in every form, one over the other, and its mix made at once."""
    folder = tmp_path_factory.mktemp("forms")
    media, found = [], []
    for number, (kind, subtype, rate) in enumerate(FORMS):
        sound = mixes.tones(rate=rate, frames=rate * 6, channels=1 + number % 2) * 0.3
        sound += mixes.noise(number, frames=len(sound), channels=sound.shape[1], level=0.05)
        media.append(mixes.add_media(folder, f"m{number}", sound, rate=rate, subtype=subtype, kind=kind))
        clip = Clip(f"c{number}", start=1_000 + 9_999 * number, length=200_000, offset=4_321, media=f"m{number}")
        found.append(mixes.track(f"t{number}", [clip]))
    planned = plan.make(mixes.project(media, found), folder, cache=folder / "cache")
    made = Mixer(planned)
    whole = made.render(0, planned.length)
    made.close()
    assert not made.unreadable
    return planned, whole


# ------------------------------------------------------------------------------------------------------------ bad input


class TestBadInput:
    """What cannot be read is silent and named; nothing else changes."""

    def test_missing_and_damaged_media_are_silent(self, tmp_path: Path) -> None:
        good = mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=4_000))
        gone = Media("m2", "gone", mixes.file_of("gone"), "", mixes.RATE, 1, 4_000)
        broken = Media("m3", "broken", mixes.file_of("broken"), "", mixes.RATE, 1, 4_000)
        (tmp_path / broken.file).write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt nothing")
        other_rate = replace(mixes.add_media(tmp_path, "m4", mixes.noise(4, frames=4_000), rate=8_000), rate=48_000)
        found = [Clip(f"c{i}", start=i * 1_000, length=4_000, media=f"m{i}") for i in range(1, 5)]
        project = mixes.project([good, gone, broken, other_rate], [mixes.track("t1", found)])
        planned = plan.make(project, tmp_path, cache=tmp_path / "cache")
        assert planned.missing == ("m2",)
        assert mixer.prepare(planned) == ("m2", "m3", "m4")
        made = Mixer(planned)
        ours = made.render(0, planned.length)
        made.close()
        assert made.unreadable == {"m3", "m4"}
        alone = mixes.project([good], [mixes.track("t1", found[:1])])
        close(ours[:5_000], oracle.render(alone, tmp_path))
        assert not ours[5_000:].any()

    def test_a_file_shorter_than_it_was_is_named_and_ends_in_silence(self, tmp_path: Path) -> None:
        media = replace(mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=3_000)), frames=9_000)
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, 8_000, 1_000, "m1")])])
        ours, named = heard_and_named(project, tmp_path)
        close(ours, oracle.render(project, tmp_path))
        assert not ours[2_000:].any()
        assert named == ({"m1"}, ("m1",))

    @pytest.mark.parametrize("kind", ["FLAC", "WAV", "AIFF"])
    @pytest.mark.parametrize("rate", [48_000, 44_100])
    def test_a_file_that_was_cut_off_is_named(self, tmp_path: Path, kind: str, rate: int) -> None:
        """A FLAC file goes on saying how long it was."""
        media = mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=200_000), kind=kind, subtype="PCM_16", rate=rate)
        file = tmp_path / media.file
        file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, 190_000, 0, "m1")])])
        ours, named = heard_and_named(project, tmp_path)
        assert ours[:50_000].any()
        assert not ours[-10_000:].any()
        assert named == ({"m1"}, ("m1",))

    def test_a_file_with_other_channels_is_named(self, tmp_path: Path) -> None:
        media = replace(mixes.add_media(tmp_path, "m1", mixes.noise(1, frames=3_000, channels=2)), channels=1)
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, 3_000, 0, "m1")])])
        ours, named = heard_and_named(project, tmp_path)
        assert ours.any()
        assert named == ({"m1"}, ("m1",))

    @pytest.mark.parametrize("form", FORMS)
    def test_whole_files_of_every_form_are_not_named(self, tmp_path: Path, form: tuple[str, str, int]) -> None:
        kind, subtype, rate = form
        media = mixes.add_media(
            tmp_path, "m1", mixes.tones(rate=rate, frames=rate), kind=kind, subtype=subtype, rate=rate
        )
        with open_sound(tmp_path / media.file) as sound:
            media = replace(media, frames=sum(len(sound.read(at, 5_000)) for at in range(0, 2 * rate, 5_000)))
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, playable(media, mixes.RATE), 0, "m1")])])
        assert heard_and_named(project, tmp_path)[1] == (set(), ())

    def test_what_is_no_number_stays_out_of_the_mix(self, tmp_path: Path) -> None:
        sound = mixes.noise(1, frames=44_100, channels=2)
        sound[100], sound[200], sound[300] = np.nan, np.inf, -np.inf
        media = mixes.add_media(tmp_path, "m1", sound, rate=44_100)
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, 40_000, 0, "m1", gain_db=24.0)])])
        ours = rendered(project, tmp_path)
        assert np.isfinite(ours).all()
        assert ours.any()

    @pytest.mark.parametrize("channels", [3, 4, 5, 6, 7, 8, 9, 64])
    def test_many_channels_become_two(self, tmp_path: Path, channels: int) -> None:
        sound = np.eye(channels, dtype=np.float32).repeat(10, axis=0)  # one channel after the other
        media = mixes.add_media(tmp_path, "m1", sound)
        project = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, len(sound), 0, "m1")])])
        heard = rendered(project, tmp_path)[5::10]
        assert heard.shape == (channels, 2)
        left, right = heard[0], heard[1]
        assert left[0] > left[1] == 0.0
        assert right[1] > right[0] == 0.0
        if channels in {3, 5, 6}:  # the middle
            assert heard[2] == pytest.approx([np.sqrt(0.5)] * 2)
        if channels == 6:  # the subwoofer
            assert not heard[3].any()

    def test_few_files_are_open_at_once(self, tmp_path: Path) -> None:
        media = [mixes.add_media(tmp_path, f"m{i}", mixes.noise(i, frames=1_000)) for i in range(150)]
        found = [Clip(f"c{i}", start=0, length=1_000, media=f"m{i}", gain_db=-40.0) for i in range(150)]
        project = mixes.project(media, [mixes.track("t1", found)])
        before = len(list(Path("/proc/self/fd").iterdir()))
        made = Mixer(plan.make(project, tmp_path, cache=tmp_path / "cache"))
        ours = made.render(0, 1_000)
        assert len(list(Path("/proc/self/fd").iterdir())) - before <= 64
        made.close()
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        close(ours, oracle.render(project, tmp_path))
