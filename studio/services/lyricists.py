"""Which engine writes lyrics where nobody names one: a model that is ready goes before the sketch. Any thread."""

from __future__ import annotations

from collections.abc import Mapping

from studio.engines.registry import Registry
from studio.services.readiness import Readiness
from studio.settings import Settings

SKETCH = "verses"
_TASK = "lyrics"


def ready(registry: Registry, readiness: Readiness) -> dict[str, bool]:
    """Say of each engine that writes lyrics whether it can now: its packages and its model are here."""
    return {engine.id: readiness.hindrance(engine) is None for engine in registry.able(_TASK)}


def preferred(settings: Settings, can: Mapping[str, bool]) -> str:
    """Return the model that goes before the sketch; "" where the settings name an engine, or no model is ready."""
    if settings.defaults.lyrics != Settings().defaults.lyrics:
        return ""
    return next((name for name, is_ready in can.items() if is_ready and name != SKETCH), "")
