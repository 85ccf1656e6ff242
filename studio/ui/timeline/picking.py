"""What lies under the pointer. Pure; any thread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from studio.domain.project import Clip, Point, Project, Track
from studio.ui.timeline import figures, visible
from studio.ui.timeline.figures import Box
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.scale import Scale


@dataclass(frozen=True)
class Shown:
    """What decides, beside the project, what can be grabbed. `whole`: a tool that takes a clip anywhere."""

    automation: str = ""
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
    if shown.automation and (found := _automated(track, scale, lanes, row, shown.automation, x, y)):
        return found
    return _of_clips(track, scale, lanes, row, shown, x, y) or Hit(Part.LANE, at, row, track.id)


def line_points(track: Track, what: str) -> tuple[Point, ...]:
    """Return the points of the automation that is shown on a track."""
    return track.panning if what == "panning" else track.volume


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


def _automated(track: Track, scale: Scale, lanes: Lanes, row: int, what: str, x: float, y: float) -> Hit | None:
    at = scale.sample(x)
    points = line_points(track, what)
    value = figures.line_value(lanes, row, y, what)
    for index in range(len(points) - 1, -1, -1):
        point = points[index]
        near = abs(scale.x(point.at) - x) <= figures.POINT
        if near and abs(figures.line_height(lanes, row, point.value, what) - y) <= figures.POINT:
            return Hit(Part.POINT, at, row, track.id, index=index, value=value)
    if _line_is_near(points, scale, lanes, row, what, x, y):
        index = bisect_right(points, at, key=lambda point: point.at) - 1
        return Hit(Part.LINE, at, row, track.id, index=index, value=value)
    return None


def _line_is_near(
    points: tuple[Point, ...], scale: Scale, lanes: Lanes, row: int, what: str, x: float, y: float
) -> bool:
    """Whether the line passes near a place: steep parts of it are grabbed from the side."""

    def height(moment: float) -> float:
        return figures.line_height(lanes, row, value_along(points, moment), what)

    left, right = (scale.first + (x + side * figures.LINE) * scale.per_pixel for side in (-1, 1))
    moments = [left, *(float(point.at) for point in points if left < point.at < right), right]
    return any(
        min(a, b) - figures.LINE <= y <= max(a, b) + figures.LINE
        for a, b in pairwise([height(moment) for moment in moments])
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
            part = Part.CLIP if whole else _of_figure(clip, figure, x, y, lined=not shown.automation)
            value = clip.gain_db if part == Part.GAIN else 0.0
            return Hit(part, scale.sample(x), row, track.id, clip.id, value=value)
    return None


def _of_figure(clip: Clip, figure: figures.Figure, x: float, y: float, *, lined: bool) -> Part:
    """Return which part of a clip it is: handles before edges, edges before the line, the line before the body."""
    holds: Callable[[Box], bool] = lambda box: box.holds(x, y)  # noqa: E731
    if figure.roomy:
        if holds(figure.fade_in_handle) and not (clip.fade_in.length and holds(figure.fade_out_handle)):
            return Part.FADE_IN
        if holds(figure.fade_out_handle):
            return Part.FADE_OUT
        if holds(figure.stretch_handle):
            return Part.STRETCH
    if holds(figure.start_edge):
        return Part.CLIP_START
    if holds(figure.end_edge):
        return Part.CLIP_END
    return Part.GAIN if lined and figure.roomy and holds(figure.gain_line) else Part.CLIP
