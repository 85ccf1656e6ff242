"""What a host is. Implementations are thread-safe; `Child` belongs to the one process object that started it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol


@dataclass(frozen=True)
class Completed:
    """What a short command on a host came to."""

    code: int
    output: str


class Child(Protocol):
    """A process on a host, whose stdin and stdout carry frames and whose stderr is its log."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait for the end; say whether it came."""
        ...

    def terminate(self) -> None:
        """Ask the process and all it started to end."""

    def kill(self) -> None:
        """End the process and all it started, now; harmless when they are gone."""


class Host(Protocol):
    """A machine, or a part of one, that can run engines. `id` begins every device id of it."""

    id: str

    @property
    def home(self) -> str:
        """A folder on the host that is ours, as the host names it."""
        ...

    def start(self, argv: Sequence[str], env: Mapping[str, str], *, urgent: bool = False) -> Child:
        """Start a process that speaks frames; what somebody listens to is urgent."""
        ...

    def run(self, argv: Sequence[str], *, seconds: float) -> Completed:
        """Run a short command to its end."""
        ...

    def put(self, path: Path) -> str:
        """Make a file or folder of ours, named by its content, readable on the host; return its path there."""
        ...

    def get(self, path: str, target: Path) -> None:
        """Bring a finished file to `target`, whole or not at all; it stays on the host as well."""

    def remove(self, path: str) -> None:
        """Delete a file or a folder under `home`; nothing happens when there is none."""
