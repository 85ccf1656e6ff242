"""Sound made longer, shorter, higher or lower, once, into files of a cache; then read like any other.

The stretcher takes a piece at a time and knows nothing of the piece before. So the stretched media is cut into long
pieces on a fixed grid, each made with a margin on both sides and laid over the next one for a moment. What a piece
holds follows from the media alone: any clip, however trimmed or split, plays the same samples.
"""

from __future__ import annotations

import hashlib
import io
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import python_stretch
import soundfile as sf
from numpy.typing import NDArray

from studio.audio.sources import File, Sources
from studio.domain import samples
from studio.store import atomic
from studio.store.lock import FileLock

Samples = NDArray[np.float32]

_VERSION = 1  # of what the files hold; another number makes them all anew
_PIECE = 1 << 22  # samples that go in or come out at once, whichever is more: 87 s at 48 kHz, 32 MB in stereo
_OVERLAP = 1 << 12
_SAMPLE_BYTES = 4
_MARGIN = 1 << 15  # what the stretcher hears around a piece, so that its beginning and end sound like the middle
_PATIENCE = 30.0  # seconds for somebody else to make a piece, which takes one or two
_LOOK = 0.02  # seconds between looks whether it is there


@dataclass(frozen=True)
class Stretched:
    """A media at the project's rate, stretched from its first sample to its last."""

    path: str
    sha256: str
    media_rate: int
    media_channels: int
    media_frames: int
    rate: int
    stretch: float
    pitch: float
    folder: str

    @property
    def media(self) -> File:
        """What is stretched."""
        return File(self.path, self.media_rate, self.media_channels, self.media_frames)

    @property
    def frames(self) -> int:
        """How long it is at the project's rate, before stretching."""
        return samples.covering(self.media_frames, self.media_rate, self.rate)

    @property
    def length(self) -> int:
        """How many samples it has."""
        return samples.stretched(self.frames, self.stretch)

    @property
    def step(self) -> int:
        """How many samples lie from the beginning of a piece to that of the next."""
        return math.floor(_PIECE * min(1.0, self.stretch))

    def pieces(self, start: int, end: int) -> range:
        """Return the numbers of the pieces that are heard between two samples."""
        start, end = max(start, 0), min(end, self.length)
        if end <= start:
            return range(0)
        first = max(0, (start - _OVERLAP) // self.step)  # the one before may still fade out
        return range(first, (end - 1) // self.step + 1)

    def extent(self, number: int) -> tuple[int, int]:
        """Return the first sample of a piece, and the first after it."""
        return number * self.step, min((number + 1) * self.step + _OVERLAP, self.length)

    def file(self, number: int) -> Path:
        """Return where a piece is kept."""
        words = f"{_VERSION} {self.sha256} {self.rate} {self.stretch!r} {self.pitch!r}"
        key = hashlib.sha256(words.encode()).hexdigest()[:32]
        return Path(self.folder) / f"{key}-{number}.wav"

    def piece(self, number: int) -> File:
        """Return what is kept there."""
        first, last = self.extent(number)
        return File(str(self.file(number)), self.rate, min(self.media_channels, 2), last - first)


def read(source: Stretched, sources: Sources, start: int, end: int) -> Samples | None:
    """Return samples `start` to `end`, making what is not there yet; None when the media cannot be read."""
    whole: Samples | None = None
    for number in source.pieces(start, end):
        first, last = source.extent(number)
        a, b = max(start, first), min(end, last)
        block = _part(source, number, sources, a - first, b - first)
        if block is None:
            return None
        if whole is None:
            whole = np.zeros((end - start, block.shape[1]), np.float32)
        following = first + source.step < source.length
        left = first + source.step + _OVERLAP - b if following else _OVERLAP
        whole[a - start : b - start] += _faded(block, a - first if number else _OVERLAP, left)
    return np.zeros((end - start, 1), np.float32) if whole is None else whole


def ready(source: Stretched, number: int) -> bool:
    """Whether a piece is there, and as large as it should be."""
    piece = source.piece(number)
    try:
        return Path(piece.path).stat().st_size > piece.frames * piece.channels * _SAMPLE_BYTES
    except OSError:
        return False


def make(source: Stretched, number: int, sources: Sources, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Make a piece where there is none that can be read; who comes second waits for the first.

    False when the media cannot be read or is not what it was: what is made of it would be kept under its name. Also
    when cancelled.
    """
    target, piece = source.file(number), source.piece(number)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target, cancelled):
        if cancelled():
            return False
        sources.forget(piece)
        if ready(source, number) and sources.intact(piece):
            return True
        made = _made(source, number, sources)
        if made is None:
            return False
        sources.forget(piece)
        target.unlink(missing_ok=True)
        _keep(target, made, source.rate)
        return True


def _part(source: Stretched, number: int, sources: Sources, start: int, end: int) -> Samples | None:
    """Return a part of a piece; a piece that is damaged is made once more."""
    piece = source.piece(number)
    if ready(source, number):
        block = sources.read(piece, start, end)
        if piece not in sources.damaged:
            return block
    if not make(source, number, sources):
        return None
    block = sources.read(piece, start, end)
    return None if piece in sources.damaged else block


def _made(source: Stretched, number: int, sources: Sources) -> Samples | None:
    first, last = source.extent(number)
    begin = max(0, samples.unstretched(first, source.stretch) - _MARGIN)
    end = min(source.frames, samples.unstretched(last, source.stretch) + _MARGIN)
    sound = sources.read(source.media, begin, end)
    if sound is None or source.media in sources.damaged:
        return None
    stretcher = python_stretch.Signalsmith.Stretch()
    stretcher.preset(sound.shape[1], source.rate)
    stretcher.setTimeFactor(1.0 / source.stretch)
    stretcher.setTransposeSemitones(source.pitch)
    made = np.asarray(stretcher.process(np.ascontiguousarray(sound.T)), np.float32)
    at = first - samples.stretched(begin, source.stretch)
    piece = np.zeros((last - first, made.shape[0]), np.float32)
    found = made[:, at : at + last - first].T
    piece[: len(found)] = np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
    return piece


@contextmanager
def _alone(target: Path, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Wait until nobody else makes a piece. Who takes too long is not waited for: twice the work harms nobody."""
    path = target.with_name(f"{target.name}.lock")
    lock = FileLock(path)
    deadline = time.monotonic() + _PATIENCE
    while not lock.try_acquire() and not cancelled() and time.monotonic() < deadline:
        time.sleep(_LOOK)
    ours = lock.held
    try:
        yield
    finally:
        lock.release()
        if ours:
            with suppress(OSError):  # Windows: somebody waits
                path.unlink()


def _keep(target: Path, piece: Samples, rate: int) -> None:
    atomic.remove_abandoned(target)
    content = io.BytesIO()  # libsndfile does not say when a disk is full
    sf.write(content, piece, rate, subtype="FLOAT", format="WAV")
    with suppress(FileExistsError), atomic.written(target, replace=False, guarded=True) as unfinished:
        unfinished.write_bytes(content.getbuffer())


def _faded(block: Samples, into: int, left: int) -> Samples:
    """Lower the parts of a piece that lie over its neighbours; the two together have one part of each.

    `into` says how far into its overlap the block begins, `left` how far from the end of the other one it ends.
    """
    if into < _OVERLAP:
        rising = np.arange(into, min(_OVERLAP, into + len(block)), dtype=np.float32) / np.float32(_OVERLAP)
        block[: len(rising)] *= rising[:, None]
    if left < _OVERLAP:
        count = min(len(block), _OVERLAP - left)
        falling = np.arange(left + count, left, -1, dtype=np.float32) / np.float32(_OVERLAP)
        block[len(block) - count :] *= falling[:, None]
    return block
