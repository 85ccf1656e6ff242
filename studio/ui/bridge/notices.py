"""What the window has to say: banners that stay until dealt with, toasts that go by themselves. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.ui.told import told


@dataclass(frozen=True)
class Choice:
    """Something to do about a notice."""

    title: str
    act: Callable[[], None] = field(compare=False)
    holds: Callable[[], bool] = field(default=lambda: True, compare=False)  # whether it still means what it says


@dataclass(frozen=True)
class Banner:
    """What happened and what to do, in a room or (with no room) above all of them. The same `key` replaces itself."""

    message: str
    hint: str = ""
    details: str = ""
    tone: str = "bad"  # bad, warn, good or info
    room: str = ""
    key: str = ""
    choices: tuple[Choice, ...] = ()


class Notices(QObject):
    """Where everything in the window says what happened."""

    banner = Signal(object)
    dropped = Signal(str)  # the key of a banner that holds no more
    toast = Signal(str, object)  # a text, and a Choice or None

    def tell(self, error: StudioError, *, room: str = "", key: str = "") -> None:
        """Show an error."""
        details = "\n".join(part for part in (error.details, error.log) if part)
        self.banner.emit(Banner(told(error.message), told(error.hint), details, room=room, key=key or error.message))
