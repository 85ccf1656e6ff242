"""Moving clips in time and from track to track, or copies of them. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import clips, find, grouping, ripple
from studio.domain.project import Project
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit


class Move:
    """Drags the clip that was pressed, with the chosen ones if it is one of them, and whole groups.

    The end that is nearest to something comes to rest there, whether it is where they all begin or end, or where the
    pressed clip does. Tracks above the first and below the last are none: there the clips stay on the outermost. With
    ripple, the later clips of the tracks close up and make room; since they move, they attract nothing.
    """

    def __init__(self, held: Held, hit: Hit, *, copy: bool = False) -> None:
        self.label = t("Copy clips by dragging") if copy else t("Move clips")
        self._held = held
        self._hit = hit
        self._copy = copy
        chosen = sorted(held.clips - {hit.id}) if hit.id in held.clips else []
        spots = grouping.spots(held.project, [hit.id, *chosen])
        self._ids = list(spots)
        moved = find.clips(held.project, self._ids)
        pressed = moved[0]
        self._first = min(clip.start for clip in moved)
        self._edges = dict.fromkeys((pressed.start, pressed.end, self._first, max(clip.end for clip in moved)))
        rows = [spot.track for spot in spots.values()]
        self._row = rows[0]
        self._least = -min(rows)
        self._most = len(held.project.tracks) - 1 - max(rows)
        # A copy may come to rest at its original; what is moved must not be held by where it was.
        self._exclude = [] if copy else self._ids
        if held.ways.ripple:
            self._exclude = [clip.id for row in set(rows) for clip in held.project.tracks[row].clips]

    def at(self, place: Place) -> Step:
        """Return the project with the clips where the pointer takes them."""
        project = self._held.project
        by, snapped = self._held.shifted(self._edges, travelled(self._hit.at, place), place, exclude=self._exclude)
        if by < -self._first:
            by, snapped = -self._first, None
        down = min(max(place.row - self._hit.row, self._least), self._most)
        if by == 0 == down:
            return Step(project, snapped)
        track = project.tracks[self._row + down].id
        if self._held.ways.ripple:
            return Step(self._rippled(by, track), snapped)
        if not self._copy:
            return Step(clips.move(project, self._ids, by=by, track=track), snapped)
        return Step(_copied(project, self._ids, by, track), snapped)

    def _rippled(self, by: int, track: str) -> Project:
        if self._copy:
            return ripple.duplicate(self._held.project, self._ids, by=by, track=track)[0]
        return ripple.move(self._held.project, self._ids, by=by, track=track)


def _copied(project: Project, ids: list[str], by: int, track: str) -> Project:
    project, copies = clips.duplicate(project, ids, by=by)
    return clips.move(project, copies, by=0, track=track)
