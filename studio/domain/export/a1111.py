"""The line of parameters that programs for pictures write into them and read back. Pure; any thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from studio.domain.made_elsewhere import samplers
from studio.domain.made_elsewhere.a1111 import NEGATIVE

# What such programs call our parameters, in their order.
_NAMES = (
    ("steps", "Steps"),
    ("sampler", "Sampler"),
    ("schedule", "Schedule type"),
    ("guidance", "CFG scale"),
)


def parameters(recipe: Mapping[str, Any], *, width: int, height: int, seed: int | None = None) -> str:
    """Spell a picture's recipe: the prompt, the negative prompt, and a line of names and values.

    `seed` is the picture's own when it is one of several.
    """
    params: Mapping[str, Any] = _sampled(recipe.get("params") or {})
    lines = [_one_line(f"{params.get('prompt', '')} {_loras(str(params.get('lora', '')))}")]
    negative = _one_line(str(params.get("negative", "")))
    if negative:
        lines.append(f"{NEGATIVE} {negative}")
    values: list[tuple[str, Any]] = [
        (title, params[name]) for name, title in _NAMES if params.get(name) not in {None, ""}
    ]
    values.append(("Seed", recipe.get("seed", 0) if seed is None else seed))
    values.append(("Size", f"{width}x{height}"))
    values.append(("Model", recipe.get("model") or recipe.get("engine", "")))
    if "strength" in params and recipe.get("files"):
        values.append(("Denoising strength", params["strength"]))
    if isinstance(params.get("clip_skip"), int) and params["clip_skip"] > 0:
        values.append(("Clip skip", params["clip_skip"] + 1))  # they count the last layer as one
    if params.get("style") not in {None, ""}:
        values.append(("Style", params["style"]))
    values.append(("Version", f"Angen Studio {recipe.get('engine', '')} {recipe.get('engine_version', '')}".strip()))
    lines.append(", ".join(f"{name}: {_quoted(value)}" for name, value in values))
    return "\n".join(lines)


def _sampled(params: Mapping[str, Any]) -> dict[str, Any]:
    """Add what they call our scheduler: one name for the way, one for the row of noise."""
    sampler, schedule = samplers.called(str(params.get("scheduler", "")))
    return {"sampler": sampler, "schedule": schedule, **params} if sampler else dict(params)


def _loras(text: str) -> str:
    """Spell LoRAs as they stand in their prompts."""
    found = (part.strip().partition(":") for part in text.split(","))
    return "".join(f"<lora:{name.strip()}:{strength.strip() or 1}>" for name, _, strength in found if name.strip())


def _one_line(text: str) -> str:
    """Join lines: one that begins like ours would be read as ours."""
    return " ".join(text.split())


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(c in text for c in ',:\n"') else text
