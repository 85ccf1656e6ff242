"""Markers, chapters and regions. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.domain.edits import find, parts
from studio.domain.project import Marker, Project, Region
from studio.errors import StudioError


def add_marker(project: Project, at: int, name: str = "", *, chapter: bool = False) -> tuple[Project, str]:
    """Name a moment, or let a chapter begin there; return it."""
    parts.moment(project, at)
    project, new = parts.new_id(project, "n")
    return _with_markers(project, [*project.markers, Marker(new, at, parts.plain_text(name), chapter)]), new


def move_marker(project: Project, marker_id: str, at: int) -> Project:
    """Move a marker to another moment."""
    return _put_marker(project, replace(find.marker(project, marker_id), at=parts.moment(project, at)))


def rename_marker(project: Project, marker_id: str, name: str) -> Project:
    """Give a marker another name."""
    return _put_marker(project, replace(find.marker(project, marker_id), name=parts.plain_text(name)))


def set_chapter(project: Project, marker_id: str, *, chapter: bool) -> Project:
    """Make a chapter of a marker, or a plain marker of a chapter."""
    return _put_marker(project, replace(find.marker(project, marker_id), chapter=chapter))


def remove_marker(project: Project, marker_id: str) -> Project:
    """Remove a marker or chapter."""
    gone = find.marker(project, marker_id)
    return _with_markers(project, (m for m in project.markers if m.id != gone.id))


def add_region(project: Project, start: int, end: int, name: str = "") -> tuple[Project, str]:
    """Name a stretch of time, and return it."""
    _check_span(project, start, end)
    project, new = parts.new_id(project, "r")
    return _with_regions(project, [*project.regions, Region(new, start, end, parts.plain_text(name))]), new


def set_region(project: Project, region_id: str, *, start: int | None = None, end: int | None = None) -> Project:
    """Let a region begin or end at another moment."""
    old = find.region(project, region_id)
    new = replace(old, start=old.start if start is None else start, end=old.end if end is None else end)
    _check_span(project, new.start, new.end)
    return _put_region(project, new)


def move_region(project: Project, region_id: str, start: int) -> Project:
    """Let a region begin at another moment; it lasts as long as before."""
    old = find.region(project, region_id)
    return set_region(project, region_id, start=start, end=start + old.end - old.start)


def rename_region(project: Project, region_id: str, name: str) -> Project:
    """Give a region another name."""
    return _put_region(project, replace(find.region(project, region_id), name=parts.plain_text(name)))


def remove_region(project: Project, region_id: str) -> Project:
    """Remove a region; what plays there stays."""
    gone = find.region(project, region_id)
    return _with_regions(project, (r for r in project.regions if r.id != gone.id))


def with_marks(project: Project, markers: Iterable[Marker], regions: Iterable[Region]) -> Project:
    """Give a project other markers and regions, in any order."""
    return _with_regions(_with_markers(project, markers), regions)


def _check_span(project: Project, start: int, end: int) -> None:
    parts.moment(project, start)
    parts.moment(project, end)
    if end < start:
        raise StudioError("A region cannot end before it begins.", "Swap the two times.")


def _put_marker(project: Project, marker: Marker) -> Project:
    return _with_markers(project, (marker if m.id == marker.id else m for m in project.markers))


def _put_region(project: Project, region: Region) -> Project:
    return _with_regions(project, (region if r.id == region.id else r for r in project.regions))


def _with_markers(project: Project, markers: Iterable[Marker]) -> Project:
    return replace(project, markers=tuple(sorted(markers, key=lambda m: (m.at, m.id))))


def _with_regions(project: Project, regions: Iterable[Region]) -> Project:
    return replace(project, regions=tuple(sorted(regions, key=lambda r: (r.start, r.id))))
