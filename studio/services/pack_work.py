"""Packs: what an install would bring, building and mending it, and what it takes on disk. Any thread.

Whoever asks waits: the state is cheap, a plan may ask an index, and a build takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.engines.manifest import APP_PACK, Manifest
from studio.engines.pack import Packs
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.runtime.detection import advice
from studio.runtime.detection.found import Machine
from studio.runtime.devices import Device
from studio.runtime.environments import commands, indexes, interpreters, planning
from studio.runtime.environments.disk import Sizes
from studio.runtime.environments.marker import Marker
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.progress import BuildProgress
from studio.runtime.environments.records import Damage
from studio.runtime.environments.store import Environments
from studio.services import smoke_test
from studio.services.engine_test import Following
from studio.services.probing import probe
from studio.services.proofs import Proofs, built, worth_probing


@dataclass(frozen=True)
class Ears:
    """Who hears of a build, and whether it should go on."""

    told: Callable[[BuildProgress], None]
    cancelled: Callable[[], bool]


@dataclass(frozen=True)
class Place:
    """The machine that packs are built on."""

    paths: DataPaths
    registry: Registry
    environments: Environments
    packs: Packs
    machine: Machine
    devices: Callable[[], tuple[Device, ...]]  # with what is known of them by now
    proofs: Proofs
    at_work: Callable[[], Collection[str]]  # the engines of jobs that are under way
    mirror: str = ""


class PackWork:
    """What is done with packs."""

    def __init__(self, place: Place) -> None:
        self._p = place

    def served(self, pack_id: str) -> tuple[Manifest, ...]:
        """Return the engines that live in a pack."""
        return tuple(
            m for m in self._p.registry.manifests() if pack_id in {m.pack, *m.packs.values()} and pack_id != APP_PACK
        )

    def pack_of(self, manifest: Manifest, accelerator: str = "") -> str:
        """Return the pack that an engine has, or would get, on a kind of device; the best there is by default."""
        return manifest.pack_for(accelerator or self._best(manifest).kind)

    def plan(
        self,
        manifest: Manifest,
        accelerator: str = "",
        *,
        tell: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> BuildPlan:
        """Say what an install would bring; raise StudioError where there is nothing for this machine.

        `accelerator` is a kind of device or the name of one; nothing for the best.
        """
        if manifest.pack == APP_PACK:
            raise StudioError(f"The engine {manifest.id} comes with the studio.", "There is nothing to install.")
        device = self._device(manifest, accelerator)
        kind = device.kind
        pack = self._p.packs.pack(manifest.pack_for(kind))
        heard = commands.Ears(tell or _silent, _nothing, cancelled or _never)
        python = interpreters.provide(pack, pythons=self._p.paths.pythons, ears=heard)
        tools = planning.Tools(
            self._p.packs,
            indexes.find_sources(self._p.mirror),
            self._p.paths.packages,
            self._p.environments.plan(pack.id),
            heard,
        )
        made = planning.plan(
            pack,
            kind,
            python=python,
            tools=tools,
            gfx=device.gfx,
            flavour=self._flavour(device) if kind != "cpu" else "",
        )
        return replace(made, engines=tuple(m.id for m in self.served(pack.id)))

    def install(self, plan: BuildPlan, ears: Ears) -> Marker:
        """Build what a plan says, try each engine of it, and take it only when they all work."""
        smoke = self._smoke(plan.pack, plan.accelerator, plan.gfx, ears)
        marker = self._p.environments.build(plan, smoke, ears.told, ears.cancelled)
        self._prove(marker, ears)
        return marker

    def repair(self, pack_id: str, ears: Ears) -> Marker:
        """Build an environment anew from its own plan."""
        plan = self._p.environments.plan(pack_id)
        smoke = self._smoke(pack_id, plan.accelerator if plan else "cpu", plan.gfx if plan else "", ears)
        now = indexes.find_sources(self._p.mirror)
        marker = self._p.environments.repair(pack_id, smoke, ears.told, ears.cancelled, now=now)
        self._prove(marker, ears)
        return marker

    def verify(self, pack_id: str, *, hashes: bool, cancelled: Callable[[], bool]) -> list[Damage]:
        """Return what is not as it was installed."""
        return self._p.environments.verify(pack_id, hashes=hashes, cancelled=cancelled)

    def remove(self, pack_id: str) -> None:
        """Remove an environment; what was loaded stays in the cache. Raise StudioError while a job runs in it."""
        working = self._p.at_work()
        busy = next((m for m in self.served(pack_id) if m.id in working), None)
        if busy is not None:
            raise StudioError(f"{busy.title} is at work, with files of this pack.", "Wait for its job, or cancel it.")
        self._p.environments.remove(pack_id)
        self._p.proofs.forget(pack_id)

    def sizes(self) -> Sizes:
        """Return what packs take on disk, shared files once."""
        return self._p.environments.sizes()

    def empty_cache(self) -> None:
        """Remove what was loaded: environments keep their files, and a build anew loads again."""
        self._p.environments.empty_cache()

    def _prove(self, marker: Marker, ears: Ears) -> None:
        """Have each card that a pack was built for compute and be compared with the processor."""
        self._p.proofs.forget(marker.pack)
        place = next((p for p in built(self._p.environments) if p.pack == marker.pack), None)
        if place is None:
            return
        following = Following(lambda line: ears.told(BuildProgress("finish", 1.0, line=line)), ears.cancelled)
        for device in (d for d in self._p.devices() if d.kind != "cpu" and worth_probing(d, place)):
            following.say(f"Proving {device.name}")
            with suppress(StudioError):  # stopped, or no process: `studio devices --probe` proves it
                self._p.proofs.keep(probe(device, place, self._p.paths, following))

    def _smoke(self, pack_id: str, accelerator: str, gfx: str, ears: Ears) -> Callable[[Path], dict[str, Any]]:
        engines = [m for m in self.served(pack_id) if m.smoke.is_file() and accelerator in m.accelerators]
        fitting = (d for d in self._p.devices() if d.kind == accelerator and gfx in {"", d.gfx})
        device = next(fitting, self._p.devices()[-1])

        def smoke(python: Path) -> dict[str, Any]:
            facts: dict[str, Any] = {}
            for number, manifest in enumerate(engines):
                share = 0.85 + 0.14 * number / len(engines)
                ears.told(BuildProgress("smoke", share, line=f"Trying {manifest.title}"))
                facts[manifest.id] = smoke_test.run(
                    manifest,
                    python,
                    device,
                    self._p.paths,
                    tell=lambda line, at=share: ears.told(BuildProgress("smoke", at, line=line)),
                    cancelled=ears.cancelled,
                )
            return facts

        return smoke

    def _device(self, manifest: Manifest, wanted: str) -> Device:
        """Return the device that a pack is meant for: the one of this name, or the first of this kind."""
        if not wanted:
            return self._best(manifest)
        kind = wanted.rpartition("/")[2].rstrip("0123456789")
        if kind not in manifest.accelerators:
            kinds = ", ".join(manifest.accelerators)
            raise StudioError(f"The engine {manifest.id} does not run on {kind}.", f"It runs on: {kinds}.")
        here = next((d for d in self._p.devices() if wanted in {d.id, d.id.partition("/")[2], d.kind}), None)
        if here is None:
            names = ", ".join(d.id for d in self._p.devices())
            raise StudioError(f"There is no device for {wanted} here.", f"There are: {names}.")
        return here

    def _best(self, manifest: Manifest) -> Device:
        suitable = (d for d in self._p.devices() if d.kind in manifest.accelerators and not d.on_request)
        found = next(suitable, None)
        if found is None:
            raise StudioError(f"No device here suits the engine {manifest.id}.", "`studio devices` shows what is here.")
        return found

    def _flavour(self, device: Device) -> str:
        """Return the build of torch that was advised for a card; nothing where it is for the pack to choose."""
        advised = (a for a in advice.plan(self._p.machine) if a.accelerator == device.kind)
        named = (a.source for a in advised if a.card is not None and a.card.name == device.name)
        return next(named, "")


def described(plan: BuildPlan) -> Mapping[str, Any]:
    """Return a plan as lists print it."""
    return {
        "pack": plan.pack,
        "accelerator": plan.accelerator,
        "flavour": plan.flavour,
        "python": plan.python_version,
        "torch": plan.torch,
        "engines": list(plan.engines),
        "download": plan.download_bytes,
        "disk": plan.disk_bytes,
        "packages": [
            {"name": r.name, "version": r.version, "size": r.size, "licence": r.licence, "source": r.source}
            for r in plan.requirements
        ],
        "notes": list(plan.notes),
    }


def _silent(line: str) -> None:
    del line


def _nothing() -> None:
    pass


def _never() -> bool:
    return False
