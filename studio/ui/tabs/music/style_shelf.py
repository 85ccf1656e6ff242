"""The styles kept for all projects: read, kept, replaced, forgotten, each with the way back. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from studio.domain.edits import styles
from studio.domain.project import Style
from studio.errors import StudioError
from studio.services.styles import Kept
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner, Choice
from studio.ui.language import t

_KEY = "style for all"  # of what is told


class StyleShelf(QObject):
    """Knows those that were there when it looked last; what it does is done in the background."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._kept: list[Kept] = []
        self._told: set[str] = set()  # of those that cannot be read, each once

    @property
    def styles(self) -> list[Style]:
        """What is kept."""
        return [one.style for one in self._kept]

    def named(self, name: str) -> Kept | None:
        """Return the style of this name."""
        return next((one for one in self._kept if one.style.name == name), None)

    def load(self) -> None:
        """Read them anew."""
        self._desk.operations.look(self, "styles", self._desk.studio.styles.all, self._loaded, self._failed)

    def keep(self, new: Kept) -> None:
        """Keep a style; another one that has its name stays, until somebody says that it may go."""
        shelf = self._desk.studio.styles

        def work() -> Kept | None:
            there = shelf.find(new.style.name)
            if there and (there.style != new.style or there.reference or new.reference):
                return there
            _put(self._desk, new)
            return None

        def done(there: Kept | None) -> None:
            self.load()
            if there:
                self._ask(there, new)

        self._desk.notices.dropped.emit(_KEY)
        self._desk.operations.change(self, work, done, self._failed)

    def forget(self, kept: Kept) -> None:
        """Forget a style."""
        name, shelf = kept.style.name, self._desk.studio.styles
        told = t("The style {name} is forgotten for all projects.", name=name)
        self._change(lambda: shelf.remove(name), told, partial(_put, self._desk, kept))

    # ---- inside

    def _ask(self, there: Kept, new: Kept) -> None:
        choices = (
            Choice(t("Replace it"), partial(self._replace, there, new)),
            Choice(t("Keep both"), partial(self._keep_beside, new)),
        )
        told = t("Another style is kept as {name} for all projects already.", name=there.style.name)
        hint = t("It stays as it is unless you replace it.")
        self._desk.notices.banner.emit(Banner(told, hint, tone="info", room="music", key=_KEY, choices=choices))

    def _replace(self, there: Kept, new: Kept) -> None:
        told = t("The style {name} is replaced for all projects.", name=there.style.name)
        self._change(partial(_put, self._desk, new), told, partial(_put, self._desk, there))

    def _keep_beside(self, new: Kept) -> None:
        shelf = self._desk.studio.styles
        name = styles.free_name(new.style.name, [style.name for style in self.styles])
        told = t("The style is kept as {name} for all projects.", name=name)
        beside = replace(new, style=replace(new.style, name=name))
        self._change(partial(_put, self._desk, beside), told, lambda: shelf.remove(name))

    def _change(self, work: Callable[[], object], told: str = "", back: Callable[[], object] | None = None) -> None:
        """Do it; say so, and offer the way back."""

        def done(_outcome: object) -> None:
            self.load()
            if told and back:
                self._desk.notices.toast.emit(told, Choice(t("Undo"), partial(self._change, back)))

        self._desk.notices.dropped.emit(_KEY)
        self._desk.operations.change(self, work, done, self._failed)

    def _loaded(self, found: tuple[list[Kept], list[str]]) -> None:
        self._kept = found[0]
        for sentence in found[1]:
            if sentence not in self._told:
                self._told.add(sentence)
                self._desk.notices.tell(StudioError(sentence), room="music", key=sentence)
        self.changed.emit()

    def _failed(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="music", key=_KEY)


def _put(desk: Desk, kept: Kept) -> None:
    """Write a style in the place of the one that has its name. Any thread."""
    desk.studio.styles.keep(kept.style, kept.reference, terms=kept.terms)
