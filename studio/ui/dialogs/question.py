"""The one question there is: before something that cannot be undone. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class Question(QDialog):
    """Says what would happen; the safe answer has the focus, and is what Escape gives."""

    def __init__(self, parent: QWidget, title: str, text: str, action: str, act: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        words = basics.label(text, wrap=True)
        words.setMinimumWidth(look.px(360))
        keep = basics.button(t("Leave it as it is"), self.reject)
        go = basics.button(action, self.accept, kind="primary")
        self.accepted.connect(act)
        inside = basics.column(basics.label(title, "heading"), words, tokens.GRID, margin=tokens.MARGIN)
        inside.addLayout(basics.row(None, keep, go))
        self.setLayout(inside)
        self.setAccessibleDescription(text)
        keep.setFocus()


def ask(parent: QWidget, title: str, text: str, action: str, act: Callable[[], object]) -> None:
    """Ask over a window; `act` is done when somebody chooses `action`."""
    Question(parent.window(), title, text, action, act).open()
