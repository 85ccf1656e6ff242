"""Pictures of sound: the least and the greatest sample of every 256, and coarser levels of four each. Any thread.

A file of peaks is a header and the levels, finest first, as 16-bit integers. It is made in one pass over the sound and
looked at through a memory map, so neither takes memory with the length. What lies in a cache may be damaged, so it is
checked.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.audio.reading import MOST_CHANNELS, Sound, open_sound
from studio.store import atomic

BASE = 256  # frames in a bin of the finest level
STEP = 4  # bins of a level in one of the next
_COARSEST = 64  # bins; no level has fewer, save the first
_BLOCK = BASE * 256  # frames; small enough for the processor's cache
_BINS = 1 << 16  # handled at once when levels are made
_HEAD = struct.Struct("<8sIIIQ")
_MAGIC = b"AngenPk\1"
_FULL = np.float32(32768)
_MOST_FRAMES = 1 << 48
# Formats in which a place is reached at once, so that halves can be read side by side.
_DIRECT = ("wav", "aiff", "w64", "caf", "au", "flac")
_WORTH_SPLITTING = 1 << 22  # frames

Bins = np.ndarray[Any, np.dtype[np.int16]]
Step = Callable[[float], None]


class PeaksError(ValueError):
    """A file of peaks is none, or not whole: make it anew."""


@dataclass(frozen=True)
class Peaks:
    """The peaks of one sound. Each level has the shape (bins, 2, channels): least, greatest."""

    rate: int
    channels: int
    frames: int
    levels: tuple[Bins, ...]

    def view(self, start: int, end: int, columns: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return `columns` least and greatest samples between two frames, shape (columns, 2, channels), -1 to 1.

        From the coarsest level that is fine enough. What lies outside the sound is zero.
        """
        found = np.zeros((columns, 2, self.channels), np.float32)
        if columns <= 0 or end <= start or not self.frames:
            return found
        number, size = 0, BASE
        while number + 1 < len(self.levels) and size * STEP <= (end - start) / columns:
            number, size = number + 1, size * STEP
        level = self.levels[number]
        edges = start + (end - start) * np.arange(columns + 1, dtype=np.int64) // columns
        first = edges[:-1] // size
        last = np.maximum(-(-edges[1:] // size), first + 1)
        inside = (edges[:-1] < self.frames) & (edges[1:] > 0)
        first, last = np.clip(first, 0, len(level) - 1), np.clip(last, 1, len(level))
        if inside.any():
            found[inside] = _extremes(level, first[inside], last[inside]) / _FULL
        return found


def make(path: Path, target: Path, *, step: Step | None = None) -> None:
    """Write the peaks of a sound file, whole or not at all; `step` is told the share that is done and may raise."""
    with atomic.written(target) as unfinished, unfinished.open("w+b") as file:
        with open_sound(path) as sound:
            file.write(bytes(_HEAD.size))
            frames = _base(sound, file, step or _ignore)
            rate, channels = sound.rate, sound.channels
        _coarser(file, channels, _bins(frames))
        file.seek(0)
        file.write(_HEAD.pack(_MAGIC, BASE, rate, channels, frames))


def load(path: Path) -> Peaks:
    """Open a file of peaks; raise PeaksError for what is none. OSError when it cannot be read at all."""
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
        size = file.seek(0, 2)
    if len(head) < _HEAD.size:
        raise PeaksError(f"{path.name} is too short")
    magic, base, rate, channels, frames = _HEAD.unpack(head)
    fits = magic == _MAGIC and base == BASE and 1 <= channels <= MOST_CHANNELS and rate and frames < _MOST_FRAMES
    if not fits:
        raise PeaksError(f"{path.name} holds no peaks of this version")
    counts = _level_sizes(_bins(frames))
    if size != _HEAD.size + sum(counts) * 4 * channels:
        raise PeaksError(f"{path.name} is not whole")
    if not frames:
        return Peaks(rate, channels, 0, (np.zeros((0, 2, channels), np.int16),))
    data = np.memmap(path, "<i2", "r", _HEAD.size)
    levels: list[Bins] = []
    at = 0
    for count in counts:
        levels.append(data[at : at + count * 2 * channels].reshape(count, 2, channels))
        at += count * 2 * channels
    return Peaks(rate, channels, frames, tuple(levels))


def _bins(frames: int) -> int:
    return -(-frames // BASE)


def _level_sizes(bins: int) -> list[int]:
    sizes = [bins]
    while sizes[-1] > _COARSEST:
        sizes.append(-(-sizes[-1] // STEP))
    return sizes


def _ignore(_share: float) -> None:
    """Nobody waits."""


def _base(sound: Sound, file: BinaryIO, step: Step) -> int:
    """Write the finest level; return how many frames there were."""
    if sound.kind.name not in _DIRECT or not sound.knows_its_length or sound.frames < _WORTH_SPLITTING:
        return _part(sound, file, 0, sound.frames, step)
    middle = sound.frames // 2 // _BLOCK * _BLOCK
    with ThreadPoolExecutor(1, "peaks") as pool, open_sound(sound.path) as other:
        second = pool.submit(_collected, other, middle, sound.frames)
        frames = _part(sound, file, 0, middle, lambda share: step(share / 2))
        bins, more = second.result()
    for each in bins:
        file.write(each)
    step(1.0)
    return frames + more


def _collected(sound: Sound, start: int, end: int) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    at = start
    while at < end and (got := _read(sound, at, min(_BLOCK, end - at), found.append)):
        at += got
    return found, at - start


def _part(sound: Sound, file: BinaryIO, start: int, end: int, step: Step) -> int:
    at = start
    while at < end and (got := _read(sound, at, min(_BLOCK, end - at), file.write)):
        at += got
        step((at - start) / (end - start))
    return at - start


def _read(sound: Sound, at: int, count: int, take: Callable[[bytes], object]) -> int:
    """Hand over the bins of a block; return how many frames it had."""
    block = sound.read_numbers(at, count) if sound.whole_numbers else sound.read(at, count)
    if len(block):
        bins = _of_block(block)
        if not sound.whole_numbers:  # the least of rounded samples is the least sample, rounded
            bins = np.clip(np.floor(bins * _FULL), -_FULL, _FULL - 1)
        take(bins.astype("<i2", copy=False).tobytes())
    return len(block)


def _of_block(numbers: Any) -> Any:
    """Return the bins of a block: the last one may have fewer frames than the others."""
    frames, channels = numbers.shape
    if frames % BASE:
        numbers = np.concatenate([numbers, np.repeat(numbers[-1:], BASE - frames % BASE, axis=0)])
    rows = numbers.reshape(-1, BASE * channels)
    return np.stack([_halved(rows, np.minimum, channels), _halved(rows, np.maximum, channels)], axis=1)


def _halved(rows: Any, choose: Any, channels: int) -> Any:
    """Reduce rows to one frame each, half against half: whole vectors at a time, which a reduction is not."""
    while rows.shape[1] > channels:
        half = rows.shape[1] // 2
        rows = choose(rows[:, :half], rows[:, half:])
    return rows


def _coarser(file: BinaryIO, channels: int, bins: int) -> None:
    """Write the coarser levels, each from the one before."""
    sizes = _level_sizes(bins)
    width = 4 * channels
    start = _HEAD.size
    for count in sizes[:-1]:
        end = start + count * width
        for at in range(0, count, _BINS):
            file.seek(start + at * width)
            fine = np.frombuffer(file.read(min(_BINS, count - at) * width), "<i2").reshape(-1, 2, channels)
            file.seek(0, 2)
            file.write(_grouped(fine).astype("<i2", copy=False).tobytes())
        start = end


def _grouped(fine: Bins) -> Bins:
    if len(fine) % STEP:
        fine = np.concatenate([fine, np.repeat(fine[-1:], STEP - len(fine) % STEP, axis=0)])
    least, greatest = fine[:, 0], fine[:, 1]
    return np.stack(
        [
            np.minimum.reduce([least[k::STEP] for k in range(STEP)]),
            np.maximum.reduce([greatest[k::STEP] for k in range(STEP)]),
        ],
        axis=1,
    )


def _extremes(level: Bins, first: Any, last: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the least and the greatest of the bins from `first` to before `last`, for each column."""
    widest = int((last - first).max())
    least = level[first, 0].astype(np.float32)
    greatest = level[first, 1].astype(np.float32)
    for further in range(1, widest):
        at = np.minimum(first + further, last - 1)
        np.minimum(least, level[at, 0], out=least)
        np.maximum(greatest, level[at, 1], out=greatest)
    return np.stack([least, greatest], axis=1)
