"""What every room has: a title, a place for what belongs to it, banners, the piece, an inspector with one button."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.banner import Banners

_HEAD = 48  # pixels
_NARROW = 240  # pixels of the inspector, which grow with the text; at its normal size it is wider
_BESIDE = 48  # pixels of the primary button beside its words: the sign and the padding
_LARGE = 1.25  # of the text; beyond it there is no room for the key beside the words


class Room(QWidget):
    """A room builds its piece into `body`, its form into `inspector`, and says what its one button does.

    The window calls `enter` and `leave`; a room binds its own actions once, in `__init__`, and what it shares with
    others (Generate) in `enter`.
    """

    recipe_wanted = Signal(object)  # a recipe that the form of its room should show

    def __init__(self, desk: Desk, actions: Actions, room_id: str, title: str) -> None:
        super().__init__()
        self.desk = desk
        self.actions_table = actions
        self.room_id = room_id
        self.setAccessibleName(title)
        self.setObjectName(f"room-{room_id}")
        self.primary: QPushButton | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.header = QHBoxLayout()
        self.header.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.GRID)
        self.header.setSpacing(tokens.GRID)
        self.header.addWidget(basics.label(title, "title"))
        self.header.addStretch(1)
        head = QWidget()
        head.setLayout(self.header)
        head.setMinimumHeight(look.px(_HEAD))
        outer.addWidget(head)
        outer.addWidget(basics.rule())
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        outer.addWidget(self._split, 1)
        left = QWidget()
        self.body = QVBoxLayout(left)
        self.body.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        self.body.setSpacing(tokens.MARGIN)
        self.banners = Banners()
        self.body.addWidget(self.banners)
        self._split.addWidget(left)
        self._side = QFrame()
        self._side.setProperty("kind", "surface")
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.inspector = QVBoxLayout(inside)
        self.inspector.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        self.inspector.setSpacing(tokens.MARGIN)
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._align)
        side.addWidget(self._scroll, 1)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.MARGIN)
        self.foot.setSpacing(tokens.GRID)
        side.addLayout(self.foot)
        self._side.setMinimumWidth(max(tokens.INSPECTOR_WIDTH, look.px(_NARROW)))
        self._split.addWidget(self._side)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.splitterMoved.connect(self._remember)
        sizes = desk.memory.get(f"split.{room_id}", [])
        if len(sizes) == 2:
            self._split.setSizes([int(size) for size in sizes])
        self._side.setVisible(bool(desk.memory.get(f"inspector.{room_id}", True)))

    # ---- for the room

    def set_primary(self, text: str, sign: str = "wand-sparkles") -> QPushButton:
        """Make the room's one primary button; it does what the action `generate` does here."""
        made = basics.button(text, self.generate, kind="primary")
        self.primary = made
        self.foot.addWidget(made)
        self.rename_primary(text, sign)
        return made

    def rename_primary(self, text: str, sign: str) -> None:
        """Let the primary button say something else, with its key where there is room for it."""
        if self.primary is None:
            return
        keys = self.actions_table.keys_of("generate") if look.scale <= _LARGE else ""
        whole = f"{text}   {keys}" if keys else text
        self.primary.ensurePolished()
        room = self._side.minimumWidth() - 2 * tokens.MARGIN - look.px(_BESIDE)
        self.primary.setText(whole if self.primary.fontMetrics().horizontalAdvance(whole) <= room else text)
        self.primary.setAccessibleName(text)
        self.primary.setToolTip(self.actions_table.hint("generate", text))
        self.primary.setIcon(icon(sign, "on_accent"))

    def tell(self, message: str, hint: str = "", *, tone: str = "bad", key: str = "") -> None:
        """Show a banner in this room."""
        self.banners.add(Banner(message, hint, tone=tone, room=self.room_id, key=key or message))

    # ---- what a room may do of its own

    def generate(self) -> None:
        """Do what this room is for."""

    def generate_first(self) -> None:
        """Do it before all that waits; a room that queues little makes no difference."""
        self.generate()

    def entered(self) -> None:
        """The room is shown."""

    def left(self) -> None:
        """The room is hidden."""

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Fill the form from a recipe; return whether it is of this room."""
        del recipe
        return False

    def take_files(self, files: list[Path]) -> bool:
        """Take files that were dropped on the room; return whether they are of any use here."""
        del files
        return False

    def chosen_spans(self) -> list[tuple[str, int, int]]:
        """Return the stretches of the timeline that are chosen here: what each is called, and its samples."""
        return []

    # ---- for the window

    def enter(self) -> None:
        """Called when the room is shown."""
        self.actions_table.bind("generate", self.generate)
        self.actions_table.bind("generate.front", self.generate_first)
        self.entered()

    def leave(self) -> None:
        """Called when another room is shown."""
        for action in ("generate", "generate.front"):
            self.actions_table.unbind(action)
        self.left()

    def toggle_inspector(self) -> None:
        """Show or hide the inspector."""
        self._side.setVisible(not self._side.isVisible())
        self.desk.memory.put(f"inspector.{self.room_id}", self._side.isVisible())

    def _align(self, _least: int, most: int) -> None:
        """Let the form end where the button below it does, whether there is a scroll bar or not."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if most > 0 else 0
        margin = max(tokens.HALF, tokens.MARGIN - bar)
        margins = self.inspector.contentsMargins()
        if margins.right() != margin:
            margins.setRight(margin)
            self.inspector.setContentsMargins(margins)

    def _remember(self) -> None:
        self.desk.memory.put(f"split.{self.room_id}", self._split.sizes())
