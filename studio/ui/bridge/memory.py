"""What the window remembers from day to day: sizes, choices, the last project, presets. The GUI thread.

A small JSON file beside the settings, written a moment after a change. A damaged one is no reason not to start.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio.errors import StudioError
from studio.store import atomic

_PAUSE = 500  # milliseconds
_MOST = 4_000_000  # bytes


class Memory(QObject):
    """Values by name, of whatever JSON holds."""

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._values: dict[str, Any] = _read(file)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._write)

    def get(self, name: str, default: Any) -> Any:
        """Return a value, or the default where there is none of its kind."""
        found = self._values.get(name, default)
        return found if default is None or isinstance(found, type(default)) else default

    def put(self, name: str, value: Any) -> None:
        """Remember a value."""
        if self._values.get(name) != value:
            self._values[name] = value
            self._timer.start()

    def close(self) -> None:
        """Write what is not written yet."""
        if self._timer.isActive():
            self._timer.stop()
            self._write()

    def _write(self) -> None:
        with suppress(OSError, StudioError):  # sizes of panes are worth no message
            atomic.write_bytes(self._file, json.dumps(self._values, ensure_ascii=False, indent=1).encode())


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MOST:
            return {}
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
