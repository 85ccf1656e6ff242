"""A toast: what was just done, with the way back. It goes by itself and never takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from studio.ui.bridge.notices import Choice
from studio.ui.theme import tokens
from studio.ui.widgets import basics

_SECONDS = 6


class Toast(QFrame):
    """Lies over the lower middle of a window."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setProperty("kind", "toast")
        self._inside = basics.row(margin=tokens.GRID)
        self.setLayout(self._inside)
        self._over = over
        self._choice: Choice | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, text: str, choice: Choice | None = None) -> None:
        """Show a text for a while, and what can be done about it."""
        self.hide()  # what comes into a visible one is not there yet when it is measured
        basics.clear(self._inside)
        self._choice = choice
        self._inside.addWidget(basics.label(text))
        if choice:
            self._inside.addWidget(basics.button(choice.title, self._act, kind="link"))
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def look_again(self) -> None:
        """Go where what is offered means nothing any more."""
        if self._choice and not self._choice.holds():
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _act(self) -> None:
        self.hide()
        if self._choice:
            self._choice.act()

    def _place(self) -> None:
        over = self._over
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - 96)
