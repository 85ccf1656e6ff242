"""The task `take_in`: a file from outside is decoded once, from end to end, before a project relies on it.

What other parts could not read again and again, at any place (what only ffmpeg reads, numbers that are no sound, a
damaged end, a codec without places) becomes a new file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.audio import kinds, mp3_frames, ogg_pages, streams, tagging
from studio.audio.reading import Block
from studio.audio.streams import SoundStream
from studio.audio.writing import Format, open_encoder
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

_OFFSET = 0.01  # of full scale; more is a fault of the recording
_SILENT = 1e-5
_WORTH_TELLING = 0.1  # seconds
_MOST_FLAC_CHANNELS = 8
_MOST_FLAC_RATE = 655_350


@dataclass
class _Checked:
    """What decoding showed."""

    frames: int = 0
    peak: float = 0.0
    sums: Any = 0.0
    damage: str = ""  # where decoding came to an end too early
    gaps: bool = False  # whether there are places that decoders skip

    def add(self, block: Block) -> None:
        self.frames += len(block)
        self.peak = max(self.peak, float(block.max()), -float(block.min()))
        self.sums = self.sums + block.sum(axis=0, dtype=np.float64)

    @property
    def offset(self) -> float:
        return float(np.abs(self.sums).max()) / self.frames if self.frames else 0.0


def run(context: RunContext) -> Output:
    """Check `file`, called `name` in what is said."""
    path = path_in(context, "file")
    name = kinds.shown(Path(str(context.inputs.get("name") or path.name)))
    try:
        return _taken_in(context, path, name)
    except UserMistake as e:  # the file may lie under a name of the studio's own
        raise UserMistake(str(e).replace(kinds.shown(path), name), e.hint) from e


def _taken_in(context: RunContext, path: Path, name: str) -> Output:
    checked = _Checked()
    with streams.opened(path, stop=lambda: context.cancelled) as stream:
        if stream.sound is None:
            rewritten = _rewritten(context, stream, checked, "flac" if _fits_flac(stream) else "wav")
        else:
            for _ in _watched(context, stream, checked):
                pass
            rewritten = ""
            checked.gaps = _has_gaps(path, stream)
        bad_values = stream.bad_values()
        slow = stream.sound is not None and not stream.sound.reaches_any_place
    if not checked.frames:
        raise UserMistake(f"{name} holds no sound.", kinds.CHOOSE)
    _tell(context, stream, checked, bad_values, name)
    if not rewritten and (bad_values or checked.damage or checked.gaps or slow):
        limit = checked.frames
        with streams.opened(path, stop=lambda: context.cancelled) as again:
            rewritten = _rewritten(context, again, _Checked(), "wav", limit)
    facts = {
        "format": stream.form,
        "rate": stream.rate,
        "channels": stream.channels,
        "frames": checked.frames,
        "seconds": checked.frames / stream.rate,
        "recipe": tagging.read(path).recipe,
        "ending": rewritten or stream.kind.name,
        "file": f"sound.{rewritten}" if rewritten else None,
    }
    return Output(context.scratch / f"sound.{rewritten}", "audio", facts) if rewritten else facts_only(context, facts)


def _has_gaps(path: Path, stream: SoundStream) -> bool:
    """Whether pieces are missing that a decoder skips, in a different way each time."""
    if stream.kind in {kinds.OGG, kinds.OPUS}:
        return ogg_pages.broken(path) > 0
    if stream.kind is kinds.MP3:
        with path.open("rb") as file:
            first = mp3_frames.find_first(file, mp3_frames.after_id3(file))
            return first is not None and not mp3_frames.unbroken(file, first)
    return False


def _fits_flac(stream: SoundStream) -> bool:
    return stream.channels <= _MOST_FLAC_CHANNELS and stream.rate <= _MOST_FLAC_RATE


def _watched(context: RunContext, stream: SoundStream, checked: _Checked) -> Iterator[Block]:
    """Pass the blocks on, until the end or until something in the file is broken."""
    blocks = iter(stream.blocks)
    while True:
        context.check_cancelled()
        try:
            block = next(blocks, None)
        except UserMistake as e:
            if not checked.frames:
                raise
            checked.damage = str(e)
            return
        if block is None:
            return
        checked.add(block)
        context.progress("checking", min(1.0, checked.frames / stream.claimed) if stream.claimed else None)
        yield block


def _rewritten(context: RunContext, stream: SoundStream, checked: _Checked, kind: str, limit: int | None = None) -> str:
    """Write a sound anew, without loss that could be heard; return the new file's ending."""
    form = Format("flac", bits=24) if kind == "flac" else Format("wav", bits=32)
    with context.create(f"sound.{kind}") as unfinished:
        with open_encoder(unfinished, form, rate=stream.rate, channels=stream.channels) as encoder:
            for block in _watched(context, stream, checked):
                encoder.write(block if limit is None else block[: limit - encoder.frames])
        if encoder.clipped:
            context.note(f"{encoder.clipped:,} samples were beyond full scale and were clamped.")
    return kind


def _tell(context: RunContext, stream: SoundStream, checked: _Checked, bad_values: int, name: str) -> None:
    seconds = checked.frames / stream.rate
    if checked.gaps:
        context.note(f"{name} is damaged here and there; one may hear where.")
    if checked.damage:
        context.note(f"{name} is damaged after {seconds:.1f} s; what comes before was taken in.")
    elif stream.claimed - checked.frames > _WORTH_TELLING * stream.rate:
        claimed = stream.claimed / stream.rate
        context.note(f"{name} claims to last {claimed:,.1f} s, but holds {seconds:,.1f} s. It may have been cut off.")
    if bad_values:
        context.note(f"{bad_values:,} samples of {name} were no numbers or far too large; they became silence.")
    if checked.peak < _SILENT:
        context.note(f"{name} is silent.", level="info")
    elif checked.offset > _OFFSET:
        context.note(f"{name} is off centre by {100 * checked.offset:.0f} % of full scale (a DC offset).", level="info")
