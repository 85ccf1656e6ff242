"""What the timeline keeps of its own: what is chosen, what is seen, and with which tool. The GUI thread.

Everything else it shows is the project. The ruler, the lanes, the heads of the tracks, the outline and the inspector
all look at this one value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.domain.edits import grouping
from studio.domain.project import Clip, Project, Track
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.project_model import Edit
from studio.ui.theme.look import look
from studio.ui.timeline import lines
from studio.ui.timeline.bursts import Bursts
from studio.ui.timeline.lanes import FLATTEST, TALLEST, Lanes
from studio.ui.timeline.lines import Line, PointAt
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.ways import Tool, Ways

_SHOWN = "arrange.lines"  # in the memory: which automation lines of the tracks have lanes, in the project seen last


class Timeline(QObject):
    """Selection, zoom, scroll, playhead, tool and ways, with a signal each."""

    selected = Signal()  # other clips, or another track
    scrolled = Signal()  # another scale
    playhead_moved = Signal()
    settling = Signal()  # what was typed is to be a step of the project now
    ways_changed = Signal()  # tool, snap, ripple, grid, follow, loop
    lanes_changed = Signal()  # which lanes there are below the clips, how high all are

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.scale = Scale()
        self.top = 0  # pixels of the lanes that are scrolled away
        self.clips: frozenset[str] = frozenset()
        self.track = ""  # the one that new things go to
        self.marker = ""  # the marker or region that is chosen
        self.points: frozenset[PointAt] = frozenset()  # the points of automation lines that are chosen
        self.line: Line | None = None  # the automation line that new points go to, if one is chosen
        self.shown: Mapping[str, tuple[str, ...]] = {}  # by track, the automation lines that have lanes
        self.playhead = 0
        self.loop: tuple[int, int] | None = None
        self.tool = Tool.SELECT
        self.bursts = Bursts()  # which presses of a key are one step
        known = desk.memory.get("arrange.ways", {})
        self.ways = replace(Ways(), **{k: v for k, v in known.items() if type(v) is type(getattr(Ways(), k, None))})
        self._recall()
        desk.project.changed.connect(self._forget_gone)
        desk.project.settling.connect(self.settling)

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._desk.project.value

    @property
    def folder(self) -> Path:
        """Where the project lies: two projects may have clips of the same ids."""
        return self._desk.project.folder

    @property
    def chosen(self) -> list[Clip]:
        """The chosen clips, by track and time."""
        return [clip for track in self.project.tracks for clip in track.clips if clip.id in self.clips]

    @property
    def chosen_track(self) -> Track | None:
        """The chosen track; what it is may be gone, as of an undo everybody hears a moment later."""
        return next((track for track in self.project.tracks if track.id == self.track), None)

    @property
    def lanes(self) -> Lanes:
        """At which height what lies, as it stands."""
        return Lanes.of(self.project, top=self.top, size=look.scale, lines=self.shown, tall=self.tall)

    @property
    def tall(self) -> float:
        """How many times the height that they have the tracks are shown."""
        return min(TALLEST, max(FLATTEST, self.ways.tall))

    def do(self, label: str, edit: Edit | Project, *, merge: str = "", told: str = "") -> bool:
        """Make one step of the project."""
        return self._desk.project.do(label, edit, merge=merge, told=told)

    def choose(self, clips: Iterable[str], *, track: str | None = None, whole_groups: bool = True) -> None:
        """Choose clips; those of a group go together. What is gone from the project is left out.

        Whoever asks may have looked at the project before an undo, or before something landed.
        """
        wanted = frozenset(clips)
        if track and track not in {on.id for on in self.project.tracks}:
            track = None
        if wanted:
            wanted &= {clip.id for on in self.project.tracks for clip in on.clips}
        if whole_groups and wanted:
            wanted = frozenset(grouping.with_group(self.project, sorted(wanted)))
        if wanted == self.clips and track in (None, self.track) and not self.points and self.line is None:
            return
        self.clips = wanted
        self.points, self.line = frozenset(), None
        if track is not None:
            self.track = track
        elif wanted:
            on = (t.id for t in self.project.tracks if any(clip.id in wanted for clip in t.clips))
            self.track = next(on, self.track)
        self.marker = ""
        self.selected.emit()

    def choose_mark(self, mark: str) -> None:
        """Choose a marker or a region, and no clip."""
        self.clips, self.points, self.line = frozenset(), frozenset(), None
        self.marker = mark
        self.selected.emit()

    def choose_points(self, points: Collection[PointAt], line: Line | None = None) -> None:
        """Choose points of automation lines, or with none the line that new ones go to; and no clip."""
        wanted = lines.there(self.project, points)
        if line is None and wanted:
            line = min(wanted).line
        owners = {one.id: track.id for track in self.project.tracks for one in (track, *track.clips)}
        if line is not None and line.owner not in owners:
            line = None  # who asks may have looked at the project before an undo
        self.clips, self.marker = frozenset(), ""
        self.points, self.line = wanted, line
        if line is not None:
            self.track = owners[line.owner]
        self.selected.emit()

    def show_lines(self, shown: Mapping[str, tuple[str, ...]]) -> None:
        """Give those automation lines of the tracks a lane, and no others."""
        self.shown = {track: tuple(what for what in lines.KINDS if what in those) for track, those in shown.items()}
        self._desk.memory.put(_SHOWN, [str(self._desk.project.folder), dict(self.shown)])
        self.lanes_changed.emit()

    def show_line(self, track: str, what: str, *, on: bool) -> None:
        """Give an automation line of a track its lane, or take it away."""
        those = {one for one in self.shown.get(track, ()) if one != what} | ({what} if on else set[str]())
        self.show_lines({**self.shown, track: tuple(those)})

    def stretch(self, factor: float, y: float | None = None) -> None:
        """Show all tracks higher or flatter; what lies at a height, or at the top, stays there."""
        before = self.lanes
        y = before.ruler if y is None else y
        row = min(max(0, before.row_at(y)), before.count - 1)
        self.set_ways(tall=round(min(TALLEST, max(FLATTEST, self.tall * factor)), 3))
        after = self.lanes
        if before.count and after != before:
            share = (y - before.y(row)) / before.whole(row)
            self.top = max(0, round(after.edges[row] + share * after.whole(row) - (y - after.ruler)))
            self.lanes_changed.emit()

    def show(self, scale: Scale) -> None:
        """Show another part of the piece."""
        if scale != self.scale:
            self.scale = scale
            self.scrolled.emit()

    def scroll_down_to(self, top: int) -> None:
        """Show other tracks."""
        if top != self.top:
            self.top = top
            self.scrolled.emit()

    def put_playhead(self, at: int) -> None:
        """Put the playhead somewhere; whoever plays hears of it."""
        at = max(0, at)
        if at != self.playhead:
            self.playhead = at
            self.playhead_moved.emit()

    def use(self, tool: Tool) -> None:
        """Take another tool."""
        self.tool = tool
        self.ways_changed.emit()

    def set_ways(self, **changed: object) -> None:
        """Behave otherwise from now on."""
        self.ways = replace(self.ways, **changed)  # pyright: ignore[reportArgumentType]
        self._desk.memory.put("arrange.ways", self.ways.__dict__)
        self.ways_changed.emit()

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Play a range around and around, or none."""
        self.loop = loop
        self.ways_changed.emit()

    def _forget_gone(self, label: str) -> None:
        """An edit, or an undo, may have taken away what is chosen; another project has other things."""
        project, loop = self.project, self.loop
        if not label:
            self.clips, self.marker, self.track, self.loop = frozenset(), "", "", None
            self._recall()
        there = {clip.id for track in project.tracks for clip in track.clips}
        marks = {mark.id for mark in (*project.markers, *project.regions)}
        if self.track not in {track.id for track in project.tracks}:
            self.track = project.tracks[0].id if project.tracks else ""
        if self.marker not in marks:
            self.marker = ""
        if not self.clips <= there:
            self.clips &= there
        self.points = lines.there(project, self.points)
        if self.line is not None and self.line.owner not in there | {track.id for track in project.tracks}:
            self.line = None
        self.selected.emit()
        if self.loop != loop:
            self.ways_changed.emit()

    def _recall(self) -> None:
        """Show the lanes that were there when this project was seen last, if no other was since then."""
        known = self._desk.memory.get(_SHOWN, [])
        folder = str(self._desk.project.folder)
        shown = known[1] if isinstance(known, list) and len(known) == 2 and known[0] == folder else {}
        there = shown.items() if isinstance(shown, dict) else ()
        self.shown = {
            str(track): tuple(what for what in lines.KINDS if what in those)
            for track, those in there
            if isinstance(those, list | tuple)
        }
        self.lanes_changed.emit()
