"""Starting from a picture: its colours, its layout, and where to paint. Main thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from canvas import Canvas, Mask
from colour import Pixels
from PIL import Image

from studio.worker.failures import UserMistake


def picture(path: Path, width: int, height: int) -> Pixels:
    """Return a picture cut and scaled to fill the canvas; clear parts count as white."""
    image = _opened(path, "the picture to start from")
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, (255, 255, 255))
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    return np.asarray(_filling(image.convert("RGB"), width, height), np.float32) / np.float32(255)


def mask(path: Path, width: int, height: int) -> Mask:
    """Return where to paint: 1 where the mask is white, or where it is not clear when it has clear parts."""
    image = _opened(path, "the mask")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        image = image.getchannel("A")
    return np.asarray(_filling(image.convert("L"), width, height), np.float32) / np.float32(255)


def _opened(path: Path, what: str) -> Image.Image:
    try:
        with Image.open(path, formats=("PNG",)) as image:
            image.load()
            return image.copy()
    except (OSError, SyntaxError, ValueError) as e:
        raise UserMistake(f"{what.capitalize()} cannot be read.", "Choose another file.") from e


def _filling(image: Image.Image, width: int, height: int) -> Image.Image:
    scale = max(width / image.width, height / image.height)
    wide, high = width / scale, height / scale
    left, top = (image.width - wide) / 2, (image.height - high) / 2
    box = (max(0.0, left), max(0.0, top), min(float(image.width), left + wide), min(float(image.height), top + high))
    return image.resize((width, height), Image.Resampling.LANCZOS, box=box)


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
