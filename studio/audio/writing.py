"""Writes sound files in every form the studio offers. An encoder belongs to one thread.

A file depends on its samples and its format alone: not on the sizes of the blocks, the time or the machine's mood.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from studio.audio import dither, mp3_frames
from studio.audio.reading import Block
from studio.worker.failures import UserMistake

KINDS = ("wav", "flac", "mp3", "ogg", "opus", "m4b")
TITLES = {
    "wav": "A WAV file", "flac": "A FLAC file", "mp3": "An MP3 file", "ogg": "An Ogg Vorbis file",
    "opus": "An Opus file", "m4b": "An M4B file",
}  # fmt: skip
OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)  # any other is brought to the last of them
_M4B_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
_BITS = {"wav": (16, 24, 32), "flac": (16, 24)}
_MOST_CHANNELS = {"wav": 64, "flac": 8, "mp3": 2, "ogg": 8, "opus": 8, "m4b": 2}
_HIGHEST_RATES = {"wav": 3_840_000, "flac": 655_350, "ogg": 192_000, "opus": 384_000}
_LEAST_RATES = {"wav": 1_000, "flac": 1_000, "ogg": 8_000, "opus": 8_000}


@dataclass(frozen=True)
class Format:
    """What the user wants. `bitrate` in kbit/s, 0 for the kind's own; `vbr` 0 (best) to 9 instead of a bit rate."""

    kind: str = "wav"
    bits: int = 24  # 16, 24, or 32 for floating point; for wav and flac
    bitrate: int = 0
    vbr: float | None = None

    @staticmethod
    def of(table: Mapping[str, Any]) -> Format:
        """Read a task's input; raise UserMistake for what there is not."""
        kind = str(table.get("kind", "wav"))
        if kind not in KINDS:
            raise UserMistake(f"There is no sound format {kind!r}.", f"Choose one of {', '.join(KINDS)}.")
        default = 16 if kind == "flac" else 24
        vbr = table.get("vbr")
        return Format(
            kind,
            bits=int(table.get("bits") or default),
            bitrate=int(table.get("bitrate") or 0),
            vbr=None if vbr is None else float(vbr),
        )


class Encoder(ABC):
    """A file that is being written. `clipped` samples were beyond full scale and were clamped.

    Whoever makes one closes it; an exception inside its `with` leaves an unfinished file for the caller to remove.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self.channels = channels
        self.frames = 0
        self._chunk = dither.chunk_frames(channels)
        self._pending = np.empty((self._chunk, channels), np.float32)
        self._waiting = 0
        self._clamped = 0
        self._open = True

    @property
    def clipped(self) -> int:
        """How many samples did not fit between full scale and its opposite."""
        return self._clamped

    def write(self, block: Block) -> None:
        """Add samples: float32 in rows of channels."""
        if block.ndim != 2 or block.shape[1] != self.channels:
            raise ValueError(f"a block of shape {block.shape} for {self.channels} channels")
        block = np.ascontiguousarray(block, np.float32)
        self.frames += len(block)
        at = 0
        while at < len(block):
            if not self._waiting and len(block) - at >= self._chunk:  # the usual case needs no copy
                self._encode(block[at : at + self._chunk])
                at += self._chunk
                continue
            taken = min(self._chunk - self._waiting, len(block) - at)
            self._pending[self._waiting : self._waiting + taken] = block[at : at + taken]
            self._waiting += taken
            at += taken
            if self._waiting == self._chunk:
                self._encode(self._pending)
                self._waiting = 0

    def close(self) -> None:
        """Finish the file. Syncing it is the caller's."""
        if not self._open:
            return
        self._open = False
        try:
            if self._waiting:
                self._encode(self._pending[: self._waiting])
            self._finish()
        finally:
            self._release()

    def abandon(self) -> None:
        """Let go of a file that nobody wants any more, without finishing it."""
        if self._open:
            self._open = False
            self._release()

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    @abstractmethod
    def _encode(self, chunk: Block) -> None:
        """Write a chunk: `dither.chunk_frames` long, save for the last one."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what comes last."""

    @abstractmethod
    def _release(self) -> None:
        """Close what is open, whatever happened."""

    def _within(self, chunk: Block) -> Block:
        """Return a chunk clamped to full scale, for encoders that take floating point."""
        if chunk.size and (chunk.max() > 1.0 or chunk.min() < -1.0):
            self._clamped += int(np.count_nonzero(np.abs(chunk) > 1.0))
            return np.clip(chunk, -1.0, 1.0)
        return chunk


