"""Building an environment: aside, checked, proven, and only then the one that counts. One thread, that of the caller.

Before it is taken, what is installed is compared with what was planned: each package, each file's size, the build of
torch. Whatever happens meanwhile, the environment that was there before stays.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from studio.errors import Cancelled, StudioError
from studio.runtime.environments import commands, disk, failures, flavour, pip_fallback, places, records, uv
from studio.runtime.environments.commands import Ears
from studio.runtime.environments.flavour import Flavour, Mismatch
from studio.runtime.environments.indexes import without_password
from studio.runtime.environments.marker import Marker
from studio.runtime.environments.pip_fallback import Pip
from studio.runtime.environments.places import Place
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.progress import BuildProgress, Growth, Milestones
from studio.runtime.environments.records import Damage
from studio.runtime.environments.uv_installer import Files, Uv
from studio.store import atomic

_MOST_LOG = 5_000_000  # bytes
_LOOK = 0.5  # seconds between two looks at the cache

Smoke = Callable[[Path], dict[str, Any]]


@dataclass(frozen=True)
class Wishes:
    """What a caller wants to hear, and how strict a build looks at files."""

    tell: Callable[[BuildProgress], None]
    cancelled: Callable[[], bool]
    hashes: bool = False  # compare contents as well: after damage, when the cache is under suspicion


def build(place: Place, cache: Path, plan: BuildPlan, smoke: Smoke, wishes: Wishes) -> Marker:
    """Build an environment and make it the pack's; raise StudioError and leave all as it was where that fails."""
    if plan.pack != place.pack:
        raise StudioError(f"The plan is for the pack {plan.pack}, not for {place.pack}.")
    with place.held(), _disk_explained():
        generation = place.begin(plan)  # before the tidying: what was begun stays known
        try:
            place.tidy_unfinished(generation)
            disk.need_room([place.folder, cache], max(plan.disk_bytes - disk.folder_size(cache), 0))
            with place.log.open("wb") as log:
                found = _Build(place, cache, plan, generation, wishes, log).run(smoke)
            place.take(found)
        except BaseException:
            place.discard(generation)
            raise
        return found


def find_installer(python: Path, cache: Path) -> Uv | Pip:
    """Return uv, or pip where there is none; raise StudioError where there is neither."""
    file = uv.find()
    found = Uv(file, cache) if file else pip_fallback.find(python, cache)
    if found is None:
        raise StudioError(
            "There is neither uv nor pip here, so no packages can be installed.",
            "Start the studio with its launcher, which brings uv along.",
        )
    return found


@contextmanager
def _disk_explained() -> Generator[None, None, None]:
    try:
        yield
    except OSError as e:
        raise atomic.explain(e, "The environment cannot be built") from e


