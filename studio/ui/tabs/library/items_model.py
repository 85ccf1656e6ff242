"""The things of the library as rows, read page by page in an operation when somebody looks at them. The GUI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, QSize, Qt, QUrl, Signal

from studio.services.library_index import Item, Query
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.library import model
from studio.ui.theme.look import look

ITEM = int(Qt.ItemDataRole.UserRole)
TITLE, KIND, ENGINE, LENGTH, TIME = range(5)
HEADERS = ("Title", "Kind", "Engine", "Length", "Made")
ROW_HEIGHT = 48

_PAGE = 100
_MOST_PAGES = 60  # kept at a time

Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOP = QModelIndex()
_TOLD = frozenset({ITEM, _DISPLAY, int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole)})


class ItemsModel(QAbstractTableModel):
    """Rows of what was found. The order is fixed when it is found; what a row says is read later."""

    found = Signal()  # another list, or the same one anew
    came = Signal()  # rows that were asked for

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: list[int] = []
        self._rows: dict[int, int] = {}
        self._pages: dict[int, dict[int, Item]] = {}
        self._asked: set[int] = set()
        self._question = 0
        self._reading = 0  # what was read before the last change is old
        self.engines: dict[str, str] = {}
        self.settled = False  # whether anything was found yet

    # ---- for the room

    def show(self, query: Query) -> None:
        """Look for something else, or for the same again; `found` comes when it is there."""
        self._question += 1
        question, index = self._question, self._desk.studio.library_index

        def done(ids: list[int]) -> None:
            if question == self._question:
                self._become(ids)

        self._desk.operations.run(self, lambda: index.find(query), done)

    @property
    def ids(self) -> list[int]:
        """What was found, in order."""
        return self._ids

    def item(self, row: int) -> Item | None:
        """Return a row; None as long as it is being read."""
        if not 0 <= row < len(self._ids):
            return None
        page = self._pages.get(row // _PAGE)
        if page is None:
            self._ask(row // _PAGE)
            return None
        return page.get(self._ids[row])

    def row_of(self, item: int) -> int:
        """Return where a thing stands; -1 when it is not shown."""
        return self._rows.get(item, -1)

    def refresh(self) -> None:
        """Read the rows anew; the order stays."""
        self._forget()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(HEADERS) - 1))

    # ---- Qt

    def rowCount(self, parent: Index = _TOP) -> int:
        """How many were found."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _TOP) -> int:
        """How many columns the table has."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Return the titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return t(HEADERS[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == LENGTH else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return what a cell says; nothing yet for rows that are being read."""
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, look.px(ROW_HEIGHT))
        if int(role) not in _TOLD:
            return None
        item = self.item(index.row())
        if item is None or role == ITEM:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(item) if index.column() == TITLE else self._cell(item, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return model.title_of(item) if index.column() == TITLE else None
        return self._cell(item, index.column())

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged to where files are welcome."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """They are dragged as files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Any) -> QMimeData:
        """Return the files of rows."""
        rows = sorted({index.row() for index in indexes})
        data = QMimeData()
        items = [item for item in map(self.item, rows) if item is not None]
        data.setUrls([QUrl.fromLocalFile(str(item.file)) for item in items])
        return data

    # ---- inside

    def _become(self, ids: list[int]) -> None:
        self.settled = True
        if ids != self._ids:
            self.beginResetModel()
            self._ids = ids
            self._rows = {number: row for row, number in enumerate(ids)}
            self._forget()
            self.endResetModel()
        else:
            self.refresh()
        self.found.emit()

    def _forget(self) -> None:
        self._pages.clear()
        self._asked.clear()
        self._reading += 1

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        reading, index = self._reading, self._desk.studio.library_index
        ids = self._ids[page * _PAGE : (page + 1) * _PAGE]

        def done(items: list[Item]) -> None:
            if reading == self._reading:
                self._take(page, items)

        self._desk.operations.run(self, lambda: index.items(ids), done)

    def _take(self, page: int, items: list[Item]) -> None:
        while len(self._pages) >= _MOST_PAGES:
            oldest = next(iter(self._pages))
            del self._pages[oldest]
            self._asked.discard(oldest)
        self._pages[page] = {item.id: item for item in items}
        last = min((page + 1) * _PAGE, len(self._ids)) - 1
        if last >= page * _PAGE:
            self.dataChanged.emit(self.index(page * _PAGE, 0), self.index(last, len(HEADERS) - 1))
        self.came.emit()

    def _cell(self, item: Item, column: int) -> str:
        if column == TITLE:
            return model.title_of(item)
        if column == KIND:
            return model.kind_of(item)
        if column == ENGINE:
            return t(self.engines.get(item.engine, item.engine))
        return model.length_of(item) if column == LENGTH else model.when(item.created)

    def _said(self, item: Item) -> str:
        parts = [model.title_of(item), model.kind_of(item), model.length_of(item)]
        parts += [t("starred")] if item.starred else []
        parts += [] if item.there else [t("the file is missing")]
        return ", ".join(part for part in [*parts, *item.tags] if part)
