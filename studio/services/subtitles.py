"""Subtitles of a spoken script, at the times at which its sentences are really heard. Any thread."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from studio.domain import dialogue
from studio.domain.export import captions
from studio.domain.project import Project
from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import library
from studio.store import atomic

_RATE = 1000  # times in milliseconds
_BEFORE_MARK = re.compile(r"\s+([,.;:!?…])")  # where a sound stood
_SOUND = re.compile(r"\([^()]*\)")


def check_target(path: Path, *, force: bool) -> Path:
    """Check where subtitles are to go, before anything is made."""
    if path.suffix.lower().lstrip(".") not in captions.ENDINGS:
        raise StudioError(f"The ending of {path.name!r} names no format for subtitles.", "Use .srt or .vtt.")
    return library.check_file(path, force=force)


def of_speech(request: Request, manifest: Manifest, facts: dict[str, Any], ending: str) -> str:
    """Return the subtitles of a job's result; `facts` say when each sentence begins and ends."""
    pieces, _ = dialogue.units(dialogue.parse(request.script), supported=frozenset(manifest.nonverbals))
    places = cast("list[dict[str, Any]]", facts.get("pieces", []))
    if len(places) != len(pieces):
        raise StudioError("The times of the sentences are not known.", "Speak the script again.")
    lines = [
        captions.Line(
            round(float(place["start"]) * _RATE),
            round(float(place["end"]) * _RATE),
            piece.speaker or "",
            _BEFORE_MARK.sub(r"\1", " ".join(_without_sounds(piece).split())),
        )
        for piece, place in zip(pieces, places, strict=True)
    ]
    return captions.written([line for line in lines if line.text], ending, start=0, rate=_RATE)


def write_takes(path: Path, project: Project) -> Path:
    """Write the subtitles of a project's clips into a file; its ending names the form, without one it is SubRip."""
    target = path if path.suffix else path.with_name(f"{path.name}.srt")
    check_target(target, force=True)
    lines = captions.spoken(project, 0, project.length)
    if not lines:
        raise StudioError("There is nothing to write: no line was made yet.", "Generate the lines first.")
    text = captions.written(lines, target.suffix.lower().lstrip("."), start=0, rate=project.rate)
    try:
        atomic.write_bytes(target, text.encode())
    except OSError as e:
        raise atomic.explain(e, f"{target.name} could not be written") from e
    return target


def _without_sounds(piece: dialogue.Piece) -> str:
    """What is read: respelt words as they stand, without the sounds between them."""
    parts: list[str] = []
    at = 0
    for start, end in piece.kept:
        parts.append(piece.text[at:start])
        kept = piece.text[start:end]
        parts.append("" if _SOUND.fullmatch(kept) else kept)
        at = end
    return "".join([*parts, piece.text[at:]])
