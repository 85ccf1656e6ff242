"""What goes into the files of an export: the sound process's orders, and the texts beside the sound. Any thread."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from studio.domain.export import captions, chapters, labels, order, otio
from studio.domain.export.credits import page, roll_up
from studio.domain.export.heard import heard
from studio.domain.export.order import Order, Piece
from studio.domain.project import Media, Project
from studio.store import project_media

_RECIPE_BYTES = 1_000_000  # of the mix; the other files share as much again
_LEAST_RECIPE = 20_000


def recipes(project: Project, placed: Order) -> dict[str, dict[str, Any]]:
    """Return the recipe of each sound file, by its path."""
    sounds = [piece for piece in placed.pieces if piece.is_sound]
    share = max(_LEAST_RECIPE, _RECIPE_BYTES // max(1, len(sounds) - 1))
    return {
        piece.path: roll_up(
            project,
            heard(project, piece.start, piece.end, tracks=frozenset({piece.track}) if piece.track else None),
            start=piece.start,
            end=piece.end,
            settings=placed.settled.for_recipe(),
            most_bytes=_RECIPE_BYTES if piece.use == order.MIX else share,
        )
        for piece in sounds
    }


def output(project: Project, placed: Order, piece: Piece, file: Path, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sound process is told of one file."""
    return {
        "file": str(file),
        "start": piece.start,
        "end": piece.end,
        "tracks": [piece.track] if piece.use == order.STEM else None,
        "stem": piece.use == order.STEM,
        "tags": _tags(project, placed, piece),
        "recipe": dict(recipe),
    }


def text(project: Project, placed: Order, piece: Piece) -> str:
    """Return the content of a file beside the sound."""
    start, end = piece.start, piece.end
    if piece.use == order.LABELS:
        return labels.audacity(project, start, end)
    if piece.use == order.SUBTITLES:
        ending = Path(piece.path).suffix.lower().lstrip(".")
        return captions.written(captions.spoken(project, start, end), ending, start=start, rate=project.rate)
    if piece.use == order.OTIO:
        made = otio.timeline(project, start, end, address=lambda media: _address(media, placed, piece))
        return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return page(project, heard(project, start, end), title=f"Credits of {placed.tags['title']}")


def _tags(project: Project, placed: Order, piece: Piece) -> dict[str, Any]:
    tags: dict[str, Any] = dict(placed.tags)
    if piece.use == order.CHAPTER:
        tags |= {"title": piece.title, "album": tags["album"] or tags["title"]}
    elif piece.use == order.STEM:
        tags |= {"title": f"{tags['title']} – {piece.title}"}
    marked = chapters.chapters(project, piece.start, piece.end) if piece.use == order.MIX else ()
    folder, cover = Path(placed.folder), project.cover
    return tags | {
        "cover": str(folder / cover.file) if cover and project_media.is_there(folder, cover.file) else None,
        "chapters": _in_seconds(marked, piece.start, project.rate) if placed.settled.chapters else [],
    }


def _in_seconds(found: Sequence[chapters.Chapter], start: int, rate: int) -> list[list[Any]]:
    return [[(c.start - start) / rate, (c.end - start) / rate, c.title] for c in found]


def _address(media: Media, placed: Order, piece: Piece) -> str:
    """Return where media lies as seen from the file that names it, as a reference."""
    file = Path(placed.folder, media.file)
    try:
        seen = os.path.relpath(file, Path(piece.path).parent)
    except ValueError:  # on another drive there is no way from here to there
        return file.as_uri()
    return quote(Path(seen).as_posix())
