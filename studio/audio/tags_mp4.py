"""Tags of M4B and M4A files. Chapters are put in by ffmpeg, which also writes the track that players look for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from studio.audio import foreign
from studio.audio.tagging import RECIPE_KEY, TEXTS, Chapter, Tags, parsed_recipe, picture_type, with_ends
from studio.worker.failures import UserMistake

_NAMES = {
    "title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "year": "\xa9day", "genre": "\xa9gen",
    "comment": "\xa9cmt",
}  # fmt: skip
_OURS = "----:com.apple.iTunes:"
_LANGUAGE = f"{_OURS}LANGUAGE"
_RECIPE = f"{_OURS}{RECIPE_KEY}"
_LONGEST = 600.0  # seconds for a copy


def write(path: Path, tags: Tags) -> None:
    """Set the tags, after the chapters."""
    if tags.chapters:
        _add_chapters(path, tags.chapters)
    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    found: Any = file.tags
    for name, text in tags.texts.items():
        if name in _NAMES:
            found[_NAMES[name]] = [text]
        else:
            found[_LANGUAGE] = [MP4FreeForm(text.encode())]
    if tags.recipe is not None:
        found[_RECIPE] = [MP4FreeForm(tags.recipe_text.encode())]
    if tags.cover:
        form = MP4Cover.FORMAT_PNG if tags.cover_type == "image/png" else MP4Cover.FORMAT_JPEG
        found["covr"] = [MP4Cover(tags.cover, form)]
    file.save(padding=lambda _info: 0)


def read(path: Path) -> Tags:
    """Return a file's tags."""
    file = MP4(path)
    found: Any = file.tags or {}
    texts = {name: _first(found, key) for name, key in _NAMES.items()}
    texts["language"] = _free(found, _LANGUAGE)
    covers = [bytes(cover) for cover in found.get("covr", ()) if picture_type(bytes(cover))]
    recipe = _free(found, _RECIPE)
    starts = [(float(chapter.start), str(chapter.title)) for chapter in file.chapters or ()]
    return Tags(
        **{name: texts[name] for name in TEXTS},
        cover=covers[0] if covers else None,
        chapters=with_ends(starts, float(file.info.length)) if file.info else (),
        recipe=parsed_recipe(recipe) if recipe else None,
    )


def _first(found: Any, key: str) -> str:
    values = found.get(key)
    return str(values[0]) if values else ""


def _free(found: Any, key: str) -> str:
    values = found.get(key)
    return bytes(values[0]).decode(errors="replace") if values else ""


def _add_chapters(path: Path, chapters: tuple[Chapter, ...]) -> None:
    """Copy the file with chapters in it."""
    program = foreign.needed("Chapters of M4B files are written by ffmpeg")
    listing, copy = path.with_name(f"{path.name}.chapters"), path.with_name(f"{path.name}.copy")
    # fmt: off
    words = [
        program, "-nostdin", "-hide_banner", "-v", "fatal", "-y",
        "-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{path.absolute()}",
        "-protocol_whitelist", "file", "-f", "ffmetadata", "-i", f"file:{listing.absolute()}",
        "-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy",
        "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "ipod", f"file:{copy.absolute()}",
    ]
    # fmt: on
    try:
        listing.write_text(_listed(chapters), encoding="utf-8", newline="\n")
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
        if done.returncode != 0:
            raise UserMistake("ffmpeg could not write the chapters.", "See that the disk has room, or leave them out.")
        shutil.copyfile(copy, path)  # whoever gave the file may hold a lock on it: it must stay the same one
    except subprocess.TimeoutExpired as e:
        raise UserMistake("ffmpeg hangs over the chapters.", "Leave them out.") from e
    finally:
        listing.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)


def _listed(chapters: tuple[Chapter, ...]) -> str:
    lines = [";FFMETADATA1"]
    for chapter in chapters:
        title = "".join(f"\\{c}" if c in "=;#\\\n" else c for c in chapter.title.replace("\r", ""))
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(chapter.start * 1000)}"]
        lines += [f"END={round(chapter.end * 1000)}", f"title={title}"]
    return "\n".join(lines) + "\n"
