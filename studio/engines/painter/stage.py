"""What every painter of a part is given: the canvas, what is wanted, the colours, the light, where the horizon lies."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from canvas import Canvas, Mask
from colour import Colour
from figure import Air
from palettes import Palette
from prompts import Wanted
from sky import Sun


@dataclass
class Stage:
    """A scene while it is painted. Heights of ground that things may stand on are kept as they come."""

    canvas: Canvas
    wanted: Wanted
    palette: Palette
    air: Air
    sun: Sun
    horizon: float
    season: str
    time: str
    lettered: bool = False  # whether a title will stand above
    taken: list[float] = field(default_factory=list[float])  # where something stands already, so that nothing hides it
    ground: dict[str, Mask] = field(default_factory=dict[str, Mask])

    @property
    def materials(self) -> dict[str, Colour]:
        """What things are made of."""
        return self.air.materials

    def dice(self, name: str) -> np.random.Generator:
        """Return the random numbers of one part."""
        return self.canvas.dice(name)

    def has(self, *names: str) -> bool:
        """Whether a place, weather, mood or the like was asked for."""
        wanted = self.wanted
        every = {*wanted.places, *wanted.sky, *wanted.weather, *wanted.moods, *wanted.composition, wanted.season}
        return bool(every & set(names))

    def height_at(self, ground: Mask, x: float, wide: float = 0.0) -> float:
        """Return how high a ground is at a place, or the lowest height across a width."""
        canvas = self.canvas
        left = int(np.clip((x - wide / 2) * canvas.unit, 0, canvas.width - 1))
        right = int(np.clip((x + wide / 2) * canvas.unit, 0, canvas.width - 1))
        return float(ground[left : right + 1].max())
