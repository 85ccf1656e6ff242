"""The loop that runs jobs, for whoever owns the data folder. A QThread, a thread or the main thread hosts `run`."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from studio.domain import jobs as states
from studio.domain.requests import EXPORT
from studio.errors import Bug, StudioError
from studio.services.execution import Execution, Tools
from studio.services.export_job import ExportWork
from studio.services.jobs import Job
from studio.services.quality import Quality
from studio.settings import Settings
from studio.store import atomic, cache

_IDLE = 0.05  # seconds between two looks at an empty queue


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
        """Take other settings, from the next job on. Any thread."""
        self._tools = replace(self._tools, settings=settings, quality=quality)

    def run(self, *, until: Callable[[], bool]) -> None:
        """Run jobs until the condition holds between two jobs, or somebody says stop."""
        worked = False
        while not self._stop.is_set() and not until():
            job = self._tools.jobs.claim(self._tools.supervisor.warm_engines())
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
                if job.request.listened:  # a window stays open for days
                    cache.prune(self._tools.paths.heard / "media", most_bytes=self._most_bytes)
        if worked:
            paths = self._tools.paths
            for folder in (paths.parts, paths.conformed, paths.peaks, paths.heard / "media", paths.thumbnails):
                cache.prune(folder, most_bytes=self._most_bytes)
            cache.prune(paths.inputs, most_bytes=self._most_bytes, needed=self._tools.jobs.kept_inputs())
            self._tools.exports.forget()

    @property
    def _most_bytes(self) -> int:
        return self._tools.settings.storage.cache_megabytes * 1_000_000

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
        stopped = self._stop.is_set() or self._tools.jobs.cancel_wanted(job.id)  # what is whole is kept even so
        if job.request.project and not stopped:
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
