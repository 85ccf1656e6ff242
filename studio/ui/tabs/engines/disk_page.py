"""What packs take on disk: each its own, what they share once, and what was loaded and can be loaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.dialogs import question
from studio.ui.language import t
from studio.ui.tabs.engines.model import bytes_of
from studio.ui.theme import tokens
from studio.ui.widgets import basics, facts

if TYPE_CHECKING:
    from studio.runtime.environments.disk import Sizes


class DiskPage(QWidget):
    """A table and a button; measured when it is shown. The GUI thread."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._cached = 0
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, tokens.GRID, 0)
        self._card, self._inside = basics.frame("card")
        outer.addWidget(self._card)
        outer.addStretch(1)
        self._empty = basics.button(t("Empty the cache…"), self._ask, icon_name="trash-2")
        desk.packs.changed.connect(self._refresh)

    def look(self) -> None:
        """Measure, off the window: it may take seconds."""
        studio = self._desk.studio
        if not self._inside.count():
            self._inside.addWidget(basics.label(t("Being measured…"), "secondary"))
        self._desk.operations.run(self, lambda: studio.pack_work.sizes(), self._show)  # noqa: PLW0108 — made there

    def _show(self, sizes: Sizes) -> None:
        self._inside.removeWidget(self._empty)
        self._empty.setParent(None)
        basics.clear(self._inside)
        self._cached = sizes.cached
        titles = {p.id: p.title for p in self._desk.studio.packs.packs}
        rows = [(titles.get(pack, pack), bytes_of(own)) for pack, own in sorted(sizes.own.items())]
        rows += [(t("Shared by several packs"), bytes_of(sizes.shared))] if sizes.shared else []
        rows += [(t("Cache only"), bytes_of(sizes.cached)), (t("All together"), bytes_of(sizes.whole))]
        self._inside.addWidget(basics.label(t("Packs on this disk"), "heading"))
        table = QWidget()
        table.setLayout(facts.table_of(rows))
        self._inside.addWidget(table)
        words = t("A file that several packs share lies on the disk once. The cache is what a build anew takes from.")
        self._inside.addWidget(basics.label(words, "secondary", wrap=True))
        self._inside.addWidget(self._empty, alignment=Qt.AlignmentFlag.AlignLeft)
        self._refresh()

    def _refresh(self) -> None:
        self._empty.setEnabled(self._desk.packs.deed is None and self._cached > 0)

    def _ask(self) -> None:
        text = t(
            "{size} become free. Packs that are installed go on working; a repair loads again what it needs.",
            size=bytes_of(self._cached),
        )
        question.ask(self, t("Empty the cache of packages?"), text, t("Empty it"), self._desk.packs.empty_cache)
