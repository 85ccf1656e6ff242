"""The painter's modules without its process. They have bare names, so they are loaded aside and leave none behind."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.engines.harness import ENGINES

FOLDER = ENGINES / "painter"


def _loaded(*names: str) -> list[ModuleType]:
    before = dict(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        return [import_module(name) for name in names]
    finally:
        sys.path.remove(str(FOLDER))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "") or "").startswith(str(FOLDER)):
                del sys.modules[name]
        sys.modules.update({name: module for name, module in before.items() if name not in sys.modules})


painting, prompts, catalogue, lettering, noise, starting, palettes, brushes = _loaded(
    "painting", "prompts", "catalogue", "lettering", "noise", "starting", "palettes", "brushes"
)


def paint(prompt: str, width: int = 96, height: int = 96, seed: int = 3, **more: Any) -> NDArray[np.uint8]:
    """Paint a picture, small unless told otherwise."""
    order = painting.Order(prompts.read(prompt, more.pop("negative", "")), width, height, seed, **more)
    return painting.paint(order, lambda: None)[0]


def difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """How far two pictures of one size are apart, in steps of 255."""
    return float(np.abs(a.astype(float) - b.astype(float)).mean())
