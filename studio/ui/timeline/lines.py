"""Lines of automation as the timeline names them: whose they are, their points, and their values in words. Pure.

A track has a line of volume and one of pan, a clip one of volume. The points of a clip count from its start; a `Spot`
says where they are for the hand, on the timeline.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from studio.domain import samples
from studio.domain.edits import automation, find
from studio.domain.project import LOUDEST_DB, Clip, Point, Project, Track
from studio.domain.rules import QUIETEST_DB
from studio.errors import StudioError
from studio.ui.language import figures, t

VOLUME, PANNING = "volume", "panning"
KINDS = (VOLUME, PANNING)  # in the order in which their lanes lie below the clips
_DB = re.compile(r"([+\-]?\d{1,3}(?:\.\d{1,3})?)\s*(?:db)?", re.IGNORECASE)
_SHARE = re.compile(r"([+\-]?\d{1,3}(?:\.\d{1,3})?)\s*%?\s*(\w*)")


class Line(NamedTuple):
    """A line: of a track or a clip, of volume or pan."""

    owner: str
    what: str = VOLUME


class PointAt(NamedTuple):
    """A point of a line, told from others by its moment as the line counts."""

    owner: str
    what: str
    at: int

    @property
    def line(self) -> Line:
        """The line that it is of."""
        return Line(self.owner, self.what)


def title(what: str) -> str:
    """Return what a line is called."""
    return t("Pan") if what == PANNING else t("Volume")


def bounds(what: str) -> tuple[float, float]:
    """Return the least and the greatest value of a line."""
    return (-1.0, 1.0) if what == PANNING else (QUIETEST_DB, LOUDEST_DB)


def value_text(value: float, what: str) -> str:
    """Return a value as people read it."""
    return pan_text(value) if what == PANNING else gain_text(value)


def gain_text(db: float) -> str:
    """Return a gain as people read it."""
    db = round(db, 1)
    return f"{'+' if db > 0 else ''}{figures(db or 0.0)} dB".replace("-", "−")


def pan_text(pan: float) -> str:
    """Return a place between left and right as people read it."""
    share = round(abs(pan) * 100)
    if not share:
        return t("middle")
    return t("{share} % left", share=share) if pan < 0 else t("{share} % right", share=share)


def marks(what: str) -> tuple[tuple[float, str], ...]:
    """Return the values that the scale of a line's lane names, the weightiest first: some may have no room."""
    if what == PANNING:
        return ((0.0, "0"), (1.0, t("R")), (-1.0, t("L")))
    return ((0.0, "0"), (24.0, "+24"), (-60.0, "−60"), (-30.0, "−30"), (-12.0, "−12"))


def value_of(text: str, what: str) -> float:
    """Return the value that was typed: decibels, or a share of the way to the left (also below 0) or right."""
    bare = text.strip().replace("−", "-").replace(",", ".")
    found = (_SHARE if what == PANNING else _DB).fullmatch(bare)
    if what != PANNING:
        if not found:
            raise StudioError(
                t("{written} is no gain.", written=repr(text.strip()[:40])), t("Write it in decibels, such as -3.5.")
            )
        return float(found[1])
    side = (found[2] if found else bare).casefold()
    if side and t("middle").casefold().startswith(side):
        return 0.0
    signs = {name: sign for name, sign in ((t("left"), -1), (t("right"), 1)) if name.casefold().startswith(side)}
    if not found or not signs:
        raise StudioError(
            t("{written} is no place between left and right.", written=repr(text.strip()[:40])),
            t("Write it as 30 left, 30 right or -30."),
        )
    return float(found[1]) / 100 * (next(iter(signs.values())) if side else 1)


def owner_of(project: Project, line: Line) -> Track | Clip:
    """Return whose line it is; StudioError where it is gone."""
    found = next((track for track in project.tracks if track.id == line.owner), None)
    return found or find.clip(project, line.owner)


def points_of(owner: Track | Clip, what: str) -> tuple[Point, ...]:
    """Return the points of a line."""
    return owner.panning if what == PANNING and isinstance(owner, Track) else owner.volume


def begin_of(owner: Track | Clip) -> int:
    """Return from when on the timeline the points of a line count."""
    return owner.start if isinstance(owner, Clip) else 0


def locked(project: Project, line: Line) -> bool:
    """Whether the line cannot be changed."""
    owner = owner_of(project, line)
    return owner.locked or (isinstance(owner, Clip) and find.track_of(project, owner.id).locked)


def there(project: Project, wanted: Collection[PointAt]) -> frozenset[PointAt]:
    """Return those points that a project has."""
    if not wanted:
        return frozenset()
    owners: dict[str, Track | Clip] = {}
    for track in project.tracks:
        owners[track.id] = track
        owners |= {clip.id: clip for clip in track.clips}
    known = {
        line: {point.at for point in points_of(owners[line.owner], line.what)}
        for line in {one.line for one in wanted}
        if line.owner in owners
    }
    return frozenset(one for one in wanted if one.at in known.get(one.line, ()))


def moved(
    project: Project, line: Line, ats: Collection[int], *, by: int = 0, rise: float = 0.0
) -> tuple[Project, frozenset[PointAt]]:
    """Move points of a line, as far as their neighbours let them, and raise them; return where they are then."""
    owner = owner_of(project, line)
    points = points_of(owner, line.what)
    going = [point for point in points if point.at in set(ats)]
    others = [point for point in points if point.at not in set(ats)]
    low, high = bounds(line.what)
    if by and going:
        first, last = span_of(project, owner)
        lowest, highest = list[int](), list[int]()
        for point in going:
            before = max((p.at + 1 for p in others if p.at < point.at), default=first)
            after = min((p.at - 1 for p in others if p.at > point.at), default=last)
            lowest.append(max(before, first) - point.at)
            highest.append(min(after, last) - point.at)
        by = min(max(by, *lowest), *highest)
    new = [
        Point(point.at + by, min(max(round(point.value + rise, 2), low), high) if rise else point.value)
        for point in going
    ]
    project = automation.set_points(project, line.owner, [*others, *new], what=line.what)
    return project, frozenset(PointAt(line.owner, line.what, point.at) for point in new)


def without(project: Project, gone: Iterable[PointAt]) -> Project:
    """Remove points, of any lines."""
    ats: dict[Line, set[int]] = {}
    for one in gone:
        ats.setdefault(one.line, set()).add(one.at)
    for line, those in ats.items():
        left = [point for point in points_of(owner_of(project, line), line.what) if point.at not in those]
        project = automation.set_points(project, line.owner, left, what=line.what)
    return project


def span_of(project: Project, owner: Track | Clip) -> tuple[int, int]:
    """Return from where to where points of a line may be put by hand: a clip's lie where they are heard."""
    return (0, owner.length) if isinstance(owner, Clip) else (0, samples.LONGEST_SECONDS * project.rate)
