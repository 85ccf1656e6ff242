"""What an engine prints: a log file that cannot grow without end, and its last lines for reports. One writer thread."""

from __future__ import annotations

import collections
import threading
from contextlib import suppress
from pathlib import Path

_FILE_BYTES = 2_000_000
_TAIL_LINES = 200
_LINE_CHARACTERS = 2_000


class EngineLog:
    """Takes bytes as they come; never fails, a full disk only ends the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._tail: collections.deque[str] = collections.deque(maxlen=_TAIL_LINES)
        self._open_line = b""
        self._size = path.stat().st_size if path.exists() else 0

    def write(self, data: bytes) -> None:
        """Take what the engine wrote."""
        with self._lock:
            *lines, self._open_line = (self._open_line + data).split(b"\n")
            self._open_line = self._open_line[-_LINE_CHARACTERS:]
            for line in lines[-_TAIL_LINES:]:
                self._tail.append(line[:_LINE_CHARACTERS].decode(errors="replace").rstrip())
            with suppress(OSError):
                if self._size + len(data) > _FILE_BYTES:
                    self.path.replace(self.path.with_suffix(".old.log"))
                    self._size = 0
                with self.path.open("ab") as file:
                    file.write(data)
                self._size += len(data)

    def tail(self) -> str:
        """Return the last lines."""
        with self._lock:
            last = [self._open_line.decode(errors="replace")] if self._open_line else []
            return "\n".join([*self._tail, *last])
