"""The environments that are there: what one asks of them, and the few things one does to them. Any thread.

Asking costs a few looks at files. Building, verifying and measuring take seconds to minutes and belong off the window.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from studio.errors import Cancelled as Stopped
from studio.errors import StudioError
from studio.runtime.environments import build, disk, places, records
from studio.runtime.environments.build import Smoke, Wishes
from studio.runtime.environments.disk import Sizes
from studio.runtime.environments.indexes import Sources
from studio.runtime.environments.marker import Marker
from studio.runtime.environments.places import Place
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.progress import BuildProgress
from studio.runtime.environments.records import Damage
from studio.store import atomic

_ASIDE = ".emptied-"

Tell = Callable[[BuildProgress], None]
Cancelled = Callable[[], bool]


class Environments:
    """The folder of environments, and the cache from which they are filled. Best on one disk: then files are shared."""

    def __init__(self, root: Path, cache: Path) -> None:
        self._root = root
        self._cache = cache

    def ids(self) -> list[str]:
        """Return the packs of which anything is there."""
        found: list[str] = []
        with suppress(OSError):
            for folder in sorted(self._root.iterdir()):
                with suppress(StudioError):
                    if folder.is_dir() and Place(self._root, folder.name).state() != places.MISSING:
                        found.append(folder.name)
        return found

    def state(self, pack_id: str) -> str:
        """Say whether a pack is ready, missing, incomplete (begun, never taken) or broken (taken, does not stand)."""
        return Place(self._root, pack_id).state()

    def python(self, pack_id: str) -> Path | None:
        """Return the interpreter of an environment that is ready."""
        return Place(self._root, pack_id).python()

    def marker(self, pack_id: str) -> Marker | None:
        """Return what is known of an environment since it was built."""
        return Place(self._root, pack_id).marker()

    def plan(self, pack_id: str) -> BuildPlan | None:
        """Return what an environment was built from, or was going to be."""
        return Place(self._root, pack_id).plan()

    def log(self, pack_id: str) -> Path:
        """Return the file with the installer's words of the last build."""
        return Place(self._root, pack_id).log

    def build(self, plan: BuildPlan, smoke: Smoke, tell: Tell, cancelled: Cancelled) -> Marker:
        """Build what a plan says and make it the pack's; on any failure what was there before stays.

        `smoke` is given the interpreter, and raises StudioError when the engines do not work with it. The environment
        that was there before lies on until `tidy`: an engine may still run in it.
        """
        return build.build(Place(self._root, plan.pack), self._cache, plan, smoke, Wishes(tell, cancelled))

    def verify(self, pack_id: str, *, hashes: bool, cancelled: Cancelled = lambda: False) -> list[Damage]:
        """Return what is not as it was installed: by sizes in under a second, by content in some."""
        place = Place(self._root, pack_id)
        found, plan = place.marker(), place.plan()
        if found is None:
            state = place.state()
            word = "install" if state == places.MISSING else "repair"
            raise StudioError(f"The pack {pack_id} is {state}.", f"Run `studio engines {word}` with an engine of it.")
        environment = place.environment(found.folder)
        damages: list[Damage] = []
        if place.state() != places.READY:
            damages.append(Damage("", "python", "missing"))
        if plan is None or hashlib.sha256(plan.lock_text.encode()).hexdigest() != found.lock_sha:
            damages.append(Damage("", "plan", "content"))
        elif wrong := records.differing(environment, {r.name: r.version for r in plan.requirements}):
            damages.append(Damage("", wrong, "package"))
        damages += records.damages(environment, hashes=hashes, cancelled=cancelled)
        if cancelled():
            raise Stopped("The look at the packages was cancelled.", "Nothing was changed.")
        return damages

    def repair(
        self, pack_id: str, smoke: Smoke, tell: Tell, cancelled: Cancelled, *, now: Sources | None = None
    ) -> Marker:
        """Build an environment anew from its own plan, mostly from the cache; what is damaged there is loaded again.

        `now` are the places that packages come from today: they know the passwords, which no plan keeps.
        """
        place = Place(self._root, pack_id)
        plan = place.plan()
        if place.state() == places.MISSING:
            raise StudioError(f"The pack {pack_id} is missing.", "Run `studio engines install` with an engine of it.")
        if plan is None or hashlib.sha256(plan.lock_text.encode()).hexdigest() != plan.lock_sha:
            raise StudioError(
                f"What the pack {pack_id} was built from is not known any more.",
                "Run `studio engines install` with an engine of it: that plans and builds it anew.",
            )
        if now:
            plan = replace(plan, sources=plan.sources.with_passwords_of(now))
        return build.build(place, self._cache, plan, smoke, Wishes(tell, cancelled, hashes=True))

    def remove(self, pack_id: str) -> None:
        """Remove an environment. What was loaded for it stays in the cache."""
        place = Place(self._root, pack_id)
        if place.folder.exists():
            with place.held():
                place.clear()

    def tidy(self) -> None:
        """Remove what died half built and what was replaced. For whoever knows that no engine runs."""
        for pack_id in self.ids():
            place = Place(self._root, pack_id)
            if place.marker():  # else it is incomplete, and may be repaired
                with suppress(StudioError, OSError), place.held():  # what is in use goes another time
                    place.tidy()

    def empty_cache(self) -> None:
        """Remove what was loaded; environments keep their files. Raise StudioError while a pack is being built."""
        with ExitStack() as held:
            for pack_id in self.ids():
                held.enter_context(Place(self._root, pack_id).held())
            # Under its own name it is whole or gone: an installer that finds half of it would link half a package.
            aside = self._cache.with_name(f"{self._cache.name}{_ASIDE}{uuid.uuid4().hex[:8]}")
            try:
                if self._cache.exists():
                    self._cache.rename(aside)
            except OSError as e:
                raise atomic.explain(e, "The cache cannot be emptied") from e
        for gone in self._cache.parent.glob(f"{self._cache.name}{_ASIDE}*"):
            shutil.rmtree(gone, ignore_errors=True)

    def sizes(self) -> Sizes:
        """Return what all this takes on disk; a file that several environments share counts once."""
        return disk.measure({pack_id: Place(self._root, pack_id).folder for pack_id in self.ids()}, self._cache)
