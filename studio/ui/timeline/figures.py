"""The shapes that are drawn and grabbed, in pixels: both who draws and who picks ask here. Pure; any thread."""

from __future__ import annotations

import math
from typing import NamedTuple

from studio.domain.project import Clip, Marker, Region
from studio.ui.timeline import levels
from studio.ui.timeline.lanes import Lanes, Strip
from studio.ui.timeline.scale import Scale

EDGE = 6.0  # pixels of a clip's end that trim it
HANDLE = 10.0  # the side of a handle
GAP = 1.0  # above and below a clip
LINE = 3.5  # pixels beside a line at which it is still grabbed
POINT = 6.0
FLAG = 11.0  # how wide a marker's flag is
ROOM = 44.0  # pixels; narrower clips have no name and no handles
FLAT = 40.0  # pixels; nor have flatter ones


class Box(NamedTuple):
    """A rectangle; what lies on its right or lower edge is outside."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


class Figure(NamedTuple):
    """A clip as it is drawn: its body, and where its parts are."""

    body: Box
    fade_in: float  # where the fades' inner ends lie
    fade_out: float
    gain: float  # how high the line of its gain lies

    @property
    def roomy(self) -> bool:
        """Whether there is room for handles."""
        return self.body.width >= ROOM and self.body.height >= FLAT

    @property
    def start_edge(self) -> Box:
        """What trims its begin."""
        return self.body._replace(right=self.body.left + self._edge)

    @property
    def end_edge(self) -> Box:
        """What trims its end."""
        return self.body._replace(left=self.body.right - self._edge)

    @property
    def fade_in_handle(self) -> Box:
        """What makes the fade-in longer and shorter."""
        return self._at_top(self.fade_in)

    @property
    def fade_out_handle(self) -> Box:
        """What makes the fade-out longer and shorter."""
        return self._at_top(self.fade_out)

    @property
    def stretch_handle(self) -> Box:
        """What stretches it, in its lower right corner."""
        body = self.body
        return Box(body.right - HANDLE, body.bottom - HANDLE, body.right, body.bottom)

    @property
    def _edge(self) -> float:
        return min(EDGE, self.body.width / 4)

    def _at_top(self, x: float) -> Box:
        body, half = self.body, HANDLE / 2
        middle = min(max(x, body.left + half), body.right - half)
        return Box(middle - half, body.top, middle + half, body.top + HANDLE)


def clip_figure(clip: Clip, scale: Scale, lanes: Lanes, row: int) -> Figure:
    """Return how a clip is drawn in a lane."""
    left, right = scale.x(clip.start), scale.x(clip.start + clip.length)
    top = lanes.y(row) + GAP
    body = Box(left, top, right, lanes.y(row) + lanes.height(row) - GAP)
    per_pixel = scale.per_pixel
    return Figure(
        body,
        left + clip.fade_in.length / per_pixel,
        right - clip.fade_out.length / per_pixel,
        gain_height(body, clip.gain_db),
    )


def line_height(lanes: Lanes, row: int, value: float, what: str) -> float:
    """Return how high a value of a track's automation is drawn, in the lane that it has."""
    return lanes.line_y(row, what) + POINT + levels.height_of(value, what=what) * (lanes.line - 2 * POINT)


def line_value(lanes: Lanes, row: int, y: float, what: str) -> float:
    """Return which value lies at a height of the lane of a line; it goes on above and below."""
    return levels.value_at((y - lanes.line_y(row, what) - POINT) / (lanes.line - 2 * POINT), what=what)


def gain_height(body: Box, db: float) -> float:
    """Return how high a gain is drawn on a clip."""
    return body.top + levels.height_of(db) * (body.height - 1)


def gain_value(body: Box, y: float) -> float:
    """Return which gain lies at a height of a clip; it goes on above and below."""
    return levels.value_at((y - body.top) / (body.height - 1))


def clip_points(clip: Clip, figure: Figure, scale: Scale) -> list[tuple[int, float, float]]:
    """Return the points of a clip's volume that lie on it: which, and where."""
    body = figure.body
    return [
        (index, scale.x(clip.start + point.at), gain_height(body, clip.gain_db + point.value))
        for index, point in enumerate(clip.volume)
        if 0 <= point.at <= clip.length
    ]


def flag(marker: Marker, scale: Scale, lanes: Lanes) -> Box:
    """Return where a marker's flag lies; its left edge is its moment."""
    x, strip = scale.x(marker.at), lanes.marks
    return Box(x, strip.top, x + FLAG, strip.bottom)


def stretch_of(start: int, end: int, scale: Scale, strip: Strip) -> Box:
    """Return where a stretch of time lies in a strip of the ruler; never thinner than a pixel."""
    left = scale.x(start)
    return Box(left, strip.top, max(left + 1, scale.x(end)), strip.bottom)


def region_box(region: Region, scale: Scale, lanes: Lanes) -> Box:
    """Return where a region lies in the ruler."""
    return stretch_of(region.start, region.end, scale, lanes.regions)


def loop_box(loop: tuple[int, int], scale: Scale, lanes: Lanes) -> Box:
    """Return where the loop lies in the ruler."""
    return stretch_of(*loop, scale, lanes.loop)


def head(playhead: int, scale: Scale, lanes: Lanes) -> Box:
    """Return where the playhead's head lies in the ruler."""
    x, strip = scale.x(playhead), lanes.time
    return Box(x - EDGE, strip.bottom - HANDLE, x + EDGE, strip.bottom)


def curve(name: str, share: float) -> float:
    """Return how loud a fade is at a share of its length, as it is heard."""
    if name == "equal_power":
        return math.sin(share * math.pi / 2)
    if name == "smooth":
        return (1 - math.cos(share * math.pi)) / 2
    if name == "exponential":
        return (1000.0**share - 1) / 999
    return share
