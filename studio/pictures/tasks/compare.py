"""The task `compare`: how far two pictures are apart, pixel by pixel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image

from studio.pictures import foreign
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output

_SIMILAR_DB = 35.0
_EQUAL_DB = 200.0
_BAND = 256  # rows at a time


def run(context: RunContext) -> Output:
    """Compare `a` and `b`."""
    a = foreign.load(path_in(context, "a")).image
    context.check_cancelled()
    b = foreign.load(path_in(context, "b")).image
    facts: dict[str, Any] = {"width": [a.width, b.width], "height": [a.height, b.height]}
    if a.size != b.size:
        return facts_only(context, facts | {"verdict": "different", "psnr": None, "changed": ["size"]})
    changed = ["transparency"] if a.mode != b.mode else []
    psnr = _psnr(context, a.convert("RGBA"), b.convert("RGBA"))
    if psnr < _EQUAL_DB:
        changed.append("pixels")
    verdict = "different" if psnr < _SIMILAR_DB else "similar" if changed else "identical"
    return facts_only(context, facts | {"verdict": verdict, "psnr": round(psnr, 2), "changed": changed})


def _psnr(context: RunContext, a: Image.Image, b: Image.Image) -> float:
    """How small the difference is against full scale, in decibels."""
    apart = 0
    for top in range(0, a.height, _BAND):
        context.check_cancelled()
        context.progress("comparing", top / a.height)
        box = (0, top, a.width, min(a.height, top + _BAND))
        difference = np.asarray(a.crop(box)).astype(np.int64) - np.asarray(b.crop(box)).astype(np.int64)
        apart += int(np.square(difference).sum())
    if not apart:
        return _EQUAL_DB
    return 10 * math.log10(255.0**2 * 4 * a.width * a.height / apart)
