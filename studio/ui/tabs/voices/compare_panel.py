"""Two voices beside one another: the same sentence in both, and a number for how alike they are. The GUI thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout

from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import Media
from studio.ui.bridge.asking import Asking
from studio.ui.bridge.player import Playable
from studio.ui.language import figures, t
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_SIDES = ("A", "B")
_CHOSEN = "voices.compared"


class ComparePanel(QFrame):
    """Lies above the cards while two voices are compared."""

    closed = Signal()

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shelf = shelf
        self._desk = shelf.desk
        self._asking = Asking(shelf.desk, self)
        self._tickets: list[int] = []
        self._files: dict[str, Path] = {}
        self._next = "B"  # the side that the next card goes to
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.GRID, tokens.MARGIN)
        inside.setSpacing(tokens.GRID)
        close = basics.icon_button("x", t("Stop comparing"), self.closed.emit)
        hint = basics.label(t("Choose two voices here, or click their cards."), "secondary", wrap=True)
        head = basics.row(basics.label(t("Compare two voices"), "heading"), hint, close)
        head.setStretch(1, 1)
        inside.addLayout(head)
        self.voices = {side: fields.Choice(t("Voice {side}", side=side)) for side in _SIDES}
        self.plays: dict[str, QPushButton] = {}
        line = basics.row()
        for side, choice in self.voices.items():
            choice.currentIndexChanged.connect(partial(self._changed, side))
            play = basics.button(side, partial(self._play, side), icon_name="play")
            play.setAccessibleName(t("Play voice {side}", side=side))
            play.setToolTip(play.accessibleName())
            self.plays[side] = play
            line.addWidget(choice, 1)
            line.addWidget(play)
        inside.addLayout(line)
        self.sentence = QLineEdit()
        self.sentence.setAccessibleName(t("Sentence that both speak"))
        self.sentence.setPlaceholderText(model.sentence_for(None))
        fields.without_drops(self.sentence)
        self.sentence.textChanged.connect(self._forget)
        self.button = basics.button(t("Compare"), self.compare, icon_name="columns-2")
        words = basics.row(self.sentence, self.button)
        words.setStretch(0, 1)
        inside.addLayout(words)
        self.result = basics.label("", wrap=True)
        self.result.setAccessibleName(t("How alike they are"))
        inside.addWidget(self.result)
        shelf.changed.connect(self._fill)
        self._desk.player.changed.connect(self._show_playing)
        self._fill()
        self._forget()

    def take(self, key: str) -> None:
        """Put a card in one of the two places, in turn."""
        side = self._next
        if key in {choice.currentData() for choice in self.voices.values()}:
            return
        self._next = "A" if side == "B" else "B"
        self.voices[side].setCurrentIndex(max(0, self.voices[side].findData(key)))

    def begin_with(self, key: str) -> None:
        """Compare this voice with the next one that is chosen."""
        self.voices["A"].setCurrentIndex(max(0, self.voices["A"].findData(key)))
        self._next = "B"

    def compare(self) -> None:
        """Have both speak, and listen to them."""
        cards = {side: self._shelf.card(str(choice.currentData())) for side, choice in self.voices.items()}
        one, other = cards["A"], cards["B"]
        if one is None or other is None or self._tickets:
            return
        if one.key == other.key:
            self.result.setText(t("Choose two different voices."))
            return
        self._files.clear()
        text = self.sentence.text().strip() or model.sentence_for(None)
        for side, card in (("A", one), ("B", other)):
            engine = "" if card.kept else card.engines[0]
            wish = Wish(script=text, engine=engine, voices={"": card.name}, seed=1)
            self._tickets.append(self._asking.ask(wish, partial(self._spoken, side), self._failed))
        self.result.setText(t("Both voices are speaking the sentence…"))
        self.button.setEnabled(False)

    # ---- inside

    def _fill(self) -> None:
        chosen = self._desk.memory.get(_CHOSEN, [])
        for number, (side, choice) in enumerate(self.voices.items()):
            now = choice.currentData() or (chosen[number] if len(chosen) == len(_SIDES) else "")
            choice.blockSignals(True)
            choice.clear()
            for card in self._shelf.cards:
                language = model.language_name(card.language.partition("-")[0])
                choice.addItem(" · ".join(part for part in (card.title, language) if part), card.key)
            choice.blockSignals(False)
            at = choice.findData(now)
            choice.setCurrentIndex(at if at >= 0 else min(number, choice.count() - 1))
            choice.setAccessibleName(t("Voice {side}", side=side))

    def _changed(self, side: str, _index: int) -> None:
        self._next = "A" if side == "B" else "B"
        self._desk.memory.put(_CHOSEN, [str(choice.currentData()) for choice in self.voices.values()])
        self._forget()

    def _forget(self) -> None:
        """What was compared is not what is chosen any more."""
        for ticket in self._tickets:
            self._asking.drop(ticket)
        self._tickets.clear()
        self._files.clear()
        self.result.setText(t("Both speak the same sentence; then hear them, and see how alike they are."))
        self._show()

    def _spoken(self, side: str, made: list[Media]) -> None:
        self._files[side] = made[0].file
        if len(self._files) == len(_SIDES):
            self.result.setText(t("Listening to both…"))
            files = {"source": self._files["A"], "other": self._files["B"]}
            self._tickets.append(self._asking.ask(Wish(task="embed", files=files), self._compared, self._failed))
        self._show()

    def _compared(self, made: list[Media]) -> None:
        self._tickets.clear()
        value = float(made[0].facts.get("similarity", 0.0))
        words = model.similarity_words(value)
        self.result.setText(t("Similarity {number} of 1. {words}", number=figures(value, 2), words=words))
        self._show()

    def _failed(self, error: StudioError) -> None:
        if self._tickets:
            self._forget()
            self._shelf.tell(error, "compare")

    def _show(self) -> None:
        self.button.setEnabled(not self._tickets)
        for side, play in self.plays.items():
            play.setEnabled(side in self._files)

    def _play(self, side: str) -> None:
        file = self._files.get(side)
        title = self.voices[side].currentText()
        if file:
            self._desk.player.toggle(Playable(f"compare {side} {file.stem}", title, file=file))

    def _show_playing(self) -> None:
        player = self._desk.player
        key = player.selected.key if player.selected and player.playing else ""
        for side, play in self.plays.items():
            play.setIcon(icon("pause" if key.startswith(f"compare {side} ") else "play"))
            play.setMinimumWidth(look.px(56))
