"""Which gesture begins where the button is pressed. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable

from studio.ui.timeline.gesture import Gesture
from studio.ui.timeline.gestures import (
    automation,
    cutting,
    fading,
    levels,
    looping,
    marks,
    moving,
    slipping,
    stretching,
    trimming,
)
from studio.ui.timeline.gestures.held import Held
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.ways import Tool

_OF_PART: dict[Part, Callable[[Held, Hit], Gesture]] = {
    Part.CLIP_START: trimming.Trim,
    Part.CLIP_END: trimming.Trim,
    Part.FADE_IN: fading.Fading,
    Part.FADE_OUT: fading.Fading,
    Part.GAIN: levels.Gain,
    Part.STRETCH: stretching.Stretch,
    Part.POINT: automation.Draw,
    Part.LINE: automation.Draw,
    Part.LINE_LANE: automation.Draw,
    Part.MARKER: marks.MoveMarker,
    Part.REGION: marks.MoveRegion,
    Part.REGION_START: marks.ResizeRegion,
    Part.REGION_END: marks.ResizeRegion,
    Part.LOOP: looping.Loop,
    Part.LOOP_START: looping.Loop,
    Part.LOOP_END: looping.Loop,
}
_OF_CLIPS = {
    Part.CLIP,
    Part.CLIP_START,
    Part.CLIP_END,
    Part.FADE_IN,
    Part.FADE_OUT,
    Part.GAIN,
    Part.STRETCH,
}


def begin(hit: Hit, held: Held, *, copy: bool = False) -> Gesture | None:
    """Return what a drag from there does to the project; None where it does nothing to it.

    `copy` is held (Alt) to drag copies of clips away.
    """
    if held.tool is Tool.BLADE and hit.part in _OF_CLIPS:
        return cutting.Cut(held, hit)
    if held.tool is Tool.SLIP and hit.part in {Part.CLIP, Part.GAIN}:
        return slipping.Slip(held, hit)
    if hit.part is Part.CLIP or (copy and hit.part in _OF_CLIPS):
        return moving.Move(held, hit, copy=copy)
    make = _OF_PART.get(hit.part)
    return make(held, hit) if make else None
