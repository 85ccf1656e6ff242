"""The ruler with time, bars, markers, regions and loop, and the lines that run from it through the lanes.

The GUI thread.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.domain.project import Marker, Region
from studio.ui.theme.look import look
from studio.ui.timeline import figures, ruler_ticks
from studio.ui.timeline.colours import faded
from studio.ui.timeline.figures import Box
from studio.ui.timeline.lanes import Strip
from studio.ui.timeline.names import Names
from studio.ui.timeline.painting import Sight, fill, mixed
from studio.ui.timeline.ruler_ticks import Tick

_NAME = 160.0  # pixels that a marker's name takes at most
_BESIDE = 200  # pixels at both sides of what is shown whose ticks are reckoned with them, for scrolls


class RulerPainter:
    """Draws the ruler for one font."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._ticks_for: tuple[float, int, float, float] | None = None
        self._ticks_from, self._ticks_to = 0.0, 0.0
        self._times: list[Tick] = []
        self._beats: list[Tick] = []

    def look_at(self, sight: Sight) -> None:
        """Reckon the ticks of what is shown, of which parts are drawn next."""
        scale, project, size = sight.scale, sight.project, sight.lanes.size
        wanted = (scale.per_pixel, project.rate, project.style.bpm, size)
        if wanted == self._ticks_for and self._ticks_from <= scale.first and scale.last <= self._ticks_to:
            return
        first = scale.first - _BESIDE * scale.per_pixel
        scale = replace(scale, first=first, width=scale.width + 2 * _BESIDE)
        self._ticks_for, self._ticks_from, self._ticks_to = wanted, scale.first, scale.last
        self._times = ruler_ticks.times(scale, project.rate, room=ruler_ticks.ROOM * size)
        self._beats = ruler_ticks.beats(scale, project.rate, project.style.bpm, room=ruler_ticks.ROOM * size / 2)

    def behind(self, painter: QPainter, sight: Sight) -> None:
        """Draw what runs through the lanes behind the clips."""
        told = [tick.at for tick in self._beats or self._times if tick.label]
        _draw_lines(painter, sight, told, mixed(look.theme.canvas, look.theme.line, 0.45))
        if sight.loop:
            left, right = (sight.scale.x(edge) for edge in sight.loop)
            self._through(painter, sight, left, right, faded("accent", 22))
        for region in sight.project.regions:
            left, right = sight.scale.x(region.start), sight.scale.x(region.end)
            self._through(painter, sight, left, right, faded("good", 16))

    def front(self, painter: QPainter, sight: Sight) -> None:
        """Draw the ruler itself."""
        lanes = sight.lanes
        painter.fillRect(QRectF(0, 0, sight.width, lanes.ruler), look.colour("surface"))
        painter.fillRect(QRectF(0, lanes.ruler - 1, sight.width, 1), look.colour("border"))
        painter.fillRect(QRectF(0, lanes.loop.bottom - 1, sight.width, 1), look.colour("line"))
        painter.setFont(self.names.font)
        self._ticks(painter, sight, self._times, lanes.time, "text")
        self._ticks(painter, sight, self._beats, lanes.beats, "muted")
        self._loop(painter, sight)
        for region in sight.project.regions:
            self._region(painter, sight, region)
        for marker, room in _with_room(sight):
            self._marker(painter, sight, marker, room)

    def playhead(self, painter: QPainter, sight: Sight, at: int) -> None:
        """Draw where the piece is heard."""
        x = sight.scale.x(at)
        if not -figures.HANDLE < x < sight.width + figures.HANDLE:
            return
        box = figures.head(at, sight.scale, sight.lanes)
        painter.fillRect(QRectF(round(x) - 1, box.bottom - 1, 2, sight.height - box.bottom + 1), look.colour("accent"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("surface"), 1))
        painter.setBrush(look.colour("accent"))
        middle = box.top + 4
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(box.left, box.top),
                    QPointF(box.right, box.top),
                    QPointF(box.right, middle),
                    QPointF(x, box.bottom),
                    QPointF(box.left, middle),
                ]
            )
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    # ---- inside

    def _through(self, painter: QPainter, sight: Sight, left: float, right: float, colour: QColor) -> None:
        left, right = max(0.0, left), min(float(sight.width), right)
        if right > left:
            painter.fillRect(QRectF(left, sight.lanes.ruler, right - left, sight.height), colour)

    def _ticks(self, painter: QPainter, sight: Sight, ticks: list[Tick], strip: Strip, token: str) -> None:
        lines: list[QRectF] = []
        painter.setPen(look.colour(token))
        bottom = strip.bottom - 1
        above = strip.top + (strip.bottom - strip.top - self.names.height) / 2
        first, last, per_pixel = sight.scale.first, sight.scale.last, sight.scale.per_pixel
        write, shortened, add = painter.drawStaticText, self.names.shortened, lines.append
        for tick in ticks:
            at = tick.at
            if not first <= at < last:
                continue
            x, label = round((at - first) / per_pixel), tick.label
            if label:
                add(QRectF(x, strip.top + 2, 1, bottom - strip.top - 2))
                write(QPointF(x + 4, above), shortened(label, _NAME))
            else:
                add(QRectF(x, bottom - 5, 1, 5))
        fill(painter, lines, look.colour("border"))

    def _loop(self, painter: QPainter, sight: Sight) -> None:
        if not sight.loop:
            return
        box = figures.loop_box(sight.loop, sight.scale, sight.lanes)
        painter.fillRect(_seen(box, sight), faded("accent", 150))
        for x in (box.left, box.right - 2):
            if 0 <= x <= sight.width:
                painter.fillRect(QRectF(x, box.top, 2, box.height), look.colour("accent"))

    def _region(self, painter: QPainter, sight: Sight, region: Region) -> None:
        box = figures.region_box(region, sight.scale, sight.lanes)
        seen = _seen(box, sight)
        if seen.width() <= 0:
            return
        chosen = region.id == sight.marker
        painter.fillRect(seen.adjusted(0, 1, 0, -1), faded("accent" if chosen else "good", 120 if chosen else 70))
        for x in (box.left, box.right - 2):
            if 0 <= x <= sight.width:
                painter.fillRect(QRectF(x, box.top, 2, box.height), look.colour("accent" if chosen else "good"))
        if seen.width() > 24:
            self._text(painter, region.name, seen.left() + 6, box, seen.width() - 10)

    def _marker(self, painter: QPainter, sight: Sight, marker: Marker, room: float) -> None:
        box = figures.flag(marker, sight.scale, sight.lanes)
        chosen = marker.id == sight.marker
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent" if chosen else "warn"))
        painter.drawPolygon(_flag(box, chapter=marker.chapter))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        if room > 16 and marker.name:
            self._text(painter, marker.name, box.right + 3, box, min(_NAME, room))

    def _text(self, painter: QPainter, text: str, x: float, box: Box, width: float) -> None:
        painter.setPen(look.colour("text"))
        above = box.top + (box.height - self.names.height) / 2
        painter.drawStaticText(QPointF(x, above), self.names.shortened(text, width))

    def lines(self, painter: QPainter, sight: Sight) -> None:
        """Draw what runs through the lanes over the clips."""
        colour = mixed(look.theme.canvas, look.theme.warn, 0.5)
        _draw_lines(painter, sight, [marker.at for marker in sight.project.markers], colour)
        edges = [at for region in sight.project.regions for at in (region.start, region.end)]
        _draw_lines(painter, sight, edges, mixed(look.theme.canvas, look.theme.good, 0.5))


