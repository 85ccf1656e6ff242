"""What the keys of the room do. The GUI thread; each edit is a pure function made one step of the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication

from studio.domain.edits import marks, pasting, tracks
from studio.domain.project import Clip, Project
from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange.line_deeds import LineDeeds
from studio.ui.timeline import commands
from studio.ui.timeline.commands import Done
from studio.ui.timeline.state import Timeline
from studio.ui.timeline.ways import Tool
from studio.ui.told import told_of

_ZOOM = 1.5
_FAR = 10  # frames that a far nudge goes

Command = Callable[[Project], Done]


class Deeds(QObject):
    """The commands of the timeline, over what is chosen and where the playhead is."""

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        self.lines = LineDeeds(desk, state, self)

    def table(self) -> dict[str, Callable[[], object]]:
        """Return what each action of the room does, but for those that need its widgets."""
        make, state = self._make, self._state
        some = lambda command, **more: lambda p: command(p, state.clips, **more)  # noqa: E731
        here = lambda command, **more: lambda p: command(p, state.clips, state.playhead, **more)  # noqa: E731
        return {
            "split": lambda: make(t("Split"), here(commands.split)),
            "trim_start": lambda: make(t("Trim"), here(commands.trim_start, follow=state.ways.ripple)),
            "trim_end": lambda: make(t("Trim"), here(commands.trim_end, follow=state.ways.ripple)),
            "fade_in": lambda: make(t("Fade in"), here(commands.fade_in)),
            "fade_out": lambda: make(t("Fade out"), here(commands.fade_out)),
            "join": lambda: make(t("Join"), some(commands.join)),
            "duplicate": lambda: make(t("Duplicate"), some(commands.duplicate, follow=state.ways.ripple)),
            "group": lambda: make(t("Group"), some(commands.group)),
            "ungroup": lambda: make(t("Ungroup"), some(commands.ungroup)),
            "lock": self.lock,
            "mute": self.mute,
            "earlier": partial(self.nudge, -1),
            "later": partial(self.nudge, 1),
            "much_earlier": partial(self.nudge, -_FAR),
            "much_later": partial(self.nudge, _FAR),
            "up": partial(self.to_track, -1),
            "down": partial(self.to_track, 1),
            "delete": partial(self.delete, follow=None),
            "ripple_delete": partial(self.delete, follow=True),
            "copy": self.copy,
            "cut": self.cut,
            "paste": lambda: self.paste(partial(commands.paste, follow=state.ways.ripple)),
            "paste_insert": partial(self.paste, commands.paste_insert),
            "select_all": lambda: state.choose(commands.every_clip(state.project)),
            "select_right": lambda: state.choose(commands.clips_to_the_right(state.project, state.playhead)),
            "next": partial(self.step, 1),
            "previous": partial(self.step, -1),
            "marker": partial(self.mark, chapter=False),
            "chapter": partial(self.mark, chapter=True),
            "region": self.region,
            "loop": self.loop,
            "select": partial(state.use, Tool.SELECT),
            "blade": partial(state.use, Tool.BLADE),
            "slip": partial(state.use, Tool.SLIP),
            "snap": lambda: state.set_ways(snap=not state.ways.snap),
            "ripple": lambda: state.set_ways(ripple=not state.ways.ripple),
            "grid": lambda: state.set_ways(grid=not state.ways.grid),
            "follow": lambda: state.set_ways(follow=not state.ways.follow),
            "zoom_in": partial(self.zoom, _ZOOM),
            "zoom_out": partial(self.zoom, 1 / _ZOOM),
            "fit": self.fit,
            "fit_selection": self.fit_selection,
            "home": partial(self.go, 0),
            "end": lambda: self.go(state.project.length),
            **self.lines.table(),
        }

    # ---- clips

    def delete(self, *, follow: bool | None) -> None:
        """Take away the chosen points, marker, clips, or track; closing the gap with ripple on, unless told."""
        state = self._state
        if state.points:
            self.lines.remove_points()
        elif state.marker:
            self._remove_mark()
        elif state.clips:
            follow = state.ways.ripple if follow is None else follow
            self._make(t("Delete"), lambda p: commands.remove(p, state.clips, follow=follow))
        elif (track := state.chosen_track) and not track.clips and state.line is None:
            told = t("Track {name} removed.", name=track.name)
            self._make(t("Remove a track"), lambda p: Done(tracks.remove_track(p, track.id), frozenset()), told=told)

    def nudge(self, frames: int) -> None:
        """Move clips, or points, by a little."""
        if self._state.points:
            self.lines.nudge(frames)
            return
        state = self._state
        by = frames * commands.frame(state.project)
        merge = state.bursts.key(f"nudge {frames} {' '.join(sorted(state.clips))}")
        self._make(t("Nudge"), lambda p: commands.nudge(p, state.clips, by=by, follow=state.ways.ripple), merge=merge)

    def to_track(self, rows: int) -> None:
        """Move clips to the track above or below; without any, the track itself. Points get another value."""
        if self._state.points:
            self.lines.raise_points(rows)
            return
        state, everything = self._state, self._state.project.tracks
        rows_of = [n for n, track in enumerate(everything) if any(clip.id in state.clips for clip in track.clips)]
        first = everything[rows_of[0]].id if rows_of else state.track
        row = next((n for n, track in enumerate(everything) if track.id == first), -1 - rows) + rows
        if not 0 <= row < len(everything):
            return
        if rows_of:
            moved = partial(commands.to_track, chosen=state.clips, track=everything[row].id, follow=state.ways.ripple)
            self._make(t("Move to another track"), moved)
        else:
            self._make(t("Move a track"), lambda p: Done(tracks.move_track(p, first, row), frozenset()))

    def lock(self) -> None:
        """Lock or unlock the clips, or without any the track."""
        state = self._state
        if state.clips:
            self._make(t("Lock or unlock"), lambda p: commands.switch_lock(p, state.clips))
        elif track := state.chosen_track:
            on = not track.locked
            state.do(t("Lock or unlock"), lambda p: tracks.set_track(p, track.id, locked=on))

    def mute(self) -> None:
        """Mute the clips or let them sound, or without any the track."""
        state = self._state
        if state.clips:
            self._make(t("Mute or unmute"), lambda p: commands.switch_mute(p, state.clips))
        elif track := state.chosen_track:
            on = not track.mute
            self._make(t("Mute or unmute"), lambda p: Done(tracks.set_track(p, track.id, mute=on), frozenset()))

    def copy(self) -> None:
        """Put the clips on the clipboard."""
        try:
            _to_clipboard(commands.copied(self._state.project, self._state.clips))
        except StudioError as e:
            self._desk.notices.toast.emit(told_of(e), None)

    def cut(self) -> None:
        """Put the clips on the clipboard, and take them away."""
        state = self._state
        if state.clips:
            copied: list[str] = []

            def command(project: Project) -> Done:
                done, text = commands.cut(project, state.clips, follow=state.ways.ripple)
                copied.append(text)
                return done

            if self._make(t("Cut"), command):
                _to_clipboard(copied[0])

    def paste(self, command: Callable[..., Done]) -> None:
        """Put what is on the clipboard at the playhead."""
        data = QGuiApplication.clipboard().mimeData()
        text = bytes(data.data(pasting.MIME).data()).decode(errors="replace") if data else ""
        state = self._state
        if text:
            self._make(t("Paste"), lambda p: command(p, text, state.playhead, track=state.track))

    def step(self, way: int) -> None:
        """Choose the next or previous clip of the track, and put the playhead to its begin."""
        state = self._state
        ordered = next((list(track.clips) for track in state.project.tracks if track.id == state.track), [])
        after = _beside(ordered, state.clips, state.playhead, way)
        if after is not None:
            state.choose([after.id])
            state.put_playhead(after.start)
            state.show(state.scale.showing(after.start))

    # ---- time

    def mark(self, *, chapter: bool) -> None:
        """Name the moment of the playhead."""
        state, made = self._state, list[str]()

        def edit(project: Project) -> Project:
            count = sum(one.chapter == chapter for one in project.markers) + 1
            name = t("Chapter {number}", number=count) if chapter else t("Marker {number}", number=count)
            project, new = marks.add_marker(project, state.playhead, name, chapter=chapter)
            made.append(new)
            return project

        if state.do(t("Begin a chapter") if chapter else t("Set a marker"), edit):
            state.choose_mark(made[0])

    def region(self) -> None:
        """Name the time of the chosen clips, or of the loop."""
        state, span = self._state, self._span()
        if span is None:
            hint = t("Select clips first, or drag a loop in the ruler.")
            self._desk.notices.toast.emit(f"{t('There is no time for a region.')} {hint}", None)
            return
        name = t("Region {number}", number=len(state.project.regions) + 1)
        state.do(t("Make a region"), lambda p: marks.add_region(p, *span, name)[0])

    def loop(self) -> None:
        """Play the chosen clips around and around, or nothing any more."""
        state = self._state
        chosen = state.chosen
        span = (min(c.start for c in chosen), max(c.end for c in chosen)) if chosen else None
        if span is not None and span != state.loop:
            state.set_loop(span)
        elif state.loop is not None:
            state.set_loop(None)
        elif state.project.length:
            state.set_loop((0, state.project.length))

    def go(self, at: int) -> None:
        """Put the playhead somewhere, where it is seen."""
        self._state.put_playhead(at)
        self._state.show(self._state.scale.showing(at))

    # ---- what is seen

    def zoom(self, factor: float) -> None:
        """Show more or less detail around the playhead, or around the middle where it is not seen."""
        scale = self._state.scale
        x = scale.x(self._state.playhead)
        self._state.show(scale.zoomed(factor, x if 0 <= x <= scale.width else scale.width / 2))

    def fit(self) -> None:
        """Show the whole piece."""
        project = self._state.project
        self._state.show(self._state.scale.fitted(0, project.length or 30 * project.rate))

    def fit_selection(self) -> None:
        """Show what is chosen, or else the whole piece."""
        span = self._span()
        if span is None:
            self.fit()
        else:
            self._state.show(self._state.scale.fitted(*span))

    # ---- inside

    def _make(self, label: str, command: Command, *, merge: str = "", told: str = "") -> bool:
        try:
            done = command(self._state.project)
        except StudioError as e:  # a key that does nothing here is no trouble that has to be dealt with
            self._desk.notices.toast.emit(told_of(e), None)
            return False
        made = self._state.do(label, done.project, merge=merge, told=told)
        if made:
            self._state.choose(done.chosen, whole_groups=False)
        return made

    def _span(self) -> tuple[int, int] | None:
        chosen = self._state.chosen
        return (min(c.start for c in chosen), max(c.end for c in chosen)) if chosen else self._state.loop

    def _remove_mark(self) -> None:
        mark, project = self._state.marker, self._state.project
        if any(one.id == mark for one in project.markers):
            self._state.do(t("Remove a marker"), lambda p: marks.remove_marker(p, mark))
        else:
            self._state.do(t("Remove a region"), lambda p: marks.remove_region(p, mark))


def set_tempo(state: Timeline, bpm: float, *, merge: str = "") -> bool:
    """Give the piece a tempo, or none with 0; return whether it can have that."""
    from studio.domain.edits import whole

    return state.do(t("Change the tempo"), lambda p: whole.set_style(p, replace(p.style, bpm=bpm)), merge=merge)


def _to_clipboard(text: str) -> None:
    data = QMimeData()
    data.setData(pasting.MIME, text.encode())
    QGuiApplication.clipboard().setMimeData(data)


def _beside(ordered: list[Clip], chosen: frozenset[str], at: int, way: int) -> Clip | None:
    """Return the clip before or after the chosen one, or the playhead where none is chosen. Pure."""
    places = [n for n, clip in enumerate(ordered) if clip.id in chosen]
    if places:
        wanted = (places[-1] if way > 0 else places[0]) + way
        return ordered[wanted] if 0 <= wanted < len(ordered) else None
    if way > 0:
        return next((clip for clip in ordered if clip.start >= at), None)
    return next((clip for clip in reversed(ordered) if clip.start < at), None)
