"""A task's context without a studio behind it, and what the task said."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

from studio.protocol import framing, messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext


class Asked:
    """A context for one task; afterwards, what it has told the studio."""

    def __init__(self, scratch: Path, task: str, **inputs: Any) -> None:
        self._said = io.BytesIO()
        self.cancel = threading.Event()
        run = messages.Run(job=1, task=task, params={}, inputs=inputs, seed=0, scratch=str(scratch), parts={})
        self.context = RunContext(run, Channel(io.BytesIO(), self._said), self.cancel)

    @property
    def messages(self) -> list[messages.Message]:
        """Everything it said."""
        stream = io.BytesIO(self._said.getvalue())
        payloads = iter(lambda: framing.read_frame(stream), None)
        return [messages.decode(payload) for payload in payloads if payload is not None]

    @property
    def notes(self) -> list[str]:
        """The notes among it."""
        return [message.text for message in self.messages if isinstance(message, messages.Note)]
