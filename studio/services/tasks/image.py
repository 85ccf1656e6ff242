"""Pictures. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.services.tasks.work import PICTURES, Plan, Role, Work, nothing_more

_MEGAPIXEL = 1_000_000


def plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Say how much work it is: so many pictures of so many points."""
    del manifest, identity
    points = float(request.params.get("width", 1)) * float(request.params.get("height", 1))
    return Plan(inputs={"text": ""}, units=points * float(request.params.get("count", 1)) / _MEGAPIXEL)


WORK = Work(
    "image",
    nothing_more,
    plan,
    PICTURES,
    {
        "init": Role("picture", "the picture to start from", terms_of="the picture"),
        "mask": Role("picture", "where to paint"),
    },
    size=lambda params: f"{params['width']}x{params['height']}" if {"width", "height"} <= params.keys() else "",
)
