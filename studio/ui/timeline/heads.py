"""The heads of the tracks, at the left of their lanes: name, colour, mute, solo, gain, pan, height, order.

The GUI thread. They show the project and what of it the timeline scrolled to; they keep nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QStackedLayout, QToolButton, QWidget

from studio.domain.edits import tracks
from studio.domain.project import Project, Track
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline import lanes
from studio.ui.timeline.bursts import own_key
from studio.ui.timeline.colours import colour_of
from studio.ui.timeline.line_heads import LaneButton, LineHeads, add_to_menu
from studio.ui.timeline.lines import gain_text, pan_text
from studio.ui.timeline.meters import SILENT, TrackLevel
from studio.ui.timeline.slider import PressedSlider
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

WIDTH = 180
KINDS = ("speech", "music", "sound")
SIGNS = {"speech": "message-square-text", "music": "music", "sound": "audio-lines"}
LOWEST_DB, HIGHEST_DB = -60.0, 12.0  # of the slider; a project may hold more
_EDGE = 6  # pixels at the lower edge that change the height
_THREE_LINES, _TWO_LINES = 70, 50  # pixels of height that the lines of a head need
_LEVEL = 4  # pixels of the meter, in the margin
_FAR = 8  # pixels from which a press is a drag


def kind_title(kind: str) -> str:
    """Return what a kind of track is called."""
    return {"speech": t("Speech"), "music": t("Music"), "sound": t("Sound")}[kind]


def add_track(state: Timeline, kind: str) -> None:
    """Add an empty track below the others, and let new things go there."""
    made: list[str] = []

    def edit(project: Project) -> Project:
        project, new = tracks.add_track(project, kind_title(kind), kind=kind)
        made.append(new)
        return project

    if state.do(t("Add a track"), edit):
        state.choose((), track=made[0])


class _Dot(QToolButton):
    """The colour of a track, and its kind as a sign."""

    def show_track(self, track: Track, row: int) -> None:
        """Show a track's."""
        side = look.px(14)
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(track, row))
        painter.drawEllipse(picture.rect().adjusted(1, 1, -1, -1))
        painter.end()
        self.setIcon(picture)
        self.setIconSize(picture.size())


class _Letter(QToolButton):
    """A square with one letter."""

    def sizeHint(self) -> QSize:
        """The style says how large it is; Qt would add room for more letters."""
        side = look.px(20) + 2
        return QSize(side, side)


class _Slider(PressedSlider):
    """A double click sets it to 0."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the middle."""
        del event
        self.act = own_key()
        self.setValue(0)
        self.act = ""


