"""The outline as a table of Qt. The GUI thread; the values are the project's."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon

from studio.domain.project import Marker
from studio.ui.language import t
from studio.ui.theme.icons import icon
from studio.ui.timeline import outline_rows
from studio.ui.timeline.heads import SIGNS
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.outline_rows import COLUMNS, FADE_OUT, GAIN, NAME, START, WORDS, Row
from studio.ui.timeline.state import Timeline

Index = QModelIndex | QPersistentModelIndex


class OutlineModel(QAbstractTableModel):
    """Rows of the open project. An edit of a cell is a step of the project."""

    def __init__(self, state: Timeline, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.rows: list[Row] = []
        self._takes = state.project.takes
        self.titles = [
            t("Name"), t("Start"), t("Length"), t("Gain"), t("Fade in"), t("Fade out"), t("Words"), t("State"),
        ]  # fmt: skip
        self.refresh()

    def refresh(self) -> bool:
        """Show the project as it is; return whether other rows are there."""
        rows = outline_rows.rows_of(self._state.project, self._state.shown)
        takes = self._state.project.takes
        if [row.id for row in rows] == [row.id for row in self.rows]:
            before, self.rows = self.rows, rows
            same, self._takes = takes is self._takes, takes
            for place, (old, new) in enumerate(zip(before, rows, strict=True)):
                if not same or old != new:  # an open editor begins anew where its row is said to have changed
                    self.dataChanged.emit(self.index(place, 0), self.index(place, COLUMNS - 1))
            return False
        self._takes = takes
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def row_of(self, wanted: str) -> int:
        """Return where a row is; -1 where it is not."""
        return next((n for n, row in enumerate(self.rows) if row.id == wanted), -1)

    # ---- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — as Qt has it
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — as Qt has it
        """How many there are."""
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a column is called."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and START <= section <= FADE_OUT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say what can be typed over."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        can = outline_rows.editable(self.rows[index.row()], index.column())
        return flags | Qt.ItemFlag.ItemIsEditable if can else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell."""
        row, column = self.rows[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return outline_rows.cell(self._state.project, row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in {NAME, WORDS}:
            return outline_rows.cell(self._state.project, row, column)
        if role == Qt.ItemDataRole.FontRole and row.is_track:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return _sign(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and START <= column <= FADE_OUT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Make what was typed a step of the project; what cannot be said becomes a banner."""
        row, column, text = self.rows[index.row()], index.column(), str(value)
        if role != Qt.ItemDataRole.EditRole or text == outline_rows.cell(self._state.project, row, column):
            return False
        before, label = self._state.project, outline_rows.label_of(row, column)
        follow = self._state.ways.ripple
        done = self._state.do(label, lambda project: outline_rows.edited(project, row, column, text, follow=follow))
        if done and row.point is not None and column == START:
            point = outline_rows.moved_to(before, row.point, column, text)
            self._state.choose_points({PointAt(*row.point.line, point.at)}, row.point.line)
        self.refresh()  # before the next cell is edited
        return done

    # ---- inside

    def _said(self, row: Row, column: int) -> str:
        if column == NAME:
            return outline_rows.spoken(self._state.project, row)
        title = t("Value") if column == GAIN and row.point is not None else self.titles[column]
        return f"{title}: {outline_rows.cell(self._state.project, row, column) or t('nothing')}"


def _sign(row: Row) -> QIcon:
    if row.point is not None:
        return icon("circle", "muted")
    if row.line is not None:
        return icon("spline", "muted")
    if row.mark is not None:
        chapter = isinstance(row.mark, Marker) and row.mark.chapter
        return icon("book-open" if chapter else "bookmark" if isinstance(row.mark, Marker) else "square")
    return icon(SIGNS[row.track.kind]) if row.is_track and row.track else icon("audio-waveform", "muted")
