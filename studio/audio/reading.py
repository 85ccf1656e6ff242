"""Sound files as streams with random access. A Sound belongs to one thread; several threads open the file each.

What comes out depends on the place alone, never on what was read before: where a codec needs a run-up, it gets one.
Only Opus, and MP3 of one channel, may differ by the last bit of a float32: their decoders sum in another order then.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from studio.audio import decoders, kinds
from studio.audio.kinds import Kind
from studio.worker.failures import UserMistake

Block = np.ndarray[Any, np.dtype[np.float32]]
Numbers16 = np.ndarray[Any, np.dtype[np.int16]]

MOST_CHANNELS = 64
LOWEST_RATE, HIGHEST_RATE = 1_000, 3_840_000
LOUDEST = 1e6  # beyond 120 dB over full scale a number is no sound, and sums of it would overflow
# How far ahead of a place a codec must start for the sound there to be what a decoding from the start gives: a frame of
# an MP3 file borrows room from those before it. For Opus libsndfile does it by itself.
_RUN_UP = {"MPEG_LAYER_III": 27_648}
_WHOLE_NUMBERS = frozenset({
    "PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "ULAW", "ALAW", "ALAC_16", "ALAC_20", "ALAC_24", "ALAC_32",
})  # fmt: skip
_STEP_16 = np.float32(2.0**-15)
_SKIP = 1 << 16
_NOWHERE = -1
_UNKNOWN = 1 << 60  # libsndfile's number of frames where the header says nothing is about this


class Sound:
    """An open sound file. `frames` is what its header says; only decoding shows whether they are there."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind
        self.bad_values = 0  # samples so far that were no sound, and became zero
        self._file = decoders.opened(path, kind)
        self.rate, self.channels = self._file.rate, self._file.channels
        self.frames, self.subtype = self._file.frames, self._file.subtype
        self._check()
        self._run_up = _RUN_UP.get(self.subtype, 0)
        self._whole_numbers = self.subtype in _WHOLE_NUMBERS
        self._at = 0

    @property
    def form(self) -> str:
        """Its form in a few words, for people: "WAV, 24 bit"."""
        return f"{self.kind.name.upper()}, {_SUBTYPES.get(self.subtype, self.subtype)}"

    @property
    def reaches_any_place(self) -> bool:
        """Whether any place is reached without decoding all before it."""
        return self._file.seekable

    @property
    def knows_its_length(self) -> bool:
        """Whether the header says how long it is."""
        return self.frames < _UNKNOWN

    @property
    def lossy(self) -> bool:
        """Whether its sound is a little different from what went in."""
        return self.subtype in {"VORBIS", "OPUS"} or self.subtype.startswith("MPEG")

    @property
    def floating(self) -> bool:
        """Whether its samples are floating point numbers, which may be anything."""
        return self.subtype in {"FLOAT", "DOUBLE"}

    @property
    def whole_numbers(self) -> bool:
        """Whether its samples are integers, so that `read_numbers` gives what is in the file."""
        return self._whole_numbers

    def read(self, start: int, count: int) -> Block:
        """Return samples from `start`, float32 in rows of channels; fewer than `count` at the end."""
        if self.subtype == "PCM_16":  # the same numbers as libsndfile's own floats, in a sixth of the time
            return np.multiply(self._read(start, count, np.int16), _STEP_16, dtype=np.float32)
        block = self._read(start, count, np.float32)
        return block if self._whole_numbers else self._cleaned(block)

    def read_numbers(self, start: int, count: int) -> Numbers16:
        """Return samples as 16-bit integers, the bits below cut off. Only for a file of whole numbers."""
        if not self._whole_numbers:
            raise ValueError(f"{self.subtype} is no integer form")
        return self._read(start, count, np.int16)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def __enter__(self) -> Sound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, start: int, count: int, kind: type[Any]) -> Any:
        count = min(count, self.frames - start)
        if start < 0 or count <= 0:
            return np.zeros((0, self.channels), kind)
        block = np.empty((count, self.channels), kind)
        got, damaged = 0, False
        if start == self._at or self._go_to(start):
            got, damaged = self._file.read(block)
        if got == count:
            self._at += got
            return block
        self._at = _NOWHERE  # what a decoder does after a broken place is its own affair
        if damaged and not got:
            raise UserMistake(
                f"{kinds.shown(self.path)} is damaged at {start / self.rate:.1f} s.", "Export it anew, or cut it there."
            )
        return block[:got]

    def _check(self) -> None:
        name = kinds.shown(self.path)
        if not 1 <= self.channels <= MOST_CHANNELS:
            self.close()
            raise UserMistake(
                f"{name} has {self.channels} channels; at most {MOST_CHANNELS} can be read.", "Export fewer channels."
            )
        if not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            self.close()
            raise UserMistake(f"{name} claims {self.rate} samples a second.", "Export it anew.")

    def _go_to(self, start: int) -> bool:
        """Make `start` the next sample that is read, as far as it is there."""
        near = self._run_up if self._file.seekable else start
        if not 0 <= self._at <= start <= self._at + near:  # reading on would be exact, too, and faster
            self._at = max(0, start - self._run_up)
            if not self._file.seekable or not self._file.seek(self._at):
                self._file.close()
                self._file = decoders.opened(self.path, self.kind)
                self._at = 0
        skipped = np.empty((min(_SKIP, start - self._at), self.channels), np.float32)
        while self._at < start:
            got, _ = self._file.read(skipped[: start - self._at])
            if not got:
                return False
            self._at += got
        return True

    def _cleaned(self, block: Block) -> Block:
        if not block.size or (block.min() >= -LOUDEST and block.max() <= LOUDEST):  # false for NaN
            return block
        bad = ~(np.abs(block) <= LOUDEST)
        self.bad_values += int(np.count_nonzero(bad))
        block[bad] = 0.0
        return block


def open_sound(path: Path) -> Sound:
    """Open a sound file; raise UserMistake for what is none, or what only ffmpeg can read."""
    kind = kinds.of(path)
    if kind.demuxer:
        raise UserMistake(
            f"{kinds.shown(path)} is {kind.title}; it can only be taken in as a copy.", "Add it to a project first."
        )
    return Sound(path, kind)


_SUBTYPES = {
    "PCM_S8": "8 bit", "PCM_U8": "8 bit", "PCM_16": "16 bit", "PCM_24": "24 bit", "PCM_32": "32 bit",
    "FLOAT": "32 bit float", "DOUBLE": "64 bit float", "VORBIS": "Vorbis", "OPUS": "Opus",
    "MPEG_LAYER_III": "layer III",
}  # fmt: skip
