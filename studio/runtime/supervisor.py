"""Engine processes: started from a kit, greeted, kept warm, watched, ended. All in the dispatcher's thread."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from studio.engines.manifest import APP_PACK, Limits, Manifest
from studio.protocol import messages
from studio.runtime import budget, kit, memory_kills, outcome
from studio.runtime.hosts.base import Host
from studio.runtime.outcome import Outcome
from studio.runtime.process import TERMINATE_AFTER, Broken, Ended, FrameProcess
from studio.worker import failures

M = TypeVar("M", bound=messages.Message)

_TICK = 0.05  # seconds between two looks at limits and cancel
_MOST_SMALL = 3  # processes kept warm beside each other; each takes up to half a gigabyte
_DUMP = 0.3  # seconds a hung process gets to write its stacks


class WorkerFailed(Exception):
    """A job, or the loading, did not work. `failure` is a class of the ladder, or none of them."""

    def __init__(self, failure: str, message: str, *, hint: str = "", details: str = "", log: str = "") -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.hint = hint
        self.details = details
        self.log = log


class WorkerCancelled(Exception):
    """The job ended because the user wanted it to."""


@dataclass(frozen=True)
class Start:
    """Everything that decides how an engine process is started. Equal values can share a warm one."""

    manifest: Manifest = field(compare=False)
    kit: Path
    python: tuple[str, ...]
    device: str
    precision: str
    threads: int
    model: str
    settings: tuple[tuple[str, Any], ...]
    environment: tuple[tuple[str, str], ...]
    rungs: tuple[str, ...] = ()
    content: str = ""  # of the engine's code and of the model's folder, which may change under a warm process
    runner: str = ""  # a place in the kit, where it is not the engine's own runner that is to run

    @property
    def load(self) -> messages.Load:
        """The message that has the model loaded."""
        return messages.Load(
            engine=self.manifest.id,
            device=self.device,
            precision=self.precision,
            threads=self.threads,
            model=self.model,
            settings=dict(self.settings),
            rungs=list(self.rungs),
        )

    def argv(self, host: Host) -> list[str]:
        """Return the words that start the process on a host."""
        there = host.put(self.kit)
        runner = self.runner or kit.runner_place(self.manifest)
        return [*self.python, "-X", "utf8", f"{there}/{kit.BOOT}", f"{there}/{runner}"]


@dataclass(frozen=True)
class Watch:
    """What the owner of a job wants to hear, and whether it still wants the job."""

    on_message: Callable[[messages.Message], None]
    cancelled: Callable[[], bool]


class Worker:
    """One engine process, or a helper of ours that works the same way. All calls from the thread that started it."""

    def __init__(self, process: FrameProcess, load: messages.Load, limits: Limits, *, who: str) -> None:
        self.idle_since = time.monotonic()
        self.pid = 0  # as the process sees itself, once it has said hello
        self.facts: dict[str, Any] = {}  # what the engine said of itself when it had loaded
        self._limits = limits
        self._who = who
        self._to_load = load
        self._process = process
        self._phase = outcome.STARTING
        self._kills = memory_kills.count()
        self._stopped = False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.code is None

    @property
    def log_tail(self) -> str:
        """The last lines it printed."""
        return self._process.log.tail()

    def load(self, watch: Watch) -> dict[str, Any]:
        """Greet the process and have the model loaded; return the engine's facts about it."""
        self._process.send(self._to_load)
        hello = self._wait_for(messages.Hello, self._limits.hello, watch, job=0)
        if hello.version != messages.VERSION:
            raise self._breach(f"it speaks version {hello.version}, the studio {messages.VERSION}")
        self.pid = hello.pid
        self._phase = outcome.LOADING
        self.facts = self._wait_for(messages.Loaded, self._limits.load, watch, job=0).facts
        return self.facts

    def run(self, run: messages.Run, watch: Watch) -> messages.Result:
        """Have a job done; return the announced result, whose file is still to be checked."""
        self._phase = outcome.WORKING
        self._kills = memory_kills.count()
        self._process.send(run)
        return self._wait_for(messages.Result, self._limits.first_step, watch, job=run.job, then=self._limits.step)

    def settle(self, job: int, on_note: Callable[[messages.Note], None]) -> str:
        """Wait for the end of the cleanup; return nothing, or a sentence about what went wrong. Ends a bad process."""
        if self._stopped:
            return ""
        self._phase = outcome.CLEANING
        deadline = time.monotonic() + self._limits.cleanup
        try:
            while (left := deadline - time.monotonic()) > 0:
                message = self._process.receive(left)
                if isinstance(message, messages.Idle) and message.job == job:
                    self.idle_since = time.monotonic()
                    return ""
                if isinstance(message, messages.Note):
                    on_note(message)
        except Broken as e:
            sentence = Outcome(self._who, self._phase, breach=str(e)).sentence
        except Ended:
            sentence = self._ended().sentence
        else:
            sentence = self._silent(self._limits.cleanup).sentence
        self.stop()
        return sentence

    def shut_down(self) -> None:
        """End an idle process."""
        self._stopped = True
        self._process.shut_down()

    def stop(self) -> None:
        """End a process that does not deserve patience; once is enough."""
        if not self._stopped:
            self._stopped = True
            self._process.stop()

    def _wait_for(self, kind: type[M], limit: float, watch: Watch, *, job: int, then: float = 0.0) -> M:
        """Wait for one kind of message, passing on the rest; every sign of progress starts the limit `then`."""
        since = time.monotonic()
        cancelled_at: float | None = None
        while True:
            message = self._next(_TICK)
            if message is not None and getattr(message, "job", job) == job:
                if isinstance(message, kind):
                    return message
                if isinstance(message, messages.Failed):
                    raise self._failed(message, asked=cancelled_at is not None)
                watch.on_message(message)
                if then:
                    since, limit = time.monotonic(), then
            now = time.monotonic()
            if cancelled_at is None and watch.cancelled():
                cancelled_at = now
                self._process.send(messages.Cancel(job=job))
            if cancelled_at is not None and (job == 0 or now - cancelled_at > TERMINATE_AFTER):
                self.stop()
                raise WorkerCancelled
            if now - since > limit:
                raise self._hung(limit)

    def _next(self, seconds: float) -> messages.Message | None:
        try:
            return self._process.receive(seconds)
        except Broken as e:
            raise self._breach(str(e)) from e
        except Ended:
            ended = self._ended()
            self.stop()
            return self._raise(ended)

    def _failed(self, message: messages.Failed, *, asked: bool) -> Exception:
        if message.failure == failures.CANCELLED and asked:
            return WorkerCancelled()
        text = message.message if message.failure == failures.USER else f"{self._who}: {message.message}"
        return WorkerFailed(
            message.failure, text, hint=message.hint, details=message.details, log=str(self._process.log.path)
        )

    def _breach(self, what: str) -> WorkerFailed:
        self.stop()
        return self._as_failure(Outcome(self._who, self._phase, breach=what))

    def _hung(self, limit: float) -> WorkerFailed:
        ended = self._silent(limit)
        self._process.send(messages.Dump())
        with suppress(Broken, Ended):
            self._process.receive(_DUMP)
        self.stop()
        return self._as_failure(ended)

    def _ended(self) -> Outcome:
        starved = memory_kills.count() > self._kills
        return Outcome(self._who, self._phase, code=self._process.code, starved=starved)

    def _silent(self, limit: float) -> Outcome:
        quiet = time.monotonic() - self._process.last_sign
        return Outcome(self._who, self._phase, limit=limit, heartbeat=quiet < limit)

    def _raise(self, ended: Outcome) -> None:
        raise self._as_failure(ended)

    def _as_failure(self, ended: Outcome) -> WorkerFailed:
        tail = self.log_tail
        failure = ended.failure
        if failure == outcome.NATIVE_CRASH:  # what it printed last may tell more than a signal
            failure = failures.classify_text("\n".join(tail.splitlines()[-30:])) or failure
        return WorkerFailed(failure, ended.sentence, details=tail, log=str(self._process.log.path))


