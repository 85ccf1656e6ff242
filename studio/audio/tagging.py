"""What a sound file says of itself: tags, cover, chapters, and the recipe it was made by. Any thread.

Reading never fails because of what a file holds: what is odd is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from mutagen import MutagenError

from studio.audio import kinds
from studio.domain.recipe import canonical, parsed
from studio.worker.failures import UserMistake

RECIPE_KEY = "angen_recipe"
SOFTWARE = "Angen Studio"
TEXTS = ("title", "artist", "album", "year", "genre", "comment", "language")
_MOST_TEXT = 100_000
_MOST_RECIPE = 16_000_000
_MOST_COVER = 16_000_000
_MOST_CHAPTERS = 10_000
_LONGEST = 360_000.0
# What reading a hostile file through a library may end in.
_ODD = (
    MutagenError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RecursionError,
    struct.error, AssertionError, NotImplementedError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class Chapter:
    """A part of a sound, in seconds."""

    start: float
    end: float
    title: str


@dataclass(frozen=True)
class Tags:
    """Everything a file can say."""

    title: str = ""
    artist: str = ""
    album: str = ""
    year: str = ""
    genre: str = ""
    comment: str = ""
    language: str = ""
    cover: bytes | None = None
    cover_type: str = ""  # "image/jpeg" or "image/png"
    chapters: tuple[Chapter, ...] = ()
    recipe: dict[str, Any] | None = None

    @staticmethod
    def of(table: Mapping[str, Any], recipe: Mapping[str, Any] | None = None) -> Tags:
        """Read a task's input, where the cover is a path and a chapter [start, end, title]."""
        texts = {name: str(table.get(name) or "") for name in TEXTS}
        chapters = tuple(Chapter(float(a), float(b), str(title)) for a, b, title in table.get("chapters") or ())
        cover, cover_type = _cover(Path(table["cover"])) if table.get("cover") else (None, "")
        return Tags(
            **texts, cover=cover, cover_type=cover_type, chapters=chapters, recipe=dict(recipe) if recipe else None
        )

    @property
    def texts(self) -> dict[str, str]:
        """What is said in words, without what is empty."""
        found = {name: getattr(self, name).replace("\0", "").strip() for name in TEXTS}
        return {name: text for name, text in found.items() if text}

    @property
    def recipe_text(self) -> str:
        """The recipe's one spelling; empty when there is none."""
        return canonical(self.recipe) if self.recipe is not None else ""


def write(path: Path, kind: str, tags: Tags) -> None:
    """Add tags to a file that an encoder of ours has closed."""
    if tags == Tags():
        return
    try:
        _module(kind).write(path, tags)
    except MutagenError as e:
        if e.args and isinstance(e.args[0], OSError):
            raise e.args[0] from e
        raise UserMistake(f"The tags do not fit into the file: {e}.", "Shorten them, or use a smaller cover.") from e


def read(path: Path) -> Tags:
    """Return what a file says of itself; raise UserMistake only for what is no sound file."""
    kind = kinds.of(path).name
    try:
        found: Tags = _module(kind).read(path)
        return _bounded(found)
    except _ODD:
        return Tags()
    except OSError as e:
        raise kinds.unreadable(path, e) from e


def parsed_recipe(text: str | bytes) -> dict[str, Any] | None:
    """Return the recipe that a text from outside spells; None when it is none."""
    return parsed(text) if len(text) <= _MOST_RECIPE else None


def with_ends(starts: list[tuple[float, str]], length: float) -> tuple[Chapter, ...]:
    """Return chapters of which only the beginnings are known: each lasts to the next one."""
    starts = sorted(starts)[:_MOST_CHAPTERS]
    ends = [start for start, _ in starts[1:]] + [max(length, starts[-1][0])] if starts else []
    return tuple(Chapter(start, end, title) for (start, title), end in zip(starts, ends, strict=True))


def picture_type(data: bytes) -> str:
    """Return the type of a picture that files can carry; empty for any other."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else ""


def _cover(path: Path) -> tuple[bytes, str]:
    try:
        if path.stat().st_size > _MOST_COVER:
            raise UserMistake(f"{kinds.shown(path)} is too large for a cover.", "Use a picture below 16 MB.")
        data = path.read_bytes()
    except OSError as e:
        raise kinds.unreadable(path, e) from e
    if not picture_type(data):
        raise UserMistake(f"{kinds.shown(path)} is no JPEG or PNG picture.", "Sound files can carry only those.")
    return data, picture_type(data)


def _bounded(tags: Tags) -> Tags:
    """Drop what is out of all proportion."""
    texts = {name: str(getattr(tags, name))[:_MOST_TEXT] for name in TEXTS}
    fitting = tags.cover is not None and len(tags.cover) <= _MOST_COVER and bool(picture_type(tags.cover))
    chapters = tuple(
        Chapter(c.start, c.end, c.title[:_MOST_TEXT])
        for c in tags.chapters[:_MOST_CHAPTERS]
        if 0 <= c.start <= c.end <= _LONGEST
    )
    cover = tags.cover if fitting else None
    kind = picture_type(cover) if cover else ""
    return Tags(**texts, cover=cover, cover_type=kind, chapters=chapters, recipe=tags.recipe)


@dataclass(frozen=True)
class _Container:
    """How the files of some kinds keep their tags."""

    write: Callable[[Path, Tags], None]
    read: Callable[[Path], Tags]


_MODULES = {
    "wav": "tags_wav", "mp3": "tags_id3", "aiff": "tags_id3", "flac": "tags_xiph", "ogg": "tags_xiph",
    "opus": "tags_xiph", "m4a": "tags_mp4", "m4b": "tags_mp4",
}  # fmt: skip


def _module(kind: str) -> _Container:
    if kind not in _MODULES:
        return _Container(lambda _path, _tags: None, lambda _path: Tags())
    module = import_module(f"studio.audio.{_MODULES[kind]}")
    return _Container(module.write, module.read)
