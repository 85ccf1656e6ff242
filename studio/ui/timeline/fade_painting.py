"""What a fade takes away of a clip, and its curve. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from studio.domain.project import Clip, Fade
from studio.ui.timeline import figures
from studio.ui.timeline.colours import faded
from studio.ui.timeline.figures import Figure

_CURVE = 16  # straight pieces of a fade's curve
_LONG = 8_000  # pixels; of longer fades only what is seen is drawn


def draw_fades(painter: QPainter, width: int, clip: Clip, figure: Figure) -> None:
    """Draw a clip's fades in a picture of some width."""
    if clip.fade_in.length:
        _fade(painter, width, figure, clip.fade_in, into=True)
    if clip.fade_out.length:
        _fade(painter, width, figure, clip.fade_out, into=False)


def _fade(painter: QPainter, width: int, figure: Figure, fade: Fade, *, into: bool) -> None:
    """Shade what a fade takes away, and draw its curve."""
    body = figure.body
    outer, inner = (body.left, figure.fade_in) if into else (body.right, figure.fade_out)
    if abs(inner - outer) < 2 or max(inner, outer) < 0 or min(inner, outer) > width:
        return

    def share(x: float) -> float:
        return (x - outer) / (inner - outer)

    begin, end = 0.0, 1.0
    if abs(inner - outer) > _LONG:  # Qt cannot draw what is millions of pixels wide
        sides = sorted((share(-32.0), share(width + 32.0)))
        begin, end = max(0.0, sides[0]), min(1.0, sides[1])
    shares = [begin + (end - begin) * step / _CURVE for step in range(_CURVE + 1)]
    line = [
        QPointF(
            outer + (inner - outer) * at,
            body.bottom - 1 - (body.height - 2) * figures.curve(fade.curve, at),
        )
        for at in shares
    ]
    corners = [QPointF(line[-1].x(), body.top + 1), QPointF(line[0].x(), body.top + 1)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded("canvas", 130))
    painter.drawPolygon(QPolygonF([*line, *corners]))
    painter.setPen(QPen(faded("text", 170), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
