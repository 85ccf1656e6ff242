"""The one lock that says who runs jobs, and the clearing up after whoever died with it. One thread an object."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from studio.domain import jobs as states
from studio.domain.requests import EXPORT
from studio.paths import DataPaths
from studio.services.jobs import Jobs
from studio.store import atomic, scratch
from studio.store.lock import FileLock

_SWEPT_ROWS = 50
_FRESH = 3600.0  # seconds; an empty folder that is there later may be the user's


class Ownership:
    """The one lock that says who runs jobs. Who takes it cleans up after a dead owner first."""

    def __init__(self, paths: DataPaths, jobs: Jobs, *, taken: Callable[[], None] = lambda: None) -> None:
        self._paths = paths
        self._jobs = jobs
        self._taken = taken  # what else is cleared up by who keeps it: no engine runs then, and it may take a while
        self._lock = FileLock(paths.owner_lock)

    @property
    def held(self) -> bool:
        """Whether this process owns the data folder."""
        return self._lock.held

    def try_take(self) -> bool:
        """Become the owner if nobody is; never waits for another."""
        if self._lock.held:
            return True
        if not self._take():
            return False
        self._taken()
        return True

    def look_after(self) -> None:
        """Where nobody owns the folder, clear up after who did; done before anything is shown, so it is quick."""
        if self._take():
            self.release()

    def _take(self) -> bool:
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
    for item in folder.iterdir():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item, ignore_errors=True)
        else:
            with suppress(OSError):
                item.unlink()
