"""What lies under the pointer. Pure; any thread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from studio.domain.project import Clip, Point, Project, Track
from studio.ui.timeline import figures, lines, visible
from studio.ui.timeline.figures import Box
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.scale import Scale


@dataclass(frozen=True)
class Shown:
    """What decides, beside the project, what can be grabbed. `whole`: a tool that takes a clip anywhere."""

    loop: tuple[int, int] | None = None
    playhead: int = 0
    whole: bool = False


def hit(project: Project, scale: Scale, lanes: Lanes, shown: Shown, x: float, y: float) -> Hit:
    """Return what lies at a place of the timeline; what is drawn on top goes first."""
    at = scale.sample(x)
    if y < lanes.ruler:
        return _in_ruler(project, scale, lanes, shown, x, y)
    row = lanes.row_at(y)
    if not lanes.is_lane(row):
        return Hit(Part.NOTHING, at)
    track = project.tracks[row]
    if what := lanes.line_at(row, y):
        return _of_line(track, scale, lanes, row, what, x, y)
    return _of_clips(track, scale, lanes, row, shown, x, y) or Hit(Part.LANE, at, row, track.id)


def value_along(points: tuple[Point, ...], at: float) -> float:
    """Return the value of an automation at a moment: straight between points, level before and behind them."""
    if not points:
        return 0.0
    if at <= points[0].at:
        return points[0].value
    after = bisect_right(points, at, key=lambda point: point.at)
    if after == len(points):
        return points[-1].value
    left, right = points[after - 1], points[after]
    return left.value + (right.value - left.value) * (at - left.at) / (right.at - left.at)


def _in_ruler(project: Project, scale: Scale, lanes: Lanes, shown: Shown, x: float, y: float) -> Hit:
    at = scale.sample(x)
    if figures.head(shown.playhead, scale, lanes).holds(x, y):
        return Hit(Part.PLAYHEAD, at)
    if shown.loop:
        box = figures.loop_box(shown.loop, scale, lanes)
        if part := _of_stretch(box, x, y, (Part.LOOP_START, Part.LOOP, Part.LOOP_END)):
            return Hit(part, at)
    elif y < lanes.loop.bottom:
        return Hit(Part.LOOP, at)  # there is none: one is drawn from here
    for marker in reversed(project.markers):
        if figures.flag(marker, scale, lanes).holds(x, y):
            return Hit(Part.MARKER, at, id=marker.id)
    for region in reversed(project.regions):
        box = figures.region_box(region, scale, lanes)
        if part := _of_stretch(box, x, y, (Part.REGION_START, Part.REGION, Part.REGION_END)):
            return Hit(part, at, id=region.id)
    return Hit(Part.RULER, at)


def _of_stretch(box: Box, x: float, y: float, parts: tuple[Part, Part, Part]) -> Part | None:
    """Return which part of a stretch of time it is; the edges reach a little outside, so that short ones can grow."""
    edge = min(figures.EDGE, box.width / 4)
    if not box._replace(left=box.left - 2, right=box.right + 2).holds(x, y):
        return None
    if x < box.left + edge:
        return parts[0]
    return parts[2] if x >= box.right - edge else parts[1]


def _of_line(track: Track, scale: Scale, lanes: Lanes, row: int, what: str, x: float, y: float) -> Hit:
    at = scale.sample(x)
    points = lines.points_of(track, what)
    found = Hit(Part.LINE_LANE, at, row, track.id, value=figures.line_value(lanes, row, y, what), line=what)
    for index in range(len(points) - 1, -1, -1):
        point = points[index]
        near = abs(scale.x(point.at) - x) <= figures.POINT
        if near and abs(figures.line_height(lanes, row, point.value, what) - y) <= figures.POINT:
            return replace(found, part=Part.POINT, index=index)
    if _line_is_near(points, scale, lambda value: figures.line_height(lanes, row, value, what), x, y):
        index = bisect_right(points, at, key=lambda point: point.at) - 1
        return replace(found, part=Part.LINE, index=index)
    return found


def _line_is_near(
    points: tuple[Point, ...], scale: Scale, height_of: Callable[[float], float], x: float, y: float, *, since: int = 0
) -> bool:
    """Whether the line passes near a place: steep parts of it are grabbed from the side."""
    left, right = (scale.first + (x + side * figures.LINE) * scale.per_pixel - since for side in (-1, 1))
    moments = [left, *(float(point.at) for point in points if left < point.at < right), right]
    return any(
        min(a, b) - figures.LINE <= y < max(a, b) + figures.LINE
        for a, b in pairwise([height_of(value_along(points, moment)) for moment in moments])
    )


def _of_clips(track: Track, scale: Scale, lanes: Lanes, row: int, shown: Shown, x: float, y: float) -> Hit | None:
    sample = scale.first + x * scale.per_pixel
    thin = visible.THIN * scale.per_pixel / 2
    places = visible.between(track, sample - thin, sample + thin)
    for place in reversed(places):
        clip = track.clips[place]
        figure = figures.clip_figure(clip, scale, lanes, row)
        body = figure.body
        if body.width < visible.THIN:  # what is drawn as a stroke is no easier to hit than that
            figure = figure._replace(body=body._replace(right=max(body.right, body.left + 1)))
        if figure.body.holds(x, y):
            whole = shown.whole or clip.locked or track.locked or body.width < visible.THIN
            found = Hit(Part.CLIP, scale.sample(x), row, track.id, clip.id)
            return found if whole else _of_figure(found, clip, figure, scale, x, y)
    return None


def _of_figure(found: Hit, clip: Clip, figure: figures.Figure, scale: Scale, x: float, y: float) -> Hit:
    """Return which part of a clip it is: handles before points, those before edges, then the line, then the body."""
    holds: Callable[[Box], bool] = lambda box: box.holds(x, y)  # noqa: E731
    if figure.roomy:
        if holds(figure.fade_in_handle) and not (clip.fade_in.length and holds(figure.fade_out_handle)):
            return replace(found, part=Part.FADE_IN)
        if holds(figure.fade_out_handle):
            return replace(found, part=Part.FADE_OUT)
        if holds(figure.stretch_handle):
            return replace(found, part=Part.STRETCH)
        for index, at, height in reversed(figures.clip_points(clip, figure, scale)):
            if abs(at - x) <= figures.POINT and abs(height - y) <= figures.POINT:
                value = clip.volume[index].value
                return replace(found, part=Part.POINT, index=index, value=value, line=lines.VOLUME)
    if holds(figure.start_edge):
        return replace(found, part=Part.CLIP_START)
    if holds(figure.end_edge):
        return replace(found, part=Part.CLIP_END)
    height_of: Callable[[float], float] = lambda value: figures.gain_height(figure.body, clip.gain_db + value)  # noqa: E731
    if figure.roomy and _line_is_near(clip.volume, scale, height_of, x, y, since=clip.start):
        return replace(found, part=Part.GAIN, value=clip.gain_db)
    return found
