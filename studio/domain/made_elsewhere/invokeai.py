"""What InvokeAI writes: `invokeai_metadata`, and of older days `sd-metadata` and `Dream`. Pure; any thread."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from studio.domain.made_elsewhere import foreign_json, samplers
from studio.domain.made_elsewhere.foreign_json import list_of, table_of
from studio.domain.picture_recipe import Findings, PictureRecipe

_SOURCE = "InvokeAI"
_FURTHER = {  # what it can have had besides, and how we say that
    "controlnets": "ControlNet", "ipAdapters": "an IP adapter", "t2iAdapters": "a T2I adapter",
    "refiner_model": "a refiner", "hrf_enabled": "a second pass at a larger size", "seamless_x": "seamless edges",
    "seamless_y": "seamless edges", "vae": "a decoder of its own", "cfg_rescale_multiplier": "CFG rescale",
    "regions": "regions", "ref_images": "reference images",
}  # fmt: skip
_STARTED = ("init_image", "init_image_name", "init_image_path")
# `word++`, `(some words)1.2` and `(some words)--`
_WEIGHED = re.compile(r"\(([^()\[\]]{1,500})\)(\d(?:\.\d{1,4})?(?![\w.])|\+{1,9}|-{1,9}(?!\w))")
_WORD = re.compile(r"(?<![\w)+-])([^\W_][\w']{0,80})(\+{1,9}|-{2,9})(?![\w+-])")
_UNWANTED = re.compile(r"\[([^\[\]]{1,2000})\]")
_JOINED = re.compile(r"\)\s*\.\s*(?:blend|and)\s*\(")
_UP, _DOWN = 1.1, 0.9
_OPTIONS = {"-s": "steps", "-S": "seed", "-W": "width", "-H": "height", "-C": "guidance", "-A": "sampler",
            "-f": "strength"}  # fmt: skip
_LONGEST_DREAM = 20_000


def read(text: str) -> PictureRecipe | None:
    """Read `invokeai_metadata`; None where it is none."""
    table = foreign_json.table_in(text)
    if table is None:
        return None
    found = Findings(_SOURCE)
    found.texts(_prompt(table.get("positive_prompt"), found), _prompt(table.get("negative_prompt"), found))
    found.seed(table.get("seed"))
    found.steps(table.get("steps"))
    found.guidance(table.get("cfg_scale"))
    found.sampled(samplers.from_invoke(table.get("scheduler")))
    found.size(table.get("width"), table.get("height"))
    found.clip_skip(table.get("clip_skip"))
    model = table_of(table.get("model"))
    found.model(model.get("name") or model.get("model_name"), model.get("hash") or "")
    for one in list_of(table.get("loras")):
        lora = table_of(table_of(one).get("model") or table_of(one).get("lora"))
        found.lora(lora.get("name") or lora.get("model_name"), table_of(one).get("weight", 1.0), lora.get("hash") or "")
    _further(table, found)
    return found.recipe() if found.anything else None


def read_older(text: str) -> PictureRecipe | None:
    """Read `sd-metadata`; None where it is none."""
    table = foreign_json.table_in(text)
    image = table_of((table or {}).get("image"))
    if table is None or not image:
        return None
    found = Findings(_SOURCE)
    _with_unwanted(_older_prompt(image.get("prompt"), found), found)
    found.seed(image.get("seed"))
    found.steps(image.get("steps"))
    found.guidance(image.get("cfg_scale"))
    found.sampled(samplers.from_invoke(image.get("sampler")))
    found.size(image.get("width"), image.get("height"))
    found.strength(image.get("strength"))
    found.model(table.get("model_weights") or table.get("model"), table.get("model_hash") or "")
    return found.recipe() if found.anything else None


def read_dream(text: str) -> PictureRecipe | None:
    """Read `Dream`, which is a command: the prompt in quotes, and options; None where it is none."""
    command = text[:_LONGEST_DREAM].strip()
    quote = command[:1]
    end = command.rfind(quote) if quote in {'"', "'"} else -1
    if end < 1:
        return None
    try:
        words = shlex.split(command[end + 1 :])
    except ValueError:
        return None
    values: dict[str, str] = {}
    for word, following in zip(words, [*words, ""][1:], strict=True):
        option, attached = word[:2], word[2:]
        if option in _OPTIONS:
            values.setdefault(_OPTIONS[option], attached or following)
    found = Findings(_SOURCE)
    _with_unwanted(command[1:end], found)
    found.seed(values.get("seed"))
    found.steps(values.get("steps"))
    found.guidance(values.get("guidance"))
    found.sampled(samplers.from_invoke(values.get("sampler")))
    found.size(values.get("width"), values.get("height"))
    found.strength(values.get("strength"))
    return found.recipe() if found.anything and values else None


def _further(table: Mapping[str, Any], found: Findings) -> None:
    if any(table.get(name) for name in _STARTED) or str(table.get("generation_mode")).endswith("img2img"):
        found.strength(table.get("strength"))
        found.lose("the picture that it started from")
    for name, said in _FURTHER.items():
        if table.get(name):
            found.lose(said)
    for name in ("positive_style_prompt", "negative_style_prompt"):
        if table.get(name) and table.get(name) != table.get(name.replace("_style", "")):
            found.lose("the text for the style")


def _older_prompt(value: object, found: Findings) -> str:
    if isinstance(value, str):
        return value
    parts = [str(table_of(one).get("prompt") or "") for one in list_of(value)]
    if len(parts) > 1:
        found.lose("the weights of several prompts")
    return ", ".join(part for part in parts if part)


def _with_unwanted(prompt: str, found: Findings) -> None:
    """Take a prompt in which what must not appear stands in square brackets."""
    unwanted = ", ".join(_UNWANTED.findall(prompt[:_LONGEST_DREAM]))
    rest = " ".join(_UNWANTED.sub(" ", prompt[:_LONGEST_DREAM]).split())
    found.texts(_prompt(rest, found), _prompt(unwanted, found))


def _prompt(value: object, found: Findings) -> str:
    """Return a prompt with its weights as they are written here."""
    if not isinstance(value, str):
        return ""
    text = value[:_LONGEST_DREAM]
    if _JOINED.search(text):
        found.lose("how several prompts are blended")
    text = _WEIGHED.sub(lambda m: f"({m[1]}:{_weight(m[2]):g})", text)
    return _WORD.sub(lambda m: f"({m[1]}:{_weight(m[2]):g})", text)


def _weight(sign: str) -> float:
    if sign[0] == "+":
        return round(_UP ** len(sign), 3)
    return round(_DOWN ** len(sign), 3) if sign[0] == "-" else float(sign)
