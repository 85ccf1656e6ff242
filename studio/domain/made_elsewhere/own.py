"""Our own recipe as one that another picture can be made with. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from studio.domain import recipe as recipes
from studio.domain.picture_recipe import OWN, Findings, PictureRecipe, Plain, name_of

_TASK = "image"
_TAKEN = frozenset({
    "prompt", "negative", "width", "height", "steps", "guidance", "scheduler", "strength", "lora", "clip_skip",
    "count", "batch", "model", "upscale",
})  # fmt: skip
_MOST = 50  # further parameters
_LONGEST_NAME, _LONGEST = 60, 2_000


def read(table: Mapping[str, Any]) -> PictureRecipe | None:
    """Read the recipe inside a picture of ours; None where it is another's, or damaged."""
    made = recipes.from_dict(dict(table))
    if made is None or made.task != _TASK:
        return None
    params = made.params
    found = Findings(OWN)
    found.texts(params.get("prompt"), params.get("negative"))
    found.seed(made.seed)
    found.steps(params.get("steps"))
    found.guidance(params.get("guidance"))
    if params.get("scheduler") != "auto":
        found.sampled((name_of(params.get("scheduler"), _LONGEST_NAME), ""))
    if params.get("upscale", "no") == "no":
        found.size(params.get("width"), params.get("height"))
    else:
        found.lose("that it was enlarged")
    found.clip_skip(params.get("clip_skip"))
    found.model(made.model)
    for part in str(params.get("lora") or "").split(","):
        name, _, strength = part.partition(":")
        found.lora(name.strip(), strength.strip() or 1.0, made.loras.get(name.strip(), ""))
    if made.files:
        found.strength(params.get("strength"))
        found.lose("the picture that it started from")
    found.own(made.engine, dict(islice(_further(params), _MOST)))
    return found.recipe()


def _further(params: Mapping[str, Plain]) -> Iterator[tuple[str, Plain]]:
    """Yield what only the engine knows, as far as a form could hold it."""
    for name, value in params.items():
        short = len(name) <= _LONGEST_NAME and (not isinstance(value, str) or len(value) <= _LONGEST)
        if name not in _TAKEN and short:
            yield name, value
