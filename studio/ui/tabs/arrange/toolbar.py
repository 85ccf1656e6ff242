"""The room's tools: what the pointer does, how edits behave, the spoken piece, the outline, what was done.

The GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QToolButton

from studio.ui.actions import Actions
from studio.ui.language import t, tn
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

_SIGNS = {
    "select": "mouse-pointer-2", "blade": "slice", "slip": "move-horizontal", "split": "scissors", "snap": "magnet",
    "ripple": "fold-horizontal", "grid": "grid-3x3", "automation": "spline", "outline": "list", "history": "history",
    "add_files": "file-audio",
}  # fmt: skip

_LARGE = 1.25  # of the text; beyond it there is no room for words


class Toolbar(QObject):
    """Buttons into the header of a room; each has its key in its tooltip."""

    speech_wanted = Signal(object)  # the button that the menu belongs to

    def __init__(self, state: Timeline, actions: Actions, header: QHBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._actions = actions
        self.buttons: dict[str, QToolButton] = {}
        for group in (("select", "blade", "slip", "split"), ("snap", "ripple", "grid", "automation")):
            parts = [self._button(name, checkable=name != "split") for name in group]
            header.addLayout(basics.row(*parts, spacing=tokens.HALF))
            header.addWidget(basics.rule(upright=True))
        self.speech: QAbstractButton = (
            basics.button(t("Speech tools"), icon_name="text-quote")
            if look.scale <= _LARGE
            else basics.icon_button("text-quote", t("Speech tools"))
        )
        self.speech.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speech.clicked.connect(self._want_speech)
        header.addWidget(self.speech)
        parts = [self._button(name, checkable=name == "outline") for name in ("add_files", "outline", "history")]
        header.addLayout(basics.row(*parts, spacing=tokens.HALF))
        state.ways_changed.connect(self.refresh)
        state.lanes_changed.connect(self.refresh)
        actions.changed.connect(self._name)
        self._name()
        self.refresh()

    def show_outline(self, *, on: bool) -> None:
        """Say whether the outline is shown."""
        self.buttons["outline"].setChecked(on)

    def refresh(self) -> None:
        """Show the tool and the ways as they are."""
        ways = self._state.ways
        shown = {"snap": ways.snap, "ripple": ways.ripple, "grid": ways.grid}
        shown["automation"] = any(self._state.shown.values())
        shown |= {tool: self._state.tool == tool for tool in ("select", "blade", "slip")}
        for name, on in shown.items():
            self.buttons[name].setChecked(on)
        self._name()

    def _button(self, name: str, *, checkable: bool) -> QToolButton:
        made = basics.icon_button(_SIGNS[name], name, self._act(name), checkable=checkable)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space still plays
        self.buttons[name] = made
        return made

    def _act(self, name: str) -> Callable[[], None]:
        def act() -> None:
            self._actions.trigger(f"arrange.{name}")
            self.refresh()  # a click has switched the button, whatever came of it

        return act

    def _name(self) -> None:
        for name, button in self.buttons.items():
            basics.rename(button, self._actions.hint(f"arrange.{name}"))
            button.setAccessibleName(self._actions.get(f"arrange.{name}").text())
        count = sum(map(len, self._state.shown.values()))
        line = tn(count, "One automation lane is shown", "{count} automation lanes are shown")
        line = line if count else t("No automation lanes are shown")
        button = self.buttons["automation"]
        button.setToolTip(f"{self._actions.hint('arrange.automation')}\n{line}")
        button.setAccessibleDescription(line)

    def _want_speech(self) -> None:
        self.speech_wanted.emit(self.speech)
