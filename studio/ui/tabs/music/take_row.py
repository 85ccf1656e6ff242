"""A piece of music that was made, in one row; and a row for one that is being made."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QMenu, QProgressBar, QToolButton, QVBoxLayout

from studio.domain import jobs as states
from studio.domain import recipe as recipes
from studio.services import listening, styling
from studio.services.jobs import Job
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import clock, t, time_left, tn
from studio.ui.tabs.music import model
from studio.ui.tabs.music.range_wave import RangeWave
from studio.ui.tabs.music.work_bar import WorkBar
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told
from studio.ui.widgets import basics
from studio.ui.widgets.file_drag import FileDrag
from studio.ui.widgets.library_deeds import key_of

_COLUMNS = 240
VERBS = (
    ("more", "More like this", "copy"),
    ("fill", "Copy into the form", "arrow-up"),
    ("work", "Work on it…", "wand-sparkles"),
    ("timeline", "Add to the timeline", "send"),
    ("check", "Check the sung words", "mic"),
    ("source", "Work on it in the form", "sliders-horizontal"),
    ("reference", "Let others sound like it", "audio-waveform"),
    ("compare", "Compare it with another", "layers"),
    ("style", "Keep its style", "bookmark"),
    ("save", "Save as…", "save"),
    ("reveal", "Show in the folder", "folder-open"),
    ("trash", "Move to the trash", "trash-2"),
)


class TakeRow(QFrame):
    """Shows a take; `wanted` says what somebody wants with it: a verb, and its number."""

    wanted = Signal(str, int)
    picked = Signal(int)
    stepped = Signal(int)  # to the row before or after
    worked = Signal(str, int, float, float)  # a way to work on it, its number, and what the way needs

    def __init__(self, desk: Desk, item: Item, parts: int, why_not: Callable[[Item, str], str]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk = desk
        self.item = item
        self._asked = False
        params = recipes.params_in(item.recipe)
        title = item.title or styling.words_in(params) or t("A piece without words")
        facts = model.facts_line(item.facts, recipes.seed_in(item.recipe), clock(item.seconds))
        self.playable = Playable(key_of(item), title, item.file)
        self.setAccessibleName(f"{title}, {facts}")
        self._play = basics.icon_button("play", t("Play this take"), self._toggle)
        self._title = basics.ElidedLabel(title)
        self._facts = basics.ElidedLabel(facts, "caption")
        self.wave = RangeWave(t("Sound of the take"), height=36)
        self.wave.setMinimumWidth(look.px(120))
        self.wave.setToolTip(t("Click to go there; drag, or Shift and the arrows, to mark a range"))
        self.wave.sought.connect(self._seek)
        self.wave.ranged.connect(self._ranged)
        self._why_not = why_not
        self._work: WorkBar | None = None
        self._star = basics.icon_button("star", t("Star"), checkable=True)
        self._star.setChecked(item.starred)
        self._star.clicked.connect(self._star_it)
        self.stems = basics.button(str(parts), kind="quiet", icon_name="layers")
        basics.rename(self.stems, tn(parts, "{count} file that came with it", "{count} files that came with it"))
        self.stems.setCheckable(True)
        self.stems.toggled.connect(self._show_stems)
        more = basics.icon_button("ellipsis", t("What can be done with this take"))
        more.clicked.connect(lambda: self._menu().popup(more.mapToGlobal(more.rect().bottomLeft())))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._facts)
        line = basics.row(self._play)
        line.addLayout(words, 5)
        line.addWidget(self.wave, 4)
        for part in (self.stems, self._star, more):
            line.addWidget(part)
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(tokens.GRID, tokens.HALF, tokens.GRID, tokens.HALF)
        self.inside.setSpacing(tokens.HALF)
        self.inside.addLayout(line)
        self.stems.setVisible(parts > 0)
        FileDrag(self, item.file)
        self._show_star()

    def choose(self, *, on: bool) -> None:
        """Show whether this is the one that is selected."""
        basics.set_property(self, "chosen", "true" if on else "false")

    def open_work(self) -> WorkBar:
        """Show what can be done with it, below."""
        if self._work is None:
            seconds = self.item.seconds
            bar = self._work = WorkBar(seconds)
            bar.ranged.connect(lambda begin, end: self.wave.show_range(begin / seconds, end / seconds))
            bar.wanted.connect(lambda way, one, two: self.worked.emit(way, self.item.id, one, two))
            bar.closed.connect(self.close_work)
            bar.show_reasons(lambda way: self._why_not(self.item, way))
            self.inside.addWidget(bar)
            bar.show()  # at once: the keys are to go there
        return self._work

    def close_work(self) -> None:
        """Show it no more, and no range."""
        self.wave.show_range(0.0, 0.0)
        if self._work:
            self._work.hide()
            self._work.deleteLater()
            self._work = None

    def look_again(self) -> None:
        """Another engine was chosen: other things can be done."""
        if self._work:
            self._work.show_reasons(lambda way: self._why_not(self.item, way))

    def follow(self) -> None:
        """Show what the player does with it."""
        self._play.setIcon(icon("pause" if self._mine and self._desk.player.playing else "play"))
        self.move_on()

    def move_on(self) -> None:
        """Show where in the take the player is."""
        player = self._desk.player
        whole = self._seconds
        self.wave.show_position(player.position / whole if self._mine and whole else 0.0)

    @property
    def _seconds(self) -> float:
        """How long it is, before the player has looked at it too."""
        return self._desk.player.seconds or self.item.seconds

    @property
    def _mine(self) -> bool:
        selected = self._desk.player.selected
        return selected is not None and selected.key == self.playable.key

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sound is read when the row is first seen."""
        if not self._asked:
            self._asked = True
            studio, item = self._desk.studio, self.item
            self._desk.operations.run(
                self,
                lambda: listening.outline(studio.paths, studio.sound, item.file, item.sha256, _COLUMNS),
                self.wave.show_sound,
                lambda error: self._facts.setText(told(error.message)),
            )
        super().paintEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select it."""
        super().mousePressEvent(event)
        self.setFocus()
        self.picked.emit(self.item.id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard selects as the mouse does."""
        super().focusInEvent(event)
        self.picked.emit(self.item.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the takes, Delete throws one away, Return copies it into the form."""
        key = event.key()
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Delete:
            self.wanted.emit("trash", self.item.id)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.wanted.emit("fill", self.item.id)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same menu as that of the button."""
        self._menu().popup(event.globalPos())

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for verb, title, sign in VERBS:
            menu.addAction(icon(sign), t(title), lambda verb=verb: self.wanted.emit(verb, self.item.id))
        return menu

    def _toggle(self) -> None:
        self.picked.emit(self.item.id)
        self._desk.player.toggle(self.playable)

    def _seek(self, share: float) -> None:
        self.picked.emit(self.item.id)
        self._desk.player.seek(share * self._seconds)

    def _ranged(self, begin: float, end: float) -> None:
        self.picked.emit(self.item.id)
        if end > begin:
            self.open_work().show_range(begin * self.item.seconds, end * self.item.seconds)
        else:
            self.close_work()

    def _star_it(self) -> None:
        self._show_star()
        self.wanted.emit("star" if self._star.isChecked() else "unstar", self.item.id)

    def _show_star(self) -> None:
        on = self._star.isChecked()
        self._star.setIcon(icon("star", "warn" if on else "muted"))
        basics.rename(self._star, t("Take the star away") if on else t("Star"))

    def _show_stems(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self.wanted.emit("stems" if on else "no stems", self.item.id)


class JobRow(QFrame):
    """A piece that is being made: how far it is, and a way to stop it."""

    def __init__(self, desk: Desk, job: Job) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._desk = desk
        self.job = job.id
        title = styling.words_in(job.request.params) or t("A piece without words")
        self._title = basics.ElidedLabel(title)
        self._stage = basics.ElidedLabel("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("Progress"))
        self._cancel: QToolButton = basics.icon_button("x", t("Cancel this job"), self._stop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._stage)
        line = basics.row()
        line.setContentsMargins(tokens.GRID, tokens.HALF, tokens.GRID, tokens.HALF)
        line.addLayout(words, 4)
        line.addWidget(self._bar, 5)
        line.addWidget(self._cancel)
        self.setLayout(line)
        self.follow()

    def follow(self) -> None:
        """Show how far it is."""
        job = self._desk.jobs.get(self.job)
        if job is None:
            return
        progress = self._desk.jobs.progress(self.job)
        if job.state == states.QUEUED:
            self._bar.setRange(0, 1)
            self._bar.setValue(0)
            self._stage.setText(t("Waiting"))
        elif progress.fraction is None:
            self._bar.setRange(0, 0)
            self._stage.setText(t(progress.stage) if progress.stage else t("Preparing"))
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.fraction))
            left = progress.seconds_left
            parts = [t(progress.stage), f"{round(100 * progress.fraction)} %"]
            parts += [time_left(left)] if left is not None else []
            self._stage.setText(" · ".join(parts))
        self.setAccessibleName(f"{self._title.text()}, {self._stage.text()}")

    def _stop(self) -> None:
        self._desk.jobs.cancel(self.job)
