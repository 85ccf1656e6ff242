"""The room Voices: cards, a recording on its way to a voice, the microphone; beside them what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.services.library_index import SOUND_ENDINGS
from studio.store import voice_file
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.voices.cards_page import CardsPage
from studio.ui.tabs.voices.compare_panel import ComparePanel
from studio.ui.tabs.voices.details import EngineVoiceDetails, KeptVoiceDetails
from studio.ui.tabs.voices.drift_page import DriftPage
from studio.ui.tabs.voices.drifting import Drifting
from studio.ui.tabs.voices.keep_form import KeepForm
from studio.ui.tabs.voices.model import Card
from studio.ui.tabs.voices.prepare_page import PreparePage
from studio.ui.tabs.voices.preparing import Preparing
from studio.ui.tabs.voices.record_page import RecordPage
from studio.ui.tabs.voices.shelf import ROOM, Shelf
from studio.ui.tabs.voices.try_form import TryForm
from studio.ui.widgets import basics
from studio.ui.widgets.pages import Pages
from studio.ui.widgets.room import Room


class VoicesRoom(Room):
    """Shows one of three pages, and the form that belongs to it."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, ROOM, t("Voices"))
        self.shelf = Shelf.of(desk)
        self.preparing = Preparing.of(desk)
        self.drifting = Drifting.of(desk)
        self._recording = False
        self._over_project = False  # the page of the voices over the project is wanted
        self._new = ""  # a voice that was just kept
        self._build_header()
        self._build_pages()
        self._build_inspector()
        for action, act in (
            ("voices.add", self._choose_recording),
            ("voices.record", self._record),
            ("voices.import", self._choose_voice),
            ("voices.find", self._find),
            ("voices.compare", self._toggle_compare),
            ("voices.drift", self._toggle_drift),
        ):
            actions.bind(action, act)
        self.shelf.changed.connect(self._refresh)
        self.preparing.changed.connect(self._refresh)
        self.drifting.changed.connect(self._refresh)
        self.preparing.kept.connect(self._show_kept)
        self._refresh()

    # ---- what the window wants

    def generate(self) -> None:
        """Keep the voice that is being prepared; else speak the sentence."""
        if self.preparing.active:
            self.keep_form.focus_missing()
            self.preparing.keep()
        elif self._recording:
            self.record_page.toggle()
        elif self._over_project:
            self.drifting.listen()
        else:
            self.try_form.speak()

    def entered(self) -> None:
        """Read the voices; others may have kept some meanwhile, or installed an engine."""
        self.shelf.load()
        self.shelf.look_at_engines()
        self._watch()

    def left(self) -> None:
        """What is being spoken is not played into another room."""
        self.shelf.want("")
        self.drifting.watched = False

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Take the words of a line that was spoken in a voice."""
        return recipe.get("task") == "clone" and self.try_form.restore(recipe)

    def take_files(self, files: list[Path]) -> bool:
        """Import voices, prepare recordings."""
        voices = [file for file in files if file.suffix.lower() == voice_file.ENDING]
        sounds = [file for file in files if file.suffix.lower() in SOUND_ENDINGS]
        for file in voices:
            self.shelf.import_(file)
        if sounds:
            self._prepare(sounds)
        return bool(voices or sounds)

    # ---- inside

    def _build_header(self) -> None:
        table = self.actions_table
        add = basics.button(t("Add a recording…"), self._choose_recording, icon_name="user-plus")
        add.setToolTip(table.hint("voices.add"))
        record = basics.button(t("Record"), self._record, icon_name="mic", tip=table.hint("voices.record"))
        self._compare = basics.icon_button("columns-2", table.hint("voices.compare"), checkable=True)
        self._compare.setAccessibleName(t("Compare two voices"))
        self._compare.clicked.connect(self._toggle_compare)
        self._drift = basics.icon_button("spline", table.hint("voices.drift"), checkable=True)
        self._drift.setAccessibleName(t("Voices over the project"))
        self._drift.clicked.connect(self._toggle_drift)
        self._more = basics.icon_button("ellipsis", t("More about voices"), self._offer_more)
        for part in (self._drift, self._compare, self._more, record, add):
            self.header.addWidget(part)

    def _build_pages(self) -> None:
        self.compare = ComparePanel(self.shelf)
        self.compare.setVisible(bool(self.desk.memory.get("voices.comparing", False)))
        self.compare.closed.connect(self._toggle_compare)
        self.compare.engines_wanted.connect(lambda: self.actions_table.trigger("room.engines"))
        self.cards = CardsPage(self.shelf)
        self.cards.chosen.connect(self._choose)
        self.cards.add_wanted.connect(self._choose_recording)
        self.cards.compare_wanted.connect(self._compare_with)
        self.cards.export_wanted.connect(self._choose_place)
        self.prepare_page = PreparePage(self.preparing)
        self.prepare_page.left.connect(self.preparing.discard)
        self.record_page = RecordPage(self.shelf)
        self.record_page.recorded.connect(self._recorded)
        self.record_page.left.connect(self._leave_microphone)
        self.drift_page = DriftPage(self.drifting)
        self.drift_page.left.connect(self._toggle_drift)
        self.drift_page.line_wanted.connect(self._show_line)
        self._pages = _Pages()
        for page in (self.cards, self.prepare_page, self.record_page, self.drift_page):
            self._pages.addWidget(page)
        self.body.addWidget(self.compare)
        self.body.addWidget(self._pages, 1)

    def _build_inspector(self) -> None:
        self._nothing = basics.label("", "secondary", wrap=True)
        self.engine_details = EngineVoiceDetails()
        self.kept_details = KeptVoiceDetails(self.shelf)
        self.kept_details.export_wanted.connect(self._choose_place)
        self.try_form = TryForm(self.shelf)
        self._rule = basics.rule()
        self.keep_form = KeepForm(self.preparing)
        parts = (self._nothing, self.try_form, self._rule, self.engine_details, self.kept_details, self.keep_form)
        for part in parts:
            self.inspector.addWidget(part)
        self.inspector.addStretch(1)
        self.set_primary(t("Speak the sentence"), "audio-lines")

    def _refresh(self) -> None:
        """Show the page and the form that are wanted now."""
        preparing = self.preparing.active
        page = self._page()
        self._drift.setChecked(page is self.drift_page)
        self._pages.setCurrentWidget(page)
        comparing = bool(self.desk.memory.get("voices.comparing", False))
        self.compare.setVisible(comparing and page is self.cards)
        self._compare.setChecked(comparing)
        card = self._card(page)
        self._nothing.setText(self._words_for(page))
        self.keep_form.setVisible(preparing)
        self.engine_details.setVisible(card is not None and not card.kept)
        self.kept_details.setVisible(card is not None and card.kept)
        self._nothing.setVisible(card is None and not preparing)
        self._rule.setVisible(card is not None)
        self.try_form.setVisible(card is not None)
        if card and card.key == self._new:
            self._new = ""
            self.desk.player.offer(self.shelf.playable(card))
        if card:
            details = self.kept_details if card.kept else self.engine_details
            details.show_card(card)
            self.try_form.show_card(card)
            if card.key != self.cards.current:
                self.cards.choose(card.key)
        self._show_primary(page, card)

    def _page(self) -> QWidget:
        """Return the page that is wanted now."""
        if self.preparing.active:
            return self.prepare_page
        if self._recording:
            return self.record_page
        return self.drift_page if self._over_project else self.cards

    def _words_for(self, page: QWidget) -> str:
        """Say in the inspector what a page is for, where there is no card to show."""
        if page is self.record_page:
            return t(
                "What is recorded is prepared next: cut, cleaned and written down. Nothing is kept until you say so."
            )
        if page is self.drift_page:
            return t(
                "Each point is a take, in the order of the script; the higher, the more alike it is to the voice that"
                " is meant. Arrows go from take to take, Enter shows the line, Space plays it."
            )
        return t("Choose a voice to hear it and to try it.")

    def _card(self, page: QWidget) -> Card | None:
        """Return the card whose details are shown: the chosen one, the first where none was chosen yet."""
        if page is not self.cards:
            return None
        card = self.shelf.card(self.cards.current)
        return self.shelf.cards[0] if card is None and self.shelf.cards and not self.cards.current else card

    def _show_primary(self, page: QWidget, card: Card | None) -> None:
        """The one button does what this page is for; recording has its own beside the level."""
        if self.primary is None:
            return
        preparing = page is self.prepare_page
        self.primary.setVisible(page is not self.record_page)
        if page is self.drift_page:
            self.rename_primary(t("Listen to the takes"), "audio-waveform")
            self.primary.setEnabled(bool(self.drifting.to_listen) and not self.drifting.listening)
            return
        text = t("Keep the voice") if preparing else t("Speak the sentence")
        self.rename_primary(text, "check" if preparing else "audio-lines")
        ready = not self.preparing.missing and not self.preparing.keeping
        self.primary.setEnabled(ready if preparing else card is not None)

    def _choose(self, key: str) -> None:
        """Show a card in the inspector, and have Space play it."""
        card = self.shelf.card(key)
        if card is None:
            return
        self.shelf.want(key)
        self.cards.choose(key)
        found, selected = self.shelf.playable(card), self.desk.player.selected
        if found or selected is None or selected.key != key:  # else it is heard while it is being spoken
            self.desk.player.select(found)
        if self.compare.isVisible():
            self.compare.take(key)
        self._refresh()

    def _show_kept(self, key: str) -> None:
        """Choose a voice that was just kept; its card comes when the voices have been read."""
        self._new = key
        self.cards.choose(key)
        self._refresh()

    def _prepare(self, files: list[Path]) -> None:
        self._over_project = self.drifting.watched = False
        self._leave_microphone()
        self.preparing.begin(files)

    def _recorded(self, file: Path) -> None:
        self._prepare([file])

    def _record(self) -> None:
        if self.preparing.active:
            self._say_prepared_first()
        else:
            self._recording = True
            self.record_page.open()
            self._refresh()
            self.record_page.button.setFocus()

    def _say_prepared_first(self) -> None:
        self.desk.notices.toast.emit(t("Keep or discard this recording first."), None)

    def _leave_microphone(self) -> None:
        self._recording = False
        self._refresh()

    def _find(self) -> None:
        if self._pages.currentWidget() is self.cards:
            self.cards.search.setFocus()
            self.cards.search.selectAll()

    def _toggle_compare(self) -> None:
        comparing = not self.desk.memory.get("voices.comparing", False)
        self.desk.memory.put("voices.comparing", comparing)
        if comparing and self.cards.current:
            self.compare.begin_with(self.cards.current)
        self._refresh()

    def _toggle_drift(self) -> None:
        """Show the voices over the project, or the cards again."""
        if self.preparing.active:
            self._say_prepared_first()
        else:
            self._over_project, self._recording = self._page() is not self.drift_page, False
            self._watch()
        self._refresh()

    def _watch(self) -> None:
        """Follow the project only while somebody looks."""
        self.drifting.watched = self._over_project
        if self._over_project:
            self.drifting.refresh()

    def _show_line(self, number: int) -> None:
        """Show a line of the script in its room."""
        self.desk.memory.put("dialogue.go_to", number)
        self.actions_table.trigger("room.dialogue")

    def _compare_with(self, key: str) -> None:
        self.desk.memory.put("voices.comparing", True)
        self.compare.begin_with(key)
        self._refresh()

    # ---- menus and files

    def _offer_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(t("Import a voice…"), self._choose_voice)
        removed = menu.addMenu(t("Bring back a removed voice"))
        for profile in self.shelf.removed:
            removed.addAction(profile.name, lambda voice=profile.id: self.shelf.restore(voice))
        removed.setEnabled(bool(self.shelf.removed))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _choose_recording(self) -> None:
        sounds = " ".join(f"*{ending}" for ending in sorted(SOUND_ENDINGS))
        dialog = self._dialog(t("Choose a recording of one person"), f"{t('Sound files')} ({sounds})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._prepare([Path(name) for name in names]))
        dialog.open()

    def _choose_voice(self) -> None:
        dialog = self._dialog(t("Import a voice"), f"{t('Voices')} (*{voice_file.ENDING})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.shelf.import_(Path(name)))
        dialog.open()

    def _choose_place(self, key: str) -> None:
        card = self.shelf.card(key)
        if card is None:
            return
        dialog = self._dialog(t("Export a voice"), f"{t('Voices')} (*{voice_file.ENDING})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(voice_file.ENDING.lstrip("."))
        dialog.selectFile(f"{card.title}{voice_file.ENDING}")
        dialog.fileSelected.connect(lambda name: self.shelf.export(card, Path(name)))
        dialog.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([kinds, f"{t('All files')} (*)"])
        return dialog


class _Pages(Pages):
    """Takes what the comparison above it leaves: each page scrolls, and Qt would give it all that it might fill."""

    def hasHeightForWidth(self) -> bool:
        """Claim no height by the width."""
        return False


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return VoicesRoom(desk, actions)
