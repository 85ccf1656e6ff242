"""The line of parameters that programs for pictures write into them and read back. Pure; any thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# What such programs call our parameters, in their order.
_NAMES = (
    ("steps", "Steps"),
    ("sampler", "Sampler"),
    ("scheduler", "Schedule type"),
    ("guidance", "CFG scale"),
)
_NEGATIVE = "Negative prompt:"


def parameters(recipe: Mapping[str, Any], *, width: int, height: int, seed: int | None = None) -> str:
    """Spell a picture's recipe: the prompt, the negative prompt, and a line of names and values.

    `seed` is the picture's own when it is one of several.
    """
    params: Mapping[str, Any] = recipe.get("params") or {}
    lines = [_one_line(str(params.get("prompt", "")))]
    negative = _one_line(str(params.get("negative", "")))
    if negative:
        lines.append(f"{_NEGATIVE} {negative}")
    values: list[tuple[str, Any]] = [
        (title, params[name]) for name, title in _NAMES if params.get(name) not in {None, ""}
    ]
    values.append(("Seed", recipe.get("seed", 0) if seed is None else seed))
    values.append(("Size", f"{width}x{height}"))
    values.append(("Model", recipe.get("model") or recipe.get("engine", "")))
    if "strength" in params and recipe.get("files"):
        values.append(("Denoising strength", params["strength"]))
    if params.get("style") not in {None, ""}:
        values.append(("Style", params["style"]))
    values.append(("Version", f"Angen Studio {recipe.get('engine', '')} {recipe.get('engine_version', '')}".strip()))
    lines.append(", ".join(f"{name}: {_quoted(value)}" for name, value in values))
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """Join lines: one that begins like ours would be read as ours."""
    return " ".join(text.split())


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(c in text for c in ',:\n"') else text
