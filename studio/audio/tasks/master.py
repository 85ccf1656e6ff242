"""The task `master`: a file from outside becomes what engines read, a plain WAV of floats at one rate."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import soxr

from studio.audio import kinds, streams
from studio.audio.reading import Block
from studio.audio.streams import SoundStream
from studio.protocol import float_wav
from studio.worker.answers import path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

NAME = "input.wav"


def run(context: RunContext) -> Output:
    """Bring `file`, called `name` in what is said, to `rate` and at most `channels`; stop after `most_seconds`."""
    path = path_in(context, "file")
    name = kinds.shown(Path(str(context.inputs.get("name") or path.name)))
    try:
        with streams.opened(path, stop=lambda: context.cancelled) as stream:
            return _mastered(context, stream, name)
    except UserMistake as e:
        raise UserMistake(str(e).replace(kinds.shown(path), name), e.hint) from e


def _mastered(context: RunContext, stream: SoundStream, name: str) -> Output:
    rate = int(context.inputs["rate"])
    channels = min(stream.channels, int(context.inputs["channels"]))
    most = int(float(context.inputs["most_seconds"]) * stream.rate)
    if stream.claimed > most:
        raise UserMistake(
            f"{name} lasts {stream.claimed / stream.rate / 60:,.0f} minutes; this takes at most "
            f"{most / stream.rate / 60:,.0f}.",
            "Cut it into pieces first.",
        )
    read = 0
    resampler = None if rate == stream.rate else soxr.ResampleStream(stream.rate, rate, channels, dtype="float32")
    with context.create(NAME) as unfinished, unfinished.open("wb") as out:
        float_wav.begin(out, rate=rate, channels=channels)
        for block in stream.blocks:
            context.check_cancelled()
            read += len(block)
            if read > most:
                raise UserMistake(f"{name} lasts longer than the {most / stream.rate / 60:,.0f} minutes that fit here.")
            _write(out, _resampled(resampler, _narrowed(block, channels)))
            context.progress("reading", min(1.0, read / stream.claimed) if stream.claimed else None)
        if resampler is not None:
            empty = np.zeros((0, channels), np.float32)
            _write(out, np.asarray(resampler.resample_chunk(empty, last=True), np.float32))
        frames = float_wav.finish(out, rate=rate, channels=channels)
    if not frames:
        raise UserMistake(f"{name} holds no sound.", kinds.CHOOSE)
    facts = {"seconds": frames / rate, "sample_rate": rate, "channels": channels}
    return Output(context.scratch / NAME, "audio", facts)


def _narrowed(block: Block, channels: int) -> Block:
    """Mix down to one channel, or leave the first ones; what is no number is silence."""
    clean = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
    if clean.shape[1] == channels:
        return clean
    if channels == 1:
        return clean.mean(axis=1, keepdims=True, dtype=np.float32)
    return clean[:, :channels]


def _resampled(resampler: soxr.ResampleStream | None, block: Block) -> Block:
    return block if resampler is None else np.asarray(resampler.resample_chunk(np.ascontiguousarray(block)), np.float32)


def _write(out: BinaryIO, block: Block) -> None:
    out.write(np.ascontiguousarray(block, "<f4").tobytes())
