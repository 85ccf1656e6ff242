"""How a picture was made, by whatever program, and what of it an engine here can follow. Any thread."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from studio.domain import picture_recipe
from studio.domain.picture_recipe import PictureRecipe
from studio.engines.manifest import Manifest
from studio.engines.params import Param
from studio.errors import StudioError
from studio.services.helper import HelperHost

# What other programs call the models that we have, in letters and digits.
_MODELS = {
    "v15pruned": "sd-1.5", "v15prunedemaonly": "sd-1.5", "stablediffusion15": "sd-1.5",
    "stablediffusionv15": "sd-1.5", "sdxlbase10": "sdxl-1.0", "stablediffusionxlbase10": "sdxl-1.0",
    "sdxlbase1009vae": "sdxl-1.0", "sdxlturbo10": "sdxl-turbo", "sdxlturbo": "sdxl-turbo",
    "flux1schnell": "flux.1-schnell", "fluxschnell": "flux.1-schnell",
}  # fmt: skip
_PRECISION = ("fp16", "fp32", "bf16", "fp8")


@dataclass(frozen=True)
class Fitted:
    """A recipe as an engine here can follow it."""

    params: dict[str, object]  # of those that the engine has, within their ranges
    seed: int  # -1 where none is told
    model: str  # one of the engine's own, "" where it has no such
    other: str  # the model that it was made with, where that is none of the engine's own
    notes: tuple[str, ...]  # what is another than it was


def read_picture_recipe(pictures: HelperHost, path: Path) -> PictureRecipe:
    """Return how a picture was made; raise StudioError where it is none, or does not tell."""
    with pictures.task("how_made", {"file": str(path.absolute())}) as done:
        made = cast("dict[str, Any] | None", done.facts.get("made"))
    if made is None:
        raise StudioError(
            f"{path.name} does not tell how it was made.",
            "Pictures by this studio, A1111 and its kin, InvokeAI and ComfyUI do, unless another program saved them.",
        )
    return picture_recipe.from_dict(made)


def fitted(
    recipe: PictureRecipe, engine: Manifest, loras: Collection[str] | None = None, *, chosen: bool = False
) -> Fitted:
    """Return what an engine can follow of a recipe; `loras` are those that are here, None where nobody looked.

    `chosen`: somebody names the model.
    """
    notes = [f"Not taken over: {what}." for what in recipe.lost]
    there = [one for one in recipe.loras if loras is None or one.name in loras]
    notes += [f"The LoRA {one.name} is not here; left out." for one in recipe.loras if one not in there]
    known = {param.name: param for param in engine.params}
    width, height = _size(recipe, known)
    if (width, height) != (recipe.width, recipe.height):
        notes.append(f"The size was {recipe.width}x{recipe.height}; {engine.title} takes {width}x{height}.")
    wanted: dict[str, object] = {
        "prompt": recipe.prompt,
        "negative": recipe.negative,
        "width": width,
        "height": height,
        "steps": recipe.steps,
        "guidance": recipe.guidance,
        "scheduler": recipe.scheduler or None,
        "strength": recipe.strength,
        "clip_skip": recipe.clip_skip,
        "lora": ", ".join(f"{one.name}:{one.strength:g}" for one in there) or None,
        **(recipe.more if recipe.engine == engine.id else {}),
    }
    params: dict[str, object] = {}
    for name, value in wanted.items():
        if value is None or value == "":
            continue
        fits, note = _fits(known.get(name), name, value, engine)
        if fits is not None:
            params[name] = fits
        if note:
            notes.append(note)
    model = _model(recipe.model, engine)
    digest = f" ({recipe.model_hash})" if recipe.model_hash else ""
    other = f"{recipe.model}{digest}" if recipe.model and not model and engine.choices and not chosen else ""
    if other:
        notes.append(f"It was made with the model {other}; choose the one you want.")
    seed = -1 if recipe.seed is None else recipe.seed
    return Fitted(params, seed, model, other, tuple(dict.fromkeys(notes)))


def _size(recipe: PictureRecipe, known: Mapping[str, Param]) -> tuple[int | None, int | None]:
    """Return the size, in the same shape, smaller where it is more than the engine takes and larger where it is less.

    Where a shape is beyond all that it takes, the longer side fits.
    """
    if not recipe.width or not recipe.height:
        return None, None
    told = {"width": recipe.width, "height": recipe.height}
    sides = [(known[name], side) for name, side in told.items() if name in known]
    least = max((param.lowest / side for param, side in sides if param.lowest), default=0.0)
    most = min((param.max / side for param, side in sides if param.max), default=math.inf)
    scale = min(max(1.0, least), most)
    if scale == 1.0:
        return recipe.width, recipe.height
    return max(1, round(recipe.width * scale)), max(1, round(recipe.height * scale))


def _fits(param: Param | None, name: str, value: object, engine: Manifest) -> tuple[object | None, str]:
    """Return a value as the engine takes it, the nearest where it goes beyond, and what there is to say."""
    if param is None:
        silent = name in {"strength", "clip_skip"} and not value
        return None, "" if silent else f"{engine.title} has no {name}; left out."
    if not param.problem(value):
        return value, ""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and param.type in {"int", "float"}:
        nearest = max(param.lowest, min(param.max, value)) if None not in {param.lowest, param.max} else value
        if not param.problem(nearest):
            return nearest, f"{name} was {value}; {engine.title} takes {nearest}."
    return None, f"{engine.title} does not take {name} {str(value)[:60]!r}; left out."


def _model(name: str, engine: Manifest) -> str:
    """Return which of the engine's own models is meant."""
    if engine.choice(name):
        return name
    key = _letters(name)
    for ending in _PRECISION:
        key = key.removesuffix(ending)
    found = _MODELS.get(key, "")
    titled = (model.id for model in engine.choices if key and key == _letters(model.title))
    return found if engine.choice(found) else next(titled, "")


def _letters(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
