"""A fit as a file, so that the next lines in a voice begin at once. No state.

A line with the hash of what follows, then JSON: what is damaged is not taken for whole.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fitting import Fit
from shaping import BINS, Shaping

_FORM = 1
_MOST_BYTES = 1_000_000


class Damaged(Exception):
    """The file holds no whole fit."""


def write(path: Path, fit: Fit) -> None:
    """Write a fit; equal fits make equal bytes."""
    told = asdict(fit)
    gains = fit.shaping.gains
    told["shaping"]["gains"] = None if gains is None else [float(gain) for gain in gains]
    body = json.dumps({"form": _FORM, **told}).encode()
    path.write_bytes(_digest(body) + b"\n" + body)


def read(path: Path, known: tuple[str, ...]) -> Fit:
    """Read a fit; raise Damaged for anything but a whole one that is made of known voices."""
    import numpy as np

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Damaged("it is too long")
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest != _digest(body):
            raise Damaged("its hash is another")
        told: dict[str, Any] = json.loads(body)
        if told.pop("form") != _FORM:
            raise Damaged("it has another form")
        shape = told.pop("shaping")
        gains = shape.pop("gains")
        fit = Fit(**told, shaping=Shaping(**shape, gains=None if gains is None else np.array(gains, np.float64)))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise Damaged(f"{type(e).__name__}: {e}") from e
    _check(fit, known)
    return fit


def _check(fit: Fit, known: tuple[str, ...]) -> None:
    """A model that is given what is no number makes noise at best."""
    import numpy as np

    shape = fit.shaping
    values = [*fit.weights.values(), fit.beyond, fit.pace, fit.pitch, fit.score, fit.nearest_score]
    values += [shape.pitch, shape.spread, shape.centre, shape.formants]
    if not all(math.isfinite(value) for value in values):
        raise Damaged("it holds values that are not finite")
    if shape.gains is not None and (shape.gains.shape != (BINS,) or not np.isfinite(shape.gains).all()):
        raise Damaged("its filter is none")
    if not fit.weights or not set(fit.weights) <= set(known):
        raise Damaged("it names voices that are not there")


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
