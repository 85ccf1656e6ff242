"""Groups: clips that are moved, copied and removed together. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.domain.edits import find, parts
from studio.domain.project import Project
from studio.errors import StudioError


def with_group(project: Project, clip_ids: Iterable[str]) -> list[str]:
    """Return the clips and all that are in a group with one of them."""
    return list(spots(project, clip_ids))


def spots(project: Project, clip_ids: Iterable[str]) -> dict[str, find.Spot]:
    """Return where those clips are; the ones asked for come first."""
    found = find.spots(project, clip_ids)
    groups = {project.tracks[at.track].clips[at.clip].group for at in found.values()} - {""}
    if groups:
        for row, track in enumerate(project.tracks):
            for place, clip in enumerate(track.clips):
                if clip.group in groups:
                    found.setdefault(clip.id, find.Spot(row, place))
    return found


def group(project: Project, clip_ids: Iterable[str]) -> tuple[Project, str]:
    """Put clips into a new group; whole groups among them are joined."""
    found = spots(project, clip_ids)
    if len(found) < 2:
        raise StudioError("A group holds at least two clips.", "Name more than one clip.")
    parts.check_unlocked(project, found.values())
    project, name = parts.new_id(project, "g")
    return _renamed(project, found, name), name


def ungroup(project: Project, clip_ids: Iterable[str]) -> Project:
    """Dissolve the groups that these clips are in."""
    found = spots(project, clip_ids)
    parts.check_unlocked(project, found.values())
    return _renamed(project, found, "")


def _renamed(project: Project, found: dict[str, find.Spot], name: str) -> Project:
    return parts.put_clips(
        project, {at: replace(project.tracks[at.track].clips[at.clip], group=name) for at in found.values()}
    )
