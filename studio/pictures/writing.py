"""From a plain master to the file that the user wants. Equal inputs give equal bytes. Picture process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from studio.pictures import embedding
from studio.pictures.embedding import Told
from studio.worker.failures import UserMistake

KINDS = ("png", "jpg", "webp")
_WEBP_SIDE = 16_383
_QUALITY = 92


@dataclass(frozen=True)
class Format:
    """What to write; `quality` matters for jpg and webp, where 100 is the best (webp: without any loss)."""

    kind: str = "png"
    quality: int = _QUALITY

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Format:
        """Check what was asked for."""
        kind = str(data.get("kind", "png")).lower()
        kind = "jpg" if kind == "jpeg" else kind
        if kind not in KINDS:
            raise UserMistake(f"Pictures are written as {', '.join(KINDS)}, not {kind[:20]!r}.", "Choose one of these.")
        quality = data.get("quality", _QUALITY)
        if not isinstance(quality, int) or isinstance(quality, bool) or not 1 <= quality <= 100:
            raise UserMistake("quality is a whole number from 1 to 100.", f"{_QUALITY} is a good one.")
        return cls(kind, quality)


def write(target: Path, image: Image.Image, form: Format, told: Told) -> list[str]:
    """Write a picture with what it tells; return what was lost by the way."""
    notes: list[str] = []
    if form.kind == "png":
        with target.open("wb") as file:
            image.save(file, "PNG", pnginfo=embedding.for_png(told), compress_level=6)
        return notes
    exif = embedding.for_exif(told)
    if told.parameters and not exif:
        notes.append("The line of parameters is too long for this kind of file; the recipe holds everything.")
    if form.kind == "jpg":
        if image.mode == "RGBA":
            notes.append("JPEG knows no transparency; the clear parts are white.")
            image = _on_white(image)
        with target.open("wb") as file:
            image.save(
                file, "JPEG", quality=form.quality, subsampling=0 if form.quality >= 90 else 2, optimize=True,
                exif=exif, xmp=embedding.for_xmp(told),
            )  # fmt: skip
        return notes
    if max(image.size) > _WEBP_SIDE:
        raise UserMistake(f"WebP pictures have at most {_WEBP_SIDE:,} pixels a side.", "Choose png or jpg.")
    with target.open("wb") as file:
        image.save(
            file, "WEBP", quality=form.quality, lossless=form.quality == 100, method=4,
            exif=exif, xmp=embedding.for_xmp(told),
        )  # fmt: skip
    return notes


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, (255, 255, 255))
    ground.paste(image, mask=image.getchannel("A"))
    return ground
