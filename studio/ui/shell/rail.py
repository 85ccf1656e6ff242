"""The left rail: one button a room, with sign and word.

Where the window is low and the text large, the buttons move together; where even that is too little, the rooms scroll.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.actions import Actions
from studio.ui.shell.rail_button import RailButton
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class Rail(QFrame):
    """Chooses a room."""

    chosen = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._actions = actions
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._foot: list[QToolButton] = []
        self._tight = False
        self._loose = 0  # pixels that all need when they do not stand tight
        self._rooms, self._feet = QWidget(), QWidget()
        self._inside, self._below = _column(self._rooms), _column(self._feet)
        self._inside.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._rooms)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for policy in (self._scroll.setVerticalScrollBarPolicy, self._scroll.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # a bar would take the words their room
        self._whole = _column(self)
        self._whole.setContentsMargins(tokens.HALF, tokens.GRID, tokens.HALF, tokens.GRID)
        self._whole.addWidget(self._scroll, 1)
        self._whole.addWidget(self._feet)
        self._width = look.px(tokens.RAIL_WIDTH)
        self.setFixedWidth(self._width)

    def add(self, room: str, title: str, sign: str) -> None:
        """Add a room, below those that are there."""
        made = self._button(title, sign)
        made.setCheckable(True)
        made.setAcceptDrops(True)
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
        self._foot.append(made)
        self._below.addWidget(made)

    def show_room(self, room: str) -> None:
        """Mark the room that is shown."""
        self._buttons[room].setChecked(True)
        self._scroll.ensureWidgetVisible(self._buttons[room], 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the buttons together, or apart again."""
        super().resizeEvent(event)
        buttons = [*self._buttons.values(), *self._foot]
        if not self._tight:
            self._loose = sum(button.sizeHint().height() + tokens.HALF for button in buttons) + 2 * tokens.GRID
        if self._tight != (self._loose > self.height()):
            self._tight = not self._tight
            self._tighten(buttons, tight=self._tight)
        for place, column in ((self._rooms, self._inside), (self._feet, self._below)):
            heights = [button.sizeHint().height() for button in buttons if button.parent() is place]
            # The style's least height of a button would let a layout press it together.
            place.setMinimumHeight(sum(heights) + column.spacing() * (len(heights) - 1))

    def _tighten(self, buttons: list[QToolButton], *, tight: bool) -> None:
        for button in buttons:
            basics.set_property(button, "tight", "true" if tight else "false")
        for layout in (self._inside, self._below, self._whole):
            layout.setSpacing(0 if tight else tokens.HALF)
        edge = tokens.HALF if tight else tokens.GRID
        self._whole.setContentsMargins(tokens.HALF, edge, tokens.HALF, edge)

    def _button(self, title: str, sign: str) -> QToolButton:
        made = RailButton()
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


def _column(place: QWidget) -> QVBoxLayout:
    made = QVBoxLayout(place)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(tokens.HALF)
    return made
