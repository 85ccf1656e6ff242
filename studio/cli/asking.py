"""Questions to whoever sits at the terminal, and the wish to stop. The main thread."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from studio.errors import StudioError


def ask(question: str, hint: str) -> None:
    """Go on after a yes; raise StudioError after anything else, and where nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise StudioError("This needs a yes, and nobody can be asked here.", hint)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise StudioError("Nothing was changed.", hint)


@contextmanager
def listening() -> Generator[threading.Event, None, None]:
    """Give a flag that Ctrl+C sets."""
    asked = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        asked.set()

    before: dict[signal.Signals, Any] = {s: signal.signal(s, on_signal) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
