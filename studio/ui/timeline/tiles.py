"""Waveforms as pictures, kept by content, built elsewhere: what is missing is asked for and comes. The GUI thread.

The thread that draws tiles and this one share Python's lock, which the drawing thread may hold for milliseconds while a
frame is drawn here. So it pauses while `painting` lasts.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.domain.project import Media
from studio.errors import StudioError
from studio.services import peaks
from studio.services.wave_tiles import COARSEST, FINEST, WIDTH, Tile, Wanted, pixels
from studio.store import project_media

if TYPE_CHECKING:
    from studio.ui.bridge.desk import Desk

MOST_BYTES = 128 << 20
_BATCH = 12  # tiles a trip to the other thread
_MOST_WAITING = 600  # what was asked for longest ago is forgotten
_PAUSE = 120  # milliseconds between two signals
_LONGEST_FRAME = 0.05  # seconds for which the other thread waits at most
_WIDTH_BITS = WIDTH.bit_length() - 1
_COARSER = 6  # levels that stand in for a missing one
_MOST_CUT_BYTES = 32 << 20


# What a tile is of, and how it looks: the sound's hash, level, index, height and colour. A plain tuple: a frame looks
# up hundreds.
Key = tuple[str, int, int, int, int]


class Patch(NamedTuple):
    """A picture, and which of its pixels show the frames from `first` to `last`."""

    picture: QPixmap
    left: float
    width: float
    first: float
    last: float


class Tiles(QObject):
    """The pictures; `came` is told, not too often, when there are more."""

    came = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(parent)
        self._desk = desk
        self._most = most_bytes
        self._kept: OrderedDict[Key, QPixmap | None] = OrderedDict()
        self._drawn: set[str] = set()  # the sounds of which there ever was a picture
        self._cut: dict[tuple[Key, int, int], QPixmap] = {}
        self._cut_bytes = 0
        self.bytes = 0
        self._waiting: OrderedDict[Key, str] = OrderedDict()  # and the file within the project
        self._media = desk.project.value.media
        self._silent: set[str] = set()  # whose peaks cannot be had
        self._building = False
        self._under_way: frozenset[Key] = frozenset()  # neither kept nor waiting: not to be asked for twice
        self._listening: set[str] = set()  # whose peaks are being made
        self._unheard: OrderedDict[str, str] = OrderedDict()
        self._calm = threading.Event()
        self._calm.set()
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_PAUSE)
        self._telling.timeout.connect(self.came)
        desk.project.changed.connect(self._forget_failures)

    @contextmanager
    def painting(self) -> Iterator[None]:
        """Draw a frame without being held up; what it asked for is sent on its way afterwards, all at once."""
        self._calm.clear()
        try:
            yield
        finally:
            self._calm.set()
            self._build()

    def patches(self, media: Media, level: int, first: float, last: float, height: int, colour: int) -> Iterator[Patch]:
        """Yield the pictures of a stretch of a sound: what there is, as near to the level as can be; the rest is asked
        for."""
        wide = WIDTH << level
        kept, sha256 = self._kept, media.sha256
        for index in range(max(0, int(first // wide)), int(min(last, media.frames - 1) // wide) + 1):
            key = (sha256, level, index, height, colour)
            begin, end = max(first, index * wide), min(last, (index + 1) * wide)
            picture = kept.get(key)
            if picture is not None:
                kept.move_to_end(key)
                yield _patch(picture, level, index, begin, end)
            elif key not in kept:
                self._ask(key, media.file)
                if sha256 in self._drawn:
                    yield from self._instead(key, begin, end)

    def cut(
        self, media: Media, level: int, first: float, last: float, height: int, colour: int
    ) -> tuple[QPixmap, float] | None:
        """Return a picture of a short stretch alone, and at which of its pixels that begins, if one tile holds it all.

        What lies together in memory is drawn several times quicker than the same pixels amidst a tile.
        """
        shift = level + _WIDTH_BITS
        index = int(first) >> shift
        key = (media.sha256, level, index, height, colour)
        if int(last) >> shift != index:
            if key not in self._kept and media.sha256 not in self._drawn:
                self._ask(key, media.file)  # with its first tile a sound is known, and `patches` asks for the others
            return None
        left = (first - (index << shift)) / (1 << level)
        begin, end = int(left), int((last - (index << shift)) / (1 << level)) + 2
        found = self._cut.get((key, begin, end))
        if found is None:
            picture = self._kept.get(key)
            if picture is None:
                if key not in self._kept:
                    self._ask(key, media.file)
                return None
            self._kept.move_to_end(key)
            if 2 * (end - begin) > picture.width():
                return picture, left
            found = picture.copy(begin, 0, max(1, min(end, picture.width()) - begin), height)
            if self._cut_bytes > _MOST_CUT_BYTES:
                self._cut, self._cut_bytes = {}, 0
            self._cut[key, begin, end] = found
            self._cut_bytes += _size(found)
        return found, left - begin

    @property
    def busy(self) -> bool:
        """Whether there will be more pictures without anybody asking."""
        coming = self._waiting or self._under_way or self._listening or self._unheard
        return bool(coming) or self._telling.isActive()

    def has_some(self, sha256: str) -> bool:
        """Whether there ever was a picture of a sound."""
        return sha256 in self._drawn

    def _instead(self, key: Key, first: float, last: float) -> Iterator[Patch]:
        """Yield what stands in for a tile until it comes: a coarser one, or the two of the finer level."""
        sha256, level, index, height, colour = key
        for up in range(1, _COARSER + 1):
            if picture := self._kept.get((sha256, level + up, index >> up, height, colour)):
                yield _patch(picture, level + up, index >> up, first, last)
                return
        wide = (WIDTH << level) // 2
        for half in (index * 2, index * 2 + 1):
            begin, end = max(first, half * wide), min(last, (half + 1) * wide)
            picture = self._kept.get((sha256, level - 1, half, height, colour))
            if picture and begin < end:
                yield _patch(picture, level - 1, half, begin, end)

    def _ask(self, key: Key, file: str) -> None:
        if key[0] in self._silent or key in self._under_way:
            return
        self._waiting[key] = file
        self._waiting.move_to_end(key)
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)
        if self._calm.is_set():
            self._build()

    def _build(self) -> None:
        """Send the tiles that were asked for last on their way, unless some are."""
        if self._building:
            return
        batch = self._next_batch()
        if not batch:
            return
        self._building, self._under_way = True, frozenset(batch)
        folder, calm = self._desk.studio.paths.peaks, self._calm

        def work() -> list[tuple[Key, Tile | None]]:
            found: list[tuple[Key, Tile | None]] = []
            for key in batch:
                calm.wait(_LONGEST_FRAME)
                found.append((key, pixels(folder / f"{key[0]}.peaks", Wanted(*key[1:]))))
            return found

        self._desk.operations.run(self, work, self._take, self._gave_up)

    def _next_batch(self) -> list[Key]:
        """Return a few of the tiles whose peaks are there; have the peaks of the others made."""
        folder = self._desk.studio.paths.peaks
        there: dict[str, bool] = {}
        batch: list[Key] = []
        for key in list(reversed(self._waiting)):
            sha256 = key[0]
            if sha256 in self._listening or sha256 in self._unheard:
                continue
            if sha256 not in there:
                there[sha256] = (folder / f"{sha256}.peaks").exists()
            if not there[sha256]:
                self._unheard[sha256] = self._waiting[key]
                continue
            del self._waiting[key]
            batch.append(key)
            if len(batch) == _BATCH:
                break
        self._listen()
        return batch

    def _take(self, tiles: list[tuple[Key, Tile | None]]) -> None:
        self._building, self._under_way = False, frozenset()
        for key, tile in tiles:
            picture = None if tile is None else _picture(tile)
            if key in self._kept:
                self.bytes -= _size(self._kept[key])
            self._kept[key] = picture
            if picture is not None:
                self._drawn.add(key[0])
            self.bytes += _size(picture)
        while self.bytes > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self.bytes -= _size(gone)
        if not self._telling.isActive():
            self._telling.start()
        self._build()

    def _gave_up(self, _error: StudioError) -> None:
        """A waveform that cannot be drawn is no reason for a banner: the clip stays a plain block."""
        self._building, self._under_way = False, frozenset()
        self._build()

    def _listen(self) -> None:
        """Have the peaks of one sound made, unless some are being made."""
        if self._listening or not self._unheard:
            return
        sha256, file = self._unheard.popitem(last=True)
        self._listening.add(sha256)
        studio, folder = self._desk.studio, self._desk.project.folder

        def work() -> str:
            peaks.peaks_file(studio.paths, studio.sound, project_media.path_of(folder, file), sha256)
            return sha256

        def failed(_error: StudioError) -> None:
            self._silent.add(sha256)
            for key in [key for key in self._waiting if key[0] == sha256]:
                del self._waiting[key]
            self._heard(sha256)

        self._desk.operations.run(self, work, self._heard, failed)

    def _heard(self, sha256: str) -> None:
        self._listening.discard(sha256)
        self._listen()
        self._build()

    def _forget_failures(self, label: str) -> None:
        """Another project lies elsewhere; and a file that was missing may be there again once media have changed."""
        media = self._desk.project.value.media
        if media is not self._media:
            self._media = media
            self._silent.clear()
        if not label:
            self._waiting.clear()
            self._unheard.clear()


def level_of(frames_a_pixel: float) -> int:
    """Return the level with as much detail as the screen, or a little more."""
    level = int(frames_a_pixel).bit_length() - 1
    return FINEST if level < FINEST else min(level, COARSEST)


def _patch(picture: QPixmap, level: int, index: int, first: float, last: float) -> Patch:
    begin, wide = index * WIDTH << level, float(1 << level)
    left = (first - begin) / wide
    width = min((last - begin) / wide, picture.width()) - left
    return Patch(picture, left, max(0.0, width), first, min(last, begin + picture.width() * wide))


def _picture(tile: Tile) -> QPixmap:
    image = QImage(tile.pixels, tile.width, tile.height, tile.width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return QPixmap.fromImage(image)  # copies: the bytes belong to the tile


def _size(picture: QPixmap | None) -> int:
    return 64 if picture is None else picture.width() * picture.height() * 4 + 64
