"""Has the composer compose and play, without the process around it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.engines.composer import composing, mixing, soundfont, stylebook

RATE: int = mixing.RATE


def styles() -> list[str]:
    """The names of all styles."""
    return [style.name for style in stylebook.STYLES]


def compose(style: str = "", seconds: float = 30.0, seed: int = 1, **more: Any) -> Any:
    """Compose a piece."""
    return composing.compose(composing.Order(style, seconds, seed=seed, **more))


def play(style: str = "", seconds: float = 30.0, seed: int = 1, **more: Any) -> tuple[Any, NDArray[np.float32]]:
    """Compose and play a piece; return it and its master."""
    piece = compose(style, seconds, seed, **more)
    bus = mixing.new_bus(mixing.frames_of(seconds))
    for part in piece.score.parts:
        mixing.render(part, [bus], _font(), _on)
    mix = mixing.finish_bus(bus, piece.style, _on)
    mixing.apply(mix, mixing.curve_of(mix, piece.score, piece.style, _on), _on)
    return piece, mix


@cache
def _font() -> Any:
    return soundfont.load()


def _on(part: float) -> None:
    assert 0.0 <= part <= 1.0
