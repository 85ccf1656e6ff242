"""What the room of pictures knows without widgets: sizes, seeds, what is asked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.domain import seeds
from studio.engines.manifest import Manifest
from studio.engines.params import Param
from studio.services.tasks.work import Wish

PRESETS = (
    ("Square", 768, 768),
    ("Square, large", 1024, 1024),
    ("Portrait", 640, 960),
    ("Landscape", 960, 640),
    ("Wide", 1280, 720),
    ("Tall", 720, 1280),
    ("Cover", 1400, 1400),
)
PROMPTS = ("prompt", "text", "caption")
EXAMPLE = "mountains at sunset, three pines, a lake"


def presets_of(engine: Manifest) -> list[tuple[str, int, int]]:
    """Return the sizes that an engine can make; none where it lets nobody choose."""
    width, height = _param(engine, "width"), _param(engine, "height")
    if width is None or height is None:
        return []
    return [(name, w, h) for name, w, h in PRESETS if not width.problem(w) and not height.problem(h)]


def starts_from_picture(engine: Manifest) -> bool:
    """Whether an engine takes a picture to start from: then it says how far to go from it."""
    return _param(engine, "strength") is not None


def has_count(engine: Manifest) -> bool:
    """Whether an engine makes several pictures in one job."""
    return _param(engine, "count") is not None


def without_use(engine: Manifest) -> tuple[str, ...]:
    """Return the parameters that the form does not show: the room has its own place for them."""
    return tuple(param.name for param in engine.params if param.name == "strength")


def wishes(
    engine: Manifest, values: Mapping[str, Any], *, seed: int, init: Mapping[str, Any], count: int = 1
) -> list[Wish]:
    """Return what is asked for; where the engine makes one picture a job, several jobs with a seed each."""
    own = [seeds.of_take(seed, number) for number in range(1 if has_count(engine) else count)]
    return [Wish(task="image", engine=engine.id, params=dict(values), seed=one, files=dict(init)) for one in own]


def caption(facts: Mapping[str, Any], recipe: Mapping[str, Any]) -> str:
    """Return what stands below a picture: its size and the way it was painted."""
    params: Mapping[str, Any] = recipe.get("params") or {}
    width, height = facts.get("width"), facts.get("height")
    parts = (
        f"{width} × {height}" if width and height else "",
        str(params.get("style", "") if params.get("style") != "auto" else ""),
    )
    return " · ".join(part for part in parts if part)


def prompt_of(params: Mapping[str, Any]) -> str:
    """Return the words that a picture was made from."""
    return next((str(params[name]) for name in PROMPTS if params.get(name)), "")


def fitted(width: int, height: int, room_width: int, room_height: int) -> float:
    """Return how large a picture is shown to fit into a room; never larger than it is."""
    if not width or not height:
        return 1.0
    return min(1.0, room_width / width, room_height / height)


def _param(engine: Manifest, name: str) -> Param | None:
    return next((param for param in engine.params if param.name == name), None)
