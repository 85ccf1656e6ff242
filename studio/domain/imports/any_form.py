"""Texts from outside as dialogue scripts: plain text, Fountain, SRT, WebVTT, Markdown, EPUB. Pure; any thread.

Every file is taken for hostile: sizes are limited, XML defines nothing, nothing is written anywhere.
"""

from __future__ import annotations

from pathlib import PurePath

from studio.domain import script_text
from studio.domain.imports import epub, fountain, markdown, plain, subtitles
from studio.domain.imports.value import Imported
from studio.errors import StudioError

LARGEST_TEXT = 16_000_000
LARGEST_EPUB = 200_000_000  # pictures are most of it; how much text is unpacked has a limit of its own
_EPUB_FIRST = b"PK\x03\x04"
_READABLE = "plain text, Fountain, SRT, VTT, Markdown or EPUB"
_OTHERS = {
    **dict.fromkeys((".pdf",), "a PDF"),
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf", ".pages"), "a word processor's file"),
    **dict.fromkeys((".mobi", ".azw", ".azw3", ".fb2", ".html", ".htm", ".fdx"), "a format that is not read"),
}


def largest(name: str) -> int:
    """How many bytes a file of this name may have."""
    return LARGEST_EPUB if PurePath(name).suffix.lower() == ".epub" else LARGEST_TEXT


def read(data: bytes, *, name: str) -> Imported:
    """The script that a file's content is, by its ending and by what is in it. Raise StudioError with what to do."""
    ending = PurePath(name).suffix.lower()
    if ending == ".epub" or (data.startswith(_EPUB_FIRST) and b"application/epub+zip" in data[:128]):
        return epub.read(data, name=name)
    _refuse_others(data, ending, name)
    if len(data) > LARGEST_TEXT:
        raise StudioError(f"{name} is over {LARGEST_TEXT:,} bytes.", "Split it into chapters, a job each.")
    text = script_text.decode(data, name=name)
    if ending in (".fountain", ".spmd"):
        return fountain.read(text)
    if ending == ".vtt" or text.startswith("WEBVTT"):
        return subtitles.read(text, form="WebVTT")
    if ending == ".srt" or subtitles.looks_like_srt(text):
        return subtitles.read(text, form="SRT")
    if ending in (".md", ".markdown"):
        return markdown.read(text)
    return plain.read(text)


def _refuse_others(data: bytes, ending: str, name: str) -> None:
    kind = _OTHERS.get(ending, "")
    if data.startswith(b"%PDF-"):
        kind = "a PDF"
    elif data.startswith((_EPUB_FIRST, b"\xd0\xcf\x11\xe0")):
        kind = "a word processor's file"
    if not kind:
        return
    raise StudioError(
        f"{name} is {kind}; scripts are {_READABLE}.", "Save its text as .txt (UTF-8) in the program that made it."
    )
