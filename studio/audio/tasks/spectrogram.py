"""The task `spectrogram`: which pitches sound when, as one byte a point, into a cache."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from studio.audio import reading
from studio.audio.reading import Sound
from studio.store import atomic
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output

HEAD = struct.Struct("<8sIId")  # magic, width, height, columns a second
MAGIC = b"AngenSp\1"
HEIGHT = 128
MOST_COLUMNS = 16_384
_PER_SECOND = 100.0
_LOWEST, _HIGHEST = 50.0, 16_000.0  # hertz
_QUIETEST, _LOUDEST = -96.0, -12.0  # dB of a full sine
_COLUMNS_AT_ONCE = 256
_WINDOW_SECONDS = 0.045

Image = NDArray[np.uint8]


def run(context: RunContext) -> Output:
    """Draw `file` at `target`: rows from the highest pitch down, a column for each moment."""
    target = path_in(context, "target")
    target.parent.mkdir(parents=True, exist_ok=True)
    with reading.open_sound(path_in(context, "file")) as sound:
        seconds = max(sound.frames / sound.rate, 1e-3)
        width = max(1, min(MOST_COLUMNS, round(seconds * _PER_SECOND)))
        image = np.zeros((HEIGHT, width), np.uint8)
        for at, columns in _columns(context, sound, width):
            image[:, at : at + columns.shape[1]] = columns
            context.progress("drawing", min(1.0, at / width))
    with atomic.written(target) as unfinished:
        unfinished.write_bytes(HEAD.pack(MAGIC, width, HEIGHT, width / seconds) + image.tobytes())
    return facts_only(context, {"target": str(target)})


def _columns(context: RunContext, sound: Sound, width: int) -> Iterator[tuple[int, Image]]:
    size = 1 << max(8, round(_WINDOW_SECONDS * sound.rate).bit_length() - 1)
    window = np.hanning(size).astype(np.float32)
    scale = 2.0 / float(window.sum())
    first, last = _bands(size, sound.rate)
    middles = (np.arange(width) + 0.5) * sound.frames / width
    for at in range(0, width, _COLUMNS_AT_ONCE):
        context.check_cancelled()
        starts = np.round(middles[at : at + _COLUMNS_AT_ONCE] - size / 2).astype(np.int64)
        windows = _windows(sound, starts, size)
        spectra = np.abs(np.fft.rfft(windows * window, axis=1)) * scale
        rows = np.array([spectra[:, a:b].max(axis=1) for a, b in zip(first, last, strict=True)])
        decibels = 20.0 * np.log10(np.maximum(rows, 1e-9))
        shares = (decibels - _QUIETEST) / (_LOUDEST - _QUIETEST)
        yield at, np.round(255 * np.clip(shares, 0.0, 1.0)).astype(np.uint8)[::-1]


def _windows(sound: Sound, starts: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return the sound from each start, its channels as one; what lies outside is silent.

    Windows that lie apart are read one by one, so that a long sound takes no memory with its length.
    """
    found = np.zeros((len(starts), size), np.float32)
    begin, end = int(starts[0]), int(starts[-1]) + size
    near = end - begin <= 2 * size * len(starts)
    whole = _mono(sound, begin, end - begin) if near else None
    for row, start in enumerate(starts.tolist()):
        found[row] = _mono(sound, start, size) if whole is None else whole[start - begin : start - begin + size]
    return found


def _mono(sound: Sound, start: int, count: int) -> NDArray[np.float32]:
    before = max(0, -start)
    block = sound.read(max(0, start), count - before)
    found = np.zeros(count, np.float32)
    found[before : before + len(block)] = block.mean(axis=1)
    return found


def _bands(size: int, rate: int) -> tuple[list[int], list[int]]:
    """Return the bins from and to of each row, the lowest first: equal steps of pitch, at least one bin each."""
    top = min(_HIGHEST, rate / 2)
    edges = np.geomspace(min(_LOWEST, top / 2), top, HEIGHT + 1) * size / rate
    first = np.minimum(np.floor(edges[:-1]).astype(int), size // 2)
    last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
    return first.tolist(), np.minimum(last, size // 2 + 1).tolist()
