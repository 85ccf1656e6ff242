"""From all that a picture tells to one recipe: the surest of its texts. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from studio.domain.made_elsewhere import a1111, comfyui, invokeai, own
from studio.domain.picture_recipe import PictureRecipe

# By the names of the texts, the surest first.
_READERS: Mapping[str, Callable[[str], PictureRecipe | None]] = {
    "invokeai_metadata": invokeai.read,
    "parameters": a1111.read,
    "prompt": comfyui.read,
    "workflow": comfyui.read_drawing,
    "sd-metadata": invokeai.read_older,
    "dream": invokeai.read_dream,
}
NAMES = frozenset(_READERS)
"""The texts that are looked for, in small letters."""


def read(recipe: Mapping[str, Any] | None, texts: Mapping[str, str], size: tuple[int, int]) -> PictureRecipe | None:
    """Return how a picture was made, by our own recipe or by texts of other programs; None where it does not say.

    `size` is the picture's own, which holds where nothing else is said.
    """
    found = own.read(recipe) if recipe else None
    readings = (reader(texts[name]) for name, reader in _READERS.items() if texts.get(name))
    found = found or next((reading for reading in readings if reading), None)
    if found is None or found.width or not all(size):
        return found
    return replace(found, width=size[0], height=size[1])