def _draw_lines(painter: QPainter, sight: Sight, moments: list[int], colour: QColor) -> None:
    """Draw lines through all lanes: as rectangles in one piece and one colour, which are filled and neither stroked nor
    blended."""
    top, height = sight.lanes.ruler, sight.height - sight.lanes.ruler
    first, last, per_pixel = sight.scale.first, sight.scale.last, sight.scale.per_pixel
    boxes = [QRectF(round((at - first) / per_pixel), top, 1, height) for at in moments if first <= at <= last]
    fill(painter, boxes, colour)


def _with_room(sight: Sight) -> list[tuple[Marker, float]]:
    """Return the markers that are seen, each with the pixels to the next one's flag."""
    found: list[tuple[Marker, float]] = []
    beyond = sight.width + _NAME
    for marker in reversed(sight.project.markers):
        x = sight.scale.x(marker.at)
        if x > sight.width:
            continue
        if x < -_NAME - figures.FLAG:
            break
        found.append((marker, beyond - x - figures.FLAG - 6))
        beyond = x
    return found[::-1]


def _flag(box: Box, *, chapter: bool) -> QPolygonF:
    """Return a marker's flag: a pennant, or for a chapter a bookmark."""
    top, bottom = box.top + 2, box.bottom - 1
    if chapter:
        middle = (box.left + box.right - 1) / 2
        corners = [(box.left, top), (box.right - 1, top), (box.right - 1, bottom), (middle, bottom - 4)]
    else:
        corners = [(box.left, top), (box.right, (top + bottom) / 2 - 1), (box.left + 2, bottom - 2)]
    return QPolygonF([QPointF(x, y) for x, y in (*corners, (box.left, bottom))])


def _seen(box: Box, sight: Sight) -> QRectF:
    left, right = max(-4.0, box.left), min(sight.width + 4.0, box.right)
    return QRectF(left, box.top, max(0.0, right - left), box.height)
