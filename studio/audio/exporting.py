"""An export: project in, finished files out. The main thread of the sound process; it uses threads of its own.

Each output is mixed into a temporary file and measured, then brought to its loudness, limited and encoded. Where
neither is asked for, or the gain is known, one pass is enough. What came out is measured, encoded formats by decoding
them again; what misses its target or passes its ceiling is corrected and written anew.

The files are written where the order says, also over what is there: whoever orders gives unfinished names, and gives
the files their places when all is well.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.audio import finishing, levels, loudness, measuring, mixer, plan, tagging, writing
from studio.audio.finishing import Finish, Measured
from studio.audio.limiter import Limiter
from studio.audio.mixdown import Mixdown, Sound, Source, mixed_down
from studio.audio.plan import Plan
from studio.audio.writing import Format
from studio.domain import samples
from studio.domain.project import Project
from studio.worker.failures import UserMistake

LOSSY = frozenset({"mp3", "ogg", "opus", "m4b"})
TOLERANCE_LU = 0.05
TOLERANCE_LOSSY_LU = 0.1  # encoding anew takes its time
TOLERANCE_DB = 0.05  # how far an encoded file may pass its ceiling before it is made anew
_ROUNDS = 4
_MP3_HEADROOM = (256, 0.3), (160, 0.6), (112, 1.0)  # kbit/s, dB
_STRETCHING = 0.2  # of the progress, where sound must be stretched first
_RESERVE = 16_000_000  # bytes of disk that an export leaves free


@dataclass(frozen=True)
class Output:
    """One file to write: a stretch of the project, or of some of its tracks."""

    file: Path
    start: int
    end: int
    tracks: frozenset[str] | None = None
    stem: bool = False  # has the gain of the first output, and no limiter
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])
    recipe: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Order:
    """What to export, and how."""

    project: Project
    folder: Path
    cache: Path
    form: Format
    rate: int
    channels: int
    outputs: tuple[Output, ...]
    loudness: float | None = None
    peak: float | None = None


@dataclass(frozen=True)
class Done:
    """A written file."""

    file: Path
    measured: Measured
    seconds: float
    clipped: int
    gain: float  # dB


@dataclass(frozen=True)
class Ears:
    """Who hears what an export has to say. `progress` may raise to end it."""

    progress: Callable[[str, float], None]
    note: Callable[[str], None]


Plans = Mapping[frozenset[str] | None, Plan]


def export(order: Order, scratch: Path, ears: Ears) -> tuple[Done, ...]:
    """Write all outputs; when it fails or is stopped, no file is left that was not there before."""
    _check(order)
    _check_disk(order, scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    plans, begun = _planned(order, ears)
    new = [output.file for output in order.outputs if not output.file.exists()]
    done: list[Done] = []
    try:
        for number, output in enumerate(order.outputs):
            share = (1.0 - begun) / len(order.outputs)
            heard = _share(ears, begun + number * share, share)
            job = _Job(order, output, plans[output.tracks], scratch, heard)
            done.append(job.stem(done[0].gain) if output.stem and done else job.mix())
    except BaseException:
        for file in new:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        raise
    return tuple(done)


def _check(order: Order) -> None:
    writing.check(order.form, rate=order.rate, channels=order.channels)
    if order.channels not in {1, 2}:
        raise UserMistake(f"A mix cannot have {order.channels} channels.", "Choose 1 or 2.")
    if not order.outputs:
        raise UserMistake("There is nothing to export.", "Name at least one file.")
    if order.loudness is not None and not -60.0 <= order.loudness <= 0.0:
        raise UserMistake(f"{order.loudness:g} LUFS is no loudness to aim at.", "Choose -60 to 0, for example -16.")
    if order.peak is not None and not -30.0 <= order.peak <= 0.0:
        raise UserMistake(f"{order.peak:g} dBTP is no ceiling.", "Choose -30 to 0, for example -1.")
    for output in order.outputs:
        if not 0 <= output.start < output.end:
            raise UserMistake("There is no sound in what is to be exported.", "Choose a longer range.")


def _check_disk(order: Order, scratch: Path) -> None:
    """Refuse to begin what cannot end."""
    needs = [(o.file.parent, f"The disk that holds {o.file.parent}", _size(order, o)) for o in order.outputs]
    temporary = [_frames(order, output) for output in order.outputs if _two_passes(order, output)]
    if temporary:
        kept = next(folder for folder in (scratch, *scratch.parents) if folder.exists())
        needs.append((kept, "The disk that holds the studio's data folder", max(temporary) * order.channels * 4))
    wanted: dict[int, int] = {}
    named: dict[int, tuple[Path, str]] = {}
    for folder, words, size in needs:
        device = folder.stat().st_dev
        wanted[device] = wanted.get(device, _RESERVE) + size
        named.setdefault(device, (folder, words))
    for device, (folder, words) in named.items():
        free = shutil.disk_usage(folder).free
        if free < wanted[device]:
            raise UserMistake(
                f"{words} has {free // 1_000_000:,} MB free; the export needs about "
                f"{wanted[device] // 1_000_000:,} MB.",
                "Free some space, or choose another place.",
            )


def _frames(order: Order, output: Output) -> int:
    return samples.covering(output.end - output.start, order.project.rate, order.rate)


def _size(order: Order, output: Output) -> int:
    """Return about how many bytes an output takes beyond those that its file has already."""
    frame = order.channels * (order.form.bits // 8 if order.form.kind in {"wav", "flac"} else 4)
    size = _frames(order, output) * frame // (8 if order.form.kind in LOSSY else 1)
    return max(0, size - output.file.stat().st_size) if output.file.exists() else size


def _two_passes(order: Order, output: Output) -> bool:
    """Say whether the mix must be known before the file can be written."""
    if output.stem and output is not order.outputs[0]:
        return False
    return order.loudness is not None or (order.peak is not None and order.form.kind in LOSSY)


def _planned(order: Order, ears: Ears) -> tuple[Plans, float]:
    """Plan the mixes and make the stretched sound that they need; return them, and the part of the work that was.

    Raise UserMistake when there is media that cannot be played: nobody wants silence in its place.
    """
    plans: dict[frozenset[str] | None, Plan] = {}
    for output in order.outputs:
        if output.tracks not in plans:
            plans[output.tracks] = plan.make(order.project, order.folder, cache=order.cache, only=output.tracks)
    begun = 0.0
    bad: set[str] = set()
    for number, made in enumerate(plans.values()):

        def told(part: float, number: int = number) -> None:
            nonlocal begun
            begun = max(begun, _STRETCHING * (number + part) / len(plans))
            ears.progress("stretching", begun)

        bad |= {*made.missing, *mixer.prepare(made, told)}
    _refuse(order.project, bad)
    return plans, begun


def _refuse(project: Project, bad: Iterable[str]) -> None:
    """Raise UserMistake when there is media that cannot be played."""
    names = sorted({media.name for media in project.media if media.id in set(bad)})
    if names:
        shown = ", ".join(names[:3])
        if len(names) > 3:
            shown = f"{shown} and {len(names) - 3} more"
        raise UserMistake(
            f"{shown} is missing or damaged." if len(names) == 1 else f"{shown} are missing or damaged.",
            "Say where to find a good file with `studio project relink`, or remove the clips that play it.",
        )


def _share(ears: Ears, begin: float, share: float) -> Ears:
    return replace(ears, progress=lambda stage, part: ears.progress(stage, begin + share * part))


class _Job:
    """The export of one output."""

    def __init__(self, order: Order, output: Output, made: Plan, scratch: Path, ears: Ears) -> None:
        self._order = order
        self._output = output
        self._plan = made
        self._scratch = scratch
        self._ears = ears
        self._lossy = order.form.kind in LOSSY

    def stem(self, gain: float) -> Done:
        """Write with a known gain, in one pass."""
        with self._source() as source:
            return self._write(source, gain, None)

    def mix(self) -> Done:
        """Write at the loudness and below the ceiling that were ordered."""
        ceiling = None if self._order.peak is None else self._order.peak - _headroom(self._order.form)
        limiter = None if ceiling is None else Limiter.at(ceiling, self._order.rate)
        if not _two_passes(self._order, self._output):
            with self._source() as source:
                return self._write(source, 0.0, limiter)
        with ExitStack() as stack:
            with self._source() as source:
                mix = stack.enter_context(mixed_down(source, self._scratch / "mix.f32", self._mixing))
            return self._settled(mix, limiter)

    def _settled(self, mix: Mixdown, limiter: Limiter | None) -> Done:
        """Write, and write again until loudness and ceiling are met, or cannot be met better."""
        target = self._order.loudness
        if target is not None and loudness.integrated(mix.energies) <= loudness.SILENT:
            heard = "the sound is too quiet" if float(mix.peaks.max(initial=0.0)) > 0.0 else "nothing is heard"
            self._ears.note(f"{heard.capitalize()}: there is no loudness to bring to {target:g} LUFS.")
            return self._write(mix, 0.0, limiter)
        gain = 0.0 if target is None else finishing.gain_for(mix, target, limiter)
        done = self._write(mix, gain, limiter)
        for _ in range(_ROUNDS - 1):
            corrected = self._corrected(mix, done, limiter, target)
            if corrected is None:
                break
            gain, limiter = corrected
            done = self._write(mix, gain, limiter)
        self._say_what_was_missed(done, target)
        return done

    def _corrected(
        self, mix: Mixdown, done: Done, limiter: Limiter | None, target: float | None
    ) -> tuple[float, Limiter] | None:
        """Return the gain and the limiter that would come nearer to what was ordered; None when nothing would."""
        if limiter is None or self._order.peak is None:
            return None
        measured = done.measured
        too_high = measured.true_peak - self._order.peak
        lowered = limiter.lowered(too_high + TOLERANCE_DB) if self._lossy and too_high > TOLERANCE_DB else limiter
        if target is None:
            return None if lowered is limiter else (done.gain, lowered)
        # What the encoder took, and what the guess was wrong by, it will take and be wrong by again.
        bias = measured.loudness - finishing.expected_loudness(mix, done.gain, limiter)
        gain = finishing.gain_for(mix, target - bias, lowered)
        missed = abs(measured.loudness - target) > (TOLERANCE_LOSSY_LU if self._lossy else TOLERANCE_LU)
        moves = abs(gain - done.gain) > TOLERANCE_LU
        return (gain, lowered) if lowered is not limiter or (missed and moves) else None

    def _say_what_was_missed(self, done: Done, target: float | None) -> None:
        measured = done.measured
        if target is not None and abs(measured.loudness - target) > 0.15:
            self._ears.note(
                f"The loudness came to {measured.loudness:.1f} LUFS instead of {target:g}: "
                f"the ceiling of {self._order.peak:g} dBTP lets no more through."
                if self._order.peak is not None and measured.loudness < target
                else f"The loudness came to {measured.loudness:.1f} LUFS instead of {target:g}."
            )
        if self._order.peak is not None and measured.true_peak > self._order.peak + 0.1:
            self._ears.note(
                f"Encoding raised the true peak to {measured.true_peak:.1f} dBTP, above {self._order.peak:g}; "
                "a higher bit rate or a lower ceiling avoids that."
            )

    @contextmanager
    def _source(self) -> Iterator[Source]:
        order, output = self._order, self._output
        source = Source(self._plan, output.start, output.end, rate=order.rate, channels=order.channels)
        try:
            yield source
        finally:
            source.close()
        _refuse(order.project, source.unreadable)  # what could be opened may still be damaged further on

    def _write(self, sound: Sound, gain: float, limiter: Limiter | None) -> Done:
        """Encode it all into the file, over what was there, and measure it."""
        order, file = self._order, self._output.file
        finish = Finish(levels.amplitude(gain), limiter)
        begun, share = (0.5, 0.5) if isinstance(sound, Mixdown) else (0.0, 1.0)
        share *= 0.8 if self._lossy else 1.0
        encoder = writing.open_encoder(file, order.form, rate=sound.rate, channels=sound.channels)
        with encoder, finishing.finished(sound, finish) as result:
            at = 0
            for block in result.blocks:
                encoder.write(block)
                at += len(block)
                self._tell("writing", begun + share * at / sound.frames)
        # What was clamped is not what was measured on the way.
        listen = self._lossy or encoder.clipped
        measured = self._heard(file, begun + share, sound.frames) if listen else result.measured
        assert measured, "all blocks were taken"
        tagging.write(file, order.form.kind, tagging.Tags.of(self._output.tags, self._output.recipe))
        return Done(file, measured, sound.frames / sound.rate, encoder.clipped, gain)

    def _heard(self, file: Path, begun: float, frames: int) -> Measured:
        """Measure what listeners will hear."""

        def told(done: int) -> None:
            self._tell("measuring", begun + (1.0 - begun) * min(1.0, done / frames))

        return measuring.measure(file, told)

    def _mixing(self, part: float) -> None:
        self._tell("mixing", 0.5 * part)

    def _tell(self, stage: str, part: float) -> None:
        self._ears.progress(stage, part)


def _headroom(form: Format) -> float:
    """Return how far below the ceiling to stay, in dB, for what encoding adds to loud and dense sound."""
    if form.kind not in LOSSY:
        return 0.0
    if form.kind != "mp3" or form.vbr is not None:
        return 0.6
    return next((room for least, room in _MP3_HEADROOM if (form.bitrate or 192) >= least), 1.5)
