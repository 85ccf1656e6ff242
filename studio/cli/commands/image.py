"""`studio image`."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.cli.picture_grid import make_grid
from studio.domain.picture_recipe import PictureRecipe
from studio.errors import StudioError
from studio.services import lora_shelf, picture_recipes
from studio.services.generation import MODEL
from studio.services.tasks.image import ENLARGING_STRENGTH
from studio.services.tasks.work import Wish

_SIZE = re.compile(r"(\d{1,9})\s*[xX×*]\s*(\d{1,9})")
_EXAMPLE = 'For example: studio image "a lighthouse in a storm" --size 1024x768 -o out.png'
_OF_THE_WHOLE = ("width", "height", "strength")  # of a picture that is enlarged: for its tiles they are others


def run(args: Namespace, out: Output) -> int:
    """Make pictures."""
    _check(args)
    width, height = _size(args.size)
    target = target_of(args, "image")
    files = {role: Path(name) for role, name in (("init", args.init), ("mask", args.mask)) if name}
    studio = open_studio(args, out)
    try:
        params = params_of(
            args, prompt=args.prompt if args.prompt.strip() else None, negative=args.negative, width=width,
            height=height, count=args.count, steps=args.steps, title=args.title, style=args.style, upscale=args.upscale,
        )  # fmt: skip
        wish, told = _like(studio, wish_of(args, "image", params=params, files=files, target=target), args, out)
        _check_steps(studio, wish)
        data = make_grid(studio, wish, args, out) if args.grid else make(studio, wish, args, out)
    finally:
        studio.close()
    if data is not None:
        if told:
            data["like"] = told.to_dict()
        out.result(data, "\n".join(_line(made) for made in data["outputs"]))
    return 0


def _check(args: Namespace) -> None:
    if not args.prompt.strip() and not args.like and not args.upscale:
        raise StudioError("The prompt is empty.", _EXAMPLE)
    if args.upscale and not args.init:
        raise StudioError("--upscale needs a picture.", "Name it with --init.")
    if args.seeds is not None and not args.grid:
        raise StudioError("--seeds is for a --grid.", "Add --grid, or use --count.")


def _like(studio: Studio, wish: Wish, args: Namespace, out: Output) -> tuple[Wish, PictureRecipe | None]:
    """Add how a picture was made to what is asked for; what was asked for goes first."""
    told = _told(studio, args)
    known = told is not None and any(engine.id == told.engine for engine in studio.registry.able("image"))
    wish = replace(wish, engine=wish.engine or (told.engine if told and known and args.like else ""))
    engine = studio.generation.engine_for(wish)
    params = dict(wish.params)
    if args.upscale and any(param.name == "strength" for param in engine.params):
        params.setdefault("strength", ENLARGING_STRENGTH)
    if told is None:
        return replace(wish, params=params), None
    chosen, here = MODEL in params, lora_shelf.loras_here(studio.paths)
    found = picture_recipes.fitted(told, engine, here, chosen=chosen)
    if found.other and args.like and studio.readiness.models.missing(engine):
        own = ", ".join(model.id for model in engine.choices)
        raise StudioError(
            f"The picture was made with the model {found.other}, which {engine.title} does not bring.",
            f"Say where it lies: --set {MODEL}=DIR; or take one of its own, such as {own}.",
        )
    out.tell(_summary(told))
    for note in found.notes if args.like else ():
        out.tell(f"note: {note}")
    if found.other and args.like:
        out.tell(f"note: --set {MODEL}=DIR names its folder.")
    taken = {name: value for name, value in found.params.items() if not (args.upscale and name in _OF_THE_WHOLE)}
    seed = found.seed if wish.seed == -1 and args.like else wish.seed
    model = "" if chosen else found.model
    return replace(wish, params={**taken, **params}, seed=seed, model=model), told


def _told(studio: Studio, args: Namespace) -> PictureRecipe | None:
    """Return how the picture was made that is to be like, or that is enlarged without words of its own."""
    if args.like:
        return picture_recipes.read_picture_recipe(studio.pictures, Path(args.like))
    if not args.upscale or args.prompt.strip():
        return None
    try:
        return picture_recipes.read_picture_recipe(studio.pictures, Path(args.init))
    except StudioError:  # it does not tell, or is none, which is said when it is taken in
        return None


def _summary(told: PictureRecipe) -> str:
    facts = (
        ("seed", told.seed), ("steps", told.steps), ("guidance", told.guidance), ("scheduler", told.scheduler or None),
        ("size", f"{told.width}x{told.height}" if told.width else None), ("model", told.model or None),
        ("LoRA", ", ".join(f"{one.name}:{one.strength:g}" for one in told.loras) or None),
    )  # fmt: skip
    words = " ".join(told.prompt.split())
    shown = words if len(words) <= 80 else f"{words[:79]}…"
    return f"{told.source}: “{shown}”" + "".join(f", {name} {value}" for name, value in facts if value is not None)


def _size(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise StudioError(f"--size {text[:40]!r} is no width and height.", _EXAMPLE)
    return int(found[1]), int(found[2])


def _check_steps(studio: Studio, wish: Wish) -> None:
    """Say in words that an engine works without steps; its list of parameters would not tell why."""
    engine = studio.generation.engine_for(wish)
    if "steps" in wish.params and not any(param.name == "steps" for param in engine.params):
        raise StudioError(f"{engine.title} paints without steps.", "Leave out --steps, or name another engine.")


def _line(made: dict[str, Any]) -> str:
    size = f"{made['width']} × {made['height']}, " if "width" in made and "height" in made else ""
    label = f"{made['label']}, " if made.get("label") else ""
    return f"{made['path']}: {label}{size}seed {made['recipe']['seed']}"
