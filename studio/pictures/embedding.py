"""What is told inside a picture: the recipe, and the line of parameters that other programs read. Picture process.

PNG: the texts `parameters` and `angen_recipe`. JPEG and WebP: EXIF's UserComment holds the parameters, XMP the recipe.
Reading goes by hand and within limits, because files from outside say anything.
"""

from __future__ import annotations

import base64
import html
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.domain import recipe as recipes
from studio.pictures import foreign, headers
from studio.pictures.headers import Header
from studio.worker.failures import UserMistake

PARAMETERS = "parameters"
RECIPE = "angen_recipe"
MOST_TEXT = 2_000_000  # characters that are read of one text
_JPEG_SEGMENT = 65_000  # bytes that fit beside a segment's own head
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_FORM = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:angen="urn:angen-studio:1.0" angen:{name}="{value}"/></rdf:RDF></x:xmpmeta>'
)
_XMP_VALUE = re.compile(rb'angen:(recipe|packed)="([^"]*)"')


@dataclass(frozen=True)
class Told:
    """What a picture tells; empty where it tells nothing."""

    parameters: str = ""
    recipe: dict[str, Any] | None = None


# ------------------------------------------------------------------------------------------------------------- writing


def for_png(told: Told) -> PngInfo:
    """Return the texts for a PNG. What Latin letters cannot spell goes as UTF-8."""
    info = PngInfo()
    for name, text in ((PARAMETERS, told.parameters), (RECIPE, _json(told))):
        if text:
            try:
                text.encode("latin-1")
                info.add_text(name, text)
            except UnicodeEncodeError:
                info.add_itxt(name, text)
    return info


def for_exif(told: Told) -> bytes:
    """Return EXIF with the parameters as the comment, in the form that other programs read."""
    if not told.parameters:
        return b""
    exif = Image.Exif()
    exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = b"UNICODE\0" + told.parameters.encode("utf-16-be", "replace")
    made = exif.tobytes()
    return made if len(made) <= _JPEG_SEGMENT else b""


def for_xmp(told: Told) -> bytes:
    """Return an XMP packet with the recipe; packed when it would not fit a JPEG otherwise."""
    text = _json(told)
    if not text:
        return b""
    plain = _XMP_FORM.format(name="recipe", value=html.escape(text)).encode()
    if len(plain) <= _JPEG_SEGMENT:
        return plain
    packed = _XMP_FORM.format(name="packed", value=base64.b64encode(zlib.compress(text.encode(), 9)).decode()).encode()
    if len(packed) > _JPEG_SEGMENT:
        raise UserMistake("The recipe is too long to stand in such a file.", "Choose png, which takes any length.")
    return packed


def _json(told: Told) -> str:
    return recipes.canonical(told.recipe) if told.recipe else ""


# ------------------------------------------------------------------------------------------------------------- reading


def read(path: Path, name: str = "") -> tuple[Header, Told]:
    """Return what a picture is and what it tells; nothing of it is decoded. Damaged texts count as none."""
    with headers.opened(path) as file:
        header = headers.read(file, name or headers.shown(path))
        reader = _READERS.get(header.kind)
        return header, reader(file) if reader else Told()


def _from_png(file: BinaryIO) -> Told:
    texts: dict[str, str] = {}
    for name, data in headers.png_chunks(file):
        if name in {b"tEXt", b"zTXt", b"iTXt"}:
            key, _, rest = data.partition(b"\0")
            keyword = key.decode("latin-1")
            if keyword in {PARAMETERS, RECIPE} and keyword not in texts:
                texts[keyword] = _png_text(name, rest)
    return Told(texts.get(PARAMETERS, ""), recipes.parsed(texts.get(RECIPE, "")))


def _png_text(kind: bytes, rest: bytes) -> str:
    if kind == b"tEXt":
        return rest.decode("latin-1")[:MOST_TEXT]
    if kind == b"zTXt":
        return _unpacked(rest[1:]).decode("latin-1")
    packed, rest = rest[:1] == b"\1", rest[2:]
    text = rest.partition(b"\0")[2].partition(b"\0")[2]  # after the language and the keyword in that language
    return (_unpacked(text) if packed else text[:MOST_TEXT]).decode("utf-8", "replace")


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MOST_TEXT)
    except zlib.error:
        return b""


def _from_jpeg(file: BinaryIO) -> Told:
    parameters, recipe = "", None
    for marker, data in headers.jpeg_segments(file):
        if marker == 0xE1 and data.startswith(b"Exif\0\0"):
            parameters = parameters or _user_comment(data)
        elif marker == 0xE1 and data.startswith(_XMP):
            recipe = recipe or _xmp_recipe(data)
    return Told(parameters, recipe)


def _from_webp(file: BinaryIO) -> Told:
    parameters, recipe = "", None
    for name, data in headers.webp_chunks(file):
        if name == b"EXIF":
            parameters = parameters or _user_comment(data)
        elif name == b"XMP ":
            recipe = recipe or _xmp_recipe(data)
    return Told(parameters, recipe)


def _user_comment(data: bytes) -> str:
    try:
        with foreign.quiet():
            exif = Image.Exif()
            exif.load(data)
            comment = exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
    except foreign.DECODER_ERRORS:
        return ""
    if not isinstance(comment, bytes):
        return str(comment)[:MOST_TEXT]
    kind, text = comment[:8], comment[8 : 8 + 2 * MOST_TEXT]
    if kind == b"UNICODE\0":
        return text.decode("utf-16-be", "replace").rstrip("\0")
    return text.decode("utf-8" if kind == b"ASCII\0\0\0" else "latin-1", "replace").rstrip("\0")


def _xmp_recipe(data: bytes) -> dict[str, Any] | None:
    found = _XMP_VALUE.search(data[: 2 * MOST_TEXT])
    if found is None:
        return None
    if found[1] == b"recipe":
        return recipes.parsed(html.unescape(found[2].decode("utf-8", "replace")))
    try:
        return recipes.parsed(_unpacked(base64.b64decode(found[2], validate=True)))
    except ValueError:
        return None


_READERS = {"PNG": _from_png, "JPEG": _from_jpeg, "WEBP": _from_webp}
