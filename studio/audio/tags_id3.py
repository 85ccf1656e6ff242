"""Tags as ID3 frames: in MP3 files, in AIFF files (reading), and in a chunk of WAV files. Any thread."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import MutagenError, id3
from mutagen.aiff import AIFF

from studio.audio import kinds
from studio.audio.tagging import RECIPE_KEY, TEXTS, Chapter, Tags, parsed_recipe, picture_type

_FRAMES = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "year": "TDRC", "genre": "TCON", "language": "TLAN"}
_UTF8 = id3.Encoding.UTF8
_NO_OFFSET = 0xFFFFFFFF
_MOST_LISTED = 255  # chapters; the table counts them in one byte
_HEADER = 10
_BLOCK = 1 << 20
_VERSION = 3  # of ID3v2: what every player knows


def write(path: Path, tags: Tags) -> None:
    """Put the tags in front of an MP3 file."""
    with path.open("rb+") as file:
        insert(file, as_bytes(tags))


def as_bytes(tags: Tags) -> bytes:
    """Return the tags as one block. The library sorts frames by size, so each chapter goes by itself, in order."""
    found = frames(tags)
    apart = [_only(chapter) for chapter in found.getall("CHAP")]
    found.delall("CHAP")
    body = b"".join(_body(each) for each in (found, *apart))
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([_VERSION, 0, 0]) + size + body


def insert(file: BinaryIO, data: bytes) -> None:
    """Make room at the front of a file, from its end backwards, and put data there."""
    at = file.seek(0, os.SEEK_END)
    while at:
        start = max(0, at - _BLOCK)
        file.seek(start)
        block = file.read(at - start)
        file.seek(start + len(data))
        file.write(block)
        at = start
    file.seek(0)
    file.write(data)


def read(path: Path) -> Tags:
    """Return the tags of an MP3 or AIFF file."""
    if kinds.of(path) is kinds.AIFF:
        found = AIFF(path).tags
        return of_frames(found) if found is not None else Tags()
    try:
        return of_frames(id3.ID3(path))
    except id3.ID3NoHeaderError:
        return Tags()


def of_bytes(data: bytes) -> Tags:
    """Return the tags in a block; nothing when it is none."""
    try:
        return of_frames(id3.ID3(io.BytesIO(data)))
    except MutagenError:
        return Tags()


def frames(tags: Tags) -> id3.ID3:
    """Return tags as frames, ready to be saved."""
    found = id3.ID3()
    for name, text in tags.texts.items():
        if name in _FRAMES:
            found.add(id3.Frames[_FRAMES[name]](encoding=_UTF8, text=[text]))
    if tags.texts.get("comment"):
        found.add(id3.COMM(encoding=_UTF8, lang="und", desc="", text=[tags.texts["comment"]]))
    if tags.recipe is not None:
        found.add(id3.TXXX(encoding=_UTF8, desc=RECIPE_KEY, text=[tags.recipe_text]))
    if tags.cover:
        front = id3.PictureType.COVER_FRONT
        found.add(id3.APIC(encoding=_UTF8, mime=tags.cover_type, type=front, desc="Cover", data=tags.cover))
    _add_chapters(found, tags.chapters)
    found.update_to_v23()
    return found


def _only(chapter: id3.CHAP) -> id3.ID3:
    found = id3.ID3()
    found.add(chapter)
    return found


def _body(found: id3.ID3) -> bytes:
    target = io.BytesIO()
    found.save(target, v1=0, v2_version=_VERSION, padding=lambda _info: 0)
    return target.getvalue()[_HEADER:]


def _add_chapters(found: id3.ID3, chapters: tuple[Chapter, ...]) -> None:
    for number, chapter in enumerate(chapters):
        found.add(
            id3.CHAP(
                element_id=f"chp{number}",
                start_time=round(chapter.start * 1000),
                end_time=round(chapter.end * 1000),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=[id3.TIT2(encoding=_UTF8, text=[chapter.title])],
            )
        )
    if chapters:
        listed = [f"chp{number}" for number in range(len(chapters))][:_MOST_LISTED]
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        found.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=listed, sub_frames=[]))


def of_frames(found: id3.ID3) -> Tags:
    """Return what foreign frames say."""
    texts = {name: _text(found, frame) for name, frame in _FRAMES.items()}
    comments = [frame for frame in found.getall("COMM") if not frame.desc] or found.getall("COMM")
    texts["comment"] = str(comments[0].text[0]) if comments and comments[0].text else ""
    recipes = [str(frame.text[0]) for frame in found.getall("TXXX") if frame.desc == RECIPE_KEY and frame.text]
    pictures = [frame.data for frame in found.getall("APIC") if picture_type(frame.data)]
    return Tags(
        **{name: texts[name] for name in TEXTS},
        cover=pictures[0] if pictures else None,
        chapters=tuple(sorted(map(_chapter, found.getall("CHAP")), key=lambda c: c.start)),
        recipe=parsed_recipe(recipes[0]) if recipes else None,
    )


def _chapter(frame: Any) -> Chapter:
    titles = frame.sub_frames.getall("TIT2")
    title = str(titles[0].text[0]) if titles and titles[0].text else ""
    return Chapter(frame.start_time / 1000, frame.end_time / 1000, title)


def _text(found: id3.ID3, name: str) -> str:
    frame = found.get(name)
    return str(frame.text[0]) if frame is not None and frame.text else ""
