"""What the timeline keeps of its own: what is chosen, what is seen, and with which tool. The GUI thread.

Everything else it shows is the project. The ruler, the lanes, the heads of the tracks, the outline and the inspector
all look at this one value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.domain.edits import grouping
from studio.domain.project import Clip, Project
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.project_model import Edit
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.ways import Tool, Ways


class Timeline(QObject):
    """Selection, zoom, scroll, playhead, tool and ways, with a signal each."""

    selected = Signal()  # other clips, or another track
    scrolled = Signal()  # another scale
    playhead_moved = Signal()
    settling = Signal()  # what was typed is to be a step of the project now
    ways_changed = Signal()  # tool, snap, ripple, grid, automation, follow, loop

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.scale = Scale()
        self.top = 0  # pixels of the lanes that are scrolled away
        self.clips: frozenset[str] = frozenset()
        self.track = ""  # the one that new things go to
        self.marker = ""  # the marker or region that is chosen
        self.playhead = 0
        self.loop: tuple[int, int] | None = None
        self.tool = Tool.SELECT
        known = desk.memory.get("arrange.ways", {})
        self.ways = replace(Ways(), **{k: v for k, v in known.items() if k in Ways.__dataclass_fields__})
        desk.project.changed.connect(self._forget_gone)
        desk.project.settling.connect(self.settling)

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._desk.project.value

    @property
    def chosen(self) -> list[Clip]:
        """The chosen clips, by track and time."""
        return [clip for track in self.project.tracks for clip in track.clips if clip.id in self.clips]

    def do(self, label: str, edit: Edit | Project, *, merge: str = "", told: str = "") -> bool:
        """Make one step of the project."""
        return self._desk.project.do(label, edit, merge=merge, told=told)

    def choose(self, clips: Iterable[str], *, track: str | None = None, whole_groups: bool = True) -> None:
        """Choose clips; those of a group go together. What is gone from the project is left out.

        Whoever asks may have looked at the project before an undo, or before something landed.
        """
        wanted = frozenset(clips)
        if wanted:
            wanted &= {clip.id for on in self.project.tracks for clip in on.clips}
        if whole_groups and wanted:
            wanted = frozenset(grouping.with_group(self.project, sorted(wanted)))
        if wanted == self.clips and track in (None, self.track):
            return
        self.clips = wanted
        if track is not None:
            self.track = track
        elif wanted:
            on = (t.id for t in self.project.tracks if any(clip.id in wanted for clip in t.clips))
            self.track = next(on, self.track)
        self.marker = ""
        self.selected.emit()

    def choose_mark(self, mark: str) -> None:
        """Choose a marker or a region, and no clip."""
        self.clips = frozenset()
        self.marker = mark
        self.selected.emit()

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
        there = {clip.id for track in project.tracks for clip in track.clips}
        marks = {mark.id for mark in (*project.markers, *project.regions)}
        if self.track not in {track.id for track in project.tracks}:
            self.track = project.tracks[0].id if project.tracks else ""
        if self.marker not in marks:
            self.marker = ""
        if not self.clips <= there:
            self.clips &= there
        self.selected.emit()
        if self.loop != loop:
            self.ways_changed.emit()
