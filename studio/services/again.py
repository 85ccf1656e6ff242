"""Making a file again from the recipe in it, and saying how the two differ. The calling thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain.recipe import Recipe
from studio.domain.requests import Gaps, Target
from studio.errors import StudioError
from studio.services.generation import Generation, Wish
from studio.services.sound import SoundHost

_TOLD = ("engine_version", "model", "revision", "device", "precision", "params", "licence", "rungs")


@dataclass(frozen=True)
class Verdict:
    """How a file and its repetition compare."""

    verdict: str  # identical, similar or different
    changed: tuple[str, ...]  # what of the recipe, or of the sound's form, is another


def ask(generation: Generation, recipe: Recipe, target: Target, *, device: str = "") -> int:
    """Queue the recipe's work again; return the job."""
    if recipe.task != "speech":
        raise StudioError(
            f"This file was made by {recipe.task}, which cannot be made again from the file alone.",
            "`studio export` makes an export again from its project." if recipe.task == "export" else "",
        )
    gaps = recipe.gaps
    return generation.speak(
        Wish(
            script=recipe.script,
            engine=recipe.engine,
            voices=dict(recipe.cast),
            params=dict(recipe.params),
            seed=recipe.seed,
            device=device,
            gaps=Gaps(**{name: gaps[name] for name in ("sentence", "turn") if name in gaps}),
            target=target,
        )
    )


def compare(sound: SoundHost, old: Path, new: Path, recipe: Recipe, made: dict[str, Any]) -> Verdict:
    """Compare two files sample by sample, and the recipes behind them."""
    before = recipe.to_dict()
    changed = [name for name in _TOLD if before.get(name) != made.get(name)]
    with sound.task("compare", {"a": str(old), "b": str(new)}) as done:
        verdict = str(done.facts.get("verdict", "different"))
        changed += [str(name) for name in done.facts.get("changed", [])]
    return Verdict(verdict, tuple(changed))
