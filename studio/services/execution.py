"""One job from claimed to final: plan, device, worker, ladder, result. The dispatcher's thread."""

from __future__ import annotations

import os
import posixpath
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.domain import jobs as states
from studio.domain.recipe import Recipe
from studio.engines.registry import Registry
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import kit, ladder
from studio.runtime.devices import Device
from studio.runtime.memory import Memory
from studio.runtime.supervisor import Start, Supervisor, Watch, Worker, WorkerCancelled, WorkerFailed
from studio.services import device_room, kept_parts, provenance
from studio.services.ahead import Ahead
from studio.services.envelope import Envelope, Situation
from studio.services.export import Exports
from studio.services.helper import HelperHost
from studio.services.inputs import Inputs
from studio.services.jobs import Job, Jobs
from studio.services.library import Library, deliver, fetch_checked
from studio.services.makers import Makers
from studio.services.quality import Quality
from studio.services.readiness import Readiness
from studio.services.recogniser import Following
from studio.services.second_tries import SecondTries
from studio.services.tasks.table import TASKS
from studio.services.tasks.work import Plan
from studio.services.worker_start import Needs, start_of
from studio.settings import Settings
from studio.store import atomic
from studio.worker import failures

_MEMORY_GAP = 2.0  # seconds between two looks at a card's memory
_PREVIEW_GAP = 0.2  # seconds: five a second are enough for anybody
_PREVIEWS = (".png", ".txt")  # what a look may be
_LARGEST_PREVIEW = 20_000_000  # bytes
_CANCEL_GAP = 0.2  # seconds between two looks at the row
_MOST_NOTES = 200  # of an engine about one job
_LONGEST_NOTE = 2_000
_LONGEST_STAGE = 80
_LONGEST_DETAILS = 20_000


@dataclass(frozen=True)
class Tools:
    """What an execution works with."""

    paths: DataPaths
    jobs: Jobs
    library: Library
    envelope: Envelope
    registry: Registry
    supervisor: Supervisor
    inputs: Inputs
    sound: HelperHost
    pictures: HelperHost
    exports: Exports
    quality: Quality
    readiness: Readiness
    memory: Callable[[Device], Memory]
    settings: Settings


