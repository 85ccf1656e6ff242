"""What there is to work with: engines, their voices, and where each would run. Any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio.engines.manifest import Manifest
from studio.engines.registry import Entry, Registry
from studio.errors import StudioError
from studio.runtime.devices import Device
from studio.services import readiness as readiness_of
from studio.services.readiness import Readiness
from studio.settings import Engines

READY, NO_ENVIRONMENT, NO_RUNNER, NO_MODEL, BROKEN = "ready", "environment", "runner", "model", "broken"
NOT_HERE, NOT_IT, NO_CPU, NONE = "not_here", "not_it", "no_cpu", "none"


@dataclass(frozen=True)
class Row:
    """An engine for a list in a window. `state` is whether it can work, `hindered` why it has no device."""

    id: str
    entry: Entry
    state: str
    size: int
    device: Device | None = None
    why: str = ""
    hindered: str = ""


def rows(registry: Registry, readiness: Readiness, settings: Engines) -> list[Row]:
    """Return every engine that is for users, the broken ones too, with where it would run."""
    made: list[Row] = []
    for entry in listed(registry, hidden=False):
        m = entry.manifest
        if m is None:
            made.append(Row(entry.id, entry, BROKEN, 0))
            continue
        size = sum(model.bytes for model in m.models)
        wanted, allow_cpu = readiness_of.wanted(m, settings), settings.allow_cpu
        state = _state(m, readiness)
        try:
            choice = readiness.choose(m, wanted=wanted, allow_cpu=allow_cpu)
            made.append(Row(entry.id, entry, state, size, choice.device, choice.why))
        except StudioError as e:
            hindered = _hindrance(m, readiness.devices, wanted=wanted, allow_cpu=allow_cpu)
            made.append(Row(entry.id, entry, state, size, None, e.message, hindered))
    return made


def lacking_nonverbals(manifest: Manifest, known: Iterable[str]) -> list[str]:
    """Return the sounds beside words that an engine for speech does not make."""
    return sorted(set(known) - set(manifest.nonverbals)) if "speech" in manifest.tasks else []


def describe(entry: Entry, readiness: Readiness) -> dict[str, Any]:
    """Return the object that lists print for an engine."""
    m = entry.manifest
    if m is None:
        return {
            "id": entry.id, "title": entry.id, "tasks": [], "builtin": entry.builtin, "pack": None,
            "environment": "broken", "models": "none", "usable": False, "error": entry.error, "licence": {},
            "accelerators": [], "size": 0,
        }  # fmt: skip
    return {
        "id": m.id,
        "title": m.title,
        "tasks": list(m.tasks),
        "builtin": entry.builtin,
        "pack": m.pack,
        "environment": readiness.environment(m),
        "models": readiness.models.state(m),
        "usable": _state(m, readiness) == READY,
        "error": None,
        "licence": {
            "code": m.licence.code,
            "weights": m.licence.weights,
            "commercial": m.licence.commercial,
            "url": m.licence.url,
        },
        "accelerators": list(m.accelerators),
        "size": sum(model.bytes for model in m.models),
    }


def details(entry: Entry, readiness: Readiness) -> dict[str, Any]:
    """Return everything about an engine: what its description says, as a form or a reader needs it."""
    m = entry.manifest
    if m is None:
        return describe(entry, readiness)
    return describe(entry, readiness) | {
        "summary": m.summary,
        "version": m.version,
        "nonverbals": list(m.nonverbals),
        "voices": [voice(m, v.id) for v in m.voices],
        "params": [
            {"name": p.name, "type": p.type, "default": p.default, "min": p.min, "max": p.max,
             "least": p.least, "choices": list(p.choices), "title": p.title, "help": p.help}
            for p in m.params
        ],
        "models_known": [
            {"id": x.id, "title": x.title, "revision": x.revision, "sha256": x.sha256, "licence": x.licence,
             "bytes": x.bytes, "bundled": x.bundled, "defaults": x.defaults}
            for x in m.models
        ],
    }  # fmt: skip


def listed(registry: Registry, *, hidden: bool) -> list[Entry]:
    """Return the engines for lists; those for tests only on request."""
    return [e for e in registry.entries() if hidden or not (e.manifest and e.manifest.hidden)]


def voice(manifest: Manifest, voice_id: str) -> dict[str, Any]:
    """Return the object that lists print for a voice."""
    found = manifest.voice(voice_id)
    if found is None:
        raise StudioError(f"The engine {manifest.id} has no voice {voice_id!r}.")
    return {
        "name": found.id, "title": found.title, "engine": manifest.id, "language": found.language, "sex": found.sex,
        "accent": found.accent, "note": found.note,
    }  # fmt: skip


def voices(registry: Registry, engine: str) -> list[dict[str, Any]]:
    """Return all voices, or those of one engine."""
    chosen = [registry.manifest(engine)] if engine else registry.able()
    return [voice(m, v.id) for m in chosen for v in m.voices]


def plan(registry: Registry, readiness: Readiness, settings: Engines, *, wanted: str) -> list[dict[str, Any]]:
    """Say for each engine where it would run and why, or why it would not; `wanted` is a device for all of them."""
    rows: list[dict[str, Any]] = []
    for m in registry.manifests():
        if m.hidden:
            continue
        try:
            where = wanted or readiness_of.wanted(m, settings)
            choice = readiness.choose(m, wanted=where, allow_cpu=settings.allow_cpu)
            rows.append({"engine": m.id, "device": choice.device.id, "why": choice.why})
        except StudioError as e:
            rows.append({"engine": m.id, "device": None, "why": e.message})
    return rows


def _hindrance(manifest: Manifest, found: tuple[Device, ...], *, wanted: str, allow_cpu: bool) -> str:
    named = [d for d in found if not wanted or wanted in {d.id, d.id.partition("/")[2], d.kind}]
    usable = [d for d in named if d.kind in manifest.accelerators]
    if not named:
        return NOT_HERE
    if not usable:
        return NOT_IT if wanted else NONE
    return NONE if allow_cpu else NO_CPU


def _state(manifest: Manifest, readiness: Readiness) -> str:
    if readiness.environment(manifest) != readiness_of.READY:
        return NO_ENVIRONMENT
    if not manifest.has_runner:
        return NO_RUNNER
    return NO_MODEL if readiness.models.state(manifest) == readiness_of.MISSING else READY
