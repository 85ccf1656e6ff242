"""The timeline as a text outline: everything that the lanes can do, by keyboard, and in words. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QIcon, QKeyEvent, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from studio.domain.edits import find
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.outline_model import OutlineModel
from studio.ui.timeline.outline_rows import NAME, START, STATE, WORDS, Row, hit_of
from studio.ui.timeline.state import Timeline

_INDENT = 20  # pixels that each step stands in


class _Indented(QStyledItemDelegate):
    """What belongs to a track stands in below it."""

    def initStyleOption(self, option, index) -> None:  # noqa: ANN001 — Qt's own
        """Move sign and text of a first cell to the right; the cell, and the ring around it, stay whole."""
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, OutlineModel) and index.column() == NAME:
            wide = look.px(_INDENT) * model.rows[index.row()].depth
            ratio = option.widget.devicePixelRatioF()
            size = option.decorationSize + QSize(wide, 0)
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            option.icon.paint(painter, QRect(QPoint(wide, 0), option.decorationSize))
            painter.end()
            option.icon, option.decorationSize = QIcon(picture), size


class Outline(QTableView):
    """Marks, tracks, lines, clips and points; what is chosen here is chosen in the lanes, and the other way round."""

    opened = Signal(str)  # a clip
    menu_wanted = Signal(object, QPoint)  # a Hit, and where

    def __init__(self, state: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shows = False  # the selection is being taken over from the timeline
        self.rows = OutlineModel(state, self)
        self.setModel(self.rows)
        self.setItemDelegate(_Indented(self))
        self.setAccessibleName(t("Outline of the timeline"))
        self.setAccessibleDescription(
            t(
                "Marks, tracks with their automation and clips. F2 changes a cell, Enter puts the playhead there; "
                "the timeline's keys work."
            )
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.px(32))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        self.ensurePolished()  # or it would be measured in another font than it is written in
        metrics = self.fontMetrics()
        time = metrics.horizontalAdvance("00:00.000") + 3 * tokens.GRID
        for column in range(START, WORDS):
            header.resizeSection(
                column, max(time, metrics.horizontalAdvance(self.rows.titles[column]) + 2 * tokens.GRID)
            )
        header.resizeSection(NAME, look.px(152))
        header.resizeSection(STATE, look.px(112))
        self.selectionModel().selectionChanged.connect(self._choose)
        state.selected.connect(self._refresh)
        state.lanes_changed.connect(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what changed meanwhile."""
        super().showEvent(event)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter puts the playhead where a row begins; a clip is opened, too."""
        row = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and 0 <= row < len(self.rows.rows):
            found = self.rows.rows[row]
            if found.start is not None:
                self._state.put_playhead(found.start)
            if found.clip is not None and found.is_clip:
                self.opened.emit(found.clip.id)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a row; from the keyboard, with the current one."""
        place = self.viewport().mapFromGlobal(event.globalPos())
        index = self.indexAt(place)
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.visualRect(index).center()
        if index.isValid():
            hit = hit_of(self._state.project, self.rows.rows[index.row()], self._state.playhead)
            self.menu_wanted.emit(hit, self.viewport().mapToGlobal(place))

    def keyboardSearch(self, search: str) -> None:
        """Keys are commands here."""
        del search

    # ---- inside

    def _refresh(self) -> None:
        """Show the project, and what of it is chosen; unseen it waits."""
        if not self.isVisible():
            return
        current = self.currentIndex()
        before = self.rows.rows[current.row()].id if 0 <= current.row() < len(self.rows.rows) else ""
        self._shows = True
        reset = self.rows.refresh()
        wanted = QItemSelection()
        first = -1
        for number, row in enumerate(self.rows.rows):
            if self._chosen(row):
                first = number if first < 0 else first
                wanted.select(self.rows.index(number, 0), self.rows.index(number, self.rows.columnCount() - 1))
        selection = self.selectionModel()
        if first >= 0 and (reset or self.rows.rows[max(0, self.currentIndex().row())].id != before or not before):
            place = self.rows.row_of(before)
            keep = place if place >= 0 else first
            selection.setCurrentIndex(
                self.rows.index(keep, max(0, current.column())), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first >= 0 and not wanted.contains(self.currentIndex()):
            index = self.rows.index(first, max(0, self.currentIndex().column()))
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)
        self._shows = False

    def _chosen(self, row: Row) -> bool:
        state = self._state
        if row.point is not None:
            return row.point.key in state.points
        if row.line is not None:
            return row.line == state.line and not state.points
        if row.mark is not None:
            return row.mark.id == state.marker
        if row.clip is not None:
            return row.clip.id in state.clips
        other = state.clips or state.points or state.line or state.marker
        return not other and row.track is not None and state.track == row.track.id

    def _choose(self) -> None:
        """Choose clips; without any points; without any the mark, line or track that was chosen last."""
        if self._shows:
            return
        rows = [self.rows.rows[index.row()] for index in self.selectionModel().selectedRows()]
        clips = [row.clip.id for row in rows if row.clip is not None and row.is_clip]
        points = {row.point.key for row in rows if row.point is not None}
        if clips:
            self._state.choose(clips, track=find.track_of(self._state.project, clips[0]).id)
        elif points:
            self._state.choose_points(points)
        elif rows:
            self._choose_one(rows[-1])
        else:
            self._state.choose(())

    def _choose_one(self, row: Row) -> None:
        if row.mark is not None:
            self._state.choose_mark(row.mark.id)
        elif row.line is not None:
            self._state.choose_points((), row.line)
        elif row.track is not None:
            if self._state.marker:
                self._state.choose_mark("")
            self._state.choose((), track=row.track.id)
