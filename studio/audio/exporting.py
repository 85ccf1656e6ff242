"""An export: project in, finished files out. The main thread of the sound process; it uses threads of its own.

Each output is mixed into a temporary file and measured, then brought to its loudness, limited and encoded. Where
neither is asked for, or the gain is known, one pass is enough. What came out is measured, encoded formats by decoding
them again; what misses its target or passes its ceiling is corrected and written anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.audio import finishing, levels, loudness, measuring, plan, tagging, writing
from studio.audio.finishing import Finish, Measured
from studio.audio.limiter import Limiter
from studio.audio.mixdown import Mixdown, Sound, Source, mixed_down
from studio.audio.writing import Format
from studio.domain.project import Project
from studio.store import atomic
from studio.worker.failures import UserMistake

LOSSY = frozenset({"mp3", "ogg", "opus", "m4b"})
TOLERANCE_LU = 0.05
TOLERANCE_LOSSY_LU = 0.1  # encoding anew takes its time
TOLERANCE_DB = 0.05  # how far an encoded file may pass its ceiling before it is made anew
_ROUNDS = 4
_MP3_HEADROOM = (256, 0.3), (160, 0.6), (112, 1.0)  # kbit/s, dB
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


def export(order: Order, scratch: Path, ears: Ears) -> tuple[Done, ...]:
    """Write all outputs; when it fails or is stopped, no file of this export is left."""
    _check(order)
    scratch.mkdir(parents=True, exist_ok=True)
    done: list[Done] = []
    try:
        for number, output in enumerate(order.outputs):
            job = _Job(order, output, scratch, _share(ears, number, len(order.outputs)))
            done.append(job.stem(done[0].gain) if output.stem and done else job.mix())
            if done[-1].clipped:
                ears.note(
                    f"{done[-1].clipped:,} samples of {output.file.name} were beyond full scale and were clipped; "
                    "a ceiling or a lower level avoids that."
                )
    except BaseException:
        for earlier in done:
            with suppress(OSError):
                earlier.file.unlink(missing_ok=True)
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


def _share(ears: Ears, number: int, count: int) -> Ears:
    return replace(ears, progress=lambda stage, part: ears.progress(stage, (number + part) / count))


class _Job:
    """The export of one output."""

    def __init__(self, order: Order, output: Output, scratch: Path, ears: Ears) -> None:
        self._order = order
        self._output = output
        self._scratch = scratch
        self._ears = ears
        self._lossy = order.form.kind in LOSSY

    def stem(self, gain: float) -> Done:
        """Write with a known gain, in one pass."""
        with self._source() as source:
            self._check_disk(source, temporary=False)
            return self._write(source, gain, None)

    def mix(self) -> Done:
        """Write at the loudness and below the ceiling that were ordered."""
        ceiling = None if self._order.peak is None else self._order.peak - _headroom(self._order.form)
        limiter = None if ceiling is None else Limiter.at(ceiling, self._order.rate)
        with self._source() as source:
            two_passes = self._order.loudness is not None or (limiter is not None and self._lossy)
            self._check_disk(source, temporary=two_passes)
            if not two_passes:
                return self._write(source, 0.0, limiter)
            with mixed_down(source, self._scratch / "mix.f32", lambda part: self._tell("mixing", 0.5 * part)) as mix:
                return self._settled(mix, limiter)

    def _settled(self, mix: Mixdown, limiter: Limiter | None) -> Done:
        """Write, and write again until loudness and ceiling are met, or cannot be met better."""
        target = self._order.loudness
        if target is not None and loudness.integrated(mix.energies) <= loudness.SILENT:
            self._ears.note("The sound is too quiet to have a loudness; its level was left as it is.")
            target = None
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
        made = plan.make(order.project, order.folder, cache=order.cache, only=output.tracks)
        for media in made.missing:
            self._ears.note(f"The file of {self._named(media)} is missing; its clips are silent.")
        source = Source(made, output.start, output.end, rate=order.rate, channels=order.channels)
        try:
            yield source
        finally:
            source.close()
        for media in sorted(source.unreadable):
            self._ears.note(f"The file of {self._named(media)} is damaged; its clips are silent.")

    def _named(self, media: str) -> str:
        return next((m.name for m in self._order.project.media if m.id == media), media)

    def _write(self, sound: Sound, gain: float, limiter: Limiter | None) -> Done:
        """Encode it all, measure the file, and put it in its place whole."""
        order, target = self._order, self._output.file
        finish = Finish(levels.amplitude(gain), limiter)
        begun, share = (0.5, 0.5) if isinstance(sound, Mixdown) else (0.0, 1.0)
        share *= 0.8 if self._lossy else 1.0
        with atomic.written(target) as unfinished:
            encoder = writing.open_encoder(unfinished, order.form, rate=sound.rate, channels=sound.channels)
            with encoder, finishing.finished(sound, finish) as result:
                at = 0
                for block in result.blocks:
                    encoder.write(block)
                    at += len(block)
                    self._tell("writing", begun + share * at / sound.frames)
            measured = self._heard(unfinished, begun + share, sound.frames) if self._lossy else result.measured
            assert measured, "all blocks were taken"
            tagging.write(unfinished, order.form.kind, tagging.Tags.of(self._output.tags, self._output.recipe))
        return Done(target, measured, sound.frames / sound.rate, encoder.clipped, gain)

    def _heard(self, file: Path, begun: float, frames: int) -> Measured:
        """Measure what listeners will hear."""

        def told(done: int) -> None:
            self._tell("measuring", begun + (1.0 - begun) * min(1.0, done / frames))

        return measuring.measure(file, told)

    def _tell(self, stage: str, part: float) -> None:
        self._ears.progress(stage, part)

    def _check_disk(self, source: Source, *, temporary: bool) -> None:
        """Refuse to begin what cannot end."""
        frame = source.channels * (4 if self._order.form.kind not in {"wav", "flac"} else self._order.form.bits // 8)
        needs = [(self._output.file.parent, source.frames * frame // (8 if self._order.form.kind in LOSSY else 1))]
        if temporary:
            needs.append((self._scratch, source.frames * source.channels * 4))
        wanted: dict[int, int] = {}
        for folder, size in needs:
            device = folder.stat().st_dev
            wanted[device] = wanted.get(device, _RESERVE) + size
            free = shutil.disk_usage(folder).free
            if free < wanted[device]:
                raise UserMistake(
                    f"The disk of {folder} has {free // 1_000_000:,} MB free; the export needs about "
                    f"{wanted[device] // 1_000_000:,} MB.",
                    "Free some space, or choose another place.",
                )


def _headroom(form: Format) -> float:
    """Return how far below the ceiling to stay, in dB, for what encoding adds to loud and dense sound."""
    if form.kind not in LOSSY:
        return 0.0
    if form.kind != "mp3" or form.vbr is not None:
        return 0.6
    return next((room for least, room in _MP3_HEADROOM if (form.bitrate or 192) >= least), 1.5)
