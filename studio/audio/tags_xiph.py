"""Tags as the comments of FLAC, Ogg Vorbis and Opus files. Any thread."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from studio.audio import kinds
from studio.audio.tagging import RECIPE_KEY, SOFTWARE, TEXTS, Chapter, Tags, parsed_recipe, picture_type, with_ends

_NAMES = {name: name.upper() for name in TEXTS} | {"year": "DATE"}
_FRONT_COVER = 3
_CHAPTER = re.compile(r"CHAPTER(\d{3,4})")
_TIME = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)")


def write(path: Path, tags: Tags) -> None:
    """Set the comments of a file."""
    file = _opened(path)
    if file.tags is None:
        file.add_tags()
    comments: Any = file.tags
    comments.vendor = SOFTWARE
    for key in list(comments.keys()):
        del comments[key]
    for name, text in tags.texts.items():
        comments[_NAMES[name]] = text
    if tags.recipe is not None:
        comments[RECIPE_KEY.upper()] = tags.recipe_text
    for number, chapter in enumerate(tags.chapters):
        comments[f"CHAPTER{number:03d}"] = _time(chapter)
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title
    if tags.cover:
        picture = _picture(tags)
        if isinstance(file, FLAC):
            file.clear_pictures()
            file.add_picture(picture)
        else:
            comments["METADATA_BLOCK_PICTURE"] = base64.b64encode(picture.write()).decode("ascii")
    file.save(padding=lambda _info: 0)


def read(path: Path) -> Tags:
    """Return a file's comments."""
    file = _opened(path)
    comments: dict[str, str] = {}
    for key, value in file.tags or ():
        comments.setdefault(key.upper(), value)
    starts = [
        (seconds, comments.get(f"{key}NAME", ""))
        for key, value in comments.items()
        if _CHAPTER.fullmatch(key) and (seconds := _seconds(value)) is not None
    ]
    texts = {name: comments.get(key, "") for name, key in _NAMES.items()}
    texts["comment"] = texts["comment"] or comments.get("DESCRIPTION", "")
    recipe = comments.get(RECIPE_KEY.upper())
    return Tags(
        **texts,
        cover=_cover(file, comments),
        chapters=with_ends(starts, float(file.info.length)),
        recipe=parsed_recipe(recipe) if recipe else None,
    )


def _opened(path: Path) -> Any:
    if kinds.of(path) is kinds.FLAC:
        return FLAC(path)
    with path.open("rb") as file:
        head = file.read(64)
    if b"OpusHead" in head:
        return OggOpus(path)
    return OggFLAC(path) if b"\x7fFLAC" in head else OggVorbis(path)


def _picture(tags: Tags) -> Picture:
    picture = Picture()
    picture.type = _FRONT_COVER
    picture.mime = tags.cover_type
    picture.desc = "Cover"
    picture.data = tags.cover
    return picture


def _cover(file: Any, comments: dict[str, str]) -> bytes | None:
    if isinstance(file, FLAC):
        pictures = file.pictures
    else:
        block = comments.get("METADATA_BLOCK_PICTURE")
        pictures = [Picture(base64.b64decode(block))] if block else []
    return next((picture.data for picture in pictures if picture_type(picture.data)), None)


def _time(chapter: Chapter) -> str:
    thousandths = round(chapter.start * 1000)
    minutes, seconds = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds // 1000:02d}.{seconds % 1000:03d}"


def _seconds(text: str) -> float | None:
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
