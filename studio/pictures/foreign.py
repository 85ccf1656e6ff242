"""From a picture of unknown origin to plain pixels: eight bits, RGB or RGBA, upright. The picture process.

The size is read by hand before a decoder sees the file, only the decoders of the named kinds may run, and whatever they
raise becomes a sentence.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from studio.pictures import headers
from studio.pictures.headers import CHOOSE, Header, shown
from studio.worker.failures import UserMistake

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 65_500
_DECODERS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
# What decoders raise for damaged files, besides the errors that say so.
DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, AssertionError,
    NotImplementedError, RuntimeError, EOFError, struct.error, zlib.error, MemoryError, Image.DecompressionBombError,
    Warning,
)  # fmt: skip
_KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"eXIf", b"acTL", b"sBIT"})
_DEEP = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


@dataclass(frozen=True)
class Plain:
    """A decoded picture: mode RGB or RGBA. `facts` say what it was, `notes` what was done to it."""

    image: Image.Image
    kind: str
    mode: str
    frames: int
    notes: tuple[str, ...]


def load(path: Path, *, name: str = "", most_pixels: int = MOST_PIXELS) -> Plain:
    """Decode a picture, its first frame, upright; raise UserMistake for what cannot be used."""
    name = name or shown(path)
    with headers.opened(path) as file:
        header = headers.read(file, name)
        _check_size(header.width, header.height, name, most_pixels=most_pixels)
        with _as_words(name):
            return _decoded(_source(file, header), header, name, most_pixels=most_pixels)


@contextmanager
def quiet() -> Generator[None, None, None]:
    """Keep Pillow's warnings about damaged files to itself: what matters is said in words of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _as_words(name: str) -> Generator[None, None, None]:
    try:
        with quiet():
            yield
    except DECODER_ERRORS as e:
        if isinstance(e, OSError) and "truncated" in str(e):
            raise UserMistake(f"{name} is damaged: it ends too early.", "Get the file again, or choose another.") from e
        raise UserMistake(f"{name} is damaged and cannot be read as a picture.", CHOOSE) from e


def _check_size(width: int, height: int, name: str, *, most_pixels: int) -> None:
    if width * height > most_pixels or max(width, height) > LONGEST_SIDE:
        raise UserMistake(
            f"{name} claims {width:,} × {height:,} pixels; the studio takes up to {most_pixels / 1e6:g} megapixels, "
            f"{LONGEST_SIDE:,} a side.",
            "Make it smaller with another program first.",
        )


def _source(file: BinaryIO, header: Header) -> BinaryIO:
    """Return what the decoder may see: of a PNG, no texts, because a bomb may hide in them."""
    file.seek(0)
    if header.kind != "PNG":
        return file
    kept = io.BytesIO()
    kept.write(file.read(8))
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name == b"IDAT" or (name in _KEPT_CHUNKS and length <= headers.LARGEST_METADATA):
            kept.write(head + file.read(length + 4))
        elif name == b"IEND":
            kept.write(head + file.read(4))
            break
        else:
            file.seek(length + 4, io.SEEK_CUR)
    kept.seek(0)
    return kept


def _decoded(file: BinaryIO, header: Header, name: str, *, most_pixels: int) -> Plain:
    Image.MAX_IMAGE_PIXELS = None  # our own check, in words, comes before anything is decoded
    with Image.open(file, formats=_DECODERS) as image:
        if image.format not in {header.kind, "MPO"}:
            raise UserMistake(f"{name} is not the {header.kind} picture that it claims to be.", CHOOSE)
        _check_size(*image.size, name, most_pixels=most_pixels)
        frames = _frames(image)
        mode = image.mode
        notes: list[str] = []
        if frames > 1:
            notes.append(f"{name} holds several pictures; the first is used.")
        image.load()
        upright = _upright(image)
        return Plain(_plain(upright, name, notes), header.kind, mode, frames, tuple(notes))


def _frames(image: Image.Image) -> int:
    """How many pictures there are, as far as that is told without decoding them; 2 stands for more than one."""
    if image.format in {"GIF", "TIFF"}:
        return 2 if getattr(image, "is_animated", False) else 1
    return max(1, int(getattr(image, "n_frames", 1)))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except DECODER_ERRORS:  # the orientation is told by damaged metadata: the pixels are as good as they were
        return image.copy()


def _plain(image: Image.Image, name: str, notes: list[str]) -> Image.Image:
    clear = image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info
    wanted = "RGBA" if clear else "RGB"
    profile = image.info.get("icc_profile")
    if image.mode in _DEEP:
        notes.append(f"{name} has more than 8 bits a colour; it is rounded to 8.")
        return _eight_bits(image).convert("RGB")
    if image.mode in {"CMYK", "LAB", "YCbCr"}:
        notes.append(f"{name} is a {image.mode} picture; it is converted to red, green and blue.")
    if image.mode in {"P", "1", "LA", "PA", "RGBa", "La", "YCbCr", "HSV"}:
        image = image.convert("L" if image.mode == "1" else wanted)
    if isinstance(profile, bytes) and profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        image = _in_srgb(image, profile, name, notes)
    return image.convert(wanted)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring deep grey to 8 bits: by its range when the type fixes it, else by what occurs."""
    import numpy as np

    values = np.asarray(image).astype(np.float64)
    values[~np.isfinite(values)] = 0.0
    low, high = 0.0, 65535.0
    if image.mode == "F" or values.min() < 0 or values.max() > high:
        low, high = float(values.min()), float(values.max())
    scaled = (values - low) / max(high - low, 1e-30) * 255.0
    return Image.fromarray(np.rint(scaled).clip(0, 255).astype(np.uint8))


def _in_srgb(image: Image.Image, profile: bytes, name: str, notes: list[str]) -> Image.Image:
    """Convert by the colour profile in the file; without it when it does not fit."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    source = image.convert("RGB") if alpha else image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        wanted = ImageCms.ImageCmsProfile(srgb)  # pyright: ignore[reportUnknownArgumentType]
        result = ImageCms.profileToProfile(source, given, wanted, outputMode="RGB")
    except (ImageCms.PyCMSError, *DECODER_ERRORS):
        notes.append(f"{name} has a colour profile that does not fit; colours may be a little off.")
        return image
    if result is None:
        return image
    if alpha:
        result.putalpha(alpha)
    return result
