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

from studio.audio import exporting, segments, tagging
from studio.audio.exporting import Done, Ears, Order, Output
from studio.audio.levels import Samples
from studio.audio.measuring import measure
from studio.audio.mixer import SEGMENT, Mixer
from studio.audio.plan import make
from studio.audio.writing import Format
from studio.domain.project import Clip, Effect, Fade, Project
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio import mixes
from tests.bench import ffmpeg_chain

pytestmark = pytest.mark.slow  # many processes

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
@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_clicks_stay_below_the_ceiling_also_where_the_sound_begins(
    run: Callable[..., Done], place: Path, count: int, rate: int
) -> None:
    sound = 0.02 * np.random.default_rng(1).standard_normal((FRAMES, 2))
    for at in range(count):
        sound[at::9600] += (-1.0) ** at
    media = mixes.add_media(place, f"clicks{count}", sound.astype(np.float32))
    made = mixes.project([media], [mixes.track("t1", [Clip("c1", 0, FRAMES, media=media.id)])])
    done = run(project=made, rate=rate, loudness=-8.0, peak=-1.0)
    assert ffmpeg_chain.summary(done.file)[1] <= -1.0 + 0.1 + 1e-9


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


@needs_ffmpeg
@pytest.mark.parametrize(("kind", "bits"), [("wav", 24), ("flac", 16)])
def test_the_levels_of_what_does_not_fit_are_those_of_the_file(run: Callable[..., Done], kind: str, bits: int) -> None:
    done = run(kind, form=Format(kind, bits=bits), loudness=-6.0)
    sound = read(done)
    assert done.clipped > 0
    assert done.measured.sample_peak == pytest.approx(20 * np.log10(np.abs(sound).max()), abs=1e-3)
    found_loudness, found_peak = ffmpeg_chain.summary(done.file)
    assert done.measured.loudness == pytest.approx(found_loudness, abs=0.06)
    assert done.measured.true_peak == pytest.approx(found_peak, abs=0.15)


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_silence_has_no_loudness(run: Callable[..., Done], project: Project, kind: str) -> None:
    done = run(kind, form=Format(kind), loudness=-16.0, peak=-1.0, project=replace(project, tracks=()))
    assert not read(done).any()
    assert run.notes == ["Nothing is heard: there is no loudness to bring to -16 LUFS."]  # pyright: ignore[reportFunctionMemberAccess]


def test_what_is_too_quiet_to_have_a_loudness_stays_as_it_is(run: Callable[..., Done], project: Project) -> None:
    faint = tuple(replace(track, gain_db=-70.0) for track in project.tracks)
    done = run(loudness=-16.0, peak=-1.0, project=replace(project, tracks=faint))
    assert done.gain == 0.0
    assert run.notes == ["The sound is too quiet: there is no loudness to bring to -16 LUFS."]  # pyright: ignore[reportFunctionMemberAccess]


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


def test_a_disk_without_room_for_all_is_refused_before_anything_is_written(
    project: Project, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=19_000_000))
    order = order_for(project, place, tmp_path / "out.wav", Format("wav"))  # one alone has room enough
    outputs = (order.outputs[0], Output(tmp_path / "two.wav", 0, FRAMES))
    words = f"^The disk that holds {tmp_path} has 19 MB free; the export needs about 20 MB"
    with pytest.raises(UserMistake, match=words):
        exporting.export(replace(order, outputs=outputs), tmp_path / "scratch", Ears(lambda *_: None, lambda _: None))
    assert files_in(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no second disk")
def test_the_disk_of_the_temporary_mix_is_named_in_words(
    project: Project, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Path("/dev/shm").stat().st_dev
    assert elsewhere != tmp_path.stat().st_dev
    room = {elsewhere: 16_500_000}
    monkeypatch.setattr(shutil, "disk_usage", lambda at: SimpleNamespace(free=room.get(at.stat().st_dev, 10**12)))
    order = replace(order_for(project, place, tmp_path / "out.wav", Format("wav")), loudness=-16.0)
    words = "^The disk that holds the studio's data folder has 16 MB free; the export needs about 19 MB"
    with pytest.raises(UserMistake, match=words):
        exporting.export(order, Path("/dev/shm") / "not made", Ears(lambda *_: None, lambda _: None))


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


@pytest.mark.parametrize("file", ["media/gone.wav", "media/text.wav"], ids=["missing", "damaged"])
def test_without_a_media_file_nothing_is_exported(
    run: Callable[..., Done], project: Project, place: Path, tmp_path: Path, file: str
) -> None:
    (place / "media" / "text.wav").write_text("This is no sound.", encoding="utf-8")
    media = tuple(replace(one, file=file, name="Rain") if one.id == "m2" else one for one in project.media)
    with pytest.raises(UserMistake, match=r"^Rain is missing or damaged\.$") as raised:
        run(project=replace(project, media=media))
    assert "studio project relink" in raised.value.hint
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("loudness", [None, -16.0], ids=["one pass", "two passes"])
def test_media_found_damaged_on_the_way_ends_the_export(
    run: Callable[..., Done], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loudness: float | None
) -> None:
    monkeypatch.setattr(Mixer, "unreadable", property(lambda _: frozenset({"m2"})))
    with pytest.raises(UserMistake, match=r"^m2 is missing or damaged\.$"):
        run(loudness=loudness)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "opus", pytest.param("m4b", marks=needs_ffmpeg)])
