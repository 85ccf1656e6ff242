# pyright: basic
"""Pictures made larger: how much, how large they may become, and the plain way. The main thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared import pictures
from studio.worker.failures import UserMistake

if TYPE_CHECKING:
    from PIL import Image

NO = "no"
_FACTORS = {NO: 1, "2": 2, "4": 4}
_MOST_PIXELS = 50_000_000  # as `pictures.foreign` has it: more the studio would not take in again
_LONGEST_SIDE = 16_000  # so that it can be exported in every form: WebP has at most 16,383 a side


def factor(params: Mapping[str, Any], files: Mapping[str, str]) -> int:
    """Return how many times wider and higher the start picture is to become; 1 where nothing is to be enlarged."""
    found = _FACTORS.get(str(params.get("upscale", NO)))
    if found is None:
        raise UserMistake("upscale is one of no, 2, 4.", "Choose one of these.")
    if found > 1 and not files.get("init"):
        raise UserMistake("There is no picture to enlarge.", "Give one with --init.")
    if found > 1 and files.get("mask"):
        raise UserMistake("Enlarging takes no mask.", "Leave the mask out, or enlarge in a second step.")
    return found


def picture(path: Path, times: int) -> Image.Image:
    """Read a picture that is to become so many times wider and higher; raise UserMistake where that is too large."""
    image = pictures.opened(path, "the picture to enlarge")
    width, height = image.width * times, image.height * times
    if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        raise UserMistake(
            f"The picture would have {width:,} × {height:,} pixels; the studio makes up to "
            f"{_MOST_PIXELS // 1_000_000} megapixels, {_LONGEST_SIDE:,} a side.",
            "Enlarge it less, or choose a smaller picture.",
        )
    return image


def plainly(path: Path, times: int) -> Image.Image:
    """Return a picture so many times wider and higher, with nothing added to what it shows."""
    from PIL import Image

    image = picture(path, times)
    return image.resize((image.width * times, image.height * times), Image.Resampling.LANCZOS)
