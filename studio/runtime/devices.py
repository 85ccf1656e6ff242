"""Which devices there are, found without loading any driver. Any thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.runtime import device_variables
from studio.runtime.detection import host_memory
from studio.runtime.detection.advice import ORDER, Advice, plan
from studio.runtime.detection.found import Machine
from studio.runtime.detection.sources import Sources

HOST = "local"
GOOD, PARTLY = "good", "partly"  # what a probe says of a device that may be used
TRUSTED = frozenset({GOOD, PARTLY})
PASSED_OVER = "the better device failed its probe"


@dataclass(frozen=True)
class Device:
    """A place that can compute. Its id carries the host: `local/cpu`."""

    id: str
    name: str
    kind: str
    memory: int  # bytes, 0 when not known
    driver: str = ""
    gfx: str = ""  # AMD: the instructions it runs
    index: int = 0  # among the cards of its maker
    address: str = ""  # on the bus, or NVIDIA's UUID: by it the card is found again
    integrated: bool = False  # uses the computer's memory
    on_request: bool = False  # only where the user names it
    proven: dict[str, str] = field(default_factory=dict[str, str])  # by pack: the verdict of its probe
    environment: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Choice:
    """Where an engine would run, and why."""

    device: Device
    why: str


def choose(manifest: Manifest, devices: Iterable[Device], *, wanted: str, allow_cpu: bool) -> Choice:
    """Pick the device for an engine; raise StudioError when the user's wish leaves none."""
    everything = tuple(devices)
    suitable = [d for d in everything if d.kind in manifest.accelerators and not d.on_request]
    usable = [d for d in suitable if d.kind == "cpu" or d.proven.get(manifest.pack_for(d.kind), GOOD) in TRUSTED]
    if wanted:
        named = [d for d in everything if wanted in {d.id, d.id.partition("/")[2], d.kind}]
        if not named:
            have = ", ".join(d.id for d in everything)
            raise StudioError(f"There is no device {wanted!r} here.", f"There are: {have}.")
        usable = [d for d in named if d.kind in manifest.accelerators]
        if not usable:
            kinds = ", ".join(manifest.accelerators)
            raise StudioError(f"The engine {manifest.id} does not run on {named[0].id}.", f"It runs on: {kinds}.")
    if not allow_cpu:
        usable = [d for d in usable if d.kind != "cpu"]
        if not usable:
            raise StudioError(
                f"The engine {manifest.id} finds no device here but the CPU, and the CPU is not allowed.",
                "Leave out --no-cpu (or set engines.allow_cpu to yes) to let it run on the CPU.",
            )
    if not usable:
        raise StudioError(f"No device here suits the engine {manifest.id}.", "`studio devices` shows what is here.")
    best = usable[0]
    if not wanted and best is not suitable[0]:
        return Choice(best, PASSED_OVER)
    return Choice(best, _why(manifest, wanted=wanted, only_one=len(everything) == 1))


def _why(manifest: Manifest, *, wanted: str, only_one: bool) -> str:
    if wanted:
        return "as you asked"
    if manifest.accelerators == ("cpu",):
        return "it is made for the CPU"
    return "the only device found" if only_one else "the fastest device it can use"


def devices_of(machine: Machine, sources: Sources) -> tuple[Device, ...]:
    """Return the devices of a machine that was looked at, the best first; its processor is always among them."""
    counts: dict[str, int] = {}
    found: list[Device] = []
    for advice in plan(machine):
        for kind, on_request in _kinds(advice):
            number = counts.get(kind, 0)
            if kind == "directml" and number:  # it has no way to name one of several
                continue
            counts[kind] = number + 1
            found.append(_device(advice, machine, kind, number, on_request=on_request))
    memory = host_memory.read(sources)[0]
    found.append(Device(f"{HOST}/cpu", host_memory.processor_name(sources), "cpu", memory))
    return tuple(sorted(found, key=lambda d: (d.on_request, ORDER.index(d.kind))))


def _kinds(advice: Advice) -> Iterator[tuple[str, bool]]:
    if advice.accelerator != "cpu":
        yield advice.accelerator, False
    for kind in advice.also:
        yield kind, True


def _device(advice: Advice, machine: Machine, kind: str, number: int, *, on_request: bool) -> Device:
    card = advice.card
    if card is None:
        raise ValueError("an advice without a card names no device but the processor")
    return Device(
        id=f"{HOST}/{kind}{number}",
        name=card.name,
        kind=kind,
        memory=card.memory,
        driver=card.driver,
        gfx=card.gfx,
        index=card.index,
        address=card.uuid or card.address,
        integrated=card.integrated,
        on_request=on_request,
        environment=device_variables.of(card, kind, machine.system),
    )
