"""The thread that stores an open project's unsaved work, off the caller's thread and at most a second behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

from studio.errors import StudioError

_PAUSE = 0.3  # seconds in which further edits join; the rest of the second is for the writing
_TRY_AGAIN = 5.0  # seconds after a write that failed


class Autosave:
    """One thread for one open project. `write` stores what is unsaved, `say` tells that it cannot; both from it."""

    def __init__(self, write: Callable[[], None], say: Callable[[str], None]) -> None:
        self._write = write
        self._say = say
        self._changed = threading.Event()
        self._ending = threading.Event()
        self._failing = False
        # A program that ends without closing its project must not wait for this; each write is whole or not at all.
        self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
        self._thread.start()

    def changed(self) -> None:
        """There is something to store."""
        self._changed.set()

    def close(self) -> None:
        """Store what is left and end."""
        self._ending.set()
        self._changed.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._changed.wait()
            self._ending.wait(_PAUSE)
            ending = self._ending.is_set()
            self._changed.clear()
            stored = self._try()
            if ending:
                return
            if not stored:
                self._ending.wait(_TRY_AGAIN)
                self._changed.set()

    def _try(self) -> bool:
        try:
            self._write()
        except (StudioError, OSError) as e:
            if not self._failing:  # once is enough, however often it fails again
                said = f"{e.message} {e.hint}" if isinstance(e, StudioError) else str(e)
                self._say(f"Your work cannot be stored for a crash: {said}")
            self._failing = True
            return False
        self._failing = False
        return True
