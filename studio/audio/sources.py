"""Where the mixer's samples come from: open files, made stereo at most and of the project's rate.

A `Sources` belongs to one mixer, and so to one thread.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from studio.audio import resampling
from studio.audio.reading import Sound, open_sound
from studio.worker.failures import UserMistake

Samples = NDArray[np.float32]

_MOST_OPEN = 64
# Samples of the lower rate before and after what is wanted. soxr's filter reaches less than 128 of them; with these,
# any part of a resampled file is the same as that part of the whole, down to the rounding of float32 (-128 dB).
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


class Sources:
    """Reads any part of any file, and keeps the files that were used last open."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._open: OrderedDict[str, Sound] = OrderedDict()
        self._resamplers: dict[tuple[int, int], soxr.ResampleStream] = {}
        self.unreadable: set[str] = set()

    def read(self, path: str, rate: int, first: int, start: int, end: int) -> Samples | None:
        """Return samples `start` to `end` at the mixer's rate, counted from frame `first` of a file of rate `rate`.

        One or two channels; silence outside the file. None when the file cannot be read or is of another rate.
        """
        if rate == self._rate:
            return self._frames(path, rate, first + start, first + end)
        up, down = resampling.ratio(rate, self._rate)
        lower = min(rate, self._rate)
        # Only from a place where an input sample meets an output sample does a part sound like the whole.
        begin = (start - math.ceil(_SETTLING * self._rate / lower)) // up * up
        begin_in = first + begin // up * down
        end_in = first + math.ceil(end * down / up) + math.ceil(_SETTLING * rate / lower)
        frames = self._frames(path, rate, begin_in, end_in)
        if frames is None:
            return None
        return self._resampled(frames, rate)[start - begin : end - begin]

    def readable(self, path: str, rate: int) -> bool:
        """Whether a file opens, and is of this rate."""
        return self._sound(path, rate) is not None

    def close(self) -> None:
        """Close every file."""
        while self._open:
            self._open.popitem()[1].close()

    def _resampled(self, frames: Samples, rate: int) -> Samples:
        key = rate, frames.shape[1]
        stream = self._resamplers.get(key)
        if stream is None:
            stream = self._resamplers[key] = soxr.ResampleStream(
                rate, self._rate, frames.shape[1], "float32", resampling.QUALITY
            )
        stream.clear()
        return stream.resample_chunk(frames, last=True)

    def _frames(self, path: str, rate: int, start: int, end: int) -> Samples | None:
        """Return frames of a file, with silence before its first and after its last."""
        sound = self._sound(path, rate)
        if sound is None:
            return None
        inside, last = max(start, 0), min(end, sound.frames)
        try:
            block = sound.read(inside, last - inside) if last > inside else None
        except UserMistake:
            self._give_up(path)
            return None
        if block is not None:
            block = _stereo(block)
            if len(block) == end - start:
                return block
        whole = np.zeros((end - start, min(sound.channels, 2)), np.float32)
        if block is not None:
            whole[inside - start : inside - start + len(block)] = block
        return whole

    def _sound(self, path: str, rate: int) -> Sound | None:
        if path in self.unreadable:
            return None
        sound = self._open.get(path)
        if sound is not None:
            self._open.move_to_end(path)
            return sound
        try:
            sound = open_sound(Path(path))
        except UserMistake:
            self.unreadable.add(path)
            return None
        self._open[path] = sound
        if len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)[1].close()
        if sound.rate != rate:
            self._give_up(path)
            return None
        return sound

    def _give_up(self, path: str) -> None:
        self.unreadable.add(path)
        self._open.pop(path).close()


def _stereo(block: Samples) -> Samples:
    channels = block.shape[1]
    if channels <= 2:
        return block
    parts = _FOLDS.get(channels)
    if parts is None:  # nobody knows what they are: by turns to the left and to the right
        parts = tuple(tuple(float(i % 2 == side) / -(-channels // 2) for i in range(channels)) for side in (0, 1))
    return block @ np.array(parts, np.float32).T
