"""The picture that is painted on: brush, eraser and frame, by mouse and by keys, near and far."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.language import t
from studio.ui.tabs.images.framing import SIDES, STEP, Frame
from studio.ui.tabs.images.mask import LARGEST, SMALLEST, Brush
from studio.ui.tabs.images.painting import Painting
from studio.ui.theme.look import look

BRUSH, ERASER, FRAME = "brush", "eraser", "frame"
_BROADER = 1.25  # of one press of a bracket
_NEARER = 1.25
_NEAREST, _FARTHEST = 16.0, 0.05
_ROOM = 32  # pixels around a fitted picture, for the frame's handles
_GRIP = 10  # pixels from an edge in which it is taken hold of
_TINT = 0.6
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_SIDE_OF: dict[Qt.Key, str] = dict(
    zip((Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down), SIDES, strict=True)
)
_TOOL_OF = {Qt.Key.Key_B: BRUSH, Qt.Key.Key_E: ERASER, Qt.Key.Key_F: FRAME}
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class PaintView(QWidget):
    """Shows a picture with its mask and its frame, and lets both be changed.

    `painted` comes when a step was made or unmade, `framed` when the frame is another, `chosen` with tool or brush.
    """

    painted = Signal()
    framed = Signal()
    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(t("The picture to paint on"))
        self.painting: Painting | None = None
        self.most = 2048  # pixels a side of the frame
        self.may_frame = True
        self.tool = BRUSH
        self.breadth = 60.0  # of the brush, in pixels of what is made
        self.soft = 0.3
        self._tint = QImage()
        self._zoom = 0.0  # 0 fits
        self._offset = QPointF()
        self._still: tuple[float, QPointF] | None = None  # how it is shown while an edge is dragged
        self._cursor: QPointF | None = None  # of the brush, in pixels of the mask
        self._down = False
        self._dragged: tuple[str, QPointF, Frame] | None = None
        self._framing: Frame | None = None  # the frame as it was before what is being done to it
        self._pulled: QPointF | None = None
        look.changed.connect(self._tint_anew)
        self._describe()

    # ---- what is shown

    def show_painting(self, painting: Painting | None) -> None:
        """Show another picture, or none."""
        self._finish()
        self.painting = painting
        self._down, self._dragged, self._cursor = False, None, None
        self.fit()
        self._tint_anew()
        self._describe()

    @property
    def brush(self) -> Brush:
        """The brush in pixels of the mask."""
        return Brush(self.breadth * self._per_pixel, self.soft, self.tool == ERASER)

    @property
    def pen_down(self) -> bool:
        """Whether the arrows paint."""
        return self._down and self._pulled is None

    @property
    def scale(self) -> float:
        """How large it is shown: pixels of the window for one of what is made."""
        return self._placed()[0]

    def choose(self, tool: str) -> None:
        """Take another tool."""
        if tool != FRAME or self.may_frame:
            self._finish()
            self.tool = tool
            self._changed_tool()

    def set_brush(self, *, size: float | None = None, soft: float | None = None) -> None:
        """Take a broader, finer, softer or harder brush."""
        self.breadth = max(float(SMALLEST), min(float(LARGEST), size if size is not None else self.breadth))
        self.soft = max(0.0, min(1.0, soft if soft is not None else self.soft))
        self._changed_tool()

    def fit(self) -> None:
        """As large as the place allows."""
        self._zoom, self._offset = 0.0, QPointF()
        self.update()

    def zoom(self, by: float, at: QPointF | None = None) -> None:
        """Go nearer or farther; what is under `at` stays there."""
        if self.painting is None:
            return
        before, origin = self._placed()
        after = max(_FARTHEST, min(_NEAREST, before * by))
        at = at if at is not None else QPointF(self.rect().center())
        wanted = at + (origin - at) * (after / before)
        self._zoom, self._offset = after, QPointF()
        self._offset = wanted - self._placed()[1]
        self.update()

    # ---- steps

    def undo(self) -> None:
        """Take back the last step, which is the one that is being made if there is one."""
        self._step(Painting.undo)

    def redo(self) -> None:
        """Do it again."""
        self._step(Painting.redo)

    def invert(self) -> None:
        """Paint where nothing is painted, and the other way round."""
        self._step(Painting.invert)

    def clear(self) -> None:
        """Paint nowhere, and take the frame back to the picture."""
        self._step(Painting.clear)

    # ---- painting the widget

    def sizeHint(self) -> QSize:
        """Much."""
        return QSize(look.px(480), look.px(320))

    def minimumSizeHint(self) -> QSize:
        """Still something to paint on."""
        return QSize(look.px(200), look.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, what is painted, the frame and the brush."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        if self.painting is not None:
            self._draw(painter, self.painting)
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, painting: Painting) -> None:
        scale, origin = self._placed()
        frame = painting.frame
        place = QRectF(origin, QPointF(origin.x() + frame.width * scale, origin.y() + frame.height * scale))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = self._canvas()
        painter.fillRect(canvas, look.colour("canvas"))
        painter.drawImage(place, painting.picture)
        painter.setOpacity(_TINT)
        painter.drawImage(place, self._tint)
        if frame.extended:  # what is added is painted as well
            added = look.colour("accent")
            for part in _around(canvas, place):
                painter.fillRect(part, added)
        painter.setOpacity(1.0)
        if self.tool == FRAME:
            self._draw_frame(painter, canvas)
        elif self._cursor is not None:
            self._draw_brush(painter)

    def _draw_frame(self, painter: QPainter, canvas: QRectF) -> None:
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(canvas)
        painter.setBrush(look.colour("canvas"))
        for side in SIDES:
            at = _middle(canvas, side)
            painter.drawRect(QRectF(at.x() - 5, at.y() - 5, 10, 10))

    def _draw_brush(self, painter: QPainter) -> None:
        assert self._cursor is not None
        at = self._to_widget(self._cursor)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, token in ((3, "canvas"), (1, "text")):
            painter.setPen(
                QPen(look.colour(token), width, Qt.PenStyle.DashLine if self._erases else Qt.PenStyle.SolidLine)
            )
            reach = max(1.5, self.breadth * self.scale / 2)
            painter.drawEllipse(at, reach, reach)

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the brush down, take hold of an edge, or of the whole with the middle button."""
        self.setFocus()
        if self.painting is None:
            return
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pulled = at
        elif event.button() == Qt.MouseButton.LeftButton and self.tool == FRAME:
            self._finish()
            side = self._side_at(at)
            if side:
                self._still = self._placed()
                self._dragged = side, at, self.painting.frame
        elif event.button() == Qt.MouseButton.LeftButton:
            self._finish()
            self._put_down(self._to_mask(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint, or move what was taken hold of."""
        at = event.position()
        if self.painting is None:
            return
        if self._pulled is not None:
            self._offset += at - self._pulled
            self._zoom = self._zoom or self.scale
            self._pulled = at
        elif self._dragged is not None:
            self._drag_edge(at)
        elif self.tool == FRAME:
            side = self._side_at(at)
            shapes = {"left": Qt.CursorShape.SizeHorCursor, "right": Qt.CursorShape.SizeHorCursor}
            self.setCursor(shapes.get(side, Qt.CursorShape.SizeVerCursor) if side else Qt.CursorShape.ArrowCursor)
        else:
            self._move_to(self._to_mask(at))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the brush, or let go."""
        del event
        self._pulled = None
        self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer and farther; with Ctrl a broader or finer brush."""
        turns = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_brush(size=self.breadth * _BROADER**turns)
        elif turns:
            self.zoom(_NEARER**turns, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The brush is elsewhere."""
        super().leaveEvent(event)
        if not self._down:
            self._cursor = None
            self.update()

    # ---- keys

    def event(self, event: QEvent) -> bool:
        """Take keys that mean something here before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._act_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Brackets change the brush, arrows move it, Space puts it down and lifts it; letters choose the tool."""
        act = self._act_of(event)
        if self.painting is None or not act:
            super().keyPressEvent(event)
            return
        key, far = event.key(), bool(event.modifiers() & _SHIFT)
        if act == "arrow" and self.tool == FRAME:
            if not event.isAutoRepeat():
                self._finish()
            self._grow(_SIDE_OF[Qt.Key(key)], -STEP if far else STEP)
        elif act == "arrow":
            self._walk(*_ARROWS[Qt.Key(key)], fine=far)
        elif act == "tool":
            self.choose(_TOOL_OF[Qt.Key(key)])
        else:
            getattr(self, act)()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A key that is held widens the frame in one step."""
        super().keyReleaseEvent(event)
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self._finish_frame()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nobody hears when the key is let go."""
        super().focusOutEvent(event)
        if self._dragged is None:
            self._finish_frame()

    def broader(self) -> None:
        """Take a broader brush."""
        self.set_brush(size=max(self.breadth + 1, self.breadth * _BROADER))

    def finer(self) -> None:
        """Take a finer brush."""
        self.set_brush(size=self.breadth / _BROADER)

    def nearer(self) -> None:
        """Go nearer."""
        self.zoom(_NEARER)

    def farther(self) -> None:
        """Go farther."""
        self.zoom(1 / _NEARER)

    def press_pen(self) -> None:
        """Put the brush down where it is, or lift it: what Space does."""
        if self.tool == FRAME or self.painting is None:
            return
        if self._down:
            self._lift()
        else:
            mask = self.painting.mask
            self._put_down(self._cursor if self._cursor is not None else QPointF(mask.width / 2, mask.height / 2))

    def _act_of(self, event: QKeyEvent) -> str:
        """Return what a key does here; "" where it means nothing."""
        key, mods = Qt.Key(event.key()), event.modifiers()
        if mods & _CONTROL:
            return step_of(event)
        by_text = {"[": "finer", "]": "broader", "+": "nearer", "=": "nearer", "-": "farther", "0": "fit"}
        if event.text() in by_text:
            return by_text[event.text()]
        if key in _ARROWS:
            return "arrow"
        if key in _TOOL_OF:
            return "tool"
        plain = {Qt.Key.Key_Space: "press_pen", Qt.Key.Key_I: "invert", Qt.Key.Key_Delete: "clear"}
        return plain.get(key, "") if not mods else ""

    # ---- inside

    @property
    def _erases(self) -> bool:
        return self.tool == ERASER

    @property
    def _per_pixel(self) -> float:
        """Pixels of the mask for one of what is made."""
        return self.painting.mask.width / self.painting.frame.width if self.painting else 1.0

    def _placed(self) -> tuple[float, QPointF]:
        """How large the picture is shown, and where its top left corner is."""
        if self._still is not None:
            return self._still
        if self.painting is None:
            return 1.0, QPointF()
        frame = self.painting.frame
        width, height = frame.size
        room = 2 * look.px(_ROOM)
        fits = min((self.width() - room) / width, (self.height() - room) / height)
        scale = self._zoom or max(_FARTHEST, min(_NEAREST, fits))
        corner = QPointF((self.width() - width * scale) / 2, (self.height() - height * scale) / 2) + self._offset
        return scale, corner + QPointF(frame.left, frame.top) * scale

    def _canvas(self) -> QRectF:
        assert self.painting is not None
        scale, origin = self._placed()
        frame = self.painting.frame
        corner = origin - QPointF(frame.left, frame.top) * scale
        return QRectF(corner.x(), corner.y(), frame.size[0] * scale, frame.size[1] * scale)

    def _to_mask(self, at: QPointF) -> QPointF:
        scale, origin = self._placed()
        return (at - origin) / scale * self._per_pixel

    def _to_widget(self, at: QPointF) -> QPointF:
        scale, origin = self._placed()
        return origin + at / self._per_pixel * scale

    def _side_at(self, at: QPointF) -> str:
        canvas, grip = self._canvas(), look.px(_GRIP)
        if not canvas.adjusted(-grip, -grip, grip, grip).contains(at):
            return ""
        away = {
            "left": abs(at.x() - canvas.left()),
            "right": abs(at.x() - canvas.right()),
            "top": abs(at.y() - canvas.top()),
            "bottom": abs(at.y() - canvas.bottom()),
        }
        side = min(away, key=lambda name: away[name])
        return side if away[side] <= grip else ""

    def _drag_edge(self, at: QPointF) -> None:
        assert self._dragged is not None
        side, start, frame = self._dragged
        way = (at - start) / self.scale
        by = {"left": -way.x(), "right": way.x(), "top": -way.y(), "bottom": way.y()}[side]
        self._draw_out(frame.grown(side, by, most=self.most))

    def _grow(self, side: str, by: int) -> None:
        if self.painting:
            self._draw_out(self.painting.frame.grown(side, by, most=self.most))

    def _walk(self, across: int, down: int, *, fine: bool) -> None:
        assert self.painting is not None
        mask = self.painting.mask
        at = self._cursor if self._cursor is not None else QPointF(mask.width / 2, mask.height / 2)
        step = 1.0 if fine else max(1.0, self.brush.size / 4)
        x = max(0.0, min(float(mask.width), at.x() + across * step))
        y = max(0.0, min(float(mask.height), at.y() + down * step))
        self._move_to(QPointF(x, y))
        self.update()

    def _put_down(self, at: QPointF) -> None:
        assert self.painting is not None
        self._down, self._cursor = True, at
        self._tint_part(self.painting.mask.begin(self.brush, at))
        self._describe()
        self.update()

    def _move_to(self, at: QPointF) -> None:
        self._cursor = at
        if self._down and self.painting:
            self._tint_part(self.painting.mask.go_on(at))

    def _lift(self) -> None:
        if self._down and self.painting:
            self._down = False
            self.painting.lift()
            self._describe()
            self.painted.emit()

    def _draw_out(self, frame: Frame) -> None:
        """Draw the frame elsewhere; it becomes a step when whoever does it lets go."""
        if self.painting and frame != self.painting.frame:
            self._framing = self._framing or self.painting.frame
            self.painting.frame = frame
            self._show_frame()

    def _finish_frame(self) -> None:
        if self._dragged is not None:
            self._dragged = self._still = None
            self.update()
        before, self._framing = self._framing, None
        if before and self.painting:
            self.painting.framed(before)
            self.framed.emit()

    def _finish(self) -> None:
        """What is being made becomes a step of its own."""
        self._lift()
        self._finish_frame()

    def _step(self, change: Callable[[Painting], QRect]) -> None:
        """Change mask and frame at once."""
        self._finish()
        painting = self.painting
        if painting is None:
            return
        before = painting.frame
        self._tint_part(change(painting))
        painting.hold(self.most if self.may_frame else 0)  # it may be of another engine, which made more
        if painting.frame != before:
            self._show_frame()
        self.update()
        self.painted.emit()

    def _show_frame(self) -> None:
        self._describe()
        self.update()
        self.framed.emit()

    def _changed_tool(self) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor if self.tool == FRAME else Qt.CursorShape.CrossCursor)
        self._describe()
        self.update()
        self.chosen.emit()

    def _tint_anew(self) -> None:
        if self.painting is None:
            self._tint = QImage()
            return
        mask = self.painting.mask
        self._tint = QImage(mask.width, mask.height, QImage.Format.Format_ARGB32_Premultiplied)
        self._tint_part(QRect(0, 0, mask.width, mask.height))
        self.update()

    def _tint_part(self, place: QRect) -> None:
        """Colour what is painted, in the part that changed."""
        if self.painting is None or place.isEmpty():
            return
        part = self.painting.mask.greys(place)
        part.reinterpretAsFormat(QImage.Format.Format_Alpha8)
        modes = QPainter.CompositionMode
        painter = QPainter(self._tint)
        painter.setCompositionMode(modes.CompositionMode_Source)
        painter.fillRect(place, look.colour("accent"))
        painter.setClipRect(place)
        painter.setCompositionMode(modes.CompositionMode_DestinationIn)
        painter.drawImage(place.topLeft(), part)
        painter.end()

    def _describe(self) -> None:
        """Say to those who do not see it how things are."""
        tools = {BRUSH: t("Brush"), ERASER: t("Eraser"), FRAME: t("Frame")}
        parts = [tools[self.tool], t("{size} pixels", size=round(self.breadth))]
        if self.pen_down:
            parts.append(t("it paints"))
        if self.painting:
            parts.append("{} × {}".format(*self.painting.frame.size))
        self.setAccessibleDescription(", ".join(parts))


def step_of(event: QKeyEvent) -> str:
    """Return whether a key goes a step back or forth: "undo", "redo" or "". Pure."""
    control, shift = (bool(event.modifiers() & one) for one in (_CONTROL, _SHIFT))
    steps = {(Qt.Key.Key_Z, False): "undo", (Qt.Key.Key_Z, True): "redo", (Qt.Key.Key_Y, False): "redo"}
    return steps.get((Qt.Key(event.key()), shift), "") if control else ""


def _around(canvas: QRectF, place: QRectF) -> list[QRectF]:
    """Return the stripes of a canvas around a picture. Pure."""
    return [
        QRectF(canvas.left(), canvas.top(), canvas.width(), place.top() - canvas.top()),
        QRectF(canvas.left(), place.bottom(), canvas.width(), canvas.bottom() - place.bottom()),
        QRectF(canvas.left(), place.top(), place.left() - canvas.left(), place.height()),
        QRectF(place.right(), place.top(), canvas.right() - place.right(), place.height()),
    ]


def _middle(canvas: QRectF, side: str) -> QPointF:
    """Return the middle of an edge. Pure."""
    x = {"left": canvas.left(), "right": canvas.right()}.get(side, canvas.center().x())
    y = {"top": canvas.top(), "bottom": canvas.bottom()}.get(side, canvas.center().y())
    return QPointF(x, y)
