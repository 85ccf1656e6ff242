"""Making a file again from the recipe in it, and saying how the two differ. The calling thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain.recipe import Recipe
from studio.domain.requests import EXPORT, Gaps, Target
from studio.errors import StudioError
from studio.services.generation import MODEL, Generation, Wish
from studio.services.makers import Makers
from studio.services.tasks.table import TASKS

_TOLD = ("engine_version", "model", "revision", "device", "precision", "params", "loras", "licence", "rungs")
_SHOWN = 40


@dataclass(frozen=True)
class Verdict:
    """How a file and its repetition compare."""

    verdict: str  # identical, similar or different
    changed: tuple[str, ...]  # what of the recipe, or of the sound's form, is another


def understood(stored: Mapping[str, Any], file: Path) -> Recipe:
    """Return what a file from anywhere says of itself, as far as it can be made again; else raise StudioError."""
    task = stored.get("task")
    if task == EXPORT:
        raise StudioError(
            f"{file.name} is an export, which cannot be made again from the file alone.",
            "`studio export` makes it again from its project.",
        )
    found = recipes.from_dict(stored)
    if found is None:
        raise StudioError(f"The recipe in {file.name} is not whole.", "It cannot be made again from this file.")
    if found.task not in TASKS:
        raise StudioError(
            f"{file.name} was made by {found.task[:_SHOWN]!r}, which this studio does not know.",
            "A newer studio may.",
        )
    if MODEL in found.params:  # a file from outside must not choose a folder to load a model from
        raise StudioError(
            f"The recipe in {file.name} names a folder of this computer to take a model from.",
            "Say what you want yourself: `studio speak --set model=DIR`.",
        )
    return found


def check_apart(old: Path, new: Path) -> None:
    """Raise StudioError where the repetition would take the place of what it is compared with."""
    try:
        same = old.samefile(new)
    except OSError:  # one of them is not there
        same = False
    if same:
        raise StudioError(f"{new} is the file itself.", "Choose another name with -o: the two are compared.")


def ask(
    generation: Generation,
    recipe: Recipe,
    target: Target | None,
    *,
    device: str = "",
    model: str = "",
    other_seed: bool = False,
) -> int:
    """Queue the recipe's work again; return the job. Without a target the result stays in the library.

    `model`: the folder or file of the user's that the recipe's model lies in; a recipe knows its name alone.
    """
    wish = replace(wish_of(recipe, other_seed=other_seed), device=device, target=target)
    if model:
        return generation.ask(replace(wish, params={**wish.params, MODEL: model}, model=""))
    return generation.ask(wish)


def wish_of(recipe: Recipe, *, other_seed: bool = False) -> Wish:
    """Return the wish for the same once more, or with another seed; by the same model, or not at all."""
    gaps = recipe.gaps
    speakers = set(recipe.cast)
    return Wish(
        task=recipe.task,
        script=recipe.script,
        engine=recipe.engine,
        voices=dict(recipe.cast),
        languages={speaker: code for speaker, code in recipe.languages.items() if speaker in speakers},
        pronunciations=recipe.pronunciations,
        seeds={} if other_seed else recipe.seeds,
        kept=recipe.files,
        transcripts=recipe.transcripts,
        rights=recipe.rights,
        params=dict(recipe.params),
        model=recipe.model,
        model_bound=True,
        seed=-1 if other_seed else recipe.seed,
        as_is=not other_seed,
        gaps=Gaps(**{name: gaps[name] for name in ("sentence", "turn") if name in gaps}),
    )


def compare(makers: Makers, old: Path, new: Path, recipe: Recipe, made: dict[str, Any]) -> Verdict:
    """Compare what two files show or sound like, and the recipes behind them."""
    before = recipe.to_dict()
    changed = [name for name in _TOLD if before.get(name) != made.get(name)]
    if makers.media == "text":
        return Verdict("identical" if old.read_bytes() == new.read_bytes() else "different", tuple(changed))
    host = makers.sound if makers.media == "audio" else makers.pictures
    with host.task("compare", {"a": str(old), "b": str(new)}) as done:
        verdict = str(done.facts.get("verdict", "different"))
        changed += [str(name) for name in done.facts.get("changed", [])]
    return Verdict(verdict, tuple(changed))
