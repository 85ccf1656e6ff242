"""What can lie under the pointer, as a value. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Of what a place of the timeline is a part."""

    NOTHING = "nothing"  # below the last track, or right of everything
    LANE = "lane"  # an empty place of a track
    CLIP = "clip"  # its body
    CLIP_START = "clip start"  # its left edge: trims
    CLIP_END = "clip end"
    FADE_IN = "fade in"  # the handle at the fade's end
    FADE_OUT = "fade out"
    GAIN = "gain"  # the line of the clip's gain
    STRETCH = "stretch"  # the handle at the lower right corner
    POINT = "point"  # of an automation; `index` says which
    LINE = "line"  # the automation's line between two points
    LINE_LANE = "line lane"  # an empty place of the lane of an automation
    RULER = "ruler"
    MARKER = "marker"
    REGION = "region"  # its body in the ruler
    REGION_START = "region start"
    REGION_END = "region end"
    LOOP = "loop"
    LOOP_START = "loop start"
    LOOP_END = "loop end"
    PLAYHEAD = "playhead"


@dataclass(frozen=True)
class Hit:
    """A place of the timeline: what lies there, on which track, and which sample it is.

    `id` is that of the clip, the marker or the region; "" otherwise. `row` is the track's place, -1 for none. `value`
    is what a place says of height where that means something: dB of a gain or volume line, -1 to 1 of a pan line;
    `line` says which of them it is, for the parts of an automation.
    """

    part: Part
    at: int
    row: int = -1
    track: str = ""
    id: str = ""
    index: int = -1
    value: float = 0.0
    line: str = ""
