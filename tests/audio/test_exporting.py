"""What an export writes is what was ordered: another program measures it, and nothing is left when it fails."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile as sf

from studio.audio import exporting, segments
from studio.audio.exporting import Done, Ears, Order, Output
from studio.audio.levels import Samples
from studio.audio.mixer import Mixer
from studio.audio.plan import make
from studio.audio.writing import Format
from studio.domain.project import Clip, Fade, Project
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio import mixes
from tests.bench import ffmpeg_chain

RATE = 48_000
SECONDS = 8
FRAMES = SECONDS * RATE
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is the witness, and is not here")


def hot(frames: int) -> Samples:
    """Bursts over a low tone, with clicks: far from full scale only on average."""
    dice = np.random.default_rng(7)
    level = np.repeat(dice.random(frames // 4800 + 1), 4800)[:frames, None]
    noise = dice.standard_normal((frames, 2))
    sound = level * np.diff(noise, axis=0, prepend=0) * 0.02
    sound[-4800:] *= np.linspace(1, 0, 4800)[:, None]  # other meters do not hear the last samples
    sound += 0.05 * np.sin(2 * np.pi * 220 / RATE * np.arange(frames))[:, None]
    sound[::12_000] += 0.5
    return sound.astype(np.float32)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def project(place: Path) -> Project:
    """Two tracks: something hot at the project's rate, something mono at another."""
    media = [
        mixes.add_media(place, "m1", hot(FRAMES)),
        mixes.add_media(place, "m2", mixes.tones(rate=44_100, frames=6 * 44_100), rate=44_100),
    ]
    loud = Clip("c1", 0, FRAMES, media="m1", fade_in=Fade(4800))
    quiet = Clip("c2", RATE, 5 * RATE, media="m2", gain_db=-20.0, pan=0.5)
    return mixes.project(media, [mixes.track("t1", [loud]), mixes.track("t2", [quiet])])


