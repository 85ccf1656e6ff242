"""Drawing the lines of automation: the lanes of tracks, and the volume of clips on them. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.domain.project import Clip, Point, Track
from studio.ui.theme.look import look
from studio.ui.timeline import figures, lines
from studio.ui.timeline.colours import colour_of, faded
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.picking import value_along

if TYPE_CHECKING:
    from studio.ui.timeline.figures import Figure
    from studio.ui.timeline.painting import Sight

_BEYOND = 16  # pixels outside the picture to which a line is drawn, so that its ends are not seen
_DOT, _CHOSEN = 4.0, 5.5  # pixels of a point, and of a chosen one


def draw_lines(painter: QPainter, sight: Sight, row: int) -> None:
    """Draw the lanes of a row's automation lines."""
    for what in sight.lanes.lines_of(row):
        _lane(painter, sight, row, sight.project.tracks[row], what)


def draw_volume(painter: QPainter, sight: Sight, clip: Clip, figure: Figure) -> None:
    """Draw the line of a clip's volume, from its gain, and the points on it."""
    left, right = max(-float(_BEYOND), figure.body.left), min(sight.width + float(_BEYOND), figure.body.right)

    def place(moment: float, value: float) -> QPointF:
        return QPointF(sight.scale.x(clip.start + moment), figures.gain_height(figure.body, clip.gain_db + value))

    ends = tuple(sight.scale.first + x * sight.scale.per_pixel - clip.start for x in (left, right))
    painter.save()
    painter.setClipRect(QRectF(left, figure.body.top, right - left, figure.body.height), Qt.ClipOperation.IntersectClip)
    _line(painter, clip.volume, ends, place, look.colour("text"), 1.2)
    painter.restore()
    chosen = {one.at for one in sight.points if one.owner == clip.id}
    spots = [
        (QPointF(x, y), clip.volume[index].at in chosen)
        for index, x, y in figures.clip_points(clip, figure, sight.scale)
        if -_BEYOND <= x <= sight.width + _BEYOND
    ]
    _dots(painter, spots, look.colour("text"))


def _lane(painter: QPainter, sight: Sight, row: int, track: Track, what: str) -> None:
    """Draw the lane of one line: its scale, the line, its points."""
    lanes, scale = sight.lanes, sight.scale
    top = lanes.line_y(row, what)
    if top >= sight.height or top + lanes.line <= lanes.ruler:
        return
    painter.fillRect(QRectF(0, top + lanes.line - 1, sight.width, 1), look.colour("line"))
    for value, _name in lines.marks(what):
        y = round(figures.line_height(lanes, row, value, what))
        painter.fillRect(QRectF(0, y, sight.width, 1), faded("text", 20 if value else 52))

    def place(moment: float, value: float) -> QPointF:
        return QPointF(scale.x(moment), figures.line_height(lanes, row, value, what))

    points, colour = lines.points_of(track, what), colour_of(track, row)
    beyond = _BEYOND * scale.per_pixel
    ends = (scale.first - beyond, scale.last + beyond)
    if points:
        _line(painter, points, ends, place, colour, 1.6)
    else:
        _line(painter, points, ends, place, look.colour("muted"), 1.0)
    spots = [
        (place(point.at, point.value), PointAt(track.id, what, point.at) in sight.points)
        for point in points
        if ends[0] <= point.at <= ends[1]
    ]
    _dots(painter, spots, colour)


def _line(
    painter: QPainter,
    points: tuple[Point, ...],
    ends: tuple[float, ...],
    place: Callable[[float, float], QPointF],
    colour: QColor,
    wide: float,
) -> None:
    """Draw a line between two moments."""
    first, last = ends
    line = [place(first, value_along(points, first))]
    line += [place(point.at, point.value) for point in points if first < point.at < last]
    line.append(place(last, value_along(points, last)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, wide))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _dots(painter: QPainter, spots: list[tuple[QPointF, bool]], colour: QColor) -> None:
    """Draw points; a chosen one is larger, and has a ring."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for spot, chosen in spots:
        painter.setPen(QPen(look.colour("text" if chosen else "surface"), 2.0 if chosen else 1.0))
        painter.setBrush(look.colour("accent") if chosen else colour)
        size = _CHOSEN if chosen else _DOT
        painter.drawEllipse(spot, size, size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
