"""A clip as a live recipe: its words, another voice, variations, more of it, and how far that is. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain.edits import live
from studio.domain.edits.live import Follow
from studio.domain.project import Clip, Project
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.arrange.clip_panel_song import SongPart
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.live_menu import fill_variations, follow_words
from studio.ui.tabs.arrange.panel_fields import ChoiceField, flow, titled
from studio.ui.tabs.arrange.voice_card import VoiceCard
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_WORDS = 88  # pixels


class LivePart(QWidget):
    """What can be made of one clip. Words that were changed and not made yet are kept until they are."""

    def __init__(self, desk: Desk, deeds: LiveDeeds) -> None:
        super().__init__()
        self._desk, self._deeds = desk, deeds
        self._clip = ""
        self._take = ""
        self._kind = ""
        self._drafts: dict[tuple[str, str], str] = {}  # by clip and take: another take says other words
        self._card: VoiceCard | None = None
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        self._words_place = self._build_words()
        inside.addWidget(self._words_place)
        inside.addWidget(self._build_buttons())
        self.song = SongPart(deeds)
        inside.addWidget(self.song)
        self._voice_place = QVBoxLayout()
        inside.addLayout(self._voice_place)
        self.follow = ChoiceField(
            t("When it comes to last longer or shorter"), [(one.value, follow_words(one)) for one in Follow]
        )
        self.follow.chosen.connect(deeds.set_follow)
        self._follow_place = QWidget()
        self._follow_place.setLayout(titled(t("When it comes to last longer or shorter"), self.follow))
        inside.addWidget(self._follow_place)
        self._progress = self._build_progress()
        inside.addWidget(self._progress)
        deeds.changed.connect(self._show_jobs)
        deeds.progressed.connect(self._show_jobs)
        desk.project.changed.connect(self._project_changed)

    # ---- for the panel

    def show_clip(self, project: Project, clip: Clip, *, locked: bool) -> None:
        """Show a clip."""
        kind = self._deeds.kind_of(clip.id)
        if clip.id != self._clip:
            self._close_card()
        self._clip, self._take, self._kind = clip.id, clip.take, kind
        spoken = kind == "speech"
        self._words_place.setVisible(spoken)
        if spoken:
            words = self._drafts.get(self._key, live.words_of(project, clip.id))
            if words != self.words.toPlainText():
                self.words.blockSignals(True)
                self.words.setPlainText(words)
                self.words.blockSignals(False)
        self._changed_words()
        self.words.setReadOnly(locked)
        for widget, fits in (
            (self.voice, spoken),
            (self.variations, kind == "music"),
        ):
            widget.setVisible(fits)
            widget.setEnabled(not locked)
        self.song.setVisible(kind == "music")
        if kind == "music":
            self.song.show_clip(project, clip, locked=locked)
        self._follow_place.setVisible(bool(kind))
        self.follow.show_choice(self._deeds.follow.value)
        self._show_jobs()

    def generate(self) -> None:
        """Make it again: with the words that were changed, else the same with another seed."""
        if self._key in self._drafts:
            self.make_words()
        elif self._kind:
            self._deeds.again(self._clip)

    def make_words(self) -> None:
        """Say what was written, in place."""
        key, text = self._key, self.words.toPlainText()
        draft = self._drafts.pop(key, None)
        if not self._deeds.say(self._clip, text) and draft is not None:
            self._drafts[key] = draft
        self._changed_words()

    def edit_words(self) -> None:
        """Let the words be changed."""
        self.words.setFocus()
        self.words.selectAll()

    def ask_for_voice(self) -> None:
        """Offer the voices."""
        self._close_card()
        if self._kind != "speech":
            return
        self._card = VoiceCard(self._desk, self._clip)
        self._card.chosen.connect(self._deeds.speak_as)
        self._card.done.connect(self._close_card)
        self._voice_place.addWidget(self._card)
        self._card.setFocus()

    # ---- building

    def _build_words(self) -> QWidget:
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(look.px(_WORDS))
        self.words.setAccessibleName(t("Words of the clip"))
        self.words.textChanged.connect(self._written)
        self.make = basics.button(t("Make with these words"), self.make_words, icon_name="wand-sparkles")
        self.back = basics.button(t("As it was"), self._forget_draft, kind="quiet", icon_name="undo-2")
        self._words_buttons = flow(self.make, self.back)
        place = QWidget()
        inside = titled(t("Words"), self.words)
        inside.addSpacing(tokens.HALF)
        inside.addWidget(self._words_buttons)
        place.setLayout(inside)
        return place

    def _build_buttons(self) -> QWidget:
        self.voice = basics.button(t("Other voice…"), self.ask_for_voice, icon_name="users")
        self.variations = basics.button(t("Variations…"), self._offer_variations, icon_name="dices")
        return flow(self.voice, self.variations)

    def _build_progress(self) -> QFrame:
        made, inside = basics.frame("raised", margin=tokens.GRID, spacing=tokens.HALF)
        self._stage = basics.label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("Progress"))
        cancel = basics.icon_button("x", t("Cancel this job"), self._cancel)
        line = basics.row(self._stage, cancel)
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self._bar)
        made.hide()
        return made

    # ---- deeds

    def _offer_variations(self) -> None:
        menu = QMenu(self)
        fill_variations(menu, partial(self._deeds.vary, self._clip))
        _open_below(menu, self.variations)

    def _cancel(self) -> None:
        for job in self._deeds.jobs_of(self._clip):
            self._desk.jobs.cancel(job.id)

    def _close_card(self) -> None:
        if self._card:
            self._voice_place.removeWidget(self._card)
            self._card.hide()
            self._card.deleteLater()
            self._card = None

    # ---- words and jobs

    @property
    def _key(self) -> tuple[str, str]:
        return self._clip, self._take

    def _project_changed(self, label: str) -> None:
        if not label:
            self._drafts.clear()  # another project, or a copy of this one, has clips of the same names
            self._clip = self._take = self._kind = ""

    def _written(self) -> None:
        if self._clip:
            self._drafts[self._key] = self.words.toPlainText()
            self._changed_words()

    def _changed_words(self) -> None:
        draft = self._drafts.get(self._key)
        if draft is not None and draft == live.words_of(self._desk.project.value, self._clip):
            del self._drafts[self._key]
            draft = None
        self._words_buttons.setVisible(draft is not None)
        self.make.setEnabled(bool((draft or "").strip()))

    def _forget_draft(self) -> None:
        self._drafts.pop(self._key, None)
        self.words.blockSignals(True)
        self.words.setPlainText(live.words_of(self._desk.project.value, self._clip))
        self.words.blockSignals(False)
        self._changed_words()
        self.words.setFocus()

    def _show_jobs(self, _job: int = 0) -> None:
        jobs = self._deeds.jobs_of(self._clip) if self._clip else []
        self._progress.setVisible(bool(jobs))
        self.follow.show_choice(self._deeds.follow.value)
        if not jobs:
            return
        first = jobs[0]
        progress = self._desk.jobs.progress(first.id)
        waits = first.state not in states.ACTIVE
        said = t("Waiting") if waits else t(progress.stage) if progress.stage else t("Preparing")
        more = tn(len(jobs) - 1, "one more after it", "{count} more after it") if len(jobs) > 1 else ""
        self._stage.setText(" · ".join(part for part in (said, more) if part))
        if progress.fraction is None and not waits:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * (progress.fraction or 0.0)))


def _open_below(menu: QMenu, button: QWidget) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))