@pytest.fixture(autouse=True)
def short_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many seams in little sound."""
    monkeypatch.setattr(segments, "LENGTH", 1 << 16)


@pytest.fixture
def run(project: Project, place: Path, tmp_path: Path) -> Callable[..., Done]:
    """Export the whole project to one file; keywords change the order."""
    notes: list[str] = []

    def exported(kind: str = "wav", **changes: object) -> Done:
        order = order_for(project, place, tmp_path / f"out.{kind}", Format(kind))
        ears = Ears(lambda *_: None, notes.append)
        [done] = exporting.export(replace(order, **changes), tmp_path / "scratch", ears)  # pyright: ignore[reportArgumentType]
        assert not list((tmp_path / "scratch").iterdir())
        return done

    exported.notes = notes  # pyright: ignore[reportFunctionMemberAccess]
    return exported


def order_for(project: Project, place: Path, file: Path, form: Format) -> Order:
    """The whole project, at no particular loudness."""
    output = Output(file, 0, FRAMES)
    return Order(project, place, place / "cache", form, RATE, 2, (output,))


def read(done: Done) -> Samples:
    """What is in the file."""
    with sf.SoundFile(done.file) as file:
        return np.asarray(file.read(dtype="float32", always_2d=True), np.float32)


def test_without_loudness_or_ceiling_the_mix_itself_is_written(
    run: Callable[..., Done], project: Project, place: Path
) -> None:
    found = read(run(form=Format("wav", bits=32)))
    mixer = Mixer(make(project, place, cache=place / "cache"))
    np.testing.assert_array_equal(found, mixer.render(0, FRAMES))
    mixer.close()


@needs_ffmpeg
@pytest.mark.parametrize(
    ("loudness", "peak"), [(-23.0, -1.0), (-16.0, -1.0), (-14.0, -3.0), (-14.0, 0.0), (-20.0, -12.0)]
)
def test_another_program_finds_the_loudness_and_the_ceiling(
    run: Callable[..., Done], loudness: float, peak: float
) -> None:
    done = run(loudness=loudness, peak=peak)
    found_loudness, found_peak = ffmpeg_chain.summary(done.file)  # shown to a tenth
    assert abs(found_loudness - loudness) <= 0.1 + 1e-9
    assert found_peak <= peak + 0.1 + 1e-9
    assert done.measured.loudness == pytest.approx(loudness, abs=0.06)
    assert done.measured.true_peak <= peak + 0.01
    assert done.measured.loudness == pytest.approx(found_loudness, abs=0.06)
    assert done.measured.true_peak == pytest.approx(found_peak, abs=0.11)


@needs_ffmpeg
@pytest.mark.parametrize(
    ("form", "loudness"),
    [
        (Format("mp3", bitrate=320), -14.0),
        (Format("mp3", bitrate=128), -16.0),
        (Format("ogg"), -14.0),
        (Format("opus", bitrate=64), -16.0),
        (Format("flac", bits=16), -14.0),
        (Format("m4b"), -16.0),
    ],
    ids=lambda value: f"{value.kind}{value.bitrate or ''}" if isinstance(value, Format) else "",
)
def test_what_encoding_adds_is_reckoned_with(run: Callable[..., Done], form: Format, loudness: float) -> None:
    done = run(form.kind, form=form, loudness=loudness, peak=-1.0)
    found_loudness, found_peak = ffmpeg_chain.summary(done.file)
    assert abs(found_loudness - loudness) <= 0.15 + 1e-9
    assert found_peak <= -0.9 + 1e-9
    assert not run.notes  # pyright: ignore[reportFunctionMemberAccess]


def test_what_the_ceiling_makes_impossible_is_said(run: Callable[..., Done]) -> None:
    done = run(loudness=-5.0, peak=-12.0)
    assert done.measured.true_peak <= -12.0 + 0.01
    [note] = run.notes  # pyright: ignore[reportFunctionMemberAccess]
    assert f"{done.measured.loudness:.1f} LUFS instead of -5" in note


def test_what_does_not_fit_is_said(run: Callable[..., Done]) -> None:
    done = run(loudness=-6.0)
    assert done.clipped > 0
    assert f"{done.clipped:,} samples of out.wav were beyond full scale" in run.notes[0]  # pyright: ignore[reportFunctionMemberAccess]


def test_silence_has_no_loudness(run: Callable[..., Done], project: Project) -> None:
    done = run(loudness=-16.0, peak=-1.0, project=replace(project, tracks=()))
    assert not read(done).any()
    assert "too quiet" in run.notes[0]  # pyright: ignore[reportFunctionMemberAccess]


@pytest.mark.parametrize("rate", [44_100, 24_000])
def test_the_file_has_the_rate_and_channels_that_were_ordered(run: Callable[..., Done], rate: int) -> None:
    done = run(rate=rate, channels=1, loudness=-18.0, peak=-3.0, form=Format("wav", bits=32))
    with sf.SoundFile(done.file) as found:
        assert (found.samplerate, found.channels, found.frames) == (rate, 1, SECONDS * rate)
    assert done.measured.loudness == pytest.approx(-18.0, abs=0.06)
    assert done.measured.true_peak <= -3.0 + 0.01


def test_mono_is_the_mean_of_both_channels(run: Callable[..., Done]) -> None:
    form = Format("wav", bits=32)
    both = read(run(form=form))
    np.testing.assert_allclose(read(run(form=form, channels=1)), both.mean(axis=1, keepdims=True), atol=1e-7)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_where_the_segments_end_never_matters(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    order = {"rate": rate, "loudness": -12.0, "peak": -2.0, "form": Format("wav", bits=32)}
    cut = read(run(**order))
    monkeypatch.setattr(segments, "LENGTH", 1 << 20)
    whole = read(run(**order))
    assert np.abs(cut - whole).max() < 1e-5


def test_ranges_tracks_and_stems_of_one_call(project: Project, place: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("all.wav", "one.wav", "two.wav", "part.wav")]
    outputs = (
        Output(files[0], 0, FRAMES),
        Output(files[1], 0, FRAMES, frozenset({"t1"}), stem=True),
        Output(files[2], 0, FRAMES, frozenset({"t2"}), stem=True),
        Output(files[3], 2 * RATE + 7, 4 * RATE),
    )
    form = Format("wav", bits=32)
    order = replace(order_for(project, place, files[0], form), outputs=outputs, loudness=-30.0, peak=-1.0)
    done = exporting.export(order, tmp_path / "scratch", Ears(lambda *_: None, lambda _: None))
    whole, one, two, part = (read(one) for one in done)
    np.testing.assert_allclose(one + two, whole, atol=1e-6)  # nothing had to be limited
    assert done[1].gain == done[0].gain
    assert len(part) == 2 * RATE - 7
    assert done[3].measured.loudness == pytest.approx(-30.0, abs=0.06)
    np.testing.assert_allclose(
        part / np.abs(part).max(), (cut := whole[2 * RATE + 7 : 4 * RATE]) / np.abs(cut).max(), atol=1e-5
    )


def test_levels_are_those_of_the_samples(run: Callable[..., Done]) -> None:
    done = run(form=Format("wav", bits=32))
    sound = read(done).astype(np.float64)
    assert done.measured.rms == pytest.approx(10 * np.log10(np.square(sound).mean()), abs=1e-3)
    assert done.measured.sample_peak == pytest.approx(20 * np.log10(np.abs(sound).max()), abs=1e-3)
    tenths = np.square(sound).mean(axis=1).reshape(-1, 4800).mean(axis=1)
    assert done.measured.noise == pytest.approx(
        10 * np.log10(np.convolve(tenths, np.ones(5) / 5, "valid").min()), abs=1e-3
    )
    assert (done.seconds, done.measured.frames) == (SECONDS, FRAMES)


@pytest.mark.parametrize("kind", ["wav", "mp3"])
@pytest.mark.parametrize(("stage", "fraction"), [("mixing", 0.0), ("mixing", 0.3), ("writing", 0.6), ("writing", 0.0)])
def test_a_cancel_leaves_no_file(
    run: Callable[..., Done], project: Project, place: Path, tmp_path: Path, kind: str, stage: str, fraction: float
) -> None:
    def progress(now: str, done: float) -> None:
        if now == stage and done >= fraction:
            raise CancelledRun

    order = replace(order_for(project, place, tmp_path / f"out.{kind}", Format(kind)), loudness=-16.0, peak=-1.0)
    with pytest.raises(CancelledRun):
        exporting.export(order, tmp_path / "scratch", Ears(progress, lambda _: None))
    assert files_in(tmp_path) == []


def test_when_the_second_file_fails_the_first_is_taken_back(project: Project, place: Path, tmp_path: Path) -> None:
    order = order_for(project, place, tmp_path / "a.wav", Format("wav"))
    order = replace(order, outputs=(order.outputs[0], replace(order.outputs[0], file=tmp_path / "gone" / "b.wav")))
    with pytest.raises(OSError, match="gone"):
        exporting.export(order, tmp_path / "scratch", Ears(lambda *_: None, lambda _: None))
    assert files_in(tmp_path) == []


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writes beyond it fail, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("loudness", [None, -16.0], ids=["in the file", "in the temporary mix"])
def test_a_disk_that_fills_leaves_nothing(
    project: Project, place: Path, tmp_path: Path, loudness: float | None
) -> None:
    order = replace(order_for(project, place, tmp_path / "out.wav", Format("wav")), loudness=loudness)
    with no_file_larger_than(1_000_000), pytest.raises(OSError, match="too large"):
        exporting.export(order, tmp_path / "scratch", Ears(lambda *_: None, lambda _: None))
    assert files_in(tmp_path) == []


def test_a_disk_without_room_is_refused_before_anything_is_written(
    project: Project, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    order = order_for(project, place, tmp_path / "out.wav", Format("wav"))
    with pytest.raises(UserMistake, match="has 1 MB free; the export needs about 18 MB"):
        exporting.export(order, tmp_path / "scratch", Ears(lambda *_: None, lambda _: None))
    assert files_in(tmp_path) == []


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "changes",
    [
        {"loudness": 3.0},
        {"peak": 1.0},
        {"outputs": ()},
        {"channels": 3},
        {"rate": 44_100, "form": Format("opus", bitrate=900)},
    ],
)
def test_what_cannot_be_is_refused(run: Callable[..., Done], changes: dict[str, object]) -> None:
    with pytest.raises(UserMistake):
        run(**changes)


def test_a_missing_file_is_named(run: Callable[..., Done], project: Project, place: Path) -> None:
    media = tuple(replace(one, file="media/gone.wav") if one.id == "m2" else one for one in project.media)
    run(project=replace(project, media=media))
    assert run.notes == ["The file of m2 is missing; its clips are silent."]  # pyright: ignore[reportFunctionMemberAccess]
