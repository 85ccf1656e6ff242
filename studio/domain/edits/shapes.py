"""Automations and fades of clips that are cut, joined and stretched. Pure; any thread.

The points of a clip may lie before its start and after its end: there they still say how the line runs within it.
So a clip that is trimmed and drawn out again has its automation back, and a split leaves each half the line it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from studio.domain import samples
from studio.domain.project import Clip, Fade, Point

Points = tuple[Point, ...]


def value_at(points: Sequence[Point], at: int) -> float:
    """Return the value of an automation: straight between points, level outside them, 0 without any."""
    if not points:
        return 0.0
    if at <= points[0].at:
        return points[0].value
    for left, right in pairwise(points):
        if at <= right.at:
            return left.value + (right.value - left.value) * (at - left.at) / (right.at - left.at)
    return points[-1].value


def shifted(points: Iterable[Point], by: int) -> Points:
    """Return points later by so many samples."""
    return tuple(Point(point.at + by, point.value) for point in points)


def first_part(points: Points, length: int) -> Points:
    """Return the points that shape what comes before a cut."""
    beyond = next((i for i, point in enumerate(points) if point.at >= length), len(points))
    return points[: beyond + 1]


def second_part(points: Points, length: int) -> Points:
    """Return the points that shape what comes after a cut, counted from there."""
    kept = next((i for i in reversed(range(len(points))) if points[i].at <= length), 0)
    return shifted(points[kept:], -length)


def joined(left: Points, right: Points, cut: int) -> Points:
    """Return the line that runs like `left` up to a cut and like `right`, counted from there, after it."""
    later = shifted(right, cut)
    if not left and not later:
        return ()
    if left and later:
        first, last = later[0].at, left[-1].at
        common = [p for p in left if p.at >= first]
        if common and common == [p for p in later if p.at <= last]:
            return (*left, *(p for p in later if p.at > last))
    before = [p for p in left if p.at < cut - 1] + [Point(cut - 1, value_at(left, cut - 1))]
    after = [Point(cut, value_at(later, cut))] + [p for p in later if p.at > cut]
    return (*before, *after)


def stretched(points: Points, old: float, new: float) -> Points:
    """Return points that stay with the sound when its stretch changes; of those that fall together the first stays."""
    found: dict[int, Point] = {}
    for point in points:
        at = samples.stretched(samples.unstretched(point.at, old), new)
        found.setdefault(at, Point(at, point.value))
    return tuple(found.values())


def with_room(points: Points, at: int, length: int) -> Points:
    """Return the line of a track with time put in: level there, and unchanged before and after."""
    later = [p for p in points if p.at >= at]
    if not later:
        return points
    earlier = [p for p in points if p.at < at]
    moved = [Point(p.at + length, p.value) for p in later]
    if not earlier:
        return tuple(moved)
    level = value_at(points, at)
    if moved[0].at != at + length:
        moved.insert(0, Point(at + length, level))
    return (*earlier, Point(at, level), *moved)


def without(points: Points, start: int, end: int) -> Points:
    """Return the line of a track with time cut out: unchanged before and after."""
    later = [p for p in points if p.at >= end]
    earlier = [p for p in points if p.at < start]
    if len(later) + len(earlier) == len(points) and not (later and earlier):
        return (*earlier, *shifted(later, start - end))
    after = [Point(start, value_at(points, end)), *shifted((p for p in later if p.at > end), start - end)]
    if start == 0:
        return tuple(after)
    if not earlier or earlier[-1].at < start - 1:
        earlier.append(Point(start - 1, value_at(points, start - 1)))
    return (*earlier, *after)


def with_part(points: Points, at: int, part: Points, length: int) -> Points:
    """Return the line of a track that runs like `part`, counted from there, for so long; unchanged before and after."""
    end = at + length
    before = {point.at: point.value for point in points if point.at < at}
    if at > 0:
        before[at - 1] = value_at(points, at - 1)
    inside = {0: value_at(part, 0)} | {p.at: p.value for p in part if 0 <= p.at < length}
    inside[length - 1] = value_at(part, length - 1)
    after = {end: value_at(points, end)} | {point.at: point.value for point in points if point.at > end}
    line = before | {at + moment: value for moment, value in inside.items()} | after
    return tuple(Point(moment, line[moment]) for moment in sorted(line))


def with_fades_inside(clip: Clip) -> Clip:
    """Shorten the fades of a clip that became shorter than they are."""
    if clip.fade_in.length <= clip.length and clip.fade_out.length <= clip.length:
        return clip
    return replace(clip, fade_in=_within(clip.fade_in, clip.length), fade_out=_within(clip.fade_out, clip.length))


def _within(fade: Fade, length: int) -> Fade:
    return replace(fade, length=min(fade.length, length))
