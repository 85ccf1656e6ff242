"""Starting from a picture: its colours, its layout, and where to paint. Main thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from canvas import Canvas, Mask
from colour import Pixels

from studio.engines.shared import pictures


def picture(path: Path, width: int, height: int) -> Pixels:
    """Return a picture cut and scaled to fill the canvas; clear parts count as white."""
    image = pictures.on_white(pictures.opened(path, "the picture to start from"))
    return np.asarray(pictures.filling(image, width, height), np.float32) / np.float32(255)


def mask(path: Path, width: int, height: int) -> Mask:
    """Return where to paint: 1 where the mask is white, or where it is not clear when it has clear parts."""
    image = pictures.greys(pictures.opened(path, "the mask"))
    return np.asarray(pictures.filling(image, width, height, mask=True), np.float32) / np.float32(255)


def underpaint(canvas: Canvas, start: Pixels, strength: float) -> None:
    """Blend the painting with the picture it starts from: its layout through a broad brush, its light and dark kept.

    A strength of 1 leaves only its colours, which the palette has taken already; 0 leaves only the picture.
    """
    broad = np.empty_like(start)
    for channel in range(3):
        broad[..., channel] = canvas.blurred(np.ascontiguousarray(start[..., channel]), 0.004 + 0.012 * strength)
        canvas.tick()
    part = np.float32(strength**1.4)
    canvas.pixels += (broad - canvas.pixels) * (1 - part)
    canvas.tick()


def keep_outside(canvas: Canvas, start: Pixels, where: Mask) -> None:
    """Put the picture back where the mask says not to paint."""
    canvas.pixels[:] = start + (canvas.pixels - start) * where[..., None]
    canvas.tick()
