# pyright: basic, reportMissingImports=false
"""Measures what a model computes, in whichever process it is: the loop that generates, and the decoder after it.

One look at the clocks before each call and one after. It knows nothing of the studio and nothing of the
scripts, and is copied to where the studio's engine runs.
"""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import Callable
from typing import Any

SAMPLING = "transformers.generation.utils:GenerationMixin._sample"  # token by token, by the loop of transformers

Call = list[float]  # seconds, seconds of the process's threads together, steps; a decoder takes none


def watched(loop: str, decoder: str) -> list[Call]:
    """Have the calls of these two from now on measured; return the list to which they are added.

    `loop` is a whole loop whose steps can be counted, or else a single step: then a loop is what lies between the first
    call and the last before the decoder's.
    """
    found: list[Call] = []
    if loop in _COUNTS:
        _watch(loop, found, _COUNTS[loop])
    else:
        _watch_steps(loop, found)
    if decoder:
        _watch(decoder, found, lambda *_: 0)
    return found


def _watch(place: str, found: list[Call], steps: Callable[..., int]) -> None:
    owner, name = _owner(place)
    plain = getattr(owner, name)

    @functools.wraps(plain)
    def timed(*given: Any, **named: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        made = plain(*given, **named)
        spent = [time.perf_counter() - wall, time.process_time() - cpu]
        found.append([*spent, steps(made, given)])
        return made

    setattr(owner, name, timed)


def _watch_steps(place: str, found: list[Call]) -> None:
    owner, name = _owner(place)
    plain = getattr(owner, name)
    loop: Call = []
    wall = cpu = 0.0

    @functools.wraps(plain)
    def timed(*given: Any, **named: Any) -> Any:
        nonlocal loop, wall, cpu
        if not found or found[-1] is not loop:
            loop = [0.0, 0.0, 0]
            found.append(loop)
            wall, cpu = time.perf_counter(), time.process_time()
        made = plain(*given, **named)
        loop[:] = [time.perf_counter() - wall, time.process_time() - cpu, loop[2] + 1]
        return made

    setattr(owner, name, timed)


def _owner(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    kind, name = path.split(".")
    return getattr(importlib.import_module(module), kind), name


def _tokens(made: Any, given: tuple[Any, ...]) -> int:
    """Count what was added to the second argument, after the model itself."""
    return int(made.shape[-1] - given[1].shape[-1])


_COUNTS: dict[str, Callable[..., int]] = {SAMPLING: _tokens}