def open_encoder(path: Path, form: Format, *, rate: int, channels: int) -> Encoder:
    """Begin a file; raise UserMistake when the format cannot hold such a sound."""
    check(form, rate=rate, channels=channels)
    return _ENCODERS[form.kind](path, form, rate, channels)


def check(form: Format, *, rate: int, channels: int) -> None:
    """Raise UserMistake when a format cannot hold such a sound."""
    if form.kind not in KINDS:
        raise UserMistake(f"There is no sound format {form.kind!r}.", f"Choose one of {', '.join(KINDS)}.")
    title, most = TITLES[form.kind], _MOST_CHANNELS[form.kind]
    if not 1 <= channels <= most:
        raise UserMistake(f"{title} cannot hold {channels} channels.", "Mix it down to two." if channels > most else "")
    if form.kind in _BITS and form.bits not in _BITS[form.kind]:
        raise UserMistake(f"{title} cannot hold {form.bits} bits.", f"Choose one of {_listed(_BITS[form.kind])}.")
    allowed = rates(form.kind)
    if allowed and rate not in allowed:
        raise UserMistake(f"{title} cannot hold {rate:,} samples a second.", f"Choose one of {_listed(allowed)}.")
    low, high = _LEAST_RATES.get(form.kind, 1), _HIGHEST_RATES.get(form.kind, rate)
    if not low <= rate <= high:
        raise UserMistake(f"{title} cannot hold {rate:,} samples a second.", f"Choose {low:,} to {high:,}.")
    _check_quality(form, rate)


def rates(kind: str) -> tuple[int, ...]:
    """Return the only rates that a format knows; nothing when it takes any within reason."""
    return {"mp3": mp3_frames.rates(), "m4b": _M4B_RATES}.get(kind, ())


def _check_quality(form: Format, rate: int) -> None:
    title = TITLES[form.kind]
    if form.vbr is not None and not 0 <= form.vbr <= 9:
        raise UserMistake(f"There is no quality {form.vbr:g}.", "Choose 0 (best) to 9 (smallest).")
    if form.kind == "mp3" and form.bitrate and form.bitrate not in mp3_frames.bitrates(rate):
        raise UserMistake(
            f"{title} with {rate:,} samples a second cannot have {form.bitrate} kbit/s.",
            f"Choose one of {_listed(mp3_frames.bitrates(rate))}.",
        )
    if form.kind in {"ogg", "opus", "m4b"} and form.bitrate and not 6 <= form.bitrate <= 512:
        raise UserMistake(f"{title} cannot have {form.bitrate} kbit/s.", "Choose 6 to 512.")


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(n) for n in numbers)


def _wav(path: Path, form: Format, rate: int, channels: int) -> Encoder:
    from studio.audio.writing_wav import WavEncoder

    return WavEncoder(path, form.bits, rate, channels)


def _flac(path: Path, form: Format, rate: int, channels: int) -> Encoder:
    from studio.audio.writing_sndfile import FlacEncoder

    return FlacEncoder(path, form.bits, rate, channels)


def _mp3(path: Path, form: Format, rate: int, channels: int) -> Encoder:
    from studio.audio.writing_mp3 import Mp3Encoder

    return Mp3Encoder(path, rate, channels, bitrate=form.bitrate, vbr=form.vbr)


def _ogg(path: Path, form: Format, rate: int, channels: int) -> Encoder:
    from studio.audio.writing_sndfile import OggEncoder

    return OggEncoder(path, form, rate, channels)


def _m4b(path: Path, form: Format, rate: int, channels: int) -> Encoder:
    from studio.audio.writing_m4b import M4bEncoder

    return M4bEncoder(path, rate, channels, bitrate=form.bitrate)


_ENCODERS: dict[str, Callable[[Path, Format, int, int], Encoder]] = {
    "wav": _wav, "flac": _flac, "mp3": _mp3, "ogg": _ogg, "opus": _ogg, "m4b": _m4b,
}  # fmt: skip
