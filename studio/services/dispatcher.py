"""The loop that runs jobs, for whoever owns the data folder. A QThread, a thread or the main thread hosts `run`."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from studio.domain import jobs as states
from studio.domain.export.order import TASK as EXPORT
from studio.errors import Bug, StudioError
from studio.paths import DataPaths
from studio.services.execution import Execution, Tools
from studio.services.export_job import ExportWork
from studio.services.jobs import Job, Jobs
from studio.services.quality import Quality
from studio.settings import Settings
from studio.store import atomic, cache, scratch
from studio.store.lock import FileLock

_IDLE = 0.05  # seconds between two looks at an empty queue
_SWEPT_ROWS = 50
_FRESH = 3600.0  # seconds; an empty folder that is there later may be the user's


class Ownership:
    """The one lock that says who runs jobs. Who takes it cleans up after a dead owner first."""

    def __init__(self, paths: DataPaths, jobs: Jobs) -> None:
        self._paths = paths
        self._jobs = jobs
        self._lock = FileLock(paths.owner_lock)

    @property
    def held(self) -> bool:
        """Whether this process owns the data folder."""
        return self._lock.held

    def try_take(self) -> bool:
        """Become the owner if nobody is; never waits."""
        if self._lock.held:
            return True
        if not self._lock.try_acquire():
            return False
        orphans = self._jobs.interrupt_orphans()
        if orphans or any(self._paths.scratch.glob("*")):
            self._sweep_data()
        self._sweep_targets()
        return True

    def release(self) -> None:
        """Let others own."""
        self._lock.release()

    def _sweep_data(self) -> None:
        """Remove what a dead owner left half done: only owners write there, and now that is us.

        In the scratch folder others work as well: what they hold stays.
        The other caches are also filled by who plays or shows a project; pruning removes what is left there.
        """
        root = self._paths
        for folder in (root.library, root.parts, root.kits, root.snapshots):
            if folder.is_dir():
                _remove_unfinished(folder)
        if root.scratch.is_dir():
            scratch.sweep(root.scratch)

    def _sweep_targets(self) -> None:
        """Remove what killed commands left beside their output files; those still at it hold a lock on theirs."""
        final = [j for j in self._jobs.newest(_SWEPT_ROWS) if j.final]
        atomic.remove_abandoned(*map(Path, {place for j in final for place in j.request.places}))
        for job in final:
            if job.state == states.INTERRUPTED and time.time() - (job.finished or 0.0) < _FRESH:
                _remove_empty(job.request.params.get("makes", ()) if job.task == EXPORT else ())


class Dispatcher:
    """Claims and runs jobs, one after the other. `run` belongs to one thread; `stop` may come from any."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._stop = threading.Event()
        self._wake = threading.Event()

    def stop(self) -> None:
        """End the loop; what it works on is stopped and stored as interrupted."""
        self._stop.set()
        self._wake.set()

    def wake(self) -> None:
        """Look at the queue now; a new row of this process need not wait for the next look."""
        self._wake.set()

    def use(self, settings: Settings, quality: Quality) -> None:
        """Take other settings, from the next job on."""
        self._tools = replace(self._tools, settings=settings, quality=quality)

    def run(self, *, until: Callable[[], bool]) -> None:
        """Run jobs until the condition holds between two jobs, or somebody says stop."""
        worked = False
        while not self._stop.is_set() and not until():
            job = self._tools.jobs.claim()
            if job is None:
                self._tools.supervisor.tick()
                self._tools.sound.tick()
                self._tools.pictures.tick()
                self._wake.wait(_IDLE)
                self._wake.clear()
            else:
                try:
                    self._execute(job)
                    self._check(job)
                finally:
                    self._tools.jobs.settle(job.id)
                worked = True
        if worked:
            paths, most = self._tools.paths, self._tools.settings.storage.cache_megabytes * 1_000_000
            for folder in (paths.parts, paths.conformed, paths.peaks, paths.heard / "media", paths.thumbnails):
                cache.prune(folder, most_bytes=most)
            cache.prune(paths.inputs, most_bytes=most, needed=self._tools.jobs.kept_inputs())
            self._tools.exports.forget()

    def _execute(self, job: Job) -> None:
        try:
            work = ExportWork if job.task == EXPORT else Execution
            work(self._tools, job, stop=self._stop.is_set).run()
        except StudioError as e:
            self._fail(job, e)
        except Exception as e:  # noqa: BLE001 — border: a bug of ours costs this job, not the queue
            report = self._report(job)
            self._fail(job, Bug(f"The studio made a mistake: {type(e).__name__}: {e}", f"Report: {report}"))

    def _check(self, job: Job) -> None:
        """Listen to what was spoken for a project: its takes show how well it went. Commands check their own."""
        if job.request.project and not self._stop.is_set():
            try:
                self._tools.quality.check(job.id, cancelled=self._stop.is_set)
            except StudioError as e:  # the engine was removed, the disk is full: the take is whole all the same
                self._tools.jobs.note(job.id, f"The line could not be listened to: {e.message}", level="info")

    def _fail(self, job: Job, error: StudioError) -> None:
        state = self._tools.jobs.get(job.id).state
        if state in states.ACTIVE:
            self._tools.jobs.set_state(job.id, state, states.FAILED, error=error)
        else:
            self._tools.jobs.note(job.id, error.message)

    def _report(self, job: Job) -> Path:
        path = self._tools.paths.logs / f"bug-job-{job.id}-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(path, traceback.format_exc().encode())
        return path


def _remove_empty(folders: Iterable[str]) -> None:
    for folder in folders:
        with suppress(OSError):  # it holds something, or is gone
            Path(folder).rmdir()


def _remove_unfinished(folder: Path) -> None:
    for leftover in folder.rglob(f"*{atomic.UNFINISHED}"):
        if leftover.is_dir():
            _remove_tree_content(leftover)
            with suppress(OSError):
                leftover.rmdir()
        else:
            with suppress(OSError):
                leftover.unlink()


def _remove_tree_content(folder: Path) -> None:
    import shutil

    for item in folder.iterdir():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item, ignore_errors=True)
        else:
            with suppress(OSError):
                item.unlink()
