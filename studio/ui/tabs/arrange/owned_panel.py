"""A panel whose fields are about one thing: what is typed goes to the thing it was typed for. The GUI thread."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.ui.tabs.arrange.panel_fields import forget_below, settle_below
from studio.ui.timeline.state import Timeline


class OwnedPanel(QWidget):
    """Remembers whose values its fields show: something else may be chosen while a field holds unsaved text."""

    def __init__(self, state: Timeline) -> None:
        super().__init__()
        self._state = state
        self._owner: tuple[Path, Hashable] = (Path(), None)  # the project and the thing that the fields show
        self._settles = False
        self._stale = False  # whether something was to be shown meanwhile
        state.settling.connect(self._settle_and_show)
        state.selected.connect(self._settle_left)  # where nothing of the kind is chosen, nobody calls `refresh`

    def refresh(self) -> None:
        """Show what is chosen as it is."""
        raise NotImplementedError

    @property
    def _subject(self) -> Hashable:
        """The id of what is chosen, or the ids."""
        raise NotImplementedError

    @property
    def _here(self) -> bool:
        """Whether the project is open that the fields show something of."""
        return self._owner[0] == self._state.folder

    def _take_over(self) -> bool:
        """Let the fields be about what is chosen now; return whether they can be shown, or are being read."""
        if self._settles:
            self._stale = True
            return False
        if self._now != self._owner:
            self._settle()  # what is being typed belongs to what was shown until now
            self._owner = self._now
        return True

    @property
    def _now(self) -> tuple[Path, Hashable]:
        return self._state.folder, self._subject

    def _settle(self) -> None:
        self._settles = True  # an edit shows everything anew, and the other fields are to be read first
        try:
            if self._here:
                settle_below(self)
            else:
                forget_below(self)
        finally:
            self._settles = False

    def _settle_left(self) -> None:
        if not self._settles and self._now != self._owner:
            self._settle()

    def _settle_and_show(self) -> None:
        self._stale = False
        self._settle()
        if self._stale:
            self.refresh()
