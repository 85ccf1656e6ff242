"""What a right click offers: for clips, lanes, the ruler, marks and points of automation. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from studio.domain.edits import automation, find, marks
from studio.domain.project import Point, Project, media_of
from studio.ui.actions import Actions
from studio.ui.language import t
from studio.ui.tabs.arrange.live_menu import add_live, add_styles
from studio.ui.theme.icons import icon
from studio.ui.timeline import lines
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import VOLUME, Line, PointAt
from studio.ui.timeline.picking import value_along
from studio.ui.timeline.state import Timeline

if TYPE_CHECKING:
    from studio.ui.tabs.arrange.view import ArrangeRoom

_CLIP_PARTS = frozenset(
    {Part.CLIP, Part.CLIP_START, Part.CLIP_END, Part.FADE_IN, Part.FADE_OUT, Part.GAIN, Part.STRETCH}
)
_REGION_PARTS = frozenset({Part.REGION, Part.REGION_START, Part.REGION_END})
_LOOP_PARTS = frozenset({Part.LOOP, Part.LOOP_START, Part.LOOP_END})
_LANE = ("paste", "paste_insert", "select_all", "select_right", "", "add_files")
_RULER = ("marker", "chapter", "region", "loop", "", "grid", "follow", "fit")
_EDITS = ("split", "trim_start", "trim_end", "fade_in", "fade_out", "", "copy", "cut", "duplicate")
_SEVERAL = ("join", "group")
_ENDS = ("lock", "mute", "loop", "region", "", "delete", "ripple_delete")


def menu_for(hit: Hit, state: Timeline, actions: Actions, room: ArrangeRoom) -> QMenu:
    """Return the menu of a place of the timeline; it goes by itself when it is closed."""
    menu = QMenu(room)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if hit.part in _CLIP_PARTS and hit.id:
        _of_clips(menu, hit, state, actions, room)
    elif hit.part in {Part.POINT, Part.LINE, Part.LINE_LANE}:
        _of_line(menu, hit, state)
    elif hit.part is Part.MARKER:
        _of_marker(menu, hit, state, room)
    elif hit.part in _REGION_PARTS:
        _of_region(menu, hit, state, room)
    elif hit.part in _LOOP_PARTS | {Part.RULER, Part.PLAYHEAD}:
        _of_ruler(menu, hit, state, actions)
    else:
        _of_lane(menu, hit, state, actions, room)
    return menu


def _of_clips(menu: QMenu, hit: Hit, state: Timeline, actions: Actions, room: ArrangeRoom) -> None:
    chosen = state.clips if hit.id in state.clips else frozenset({hit.id})
    if len(chosen) == 1:
        add_live(menu, hit.id, room)
    else:
        add_styles(menu, sorted(chosen), room)
    _table(menu, actions, _EDITS)
    if len(chosen) > 1:
        _table(menu, actions, _SEVERAL)
    if any(clip.group for clip in state.chosen):
        _table(menu, actions, ("ungroup",))
    menu.addSeparator()
    if len(chosen) == 1:
        project = state.project
        media = media_of(project, find.clip(project, hit.id))
        if media and media.recipe:
            _add(menu, "sliders-horizontal", t("Open its recipe"), partial(room.recipe_wanted.emit, dict(media.recipe)))
        _of_line(menu.addMenu(icon("spline"), t("Volume line")), replace(hit, line=VOLUME), state)
        if media:
            _add(menu, "audio-waveform", t("Show the spectrogram"), room.side.show_spectrogram)
        menu.addSeparator()
    _table(menu, actions, _ENDS)


def _of_lane(menu: QMenu, hit: Hit, state: Timeline, actions: Actions, room: ArrangeRoom) -> None:
    if hit.track:
        _add(menu, "mouse-pointer-2", t("Playhead here"), partial(state.put_playhead, hit.at))
    _table(menu, actions, _LANE)
    menu.addSeparator()
    head = room.heads.head(hit.track) if hit.track else None
    if head is not None:
        below = head.menu()
        below.setTitle(t("Track"))
        below.setIcon(icon("layers"))
        below.setParent(menu, below.windowFlags())
        below.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        menu.addMenu(below)
    tracks = menu.addMenu(icon("plus"), t("Add a track"))
    _table(tracks, actions, ("add_speech", "add_music", "add_sound"))


def _of_ruler(menu: QMenu, hit: Hit, state: Timeline, actions: Actions) -> None:
    _add(menu, "mouse-pointer-2", t("Playhead here"), partial(state.put_playhead, hit.at))
    _add(menu, "bookmark", t("Marker here"), partial(_mark, state, hit.at, chapter=False))
    _add(menu, "book-open", t("Chapter here"), partial(_mark, state, hit.at, chapter=True))
    if state.loop:
        _add(menu, "x", t("No loop"), partial(state.set_loop, None))
    menu.addSeparator()
    _table(menu, actions, _RULER)


def _of_marker(menu: QMenu, hit: Hit, state: Timeline, room: ArrangeRoom) -> None:
    found = find.marker(state.project, hit.id)
    _add(menu, "locate", t("Playhead here"), partial(state.put_playhead, found.at))
    _add(menu, "pencil", t("Rename"), room.side.rename_mark)
    label = t("Begin no chapter here") if found.chapter else t("Begin a chapter")
    title = t("Make it a plain marker") if found.chapter else t("Let a chapter begin here")
    _add(
        menu,
        "book-open",
        title,
        _doing(state, label, lambda p: marks.set_chapter(p, hit.id, chapter=not found.chapter)),
    )
    menu.addSeparator()
    _add(menu, "trash-2", t("Remove"), _doing(state, t("Remove a marker"), lambda p: marks.remove_marker(p, hit.id)))


def _of_region(menu: QMenu, hit: Hit, state: Timeline, room: ArrangeRoom) -> None:
    found = find.region(state.project, hit.id)
    inside = [
        clip.id
        for track in state.project.tracks
        for clip in track.clips
        if found.start <= clip.start and clip.end <= found.end
    ]
    _add(menu, "locate", t("Playhead here"), partial(state.put_playhead, found.start))
    _add(menu, "repeat", t("Loop it"), partial(state.set_loop, (found.start, found.end)))
    _add(menu, "list-checks", t("Select the clips in it"), partial(state.choose, inside), on=bool(inside))
    _add(menu, "pencil", t("Rename"), room.side.rename_mark)
    menu.addSeparator()
    _add(menu, "trash-2", t("Remove"), _doing(state, t("Remove a region"), lambda p: marks.remove_region(p, hit.id)))


def _of_line(menu: QMenu, hit: Hit, state: Timeline) -> None:
    line = Line(hit.id or hit.track, hit.line or VOLUME)
    owner, what = line
    found = lines.owner_of(state.project, line)
    points, free = lines.points_of(found, what), not lines.locked(state.project, line)
    if hit.part is Part.POINT and 0 <= hit.index < len(points):
        point = points[hit.index]
        chosen = state.points if PointAt(*line, point.at) in state.points else frozenset({PointAt(*line, point.at)})
        level = [Point(one.at, 0.0) if PointAt(*line, one.at) in chosen else one for one in points]
        remove = t("Remove the point") if len(chosen) == 1 else t("Remove the points")
        _add(
            menu, "minus", t("Set the point to 0") if len(chosen) == 1 else t("Set the points to 0"),
            _doing(state, t("Move a point"), lambda p: automation.set_points(p, owner, level, what=what)), on=free,
        )  # fmt: skip
        _add(
            menu, "trash-2", remove, _doing(state, t("Remove a point"), lambda p: lines.without(p, chosen)), on=free,
        )  # fmt: skip
    else:
        at = hit.at - lines.begin_of(found)
        value = round(value_along(points, at), 2) if hit.id or hit.part is Part.LINE else hit.value
        _add(
            menu, "plus", t("Add a point here"),
            _doing(state, t("Add a point"), lambda p: automation.add_point(p, owner, at, value, what=what)),
            on=free,
        )  # fmt: skip
    menu.addSeparator()
    _add(
        menu, "x", t("Remove all points of the line"),
        _doing(state, t("Remove a line"), lambda p: automation.set_points(p, owner, (), what=what)),
        on=free and bool(points),
    )  # fmt: skip
    if not hit.id:
        _add(menu, "eye-off", t("Hide the lane"), partial(state.show_line, owner, what, on=False))


def _mark(state: Timeline, at: int, *, chapter: bool) -> None:
    made: list[str] = []

    def edit(project: Project) -> Project:
        number = 1 + sum(one.chapter == chapter for one in project.markers)
        name = t("Chapter {number}", number=number) if chapter else t("Marker {number}", number=number)
        project, new = marks.add_marker(project, at, name, chapter=chapter)
        made.append(new)
        return project

    if state.do(t("Begin a chapter") if chapter else t("Set a marker"), edit):
        state.choose_mark(made[-1])


def _doing(state: Timeline, label: str, edit: Callable[[Project], Project]) -> Callable[[], object]:
    return lambda: state.do(label, edit)


def _table(menu: QMenu, actions: Actions, names: tuple[str, ...]) -> None:
    for name in names:
        if name:
            menu.addAction(actions.get(f"arrange.{name}"))
        else:
            menu.addSeparator()


def _add(menu: QMenu, sign: str, text: str, act: Callable[[], object], *, on: bool = True) -> None:
    action = menu.addAction(icon(sign), text)
    action.triggered.connect(lambda: act())  # noqa: PLW0108 — `triggered` brings a bool
    action.setEnabled(on)
