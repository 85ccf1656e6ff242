"""What the room shows, gathered off the window: engines and environments, devices, the plan, what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.app import Studio
from studio.engines.manifest import APP_PACK, Manifest, Model
from studio.errors import StudioError
from studio.runtime import memory
from studio.runtime.detection import advice
from studio.runtime.detection.advice import Advice
from studio.runtime.devices import Device
from studio.runtime.environments.marker import Marker
from studio.runtime.memory import Memory
from studio.services import engine_list, first_run
from studio.services.engine_list import Row
from studio.services.envelope import Experience
from studio.services.first_run import FirstRun, Here
from studio.services.models import Known, Models
from studio.services.proofs import Built, Proof, built, worth_probing


@dataclass(frozen=True)
class Environment:
    """The pack behind an engine, as it is here. `shared` are the other engines that live in it."""

    pack: str
    title: str
    state: str  # ready, missing, incomplete, broken
    marker: Marker | None = None
    shared: tuple[Manifest, ...] = ()


@dataclass(frozen=True)
class Chip:
    """A card, or the processor: what is planned, the device that came of it, and what probes found by environment."""

    name: str
    advised: Advice | None = None
    device: Device | None = None
    memory: Memory = field(default_factory=lambda: Memory(0, 0))
    places: tuple[tuple[Built, Proof | None], ...] = ()


@dataclass(frozen=True)
class Weights:
    """A model that is loaded from elsewhere, with all that it needs, as it is on disk."""

    known: Known
    state: str  # ready, partial, missing, unreachable
    size: int
    strange: bool  # another program loaded it
    unaccepted: tuple[Model, ...]  # it, or what it needs: their terms come first

    @property
    def title(self) -> str:
        """What it is called."""
        return self.known.model.title or self.known.model.id


@dataclass(frozen=True)
class Seen:
    """All of it."""

    rows: tuple[Row, ...]
    environments: Mapping[str, Environment]  # by engine
    chips: tuple[Chip, ...]
    plan: FirstRun
    learned: tuple[Experience, ...]
    weights: tuple[Weights, ...]
    folder: str  # where models are loaded to
    offline: bool  # no model may be loaded


def look(studio: Studio) -> Seen:
    """Look at everything. A thread of the pool."""
    rows = engine_list.rows(studio.registry, studio.readiness, studio.settings.engines)
    manifests = [row.entry.manifest for row in rows if row.entry.manifest]
    plan = first_run.plan(Here(studio.machine, studio.devices, studio.packs, studio.environments), manifests)
    environments = {m.id: _environment(studio, m, manifests) for m in manifests if m.pack != APP_PACK}
    models = studio.models
    return Seen(
        rows=tuple(rows),
        environments=environments,
        chips=_chips(studio),
        plan=plan,
        learned=_learned(studio),
        weights=tuple(_weights(models, k) for k in models.all() if k.model.repo and not k.model.part_of),
        folder=str(models.folder),
        offline=models.offline,
    )


def _learned(studio: Studio) -> tuple[Experience, ...]:
    """A database that broke costs this list, not the room."""
    try:
        return tuple(studio.envelope.proven())
    except StudioError:
        return ()


def _weights(models: Models, known: Known) -> Weights:
    every = [one for one in (known.model, *known.parts) if one.repo and not one.bundled]
    states = [models.look(one).state for one in every]
    # What it needs beside it counts: it is ready when all of it is, and begun when any of it is.
    state = states[0] if len(set(states)) == 1 else "unreachable" if "unreachable" in states else "partial"
    size = sum(sum(file.bytes for file in models.files(one)) or one.bytes for one in every)
    return Weights(known, state, size, models.is_strange(known.model), models.unaccepted(known))


def _environment(studio: Studio, manifest: Manifest, manifests: list[Manifest]) -> Environment:
    state = studio.readiness.environment(manifest)
    packs = dict.fromkeys(
        manifest.pack_for(d.kind) for d in studio.devices if d.kind in manifest.accelerators and not d.on_request
    ) or {manifest.pack: None}
    pack = next((p for p in packs if studio.environments.state(p) == state), next(iter(packs)))
    title = next((p.title for p in studio.packs.packs if p.id == pack), pack)
    shared = tuple(m for m in manifests if m.id != manifest.id and pack in {m.pack, *m.packs.values()})
    return Environment(pack, title, state, studio.environments.marker(pack), shared)


def _chips(studio: Studio) -> tuple[Chip, ...]:
    """Return the cards, the best first, then the processor."""
    places = built(studio.environments)

    def proofs(device: Device) -> tuple[tuple[Built, Proof | None], ...]:
        return tuple((p, studio.proofs.known(device, p)) for p in places if worth_probing(device, p))

    found: list[Chip] = []
    left = [d for d in studio.devices if d.kind != "cpu"]
    for advised in advice.plan(studio.machine):
        card = advised.card
        if card is None:
            continue
        own = [d for d in left if d.name == card.name and d.kind in {advised.accelerator, *advised.also}]
        for device in own[: 1 + len(advised.also)]:
            left.remove(device)
            found.append(Chip(card.name, advised, device, memory.read(device), proofs(device)))
        if not own:
            found.append(Chip(card.name, advised, None, Memory(card.memory, 0)))
    found += [Chip(d.name, None, d, memory.read(d), proofs(d)) for d in studio.devices if d.kind == "cpu"]
    return tuple(found)
