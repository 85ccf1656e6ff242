"""Where a pack's environment lies, and how one takes the place of another. Any thread; changes only under the lock.

root/.core.lock               held by who builds or removes; freed by the kernel when that process dies
root/core/env.json            the marker: names the folder below, and is written last, in one step
root/core/3f2a9c1b/           the environment; built where it stays, never renamed or changed
root/core/3f2a9c1b.plan.json  what it was built from, written first: what was begun can be built again
root/core/build.log           the installer's own words of the last build

An environment that works is replaced by writing the marker. So there is no moment without one, engines that run go
on in the old one, and Windows need not rename a folder with open files.
"""

from __future__ import annotations

import re
import shutil
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from studio.errors import StudioError
from studio.runtime.environments import marker as markers
from studio.runtime.environments.marker import Marker, NoUse
from studio.runtime.environments.plan import BuildPlan
from studio.store import atomic
from studio.store.lock import FileLock

LOCK = "studio-lock.txt"  # in an environment while it is made, and no longer
READY, MISSING, INCOMPLETE, BROKEN = "ready", "missing", "incomplete", "broken"
_PLAN = ".plan.json"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_GENERATION = re.compile(r"([0-9a-f]{8})(\.plan\.json)?")


class Place:
    """One pack's part of the folder of environments."""

    def __init__(self, root: Path, pack_id: str) -> None:
        if not _ID.fullmatch(pack_id):
            raise StudioError(f"{pack_id!r} is no name of a pack.", "`studio engines list` shows what there is.")
        self.pack = pack_id
        self.folder = root / pack_id
        self.log = self.folder / "build.log"
        self._marker = self.folder / "env.json"
        self._lock = root / f".{pack_id}.lock"

    # -------------------------------------------------------------------------------------------------------- reading

    def marker(self) -> Marker | None:
        """Return the marker; None where there is none, or none that can be read."""
        try:
            return markers.read_marker(self._marker)
        except NoUse:
            return None

    def environment(self, generation: str) -> Path:
        """Return an environment's folder."""
        return self.folder / generation

    def state(self) -> str:
        """Say what is there, by a few looks at files."""
        found = self.marker()
        if found is None:
            if _is_there(self._marker):
                return BROKEN
            return INCOMPLETE if self._generations() else MISSING
        return READY if self._stands(found) else BROKEN

    def python(self) -> Path | None:
        """Return the environment's interpreter if all of it stands."""
        found = self.marker()
        return interpreter(self.environment(found.folder)) if found and self._stands(found) else None

    def plan(self) -> BuildPlan | None:
        """Return what the environment was built from; without an environment, what was begun last."""
        found = self.marker()
        names = [found.folder] if found else []
        names += sorted(self._generations() - set(names), key=self._time, reverse=True)
        for name in names:
            with suppress(NoUse):
                plan = markers.read_plan(self._plan_file(name))
                if plan and plan.pack == self.pack:
                    return plan
        return None

    def _stands(self, found: Marker) -> bool:
        python = interpreter(self.environment(found.folder))
        # A link may lead nowhere, and under Windows the environment's own file is only a way to the other one.
        return found.pack == self.pack and _is_there(python) and _is_there(Path(found.base))

    def _generations(self) -> set[str]:
        with suppress(OSError):
            found = [_GENERATION.fullmatch(item.name) for item in self.folder.iterdir()]
            return {match[1] for match in found if match}
        return set()

    def _plan_file(self, generation: str) -> Path:
        return self.folder / f"{generation}{_PLAN}"

    def _time(self, generation: str) -> float:
        with suppress(OSError):
            return self._plan_file(generation).stat().st_mtime
        return 0.0

    # ------------------------------------------------------------------------------------------------------- changing

    @contextmanager
    def held(self) -> Generator[None, None, None]:
        """Be the only one who changes this place; raise StudioError when another process does."""
        guard = FileLock(self._lock)
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            free = guard.try_acquire()
            if free:
                self.folder.mkdir(exist_ok=True)
        except OSError as e:
            guard.release()
            raise atomic.explain(e, "The folder of environments cannot be used") from e
        if not free:
            raise StudioError(
                f"The pack {self.pack} is being built or removed by another process.", "Wait until it is through."
            )
        try:
            yield
        finally:
            guard.release()

    def begin(self, plan: BuildPlan) -> str:
        """Note what is going to be built; return the name of its folder, which is not made."""
        generation = uuid.uuid4().hex[:8]
        markers.write(self._plan_file(generation), replace(plan, sources=plan.sources.to_keep()))
        return generation

    def take(self, found: Marker) -> None:
        """Make an environment the pack's, from now on."""
        markers.write(self._marker, found)

    def discard(self, generation: str) -> None:
        """Remove an environment and its plan; the plan last, so that a rest is known as one."""
        shutil.rmtree(self.environment(generation), ignore_errors=True)
        if not self.environment(generation).exists():
            self._plan_file(generation).unlink(missing_ok=True)

    def tidy(self, begun: str = "") -> None:
        """Remove what neither the marker names nor is `begun` now: what died half built, and what was replaced."""
        self._remove_all_but(begun, self._generations())

    def tidy_unfinished(self, begun: str) -> None:
        """Remove what died half built. What was replaced stays: an engine may still run in it."""
        self._remove_all_but(begun, {g for g in self._generations() if not self._was_finished(g)})

    def _was_finished(self, generation: str) -> bool:
        folder = self.environment(generation)
        return _is_there(folder / "pyvenv.cfg") and not _is_there(folder / LOCK)

    def _remove_all_but(self, begun: str, generations: set[str]) -> None:
        found = self.marker()
        for generation in generations - {begun, found.folder if found else ""}:
            item = self.environment(generation)
            if item.is_symlink() or item.is_file():
                item.unlink()
            self.discard(generation)
        for unfinished in self.folder.glob(f".*{atomic.UNFINISHED}"):
            unfinished.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove all of it. Without the marker it counts as incomplete, should this be cut short."""
        with suppress(FileNotFoundError):
            self._marker.unlink()
        self.tidy()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise StudioError(
                f"Files of the pack {self.pack} are in use and were not removed.",
                "Stop the jobs that use its engines, then try again.",
            )


def _is_there(file: Path) -> bool:
    with suppress(OSError):  # what may not be looked at is of no use either
        return file.exists()
    return False


def interpreter(environment: Path) -> Path:
    """Return where an environment's Python is."""
    posix = environment / "bin" / "python"
    windows = environment / "Scripts" / "python.exe"
    return windows if windows.exists() else posix


def base(environment: Path) -> Path:
    """Return the interpreter that an environment stands on."""
    if sys.platform != "win32":
        return interpreter(environment).resolve()
    with (environment / "pyvenv.cfg").open(encoding="utf-8") as file:
        home = next((line.partition("=")[2].strip() for line in file if line.partition("=")[0].strip() == "home"), "")
    return Path(home) / "python.exe"
