"""Where the mixer's samples come from: open files, made stereo at most and of the project's rate.

A `Sources` belongs to one mixer, and so to one thread.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from studio.audio import resampling
from studio.audio.reading import Sound, open_sound
from studio.worker.failures import UserMistake

Samples = NDArray[np.float32]

_MOST_OPEN = 64
# A file of another rate is resampled in blocks on a grid that begins with its first frame. So each sample of it is the
# same for every clip, wherever that was cut, and to the last bit.
_BLOCK = 1 << 16  # samples at least
_KEPT_BLOCKS = 32  # 16 MB; each clip that sounds goes through two of them in turn
# Samples of the lower rate before and after a block. soxr's filter reaches less than 128 of them; with these, a block
# is the same as that part of the whole, down to the rounding of float32 (-128 dB).
_SETTLING = 192
_HALF = math.sqrt(0.5)

# The parts of each channel in left and right, after ITU-R BS.775: the middle and the sides at -3 dB, no subwoofer.
_FOLDS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    3: ((1, 0, _HALF), (0, 1, _HALF)),
    4: ((1, 0, _HALF, 0), (0, 1, 0, _HALF)),
    5: ((1, 0, _HALF, _HALF, 0), (0, 1, _HALF, 0, _HALF)),
    6: ((1, 0, _HALF, 0, _HALF, 0), (0, 1, _HALF, 0, 0, _HALF)),
    8: ((1, 0, _HALF, 0, _HALF, 0, _HALF, 0), (0, 1, _HALF, 0, 0, _HALF, 0, _HALF)),
}


@dataclass(frozen=True, order=True)
class File:
    """A sound file, and what it should hold."""

    path: str
    rate: int
    channels: int
    frames: int


class Sources:
    """Reads any part of any file, and keeps the files that were used last open.

    `damaged` are those that turned out to hold less than they should, or something else. What sound there is of the
    same rate is read all the same.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._open: OrderedDict[str, Sound] = OrderedDict()
        self._resamplers: dict[tuple[int, int], soxr.ResampleStream] = {}
        self._blocks: OrderedDict[tuple[File, int], Samples] = OrderedDict()
        self._unreadable: set[str] = set()
        self.damaged: set[File] = set()

    def read(self, file: File, start: int, end: int) -> Samples | None:
        """Return samples `start` to `end` of a file at the mixer's rate; the caller may change them.

        One or two channels; silence outside the file. None when the file cannot be read or is of another rate.
        """
        if file.rate == self._rate:
            return self._frames(file, start, end)
        step = self._step(file)
        whole: Samples | None = None
        for number in range(start // step, -(-end // step)):
            block = self._block(file, number)
            if block is None:
                return None
            if whole is None:
                whole = np.empty((end - start, block.shape[1]), np.float32)
            first, last = max(start, number * step), min(end, (number + 1) * step)
            whole[first - start : last - start] = block[first - number * step : last - number * step]
        return np.zeros((0, 1), np.float32) if whole is None else whole

    def intact(self, file: File) -> bool:
        """Whether a file opens and holds what it should, as far as its header and its last frame tell."""
        sound = self._sound(file)
        if sound is not None and sound.reaches_any_place and file.frames:
            self._frames(file, file.frames - 1, file.frames)
        return file not in self.damaged

    def forget(self, file: File) -> None:
        """Let go of a file that is to be replaced, and of what was found out about it."""
        self._shut(file)
        self._unreadable.discard(file.path)
        self.damaged.discard(file)
        for key in [key for key in self._blocks if key[0] == file]:
            del self._blocks[key]

    def close(self) -> None:
        """Close every file."""
        while self._open:
            self._open.popitem()[1].close()

    def _step(self, file: File) -> int:
        """Return how long the blocks of a file are; they begin where frames of both rates meet."""
        up, _ = resampling.ratio(file.rate, self._rate)
        return -(-_BLOCK // up) * up

    def _block(self, file: File, number: int) -> Samples | None:
        key = file, number
        found = self._blocks.get(key)
        if found is None:
            found = self._resampled(file, number)
            if found is None:
                return None
            self._blocks[key] = found
            if len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(key)
        return found

    def _resampled(self, file: File, number: int) -> Samples | None:
        up, down = resampling.ratio(file.rate, self._rate)
        step, lower = self._step(file), min(file.rate, self._rate)
        lead = -(-_SETTLING * self._rate // (lower * up)) * up
        begin = number * step - lead
        end_in = (number + 1) * step // up * down + math.ceil(_SETTLING * file.rate / lower)
        frames = self._frames(file, begin // up * down, end_in)
        if frames is None:
            return None
        key = file.rate, frames.shape[1]
        stream = self._resamplers.get(key)
        if stream is None:
            stream = self._resamplers[key] = soxr.ResampleStream(
                file.rate, self._rate, frames.shape[1], "float32", resampling.QUALITY
            )
        stream.clear()
        return stream.resample_chunk(frames, last=True)[lead : lead + step].copy()  # not a view that keeps the rest

    def _frames(self, file: File, start: int, end: int) -> Samples | None:
        """Return frames of a file, with silence before its first and after its last."""
        sound = self._sound(file)
        if sound is None:
            return None
        inside, last = max(start, 0), min(end, sound.frames)
        try:
            block = sound.read(inside, last - inside) if last > inside else None
        except UserMistake:
            self._give_up(file)
            return None
        if block is not None:
            if inside + len(block) < min(end, file.frames):
                self.damaged.add(file)
            block = _stereo(block)
            if len(block) == end - start:
                return block
        whole = np.zeros((end - start, min(sound.channels, 2)), np.float32)
        if block is not None:
            whole[inside - start : inside - start + len(block)] = block
        return whole

    def _sound(self, file: File) -> Sound | None:
        if file.path in self._unreadable:
            self.damaged.add(file)
            return None
        sound = self._open.get(file.path)
        if sound is None:
            try:
                sound = self._open[file.path] = open_sound(Path(file.path))
            except UserMistake:
                self._give_up(file)
                return None
            if len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(file.path)
        if sound.rate != file.rate:
            self._give_up(file)
            return None
        if sound.frames < file.frames or sound.channels != file.channels:
            self.damaged.add(file)
        return sound

    def _give_up(self, file: File) -> None:
        self._unreadable.add(file.path)
        self.damaged.add(file)
        self._shut(file)

    def _shut(self, file: File) -> None:
        if sound := self._open.pop(file.path, None):
            sound.close()


def _stereo(block: Samples) -> Samples:
    channels = block.shape[1]
    if channels <= 2:
        return block
    parts = _FOLDS.get(channels)
    if parts is None:  # nobody knows what they are: by turns to the left and to the right
        parts = tuple(tuple(float(i % 2 == side) / -(-channels // 2) for i in range(channels)) for side in (0, 1))
    return block @ np.array(parts, np.float32).T
