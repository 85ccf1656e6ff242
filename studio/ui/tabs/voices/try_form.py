"""A sentence of one's own in the voice that is chosen. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import Media
from studio.ui.bridge.asking import Asking
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.model import Card
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme.icons import icon
from studio.ui.widgets import basics

_SENTENCE = "voices.sentence"


class TryForm(QWidget):
    """Text, engine, and what came of them."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._desk = shelf.desk
        self._asking = Asking(shelf.desk, self)
        self._card: Card | None = None
        self._ticket = 0
        self._made: dict[str, Path] = {}  # the last one of each card
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(basics.label(t("Try a sentence"), "heading"))
        self.sentence = QPlainTextEdit(str(self._desk.memory.get(_SENTENCE, "")))
        self.sentence.setTabChangesFocus(True)
        self.sentence.setFixedHeight(fields.text_height(4))
        self.sentence.textChanged.connect(self._remember)
        inside.addWidget(fields.field(t("Sentence"), self.sentence))
        self.engine = fields.Choice(t("Engine"))
        self._engine = fields.field(t("Engine"), self.engine)
        inside.addWidget(self._engine)
        self._stage = basics.label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("Progress"))
        self._stop = basics.button(t("Cancel"), self._cancel, kind="quiet", icon_name="x")
        self._again = basics.button(t("Play the sentence again"), self._play, icon_name="play")
        for part in (self._stage, self._bar, self._stop, self._again):
            inside.addWidget(part)
        for signal in (self._desk.jobs.progressed, self._desk.jobs.changed):
            signal.connect(self._show_progress)
        self._desk.player.changed.connect(self._show_playing)
        self._show_progress()

    @property
    def text(self) -> str:
        """What is to be said."""
        return self.sentence.toPlainText().strip() or model.sentence_for(self._card)

    def show_card(self, card: Card | None) -> None:
        """Speak with this voice from now on."""
        before, self._card = self._card, card
        self.sentence.setPlaceholderText(model.sentence_for(card))
        if card and (before is None or before.engines != card.engines):
            chosen = self.engine.currentData()
            self.engine.clear()
            for engine, title in zip(card.engines, card.engine_titles, strict=True):
                self.engine.addItem(title, engine)
            self.engine.choose(chosen)
        self._engine.setVisible(bool(card and len(card.engines) > 1))
        self._show_progress()

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Take the words of a recipe."""
        script = recipe.get("script")
        if not isinstance(script, str) or not script.strip():
            return False
        self.sentence.setPlainText(script)
        return True

    def speak(self) -> None:
        """Have it spoken."""
        card = self._card
        if card is None or self._ticket:
            return
        engine = str(self.engine.currentData() or "")
        wish = Wish(script=self.text, engine=engine, voices={"": card.name}, listened=True)
        key, title = card.key, card.title
        self._ticket = self._asking.ask(
            wish,
            lambda made: self._came(key, title, made),
            self._failed,
            heard=_playable(card),
            wanted=lambda: self._card is not None and self._card.key == key,
        )
        self._show_progress()

    def _came(self, key: str, title: str, made: list[Media]) -> None:
        heard, self._ticket = self._asking.was_heard(self._ticket), 0
        self._made[key] = made[0].file
        self._show_progress()
        if self._card and self._card.key == key:
            if not heard:
                self._desk.player.select(None)
                self._play()
        else:
            self._desk.notices.toast.emit(t("The sentence in the voice {name} is there.", name=title), None)

    def _play(self) -> None:
        card = self._card
        file = self._made.get(card.key) if card else None
        if card and file:
            self._desk.player.toggle(replace(_playable(card), file=file))

    def _failed(self, error: StudioError) -> None:
        self._ticket = 0
        self._show_progress()
        self._shelf.tell(error, "try")

    def _cancel(self) -> None:
        ticket, self._ticket = self._ticket, 0
        self._asking.drop(ticket)
        self._show_progress()

    def _remember(self) -> None:
        self._desk.memory.put(_SENTENCE, self.sentence.toPlainText())

    def _show_progress(self, _job: int = 0) -> None:
        busy = bool(self._ticket)
        for part in (self._stage, self._bar, self._stop):
            part.setVisible(busy)
        self._again.setVisible(not busy and self._card is not None and self._card.key in self._made)
        if not busy:
            return
        progress = self._desk.jobs.progress(self._asking.job_of(self._ticket))
        waits = t("The sentence waits for its turn…")
        self._stage.setText(t("The sentence is being spoken…") if progress.fraction is not None else waits)
        self._bar.setRange(0, 1000 if progress.fraction is not None else 0)
        self._bar.setValue(round(1000 * (progress.fraction or 0.0)))

    def _show_playing(self) -> None:
        player, card = self._desk.player, self._card
        mine = card is not None and player.selected is not None and player.selected.key == f"try {card.key}"
        self._again.setIcon(icon("pause" if mine and player.playing else "play"))


def _playable(card: Card) -> Playable:
    return Playable(f"try {card.key}", t("{name}: a sentence", name=card.title))