class Supervisor:
    """Keeps engine processes: one per way of starting, the warm ones reused, the idle ones ended."""

    def __init__(
        self, host: Host, *, logs: Path, idle_seconds: float, free: Callable[[str], int] = lambda device: 0
    ) -> None:
        self._host = host
        self._logs = logs
        self._free = free  # bytes of a device's memory that nobody holds, 0 where that is not known
        self.idle_seconds = idle_seconds
        self._workers: list[tuple[Start, Worker]] = []

    @property
    def host(self) -> Host:
        """Where the processes run."""
        return self._host

    def warm(self, start: Start) -> Worker | None:
        """Return a loaded process that was started this way."""
        self._workers = [(s, w) for s, w in self._workers if w.alive or self._drop(w)]
        return next((w for s, w in self._workers if s == start), None)

    def begin(self, start: Start) -> Worker:
        """Start a process. Idle ones that would stand in its way leave first."""
        self._make_room(start)
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"engine-{start.manifest.id}.log"
        process = FrameProcess(self._host, start.argv(self._host), dict(start.environment), log)
        worker = Worker(process, start.load, start.manifest.limits, who=f"The engine {start.manifest.id}")
        self._workers.append((start, worker))
        return worker

    def idle_bytes(self, device: str) -> int:
        """Return what the waiting processes hold of a device's memory, as far as their descriptions say."""
        return sum(_needs(start) for start, _ in self._workers if start.device == device)

    def warm_engines(self) -> tuple[str, ...]:
        """Return the engines that are loaded and would have to leave for another; small ones load in no time."""
        return tuple(dict.fromkeys(s.manifest.id for s, worker in self._workers if worker.alive and not _is_small(s)))

    def discard(self, worker: Worker) -> None:
        """End a process for good."""
        self._workers = [(s, w) for s, w in self._workers if w is not worker]
        worker.stop()

    def tick(self) -> None:
        """End what has been idle for too long. Call it between jobs."""
        now = time.monotonic()
        for start, worker in list(self._workers):
            if now - worker.idle_since > self.idle_seconds:
                self._workers.remove((start, worker))
                worker.shut_down()

    def close(self) -> None:
        """End all processes."""
        while self._workers:
            self._workers.pop()[1].shut_down()

    def _make_room(self, start: Start) -> None:
        """Who waited longest leaves first, until it fits. The studio's small engines may wait beside each other."""
        here = [o for o in self._workers if o[0].device == start.device and not (_is_small(start) and _is_small(o[0]))]
        if here:
            waiting = {budget.Resident(s.device, _needs(s), w.idle_since): (s, w) for s, w in here}
            for resident in budget.leaving(waiting, start.device, _needs(start), self._free(start.device)):
                self._workers.remove(waiting[resident])
                waiting[resident][1].shut_down()
        while len(self._workers) >= _MOST_SMALL:
            longest = min(self._workers, key=lambda one: one[1].idle_since)
            self._workers.remove(longest)
            longest[1].shut_down()

    def _drop(self, worker: Worker) -> bool:
        worker.stop()
        return False


def _is_small(start: Start) -> bool:
    return start.manifest.pack == APP_PACK and start.device.endswith("/cpu")


def _needs(start: Start) -> int:
    return budget.needed(start.manifest.memory, start.rungs)


def own_python() -> tuple[str, ...]:
    """Return the studio's own interpreter, for engines that come with it."""
    return (sys.executable,)