def test_the_file_given_is_filled_and_stays_the_same_one(run: Callable[..., Done], tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"out.{kind}"
    file.write_bytes(b"x" * 10_000_000)  # longer than what is written
    before = file.stat().st_ino
    tags = {"title": "Mix", "chapters": [[0.0, 2.0, "One"], [2.0, 8.0, "Two"]]}
    done = run(kind, form=Format(kind), loudness=-14.0, peak=-1.0, outputs=(Output(file, 0, FRAMES, tags=tags),))
    assert file.stat().st_ino == before
    assert files_in(tmp_path) == [file]
    assert done.measured.frames >= FRAMES
    assert measure(file).frames == done.measured.frames
    assert tagging.read(file).title == "Mix"


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_file_that_was_there_is_left_for_its_owner_to_remove(
    project: Project, place: Path, tmp_path: Path, kind: str
) -> None:
    def progress(stage: str, _: float) -> None:
        if stage == "writing":
            raise CancelledRun

    order = order_for(project, place, tmp_path / "mine", Format(kind))
    order = replace(order, outputs=(order.outputs[0], Output(tmp_path / "new", 0, FRAMES)))
    order.outputs[0].file.touch()
    with pytest.raises(CancelledRun):
        exporting.export(order, tmp_path / "scratch", Ears(progress, lambda _: None))
    assert files_in(tmp_path) == [tmp_path / "mine"]


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_in_one_pass_no_effect_is_heard_twice(
    run: Callable[..., Done], project: Project, monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    reverb = Effect("e1", "reverb")
    tracks = (replace(project.tracks[0], effects=(reverb,)), project.tracks[1])
    made: list[tuple[int, int]] = []
    render = Mixer.render

    def counted(mixer: Mixer, start: int, frames: int) -> Samples:
        made.append((start, frames))
        return render(mixer, start, frames)

    monkeypatch.setattr(segments, "LENGTH", SEGMENT // 2)
    monkeypatch.setattr(Mixer, "render", counted)
    run(project=replace(project, tracks=tracks), rate=rate, peak=-1.0)
    assert sorted(made) == [(start, SEGMENT) for start in range(0, FRAMES, SEGMENT)]


def test_stretched_sound_is_made_first_and_told(project: Project, place: Path, tmp_path: Path) -> None:
    [clip] = project.tracks[0].clips
    tracks = (replace(project.tracks[0], clips=(replace(clip, stretch=1.5),)), project.tracks[1])
    order = order_for(replace(project, tracks=tracks), place, tmp_path / "out.wav", Format("wav"))
    told: list[tuple[str, float]] = []
    exporting.export(replace(order, loudness=-16.0), tmp_path, Ears(lambda *said: told.append(said), lambda _: None))
    assert list(dict.fromkeys(stage for stage, _ in told)) == ["stretching", "mixing", "writing"]
    assert [part for _, part in told] == sorted(part for _, part in told)
    assert told[-1][1] == pytest.approx(1.0)
