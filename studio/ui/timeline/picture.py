"""What the canvas shows beneath pointer and playhead, kept from frame to frame. The GUI thread.

An edit draws the lanes that it changed. A scroll moves what was drawn and draws what it lets in. A zoom stretches what
was drawn, and a leap elsewhere draws as much as there is time for, the rest as plain blocks; `draw_more` then draws the
lanes as they are, a few at a time, so that no frame takes long. What was shown before a leap is kept for the way back.
Names and ruler neither scroll nor stretch with the clips: they are put over them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from studio.ui.theme.look import look
from studio.ui.timeline import visible
from studio.ui.timeline.changed_rows import changed_rows
from studio.ui.timeline.lane_painting import draw_lines
from studio.ui.timeline.painting import LanesPainter, Sight
from studio.ui.timeline.ruler_painting import RulerPainter
from studio.ui.timeline.scale import Scale

_MORE = 4  # columns drawn at both sides of what is shown: lines lie on whole ones, and may have been rounded there
_WHOLE = 0.01  # columns; less is the error of reckoning
_STRETCHED = 1.6  # how far at most in one frame; beyond, it would not be recognised
_AT_ONCE = 0.001  # seconds for lanes as they are, in a frame that shows another part of the piece
_A_CLIP = 0.00002  # seconds that each takes, about
_A_WHILE = 0.003  # seconds for lanes that can wait, between two frames


class _Left(NamedTuple):
    """What was shown before a leap elsewhere: whose lanes, these as drawn, and those of which there is more to see."""

    sight: Sight
    lanes: QPixmap
    due: dict[int, None]


class Picture:
    """Shows a sight; draws no more of it than changed."""

    def __init__(self, lanes: LanesPainter, ruler: RulerPainter) -> None:
        self._lanes = lanes
        self._ruler = ruler
        self._under = QPixmap()  # the lanes, without names
        self._spare = QPixmap()  # to stretch it into
        self._whole = QPixmap()
        self._sight: Sight | None = None  # whose lanes were drawn
        self._shown: Sight | None = None  # that the whole shows
        self._due: dict[int, None] = {}  # lanes of which there is more to be seen, the longest so first
        self._drawn: set[int] | None = None  # lanes that the whole does not show yet as they were drawn; None: all
        self._left: _Left | None = None

    @property
    def unfinished(self) -> bool:
        """Whether there are lanes that `draw_more` will draw."""
        return bool(self._due)

    def forget(self) -> None:
        """Something changed that a sight does not tell, such as the theme."""
        self._sight = self._shown = self._left = None

    def grow_old(self) -> None:
        """Waveforms came: what was drawn is not wrong, but there is more to be seen."""
        if self._sight is not None:
            self._due |= dict.fromkeys(self._sight.lanes.seen(self._sight.height))
        if self._left is not None:
            self._left.due.update(dict.fromkeys(self._left.sight.lanes.seen(self._left.sight.height)))

    def draw_more(self) -> None:
        """Draw some of the lanes that are due."""
        sight, end = self._sight, perf_counter() + _A_WHILE
        if sight is None:
            return
        self._ruler.look_at(sight)
        while self._due and perf_counter() < end:
            row = next(iter(self._due))
            del self._due[row]
            self._draw_lanes(sight, [row])
        self._shown = None

    def show(self, painter: QPainter, sight: Sight, ratio: float, *, whole: bool) -> None:
        """Draw a sight, at so many pixels of the device for one of ours; `whole`: nothing of it is cut off."""
        if sight == self._shown:
            painter.drawPixmap(0, 0, self._whole)
            return
        size = QSize(sight.width, sight.height) * ratio
        if self._whole.size() != size:
            self._under, self._spare, self._whole = (_empty(size, ratio) for _ in range(3))
            self.forget()
        self._ruler.look_at(sight)
        before, self._sight = self._sight, sight
        self._renew(before, sight, ratio)
        if whole and self._drawn is None and before != sight:
            # The next frame may well be another one: what shows this one again is put together when it is asked for.
            painter.save()
            self._everything(painter, sight)
            painter.restore()
            self._shown = None
            return
        self._shown = sight
        self._put_together(before, sight)
        painter.drawPixmap(0, 0, self._whole)

    def _put_together(self, before: Sight | None, sight: Sight) -> None:
        """Let the whole show the lanes that were drawn, with their names, and the ruler."""
        painter = QPainter(self._whole)
        if self._drawn is None or before is None:
            self._everything(painter, sight)
        else:
            below = QRect(0, sight.lanes.ruler, sight.width, sight.height)
            for row in self._drawn:
                painter.setClipRect(_lane(sight, row) & below)
                painter.drawPixmap(0, 0, self._under)
                self._due |= dict.fromkeys(self._lanes.words(painter, sight, [row]))
            if before.marker != sight.marker:
                painter.setClipping(False)
                self._ruler.front(painter, sight)
        painter.end()
        self._drawn = set()

    def _everything(self, painter: QPainter, sight: Sight) -> None:
        """Draw the lanes as they were drawn, with their names, and the ruler."""
        painter.drawPixmap(0, 0, self._under)
        self._due |= dict.fromkeys(self._lanes.words(painter, sight, sight.lanes.seen(sight.height)))
        self._ruler.front(painter, sight)

    def _renew(self, before: Sight | None, sight: Sight, ratio: float) -> None:
        """Let the lanes show a sight."""
        shift = None if before is None else _shift(before.scale, sight.scale, ratio)
        if before is not None and shift is None and not _stretches(before.scale, sight.scale):
            self._leap(before, sight, ratio)
            return
        changed = None if before is None else changed_rows(before, sight)
        if before is None or changed is None:
            self._due = {}
            self._draw(sight, 0, sight.width)
        elif shift is not None:
            if shift:
                self._scroll(sight, shift, ratio)
            for row in changed:
                self._due.pop(row, None)
            self._draw_lanes(sight, changed)
        elif changed:
            self._due = {}
            self._draw(sight, 0, sight.width)
        else:
            self._due |= dict.fromkeys(sight.lanes.seen(sight.height))
            self._stretch(before.scale, sight)

    def _leap(self, before: Sight, sight: Sight, ratio: float) -> None:
        """Show another part of the piece: as it was left, if that is where this leads back to."""
        if self._lanes.waiting:  # whoever comes back asks anew for waves that were forgotten meanwhile
            self._due |= dict.fromkeys(before.lanes.seen(before.height))
        left, self._left = self._left, _Left(before, self._under, self._due)
        until = perf_counter() + _AT_ONCE
        self._under = _empty(self._whole.size(), ratio) if left is None else left.lanes
        changed = None if left is None or left.sight.scale != sight.scale else changed_rows(left.sight, sight)
        if left is None or changed is None:
            self._due = dict.fromkeys(self._draw(sight, 0, sight.width, until=until))
            return
        self._drawn, self._due = None, left.due
        for row in changed:
            self._due.pop(row, None)
            self._due |= dict.fromkeys(self._paint(sight, _lane(sight, row), [row], until))

    def _scroll(self, sight: Sight, shift: int, ratio: float) -> None:
        """Move the lanes by so many columns, and draw what comes in."""
        self._under.scroll(round(shift * ratio), 0, self._under.rect())
        begin, end = (0, shift) if shift > 0 else (sight.width + shift, sight.width)
        self._draw(sight, begin, end)

    def _stretch(self, before: Scale, sight: Sight) -> None:
        """Make the lanes that were shown as wide as they are now, and draw beside them what comes in."""
        self._drawn = None
        left, right = sight.scale.x(before.first), sight.scale.x(before.last)
        source, self._under, self._spare = self._under, self._spare, self._under
        painter = QPainter(self._under)
        painter.drawPixmap(QRectF(left, 0, right - left, sight.height), source, QRectF(source.rect()))
        painter.end()
        if left > 0:
            self._draw(sight, 0, math.ceil(left), until=0.0)
        if right < sight.width:
            self._draw(sight, math.floor(right), sight.width, until=0.0)
        end = sight.lanes.y(sight.lanes.count)
        if end < sight.height:
            self._paint(sight, QRect(0, end, sight.width, sight.height - end), [])

    def _draw(self, sight: Sight, begin: int, end: int, *, until: float = math.inf) -> list[int]:
        """Draw all lanes between two columns, as all the others moved; return those for which there was no time."""
        self._drawn = None
        rows = list(sight.lanes.seen(sight.height))
        return self._paint(sight, QRect(begin, 0, end - begin, sight.height), rows, until)

    def _draw_lanes(self, sight: Sight, rows: list[int]) -> None:
        """Draw some lanes, as wide as can be seen."""
        for row in rows:
            self._paint(sight, _lane(sight, row), [row])
        if self._drawn is not None:
            self._drawn.update(rows)

    def _paint(self, sight: Sight, place: QRect, rows: list[int], until: float = math.inf) -> list[int]:
        """Draw what lies in a place of the lanes; return those that were drawn plainly, as it was too late."""
        scale, lanes, tracks = sight.scale, sight.lanes, sight.project.tracks
        first, wide = place.left() - _MORE, place.width() + 2 * _MORE
        part = replace(scale, first=scale.first + first * scale.per_pixel, width=wide)
        sight = replace(sight, scale=part, width=wide)
        painter = QPainter(self._under)
        painter.setClipRect(place)
        painter.translate(first, 0)
        painter.fillRect(0, place.top(), wide, place.height(), look.colour("canvas"))
        self._lanes.ground(painter, sight)
        self._ruler.behind(painter, sight)
        plain: list[int] = []
        for row in rows:  # nothing of a lane reaches into another one: each is drawn anew without the others
            painter.setClipRect(QRect(_MORE, lanes.y(row), place.width(), lanes.whole(row)))
            late = until < math.inf and perf_counter() + _A_CLIP * visible.most(tracks[row], part) > until
            self._lanes.draw(painter, sight, row, plainly=late)
            draw_lines(painter, sight, row)
            if late:
                plain.append(row)
        painter.setClipRect(place.translated(-first, 0))
        self._ruler.lines(painter, sight)
        painter.end()
        return plain


def _empty(size: QSize, ratio: float) -> QPixmap:
    made = QPixmap(size)
    made.setDevicePixelRatio(ratio)
    return made


def _lane(sight: Sight, row: int) -> QRect:
    return QRect(0, sight.lanes.y(row), sight.width, sight.lanes.whole(row))


def _stretches(before: Scale, after: Scale) -> bool:
    """Whether a picture can stand in for another one for a moment."""
    factor = before.per_pixel / after.per_pixel
    if before.width != after.width or not 1 / _STRETCHED <= factor <= _STRETCHED:
        return False
    left, right = after.x(before.first), after.x(before.last)
    return min(right, after.width) - max(left, 0.0) > after.width / 2


def _shift(before: Scale, after: Scale, ratio: float) -> int | None:
    """Return by how many columns a picture moves to become another one; None where it has to be drawn anew."""
    if before.per_pixel != after.per_pixel or before.width != after.width:
        return None
    columns = (before.first - after.first) / after.per_pixel
    shift = round(columns)
    whole = abs(columns - shift) < _WHOLE and float(shift * ratio).is_integer()
    return shift if whole and abs(shift) < after.width else None
