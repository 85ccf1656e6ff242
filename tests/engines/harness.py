"""An engine process as the studio would start it, spoken to over its pipes; without the studio's own runtime."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from studio.protocol import framing, messages

ROOT = Path(__file__).parents[2]
ENGINES = ROOT / "studio" / "engines"
_PATIENCE = 120.0  # seconds after which a process that says nothing is ended, so that a broken test ends too


def piece(text: str, *, line: int = 1, **changes: Any) -> dict[str, Any]:
    """One sentence of a run."""
    plain: dict[str, Any] = {"key": f"key of {line}: {text}"[:80], "text": text, "voice": "low", "language": "en"}
    return {**plain, "seed": 7, "line": line, "before": 0.0, **changes}


@dataclass
class Reply:
    """All that an engine said about one job."""

    progress: list[messages.Progress] = field(default_factory=list[messages.Progress])
    notes: list[messages.Note] = field(default_factory=list[messages.Note])
    parts: dict[str, str] = field(default_factory=dict[str, str])
    ahead: list[messages.Ahead] = field(default_factory=list[messages.Ahead])
    result: messages.Result | None = None
    failed: messages.Failed | None = None
    idle: bool = False

    @property
    def file(self) -> Path:
        """The master; there must be one."""
        assert self.result is not None, self.failed
        return Path(self.result.file)


class Worker:
    """A running engine process."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.log = log
        self._stdin = process.stdin
        self._stdout = process.stdout

    def send(self, message: messages.Message) -> None:
        """Say something to the engine."""
        framing.write_frame(self._stdin, messages.encode(message))

    def receive(self) -> messages.Message | None:
        """Wait for what comes next; None when the process is gone."""
        payload = framing.read_frame(self._stdout)
        return None if payload is None else messages.decode(payload)

    def load(
        self, settings: dict[str, Any] | None = None, *, threads: int = 0, model: str = "", rungs: Sequence[str] = ()
    ) -> messages.Message | None:
        """Greet, load; return the answer to Load."""
        self.send(messages.Load("engine", "cpu", "fp32", threads, model, settings or {}, [*rungs]))
        hello = self.receive()
        assert isinstance(hello, messages.Hello), hello
        return self._next()

    def run(self, scratch: Path, pieces: list[dict[str, Any]], **changes: Any) -> Reply:
        """Do one job and return what was said until the end of it, or of the process."""
        self.start(scratch, pieces, **changes)
        return self.finish()

    def start(self, scratch: Path, pieces: list[dict[str, Any]], **changes: Any) -> None:
        """Send a job."""
        inputs = {"pieces": pieces, "after": changes.pop("after", 0.0)}
        plain: dict[str, Any] = {"job": 1, "task": "speech", "params": {}, "seed": 7, "scratch": str(scratch)}
        self.send(messages.Run(**{**plain, "inputs": inputs, **changes}))

    def finish(self) -> Reply:
        """Collect what is said about the job."""
        reply = Reply()
        while (message := self._next()) is not None:
            if isinstance(message, messages.Idle):
                reply.idle = True
                break
            if isinstance(message, messages.Progress):
                reply.progress.append(message)
            elif isinstance(message, messages.Note):
                reply.notes.append(message)
            elif isinstance(message, messages.Part):
                reply.parts[message.key] = message.file
            elif isinstance(message, messages.Ahead):
                reply.ahead.append(message)
            elif isinstance(message, messages.Result):
                reply.result = message
            elif isinstance(message, messages.Failed):
                reply.failed = message
        return reply

    def _next(self) -> messages.Message | None:
        while (message := self.receive()) is not None:
            if not isinstance(message, messages.Heartbeat):
                return message
        return None


@contextmanager
def started(
    engine: str, *, python: str = sys.executable, folder: Path | None = None, patience: float = _PATIENCE
) -> Iterator[Worker]:
    """Start an engine; at the end nothing of it is left running."""
    boot = ROOT / "studio" / "worker" / "boot.py"
    command = [python, "-X", "utf8", str(boot), str((folder or ENGINES / engine) / "runner.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environment, cwd=place,
                start_new_session=True,
            )  # fmt: skip
        watchdog = threading.Timer(patience, process.kill)
        watchdog.start()
        try:
            yield Worker(process, log)
        finally:
            watchdog.cancel()
            _end(process)


@contextmanager
def modules_of(engine: str, *names: str) -> Iterator[Any]:
    """Import plain modules of an engine as its own process does it, from its folder; what they are stays no longer.

    All of the engine's modules stand under bare names, which another engine's may have as well.
    """
    folder = str(ENGINES / engine)
    bare = {file.stem for file in Path(folder).glob("*.py")} - {"__init__"}
    before = {name: sys.modules.pop(name) for name in bare & sys.modules.keys()}
    sys.path.insert(0, folder)
    try:
        yield SimpleNamespace(**{name: import_module(name) for name in names})
    finally:
        sys.path.remove(folder)
        for name in bare & sys.modules.keys():
            del sys.modules[name]
        sys.modules.update(before)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
