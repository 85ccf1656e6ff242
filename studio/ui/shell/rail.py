"""The left rail: one button a room, with sign and word."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from studio.ui.actions import Actions
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look


class Rail(QFrame):
    """Chooses a room."""

    chosen = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._actions = actions
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(tokens.HALF, tokens.GRID, tokens.HALF, tokens.GRID)
        self._inside.setSpacing(tokens.HALF)
        self._inside.addStretch(1)
        self._width = look.px(tokens.RAIL_WIDTH)
        self.setFixedWidth(self._width)

    def add(self, room: str, title: str, sign: str) -> None:
        """Add a room, below those that are there."""
        made = self._button(title, sign)
        made.setCheckable(True)
        made.setToolTip(self._actions.hint(f"room.{room}"))
        made.clicked.connect(lambda: self.chosen.emit(room))
        self._group.addButton(made)
        self._buttons[room] = made
        self._inside.insertWidget(self._inside.count() - 1, made)

    def add_foot(self, title: str, sign: str, action: str) -> None:
        """Add something at the lower end that is no room."""
        made = self._button(title, sign)
        made.setToolTip(self._actions.hint(action))
        made.clicked.connect(lambda: self._actions.trigger(action))
        self._inside.addWidget(made)

    def show_room(self, room: str) -> None:
        """Mark the room that is shown."""
        self._buttons[room].setChecked(True)

    def _button(self, title: str, sign: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "rail")
        made.setText(title)
        made.setIcon(icon(sign))
        made.setIconSize(QSize(look.px(20), look.px(20)))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setAccessibleName(title)
        font = made.font()
        font.setPixelSize(look.px(tokens.CAPTION))
        font.setBold(True)  # as it is when its room is shown
        words = QFontMetrics(font).horizontalAdvance(title) + 2 * tokens.GRID + tokens.HALF
        self._width = max(self._width, words)  # some languages have longer words
        self.setFixedWidth(self._width)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return made
