"""Chapters of an export: from the project's chapter markers, cut to the stretch that is exported. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from studio.domain.export import file_names
from studio.domain.project import Project

OPENING = "Opening"  # what comes before the first chapter, where chapters become files


@dataclass(frozen=True)
class Chapter:
    """A stretch of the timeline with a title, in samples of the project."""

    start: int
    end: int
    title: str


def chapters(project: Project, start: int, end: int) -> tuple[Chapter, ...]:
    """Return the chapters that sound between two samples; the one under way at the start begins there."""
    moments = [(m.at, m.name.strip()) for m in project.markers if m.chapter and m.at < end]
    bounds = [*(max(start, at) for at, _ in moments), end]
    lengths = zip(pairwise(bounds), moments, strict=True)
    whole = [(a, b, name) for (a, b), (_, name) in lengths if b > a]
    return tuple(Chapter(a, b, name or f"Chapter {n}") for n, (a, b, name) in enumerate(whole, 1))


def pieces(project: Project, start: int, end: int) -> tuple[Chapter, ...]:
    """Return the chapters as pieces that together are the whole stretch; nothing where there are no chapters."""
    found = chapters(project, start, end)
    if found and found[0].start > start:
        return (Chapter(start, found[0].start, OPENING), *found)
    return found


def file_stems(found: tuple[Chapter, ...]) -> list[str]:
    """Return a file name without ending for each piece: "01 Title"; an opening before the first chapter is 00."""
    first = 0 if found and found[0].title == OPENING else 1
    digits = max(2, len(str(len(found))))
    named = (file_names.safe(c.title, otherwise="Chapter") for c in found)
    return [f"{number:0{digits}} {name}" for number, name in enumerate(named, first)]
