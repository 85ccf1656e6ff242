"""Which lanes look otherwise than before, so that an edit draws no more than these anew. Pure; any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from studio.domain.project import Project, sounding

if TYPE_CHECKING:
    from studio.ui.timeline.painting import Sight


def changed_rows(before: Sight, after: Sight) -> list[int] | None:
    """Return the seen lanes that differ in more than the scale; None where what lies behind all of them does."""
    old, new = before.project, after.project
    chosen = {"clips": after.clips, "points": after.points, "track": after.track, "marker": after.marker}
    if replace(before, project=new, scale=after.scale, **chosen) != after:  # a chosen mark shows in the ruler alone
        return None
    if old is not new and _shared(old) != _shared(new):
        return None
    touched = (before.clips ^ after.clips) | {point.owner for point in before.points ^ after.points}
    sounded, sounds = ({track.id for track in sounding(one.tracks)} for one in (old, new))
    found: list[int] = []
    for row in after.lanes.seen(after.height):
        was, track = old.tracks[row], new.tracks[row]
        differs = (
            was is not track
            or (track.id in sounded) != (track.id in sounds)
            or (track.id == before.track) != (track.id == after.track)
            or (bool(touched) and (track.id in touched or any(clip.id in touched for clip in track.clips)))
        )
        if differs:
            found.append(row)
    return found


def _shared(project: Project) -> tuple[object, ...]:
    """Return what all lanes show."""
    return project.rate, project.style, project.markers, project.regions, project.media, project.takes
