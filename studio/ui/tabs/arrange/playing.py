"""The piece is heard from the playhead, edits and all. The GUI thread; the sound is a process of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import decimal_point, t
from studio.ui.timeline.state import Timeline

_KEY = "project:"  # before the folder, in the keys of projects
_SPEEDS = (1.0, 1.5, 2.0)
_BACK = 3.0  # seconds
_EDITED = 40  # milliseconds between two edits that are handed on while one drags
_GRAIN = 33  # milliseconds between two moments that are let heard while the playhead is dragged
_STALE = 120  # milliseconds in which reports may still tell of where the sound was before it was sent elsewhere


class Playing(QObject):
    """Keeps the player and the timeline together: project, playhead, loop."""

    def __init__(self, desk: Desk, state: Timeline, dragged: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._dragged = dragged  # which drag there is of the playhead, or of anything else; None without any
        self._held: object = None  # the one that put the playhead somewhere last
        self._desk = desk
        self._state = state
        self._on = False  # whether the room is shown
        self._told = False  # whether the playhead moves because the sound does
        self._loop = state.loop
        self._moved = QElapsedTimer()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_EDITED)
        self._soon.timeout.connect(self._hand_over)
        self._scrubbed = -1
        self._scrubs = QTimer(self)
        self._scrubs.setSingleShot(True)
        self._scrubs.setInterval(_GRAIN)
        self._scrubs.timeout.connect(self._scrub)
        desk.project.changed.connect(self._project_changed)
        desk.player.moved.connect(self._follow)
        state.playhead_moved.connect(self._go)
        state.selected.connect(self._take_back)
        state.ways_changed.connect(self._set_loop)

    @property
    def key(self) -> str:
        """What tells the open project from others in the player."""
        return f"{_KEY}{self._desk.project.folder}"

    @property
    def ours(self) -> bool:
        """Whether the player holds the piece."""
        selected = self._desk.player.selected
        return selected is not None and selected.key == self.key

    def enter(self) -> None:
        """Space plays the piece, unless something else is heard."""
        self._on = True
        if self.ours:
            self._hand_over()
            self._follow()  # a new window begins with a new playhead
        elif not self._desk.player.playing:
            self._select()

    def leave(self) -> None:
        """Another room says what Space plays, and how fast."""
        self._on = False
        self._desk.player.set_speed(1.0)

    def faster(self) -> None:
        """Play, and at each further time faster."""
        player = self._desk.player
        if not player.playing or not self.ours:
            self._take_back()
            player.toggle()
            return
        factor = next((speed for speed in _SPEEDS if speed > player.speed), _SPEEDS[-1])
        player.set_speed(factor)
        self._desk.notices.toast.emit(
            t("Playing at {factor} times the speed.", factor=f"{factor:g}".replace(".", decimal_point())), None
        )

    def hold(self) -> None:
        """Pause; what is played next has its own speed."""
        player = self._desk.player
        if player.playing:
            player.toggle()
        player.set_speed(1.0)

    def back(self) -> None:
        """Go back a little; what plays goes on from there."""
        self._state.put_playhead(max(0, self._state.playhead - round(_BACK * self._desk.project.value.rate)))

    # ---- inside

    def _select(self) -> None:
        project = self._desk.project.value
        if not project.length:
            return
        start, end = self._state.loop or (0, None)
        player = self._desk.player
        player.select(
            Playable(
                self.key,
                project.name or t("The piece"),
                project=project,
                folder=self._desk.project.folder,
                start=start,
                end=end,
            )
        )
        self._go_around()
        player.put(self._state.playhead)

    def _project_changed(self, label: str) -> None:
        if label == "":
            self._let_go()
            self._state.put_playhead(0)
            if self._on:
                self._select()
            return
        if self.ours:
            if not self._soon.isActive():
                self._soon.start()
        elif self._on and self._desk.player.selected is None:
            self._select()

    def _let_go(self) -> None:
        """The project that was open until now is heard no longer; an empty one would not take its place."""
        player = self._desk.player
        if player.selected is not None and player.selected.key.startswith(_KEY) and not self.ours:
            player.stop()
            player.select(None)

    def _hand_over(self) -> None:
        if self.ours:
            self._desk.player.edited(self._desk.project.value)

    def _take_back(self) -> None:
        if self._on and not self.ours and not self._desk.player.playing:
            self._select()

    def _follow(self) -> None:
        if not self.ours or (self._moved.isValid() and self._moved.elapsed() < _STALE):
            return
        state, player = self._state, self._desk.player
        before, seen = state.playhead, state.scale
        self._told = True
        state.put_playhead(round(player.position * self._desk.project.value.rate))
        self._told = False
        if state.ways.follow and player.playing and seen.first <= before < seen.last <= state.playhead:
            state.show(seen.showing(state.playhead))

    def _go(self) -> None:
        """Somebody put the playhead somewhere."""
        if self._told or not self._on:
            return
        self._take_back()
        held = self._dragged()
        drags = held is not None and held is self._held  # a click is silent
        self._held = held
        self._moved.restart()
        if not self.ours:
            return
        if drags and not self._desk.player.playing:
            if not self._scrubs.isActive():
                self._scrub()
        else:
            self._desk.player.put(self._state.playhead)

    def _scrub(self) -> None:
        """Let hear where the playhead is; the next moment follows if it went on meanwhile."""
        at, player = self._state.playhead, self._desk.player
        if at != self._scrubbed and self.ours and not player.playing:
            self._scrubbed = at
            player.scrub(at)
            self._scrubs.start()

    def _set_loop(self) -> None:
        if not self.ours or self._state.loop == self._loop:
            return
        start, end = self._state.loop or (0, None)
        self._desk.player.set_range(start, end)
        self._go_around()

    def _go_around(self) -> None:
        """What is heard goes around and around where a loop is drawn."""
        self._loop, player = self._state.loop, self._desk.player
        if player.loop != (self._loop is not None):
            player.set_loop(self._loop is not None)
