"""The timeline as a text outline: everything that the lanes can do, by keyboard, and in words. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from studio.domain.edits import find
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.outline_model import NAME, START, STATE, WORDS, OutlineModel
from studio.ui.timeline.state import Timeline

_INDENT = 20  # pixels that a clip stands in


class _Indented(QStyledItemDelegate):
    """Clips stand in below their track."""

    def initStyleOption(self, option, index) -> None:  # noqa: ANN001 — Qt's own
        """Move the text of a clip's first cell to the right."""
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, OutlineModel) and index.column() == NAME and model.rows[index.row()].clip is not None:
            option.rect.adjust(look.px(_INDENT), 0, 0, 0)


class Outline(QTableView):
    """Rows of tracks and clips; what is chosen here is chosen in the lanes, and the other way round."""

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
            t("Tracks and their clips. F2 changes a cell, Enter puts the playhead there; the timeline's keys work.")
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._offer_menu)
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

    def showEvent(self, event: QShowEvent) -> None:
        """Show what changed meanwhile."""
        super().showEvent(event)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter puts the playhead to a clip's begin and opens it."""
        row = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and 0 <= row < len(self.rows.rows):
            clip = self.rows.rows[row].clip
            if clip is not None:
                self._state.put_playhead(clip.start)
                self.opened.emit(clip.id)
            return
        super().keyPressEvent(event)

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
            chosen = row.clip.id in self._state.clips if row.clip else self._lone_track(row.track.id)
            if chosen:
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

    def _lone_track(self, track: str) -> bool:
        return not self._state.clips and self._state.track == track

    def _choose(self) -> None:
        if self._shows:
            return
        rows = [self.rows.rows[index.row()] for index in self.selectionModel().selectedRows()]
        clips = [row.clip.id for row in rows if row.clip is not None]
        lone = next((row.track.id for row in rows if row.clip is None), None)
        track = lone if not clips else find.track_of(self._state.project, clips[0]).id
        self._state.choose(clips, track=track)

    def _offer_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            return
        row = self.rows.rows[index.row()]
        number = next(n for n, track in enumerate(self._state.project.tracks) if track.id == row.track.id)
        part, at = (Part.CLIP, row.clip.start) if row.clip else (Part.LANE, self._state.playhead)
        hit = Hit(part, at, number, row.track.id, row.clip.id if row.clip else "")
        self.menu_wanted.emit(hit, self.viewport().mapToGlobal(place))
