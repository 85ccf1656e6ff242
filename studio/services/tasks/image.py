"""Pictures, each of several with the key of what decides about it. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.domain import recipe
from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.services.tasks.work import PICTURES, Plan, Role, Work, nothing_more

ENLARGING_STRENGTH = 0.3
"""Enough to add finer lines to a picture that becomes larger, too little for other things."""
_MEGAPIXEL = 1_000_000
# What the ladder may change between two pictures of a job: each says of itself under what it was made.
_ITS_OWN = frozenset({"device", "precision"})


def plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Say how much work it is, so many pictures of so many points, and name each of several."""
    del manifest
    count = int(request.params.get("count", 1))
    points = float(request.params.get("width", 1)) * float(request.params.get("height", 1))
    # The only one is whole when the job is.
    keys = tuple(_key(request, identity, number) for number in range(count)) if count > 1 else ()
    return Plan(
        inputs={"text": "", "keys": list(keys)},
        keys=keys,
        parts=len(keys),
        units=points * count / _MEGAPIXEL,
    )


def _key(request: Request, identity: dict[str, Any], number: int) -> str:
    """Name a picture by all that decides about it; what was in a LoRA's file, it says itself."""
    together = request.params.get("batch", 1) != 1  # then the others decide about the last bits
    alike = {"preview"} if together else {"preview", "count"}
    return recipe.key_of(
        {
            "picture": [request.seed, number],  # which make the seed of its own
            "params": {name: value for name, value in request.params.items() if name not in alike},
            "files": request.files,
            "on": request.device,
            **{name: value for name, value in identity.items() if name not in _ITS_OWN},
        }
    )


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
    part="picture",
)
