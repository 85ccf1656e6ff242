# pyright: basic
"""What engines that make pictures share: seeds of further pictures, and pictures to start from. The main thread."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from studio.worker.failures import UserMistake

if TYPE_CHECKING:
    from PIL import Image


def seed_of(seed: int, number: int) -> int:
    """Return the seed of a further picture: asked for alone, it gives that picture. The first keeps its own."""
    if number == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"picture {seed}:{number}".encode()).digest()[:4], "big") & 0x7FFFFFFF


def name_of(number: int) -> str:
    """Return the name of the file of the first picture, the second, and so on."""
    return "picture.png" if number == 0 else f"picture-{number + 1:02}.png"


def whole(value: object, name: str, low: int, high: int) -> int:
    """Check before memory is taken; the studio has checked already, but a recipe may come from anywhere."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UserMistake(f"{name} is a whole number from {low} to {high:,}.", "Choose one in that range.")
    return value


def opened(path: Path, what: str) -> Image.Image:
    """Read a picture that the studio has prepared."""
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG",)) as image:
            image.load()
            return image.copy()
    except (OSError, SyntaxError, ValueError) as e:
        raise UserMistake(f"{what.capitalize()} cannot be read.", "Choose another file.") from e


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture without clear parts; they count as white."""
    from PIL import Image

    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, (255, 255, 255))
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def is_clear(image: Image.Image) -> bool:
    """Whether parts of a picture are clear."""
    return image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)


def filling(image: Image.Image, width: int, height: int, *, mask: bool = False) -> Image.Image:
    """Return a picture scaled to fill a size, and cut where it goes beyond."""
    scale = max(width / image.width, height / image.height)
    wide, high = width / scale, height / scale
    left, top = (image.width - wide) / 2, (image.height - high) / 2
    box = (max(0.0, left), max(0.0, top), min(float(image.width), left + wide), min(float(image.height), top + high))
    return image.resize((width, height), scaling(mask=mask), box=box)


def scaling(*, mask: bool) -> Image.Resampling:
    """Return how a picture is scaled; a sharp way would put rings of other greys around what a mask says."""
    from PIL import Image

    return Image.Resampling.BILINEAR if mask else Image.Resampling.LANCZOS


def greys(mask: Image.Image) -> Image.Image:
    """Return where to paint: white in the mask, or where it is not clear when it has clear parts."""
    return mask.getchannel("A") if is_clear(mask) else mask.convert("L")
