"""The text `parameters`: prompt, negative prompt, and a line of names and values. Pure; any thread."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from studio.domain.made_elsewhere import samplers
from studio.domain.picture_recipe import Findings, PictureRecipe, name_of, whole_of

NEGATIVE = "Negative prompt:"
_LONGEST_LINE = 20_000  # of names and values
_FEWEST = 3  # that make a line one of values
_PAIR = re.compile(r'(?:^|,) ?(\w[\w \-/+.()]{0,60}):[ ]?("(?:\\.|[^"\\])*"(?=\s*(?:,|$))|[^,]*)')
_LORA = re.compile(r"<(?:lora|lyco):([^:<>]{1,200})(?::([-+0-9.]{1,20}))?(?::[^<>]{0,80})?>")
_TAKEN = frozenset({
    "Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Model", "Model hash", "Clip skip",
    "Denoising strength", "Lora hashes", "Version", "RNG",
})  # fmt: skip
_SECOND_PASS = "Hires upscale"


def read(text: str) -> PictureRecipe | None:
    """Read such a text; None where it is none."""
    lines = text.strip().split("\n")
    values = _values(lines[-1])
    if not (lines[-1].startswith("Steps: ") or len(values) >= _FEWEST):
        return None
    found = Findings("A1111")
    prompt, negative = _prompts(lines[:-1])
    hashes = _hashes(values.get("Lora hashes", ""))
    for name, strength in _LORA.findall(prompt):
        found.lora(name, strength or 1.0, hashes.get(name.strip(), ""))
    found.texts(_without_loras(prompt), negative)
    found.sampled(samplers.from_a1111(values.get("Sampler"), values.get("Schedule type", "")))
    found.seed(values.get("Seed"))
    found.steps(values.get("Steps"))
    found.guidance(values.get("CFG scale"))
    width, _, height = values.get("Size", "").partition("x")
    found.size(width, height)
    found.model(values.get("Model", ""), values.get("Model hash", ""))
    skipped = whole_of(values.get("Clip skip"))
    found.clip_skip(None if skipped is None else skipped - 1)
    if _SECOND_PASS not in values:  # else it is that one's
        found.strength(values.get("Denoising strength"))
    for name in values:
        if name not in _TAKEN:
            found.lose(f"{name}: {name_of(values[name], 60)}")
    return found.recipe()


def _prompts(lines: list[str]) -> tuple[str, str]:
    for number in reversed(range(len(lines))):
        if lines[number].startswith(NEGATIVE):
            return "\n".join(lines[:number]), "\n".join(lines[number:]).removeprefix(NEGATIVE)
    return "\n".join(lines), ""


def _without_loras(prompt: str) -> str:
    return re.sub(r"[ \t]{2,}", " ", _LORA.sub("", prompt)) if _LORA.search(prompt) else prompt


def _values(line: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PAIR.findall(line[:_LONGEST_LINE]):
        found.setdefault(name.strip(), _plain(value.strip()))
    return found


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value.strip('"')


def _hashes(text: str) -> Mapping[str, str]:
    pairs = (part.rpartition(":") for part in text.split(","))
    return {name.strip(): digest.strip() for name, _, digest in pairs if name.strip()}
