"""What is told inside a picture: the recipe, and the line of parameters that other programs read. Picture process.

PNG: the texts `parameters` and `angen_recipe`. JPEG and WebP: EXIF's UserComment holds the parameters, XMP the recipe.
Reading goes by hand and within limits, because files from outside say anything. Texts of other programs are read too.
"""

from __future__ import annotations

import base64
import html
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.domain import recipe as recipes
from studio.domain.made_elsewhere import reading
from studio.pictures import foreign, headers
from studio.pictures.headers import Header
from studio.worker.failures import UserMistake

PARAMETERS = "parameters"
RECIPE = "angen_recipe"
MOST_TEXT = 2_000_000  # characters that are read of one text
_JPEG_SEGMENT = 65_000  # bytes that fit beside a segment's own head
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_NAMED_TEXTS = (0x010F, 0x0110, 0x010E)  # maker, model and description: some programs put their graphs there
_MOST_BLOCKS = 20
_EXIF = b"Exif\0\0"
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
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])  # texts of other programs, by small letters


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
            keyword = key.decode("latin-1").lower()
            if (keyword == RECIPE or keyword in reading.NAMES) and keyword not in texts:
                texts[keyword] = _png_text(name, rest)
    recipe = recipes.parsed(texts.pop(RECIPE, ""))
    return Told(texts.pop(PARAMETERS, ""), recipe, texts)


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
    segments = (data for marker, data in headers.jpeg_segments(file) if marker == 0xE1)
    return _from_blocks((data.startswith(_EXIF), data) for data in segments if data.startswith((_EXIF, _XMP)))


def _from_webp(file: BinaryIO) -> Told:
    return _from_blocks((name == b"EXIF", d) for name, d in headers.webp_chunks(file) if name in {b"EXIF", b"XMP "})


def _from_blocks(blocks: Iterable[tuple[bool, bytes]]) -> Told:
    """Return what blocks of EXIF, and others of XMP, tell; the first that says a thing is believed."""
    texts: dict[str, str] = {}
    recipe: dict[str, Any] | None = None
    for is_exif, data in islice(blocks, _MOST_BLOCKS):
        if is_exif:
            texts = _exif_texts(data) | texts
        else:
            recipe = recipe or _xmp_recipe(data)
    return Told(texts.pop(PARAMETERS, ""), recipe, texts)


def _exif_texts(data: bytes) -> dict[str, str]:
    """Return the comment as the parameters, and texts that begin with their name."""
    try:
        with foreign.quiet():
            exif = Image.Exif()
            exif.load(data)
            named = [exif.get(tag) for tag in _NAMED_TEXTS]
            comment = _comment(exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT, b""))
    except foreign.DECODER_ERRORS:
        return {}
    texts = {PARAMETERS: comment} if comment else {}
    for value in named:
        name, colon, text = str(value or "")[:MOST_TEXT].partition(":")
        if colon and name.lower() in reading.NAMES:
            texts.setdefault(name.lower(), text.rstrip("\0"))
    return texts


def _comment(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)[:MOST_TEXT]
    kind, text = value[:8], value[8 : 8 + 2 * MOST_TEXT]
    if kind == b"UNICODE\0":
        # No order of the bytes is told; most letters of a prompt have an empty half.
        order = "utf-16-le" if text[1::2].count(0) > text[::2].count(0) else "utf-16-be"
        return text.decode(order, "replace").rstrip("\0")
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
