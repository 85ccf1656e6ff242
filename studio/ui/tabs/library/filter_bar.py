"""Search, chips and order above the list. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from studio.services.library_index import KINDS
from studio.ui.language import t
from studio.ui.tabs.library import model
from studio.ui.tabs.library.model import Filters
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.flow_layout import FlowLayout

_PAUSE = 200  # milliseconds between typing and searching


class FilterBar(QWidget):
    """Shows filters and lets them be changed; `changed` brings the new ones."""

    changed = Signal(object)

    def __init__(self, filters: Filters) -> None:
        super().__init__()
        self.filters = filters
        self.search = QLineEdit()
        self.search.setPlaceholderText(t("Search words, titles, tags, voices, engines"))
        self.search.setAccessibleName(t("Search the library"))
        self.search.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._take_words)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self._take_words)
        self.sort = Chooser()
        self.sort.setAccessibleName(t("Order"))
        for order, rising, title in model.SORTS:
            self.sort.addItem(t(title), (order, rising))
        self.sort.activated.connect(self._take_order)
        self._table = basics.icon_button("list", t("Show as a table"), lambda: self._set(grid=False), checkable=True)
        self._grid = basics.icon_button(
            "layout-grid", t("Show as a grid"), lambda: self._set(grid=True), checkable=True
        )
        top = basics.row(self.search, self.sort, self._table, self._grid)
        top.setStretch(0, 1)
        self._kinds = {kind: self._chip(t(model.KIND_TITLES[kind]), self._toggling(kind)) for kind in KINDS}
        self._starred = self._chip(t("Starred"), lambda: self._set(starred=not self.filters.starred), "star")
        self._here = self._chip(t("This project"), lambda: self._set(here=not self.filters.here), "folder")
        self._trash = self._chip(t("Trash"), lambda: self._set(trash=not self.filters.trash), "trash-2")
        self._tag = self._chip("", lambda: self._set(tag=""), "tag")
        chips = QWidget()
        self._flow = FlowLayout(chips)
        for chip in (*self._kinds.values(), self._starred, self._here, self._tag, self._trash):
            self._flow.addWidget(chip)
        policy = chips.sizePolicy()
        policy.setHeightForWidth(True)
        chips.setSizePolicy(policy)
        layout = basics.column(spacing=tokens.GRID)
        layout.addLayout(top)
        layout.addWidget(chips)
        self.setLayout(layout)
        self._show()

    def show_filters(self, filters: Filters) -> None:
        """Show filters that were chosen elsewhere."""
        self.filters = filters
        self._show()
        self.changed.emit(filters)

    def _chip(self, title: str, act: Callable[[], object], sign: str = "") -> QPushButton:
        made = basics.button(title, act, kind="chip", icon_name=sign)
        made.setIconSize(QSize(look.px(14) + tokens.HALF, look.px(14)))
        made.setCheckable(True)
        return made

    def _toggling(self, kind: str) -> Callable[[], None]:
        return lambda: self._set(kinds=self.filters.kinds ^ {kind})

    def _take_words(self) -> None:
        self._pause.stop()
        if self.search.text() != self.filters.words:
            self._set(words=self.search.text())

    def _take_order(self) -> None:
        order, rising = self.sort.currentData()
        self._set(order=order, rising=rising)

    def _set(self, **changes: object) -> None:
        self._pause.stop()
        changes.setdefault("words", self.search.text())  # what was typed a moment ago
        self.show_filters(replace(self.filters, **changes))  # pyright: ignore[reportArgumentType]

    def _show(self) -> None:
        shown = self.filters
        for kind, chip in self._kinds.items():
            chip.setChecked(kind in shown.kinds)
        self._starred.setChecked(shown.starred)
        self._here.setChecked(shown.here)
        self._trash.setChecked(shown.trash)
        self._tag.setVisible(bool(shown.tag))
        self._tag.setChecked(True)
        self._tag.setText(shown.tag)
        basics.rename(self._tag, t("Only what is tagged {tag}; click to see all", tag=shown.tag))
        self._table.setChecked(not shown.grid)
        self._grid.setChecked(shown.grid)
        if self.search.text() != shown.words:
            self.search.setText(shown.words)
        for row in range(self.sort.count()):
            if tuple(self.sort.itemData(row)) == (shown.order, shown.rising):
                self.sort.setCurrentIndex(row)
