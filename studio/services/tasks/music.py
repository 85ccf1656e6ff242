"""A piece of music. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.tasks.work import SOUNDS, Plan, Wish, Work
from studio.settings import Settings

MOST_LYRICS = 1_000_000  # characters


def prepare(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Take the lyrics, if there are any."""
    del manifest, settings
    if len(wish.script) > MOST_LYRICS:
        raise StudioError(
            f"The lyrics have {len(wish.script):,} characters; a song takes at most {MOST_LYRICS:,}.", "Shorten them."
        )
    return {"script": wish.script}


def plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Give the engine the lyrics; the work grows with the length."""
    del manifest, identity
    return Plan(inputs={"text": request.script}, units=float(request.params.get("duration", 1.0)))


WORK = Work("audio", prepare, plan, SOUNDS)
