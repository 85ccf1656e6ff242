"""Stretched and pitched sound: lengths, places, pieces, and files that several make at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.audio import mixer, plan, stretching
from studio.audio.mixer import Mixer
from studio.audio.sources import Sources
from studio.audio.stretching import Stretched
from studio.domain.project import Clip, Media, Project
from studio.store.lock import FileLock
from tests.audio import mixes

pytestmark = pytest.mark.slow

RATE = mixes.RATE
FRAMES = 3 * RATE


@pytest.fixture(name="media")
def make_media(tmp_path: Path) -> Media:
    t = np.arange(FRAMES) / RATE
    sound = np.stack([0.3 * np.sin(2 * np.pi * 440 * t), 0.2 * np.sin(2 * np.pi * 660 * t)], axis=1)
    return mixes.add_media(tmp_path, "m1", sound.astype(np.float32))


def project(media: Media, *clips: Clip) -> Project:
    return mixes.project([media], [mixes.track("t1", clips)])


def planned(folder: Path, media: Media, *clips: Clip) -> plan.Plan:
    return plan.make(project(media, *clips), folder, cache=folder / "cache")


def rendered(folder: Path, media: Media, *clips: Clip) -> np.ndarray:
    made = Mixer(planned(folder, media, *clips))
    whole = made.render(0, made.plan.length)
    assert not made.unreadable
    made.close()
    return whole


def making(source: Stretched, *, first: str = "") -> str:
    """Return the code of a process that makes the only piece."""
    return f"""
import os
from studio.audio import stretching
from studio.audio.sources import Sources
{first}
sources = Sources({RATE})
assert stretching.make(stretching.{source!r}, 0, sources)
sources.close()
"""


def hertz(sound: np.ndarray) -> float:
    """Return the strongest frequency."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(power)) * RATE / len(sound)


def whole_clip(media: Media, stretch: float, **more: float) -> Clip:
    source = Stretched("", "", media.rate, 1, media.frames, RATE, stretch, 0.0, "")
    return replace(Clip("c1", 0, source.length, 0, "m1", stretch=stretch), **more)  # pyright: ignore[reportArgumentType]


