"""The base class of an engine's runner: the only part of an engine that holds code. The worker's main thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.protocol import messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext


@dataclass(frozen=True)
class Output:
    """A finished master, written through `RunContext.create`. `sha256` is computed when not given."""

    path: Path
    media: str  # "audio", "image" or "text"; "midi" only in `more`
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    sha256: str = ""
    more: tuple[Output, ...] = ()  # further files of the same work


class Runner:
    """An engine. Subclass it in `runner.py` under the name `Runner`; import libraries inside the methods."""

    def greet(self, channel: Channel, hello: messages.Hello, load: messages.Load) -> None:
        """Answer the studio's first message. Only an engine that plays a broken one overrides this."""
        del load
        channel.send(hello)

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model named in `load`; return facts for the recipe (precision used, revision …)."""
        del load
        return {}

    def run(self, context: RunContext) -> Output:
        """Do one job."""
        raise NotImplementedError

    def clean_up(self) -> None:
        """Free what the job took. Called after the result is safe; a crash in here costs nothing."""
