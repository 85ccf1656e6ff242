"""The right side of the room: the selection, its track, or the whole piece. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QVBoxLayout, QWidget

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange.clip_panel import ClipPanel
from studio.ui.tabs.arrange.dropping import Dropping
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.mark_panel import MarkPanel
from studio.ui.tabs.arrange.piece_panel import PiecePanel
from studio.ui.tabs.arrange.track_panel import TrackPanel
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

SELECTION, TRACK, PIECE = "selection", "track", "piece"


class Inspector(QWidget):
    """Goes with what is chosen; the buttons on top go elsewhere until something else is chosen."""

    recipe_wanted = Signal(object)
    live_changed = Signal()  # whether what is chosen can be made again

    def __init__(
        self,
        desk: Desk,
        state: Timeline,
        deeds: LiveDeeds,
        dropping: Dropping,
        actions: Actions,
        *,
        heads: QWidget,
        canvas: Canvas,
    ) -> None:
        super().__init__()
        self._state, self._deeds, self._heads, self._canvas = state, deeds, heads, canvas
        self.clip = ClipPanel(desk, state, deeds, actions)
        self.track = TrackPanel(desk, state)
        self.mark = MarkPanel(state, actions)
        self.piece = PiecePanel(desk, state, deeds, dropping)
        self.nothing = basics.label(t("Select a clip or a track to see what it is made of."), "secondary", wrap=True)
        self._pages = (self.clip, self.mark, self.track, self.piece, self.nothing)
        self.page = PIECE
        self._seen: tuple[frozenset[str], str, str] = (state.clips, state.marker, state.track)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.GRID)
        whole.addLayout(self._build_choice())
        for page in self._pages:
            whole.addWidget(page)
        whole.addStretch(1)
        self.clip.recipe_wanted.connect(self.recipe_wanted)
        self.piece.recipe_wanted.connect(self.recipe_wanted)
        state.selected.connect(self._follow)
        deeds.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        canvas.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)
        self.show_page(SELECTION if state.clips or state.marker else PIECE)

    def show_page(self, page: str) -> None:
        """Show one of the pages."""
        self.page = page
        for name, button in self.buttons.items():
            button.setChecked(name == page)
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen as it is."""
        state = self._state
        shown: QWidget = self.nothing
        if self.page == PIECE:
            shown = self.piece
        elif self.page == TRACK and any(track.id == state.track for track in state.project.tracks):
            shown = self.track
        elif self.page == SELECTION and state.clips:
            shown = self.clip
        elif self.page == SELECTION and state.marker:
            shown = self.mark
        if shown is not self.nothing:
            shown.refresh()  # pyright: ignore[reportAttributeAccessIssue]
        for page in self._pages:
            page.setVisible(page is shown)
        self.live_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Who presses what is chosen already, after a look at something else, wants to see it."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent) and self.page != SELECTION:
            name = self._canvas.hit(event.position()).id
            if name and (name in self._state.clips or name == self._state.marker):
                self.show_page(SELECTION)
        return super().eventFilter(watched, event)

    # ---- for menus and keys

    @property
    def live(self) -> bool:
        """Whether the chosen clip can be made again."""
        return len(self._state.clips) == 1 and bool(self._deeds.kind_of(next(iter(self._state.clips))))

    def generate(self) -> None:
        """Make the chosen clip again."""
        if self.live:
            self.show_page(SELECTION)
            self.clip.live.generate()

    def ask_for_voice(self) -> None:
        """Offer other voices for the chosen clip."""
        self.show_page(SELECTION)
        self.clip.ask_for_voice()

    def edit_words(self) -> None:
        """Let the words of the chosen clip be changed."""
        self.show_page(SELECTION)
        self.clip.edit_words()

    def show_spectrogram(self) -> None:
        """Show the spectrogram of the chosen clip."""
        self.show_page(SELECTION)
        self.clip.show_spectrogram()

    def rename_mark(self) -> None:
        """Let the name of the chosen mark be typed."""
        self.show_page(SELECTION)
        self.mark.rename()

    # ---- inside

    def _build_choice(self) -> QVBoxLayout:
        self.buttons = {
            SELECTION: basics.button(t("Selection"), lambda: self.show_page(SELECTION), kind="chip"),
            TRACK: basics.button(t("Track"), lambda: self.show_page(TRACK), kind="chip"),
            PIECE: basics.button(t("Piece"), lambda: self.show_page(PIECE), kind="chip"),
        }
        group = QButtonGroup(self)
        for button in self.buttons.values():
            button.setCheckable(True)
            group.addButton(button)
        line = basics.row(*self.buttons.values(), None, spacing=tokens.HALF)
        whole = basics.column()
        whole.addLayout(line)
        return whole

    def _follow(self) -> None:
        """Go to what was chosen; a change of the project leaves the page as it is."""
        state = self._state
        before, self._seen = self._seen, (state.clips, state.marker, state.track)
        if before == self._seen:
            self.refresh()
        elif state.clips or state.marker:
            self.show_page(SELECTION if before[:2] != self._seen[:2] else self.page)
        elif before[2] != state.track and state.track and before[2]:
            self.show_page(TRACK)
        elif before[0] or before[1]:
            focus = QApplication.focusWidget()
            self.show_page(TRACK if focus and self._heads.isAncestorOf(focus) else PIECE)
        else:
            self.refresh()

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._heads.isAncestorOf(now) and not self._state.clips:
            self.show_page(TRACK)
