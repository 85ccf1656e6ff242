"""The picture while it is painted. Places are in units of its shorter side, so a scene is the same at every size.

The engine's main thread. `tick` is called between layers and leaves the run when the user wants its end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from colour import Colour, Pixels
from noise import Noise
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Mask = NDArray[np.floating]
Points = NDArray[np.float64]
_MOST_FINE = 20_000_000  # pixels of a mask drawn larger than it is used


class Canvas:
    """Pixels, and the ways to lay paint on them."""

    def __init__(self, width: int, height: int, seed: int, tick: Callable[[], None]) -> None:
        self.width, self.height, self.seed, self.tick = width, height, seed, tick
        self.unit = min(width, height)
        self.wide, self.high = width / self.unit, height / self.unit
        self.xs = (np.arange(width) + 0.5) / self.unit
        self.ys = (np.arange(height) + 0.5) / self.unit
        self.pixels: Pixels = np.zeros((height, width, 3), np.float32)

    def dice(self, name: str) -> np.random.Generator:
        """Return the random numbers of one part: no other part changes them."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def noise(self, name: str) -> Noise:
        """Return the noise of one part."""
        return Noise(zlib.crc32(f"{self.seed}:{name}".encode()), self.tick)

    def row(self, y: float) -> int:
        """Return the pixel row at a height."""
        return int(min(max(round(y * self.unit), 0), self.height))

    def wash(self, colour: Colour | Pixels, mask: Mask | float = 1.0, rows: slice = slice(None)) -> None:
        """Lay paint over the rows: as much of it as the mask says."""
        area = self.pixels[rows]
        paint = np.asarray(colour, np.float32)
        cover = np.asarray(mask, np.float32)
        area += (paint - area) * (cover[..., None] if cover.ndim else cover)
        self.tick()

    def shine(self, colour: Colour, mask: Mask, rows: slice = slice(None)) -> None:
        """Add light: bright stays bright, dark is lifted."""
        area = self.pixels[rows]
        area += (1 - area) * np.asarray(colour, np.float32) * mask[..., None]
        self.tick()

    def below(self, line: Mask) -> tuple[slice, Mask]:
        """Return the rows that lie at least partly below a line of heights, and how much each pixel does."""
        top = self.row(float(line.min()) - 2 / self.unit)
        depth = (self.ys[top:, None] - line[None, :]) * self.unit + 0.5
        return slice(top, self.height), depth.clip(0, 1).astype(np.float32)

    def distance(self, x: float, y: float, *, squash: float = 1.0, rows: slice = slice(None)) -> Mask:
        """Return how far each pixel is from a place; `squash` above 1 makes rings lower than wide."""
        self.tick()
        down = (self.ys[rows, None] - y) * squash
        return np.hypot(self.xs[None, :] - x, down).astype(np.float32)

    def shape(self, outlines: Sequence[Points], *, fine: int = 3) -> tuple[slice, slice, Mask] | None:
        """Return where closed outlines lie and how much of each pixel they cover; None when it is nowhere."""
        box = self.box(outlines)
        if box is None:
            return None
        rows, columns = box
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        while fine > 1 and high * wide * fine * fine > _MOST_FINE:
            fine -= 1
        image = Image.new("L", (wide * fine, high * fine))
        draw = ImageDraw.Draw(image)
        for outline in outlines:
            places = (outline * self.unit - (columns.start, rows.start)) * fine
            draw.polygon([(float(x), float(y)) for x, y in places], fill=255)
        self.tick()
        small = image.reduce(fine) if fine > 1 else image
        return rows, columns, np.asarray(small, np.float32) / np.float32(255)

    def box(self, outlines: Sequence[Points]) -> tuple[slice, slice] | None:
        """Return the rows and columns that outlines touch."""
        if not outlines:
            return None
        every = np.concatenate(outlines) * self.unit
        low = np.floor(every.min(axis=0)).astype(int) - 1
        high = np.ceil(every.max(axis=0)).astype(int) + 2
        left, right = max(0, int(low[0])), min(self.width, int(high[0]))
        top, bottom = max(0, int(low[1])), min(self.height, int(high[1]))
        if left >= right or top >= bottom:
            return None
        return slice(top, bottom), slice(left, right)

    def fill(self, outlines: Sequence[Points], colour: Colour, opacity: float = 1.0, *, fine: int = 3) -> None:
        """Paint closed outlines in one colour."""
        found = self.shape(outlines, fine=fine)
        if found:
            rows, columns, mask = found
            area = self.pixels[rows, columns]
            area += (np.asarray(colour, np.float32) - area) * (mask * np.float32(opacity))[..., None]

    def blurred(self, mask: Mask, radius: float) -> Mask:
        """Return a mask with soft edges; `radius` in units."""
        self.tick()
        sigma = max(0.01, radius * self.unit)
        step = int(max(1, sigma // 4))
        if step == 1:
            return ndimage.gaussian_filter(mask, sigma, mode="nearest", truncate=3.0)
        # A wide blur of a quarter of the pixels, or fewer, looks the same and costs a fraction.
        high, wide = mask.shape
        image = Image.fromarray(mask).resize((max(1, wide // step), max(1, high // step)), Image.Resampling.BOX)
        soft = ndimage.gaussian_filter(np.asarray(image), sigma / step, mode="nearest", truncate=3.0)
        self.tick()
        return np.asarray(Image.fromarray(soft).resize((wide, high), Image.Resampling.BICUBIC))
