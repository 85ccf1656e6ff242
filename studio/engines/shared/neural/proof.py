# pyright: basic, reportMissingImports=false
"""What a smoke test demands of what came out: numbers, and not one of them only. The worker's main thread."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import placing
from studio.worker.failures import BadNumbers


def versions(*packages: str) -> dict[str, str]:
    """Return what is installed here, as the libraries' own records say."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in packages}}


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a checkpoint take."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def finite(values: Any, what: str) -> Any:
    """Return an array or tensor as numpy, once it is clear that it holds numbers and not only one of them."""
    import numpy as np

    array = np.asarray(values.detach().cpu().float() if hasattr(values, "detach") else values, dtype=np.float64)
    if not array.size:
        raise BadNumbers(f"{what} is empty")
    if not np.isfinite(array).all():
        raise BadNumbers(f"{what}: NaN found among {array.size:,} values")
    if float(array.max()) == float(array.min()):
        raise BadNumbers(f"{what} is the same number {array.size:,} times: silent, or black")
    return array


def repeats(make: Callable[[int], Any], what: str, device: str) -> bool:
    """Make something twice from one seed and once from another; return whether the two are equal.

    The seed must decide: another must give something else, and on the CPU one seed the same to the bit. Cards add up in
    an order of their own, so there it is only told.
    """
    import numpy as np

    first, again, other = (finite(make(seed), what) for seed in (7, 7, 8))
    equal = first.shape == again.shape and np.array_equal(first, again)
    if not equal and placing.kind_of(device) == "cpu":
        raise BadNumbers(f"{what} differs between two runs with the same seed")
    if first.shape == other.shape and np.array_equal(first, other):
        raise BadNumbers(f"{what} is the same for two seeds")
    return equal
