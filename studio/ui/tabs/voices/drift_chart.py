"""How alike a speaker's takes are, as points over the script: for pointer, keyboard and ear. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.domain.drift import Point
from studio.services.drift import Speaker
from studio.ui.language import figures, t
from studio.ui.tabs.voices import model
from studio.ui.theme import tokens
from studio.ui.theme.look import look

_HEIGHT = 132  # pixels
_LOWEST = 0.4  # what a chart shows at least
_DOT = 4.0  # pixels
_NEAR = 24  # pixels from a point at which it is meant
_EVERY = 56  # pixels between two numbers below
_MARKS = (0.4, 0.6, 0.8, 1.0)


class DriftChart(QWidget):
    """Draws the takes of one speaker. One of them is the current one; arrows go from one to the next."""

    chosen = Signal(str)  # a take
    opened = Signal(int)  # the number of a line that is to be shown
    played = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._speaker: Speaker | None = None
        self._points: tuple[Point, ...] = ()
        self._drifted: frozenset[str] = frozenset()
        self._current = -1
        self._lowest = _LOWEST
        self._picture: QPixmap | None = None  # of all that stays while one goes from take to take
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._look_changed)

    def show_speaker(self, speaker: Speaker) -> None:
        """Show other figures; the current take stays where it is still there."""
        if speaker is self._speaker:
            return
        before = self.take
        self._speaker = speaker
        self._picture = None
        self._points = speaker.points
        self._drifted = frozenset(point.take for point in speaker.drifted)
        known = [point.likeness for point in self._points if point.likeness is not None]
        self._lowest = max(-1.0, min([_LOWEST, *(value - 0.05 for value in known)]))
        self._current = next((n for n, point in enumerate(self._points) if point.take == before), -1)
        self._say()
        self.update()

    def choose(self, take: str) -> None:
        """Make a take the current one."""
        self._go(next((n for n, point in enumerate(self._points) if point.take == take), -1))

    @property
    def take(self) -> str:
        """The current take, "" without one."""
        return self._points[self._current].take if 0 <= self._current < len(self._points) else ""

    @property
    def point(self) -> Point | None:
        """What is known of the current take."""
        return self._points[self._current] if 0 <= self._current < len(self._points) else None

    def place_of(self, number: int) -> QPointF:
        """Return where the n-th point is drawn."""
        return self._place(number, self._area())

    def _place(self, number: int, area: QRectF) -> QPointF:
        step = area.width() / max(1, len(self._points) - 1)
        alike, lowest = self._points[number].likeness, self._lowest
        share = 0.0 if alike is None else (max(alike, lowest) - lowest) / (1.0 - lowest)
        x = area.center().x() if len(self._points) == 1 else area.left() + number * step
        return QPointF(x, area.bottom() - share * area.height())

    # ---- Qt

    def sizeHint(self) -> QSize:
        """As high as figures need."""
        return QSize(look.px(320), look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """It may become narrow."""
        return QSize(look.px(120), look.px(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from take to take, show its line, hear it."""
        last = len(self._points) - 1
        to = {
            Qt.Key.Key_Left: max(0, self._current - 1),
            Qt.Key.Key_Right: min(last, self._current + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        point = self.point
        if to is not None and self._points:
            self._go(to)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() and point:
            self._open(point)
        elif event.key() == Qt.Key.Key_Space and not event.modifiers() and point:
            self.played.emit(point.take)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Space belongs to the chart that has the focus; a pointer that rests is told about the take below it."""
        if self.point and _is_ours(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words_of(self._points[number]) if number >= 0 else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the take that was clicked."""
        number = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self._go(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show its line."""
        if self._at(event.position()) == self._current and self.point:
            self._open(self.point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        over = self._at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw figures, the bound, the line through the takes, and a sign for each."""
        del event
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.point:
            painter.setPen(QPen(look.colour("text"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.place_of(self._current), _DOT + 4, _DOT + 4)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), tokens.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.RADIUS, tokens.RADIUS)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All lies elsewhere then."""
        self._picture = None
        super().resizeEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Who comes by the keyboard begins with the take that would carry the voice best."""
        super().focusInEvent(event)  # pyright: ignore[reportArgumentType]
        if self._current < 0 and self._points:
            best = self._speaker.best if self._speaker else ""
            self._go(next((n for n, point in enumerate(self._points) if point.take == best), 0))
        self.update()

    # ---- words

    def words_of(self, point: Point) -> str:
        """Say what is known of a take."""
        parts = [model.place_words(point)]
        if point.likeness is None:
            parts.append(t("nobody is heard to speak"))
        elif point.held_against:
            parts.append(t("the others are held against it"))
        else:
            parts.append(t("likeness {number}", number=figures(point.likeness, 2)))
        if point.take in self._drifted:
            parts.append(t("drifted"))
        elif not point.counts and point.likeness is not None and not point.held_against:
            parts.append(t("too short to tell"))
        return " · ".join(parts)

    # ---- inside

    def _go(self, number: int) -> None:
        if number == self._current:
            return
        self._current = number
        self._say()
        self.update()
        self.chosen.emit(self.take)

    def _open(self, point: Point) -> None:
        if point.line:
            self.opened.emit(point.number)

    def _look_changed(self) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()

    def _say(self) -> None:
        """Let a screen reader say the current take, and all in a sentence."""
        point = self.point
        self.setAccessibleName(f"{self._name}: {self.words_of(point)}" if point else self._name)
        if self._speaker:
            self.setAccessibleDescription(model.chart_words(self._speaker))
        if point and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def _at(self, place: QPointF) -> int:
        """Return the take that is meant at a place: the nearest across, as there are many on a line."""
        if not self._points:
            return -1
        area, last = self._area(), len(self._points) - 1
        found = round((place.x() - area.left()) / max(1.0, area.width()) * last)
        found = max(0, min(last, found))
        return found if abs(self._place(found, area).x() - place.x()) <= _NEAR else -1

    def _area(self) -> QRectF:
        metrics = QFontMetrics(self.font())
        left = metrics.horizontalAdvance(figures(0.8, 1)) + 3 * tokens.GRID
        below = metrics.height() + tokens.GRID
        return QRectF(left, 2 * tokens.HALF + _DOT, self.width() - left - 2 * tokens.GRID, 0).adjusted(
            0, 0, 0, self.height() - below - 2 * tokens.HALF - 2 * _DOT
        )

    def _height_of(self, value: float) -> float:
        area, lowest = self._area(), self._lowest
        return area.bottom() - (value - lowest) / (1.0 - lowest) * area.height()

    def _drawn(self) -> QPixmap:
        """Draw all that does not change with the current take."""
        ratio = self.devicePixelRatioF()
        found = QPixmap(self.size() * ratio)
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        self._paint_bound(painter)
        self._paint_takes(painter)
        painter.end()
        return found

    def _paint_marks(self, painter: QPainter) -> None:
        area, metrics = self._area(), QFontMetrics(self.font())
        for mark in _MARKS:
            y = self._height_of(mark)
            painter.setPen(look.colour("line"))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(look.colour("muted"))
            box = QRectF(0, y - metrics.height() / 2, area.left() - 2 * tokens.GRID, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), figures(mark, 1))
        free = area.left() - look.px(_EVERY)
        for number, point in enumerate(self._points):
            x = self._place(number, area).x()
            if x - free < look.px(_EVERY):
                continue
            free = x
            text = str(point.number)
            width = metrics.horizontalAdvance(text)
            at = min(max(0.0, x - width / 2), self.width() - width)
            painter.drawText(QPointF(at, self.height() - metrics.descent() - 1), text)

    def _paint_bound(self, painter: QPainter) -> None:
        bound = self._speaker.verdict.bound if self._speaker else None
        if bound is None or bound < self._lowest:
            return
        area = self._area()
        painter.setPen(QPen(look.colour("warn"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), self._height_of(bound)), QPointF(area.right(), self._height_of(bound)))

    def _paint_takes(self, painter: QPainter) -> None:
        area = self._area()
        places = [self._place(number, area) for number in range(len(self._points))]
        known = [place for place, point in zip(places, self._points, strict=True) if point.likeness is not None]
        painter.setPen(QPen(look.colour("border"), 1.5))
        painter.drawLines([QLineF(one, other) for one, other in pairwise(known)])  # one long line takes far longer
        for place, point in zip(places, self._points, strict=True):
            self._paint_take(painter, place, point)

    def _paint_take(self, painter: QPainter, at: QPointF, point: Point) -> None:
        """A dot; a triangle where it has drifted, a ring where it is too short, a cross where nobody speaks."""
        size = _DOT
        token = "warn" if point.take in self._drifted else "accent" if point.counts else "muted"
        painter.setPen(QPen(look.colour(token), 1.5))
        painter.setBrush(look.colour(token) if point.counts else look.colour("surface"))
        if point.likeness is None:
            painter.drawLine(at + QPointF(-size, -size), at + QPointF(size, size))
            painter.drawLine(at + QPointF(-size, size), at + QPointF(size, -size))
        elif point.take in self._drifted:
            corners: Sequence[QPointF] = (QPointF(0, -size - 1), QPointF(size + 1, size), QPointF(-size - 1, size))
            painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
        elif point.held_against:
            painter.setBrush(look.colour("accent"))
            painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
        else:
            painter.drawEllipse(at, size, size)


def _is_ours(event: QEvent) -> bool:
    """Whether a key would do something else in the window, and is the chart's."""
    ours = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    return event.key() in ours and not event.modifiers()
