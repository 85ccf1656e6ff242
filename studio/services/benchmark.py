"""Measuring an engine: each size with each count of steps, on its device and on the processor, in real processes.

A fresh process first makes something little that is not measured: what its libraries do once is no row's work.
What comes out is remembered as if jobs had found it, so the next job of a size begins where it is safe. Apart from the
queue and the library. Any thread; whoever asks waits.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import ladder, process_memory
from studio.runtime.devices import Device
from studio.runtime.hosts.local import LocalHost
from studio.runtime.memory import Memory
from studio.runtime.supervisor import Start, Supervisor, Watch, Worker, WorkerCancelled, WorkerFailed
from studio.services import device_room, provenance
from studio.services.benchmark_order import BenchmarkOrder, Piece, shortened
from studio.services.engine_test import JOB, bytes_of, message_of
from studio.services.envelope import Envelope, Situation
from studio.services.readiness import Readiness, wanted
from studio.services.tasks.table import TASKS
from studio.services.worker_start import Needs, start_of
from studio.settings import Settings
from studio.store import scratch as scratches
from studio.worker import failures

STABLE, DIRTY, FAILED, SHORT, SKIPPED = "stable", "dirty", "failed", "short", "skipped"
MEASURED, CANCELLED = "measured", "cancelled"
WARMING = "warming up"  # a stage
_LOOK = 0.5  # seconds between two looks at a card's memory
WORDS = {
    "out_of_memory": "out of memory",
    "bad_numbers": "unusable numbers",
    "native_crash": "crashed",
    "wrong_build": "a build that does not fit the device",
    "unsupported": "an unsupported operation",
    "hang": "no progress",
}
# What goes wrong with little work goes wrong with more; but few steps alone can end in unusable numbers.
_SURE = frozenset(WORDS) - {failures.BAD_NUMBERS}


@dataclass(frozen=True)
class Row:
    """One measurement. `state`: stable, dirty (crashed in cleanup, the result was kept), failed, short of memory, or
    skipped after a failure with fewer steps."""

    device: str
    size: str
    steps: int | None
    state: str
    seconds: float = 0.0  # without loading
    loading: float = 0.0  # where a process was started for it
    memory: int = 0  # bytes that it took at most, as far as one can look; 0 where nobody tells
    rungs: tuple[str, ...] = ()  # settings of the ladder that it took
    failure: str = ""  # class of what went wrong first
    message: str = ""  # what went wrong, in a sentence
    hint: str = ""  # what to do about it, where somebody knows
    log: str = ""  # where a process that failed has written
    against_cpu: float | None = None  # how many times as fast as the processor

    @property
    def made(self) -> bool:
        """Whether something came out."""
        return self.state in {STABLE, DIRTY}

    @property
    def verdict(self) -> str:
        """How it went, in words."""
        first = WORDS.get(self.failure, "failed")
        helped = f"stable with {', '.join(self.rungs)}" if self.rungs else "stable"
        if self.state == SKIPPED:
            return "not tried, since fewer steps failed"
        if self.state == SHORT:
            return f"too little memory: {self.message}"
        if self.state == FAILED:
            return f"{first}: {self.message}"
        if self.state == DIRTY:
            helped = f"crashed while it cleaned up, the result was kept{', ' + helped if self.rungs else ''}"
        return f"{first} at first; {helped}" if self.failure else helped

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return asdict(self) | {"rungs": list(self.rungs), "verdict": self.verdict, "made": self.made}


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    device: str
    size: str
    steps: int | None
    number: int  # of the measurement, from one
    count: int
    fraction: float
    seconds_left: float | None
    stage: str = ""  # WARMING, or nothing while it measures


@dataclass(frozen=True)
class Report:
    """What was measured; when it was cancelled, what was measured until then. `failed`: nothing could be made."""

    engine: str
    model: str
    state: str
    rows: tuple[Row, ...]

    @property
    def error(self) -> StudioError | None:
        """What to say where nothing could be made: the engine failed, or there was never memory enough to try."""
        if self.state != FAILED:
            return None
        first = next((row for row in self.rows if row.state == FAILED), self.rows[0])
        kind = EngineFailure if first.state == FAILED else StudioError
        hint = first.hint or f"`studio engines test {self.engine}` tries it on a tiny model."
        return kind(f"Nothing of {self.engine} could be measured: {first.message}", hint, log=first.log)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        rows = [row.to_dict() for row in self.rows]
        devices = list(dict.fromkeys(row.device for row in self.rows))
        return {"engine": self.engine, "model": self.model, "state": self.state, "devices": devices, "sizes": rows}


@dataclass(frozen=True)
class Ears:
    """Who listens: how far it is, each row when it is there; and whether to go on."""

    progress: Callable[[Progress], None]
    row: Callable[[Row], None]
    cancelled: Callable[[], bool]


@dataclass(frozen=True)
class Tools:
    """What measuring works with."""

    paths: DataPaths
    readiness: Readiness
    envelope: Envelope
    memory: Callable[[Device], Memory]
    settings: Settings


class Benchmark:
    """One run through all sizes. `run` belongs to one thread."""

    def __init__(self, tools: Tools, order: BenchmarkOrder, ears: Ears) -> None:
        self._t = tools
        self._order = order
        self._ears = ears
        model = tools.readiness.models.used(order.manifest, order.model)
        self._model = provenance.model_id(order.manifest, model, order.model)
        self._own_model = model
        self._rows: list[Row] = []
        self._paces: dict[str, float] = {}  # device → seconds a unit of work
        self._cold: set[tuple[str, str, tuple[str, ...]]] = set()  # where making something little did not end well
        self._done = 0.0  # units
        self._begun = 0.0  # the piece at work
        self._at: tuple[Device, Piece] | None = None
        self._all: list[tuple[Device, Piece]] = []
        self._held = 0  # bytes of the card that others hold
        self._peak = 0
        self._looked = 0.0
        self._worker: Worker | None = None

    def run(self) -> Report:
        """Measure; all processes are gone afterwards. Raise StudioError where the engine cannot work at all."""
        self._all = [(device, piece) for device in self._devices() for piece in self._order.pieces]
        name = f"measure-{uuid.uuid4().hex[:12]}"
        host = LocalHost(self._t.paths.scratch)
        supervisor = Supervisor(host, logs=self._t.paths.logs / "tests", idle_seconds=600.0)
        state = MEASURED
        with scratches.held(self._t.paths.scratch / name):
            try:
                self._measure_all(supervisor, f"{host.home}/{name}")
            except WorkerCancelled:
                state = CANCELLED
            finally:
                supervisor.close()
                host.remove(f"{host.home}/{name}")
        if state == MEASURED and not any(row.made for row in self._rows):
            state = FAILED
        return Report(self._order.manifest.id, self._model, state, self._compared())

    # ---- inside

    def _devices(self) -> list[Device]:
        """Return the device that jobs would use, and the processor to compare with where it may be used."""
        manifest, engines, readiness = self._order.manifest, self._t.settings.engines, self._t.readiness
        asked = self._order.device or wanted(manifest, engines)
        self._require(None)
        choice = readiness.choose(manifest, wanted=asked, allow_cpu=engines.allow_cpu)
        self._require(choice.device)
        found = [choice.device]
        cpu = next((d for d in readiness.devices if d.kind == "cpu"), None)
        if cpu and choice.device.kind != "cpu" and "cpu" in manifest.accelerators and engines.allow_cpu:
            found += [cpu] if readiness.hindrance(manifest, cpu, model=self._order.model) is None else []
        return found

    def _require(self, device: Device | None) -> None:
        hindered = self._t.readiness.hindrance(self._order.manifest, device, model=self._order.model)
        if hindered:
            raise StudioError(hindered.message, hindered.hint.replace(", then `studio jobs retry`", ""))

    def _measure_all(self, supervisor: Supervisor, scratch: str) -> None:
        hopeless: set[tuple[str, str]] = set()
        for device, piece in self._all:
            if self._ears.cancelled():
                raise WorkerCancelled
            self._at, self._begun = (device, piece), time.monotonic()
            if (device.id, piece.size) in hopeless:
                row = Row(device.id, piece.size, piece.steps, SKIPPED)
            else:
                self._tell(0.0)
                row = self._measured(supervisor, device, piece, scratch)
            if row.state == FAILED and row.failure in _SURE:
                hopeless.add((device.id, piece.size))
            self._done += piece.units
            self._rows.append(row)
            self._ears.row(row)

    def _measured(self, supervisor: Supervisor, device: Device, piece: Piece, scratch: str) -> Row:
        """Have a piece made, with the next rung after each failure, as a job would."""
        manifest = device_room.with_needs(self._order.manifest, self._own_model, piece.params)
        situation = self._situation(device, piece)
        allow_cpu = self._t.settings.engines.allow_cpu
        place = ladder.place_of(device.kind, allow_cpu=allow_cpu)

        def usable(failure: str) -> frozenset[str]:
            return ladder.available(manifest, place, failure) - {ladder.CPU}  # the processor is measured by itself

        barred = ladder.barred(place) | {ladder.CPU}
        rungs = self._t.envelope.beginning(situation, usable, barred=barred).rungs
        plain = Row(device.id, piece.size, piece.steps, STABLE)
        if not supervisor.warm(self._start(device, piece, rungs)):
            now, ours = self._t.memory(device), supervisor.idle_bytes(device.id)
            found = device_room.room(manifest, device, rungs, usable("out_of_memory"), memory=now, ours=ours)
            if found.short:
                return replace(plain, state=SHORT, message=found.short.message, hint=found.short.hint)
            rungs = found.rungs
        first: WorkerFailed | None = None
        while True:
            try:
                made = self._attempt(supervisor, self._start(device, piece, rungs), piece, f"{scratch}/made", rungs)
            except WorkerFailed as e:
                self._discard(supervisor)
                if e.failure == failures.USER:
                    raise StudioError(e.message, e.hint, e.details, log=e.log) from e
                self._t.envelope.failed(situation, ladder.settings_of(rungs), e.failure)
                first = first or e
                rung = ladder.next_rung(e.failure, rungs, usable(e.failure))
                if rung is None:
                    return replace(
                        plain, state=FAILED, rungs=ladder.settings_of(rungs), failure=first.failure,
                        message=e.message, hint=e.hint, log=e.log,
                    )  # fmt: skip
                rungs = (*rungs, rung)
                continue
            kept = ladder.settings_of(rungs)
            dirty, failure = made.state == DIRTY, first.failure if first else ""
            self._t.envelope.worked(situation, kept, reason=failure, dirty=dirty)
            self._paces[device.id] = made.seconds / piece.units
            return replace(made, rungs=kept, failure=failure, message=first.message if first else made.message)

    def _attempt(self, supervisor: Supervisor, start: Start, piece: Piece, scratch: str, rungs: tuple[str, ...]) -> Row:
        device = self._at[0] if self._at else None
        assert device is not None  # set before anything is measured
        watch = Watch(self._hear, lambda: self._go_on(device))
        worker, loading = self._ready(supervisor, start, piece, scratch, rungs)
        self._worker, self._peak, self._looked = worker, 0, 0.0
        self._begun = begun = time.monotonic()
        result = worker.run(self._message(piece, scratch), watch)
        seconds = time.monotonic() - begun
        self._look(device)
        there = bytes_of(result, scratch) > 0
        said = worker.settle(JOB, self._hear)
        supervisor.host.remove(scratch)
        if said or ladder.SKIP_CLEANUP in rungs:
            supervisor.discard(worker)
        if not there:
            engine = self._order.manifest.id
            raise WorkerFailed(failures.ENGINE, f"The engine {engine} announced a result that is not there.")
        state = DIRTY if said else STABLE
        return Row(device.id, piece.size, piece.steps, state, seconds, loading, self._peak, message=said)

    def _ready(
        self, supervisor: Supervisor, start: Start, piece: Piece, scratch: str, rungs: tuple[str, ...]
    ) -> tuple[Worker, float]:
        """Return a process that has worked before, and how long it took to load where it is a fresh one.

        One that did not end its little work well is no use; then a fresh one meets the row cold, and its row says how.
        """
        worker = supervisor.warm(start)
        if worker is not None:
            return worker, 0.0
        worker, loading = self._loaded(supervisor, start)
        here = (start.device, piece.size, rungs)
        if ladder.SKIP_CLEANUP in rungs or here in self._cold:  # the former lets a process do one work alone
            return worker, loading
        fit = self._warms_up(worker, shortened(self._order.manifest, piece), scratch)
        supervisor.host.remove(scratch)
        self._tell(0.0)
        if fit:
            return worker, loading
        self._cold.add(here)
        supervisor.discard(worker)
        return self._loaded(supervisor, start)

    def _loaded(self, supervisor: Supervisor, start: Start) -> tuple[Worker, float]:
        assert self._at is not None  # set before anything is measured
        self._held = self._taken(self._at[0])
        begun = time.monotonic()
        self._worker = worker = supervisor.begin(start)
        worker.load(self._deaf())
        return worker, time.monotonic() - begun

    def _warms_up(self, worker: Worker, piece: Piece, scratch: str) -> bool:
        """Have something little made; say whether the process is fit for more. Raise what the row would meet, too."""
        self._tell(0.0, WARMING)
        try:
            worker.run(self._message(piece, scratch), self._deaf())
        except WorkerFailed as e:
            if e.failure in _SURE:
                raise
            return False
        return not worker.settle(JOB, lambda note: None)

    def _deaf(self) -> Watch:
        """What is said before the measuring is not about the row."""
        return Watch(lambda message: None, self._ears.cancelled)

    def _message(self, piece: Piece, scratch: str) -> messages.Run:
        order, settings = self._order, self._t.settings
        return message_of(
            order.manifest, order.task, piece.params, settings, scratch=scratch, script=piece.script
        )  # fmt: skip

    def _start(self, device: Device, piece: Piece, rungs: tuple[str, ...]) -> Start:
        manifest, models = self._order.manifest, self._t.readiness.models
        needs = Needs(
            params=piece.params,
            model=models.folder_of(manifest, self._order.model),
            parts=models.parts_of(manifest, self._order.model),
            rungs=ladder.settings_of(rungs),
            threads=self._t.settings.engines.threads,
        )
        python = self._t.readiness.python(manifest, device)
        return start_of(manifest, device, needs, self._t.paths, python=python)

    def _situation(self, device: Device, piece: Piece) -> Situation:
        size = TASKS[self._order.task].size(piece.params)
        m = self._order.manifest
        return Situation(m.id, self._model, size, device.id, device.driver, m.precision)

    def _discard(self, supervisor: Supervisor) -> None:
        if self._worker:
            supervisor.discard(self._worker)

    def _hear(self, message: messages.Message) -> None:
        if isinstance(message, messages.Progress) and message.fraction is not None:
            self._tell(min(1.0, max(0.0, message.fraction)))

    def _tell(self, inside: float, stage: str = "") -> None:
        if self._at is None:
            return
        device, piece = self._at
        total = sum(one.units for _, one in self._all)
        pace = self._paces.get(device.id)
        if pace is None and inside > 0.1:
            pace = (time.monotonic() - self._begun) / (inside * piece.units)
        left = None
        if pace is not None:
            rest = self._all[len(self._rows) + 1 :]
            others = sum(one.units * self._paces.get(where.id, pace) for where, one in rest)
            left = others + piece.units * pace * (1 - inside)
        fraction = (self._done + inside * piece.units) / total
        number, count = len(self._rows) + 1, len(self._all)
        self._ears.progress(Progress(device.id, piece.size, piece.steps, number, count, fraction, left, stage))

    def _go_on(self, device: Device) -> bool:
        """Asked twenty times a second: a moment to look at the memory."""
        if device.kind == "cpu" or time.monotonic() - self._looked > _LOOK:
            self._look(device)
        return self._ears.cancelled()

    def _look(self, device: Device) -> None:
        self._looked = time.monotonic()
        if device.kind == "cpu":
            now = process_memory.resident(self._worker.pid) if self._worker else 0
        else:
            now = self._taken(device) - self._held
        self._peak = max(self._peak, now)

    def _taken(self, device: Device) -> int:
        if device.kind == "cpu":
            return 0
        now = self._t.memory(device)
        return now.total - now.free if now.free else 0

    def _compared(self) -> tuple[Row, ...]:
        """Say of each row beside a processor's how many times as fast it is."""
        there = {(r.size, r.steps): r.seconds for r in self._rows if r.made and r.device.endswith("/cpu")}
        return tuple(_beside(row, there) for row in self._rows)


def _beside(row: Row, there: dict[tuple[str, int | None], float]) -> Row:
    beside = there.get((row.size, row.steps))
    if beside is None or not row.made or not row.seconds or row.device.endswith("/cpu"):
        return row
    return replace(row, against_cpu=beside / row.seconds)


def table_of(rows: Iterable[Row]) -> list[list[str]]:
    """Return the cells of a table for people; its headings are HEADINGS."""
    return [
        [
            row.device,
            row.size or "-",
            "-" if row.steps is None else str(row.steps),
            f"{row.seconds:.1f} s" if row.made else "-",
            f"{row.memory / 1_000_000_000:.2f} GB" if row.memory else "-",
            f"{row.against_cpu:.1f} x" if row.against_cpu else "-",
            row.verdict,
        ]
        for row in rows
    ]


HEADINGS = ["device", "size", "steps", "time", "memory", "against cpu", "verdict"]
