"""Moving markers, chapters and regions. Pure; any thread."""

from __future__ import annotations

from studio.domain import samples
from studio.domain.edits import find, marks
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit, Part


class MoveMarker:
    """Drags a marker, or where a chapter begins."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self._held = held
        self._hit = hit
        self._marker = find.marker(held.project, hit.id)
        self.label = t("Move a chapter") if self._marker.chapter else t("Move a marker")

    def at(self, place: Place) -> Step:
        """Return the project with the marker where the pointer takes it."""
        project, marker = self._held.project, self._marker
        by = travelled(self._hit.at, place)
        if by == 0:
            return Step(project)
        at, snapped = self._held.attracted(marker.at + by, place, exclude=[marker.id])
        return Step(marks.move_marker(project, marker.id, min(at, samples.LONGEST_SECONDS * project.rate)), snapped)


class _OfRegion:
    """What drags of regions begin with."""

    def __init__(self, held: Held, hit: Hit, label: str) -> None:
        self.label = label
        self._held = held
        self._hit = hit
        self._region = find.region(held.project, hit.id)


class MoveRegion(_OfRegion):
    """Drags a region as it is."""

    def __init__(self, held: Held, hit: Hit) -> None:
        super().__init__(held, hit, t("Move a region"))

    def at(self, place: Place) -> Step:
        """Return the project with the region where the pointer takes it."""
        project, region = self._held.project, self._region
        by = travelled(self._hit.at, place)
        if by == 0:
            return Step(project)
        by, snapped = self._held.shifted((region.start, region.end), by, place, exclude=[region.id])
        last = samples.LONGEST_SECONDS * project.rate - (region.end - region.start)
        return Step(marks.move_region(project, region.id, min(max(region.start + by, 0), last)), snapped)


class ResizeRegion(_OfRegion):
    """Drags where a region begins, or ends; it never ends before it begins."""

    def __init__(self, held: Held, hit: Hit) -> None:
        super().__init__(held, hit, t("Change a region"))

    def at(self, place: Place) -> Step:
        """Return the project with the edge where the pointer takes it."""
        project, region = self._held.project, self._region
        by = travelled(self._hit.at, place)
        if by == 0:
            return Step(project)
        at_start = self._hit.part is Part.REGION_START
        at, snapped = self._held.attracted((region.start if at_start else region.end) + by, place, exclude=[region.id])
        if at_start:
            return Step(marks.set_region(project, region.id, start=min(at, region.end)), snapped)
        end = min(max(at, region.start), samples.LONGEST_SECONDS * project.rate)
        return Step(marks.set_region(project, region.id, end=end), snapped)
