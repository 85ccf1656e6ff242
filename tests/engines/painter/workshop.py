"""The painter's modules without its process. They have bare names, so they are loaded aside and leave none behind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.engines.harness import modules_of

_NAMES = ("painting", "prompts", "catalogue", "lettering", "noise", "starting", "palettes", "brushes")
with modules_of("painter", *_NAMES) as _own:
    painting, prompts, catalogue, lettering, noise, starting, palettes, brushes = (getattr(_own, n) for n in _NAMES)


def paint(prompt: str, width: int = 96, height: int = 96, seed: int = 3, **more: Any) -> NDArray[np.uint8]:
    """Paint a picture, small unless told otherwise."""
    order = painting.Order(prompts.read(prompt, more.pop("negative", "")), width, height, seed, **more)
    return painting.paint(order, lambda: None)[0]


def difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """How far two pictures of one size are apart, in steps of 255."""
    return float(np.abs(a.astype(float) - b.astype(float)).mean())
