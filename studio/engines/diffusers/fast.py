"""Models and LoRAs that were made for a few steps: known by their names, and what they want. Standard library.

What is known: turbo, Lightning, Hyper, LCM and TCD. Each kind learnt to begin at the noisiest moment, which a model's
own scheduler may leave out where it was made for many steps. Flux has one scheduler for all, so only steps count there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_FEW_STEPS, _LITTLE_GUIDANCE = 8, 2.5
_SCHEDULERS = {  # that were made for the kind, or that it was taught by
    "turbo": "euler-ancestral-trailing",
    "lightning": "euler-trailing",
    "hyper": "ddim-trailing",
    "lcm": "lcm",
    "tcd": "tcd",
}
_ALONE = {"lcm", "tcd"}  # words that say nothing else; the others are also what pictures show
_COMPANY = {"sd", "sdv", "sdxl", "xl", "flux", "lora", "loras", "step", "steps", "unet", "cfg", "vae", "v", "e"}
_FOLLOWED = {"hyper"}  # also the beginning of other words: after it stands nothing, a number, or company
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_GLUED = re.compile(r"(sd|sdxl|xl)(turbo|lightning|hyper)")
_STEPS = re.compile(r"(?<!\d)(\d{1,2})[-_ ]?steps?(?![a-z])", re.I)
_HUB = "models--"


@dataclass(frozen=True)
class Fast:
    """Something that was made for a few steps."""

    name: str
    scheduler: str
    steps: int = 0  # that its name says; 0: it says none
    guided: bool = False  # it wants to be pushed towards the text as others are
    sample: bool = False  # it says what the picture is, not what the noise is


def of_model(named: Path, folder: Path, file: Path | None) -> Fast | None:
    """Look at the names of a model: what the user named, and its file or its folder."""
    hub = [part.rpartition("--")[2] for part in folder.parts if part.startswith(_HUB)]
    names = [named.name if named.is_dir() else "", *([file.stem] if file else [folder.name, *hub])]
    return next((found for name in names if (found := _of(name, lora=False))), None)


def of_loras(wanted: Sequence[tuple[str, float]]) -> Fast | None:
    """Look at the names of LoRAs that are felt."""
    return next((found for name, strength in wanted if strength > 0 and (found := _of(name, lora=True))), None)


def advice(fast: Fast, steps: int, guidance: float, *, flux: bool) -> Iterator[str]:
    """Say what would suit it better than what was asked for."""
    if fast.steps and steps != fast.steps:
        yield f"Steps that {fast.name} was made for: {fast.steps}."
    if not fast.steps and steps > _FEW_STEPS:
        yield f"Steps that {fast.name} was made for, at most: {_FEW_STEPS}."
    if guidance > _LITTLE_GUIDANCE and not fast.guided and not flux:
        yield f"Closeness to the text that {fast.name} was made for: 0 to 2."


def too_much(steps: int, guidance: float) -> bool:
    """Whether that is more than suits what was made for a few steps."""
    return steps > _FEW_STEPS or guidance > _LITTLE_GUIDANCE


def taken(fast: Fast) -> str:
    """Say which scheduler was taken for it."""
    return f"{fast.name} was made for a few steps, so the scheduler is {fast.scheduler}."


def _of(name: str, *, lora: bool) -> Fast | None:
    words = [word.lower() for word in _WORD.findall(name)]
    for at, word in enumerate(words):
        glued = _GLUED.fullmatch(word)
        kind = glued.group(2) if glued else word
        if kind not in _SCHEDULERS or (kind in _FOLLOWED and not _in_company(words[at + 1 : at + 2])):
            continue
        others = [*words[:at], *words[at + 1 :], *([glued.group(1)] if glued else [])]
        if lora and kind not in _ALONE and not _COMPANY & set(others):
            continue  # it may be of what it shows
        steps = _STEPS.search(name)
        return Fast(
            name,
            _SCHEDULERS[kind],
            steps=int(steps.group(1)) if steps else 0,
            guided="cfg" in others,
            sample=kind == "lightning" and bool(re.search(r"x0", name, re.I)),
        )
    return None


def _in_company(words: Sequence[str]) -> bool:
    return all(word in _COMPANY or word.isdigit() or word.startswith("sd") for word in words)
