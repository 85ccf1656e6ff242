"""What the room of pictures knows without widgets: sizes, seeds, what is asked for. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.domain import seeds
from studio.engines.manifest import Manifest
from studio.engines.params import Param
from studio.services.tasks.image import ENLARGING_STRENGTH
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
STRONGEST = 10.0  # that engines make a LoRA
USUAL = 2.0  # that a slider makes one, where it is no more already; more mostly breaks pictures
_ONLY_WITH_A_PICTURE = ("fit", "place", "upscale")
_ROOM_HAS_ITS_OWN = ("strength", "lora")


@dataclass(frozen=True)
class Lora:
    """A LoRA with its strength."""

    name: str
    strength: float = 1.0


def presets_of(engine: Manifest) -> list[tuple[str, int, int]]:
    """Return the sizes that an engine can make; none where it lets nobody choose."""
    width, height = _param(engine, "width"), _param(engine, "height")
    if width is None or height is None:
        return []
    return [(name, w, h) for name, w, h in PRESETS if not width.problem(w) and not height.problem(h)]


def starts_from_picture(engine: Manifest) -> bool:
    """Whether an engine takes a picture to start from: then it says how far to go from it, or makes it larger."""
    return _param(engine, "strength") is not None or enlarges(engine)


def has_count(engine: Manifest) -> bool:
    """Whether an engine makes several pictures in one job."""
    return _param(engine, "count") is not None


def without_use(engine: Manifest) -> tuple[str, ...]:
    """Return the parameters that the form does not show: the room has its own place for them."""
    return tuple(param.name for param in engine.params if param.name in _ROOM_HAS_ITS_OWN)


def takes_loras(engine: Manifest) -> bool:
    """Whether an engine takes LoRAs."""
    return _param(engine, "lora") is not None


def continues(engine: Manifest) -> bool:
    """Whether an engine paints what is clear in the picture that it starts from."""
    fit = _param(engine, "fit")
    return fit is not None and "outpaint" in fit.choices


def enlarges(engine: Manifest) -> bool:
    """Whether an engine makes a picture larger."""
    return _param(engine, "upscale") is not None


def only_enlarges(engine: Manifest) -> bool:
    """Whether an engine makes pictures larger and does nothing else: it reads no words and throws no dice."""
    return enlarges(engine) and all(_param(engine, name) is None for name in PROMPTS)


def enlarging(engine: Manifest, values: Mapping[str, Any], made_from: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with which a picture becomes twice as large, and stays what it is: its own words go with it."""
    words = {name: prompt_of(made_from) for name in PROMPTS} | {"negative": str(made_from.get("negative", ""))}
    wanted = {"upscale": "2", "strength": ENLARGING_STRENGTH, "count": 1, "fit": "crop"}
    found = {name: value for name, value in wanted.items() if _param(engine, name) is not None}
    return found | {name: text for name, text in words.items() if name in values}


def needs_prompt(values: Mapping[str, Any], *, started: bool) -> bool:
    """Whether there is nothing to go by without words: a picture that is made larger shows itself."""
    return not (started and values.get("upscale", "no") != "no")


def sides(engine: Manifest) -> tuple[int, int]:
    """Return the least and the most pixels a side that an engine makes; most is 0 where nobody chooses."""
    found = [param for name in ("width", "height") if (param := _param(engine, name)) is not None]
    if len(found) < 2:
        return 0, 0
    return int(max(p.min or 1 for p in found)), int(min(p.max or 2048 for p in found))


def shown_in_mode(name: str, values: Mapping[str, Any], *, started: bool) -> bool:
    """Whether a field means anything: with a picture to start from or without, continued or not."""
    if name == "place":
        return started and values.get("fit") == "outpaint"
    return started or name not in _ONLY_WITH_A_PICTURE


def in_mode(engine: Manifest, values: Mapping[str, Any], *, started: bool) -> dict[str, Any]:
    """Return the values, those that mean nothing now as the engine has them by itself."""
    own = {param.name: param.default for param in engine.params}
    return {
        name: value if shown_in_mode(name, values, started=started) else own[name] for name, value in values.items()
    }


def loras_in(text: str) -> tuple[Lora, ...]:
    """Read what an engine is given: `paper-cut:0.8, ink`. What is no number counts as one."""
    found: dict[str, Lora] = {}
    for part in (part.strip() for part in text.split(",")):
        name, _, strength = part.partition(":")
        if name.strip():
            found.setdefault(name.strip(), Lora(name.strip(), _strength(strength)))
    return tuple(found.values())


def too_strong(text: str) -> list[tuple[str, str]]:
    """Return LoRAs with their strengths, as they are spelled, that are more than engines take."""
    spelled = [(name.strip(), rest.strip()) for name, _, rest in (part.partition(":") for part in text.split(","))]
    return [(name, given) for name, given in spelled if name and abs(_number(given)) > STRONGEST]


def loras_to_text(loras: tuple[Lora, ...]) -> str:
    """Spell LoRAs as an engine is given them."""
    return ", ".join(f"{one.name}:{one.strength:g}" for one in loras)


def _strength(text: str) -> float:
    return max(-STRONGEST, min(STRONGEST, _number(text)))


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 1.0
    return found if math.isfinite(found) else 1.0


def wishes(
    engine: Manifest,
    values: Mapping[str, Any],
    *,
    seed: int,
    init: Mapping[str, Any],
    count: int = 1,
    rights: Mapping[str, str] | None = None,
) -> list[Wish]:
    """Return what is asked for; where the engine makes one picture a job, several jobs with a seed each."""
    own = [seeds.of_take(seed, number) for number in range(1 if has_count(engine) or only_enlarges(engine) else count)]
    one = Wish(task="image", engine=engine.id, params=dict(values), files=dict(init), rights=dict(rights or {}))
    return [replace(one, seed=each) for each in own]


def caption(facts: Mapping[str, Any], recipe: Mapping[str, Any]) -> str:
    """Return what stands below a picture: its size and the way it was painted."""
    params: Mapping[str, Any] = recipe.get("params") or {}
    width, height = facts.get("width"), facts.get("height")
    parts = (
        f"{width} × {height}" if width and height else "",
        str(params.get("style", "") if params.get("style") != "auto" else ""),
    )
    return " · ".join(part for part in parts if part)


def prompt_name(values: Mapping[str, Any]) -> str:
    """Return what an engine calls the words; "" where it takes none."""
    return next((name for name in PROMPTS if name in values), "")


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
