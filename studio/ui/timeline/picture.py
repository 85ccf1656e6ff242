"""What the canvas shows beneath pointer and playhead, kept from frame to frame. The GUI thread.

A scroll moves what was drawn and draws what it lets in. While somebody zooms on and on, what was shown is stretched
from frame to frame, and what comes in at its sides is drawn. Names and ruler neither scroll nor stretch with the clips:
they are put over them.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from studio.ui.theme.look import look
from studio.ui.timeline.painting import LanesPainter, Sight
from studio.ui.timeline.ruler_painting import RulerPainter

_MORE = 4  # columns drawn at both sides of what is shown: lines lie on whole ones, and may have been rounded there
_WHOLE = 0.01  # columns; less is the error of reckoning
_STRETCHED = 1.6  # how far at most; beyond, lines are too thick or gone


class Picture:
    """Shows a sight; draws no more of it than changed."""

    def __init__(self, lanes: LanesPainter, ruler: RulerPainter) -> None:
        self._lanes = lanes
        self._ruler = ruler
        self._under = QPixmap()  # the lanes, without names
        self._rough = QPixmap()  # the same, stretched
        self._spare = QPixmap()  # to stretch it into
        self._whole = QPixmap()
        self._sight: Sight | None = None  # whose lanes were drawn
        self._rough_sight: Sight | None = None  # that they were stretched to since then
        self._shown: Sight | None = None  # that the whole shows, neither stretched nor out of date
        self._old = False  # whether there is more to be seen of it

    def forget(self) -> None:
        """Something changed that a sight does not tell, such as the theme."""
        self._sight = self._rough_sight = self._shown = None

    def grow_old(self) -> None:
        """Waveforms came: what was drawn is not wrong, but there is more to be seen."""
        self._old, self._shown = True, None

    def showing(self, sight: Sight, ratio: float, *, roughly: bool = False) -> QPixmap:
        """Return the picture of a sight, at so many pixels of the device for one of ours.

        `roughly`: it is seen for a moment only, and may be another one, stretched.
        """
        if sight == self._shown:
            return self._whole
        size = QSize(sight.width, sight.height) * ratio
        if self._whole.size() != size:
            made = [QPixmap(size) for _ in range(4)]
            for picture in made:
                picture.setDevicePixelRatio(ratio)
            self._under, self._rough, self._spare, self._whole = made
            self.forget()
        self._ruler.look_at(sight)
        before = self._sight
        if roughly and before is not None and _stretches(before, sight):
            self._stretch(self._rough_sight or before, sight)
            self._rough_sight, self._shown = sight, None
        else:
            self._renew(None if self._old else before, sight, ratio)
            self._sight = self._shown = sight
            self._rough_sight, self._old = None, False
        painter = QPainter(self._whole)
        painter.drawPixmap(0, 0, self._rough if self._rough_sight else self._under)
        self._lanes.words(painter, sight)
        self._ruler.front(painter, sight)
        painter.end()
        return self._whole

    def _renew(self, before: Sight | None, sight: Sight, ratio: float) -> None:
        """Draw the lanes, or what a scroll lets in."""
        shift = None if before is None else _shift(before, sight, ratio)
        if shift is None:
            self._draw(self._under, sight, 0, sight.width)
        elif shift:
            self._under.scroll(round(shift * ratio), 0, self._under.rect())
            begin, end = (0, shift) if shift > 0 else (sight.width + shift, sight.width)
            self._draw(self._under, sight, begin, end)

    def _stretch(self, before: Sight, sight: Sight) -> None:
        """Make the lanes that were shown as wide as they are now, and draw beside them what comes in."""
        left, right = sight.scale.x(before.scale.first), sight.scale.x(before.scale.last)
        source = self._under
        if self._rough_sight is not None:
            source, self._rough, self._spare = self._rough, self._spare, self._rough
        painter = QPainter(self._rough)
        painter.drawPixmap(QRectF(left, 0, right - left, sight.height), source, QRectF(source.rect()))
        painter.end()
        if left > 0:
            self._draw(self._rough, sight, 0, math.ceil(left))
        if right < sight.width:
            self._draw(self._rough, sight, math.floor(right), sight.width)

    def _draw(self, on: QPixmap, sight: Sight, begin: int, end: int) -> None:
        """Draw the lanes between two columns."""
        scale = sight.scale
        first, wide = begin - _MORE, end - begin + 2 * _MORE
        part = replace(scale, first=scale.first + first * scale.per_pixel, width=wide)
        sight = replace(sight, scale=part, width=wide)
        painter = QPainter(on)
        painter.setClipRect(begin, 0, end - begin, sight.height)
        painter.translate(first, 0)
        painter.fillRect(0, 0, wide, sight.height, look.colour("canvas"))
        self._lanes.ground(painter, sight)
        self._ruler.behind(painter, sight)
        self._lanes.draw(painter, sight)
        self._ruler.lines(painter, sight)
        painter.end()


def _stretches(before: Sight, after: Sight) -> bool:
    """Whether a picture can stand in for another one for a moment."""
    factor = before.scale.per_pixel / after.scale.per_pixel
    if replace(before, scale=after.scale) != after or not 1 / _STRETCHED <= factor <= _STRETCHED:
        return False
    left, right = after.scale.x(before.scale.first), after.scale.x(before.scale.last)
    return min(right, after.width) - max(left, 0.0) > after.width / 2


def _shift(before: Sight, after: Sight, ratio: float) -> int | None:
    """Return by how many columns a picture moves to become another one; None where it has to be drawn anew."""
    if replace(before, scale=after.scale) != after or before.scale.per_pixel != after.scale.per_pixel:
        return None
    columns = (before.scale.first - after.scale.first) / after.scale.per_pixel
    shift = round(columns)
    whole = abs(columns - shift) < _WHOLE and float(shift * ratio).is_integer()
    return shift if whole and abs(shift) < after.width else None