class Execution:
    """The work on one claimed job. `run` leaves the row in a final state, whatever happens."""

    def __init__(self, tools: Tools, job: Job, *, stop: Callable[[], bool]) -> None:
        self._t = tools
        self._job = job
        self._stop = stop
        self._state = states.PREPARING
        manifest, models = tools.registry.manifest(str(job.engine)), tools.readiness.models
        self._own_model = models.used(manifest, job.request.model)  # None: the user's, or none
        self._model = provenance.model_id(manifest, self._own_model, job.request.model)
        self._manifest = device_room.with_needs(manifest, self._own_model, job.request.params)
        self._rungs: tuple[str, ...] = ()
        self._loading = 0.0
        self._running = 0.0
        self._run_begun = 0.0
        self._cancel_seen = False
        self._cancel_looked = 0.0
        self._pace: float | None = None
        self._units = tools.jobs.units(job.id)
        self._scratch = f"{tools.supervisor.host.home}/{job.id}"
        self._planned = False
        self._keys: tuple[str, ...] = ()
        self._parts = 0  # how many of the keys are the result's
        self._notes_left = _MOST_NOTES
        self._said: set[tuple[str, int | None]] = set()  # by the engine
        self._said_before: frozenset[tuple[str, int | None]] = frozenset()  # in earlier runs of the job
        self._preview = tools.paths.scratch / f"preview-{job.id}"
        self._shown = float("-inf")
        self._ahead = Ahead(tools.paths, tools.supervisor.host, tools.jobs, job.id)
        self._dirty = False  # whether the engine crashed after its result
        self._busy = False  # whether it has yet to clean up
        self._runs = 0
        self._loaded: dict[str, Any] = {}  # what the engine said of itself when it had loaded
        self._tries = SecondTries(tools.quality, job.request, self._manifest)

    def run(self) -> None:
        """Do the job."""
        try:
            self._attempt_all()
        except WorkerCancelled:
            self._end_cancelled()
        except WorkerFailed as e:
            self._end(_error_of(e))
        except StudioError as e:
            self._end(e)
        finally:
            self._remove_scratch()

    def _attempt_all(self) -> None:
        choice = self._t.readiness.choose(
            self._manifest,
            wanted=self._job.request.device,
            allow_cpu=self._job.request.allow_cpu,
        )
        situation = self._situation(choice.device)
        place = ladder.place_of(choice.device.kind, allow_cpu=self._job.request.allow_cpu)
        beginning = self._t.envelope.beginning(
            situation, lambda failure: ladder.available(self._manifest, place, failure), barred=ladder.barred(place)
        )
        self._rungs = beginning.rungs
        if self._rungs:
            self._note(beginning.why, level="info")
        self._fit(choice.device, ladder.available(self._manifest, place, "out_of_memory"))
        failure = ""
        while True:
            try:
                self._attempt(self._device(choice.device))
            except WorkerFailed as e:
                self._t.envelope.failed(situation, ladder.settings_of(self._rungs), e.failure)
                rung = ladder.next_rung(e.failure, self._rungs, ladder.available(self._manifest, place, e.failure))
                if rung is None:
                    raise
                self._rungs = (*self._rungs, rung)
                failure = e.failure
                title = ladder.TITLES.get(failure, failure)
                self._note(f"{title} ({failure}): {e.message} Trying again with {rung}.")
            else:
                kept = ladder.settings_of(self._rungs)
                self._t.envelope.worked(situation, kept, reason=failure, dirty=self._dirty)
                return

    def _fit(self, device: Device, usable: frozenset[str]) -> None:
        """Begin with what fits into the card's memory, or wait for it as long as the settings say."""
        if not self._manifest.memory or device.kind == "cpu" or self._t.supervisor.warm(self._start(device)):
            return
        deadline = time.monotonic() + 60 * self._t.settings.engines.wait_minutes
        while True:
            now, ours = self._t.memory(device), self._t.supervisor.idle_bytes(device.id)
            found = device_room.room(self._manifest, device, self._rungs, usable, memory=now, ours=ours)
            if not found.short or time.monotonic() > deadline:
                break
            self._t.jobs.progress(self._job.id, "waiting for the card's memory", None, None)
            if self._pause(_MEMORY_GAP):
                raise WorkerCancelled
        if found.short:
            raise found.short
        self._rungs = found.rungs
        if found.sentence:
            self._note(f"{found.sentence}.", level="info")

    def _pause(self, seconds: float) -> bool:
        """Wait between two looks; say whether the job was cancelled meanwhile."""
        until = time.monotonic() + seconds
        while not (cancelled := self._cancelled()) and time.monotonic() < until:
            time.sleep(_CANCEL_GAP / 2)
        return cancelled

    def _device(self, chosen: Device) -> Device:
        """Return the chosen device, or the CPU when the ladder has come down to it."""
        if ladder.CPU not in self._rungs:
            return chosen
        return next((d for d in self._t.readiness.devices if d.kind == "cpu"), chosen)

    def _attempt(self, device: Device) -> None:
        """Load and run, again for what is heard wrong; on success the row says so when this returns."""
        self._t.inputs.check(self._job.request.files)
        self._dirty, self._running = False, 0.0
        plan = self._plan(device)
        if self._state == states.PREPARING:
            for note in plan.notes:
                self._t.jobs.note(self._job.id, note.text, line=note.line)
        self._t.jobs.set_device(self._job.id, device.id)
        self._pace = self._t.jobs.pace(self._manifest.id, device.id)
        worker = self._worker(device)
        if self._state == states.PREPARING:
            self._move(states.RUNNING)
        result, before = self._result(worker, plan), None
        while self._heard_wrong(worker, plan, result):
            before = result
            try:
                plan, worker = self._plan(device), self._worker(device)
                result = self._result(worker, plan)
            except (WorkerCancelled, WorkerFailed, StudioError, OSError) as e:
                self._keep_what_was(e)
                self._tell_tries()
                before = None
                break
        try:
            self._succeed_with(result, before, device)
        finally:
            self._settle(worker)

    def _succeed_with(self, result: messages.Result, before: messages.Result | None, device: Device) -> None:
        """Take in a result; where it is bad, the one before, which was to be made better."""
        try:
            self._succeed(result, device)
        except EngineFailure as e:
            if before is None:
                raise
            self._keep_what_was(e)
            self._succeed(before, device)

    def _keep_what_was(self, why: WorkerCancelled | WorkerFailed | StudioError | OSError) -> None:
        """Go back to what was made before a further try, which was only to make it better: it is whole."""
        self._tries.give_up()
        if isinstance(why, WorkerCancelled):
            self._note("A further try was stopped; the sound that was there before is whole.", level="info")
        else:
            said = str(why) if isinstance(why, OSError) else plain(why.message, _LONGEST_NOTE)
            self._note(f"A further try for what was heard wrong failed: {said} What was there before was kept.")

    def _plan(self, device: Device) -> Plan:
        plan = TASKS[self._job.task].plan(self._tries.request, self._manifest, self._identity(device))
        self._keys, self._parts, self._planned = plan.keys, plan.parts, True
        return plan

    def _result(self, worker: Worker, plan: Plan) -> messages.Result:
        """Have a plan done, and nothing cleaned up yet."""
        self._ahead.begin()
        self._said_before = frozenset(self._said)
        self._run_begun, self._busy, self._runs = time.monotonic(), True, self._runs + 1
        try:
            result = worker.run(self._message(plan), self._watch())
        except WorkerCancelled:
            self._settle(worker)
            raise
        except WorkerFailed as e:
            self._after_failure(worker, e)
            raise
        except BaseException:  # ours or the disk's fault: the process is in the middle of a job, and no use to the next
            self._t.supervisor.discard(worker)
            raise
        self._running += time.monotonic() - self._run_begun
        return result

    def _heard_wrong(self, worker: Worker, plan: Plan, result: messages.Result) -> bool:
        """Listen where that is wanted; say whether something is to be made again."""
        if not self._tries.wanted:
            return False
        self._settle(worker)  # the recogniser may need its place
        heard, progress = "listening to what was spoken", self._t.jobs.progress
        following = Following(lambda share: progress(self._job.id, heard, share, None), self._cancelled)
        again = self._tries.judge(plan, result, self._t.supervisor.host, self._t.paths.scratch, following)
        if not again:
            self._tell_tries()
        return again

    def _tell_tries(self) -> None:
        for note in self._tries.notes():
            self._note(note.text, level="info", line=note.line)

    def _worker(self, device: Device) -> Worker:
        start = self._start(device)
        worker = self._t.supervisor.warm(start) or self._begun(start)
        self._loaded = worker.facts
        return worker

    def _begun(self, start: Start) -> Worker:
        begun = time.monotonic()
        worker = self._t.supervisor.begin(start)
        try:
            worker.load(self._watch())
        except BaseException:
            self._t.supervisor.discard(worker)
            raise
        self._loading += time.monotonic() - begun
        return worker

    def _start(self, device: Device) -> Start:
        request = self._job.request
        needs = Needs(
            params=request.params,
            model=self._t.readiness.models.folder_of(self._manifest, request.model),
            parts=self._t.readiness.models.parts_of(self._manifest, request.model),
            environment=request.environment,
            rungs=ladder.settings_of(self._rungs),
            threads=self._t.settings.engines.threads,
        )
        python = self._t.readiness.python(self._manifest, device)
        return start_of(self._manifest, device, needs, self._t.paths, python=python)

    def _message(self, plan: Plan) -> messages.Run:
        request = self._job.request
        at_run = {p.name for p in self._manifest.params if p.at == "run"}
        host = self._t.supervisor.host
        parts = [(k, part_file(self._t.paths, k)) for k in plan.keys]
        for _, file in parts:
            with suppress(OSError):
                os.utime(file)  # a piece in use is the last to leave the cache
        return messages.Run(
            job=self._job.id,
            task=request.task,
            params={k: v for k, v in request.params.items() if k in at_run},
            inputs={
                **plan.inputs,
                "files": {role: host.put(self._t.inputs.path(name)) for role, name in request.files.items()},
                "transcripts": request.transcripts,
                "ahead": request.listened and not self._tries.begun,  # nobody wants to hear it all again
            },
            seed=request.seed,
            # What the run before made stays until this one is whole.
            scratch=self._scratch if self._runs % 2 else f"{self._scratch}/other",
            parts={k: host.put(file) for k, file in parts if file.is_file()},
        )

    def _watch(self) -> Watch:
        return Watch(self._on_message, self._cancelled)

    def _cancelled(self) -> bool:
        now = time.monotonic()
        if not self._cancel_seen and (self._stop() or now - self._cancel_looked > _CANCEL_GAP):
            self._cancel_looked = now
            self._cancel_seen = self._stop() or self._t.jobs.cancel_wanted(self._job.id)
        return self._cancel_seen

    def _on_message(self, message: messages.Message) -> None:
        if isinstance(message, messages.Progress):
            fraction = None if message.fraction is None else min(1.0, max(0.0, message.fraction))
            stage = plain(message.stage, _LONGEST_STAGE)
            expected = self._pace * self._units if self._pace is not None and self._units else None
            left = seconds_left(fraction, time.monotonic() - self._run_begun, expected)
            self._t.jobs.progress(self._job.id, stage, fraction, left)
        elif isinstance(message, messages.Note) and message.job == self._job.id:
            self._note_of_engine(message)
        elif isinstance(message, messages.Part) and message.job == self._job.id:
            self._keep(message)
        elif isinstance(message, messages.Preview) and message.job == self._job.id:
            self._show(message.file)
        elif isinstance(message, messages.Ahead) and self._job.request.listened and self._is_ours(message.file):
            self._ahead.take(message)

    def _note_of_engine(self, note: messages.Note) -> None:
        """Store an engine's note, once for all runs; each is a write, so a flood of them is cut off."""
        if (note.text, note.line) in self._said_before:
            return
        self._notes_left -= 1
        if self._notes_left > 0:
            self._said.add((note.text, note.line))
            level = note.level if note.level in {"info", "warning", "error"} else "warning"
            self._note(plain(note.text, _LONGEST_NOTE), level=level, line=note.line)
        elif self._notes_left == 0:
            self._note("The engine had more to say; the rest was left out.")

    def _show(self, file: str) -> None:
        """Bring an unfinished look over, at most a few a second; one that cannot be had is done without."""
        now, ending = time.monotonic(), posixpath.splitext(file)[1]
        if now - self._shown < _PREVIEW_GAP or not self._is_ours(file) or ending not in _PREVIEWS:
            return
        self._shown = now
        look = self._preview.with_suffix(ending)
        with suppress(OSError, ValueError):
            self._t.supervisor.host.get(file, look)
            if look.stat().st_size <= _LARGEST_PREVIEW:
                self._t.jobs.show(self._job.id, str(look))

    def _keep(self, part: messages.Part) -> None:
        """Bring a finished piece into the cache, where it outlives the worker and us."""
        if part.key not in self._keys or not self._is_ours(part.file):
            return  # an engine speaks for its own pieces only
        target = part_file(self._t.paths, part.key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fetch_checked(self._t.supervisor.host, part.file, part.sha256, target)  # a bad one is made again
        except OSError as e:
            raise atomic.explain(e, "A finished piece could not be kept") from e

    def _is_ours(self, path: str) -> bool:
        """Whether a path of the host's lies in this job's scratch folder."""
        return posixpath.normpath(path.replace("\\", "/")).startswith(f"{self._scratch.replace(chr(92), '/')}/")

    def _succeed(self, result: messages.Result, device: Device) -> None:
        announced = [result.file, *(str(more.get("file", "")) for more in result.more)]
        if not all(map(self._is_ours, announced)):
            raise EngineFailure(f"The engine {self._manifest.id} announced a result outside its folder.", "Try again.")
        request = self._job.request
        makers = Makers(TASKS[self._job.task], self._t.sound, self._t.pictures)
        host = self._t.supervisor.host
        media = self._t.library.take_in(result, self._recipe(device, result), host, request.format, makers)
        done = self._t.jobs.set_state(
            self._job.id,
            self._state,
            states.SUCCEEDED,
            timing=self._timing(),
            media=[self._t.library.insertion(self._job.id, one) for one in media],
        )
        if not done:
            raise StudioError(f"Job {self._job.id} was changed by another process.")
        self._state = states.SUCCEEDED
        if request.target and request.target.detached:
            deliver(media, request.target)

    def _settle(self, worker: Worker) -> None:
        """Wait for the cleanup, once a run; what goes wrong there is a note and no more."""
        if not self._busy:
            return
        self._busy = False
        sentence = worker.settle(self._job.id, self._on_message)
        self._dirty = self._dirty or bool(sentence)
        if ladder.SKIP_CLEANUP in self._rungs:
            self._t.supervisor.discard(worker)
        if sentence:
            self._note(f"{sentence} The result is whole." if self._state == states.SUCCEEDED else sentence)
            self._t.supervisor.discard(worker)

    def _after_failure(self, worker: Worker, failed: WorkerFailed) -> None:
        if failed.failure == failures.USER and worker.alive:
            self._settle(worker)
        else:  # the next rung, and the next job, start from a clean process
            self._t.supervisor.discard(worker)

    def _end(self, error: StudioError) -> None:
        if self._state == states.SUCCEEDED:
            self._note(f"{error.message} {error.hint}")
        else:
            self._t.jobs.set_state(self._job.id, self._state, states.FAILED, error=error, timing=self._timing())

    def _end_cancelled(self) -> None:
        closing = self._stop() and not self._t.jobs.cancel_wanted(self._job.id)
        done = sum(part_file(self._t.paths, key).is_file() for key in self._keys[: self._parts])
        if not self._planned:
            error = kept_parts.unplanned(self._job.task, self._job.request, closing=closing)
        elif closing:
            error = kept_parts.closed(done)
        else:
            error = kept_parts.cancelled(TASKS[self._job.task].part, done, self._parts)
        new = states.INTERRUPTED if closing else states.CANCELLED
        self._t.jobs.set_state(self._job.id, self._state, new, error=error, timing=self._timing())

    def _move(self, new: str) -> None:
        if not self._t.jobs.set_state(self._job.id, self._state, new):
            raise StudioError(f"Job {self._job.id} was changed by another process.")
        self._state = new

    def _note(self, text: str, *, level: str = "warning", line: int | None = None) -> None:
        self._t.jobs.note(self._job.id, text, level=level, line=line)

    def _timing(self) -> dict[str, float]:
        queued = max(0.0, (self._job.started or self._job.created) - self._job.created)
        found = {"queued": queued, "loading": self._loading, "running": self._running}
        return {k: round(v, 4) for k, v in found.items()}

    def _situation(self, device: Device) -> Situation:
        m = self._manifest
        size = TASKS[self._job.task].size(self._job.request.params)
        return Situation(m.id, self._model, size, device.id, device.driver, m.precision)

    def _identity(self, device: Device) -> dict[str, Any]:
        """What besides text, voice and parameters decides how a sentence sounds."""
        m = self._manifest
        return {
            "engine": m.id,
            "version": m.version,
            "model": self._model,
            # What a recipe cannot hold but the sound depends on: the code, and what lies in a folder of the user's.
            "content": kit.digest(self._manifest.folder, "" if self._own_model else self._job.request.model),
            "revision": provenance.revision(self._own_model),
            "device": device.id,
            "precision": provenance.precision(m, self._rungs),
        }

    def _recipe(self, device: Device, result: messages.Result) -> Recipe:
        m, request = self._manifest, self._job.request
        loras = provenance.loras(result.facts)
        return Recipe(
            task=request.task,
            engine=m.id,
            engine_version=m.version,
            model=self._model,
            revision=provenance.revision(self._own_model),
            params=request.params,
            seed=request.seed,
            device=device.id,
            precision=provenance.precision(m, self._rungs, self._loaded),
            licence=provenance.licence(m, self._own_model, request, loras),
            script=request.script,
            cast=request.cast,
            languages=request.languages,
            seeds=self._tries.request.seeds,
            pronunciations=request.pronunciations,
            files=request.files,
            transcripts=request.transcripts,
            rights=request.rights,
            loras=loras,
            gaps=asdict(request.gaps),
            rungs=ladder.settings_of(self._rungs),
        )

    def _remove_scratch(self) -> None:
        for ending in _PREVIEWS:
            with suppress(OSError):
                self._preview.with_suffix(ending).unlink(missing_ok=True)
        with suppress(OSError):
            self._t.supervisor.host.remove(self._scratch)


def _error_of(failed: WorkerFailed) -> StudioError:
    """Say whose turn it is: the user's to mend what the engine met, or the engine's fault."""
    if failed.failure == failures.DISK_FULL:
        return StudioError(
            "The disk of the data folder is full.",
            "Free some space; then `studio jobs retry` goes on with what is finished.",
            failed.details,
        )
    kind = StudioError if failed.failure == failures.USER else EngineFailure
    hint = plain(failed.hint, _LONGEST_NOTE) or "`studio jobs retry` tries again."
    return kind(plain(failed.message, _LONGEST_NOTE), hint, failed.details[-_LONGEST_DETAILS:], log=failed.log)


def seconds_left(fraction: float | None, elapsed: float, expected: float | None) -> float | None:
    """Estimate what is left of a run; `expected` is the time that past runs say it takes, where there are any."""
    if fraction is None:
        return None
    if fraction < 0.1:
        return max(0.0, expected * (1 - fraction)) if expected is not None else None
    by_now = elapsed / fraction * (1 - fraction)
    # Early on past runs know better, later on this run does.
    return by_now if expected is None else fraction * by_now + (1 - fraction) * expected * (1 - fraction)


def plain(text: str, longest: int) -> str:
    """Return what an engine said in a form that terminals and lists can take: no control codes, not too long."""
    printable = "".join(c if c.isprintable() else " " for c in text[: 2 * longest])
    return printable if len(printable) <= longest else f"{printable[: longest - 1]}…"


def part_file(paths: DataPaths, key: str) -> Path:
    """Return where a finished piece lies."""
    return paths.parts / key[:2] / f"{key}.piece"
