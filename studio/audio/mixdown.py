"""The first of an export's two passes: the mix in the form it will have, and what is known of it.

A Source gives any part of the mix at the rate and with the channels of the file to be; a Mixdown keeps it in a
temporary file, with its energies and peaks. Both may be read by several threads.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from studio.audio import resampling, segments
from studio.audio.levels import Numbers, Samples
from studio.audio.mixer import SEGMENT, Mixer
from studio.audio.plan import Plan
from studio.audio.segments import Energies, Inner, Segments
from studio.domain import samples

PEAK_FRAMES = 128  # frames that share a peak in what is remembered of the mix; segments are whole multiples
_SAMPLE_BYTES = 4
_KEPT_PIECES = 16  # of the mix; enough for the segments that are in work at once


class Sound(Protocol):
    """Sound that can be read anywhere. Beyond its ends it is silent."""

    @property
    def rate(self) -> int:
        """Frames a second."""
        ...

    @property
    def channels(self) -> int:
        """One or two."""
        ...

    @property
    def frames(self) -> int:
        """How long it is."""
        ...

    def read(self, start: int, frames: int) -> Samples:
        """Return a block of its own, that the caller may change."""
        ...


@dataclass
class _Piece:
    """Whole groups of the mixer's windows, once somebody made them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    samples: Samples | None = None


class Source:
    """A stretch of a mix, at any rate, in stereo or folded to mono. It opens as many mixers as there are readers."""

    def __init__(self, plan: Plan, start: int, end: int, *, rate: int, channels: int) -> None:
        self.rate = rate
        self.channels = channels
        self.frames = samples.covering(end - start, plan.rate, rate)
        self._plan = plan
        self._start = start
        self._length = end - start
        self._free: queue.SimpleQueue[Mixer] = queue.SimpleQueue()
        self._pieces: OrderedDict[int, _Piece] = OrderedDict()
        self._lock = threading.Lock()
        self.unreadable: frozenset[str] = frozenset()  # media found damaged, known when closed

    def read(self, start: int, frames: int) -> Samples:
        """Return a part, the same whatever else was read."""
        first, last = max(0, start), min(self.frames, start + frames)
        if last <= first:
            return np.zeros((frames, self.channels), np.float32)
        block = self._resampled(first, last)
        if self.channels == 1:
            block = (block[:, :1] + block[:, 1:]) * np.float32(0.5)
        if len(block) == frames:
            return block
        padded = np.zeros((frames, self.channels), np.float32)
        padded[first - start : first - start + len(block)] = block
        return padded

    def close(self) -> None:
        """Close the mixers, when nobody reads any more."""
        self._pieces.clear()
        while not self._free.empty():
            mixer = self._free.get()
            self.unreadable |= mixer.unreadable
            mixer.close()

    def _resampled(self, first: int, last: int) -> Samples:
        if self.rate == self._plan.rate:
            return self._mixed(first, last)
        up, down = resampling.ratio(self._plan.rate, self.rate)
        begin = max(0, first - resampling.RUN_UP) // up * up
        end = min(self._length, -(-(last + resampling.RUN_UP) * down // up))
        block = resampling.resampled(self._mixed(begin * down // up, end), self._plan.rate, self.rate)
        found = np.zeros((last - first, block.shape[1]), np.float32)  # the very last frame may be missing
        part = block[first - begin : last - begin]
        found[: len(part)] = part
        return found

    def _mixed(self, first: int, last: int) -> Samples:
        """Return a part of the mix at its own rate; what two parts have in common is mixed once."""
        begin, end = self._start + first, self._start + last
        if begin % SEGMENT == 0 and (end % SEGMENT == 0 or last == self._length):
            return self._render(begin, end - begin)
        block = np.empty((last - first, 2), np.float32)
        for number in range(begin // SEGMENT, -(-end // SEGMENT)):
            origin = number * SEGMENT
            a, b = max(begin, origin), min(end, origin + SEGMENT)
            block[a - begin : b - begin] = self._piece(number)[a - origin : b - origin]
        return block

    def _piece(self, number: int) -> Samples:
        """Return a piece of the mix, which must not be changed; whoever asks first makes it for all."""
        with self._lock:
            piece = self._pieces.setdefault(number, _Piece())
            self._pieces.move_to_end(number)
            if len(self._pieces) > _KEPT_PIECES:
                self._pieces.popitem(last=False)
        with piece.lock:
            if piece.samples is None:
                piece.samples = self._render(number * SEGMENT, SEGMENT)
            return piece.samples

    def _render(self, start: int, frames: int) -> Samples:
        try:
            mixer = self._free.get_nowait()
        except queue.Empty:
            mixer = Mixer(self._plan)
        try:
            return mixer.render(start, frames)
        finally:
            self._free.put(mixer)


@dataclass(frozen=True)
class Mixdown:
    """A mix in a file of plain float32 samples."""

    file: Path
    rate: int
    channels: int
    frames: int
    energies: Numbers
    peaks: Samples  # sample peaks, one for each PEAK_FRAMES

    def read(self, start: int, frames: int) -> Samples:
        """Return a part; several threads may read at once."""
        block = np.zeros((frames, self.channels), np.float32)
        first, last = max(0, start), min(self.frames, start + frames)
        if last > first:
            with self.file.open("rb", buffering=0) as file:
                file.seek(first * self.channels * _SAMPLE_BYTES)
                _fill(file, block[first - start : last - start])
        return block


def _fill(file: BinaryIO, block: Samples) -> None:
    view = block.data.cast("B")
    done = 0
    while done < len(view):
        got = file.readinto(view[done:])  # pyright: ignore[reportAttributeAccessIssue]
        if not got:
            raise EOFError("the temporary mix became shorter while it was read")
        done += got


@dataclass(frozen=True)
class _Part:
    inner: Inner
    peaks: Samples


@contextmanager
def mixed_down(source: Source, file: Path, told: Callable[[float], None]) -> Iterator[Mixdown]:
    """Mix it all into `file`, which goes with the block; `told` hears the fraction done and may raise."""
    cut = Segments(source.frames)
    frame_bytes = source.channels * _SAMPLE_BYTES

    def work(number: int) -> _Part:
        start, frames = cut.extent(number)
        block = source.read(start, frames)
        with file.open("rb+", buffering=0) as out:
            out.seek(start * frame_bytes)
            _put(out, block)
        return _Part(segments.inner_energies(block, start, source.rate), _peaks(block))

    try:
        file.touch()
        energies, peaks = Energies(source.rate), [np.zeros(0, np.float32)]
        with segments.in_order(work, cut.count) as parts:
            for number, part in enumerate(parts, 1):
                energies.add(part.inner)
                peaks.append(part.peaks)
                told(number / cut.count)
        yield Mixdown(file, source.rate, source.channels, source.frames, energies.all, np.concatenate(peaks))
    finally:
        file.unlink(missing_ok=True)


def _put(out: BinaryIO, block: Samples) -> None:
    view = np.ascontiguousarray(block).data.cast("B")
    done = 0
    while done < len(view):  # a disk that fills takes a part first and raises then
        done += out.write(view[done:])


def _peaks(block: Samples) -> Samples:
    """Return the sample peak of each PEAK_FRAMES; a rest counts as one more."""
    whole = len(block) // PEAK_FRAMES * PEAK_FRAMES
    rows = block[:whole].reshape(-1, PEAK_FRAMES * block.shape[1])
    found = np.maximum(rows.max(axis=1, initial=0.0), -rows.min(axis=1, initial=0.0))
    rest = block[whole:]
    return np.append(found, np.abs(rest).max()) if rest.size else found
