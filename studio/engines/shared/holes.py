# pyright: basic
"""Colours for the clear parts of a picture, where a model wants some everywhere. Any thread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


def filled(pixels: Pixels, hole: NDArray[np.bool_]) -> Pixels:
    """Put under clear parts what is around them, the coarser the farther away."""
    weight: Floats = (~hole)[..., None].astype(np.float32)
    known: Floats = pixels.astype(np.float32) * weight
    levels: list[tuple[Floats, Floats]] = [(known, weight)]
    while max(known.shape[:2]) > 1:
        known, weight = _halved(known), _halved(weight)
        levels.append((known, weight))
    below = levels[-1][0] / np.maximum(levels[-1][1], 1e-6)
    for known, weight in reversed(levels[:-1]):
        wide = below.repeat(2, axis=0).repeat(2, axis=1)[: known.shape[0], : known.shape[1]]
        here = np.minimum(weight, 1.0)
        below = known / np.maximum(weight, 1e-6) * here + wide * (1 - here)
    return np.clip(np.rint(below), 0, 255).astype(np.uint8)


def _halved(values: Floats) -> Floats:
    """Add up squares of four."""
    padded = np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)))
    return padded[::2, ::2] + padded[1::2, ::2] + padded[::2, 1::2] + padded[1::2, 1::2]
