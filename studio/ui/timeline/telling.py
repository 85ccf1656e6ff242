"""What the pointer looks like over a part of the timeline, and what is told there. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

from studio.domain.edits import find
from studio.domain.project import Project, media_of, take_called
from studio.errors import StudioError
from studio.ui.language import figures, t
from studio.ui.timeline import lines
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import Line, gain_text
from studio.ui.timeline.painting import badge_of, name_of
from studio.ui.timeline.times import clock
from studio.ui.timeline.ways import Tool

Shape = Qt.CursorShape
CLIP_PARTS = frozenset(
    {Part.CLIP, Part.CLIP_START, Part.CLIP_END, Part.FADE_IN, Part.FADE_OUT, Part.GAIN, Part.STRETCH}
)
_SHAPES: Mapping[Part, Shape] = {
    Part.CLIP: Shape.OpenHandCursor,
    Part.CLIP_START: Shape.SplitHCursor,
    Part.CLIP_END: Shape.SplitHCursor,
    Part.FADE_IN: Shape.SizeHorCursor,
    Part.FADE_OUT: Shape.SizeHorCursor,
    Part.GAIN: Shape.SizeVerCursor,
    Part.STRETCH: Shape.SizeFDiagCursor,
    Part.POINT: Shape.SizeAllCursor,
    Part.LINE: Shape.CrossCursor,
    Part.MARKER: Shape.SizeHorCursor,
    Part.REGION: Shape.OpenHandCursor,
    Part.REGION_START: Shape.SplitHCursor,
    Part.REGION_END: Shape.SplitHCursor,
    Part.LOOP: Shape.SizeHorCursor,
    Part.LOOP_START: Shape.SplitHCursor,
    Part.LOOP_END: Shape.SplitHCursor,
    Part.PLAYHEAD: Shape.SizeHorCursor,
}


def shape_of(hit: Hit, tool: Tool) -> Shape:
    """Return the pointer's shape over a part."""
    if hit.part in CLIP_PARTS and tool is Tool.BLADE:
        return Shape.IBeamCursor
    if hit.part in CLIP_PARTS and tool is Tool.SLIP:
        return Shape.SizeHorCursor
    return _SHAPES.get(hit.part, Shape.ArrowCursor)


def words_of(hit: Hit, project: Project) -> str:
    """Return what is told over a part; "" for nothing."""
    try:
        if hit.part is Part.POINT:
            return f"{_of_point(hit, project)}\n{_what_to_do(hit)}"
        if hit.part in CLIP_PARTS:
            return _of_clip(hit, project)
        if hit.part is Part.MARKER:
            return find.marker(project, hit.id).name or t("Marker")
        if hit.part in {Part.REGION, Part.REGION_START, Part.REGION_END}:
            return find.region(project, hit.id).name or t("Region")
    except StudioError:
        return ""  # it went while the pointer lay there
    if hit.part is Part.LOOP:
        return t("Loop: drag to move it, or to draw one")
    return _what_to_do(hit)


def _of_point(hit: Hit, project: Project) -> str:
    owner = lines.owner_of(project, Line(hit.id or hit.track, hit.line))
    point = lines.points_of(owner, hit.line)[hit.index]
    at = clock(lines.begin_of(owner) + point.at, project.rate)
    return f"{lines.title(hit.line)}: {lines.value_text(point.value, hit.line)} · {at}"


def _of_clip(hit: Hit, project: Project) -> str:
    clip = find.clip(project, hit.id)
    take = take_called(project, clip.take) if clip.take else None
    lines = [name_of(clip, media_of(project, clip), take)]
    seconds = t("{seconds} s", seconds=figures(clip.length / project.rate, 2))
    lines.append(f"{seconds} · {gain_text(clip.gain_db)}" if clip.gain_db else seconds)
    badge = badge_of(take)
    if badge:
        lines.append(badge_sentence(badge))
    if clip.locked:
        lines.append(t("Locked"))
    if clip.mute:
        lines.append(t("Muted"))
    told = _what_to_do(hit)
    return "\n".join([*lines, told] if told else lines)


def badge_sentence(badge: str) -> str:
    """Return what a badge means."""
    return {
        "good": t("Sounds as written."),
        "clipped": t("The sound is too loud in places and distorted there."),
        "unclear": t("Other words were heard than those written."),
        "noisy": t("There is noise after the last word."),
        "fast": t("Spoken very fast."),
        "slow": t("Spoken very slowly."),
    }[badge]


def _what_to_do(hit: Hit) -> str:
    return {
        Part.CLIP_START: t("Drag to trim the start"),
        Part.CLIP_END: t("Drag to trim the end"),
        Part.FADE_IN: t("Drag to fade in"),
        Part.FADE_OUT: t("Drag to fade out"),
        Part.STRETCH: t("Drag to stretch it at the same pitch"),
        Part.GAIN: t("Drag to make it louder or quieter; a double click adds a point"),
        Part.POINT: t("Drag the point; off the track removes it"),
        Part.LINE: t("Drag to add a point"),
        Part.LINE_LANE: t("Double click to add a point; drag to choose points"),
    }.get(hit.part, "")
