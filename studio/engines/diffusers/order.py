"""What a job asks for, checked and in one value. Standard library; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engines.shared import enlarging, pictures
from studio.worker.failures import UserMistake

SMALLEST, LARGEST = 64, 2048
MOST = 16
_MOST_STEPS = 150
_MOST_LORAS = 10
_STRONGEST = 10.0
_LORA_NAME = re.compile(r"[^\\/:*?\"<>|,\x00-\x1f]{1,120}")
# Some programs write a second strength, for the text encoder.
_IN_PROMPT = re.compile(r"<lora:([^:<>]+)(?::([-+0-9.]+))?(?::[-+0-9.]+)?>")
_LORA_EXAMPLE = "For example: paper-cut:0.8, ink:0.3."


@dataclass(frozen=True)
class Order:
    """Pictures that are wanted."""

    prompt: str
    negative: str
    width: int
    height: int
    count: int = 1
    batch: int = 1
    steps: int = 25
    guidance: float = 7.0
    scheduler: str = "auto"
    strength: float = 0.6
    loras: tuple[tuple[str, float], ...] = ()
    clip_skip: int = 0
    preview: bool = False
    start: Path | None = None
    mask: Path | None = None
    outpaint: bool = False  # the start picture stays whole, and what is missing around it is painted
    place: str = "centre"
    upscale: int = 1  # how many times wider and higher the start picture becomes; the size is then that of a tile


def read(params: Mapping[str, Any], files: Mapping[str, str], text: str) -> Order:
    """Read a job's parameters and files; raise UserMistake for what cannot be."""
    prompt, named = _loras_in(str(params.get("prompt") or text))
    upscale = enlarging.factor(params, files)
    if not prompt.strip() and upscale == 1:
        raise UserMistake("There is no prompt to paint.", 'For example: "a lighthouse in a storm, watercolour".')
    if files.get("mask") and not files.get("init"):
        raise UserMistake("A mask needs a picture to start from.", "Give one with --init.")
    return Order(
        prompt=prompt,
        negative=str(params.get("negative") or ""),
        width=pictures.whole(params.get("width", 512), "width", SMALLEST, LARGEST),
        height=pictures.whole(params.get("height", 512), "height", SMALLEST, LARGEST),
        count=pictures.whole(params.get("count", 1), "count", 1, MOST),
        batch=pictures.whole(params.get("batch", 1), "batch", 1, MOST),
        steps=pictures.whole(params.get("steps", 25), "steps", 1, _MOST_STEPS),
        guidance=float(params.get("guidance", 7.0)),
        scheduler=str(params.get("scheduler", "auto")),
        strength=min(1.0, max(0.0, float(params.get("strength", 0.6)))),
        loras=_loras(str(params.get("lora") or ""), named),
        clip_skip=pictures.whole(params.get("clip_skip", 0), "clip_skip", 0, 4),
        preview=bool(params.get("preview", True)),
        start=Path(files["init"]) if files.get("init") else None,
        mask=Path(files["mask"]) if files.get("mask") else None,
        outpaint=params.get("fit") == "outpaint" and upscale == 1,
        place=str(params.get("place", "centre")),
        upscale=upscale,
    )


def _loras(text: str, named: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Read `paper-cut:0.8, ink`; what is named in the prompt comes after. A name that stands twice counts once."""
    found: dict[str, float] = {}
    for part in (part.strip() for part in text.split(",")):
        if part:
            name, _, strength = part.partition(":")
            found[_name(name)] = _strength(strength)
    found |= {name: strength for name, strength in named if name not in found}
    if len(found) > _MOST_LORAS:
        raise UserMistake(f"There are more than {_MOST_LORAS} LoRAs.", "Choose fewer.")
    return tuple(found.items())


def _loras_in(prompt: str) -> tuple[str, list[tuple[str, float]]]:
    """Take `<lora:ink:0.3>` out of a prompt, as other programs write it there."""
    found = [(_name(name), _strength(strength or "")) for name, strength in _IN_PROMPT.findall(prompt)]
    return _IN_PROMPT.sub("", prompt) if found else prompt, found


def _name(text: str) -> str:
    """Check a name: it is one of a folder's files, and no path, since recipes come from anywhere."""
    name = text.strip().removesuffix(".safetensors")
    if not _LORA_NAME.fullmatch(name) or name in {".", ".."}:
        raise UserMistake(
            f"{text.strip()[:60]!r} is no name of a LoRA.", f"Name files without their folder. {_LORA_EXAMPLE}"
        )
    return name


def _strength(text: str) -> float:
    try:
        strength = float(text.strip() or 1.0)
    except ValueError:
        strength = float("nan")
    if not -_STRONGEST <= strength <= _STRONGEST:
        raise UserMistake(
            f"The strength of a LoRA is a number up to {_STRONGEST:g}, not {text.strip()[:20]!r}.", _LORA_EXAMPLE
        )
    return strength
