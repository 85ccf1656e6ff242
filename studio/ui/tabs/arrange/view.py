"""The room Arrange: the timeline, its outline, and what belongs to what is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.domain.edits import lines
from studio.services.library_index import SOUND_ENDINGS
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.arrange.deeds import Deeds
from studio.ui.tabs.arrange.dropping import Dropping, DropTarget
from studio.ui.tabs.arrange.foot import Foot
from studio.ui.tabs.arrange.history_list import HistoryList
from studio.ui.tabs.arrange.inspector import SELECTION, Inspector
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.making import Making
from studio.ui.tabs.arrange.measuring import MeasuringLine
from studio.ui.tabs.arrange.menus import menu_for
from studio.ui.tabs.arrange.playing import Playing
from studio.ui.tabs.arrange.speech_tools import SpeechTools
from studio.ui.tabs.arrange.toolbar import Toolbar
from studio.ui.timeline.heads import KINDS, TrackHeads, add_track
from studio.ui.timeline.hits import Hit
from studio.ui.timeline.meters import TrackLevels
from studio.ui.timeline.outline import Outline
from studio.ui.timeline.state import Timeline
from studio.ui.timeline.view import TimelineView
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.room import Room

_OUTLINE = "arrange.outline"  # in the memory: whether the outline is shown


class ArrangeRoom(Room):
    """Lanes or outline on the left, what is chosen on the right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "arrange", t("Arrange"))
        self.state = Timeline(desk, self)
        self.deeds = Deeds(desk, self.state, self)
        self.dropping = Dropping(desk, self.state, self)
        self.speech_tools = SpeechTools(desk, self.state, self)
        self.live = LiveDeeds(desk, self.state, self)
        self.making = Making(desk, self.state, self)
        self.heads = TrackHeads(self.state)
        self.lanes = TimelineView(desk, self.state, self.heads)
        self.playing = Playing(desk, self.state, lambda: self.lanes.canvas.drag, self)
        self.track_levels = TrackLevels(desk, self.heads.show_levels, lambda: self.playing.ours, self)
        self.outline = Outline(self.state)
        self.foot_line = Foot(desk, self.state, actions)
        self.toolbar = Toolbar(self.state, actions, self.header, self)
        self._outlined = bool(desk.memory.get(_OUTLINE, False))
        self._fitted: Path | None = None  # the project that was shown as a whole once
        self._build()
        self._bind()
        self.toolbar.speech_wanted.connect(self._offer_speech)
        self.lanes.canvas.menu_wanted.connect(self._offer_menu)
        self.outline.menu_wanted.connect(self._offer_menu)
        self.lanes.canvas.opened.connect(self._open_clip)
        self.outline.opened.connect(self._open_clip)
        desk.project.changed.connect(self._project_changed)
        if self.state.project.tracks:
            self.state.choose((), track=self.state.project.tracks[0].id)
        self._show_page()

    # ---- the room

    def entered(self) -> None:
        """Space plays the piece from now on."""
        self.playing.enter()
        self._show_page()
        self._fit_once()
        (self.outline if self._outlined else self.lanes.canvas).setFocus()

    def left(self) -> None:
        """Another room says what Space plays."""
        self.playing.leave()

    def take_files(self, files: list[Path]) -> bool:
        """Bring in sounds at the playhead, and a picture as the cover."""
        return self.dropping.take(files)

    def chosen_spans(self) -> list[tuple[str, int, int]]:
        """The loop, and what lies from the first to the last of the chosen clips."""
        found = [(t("The loop"), *self.state.loop)] if self.state.loop else []
        clips = self.state.chosen
        if clips:
            name = tn(len(clips), "The chosen clip", "The chosen clips")
            found.append((name, min(clip.start for clip in clips), max(clip.end for clip in clips)))
        return found

    def generate(self) -> None:
        """Make the chosen clips again; one of them with the words that were changed."""
        if len(self.state.clips) == 1:
            self.side.generate()
        else:
            self.making.make(self.live.follow)

    def generate_first(self) -> None:
        """Make them before all that waits."""
        self.making.make(self.live.follow, front=True)

    # ---- building

    def _build(self) -> None:
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._empty = self._empty_state()
        for page in (self._empty, self.lanes, self.outline):
            self.body.addWidget(page, 1)
        DropTarget(self.lanes.canvas, self.state, self.dropping)
        self._line = basics.rule()
        whole = self.layout()
        assert whole is not None
        whole.addWidget(MeasuringLine(self.speech_tools.measuring))
        whole.addWidget(self._line)
        whole.addWidget(self.foot_line)
        self.side = Inspector(
            self.desk,
            self.state,
            self.live,
            self.dropping,
            self.actions_table,
            heads=self.heads,
            canvas=self.lanes.canvas,
        )
        self.side.recipe_wanted.connect(self.recipe_wanted)
        self.inspector.addWidget(self.side)
        self.set_primary(t("Make again"), "refresh-cw")
        self.side.live_changed.connect(self._show_primary)
        self._show_primary()

    def _empty_state(self) -> EmptyState:
        return EmptyState(
            "chart-gantt",
            t("Nothing on the timeline yet"),
            t("Drop sounds here, or put the lines of the script on it. Music and sounds come from the library."),
            (t("Assemble from the script"), self._assemble),
            (t("Open the demo project"), self._demo),
        )

    def _bind(self) -> None:
        table = self.deeds.table() | {
            "faster": self.playing.faster,
            "hold": self.playing.hold,
            "back": self.playing.back,
            "outline": self.toggle_outline,
            "history": self._show_history,
            "add_files": self._ask_for_files,
        }
        for name, act in table.items():
            self.actions_table.bind(f"arrange.{name}", act)
        for kind in KINDS:
            self.actions_table.bind(f"arrange.add_{kind}", lambda kind=kind: add_track(self.state, kind))

    # ---- what is shown

    def toggle_outline(self) -> None:
        """Show the piece as text, or as lanes."""
        self._outlined = not self._outlined
        self.desk.memory.put(_OUTLINE, self._outlined)
        self._show_page()
        (self.outline if self._outlined else self.lanes.canvas).setFocus()

    def _show_page(self) -> None:
        filled = bool(self.state.project.tracks)
        shown: QWidget = self._empty if not filled else self.outline if self._outlined else self.lanes
        for page in (self._empty, self.lanes, self.outline):
            page.setVisible(page is shown)
        self._line.setVisible(filled)
        self.foot_line.setVisible(filled)
        self.toolbar.show_outline(on=self._outlined)

    def _project_changed(self, label: str) -> None:
        if label == "":
            self._fitted = None
        self._show_page()
        if self.isVisible():
            self._fit_once()

    def _fit_once(self) -> None:
        """A project that is seen for the first time is seen whole."""
        if self.state.project.length and self._fitted != self.desk.project.folder:
            self._fitted = self.desk.project.folder
            self.deeds.fit()

    def _show_primary(self) -> None:
        if self.primary:
            self.primary.setEnabled(self.making.possible)

    def _open_clip(self, clip: str) -> None:
        """Show all there is about one clip, and let its words be changed."""
        if self._side.isHidden():
            self.toggle_inspector()
        self.state.choose([clip], whole_groups=False)
        self.side.show_page(SELECTION)
        if self.live.kind_of(clip) == "speech":
            self.side.edit_words()

    # ---- deeds

    def _offer_speech(self, button: QWidget) -> None:
        menu = self.speech_tools.menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _offer_menu(self, hit: Hit, place: QPoint) -> None:
        menu = menu_for(hit, self.state, self.actions_table, self)
        menu.popup(place)

    def _show_history(self) -> None:
        HistoryList(self.desk, self).show_below(self.toolbar.buttons["history"])

    def _assemble(self) -> None:
        if lines.chosen(self.state.project):
            self.speech_tools.assemble()
        else:
            self.actions_table.trigger("room.dialogue")
            self.desk.notices.toast.emit(t("Write the script here and generate its lines first."), None)

    def _demo(self) -> None:
        self.actions_table.trigger("project.demo")

    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self, t("Add sounds from files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        endings = " ".join(f"*{ending}" for ending in sorted(SOUND_ENDINGS))
        dialog.setNameFilters([f"{t('Sounds')} ({endings})", f"{t('All files')} (*)"])
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def _take_chosen(self, files: list[str]) -> None:
        self.dropping.take([Path(file) for file in files])


def make(desk: Desk, actions: Actions) -> ArrangeRoom:
    """Build the room."""
    return ArrangeRoom(desk, actions)