class _Build:
    """One build on its way."""

    def __init__(
        self, place: Place, cache: Path, plan: BuildPlan, generation: str, wishes: Wishes, log: IO[bytes]
    ) -> None:
        self._place = place
        self._plan = plan
        self._generation = generation
        self._environment = place.environment(generation)
        self._wishes = wishes
        self._log = log
        self._installer = find_installer(plan.python, cache)
        self._milestones = Milestones(download=plan.download_bytes, unpacked=plan.disk_bytes)
        self._growth = Growth(cache / "uv")
        self._looked = time.monotonic()

    def run(self, smoke: Smoke) -> Marker:
        """Go through all stages."""
        self._stage("prepare")
        self._command(self._installer.venv(self._python(), self._environment))
        files = self._write_files()
        self._stage("download")
        self._install(files)
        self._stage("check")
        self._heal(files)
        self._compare_packages()
        torch = self._check_torch()
        self._stage("smoke")
        facts = smoke(files.python)
        if self._wishes.cancelled():
            raise Cancelled("The build was cancelled.", "What was loaded is kept for the next time.")
        self._stage("finish")
        for file in (files.lock, files.config):
            file.unlink(missing_ok=True)
        return self._marker(torch.inside if torch else "", facts)

    # ------------------------------------------------------------------------------------------------------- installing

    def _python(self) -> Path:
        if not self._plan.python.exists():
            raise StudioError(
                f"The Python of the plan is gone: {self._plan.python}.",
                "Plan the pack anew: `studio engines install` looks for another one.",
            )
        return self._plan.python

    def _write_files(self) -> Files:
        folder = self._environment
        files = Files(places.interpreter(folder), folder / places.LOCK, folder / "studio-uv.toml")
        files.lock.write_text(self._plan.lock_text, "utf-8")
        files.config.write_text(self._installer.config(self._plan), "utf-8")
        return files

    def _install(self, files: Files, anew: tuple[str, ...] = ()) -> None:
        """First from what was loaded before: it is quicker, and works where there is no network."""
        if self._installer.works_offline:
            argv = self._installer.install(self._plan, files, offline=True, anew=anew)
            code, lines = self._run(argv, quiet=True)  # that something is not at hand is no error to be shown
            if not code:
                for line in lines:
                    self._wishes.tell(self._milestones.line(line))
                return
            if failures.is_full_disk(lines):
                raise self._failure(lines)
            self._write_log("not all of it is at hand")
            self._stage("download")
        self._installer.clear(self._command(self._installer.install(self._plan, files, offline=False, anew=anew)))

    def _heal(self, files: Files) -> None:
        """Look whether all files arrived. What is wrong is loaded again, for the cache holds it as well."""
        found = self._damages()
        if not found:
            return
        names = tuple(sorted({damage.package for damage in found}))
        self._write_log(f"damaged: {', '.join(names)}")
        self._command(self._installer.forget(names))
        self._stage("download")
        self._install(files, anew=names)
        self._stage("check")
        found = self._damages()
        if found:
            raise StudioError(
                f"The package {found[0].package} arrived damaged, twice: {found[0].path} ({found[0].what}).",
                "Look whether the disk is sound and a proxy leaves downloads as they are, then try again.",
                log=str(self._place.log),
            )

    def _damages(self) -> list[Damage]:
        return records.damages(self._environment, hashes=self._wishes.hashes, cancelled=self._wishes.cancelled)

    def _compare_packages(self) -> None:
        """The tripwire for everything but torch: what is there is what was planned, no more and no less."""
        for package in records.installed(self._environment):
            if any(fnmatch.fnmatchcase(package.name, pattern) for pattern in self._plan.forbidden):
                raise self._refused(
                    f"{package.name} {package.version} is there, which belongs to another build of torch"
                )
        wrong = records.differing(self._environment, {r.name: r.version for r in self._plan.requirements})
        if wrong:
            raise self._refused(wrong)

    def _check_torch(self) -> Flavour | None:
        try:
            return flavour.check(self._environment, wanted=self._plan.torch, accelerator=self._plan.accelerator)
        except Mismatch as e:
            raise self._refused(str(e)) from e

    def _refused(self, what: str) -> StudioError:
        return StudioError(
            f"The environment was not taken: {what}.",
            "Nothing was changed. This is a mistake of the package source or of the pack: report it with the log.",
            log=str(self._place.log),
        )

    # --------------------------------------------------------------------------------------------------------- commands

    def _command(self, argv: list[str]) -> list[str]:
        code, lines = self._run(argv)
        if code:
            raise self._failure(lines)
        return lines

    def _run(self, argv: list[str], *, quiet: bool = False) -> tuple[int, list[str]]:
        lines: list[str] = []

        def told(line: str) -> None:
            lines.append(line)
            self._write_log(line)
            if not quiet:
                self._wishes.tell(self._milestones.line(line))

        self._write_log("$ " + " ".join(map(without_password, argv)))
        code = commands.run(argv, self._installer.variables(), Ears(told, self._tick, self._wishes.cancelled))
        return code, lines

    def _failure(self, lines: list[str]) -> StudioError:
        return failures.explain(lines, installer=self._installer.name, log=str(self._place.log))

    def _tick(self) -> None:
        if time.monotonic() - self._looked >= _LOOK:
            self._wishes.tell(self._milestones.grown(self._growth.bytes()))
            self._looked = time.monotonic()

    def _stage(self, name: str) -> None:
        if self._wishes.cancelled():
            raise Cancelled("The build was cancelled.", "What was loaded is kept for the next time.")
        self._wishes.tell(self._milestones.stage(name))

    def _write_log(self, line: str) -> None:
        if self._log.tell() < _MOST_LOG:
            self._log.write(line.encode() + b"\n")
            self._log.flush()

    def _marker(self, torch: str, facts: dict[str, Any]) -> Marker:
        plan = self._plan
        return Marker(
            pack=plan.pack,
            folder=self._generation,
            accelerator=plan.accelerator,
            flavour=plan.flavour,
            gfx=plan.gfx,
            python_version=plan.python_version,
            base=str(places.base(self._environment)),
            torch=torch,
            lock_sha=plan.lock_sha,
            packages=len(plan.requirements),
            installer=self._installer.name,
            built=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            smoke=facts,
        )
