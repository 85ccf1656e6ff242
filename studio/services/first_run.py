"""What this machine can do, and which packs are worth installing on it, with their sizes. Any thread.

Nothing is asked of a network and nothing is installed: sizes are those that were noted when the packs were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.engines.manifest import APP_PACK, Manifest
from studio.engines.pack import Flavour, Pack, Packs, Pin, Target
from studio.errors import StudioError
from studio.runtime.detection import advice
from studio.runtime.detection.advice import Advice
from studio.runtime.detection.found import Machine
from studio.runtime.devices import Device
from studio.runtime.environments import interpreters
from studio.runtime.environments.planning import pins_for
from studio.runtime.environments.store import Environments


@dataclass(frozen=True)
class Here:
    """What a machine is asked with."""

    machine: Machine
    devices: tuple[Device, ...]
    packs: Packs
    environments: Environments


@dataclass(frozen=True)
class Worth:
    """A pack that this machine can use."""

    pack: str
    title: str
    accelerator: str  # of the best device that any of its engines can use
    engines: tuple[Manifest, ...]
    state: str  # ready, missing, incomplete, broken
    download: int  # bytes, about
    built_for: str = ""  # what the environment that is there was built for

    @property
    def makes(self) -> bool:
        """Whether any of its engines makes something already; the others can be tried."""
        return any(m.has_runner for m in self.engines)

    @property
    def is_wanted(self) -> bool:
        """Whether an install would bring anything: it is not there, or was built for a lesser device."""
        return self.state != "ready" or self.built_for != self.accelerator


@dataclass(frozen=True)
class FirstRun:
    """The plan for a machine: its cards, the best first, and packs in the order in which one would install them."""

    advised: tuple[Advice, ...]
    packs: tuple[Worth, ...]

    @property
    def wanted(self) -> tuple[Worth, ...]:
        """The packs that are worth an install."""
        return tuple(one for one in self.packs if one.is_wanted)


def plan(here: Here, manifests: Iterable[Manifest]) -> FirstRun:
    """Look at what could be installed. A pack that serves more engines comes first."""
    engines: dict[str, list[Manifest]] = {}
    kinds: dict[str, str] = {}
    for manifest in manifests:
        kind = _best(manifest, here.devices)
        if kind and manifest.pack != APP_PACK and not manifest.hidden:
            pack = manifest.pack_for(kind)
            engines.setdefault(pack, []).append(manifest)
            kinds[pack] = min(kinds.get(pack, kind), kind, key=advice.ORDER.index)
    found = [_worth(here, pack, kinds[pack], tuple(served)) for pack, served in engines.items()]
    ordered = sorted((one for one in found if one), key=lambda one: (-len(one.engines), one.pack))
    return FirstRun(advice.plan(here.machine), tuple(ordered))


def _best(manifest: Manifest, devices: Iterable[Device]) -> str:
    return next((d.kind for d in devices if d.kind in manifest.accelerators and not d.on_request), "")


def _worth(here: Here, pack_id: str, accelerator: str, engines: tuple[Manifest, ...]) -> Worth | None:
    system = interpreters.system_name()
    try:
        pack = here.packs.pack(pack_id)
        flavour = pack.flavour(accelerator, system, _source(here, accelerator))
    except StudioError:  # there is none for this system, or its files are damaged: then it is worth nothing here
        return None
    target = Target(system, f"{pack.python[0]}.0", here.machine.processor)
    state = here.environments.state(pack_id)
    marker = here.environments.marker(pack_id)
    return Worth(
        pack_id,
        pack.title,
        accelerator,
        engines,
        state,
        _download(pack, flavour, here.packs, target),
        marker.accelerator if marker else "",
    )


def _source(here: Here, accelerator: str) -> str:
    return next((a.source for a in advice.plan(here.machine) if a.accelerator == accelerator and a.card), "")


def _download(pack: Pack, flavour: Flavour, packs: Packs, target: Target) -> int:
    def size(pins: tuple[Pin, ...]) -> list[int]:
        return [packs.package(pin.name, pin.version).size(target) for pin in pins_for(pins, target)]

    torch = size(flavour.lock)
    return sum(size(pack.lock)) + (sum(torch) if torch and all(torch) else max(sum(torch), flavour.bytes))
