"""Mistakes of ours that nothing caught, in whichever thread: written down there, shown in the GUI thread."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.store import atomic


class BugReports(QObject):
    """Takes the place of the interpreter's own hooks until it is closed."""

    _happened = Signal(str, str)

    def __init__(self, logs: Path, show: Callable[[str, str], None]) -> None:
        super().__init__()
        self._logs = logs
        self._happened.connect(show)
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._hooks

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        file = self._logs / f"bug-window-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        with suppress(OSError, StudioError):
            file.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(file, text.encode())
        if sys.stderr:  # there is none under pythonw
            sys.stderr.write(text)
        self._happened.emit(text, str(file))

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._caught(caught.exc_type, caught.exc_value, caught.exc_traceback)
