"""The list of things, as a table or as a grid, with one choice for both. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QTreeView, QVBoxLayout, QWidget

from studio.services.library_index import Item
from studio.ui.language import t
from studio.ui.tabs.library.delegates import TILE, RowDelegate, TileDelegate
from studio.ui.tabs.library.glances import Glances
from studio.ui.tabs.library.items_model import ENGINE, KIND, LENGTH, TIME, TITLE, Index, ItemsModel
from studio.ui.theme.look import look
from studio.ui.widgets.pages import Pages

_WIDTHS = {KIND: 128, ENGINE: 136, LENGTH: 88, TIME: 136}
_ORDERS = {TITLE: "title", LENGTH: "length", TIME: "time"}
_LEAST = {ENGINE: 720, KIND: 560, TIME: 440}  # pixels; in less room a column is left out


class Table(QTreeView):
    """Rows under a header."""

    def __init__(self, items: ItemsModel, glances: Glances) -> None:
        super().__init__()
        self.setAccessibleName(t("Things in the library, as a table"))
        self.setModel(items)
        self.setItemDelegate(RowDelegate(glances, self))
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, look.px(width))
        _prepare(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out columns that would make the title too narrow."""
        super().resizeEvent(event)
        width = event.size().width()
        for column, least in _LEAST.items():
            self.setColumnHidden(column, width < look.px(least))


class Grid(QListView):
    """Tiles beside one another."""

    def __init__(self, items: ItemsModel, glances: Glances) -> None:
        super().__init__()
        self.setAccessibleName(t("Things in the library, as a grid"))
        self.setModel(items)
        self.setItemDelegate(TileDelegate(glances, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(look.px(TILE.width()), look.px(TILE.height())))
        _prepare(self)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint again; Qt would also place all the tiles again, though no tile changes its size."""
        del first, last, roles
        self.viewport().update()


class Pane(QWidget):
    """Table and grid over the same rows and the same choice."""

    chosen = Signal()
    opened = Signal()  # Enter, or a double click
    sorted_by = Signal(str, bool)
    menu_wanted = Signal(QPoint)

    def __init__(self, items: ItemsModel, glances: Glances) -> None:
        super().__init__()
        self.found = items
        self._keep: list[int] = []
        self.table = Table(items, glances)
        self.grid = Grid(items, glances)
        self.grid.setSelectionModel(self.table.selectionModel())
        self._stack = Pages()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.grid)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._stack)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.table.header().sectionClicked.connect(self._sort)
        for view in (self.table, self.grid):
            view.activated.connect(self._open)
            view.customContextMenuRequested.connect(self._ask_for_menu)
        glances.came.connect(self._repaint)
        items.modelAboutToBeReset.connect(self._remember)
        items.modelReset.connect(self._recall)
        items.came.connect(self._came)
        self._order, self._rising = "time", False

    @property
    def view(self) -> QAbstractItemView:
        """The one that is shown."""
        return self.grid if self._stack.currentWidget() is self.grid else self.table

    @property
    def ids(self) -> list[int]:
        """The numbers of what is chosen, from top to bottom."""
        return [self.found.ids[row] for row in self._rows if row < len(self.found.ids)]

    @property
    def item(self) -> Item | None:
        """The one thing that is chosen; None for several, and as long as it is being read."""
        rows = self._rows
        return self.found.item(rows[0]) if len(rows) == 1 else None

    @property
    def _rows(self) -> list[int]:
        chosen = self.table.selectionModel().selection()
        ranges = [chosen.at(number) for number in range(chosen.count())]
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def show_as(self, *, grid: bool, order: str, rising: bool) -> None:
        """Show the table or the grid, and in the header how it is sorted."""
        self._order, self._rising = order, rising
        self._stack.setCurrentWidget(self.grid if grid else self.table)
        column = next(number for number, name in _ORDERS.items() if name == order)
        way = Qt.SortOrder.AscendingOrder if rising else Qt.SortOrder.DescendingOrder
        self.table.header().setSortIndicator(column, way)

    def choose(self, ids: list[int]) -> None:
        """Choose things by their numbers, and show the first of them."""
        rows = [row for row in map(self.found.row_of, ids) if row >= 0]
        selection = QItemSelection()
        for row in rows:
            selection.select(self.found.index(row, 0), self.found.index(row, TIME))
        model = self.table.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            first = self.found.index(rows[0], 0)
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(first)

    def _choose(self) -> None:
        self.chosen.emit()

    def _open(self, index: QModelIndex) -> None:
        del index
        self.opened.emit()

    def _sort(self, column: int) -> None:
        order = _ORDERS.get(column)
        if order is None:
            self.show_as(grid=False, order=self._order, rising=self._rising)
            return
        rising = not self._rising if order == self._order else order == "title"
        self.sorted_by.emit(order, rising)

    def _ask_for_menu(self, place: QPoint) -> None:
        self.menu_wanted.emit(self.view.viewport().mapToGlobal(place))

    def _repaint(self) -> None:
        self.view.viewport().update()

    def _remember(self) -> None:
        self._keep = self.ids

    def _recall(self) -> None:
        keep, self._keep = self._keep, []
        rows = [row for row in map(self.found.row_of, keep) if row >= 0]
        if rows:
            self.choose(keep)
        elif keep:
            self.chosen.emit()

    def _came(self) -> None:
        """What is chosen may say something else now."""
        if self.table.selectionModel().hasSelection():
            self.chosen.emit()


def _prepare(view: QAbstractItemView) -> None:
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setDragEnabled(True)
    view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
    view.setMouseTracking(True)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