class Head(QFrame):
    """One track."""

    def __init__(self, state: Timeline, track: Track, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "head")
        self._state = state
        self.track = track
        self._row = 0
        self._press: QPoint | None = None
        self._drag = ""  # "", "height" or "order"
        self._shown: tuple[object, ...] = ()  # what is shown: a drag elsewhere changes nothing here
        self._before = 0  # its height when it was pressed
        self._act = ""  # the merge key of the drag that lasts
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()
        self.level = TrackLevel(self)

    def _build(self) -> None:
        self.dot = _Dot()
        self.dot.setProperty("kind", "letter")
        self.dot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.dot.clicked.connect(self._colours)
        self.name = basics.ElidedLabel("", "heading")
        self.name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.field = QLineEdit()
        self.field.hide()
        self.field.editingFinished.connect(self._rename)
        place = QWidget()
        place.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._names = QStackedLayout(place)
        self._names.setContentsMargins(0, 0, 0, 0)
        self._names.addWidget(self.name)
        self._names.addWidget(self.field)
        self._place = place
        self._locked = basics.label()
        self._locked.setPixmap(icon("lock", "muted").pixmap(look.px(14), look.px(14)))
        self.mute, self.solo = self._letter(t("M")), self._letter(t("S"))
        self.mute.clicked.connect(lambda on: self._set(t("Mute a track") if on else t("Unmute a track"), mute=on))
        self.solo.clicked.connect(lambda on: self._set(t("Solo a track") if on else t("End a track's solo"), solo=on))
        self.lines = LaneButton(self._state)
        self.pan = self._slider(-100, 100)
        self.pan.setProperty("kind", "pan")
        self.pan.valueChanged.connect(self._pan)
        self.gain = self._slider(round(LOWEST_DB * 10), round(HIGHEST_DB * 10))
        self.gain.valueChanged.connect(self._gain)
        self.value = basics.label("", "caption")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("−60.0 dB") + tokens.HALF)
        self._first = _line(self.dot, place, self._locked)
        self._second = _line(self.mute, self.solo, self.lines, self.pan)
        self._third = _line(self.gain, self.value)
        inside = basics.column(self._first, self._second, self._third, None, spacing=0)
        inside.setContentsMargins(tokens.HALF, 2, tokens.GRID + tokens.HALF, tokens.HALF)
        self.setLayout(inside)

    def show_track(self, track: Track, row: int, *, chosen: bool) -> None:
        """Show a track as it is now."""
        now = (track, row, chosen, look.theme.name)
        if now == self._shown:
            return
        self._shown = now
        self.track, self._row = track, row
        self.dot.show_track(track, row)
        basics.rename(self.dot, t("Colour of {track}", track=track.name))
        self.name.setText(track.name)
        self.setAccessibleName(t("{kind} track {name}", kind=kind_title(track.kind), name=track.name))
        self._locked.setVisible(track.locked)
        self._locked.setAccessibleName(t("Locked"))
        self.mute.setChecked(track.mute)
        self.solo.setChecked(track.solo)
        self.lines.show_track(track)
        basics.rename(self.mute, t("Mute {track}", track=track.name))
        basics.rename(self.solo, t("Solo {track}", track=track.name))
        basics.rename(self.gain, t("Gain of {track}", track=track.name))
        basics.rename(self.pan, t("Pan of {track}: {where}", track=track.name, where=pan_text(track.pan)))
        for slider, number in ((self.gain, round(track.gain_db * 10)), (self.pan, round(track.pan * 100))):
            slider.blockSignals(True)
            slider.setValue(number)
            slider.blockSignals(False)
            slider.setEnabled(not track.locked)
        self.value.setText(gain_text(track.gain_db))
        basics.set_property(self, "chosen", "true" if chosen else "false")
        self._show_lines()

    def rename(self) -> None:
        """Let the name be typed."""
        if self.track.locked:
            return
        self._place.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        basics.rename(self.field, t("Name of the track"))
        self.field.setText(self.track.name)
        self._names.setCurrentWidget(self.field)
        self.field.setFocus()
        self.field.selectAll()

    def settle(self) -> None:
        """Take over a name that is being typed."""
        if self._names.currentWidget() is self.field and self.field.isModified():
            self._rename()

    def menu(self) -> QMenu:
        """Return what can be done with the track."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        track, row, last = self.track, self._row, len(self._state.project.tracks) - 1
        self._add(made, "pencil", t("Rename"), self.rename, on=not track.locked)
        self._add(made, "copy-plus", t("Duplicate the track"), self._duplicate)
        self._add(made, "chevron-up", t("Move up"), partial(self._move, row - 1), on=row > 0)
        self._add(made, "chevron-down", t("Move down"), partial(self._move, row + 1), on=row < last)
        made.addSeparator()
        add_to_menu(made, self._state, track.id)
        made.addSeparator()
        self._fill_colours(made.addMenu(t("Colour")))
        kinds = made.addMenu(t("Kind"))
        for kind in KINDS:
            self._add(kinds, SIGNS[kind], kind_title(kind), partial(self._set_kind, kind), on=not track.locked)
        lock = t("Unlock the track") if track.locked else t("Lock the track")
        self._add(made, "lock-open" if track.locked else "lock", lock, partial(self._lock, not track.locked))
        made.addSeparator()
        self._add(made, "trash-2", t("Remove the track"), self._remove, on=not track.locked)
        return made

    # ---- Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the track; a drag at the lower edge changes its height, any other its place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.globalPosition().toPoint()
            self._drag = "height" if self._at_edge(event) else ""
            self._act = own_key()
            self._before = self.height()
            self.setFocus()
            self._state.choose((), track=self.track.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._press is None:
            edge = self._at_edge(event)
            self.setCursor(Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.ArrowCursor)
            return
        down = event.globalPosition().toPoint().y() - self._press.y()
        if self._drag == "height":
            height = max(lanes.LEAST, min(lanes.MOST, round((self._before + down) / look.scale / self._state.tall)))
            if not self._set(t("Change a track's height"), merge=self._act, height=height):
                self._press, self._drag = None, ""  # why not is said once
        elif abs(down) >= _FAR:
            self._drag = "order"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._column().show_drop(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if self._drag == "order":
            row = self._column().drop_row(event.globalPosition().toPoint())
            self._column().show_drop(None)
            self._move(row - (row > self._row))
        self._press, self._drag = None, ""
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename."""
        if not self._at_edge(event):
            self.rename()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames; Escape leaves the name as it was."""
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Escape and self._names.currentWidget() is self.field:
            self.field.setText(self.track.name)
            self._rename()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done."""
        self._state.choose((), track=self.track.id)
        self.menu().popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many lines as there is room for."""
        super().resizeEvent(event)
        self._show_lines()
        self.level.setGeometry(self.width() - _LEVEL - 2, tokens.HALF, _LEVEL, max(0, self.height() - tokens.GRID))

    # ---- inside

    def _show_lines(self) -> None:
        self._second.setVisible(self.height() >= look.px(_TWO_LINES))
        self._third.setVisible(self.height() >= look.px(_THREE_LINES))

    def _letter(self, text: str) -> QToolButton:
        made = _Letter()
        made.setProperty("kind", "letter")
        made.setText(text)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space still plays
        made.setCheckable(True)
        return made

    def _slider(self, low: int, high: int) -> _Slider:
        made = _Slider()
        made.setProperty("kind", "small")
        made.setRange(low, high)
        made.setPageStep(10)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _add(self, menu: QMenu, sign: str, text: str, act: Callable[[], object], *, on: bool = True) -> None:
        action = menu.addAction(icon(sign), text)
        action.triggered.connect(lambda: act())  # noqa: PLW0108 — `triggered` brings a bool
        action.setEnabled(on)

    def _set(self, label: str, *, merge: str = "", **changes: object) -> bool:
        return self._do(
            label,
            lambda project: tracks.set_track(project, self.track.id, **changes),  # pyright: ignore[reportArgumentType]
            merge=merge,
        )

    def _do(self, label: str, edit: Callable[[Project], Project], *, merge: str = "", told: str = "") -> bool:
        """Make a step, or let it be said why it cannot be, and show what is so."""
        done = self._state.do(label, edit, merge=merge, told=told)
        if not done:
            self._show_anew()
        return done

    def _show_anew(self) -> None:
        """An edit was refused: a letter or a slider says what is not so."""
        self._shown = ()
        self.show_track(self.track, self._row, chosen=self._state.track == self.track.id)

    def _set_kind(self, kind: str) -> None:
        self._set(t("Change a track's kind"), kind=kind)

    def _lock(self, on: bool) -> None:  # noqa: FBT001 — from a menu
        self._set(t("Lock a track") if on else t("Unlock a track"), locked=on)

    def _gain(self, tenths: int) -> None:
        self._set(t("Change a track's gain"), merge=self._merge(self.gain), gain_db=tenths / 10)

    def _pan(self, hundredths: int) -> None:
        self._set(t("Change a track's pan"), merge=self._merge(self.pan), pan=hundredths / 100)

    def _merge(self, slider: _Slider) -> str:
        what = "gain" if slider is self.gain else "pan"
        return slider.act or self._state.bursts.key(f"{what} of {self.track.id}")

    def _rename(self) -> None:
        if self._names.currentWidget() is not self.field:
            return
        name = self.field.text().strip()
        self._names.setCurrentWidget(self.name)
        self._place.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if name and name != self.track.name:
            self._set(t("Rename a track"), name=name)

    def _duplicate(self) -> None:
        self._do(t("Duplicate a track"), lambda project: tracks.duplicate_track(project, self.track.id)[0])

    def _move(self, row: int) -> None:
        if row != self._row:
            self._do(t("Move a track"), lambda project: tracks.move_track(project, self.track.id, row))

    def _remove(self) -> None:
        told = t("Track {name} removed.", name=self.track.name)
        self._do(t("Remove a track"), lambda project: tracks.remove_track(project, self.track.id), told=told)

    def _colours(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_colours(menu)
        menu.popup(self.dot.mapToGlobal(QPoint(0, self.dot.height())))

    def _fill_colours(self, menu: QMenu) -> None:
        for number in range(len(look.theme.speakers)):
            picture = QPixmap(look.px(16), look.px(16))
            picture.fill(look.speaker(number))
            action = menu.addAction(picture, t("Colour {number}", number=number + 1))
            action.triggered.connect(partial(self._set, t("Change a track's colour"), colour=str(number + 1)))
        menu.addSeparator()
        menu.addAction(t("By its place")).triggered.connect(partial(self._set, t("Change a track's colour"), colour=""))

    def _at_edge(self, event: QMouseEvent) -> bool:
        return event.position().y() >= self.height() - _EDGE

    def _column(self) -> TrackHeads:
        parent = self.parentWidget()
        assert isinstance(parent, TrackHeads)
        return parent


class TrackHeads(QWidget):
    """All heads, and below them the way to another track."""

    def __init__(self, state: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._heads: dict[str, Head] = {}
        self._lines = LineHeads(state, self)
        self._drop = QFrame(self)  # above the heads: where a dragged one would come to lie
        self._drop.setStyleSheet("background: palette(highlight);")
        self._drop.hide()
        self.setFixedWidth(look.px(WIDTH))
        self.setAccessibleName(t("Tracks"))
        self._add = basics.button(t("Add a track"), self._offer_kinds, kind="quiet", icon_name="plus")
        self._add.setParent(self)
        state.selected.connect(self.refresh)  # comes after every change of the project, too
        state.scrolled.connect(self._lay_out)
        state.lanes_changed.connect(self._lay_out)
        state.settling.connect(self._settle)
        look.changed.connect(self.refresh)
        self.refresh()

    def head(self, track: str) -> Head | None:
        """Return the head of a track."""
        return self._heads.get(track)

    def show_levels(self, levels: Mapping[str, float] | None) -> None:
        """Show how loud the tracks are, in dB; None when nothing plays. A track that is not told of is silent."""
        for track, head in self._heads.items():
            head.level.show_level(None if levels is None else levels.get(track, SILENT))

    def refresh(self) -> None:
        """Show the tracks as they are."""
        project = self._state.project
        there = {track.id for track in project.tracks}
        for gone in [one for one in self._heads if one not in there]:
            head = self._heads.pop(gone)
            head.hide()
            head.deleteLater()
        for row, track in enumerate(project.tracks):
            if track.id not in self._heads:
                self._heads[track.id] = Head(self._state, track, self)
                self._heads[track.id].show()
            self._heads[track.id].show_track(track, row, chosen=track.id == self._state.track)
        self._lay_out()

    def drop_row(self, place: QPoint) -> int:
        """Return before which row a track would come that is let go there."""
        found, y = self._state.lanes, self.mapFromGlobal(place).y() + self._state.top
        return sum(found.edges[row] + found.whole(row) / 2 < y for row in range(found.count))

    def show_drop(self, place: QPoint | None) -> None:
        """Show where a dragged track would come to lie."""
        self._drop.setVisible(place is not None)
        if place is not None:
            y = self._state.lanes.edges[self.drop_row(place)] - self._state.top
            self._drop.setGeometry(0, max(0, y - 2), self.width(), 4)
            self._drop.raise_()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the tracks, as beside it."""
        self._state.scroll_down_to(max(0, self._state.top - event.angleDelta().y() // 2))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lie beside the lanes."""
        super().resizeEvent(event)
        self._lay_out()

    def _settle(self) -> None:
        for head in list(self._heads.values()):  # a new name is a change, after which there may be others
            head.settle()

    def _lay_out(self) -> None:
        found = self._state.lanes
        self._lines.lay_out(found, self.width())
        for row, track in enumerate(self._state.project.tracks):
            head = self._heads.get(track.id)
            if head is not None:
                head.setGeometry(0, found.edges[row] - found.top, self.width(), found.height(row))
        below = found.total - found.top + tokens.HALF
        self._add.setGeometry(tokens.HALF, below, self.width() - tokens.GRID, look.px(32))

    def _offer_kinds(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind in KINDS:
            action = menu.addAction(icon(SIGNS[kind]), kind_title(kind))
            action.triggered.connect(partial(add_track, self._state, kind))
        menu.popup(self._add.mapToGlobal(QPoint(0, self._add.height())))


def _line(*parts: QWidget) -> QWidget:
    made = QWidget()
    made.setLayout(basics.row(*parts, spacing=tokens.HALF))
    made.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation, False)
    return made
