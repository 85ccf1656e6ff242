"""Takes noise out of speech: DeepFilterNet 3 at 48 kHz, each channel by itself; then trims and levels what remains.

The cleaned sound first goes to a file, since its loudness is known only at its end. Memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ends
import native

from studio.protocol import float_wav as wav
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

STAGE = "cleaning"
MASTER = "master.wav"
_SHARE = 0.95  # of the work is done when the noise is out
_FADE = native.RATE // 100
_SILENT = 1e-5
_FRAMES_AT_ONCE = 50  # half a second of sound: some 60 ms of work on each channel


class Runner(BaseRunner):
    """Has nothing but the library loaded: a filter remembers, so each job gets its own."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the library and try the model, so that a job does not find out that one is damaged."""
        del load
        native.check_weights()
        with native.Filter(most_db=100.0):
            pass
        return {"precision": "fp32", "revision": native.MODEL_SHA256[:12], "sha256": native.MODEL_SHA256}

    def run(self, context: RunContext) -> Output:
        """Clean the sound `source`."""
        import numpy as np

        source = _source(context)
        strength = float(context.params.get("strength", 100.0))
        form = {"rate": source.rate, "channels": source.channels}
        heard = ends.Listener(source.channels)
        context.scratch.mkdir(parents=True, exist_ok=True)
        cleaned = context.scratch / "cleaned.wav"
        try:
            with cleaned.open("wb") as out:
                wav.begin(out, **form)
                for block in _cleaned(context, source, strength):
                    heard.add(block)
                    out.write(block.astype("<f4").tobytes())
                wav.finish(out, **form)
            start, end = heard.span() if context.params.get("trim", True) else (0, source.frames)
            gain = heard.gain(start, end) if context.params.get("level", True) else 1.0
            if heard.peak < _SILENT:
                context.note("Nothing is left but silence; no speech was found.")
            with context.create(MASTER) as unfinished, unfinished.open("wb") as out:
                wav.begin(out, **form)
                for block in _cut(context, wav.read_float_wav(cleaned), start, end):
                    out.write((block * np.float32(gain)).astype("<f4").tobytes())
                wav.finish(out, **form)
        finally:
            cleaned.unlink(missing_ok=True)
        seconds = (end - start) / source.rate
        return Output(
            context.scratch / MASTER,
            "audio",
            {"seconds": seconds, "sample_rate": source.rate, "channels": source.channels},
        )


def _source(context: RunContext) -> wav.FloatWav:
    try:
        source = wav.read_float_wav(Path(context.inputs["files"]["source"]))
    except KeyError as e:
        raise UserMistake("There is no sound to clean.", "Name a sound file.") from e
    if source.rate != native.RATE:
        raise UserMistake(f"DeepFilter cleans sound of {native.RATE} samples a second, not of {source.rate}.")
    if not source.frames:
        raise UserMistake("The sound is empty.", "Choose another file.")
    return source


def _cleaned(context: RunContext, source: wav.FloatWav, strength: float) -> Iterator[Sound]:
    """Yield the sound in rows of channels: as many as there were, each in the place where it was."""
    import numpy as np

    if strength == 0.0:  # the library's own way of changing nothing has another delay
        for number, block in enumerate(_blocks(source, native.RATE), 1):
            yield _passed(context, source, block, done=min(source.frames, number * native.RATE))
        return
    gain = np.float32(_gain_before(context, source))
    with ExitStack() as held:
        filters = [held.enter_context(native.Filter(most_db=strength)) for _ in range(source.channels)]
        frame = filters[0].frame
        skip, left = native.DELAY, source.frames
        for block in _blocks(source, frame * _FRAMES_AT_ONCE, more=native.DELAY, multiple=frame):
            louder = block * gain
            made = np.concatenate([
                np.stack([f.process(louder[at : at + frame, n]) for n, f in enumerate(filters)], axis=1)
                for at in range(0, len(block), frame)
            ])  # fmt: skip
            if not np.isfinite(made).all():
                raise BadNumbers("the cleaned sound is not finite")
            kept = made[skip : skip + left] / gain
            skip = max(0, skip - len(made))
            left -= len(kept)
            yield _passed(context, source, kept, done=source.frames - left)


def _gain_before(context: RunContext, source: wav.FloatWav) -> float:
    """Return what brings the sound to a usual loudness: the model takes speech below some -45 dB for noise."""
    heard = ends.Listener(source.channels)
    for block in _blocks(source, native.RATE):
        context.check_cancelled()
        heard.add(block)
    return heard.gain(*heard.span())


def _passed(context: RunContext, source: wav.FloatWav, block: Sound, *, done: int) -> Sound:
    context.check_cancelled()
    context.progress(STAGE, _SHARE * done / source.frames)
    return block


def _cut(context: RunContext, cleaned: wav.FloatWav, start: int, end: int) -> Iterator[Sound]:
    """Yield the part from `start` to `end`; where it was cut it begins and ends without a click."""
    import numpy as np

    fade = min(_FADE, (end - start) // 2)
    at = 0
    for block in _blocks(cleaned, native.RATE):
        context.check_cancelled()
        first, last = max(start - at, 0), min(end - at, len(block))
        if first < last:
            place = np.arange(at + first, at + last)[:, None]
            rise = 1.0 if start == 0 else np.clip((place - start + 0.5) / fade, 0.0, 1.0)
            fall = 1.0 if end == cleaned.frames else np.clip((end - place - 0.5) / fade, 0.0, 1.0)
            yield (block[first:last] * rise * fall).astype(np.float32)
        at += len(block)
        context.progress(STAGE, _SHARE + (1 - _SHARE) * min(1.0, at / cleaned.frames))


def _blocks(source: wav.FloatWav, size: int, *, more: int = 0, multiple: int = 1) -> Iterator[Sound]:
    """Yield the sound, then at least `more` frames of silence, until the length is a multiple of `multiple`."""
    import numpy as np

    total = -(-(source.frames + more) // multiple) * multiple
    with source.path.open("rb") as file:
        file.seek(source.offset)
        for at in range(0, total, size):
            count = min(size, total - at)
            data = np.frombuffer(file.read(max(0, min(count, source.frames - at)) * source.frame_bytes), "<f4")
            block = np.zeros((count, source.channels), np.float32)
            block[: len(data) // source.channels] = data.reshape(-1, source.channels)
            yield block