class TestSound:
    """Longer or shorter at the same pitch; higher or lower at the same length."""

    @pytest.mark.parametrize("stretch", [0.5, 0.8, 1.25, 2.0])
    def test_lasts_longer_at_the_same_pitch(self, tmp_path: Path, media: Media, stretch: float) -> None:
        ours = rendered(tmp_path, media, whole_clip(media, stretch))
        assert len(ours) == FRAMES * stretch
        middle = ours[len(ours) // 4 : 3 * len(ours) // 4]
        assert hertz(middle[:, 0]) == pytest.approx(440, abs=2)
        assert hertz(middle[:, 1]) == pytest.approx(660, abs=2)
        assert np.abs(middle).max() == pytest.approx(0.3, abs=0.05)
        assert np.abs(ours[-4_000:]).max() > 0.05  # to the very end

    def test_changes_pitch_at_the_same_length(self, tmp_path: Path, media: Media) -> None:
        ours = rendered(tmp_path, media, whole_clip(media, 1.0, pitch=12.0))
        assert len(ours) == FRAMES
        assert hertz(ours[:, 0]) == pytest.approx(880, abs=3)

    def test_events_stay_where_they_belong(self, tmp_path: Path) -> None:
        sound = np.zeros((FRAMES, 1), np.float32)
        burst = np.hanning(2_000)[:, None] * mixes.noise(1, frames=2_000)
        for at in (24_000, 72_000, 120_000):
            sound[at - 1_000 : at + 1_000] = burst
        media = mixes.add_media(tmp_path, "m1", sound)
        ours = np.abs(rendered(tmp_path, media, whole_clip(media, 1.5))[:, 0])
        for at in (36_000, 108_000, 180_000):
            nearby = ours[at - 12_000 : at + 12_000]
            centre = float((nearby * np.arange(-12_000, 12_000)).sum() / nearby.sum())
            assert abs(centre) < 480  # 10 ms

    def test_other_rates_and_mono(self, tmp_path: Path) -> None:
        sound = mixes.tones(rate=24_000, frames=48_000)
        media = mixes.add_media(tmp_path, "m1", sound, rate=24_000)
        ours = rendered(tmp_path, media, whole_clip(media, 2.0))
        assert len(ours) == 4 * RATE
        assert hertz(ours[RATE:-RATE, 0]) == pytest.approx(220, abs=2)


class TestPlaces:
    """A clip plays a part of the stretched media, however it is cut."""

    def test_a_trimmed_clip_plays_the_same_samples(self, tmp_path: Path, media: Media) -> None:
        whole = rendered(tmp_path, media, whole_clip(media, 1.25))
        trimmed = replace(whole_clip(media, 1.25), offset=8_000, length=50_000)
        assert np.array_equal(rendered(tmp_path, media, trimmed), whole[10_000:60_000])

    def test_two_halves_are_the_whole(self, tmp_path: Path, media: Media) -> None:
        clip = whole_clip(media, 1.25)
        left = replace(clip, length=50_000)
        right = replace(clip, id="c2", start=50_000, length=clip.length - 50_000, offset=40_000)
        assert np.array_equal(rendered(tmp_path, media, left, right), rendered(tmp_path, media, clip))

    def test_pieces_join(self, tmp_path: Path, media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stretching, "_PIECE", 1 << 16)
        clip = whole_clip(media, 1.5)
        found = planned(tmp_path, media, clip)
        source = found.tracks[0].clips[0].source.stretched
        assert source
        assert list(source.pieces(0, source.length)) == [0, 1, 2, 3]
        ours = rendered(tmp_path, media, clip)
        assert len(ours) == FRAMES * 1.5
        loudness = np.sqrt((ours[8_000:-8_000].reshape(-1, 2_000, 2) ** 2).mean(axis=1))
        assert loudness[:, 0] == pytest.approx(0.3 / np.sqrt(2), abs=0.06)
        assert np.abs(np.diff(ours[8_000:-8_000], 3, axis=0)).max() < 0.01  # a click would be far above
        made = Mixer(found)
        assert np.array_equal(made.render(64_000, 3_000), ours[64_000:67_000])
        made.close()

    def test_a_last_piece_shorter_than_the_overlap(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stretching, "_PIECE", 1 << 16)
        media = mixes.add_media(tmp_path, "m1", np.full((66_000, 1), 0.25, np.float32))
        clip = whole_clip(media, 1.0, pitch=0.001)
        ours = rendered(tmp_path, media, clip)
        assert np.abs(ours).max() < 0.35  # two pieces that were not faded would add up to 0.5
        assert ours[10_000:64_000, 0] == pytest.approx(np.full(54_000, 0.25), abs=0.02)


class TestFiles:
    """Made once, whole or not at all, whoever makes them."""

    def test_prepare_makes_what_is_needed_once(self, tmp_path: Path, media: Media) -> None:
        made = planned(tmp_path, media, whole_clip(media, 1.25), replace(whole_clip(media, 1.25), id="c2", start=99))
        told: list[float] = []
        assert mixer.prepare(made, told.append) == ()
        files = list((tmp_path / "cache").iterdir())
        assert len(files) == 1
        assert told == [0.0]
        before = files[0].stat().st_mtime_ns
        assert mixer.prepare(made) == ()
        assert files[0].stat().st_mtime_ns == before

    def test_prepare_can_be_cancelled(self, tmp_path: Path, media: Media) -> None:
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        mixer.prepare(made, cancelled=lambda: True)
        assert not (tmp_path / "cache").exists()

    def test_media_that_cannot_be_read_are_named_and_silent(self, tmp_path: Path, media: Media) -> None:
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        (tmp_path / media.file).write_bytes(b"nothing")
        assert mixer.prepare(made) == ("m1",)
        at_work = Mixer(made)
        assert not at_work.render(0, 10_000).any()
        assert at_work.unreadable == {"m1"}
        at_work.close()

    def test_several_processes_make_one_file(self, tmp_path: Path, media: Media) -> None:
        source = planned(tmp_path, media, whole_clip(media, 1.25)).tracks[0].clips[0].source.stretched
        assert source
        makers = [subprocess.Popen([sys.executable, "-c", making(source)]) for _ in range(2)]
        assert [maker.wait(60) for maker in makers] == [0, 0]
        assert [f.name for f in (tmp_path / "cache").iterdir()] == [source.file(0).name]
        ours = rendered(tmp_path, media, whole_clip(media, 1.25))
        assert hertz(ours[:, 0]) == pytest.approx(440, abs=2)

    @pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
    def test_a_killed_maker_leaves_nothing_that_is_played(self, tmp_path: Path, media: Media) -> None:
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        source = made.tracks[0].clips[0].source.stretched
        assert source
        killed = "stretching.Path.write_bytes = lambda f, _: (open(f, 'wb').write(b'RIFF'), os.kill(os.getpid(), 9))"
        done = subprocess.run([sys.executable, "-c", making(source, first=killed)], check=False, timeout=60)
        assert done.returncode == -signal.SIGKILL
        assert not stretching.ready(source, 0)
        assert list((tmp_path / "cache").iterdir())
        assert mixer.prepare(made) == ()
        assert [f.name for f in (tmp_path / "cache").iterdir()] == [source.file(0).name]

    @pytest.mark.parametrize("spoil", [b"", b"RIFF", None])
    def test_a_damaged_piece_is_made_anew(self, tmp_path: Path, media: Media, spoil: bytes | None) -> None:
        clip = whole_clip(media, 1.25)
        before = rendered(tmp_path, media, clip)
        (file,) = (tmp_path / "cache").iterdir()
        file.write_bytes(bytes(file.stat().st_size) if spoil is None else spoil)  # zeros: the power failed
        assert np.array_equal(rendered(tmp_path, media, clip), before)
        assert [f.name for f in (tmp_path / "cache").iterdir()] == [file.name]
        file.write_bytes(file.read_bytes()[:-4_000])
        assert mixer.prepare(planned(tmp_path, media, clip)) == ()
        assert np.array_equal(rendered(tmp_path, media, clip), before)

    def test_a_piece_that_cannot_be_kept_is_made_twice_at_most(
        self, tmp_path: Path, media: Media, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = Mixer(planned(tmp_path, media, whole_clip(media, 1.25)))
        kept: list[Path] = []

        def spoilt(target: Path, *_: object) -> None:
            kept.append(target)
            target.write_bytes(bytes(10_000_000))

        monkeypatch.setattr(stretching, "_keep", spoilt)
        for at in (0, 70_000, 0):
            assert not made.render(at, 1_000).any()
        assert made.unreadable == {"m1"}
        assert len(kept) == 1
        made.close()

    def test_nothing_is_kept_of_media_that_were_cut_off(self, tmp_path: Path, media: Media) -> None:
        file = tmp_path / media.file
        whole = file.read_bytes()
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        file.write_bytes(whole[: len(whole) // 2])
        assert mixer.prepare(made) == ("m1",)
        at_work = Mixer(made)
        assert not at_work.render(0, 10_000).any()
        assert at_work.unreadable == {"m1"}
        at_work.close()
        file.write_bytes(whole)
        assert mixer.prepare(made) == ()
        assert np.abs(rendered(tmp_path, media, whole_clip(media, 1.25))[-20_000:]).max() > 0.05

    def test_several_threads_make_a_piece_once(
        self, tmp_path: Path, media: Media, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = planned(tmp_path, media, whole_clip(media, 1.25)).tracks[0].clips[0].source.stretched
        assert source
        made: list[int] = []
        really = stretching._made

        def counted(*arguments: object) -> object:
            made.append(1)
            return really(*arguments)  # pyright: ignore[reportArgumentType]

        monkeypatch.setattr(stretching, "_made", counted)

        def make(_: int) -> bool:
            sources = Sources(RATE)
            try:
                return stretching.make(source, 0, sources)
            finally:
                sources.close()

        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(make, range(4)))
        assert len(made) == 1

    def test_who_waits_for_another_can_be_cancelled(self, tmp_path: Path, media: Media) -> None:
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        source = made.tracks[0].clips[0].source.stretched
        assert source
        (tmp_path / "cache").mkdir()
        other = FileLock(source.file(0).with_name(source.file(0).name + ".lock"))
        assert other.try_acquire()
        asked: list[int] = []

        def cancelled() -> bool:
            asked.append(1)
            return len(asked) > 6

        assert mixer.prepare(made, cancelled=cancelled) == ()
        assert not stretching.ready(source, 0)
        other.release()

    def test_nobody_waits_for_ever(self, tmp_path: Path, media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stretching, "_PATIENCE", 0.0)
        made = planned(tmp_path, media, whole_clip(media, 1.25))
        source = made.tracks[0].clips[0].source.stretched
        assert source
        (tmp_path / "cache").mkdir()
        other = FileLock(source.file(0).with_name(source.file(0).name + ".lock"))
        assert other.try_acquire()
        assert mixer.prepare(made) == ()
        assert stretching.ready(source, 0)
        other.release()
