"""The timeline's picture, and the hands on it: what is pressed, dragged, scrolled and zoomed. The GUI thread.

It keeps no state of the piece: everything drawn comes from the project and from Timeline. What does not move with the
pointer or the playhead is drawn once into a picture and shown from there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.domain.edits import find, grouping
from studio.errors import StudioError
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline import figures, lines, picking, telling
from studio.ui.timeline.colours import faded
from studio.ui.timeline.dragging import BoxDrag, Drag, PanDrag, PlayheadDrag, gesture_drag
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.lines import VOLUME, Line, PointAt
from studio.ui.timeline.painting import LanesPainter, Sight
from studio.ui.timeline.picking import Shown
from studio.ui.timeline.picture import Picture
from studio.ui.timeline.ruler_painting import RulerPainter
from studio.ui.timeline.telling import CLIP_PARTS
from studio.ui.timeline.tiles import Tiles
from studio.ui.timeline.ways import Tool

if TYPE_CHECKING:
    from studio.ui.bridge.desk import Desk
    from studio.ui.timeline.state import Timeline

_FAR = 4  # pixels from which a press is a drag
_NOTCH = 120  # of a wheel
_WHEEL = 64  # pixels that a notch scrolls
_ZOOM = 1.2  # by a notch
_SOON = 8  # milliseconds to the next few lanes that are due; in between, keys and pointer are heard
_SCROLLS = 30  # milliseconds between two steps while a drag is past the edge
_MARKS = frozenset({Part.MARKER, Part.REGION, Part.REGION_START, Part.REGION_END})

Keys = Qt.KeyboardModifier


class Canvas(QWidget):
    """Ruler and lanes. `opened`: a clip was double-clicked; `menu_wanted`: what lies there, and where on the screen."""

    opened = Signal(str)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, desk: Desk, timeline: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self.tiles = Tiles(desk, self)
        self._lanes_painter = LanesPainter(self.tiles)
        self._ruler_painter = RulerPainter(self._lanes_painter.names)
        self._picture = Picture(self._lanes_painter, self._ruler_painter)
        self._head = 0.0  # where the playhead was drawn
        self._press: tuple[QPointF, Hit] | None = None
        self._button = Qt.MouseButton.NoButton  # the one that the press, and then the drag, is of
        self._after = ""  # the chosen clip that was pressed: what becomes of it shows when the button is let go
        self._drag: Drag | None = None
        self._pointer = QPointF()
        self._hovered = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._draw_more)
        self._past = QTimer(self)
        self._past.setInterval(_SCROLLS)
        self._past.timeout.connect(self._scroll_on)
        self.setAccessibleName(t("Timeline"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for changed in (timeline.selected, timeline.scrolled, desk.project.changed):
            changed.connect(self._look_again)
        timeline.ways_changed.connect(self._redraw)
        self.tiles.came.connect(self._show_more)
        timeline.lanes_changed.connect(self._show_other_lanes)
        timeline.playhead_moved.connect(self._move_playhead)
        look.changed.connect(self._refresh)

    # ---- what others ask

    @property
    def lanes(self) -> Lanes:
        """Where what is drawn, as it stands."""
        return self._timeline.lanes

    def hit(self, at: QPointF) -> Hit:
        """Return what lies at a place of the widget."""
        timeline = self._timeline
        whole = timeline.tool is not Tool.SELECT
        shown = Shown(timeline.loop, timeline.playhead, whole)
        return picking.hit(timeline.project, timeline.scale, self.lanes, shown, at.x(), at.y())

    @property
    def dragging(self) -> bool:
        """Whether a button is held and something goes with the pointer."""
        return self._drag is not None

    @property
    def drag(self) -> Drag | None:
        """What goes with the pointer; each press is another one."""
        return self._drag

    @property
    def settled(self) -> bool:
        """Whether nothing is stretched or left out for a moment, as far as waveforms have come."""
        return not (self._picture.unfinished or self._soon.isActive() or self.tiles.busy)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Show more or less detail; the place at `x`, or the middle, stays where it is."""
        scale = self._timeline.scale
        self._timeline.show(scale.zoomed(factor, scale.width / 2 if x is None else x))

    def scroll_down(self, pixels: float) -> None:
        """Show tracks further below or above, as far as there are any."""
        most = self.lanes.most_scrolled(self.height())
        self._timeline.scroll_down_to(min(most, max(0, round(self._timeline.top + pixels))))

    def sizeHint(self) -> QSize:
        """A few tracks."""
        return QSize(look.px(640), look.px(320))

    def minimumSizeHint(self) -> QSize:
        """It may become small."""
        return QSize(look.px(160), look.px(160))

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture, made anew if something changed, and over it what moves."""
        with self.tiles.painting():
            sight = self._sight()
            painter = QPainter(self)
            painter.setClipRect(event.rect())
            self._picture.show(painter, sight, self.devicePixelRatio(), whole=event.rect() == self.rect())
            self._draw_over(painter, sight)
            painter.end()
        if self._picture.unfinished and not self._soon.isActive():
            self._soon.start()

    def _draw_over(self, painter: QPainter, sight: Sight) -> None:
        if self._hovered and self._hovered not in sight.clips:
            self._draw_handles(painter, sight)
        drag = self._drag
        if drag is not None and drag.snapped is not None:
            x = round(sight.scale.x(drag.snapped)) + 0.5
            painter.setPen(QPen(look.colour("warn"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, sight.height))
        self._ruler_painter.playhead(painter, sight, self._timeline.playhead)
        if drag is not None and drag.box is not None:
            box = QRectF(drag.box.left, drag.box.top, drag.box.width, drag.box.height)
            painter.fillRect(box, faded("accent", 40))
            painter.setPen(QPen(look.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        if drag is not None and (drag.refused or drag.told):
            self._draw_told(painter, drag.refused or drag.told, "bad" if drag.refused else "text")
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), tokens.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _draw_handles(self, painter: QPainter, sight: Sight) -> None:
        try:
            spot = find.spots(sight.project, [self._hovered])[self._hovered]
        except StudioError:
            return  # it went while the pointer lay there
        clip = sight.project.tracks[spot.track].clips[spot.clip]
        if not clip.locked and self._timeline.tool is Tool.SELECT:
            painter.save()
            painter.setClipRect(0, sight.lanes.ruler, sight.width, sight.height)
            self._lanes_painter.handles(painter, figures.clip_figure(clip, sight.scale, sight.lanes, spot.track))
            painter.restore()

    def _draw_told(self, painter: QPainter, text: str, tone: str) -> None:
        """Say beside the pointer which value a drag gives, or why it cannot be."""
        painter.setFont(self._lanes_painter.names.font)
        metrics = painter.fontMetrics()
        box = QRectF(metrics.boundingRect(text)).adjusted(-8, -4, 8, 4)
        box.moveTo(self._pointer + QPointF(12, 16))
        box.moveLeft(max(0.0, min(box.left(), self.width() - box.width())))
        box.moveTop(max(0.0, min(box.top(), self.height() - box.height())))
        painter.fillRect(box, look.colour("raised"))
        painter.setPen(look.colour(tone))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _sight(self) -> Sight:
        timeline = self._timeline
        scale = timeline.scale
        # Whole pixels: then what was drawn can be moved, and a wave does not tremble while it scrolls.
        scale = replace(scale, first=round(scale.first / scale.per_pixel) * scale.per_pixel, width=self.width())
        return Sight(
            timeline.project,
            scale,
            self.lanes,
            self.width(),
            self.height(),
            clips=timeline.clips,
            track=timeline.track,
            marker=timeline.marker,
            points=timeline.points,
            loop=timeline.loop,
        )

    def _look_again(self) -> None:
        """What a sight tells was changed: the picture finds out how much of itself that is."""
        self.update()

    def _redraw(self) -> None:
        self._picture.forget()
        self.update()

    def _show_more(self) -> None:
        self._picture.grow_old()
        self.update()

    def _draw_more(self) -> None:
        """Draw some of what was left out for the sake of speed."""
        with self.tiles.painting():
            self._picture.draw_more()
        self.update()

    def _show_other_lanes(self) -> None:
        self.scroll_down(0)
        self.update()

    def _refresh(self) -> None:
        self._lanes_painter.refresh(self.font())
        self._ruler_painter.names = self._lanes_painter.names
        self._redraw()

    def _move_playhead(self) -> None:
        """Draw the playhead elsewhere, and nothing but that."""
        x = self._timeline.scale.x(self._timeline.playhead)
        wide = round(figures.HANDLE) + 4
        for place in (self._head, x):
            if -wide < place < self.width() + wide:
                self.update(QRect(round(place) - wide, 0, 2 * wide, self.height()))
        self._head = x

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose, and begin what a drag will be."""
        if self._busy:
            if event.button() != self._button:
                return
            self._end_drag()  # where it was let go nobody told us
        at, keys = event.position(), event.modifiers()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._button = event.button()
            self._drag = PanDrag(self._timeline, at)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press, self._button, self._after = (at, self.hit(at)), event.button(), ""
            self._take(self._press[1], at, keys)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag, or say what lies there."""
        at, keys = event.position(), event.modifiers()
        self._pointer = at
        if self._busy and not event.buttons() & self._button:
            self._end_drag()  # it was let go over something that took the release for itself: a menu, another window
        if self._drag is None and self._press is not None:
            moved = at - self._press[0]
            if abs(moved.x()) + abs(moved.y()) >= _FAR:
                self._begin(at, keys)
                self._scroll_past_edges()
        elif self._drag is not None:
            self._go_on(at, keys)
            self._scroll_past_edges()
        elif not event.buttons():
            self._look_at(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a press without one is a click."""
        mine = {self._button} if self._busy else {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}
        if event.button() not in mine:
            super().mouseReleaseEvent(event)
            return
        press, dragged = self._press, self._drag is not None
        self._end_drag()
        if press is not None and not dragged:
            self._click(press[1], event.modifiers())
        self._look_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a clip; on its line, or in the lane of one, make a point."""
        at, hit = event.position(), self.hit(event.position())
        left = event.button() == Qt.MouseButton.LeftButton and not self._busy
        if left and hit.part in {Part.GAIN, Part.LINE_LANE}:
            hit = replace(hit, part=Part.LINE, line=VOLUME) if hit.part is Part.GAIN else hit
            self._press, self._button, self._after = (at, hit), event.button(), ""
            self._draw_point(at, event.modifiers())
        elif left and hit.part in CLIP_PARTS:
            self.opened.emit(hit.id)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Shift sideways, with Ctrl zoom where the pointer is, with both make the tracks higher."""
        angle, pixels, keys = event.angleDelta(), event.pixelDelta(), event.modifiers()
        if keys & Keys.ControlModifier:
            turned = angle.y() or angle.x()
            if keys & Keys.ShiftModifier:
                self._timeline.stretch(_ZOOM ** (turned / _NOTCH), event.position().y())
            else:
                self.zoom(_ZOOM ** (turned / _NOTCH), event.position().x())
        else:
            moved = QPointF(angle) * (_WHEEL / _NOTCH) if pixels.isNull() else QPointF(pixels)
            if keys & Keys.ShiftModifier:
                moved = QPointF(moved.x() + moved.y(), 0)
            if moved.x():
                self._timeline.show(self._timeline.scale.panned(-moved.x()))
            if moved.y():
                self.scroll_down(-moved.y())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu for what lies there; from the keyboard, for what is chosen. Not amidst a drag.

        A menu would take the release, and what it offers would be done to what is being dragged.
        """
        if self._busy:
            event.accept()
            return
        at = QPointF(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self._chosen_place() or at
        hit = self.hit(at)
        if hit.part in CLIP_PARTS and hit.id not in self._timeline.clips:
            self._timeline.choose([hit.id], track=hit.track)
        elif hit.part in _MARKS:
            self._timeline.choose_mark(hit.id)
        elif hit.part is Part.POINT:
            self._choose_point(hit, Keys.NoModifier)
        self.menu_wanted.emit(hit, self.mapToGlobal(at.toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self._hover("")

    # ---- keys, size, being there

    def event(self, event: QEvent) -> bool:
        """Keep Escape for the drag, before a command takes it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = event.key() == Qt.Key.Key_Escape and self._drag is not None
            if mine:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes a drag back."""
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._drag.cancel()
            self._end_drag()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much more as there is room for."""
        super().resizeEvent(event)
        self._timeline.show(self._timeline.scale.resized(self.width()))
        self.scroll_down(0)

    def hideEvent(self, event: QHideEvent) -> None:
        """A drag does not go on unseen."""
        super().hideEvent(event)
        self._end_drag()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    # ---- inside

    @property
    def _busy(self) -> bool:
        """Whether a press or a drag is on."""
        return self._press is not None or self._drag is not None

    def _take(self, hit: Hit, at: QPointF, keys: Keys) -> None:
        """Do what a press does before it is a drag."""
        cuts = self._timeline.tool is Tool.BLADE
        if hit.part in {Part.RULER, Part.PLAYHEAD}:
            self._drag = PlayheadDrag(self._timeline)
            if hit.part is Part.RULER:
                self._go_on(at, keys)
        elif hit.part in _MARKS:
            self._timeline.choose_mark(hit.id)
        elif hit.part is Part.POINT:
            self._choose_point(hit, keys)
        elif hit.part in CLIP_PARTS and not cuts:
            self._choose(hit, keys)
        if hit.part is Part.LINE or (hit.part in CLIP_PARTS and cuts):
            self._begin(at, keys)  # these do something without being dragged

    def _choose(self, hit: Hit, keys: Keys) -> None:
        """Choose a pressed clip; one that is chosen stays so, as it may be dragged together with others."""
        timeline = self._timeline
        if hit.id in timeline.clips:
            timeline.choose(timeline.clips, track=hit.track)
            self._after = hit.id
        elif keys & (Keys.ShiftModifier | Keys.ControlModifier):
            timeline.choose({*timeline.clips, hit.id}, track=hit.track)
        else:
            timeline.choose([hit.id], track=hit.track)

    def _choose_point(self, hit: Hit, keys: Keys) -> None:
        """Choose a pressed point; one that is chosen stays so, as it may be dragged together with others."""
        timeline = self._timeline
        line = Line(hit.id or hit.track, hit.line)
        found = lines.points_of(lines.owner_of(timeline.project, line), hit.line)
        point = PointAt(*line, found[hit.index].at)
        if point not in timeline.points:
            adds = bool(keys & (Keys.ShiftModifier | Keys.ControlModifier))
            timeline.choose_points({*(timeline.points if adds else ()), point}, line)

    def _click(self, hit: Hit, keys: Keys) -> None:
        """Do what a press without a drag does."""
        timeline = self._timeline
        if hit.part is Part.LINE_LANE:
            timeline.choose_points((), Line(hit.track, hit.line))
        if self._after and keys & Keys.ControlModifier:
            gone = set(timeline.clips) & _with_group(timeline, self._after)
            timeline.choose(timeline.clips - gone)
        elif self._after and not keys & Keys.ShiftModifier:
            timeline.choose([self._after], track=hit.track)
        elif hit.part in {Part.LANE, Part.NOTHING} and not keys & (Keys.ShiftModifier | Keys.ControlModifier):
            timeline.choose_mark("")
            timeline.choose((), track=hit.track or None)

    def _begin(self, at: QPointF, keys: Keys) -> None:
        """Begin the drag of what was pressed."""
        assert self._press is not None
        pressed, hit = self._press
        if hit.part in {Part.LANE, Part.LINE_LANE, Part.NOTHING}:
            adds = bool(keys & (Keys.ShiftModifier | Keys.ControlModifier))
            self._drag = BoxDrag(self._timeline, hit, pressed, self.lanes, adds=adds)
        else:
            copy = bool(keys & Keys.AltModifier)
            try:
                self._drag = gesture_drag(self._timeline, hit, pressed, self.lanes, copy=copy)
            except StudioError:
                self._drag = None
            if hit.part in CLIP_PARTS and self._timeline.tool is Tool.SELECT and hit.part is Part.CLIP:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._drag is None:
            self._press = None
        else:
            self._go_on(at, keys)

    def _draw_point(self, at: QPointF, keys: Keys) -> None:
        """Make a point where the pointer is; it can be dragged on."""
        assert self._press is not None
        try:
            self._drag = gesture_drag(self._timeline, self._press[1], at, self.lanes, copy=False)
        except StudioError:
            self._press = None  # it went between the clicks
        else:
            self._go_on(at, keys)

    def _go_on(self, at: QPointF, keys: Keys) -> None:
        self._pointer = at
        if self._drag is not None and not self._drag.move(at, keys, self.lanes):
            self._end_drag()
        self.update()

    def _end_drag(self) -> None:
        self._past.stop()
        self._drag = self._press = None
        self.unsetCursor()
        self.update()

    def _scroll_past_edges(self) -> None:
        outside = not self.rect().contains(self._pointer.toPoint())
        past = outside and self.dragging and not isinstance(self._drag, PanDrag)
        if past and not self._past.isActive():
            self._past.start()
        elif not past:
            self._past.stop()

    def _scroll_on(self) -> None:
        """Show more of where the drag goes."""
        at = self._pointer
        right = max(0.0, at.x() - self.width()) + min(0.0, at.x())
        down = max(0.0, at.y() - self.height()) + min(0.0, at.y() - self.lanes.ruler)
        if right:
            self._timeline.show(self._timeline.scale.panned(max(-64.0, min(64.0, right))))
        if down and not isinstance(self._drag, PlayheadDrag):
            self.scroll_down(max(-24.0, min(24.0, down)))
        self._go_on(at, QApplication.keyboardModifiers())

    def _look_at(self, at: QPointF) -> None:
        """Show by the pointer, and tell after a moment, what lies there."""
        if not self.rect().contains(at.toPoint()):
            self._hover("")
            return
        hit = self.hit(at)
        self.setCursor(telling.shape_of(hit, self._timeline.tool))
        words = telling.words_of(hit, self._timeline.project)
        if words != self.toolTip():
            self.setToolTip(words)
        self._hover(hit.id if hit.part in CLIP_PARTS else "")

    def _hover(self, clip: str) -> None:
        if clip != self._hovered:
            self._hovered = clip
            self.update()

    def _chosen_place(self) -> QPointF | None:
        """Return a place on the first of the chosen clips that are seen."""
        timeline, lanes = self._timeline, self.lanes
        for row, track in enumerate(timeline.project.tracks):
            for clip in track.clips:
                if clip.id in timeline.clips:
                    body = figures.clip_figure(clip, timeline.scale, lanes, row).body
                    at = QPointF((max(0.0, body.left) + min(self.width(), body.right)) / 2, body.bottom - 12)
                    if self.rect().contains(at.toPoint()):
                        return at
        return None


def _with_group(timeline: Timeline, clip: str) -> set[str]:
    try:
        return set(grouping.with_group(timeline.project, [clip]))
    except StudioError:
        return set()  # it went while the button was held
