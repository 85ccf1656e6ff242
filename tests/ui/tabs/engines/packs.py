"""Packs as the room finds them: environments that look whole, and a way to build them that needs no network."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from studio.engines.manifest import Manifest
from studio.errors import Cancelled, StudioError
from studio.runtime.environments import places
from studio.runtime.environments.disk import Sizes
from studio.runtime.environments.indexes import Sources
from studio.runtime.environments.marker import Marker
from studio.runtime.environments.plan import BuildPlan, Requirement
from studio.runtime.environments.progress import BuildProgress
from studio.runtime.environments.records import Damage
from studio.services.pack_work import Ears, PackWork

GENERATION = "0123abcd"
MEGABYTE = 1 << 20


def make_ready(root: Path, pack: str) -> Marker:
    """Make an environment that stands, as far as one sees it from outside: its interpreter is this one."""
    place = places.Place(root / "environments", pack)
    python = places.interpreter(place.environment(GENERATION))
    python.parent.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        python.symlink_to(sys.executable)
    found = Marker(
        pack=pack, folder=GENERATION, accelerator="cpu", flavour="cpu", gfx="", python_version="3.11.7",
        base=sys.executable, torch="2.13.0+cpu", lock_sha="0" * 64, packages=56, installer="uv",
        built="2026-11-21T10:00:00Z",
    )  # fmt: skip
    place.take(found)
    return found


def make_incomplete(root: Path, pack: str) -> None:
    """Begin an environment and leave it."""
    (root / "environments" / pack / GENERATION).mkdir(parents=True)


def plan_of(pack: str, accelerator: str, engines: tuple[str, ...]) -> BuildPlan:
    """Return a plan of three packages."""
    needed = (
        Requirement("torch", "2.13.0+cpu", 190 * MEGABYTE, "BSD-3-Clause", "find-links"),
        Requirement("alpha", "1.0", 3 * MEGABYTE, "MIT", "public index"),
        Requirement("beta", "2.0", 0, "", "public index"),
    )
    return BuildPlan(
        pack=pack, accelerator=accelerator, flavour=accelerator, python=Path(sys.executable), python_version="3.11.7",
        torch="2.13.0+cpu", requirements=needed, download_bytes=193 * MEGABYTE, disk_bytes=600 * MEGABYTE,
        lock_text="", lock_sha="0" * 64, hashed=True, sources=Sources(), engines=engines,
        notes=("A note about this pack.",),
    )  # fmt: skip


class Book:
    """What was asked of the stand-ins, and what they are to do; one a test, however often they are made anew."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.go = threading.Event()
        self.ended = threading.Event()
        self.fails: StudioError | None = None
        self.damages: list[Damage] = []


class FakeWork(PackWork):
    """Does what is done with packs on this folder, without packages. A build waits until it is let go."""

    book = Book()

    def plan(
        self,
        manifest: Manifest,
        accelerator: str = "",
        *,
        tell: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> BuildPlan:
        """Plan, unless it was said that this fails."""
        del tell, cancelled
        self.book.asked.append(("plan", manifest.id, accelerator))
        if self.book.fails:
            raise self.book.fails
        pack = manifest.pack_for(accelerator or "cpu")
        return plan_of(pack, accelerator or "cpu", tuple(m.id for m in self.served(pack)))

    def install(self, plan: BuildPlan, ears: Ears) -> Marker:
        """Load half, then wait to be let go or cancelled."""
        self.book.asked.append(("install", plan.pack, plan.accelerator))
        return self._build(plan.pack, ears)

    def repair(self, pack_id: str, ears: Ears) -> Marker:
        """The same from what was planned before."""
        self.book.asked.append(("repair", pack_id))
        return self._build(pack_id, ears)

    def verify(self, pack_id: str, *, hashes: bool, cancelled: Callable[[], bool]) -> list[Damage]:
        """Return the damages that were named beforehand."""
        del cancelled
        self.book.asked.append(("verify", pack_id, "hashes" if hashes else "sizes"))
        return self.book.damages

    def sizes(self) -> Sizes:
        """Return sizes that can be told apart."""
        return Sizes({"core": 900 * MEGABYTE}, 0, 0 if ("empty",) in self.book.asked else 400 * MEGABYTE)

    def empty_cache(self) -> None:
        """Note that it was asked."""
        self.book.asked.append(("empty",))

    def _build(self, pack: str, ears: Ears) -> Marker:
        try:
            ears.told(BuildProgress("download", 0.4, 100 * MEGABYTE, 200 * MEGABYTE, "Downloading torch (190.0MiB)"))
            while not self.book.go.wait(0.01):
                if ears.cancelled():
                    raise Cancelled("The build was cancelled.", "What was loaded is kept for the next time.")
            if self.book.fails:
                raise self.book.fails
            return make_ready(self._p.paths.root, pack)
        finally:
            self.book.ended.set()
