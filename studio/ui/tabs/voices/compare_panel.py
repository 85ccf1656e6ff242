"""Two voices, each with an engine: the same sentence in both, and a number for how alike they are. The GUI thread.

The same voice by two engines is a comparison as well. Where an engine cannot work yet, that is said, and the other side
speaks alone.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import Media
from studio.ui.bridge.asking import Asking
from studio.ui.bridge.player import Playable
from studio.ui.language import figures, t
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.model import Card
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told
from studio.ui.widgets import basics

_SIDES = ("A", "B")
_CHOSEN = "voices.compared"
_ENGINES = "voices.compared_engines"


class Side(QWidget):
    """One of the two: a voice, an engine, and a button to hear them."""

    voice_changed = Signal()
    engine_changed = Signal()

    def __init__(self, side: str, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        self.voice = fields.Choice(t("Voice {side}", side=side))
        self.engine = fields.Choice(t("Engine of voice {side}", side=side))
        self.play = basics.button(side, icon_name="play")
        self.play.setAccessibleName(t("Play voice {side}", side=side))
        self.play.setToolTip(self.play.accessibleName())
        line = basics.row(self.voice, self.play)
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self.engine)
        self.voice.currentIndexChanged.connect(self._voice_changed)
        self.engine.currentIndexChanged.connect(self._engine_changed)

    @property
    def card(self) -> Card | None:
        """The voice."""
        return self._shelf.card(str(self.voice.currentData()))

    @property
    def manifest(self) -> Manifest | None:
        """The engine."""
        return next((m for m in self._shelf.speakers if m.id == self.engine.currentData()), None)

    @property
    def name(self) -> str:
        """Voice and engine, in words."""
        card, manifest = self.card, self.manifest
        return " · ".join(part for part in (card.title if card else "", manifest.title if manifest else "") if part)

    @property
    def hindrance(self) -> StudioError | None:
        """What keeps the engine from working at all."""
        return self._shelf.hindered.get(str(self.engine.currentData()))

    @property
    def problem(self) -> str:
        """Why this side cannot speak now, and the way out; "" where it can."""
        card, manifest = self.card, self.manifest
        if card is None or manifest is None:
            return t("No engine speaks with it")
        if self.hindrance:
            return t("{engine} cannot work yet: {why}", engine=manifest.title, why=told(self.hindrance.message))
        lack = model.lack_words(manifest, card.profile) if card.profile else ""
        return f"{manifest.title}: {lack}" if lack else ""

    def fill(self, voice: str, engine: str, number: int) -> None:
        """Offer the voices; the one of this key, and the engine of this id, where they are there."""
        self.voice.blockSignals(True)
        self.voice.clear()
        for card in self._shelf.cards:
            language = model.language_name(card.language.partition("-")[0])
            self.voice.addItem(" · ".join(part for part in (card.title, language) if part), card.key)
        at = self.voice.findData(voice)
        self.voice.setCurrentIndex(at if at >= 0 else min(number, self.voice.count() - 1))
        self.voice.blockSignals(False)
        self._fill_engines(engine)

    # ---- inside

    def _fill_engines(self, wanted: str) -> None:
        card = self.card
        self.engine.blockSignals(True)
        self.engine.clear()
        for manifest in model.speakers_for(card, self._shelf.speakers) if card else ():
            missing = manifest.id in self._shelf.hindered
            title = t("{engine} · not ready", engine=manifest.title) if missing else manifest.title
            self.engine.addItem(title, manifest.id)
        usual = next((m for m in (card.engines if card else ()) if m not in self._shelf.hindered), "")
        at = self.engine.findData(wanted)
        self.engine.setCurrentIndex(at if at >= 0 else max(0, self.engine.findData(usual)))
        self.engine.blockSignals(False)

    def _voice_changed(self, _index: int) -> None:
        self._fill_engines(str(self.engine.currentData() or ""))
        self.voice_changed.emit()

    def _engine_changed(self, _index: int) -> None:
        self.engine_changed.emit()


class ComparePanel(QFrame):
    """Lies above the cards while two voices are compared."""

    closed = Signal()
    engines_wanted = Signal()

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shelf = shelf
        self._desk = shelf.desk
        self._asking = Asking(shelf.desk, self)
        self._tickets: dict[str, int] = {}  # by side; "" is the comparison
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
        self.sides = {side: Side(side, shelf) for side in _SIDES}
        self.voices = {side: one.voice for side, one in self.sides.items()}
        self.engines = {side: one.engine for side, one in self.sides.items()}
        self.plays: dict[str, QPushButton] = {side: one.play for side, one in self.sides.items()}
        line = basics.row(*self.sides.values(), spacing=tokens.MARGIN)
        for number, (side, one) in enumerate(self.sides.items()):
            line.setStretch(number, 1)
            one.voice_changed.connect(partial(self._changed, side))
            one.engine_changed.connect(self._keep_choice)
            one.play.clicked.connect(partial(self._play, side))
        inside.addLayout(line)
        self._problem = basics.label("", "secondary", wrap=True)
        self._way_out = basics.button(t("Go to Engines"), self.engines_wanted.emit, kind="link")
        line = basics.row(self._problem, self._way_out)
        line.setStretch(0, 1)
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
        """Have both speak, and listen to them; a side that cannot speak leaves the other alone."""
        able = {side: one for side, one in self.sides.items() if not one.problem}
        if self._tickets:
            return
        one, other = self._chosen
        if one == other:
            self.result.setText(t("Choose two different voices, or two engines."))
            return
        self._files.clear()
        text = self.sentence.text().strip() or model.sentence_for(None)
        for side, chosen in able.items():
            card, manifest = chosen.card, chosen.manifest
            if card and manifest:
                wish = Wish(script=text, engine=manifest.id, voices={"": card.name}, seed=1)
                spoken, failed = partial(self._spoken, side), partial(self._failed, side)
                self._tickets[side] = self._asking.ask(wish, spoken, failed)
        both = len(self._tickets) == len(_SIDES)
        self.result.setText(t("Both voices are speaking the sentence…") if both else t("One voice is speaking…"))
        if not self._tickets:
            self.result.setText(t("Neither can speak yet."))
        self._show()

    # ---- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the lines need at this width; Qt asks only for that of lines that are not broken."""
        super().resizeEvent(event)
        self._fit()

    # ---- inside

    @property
    def _chosen(self) -> list[tuple[Any, Any]]:
        """Voice and engine of each side."""
        return [(one.voice.currentData(), one.engine.currentData()) for one in self.sides.values()]

    def _fit(self) -> None:
        layout = self.layout()
        if layout:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def _fill(self) -> None:
        voices, engines = self._desk.memory.get(_CHOSEN, []), self._desk.memory.get(_ENGINES, [])
        before = self._chosen
        for number, one in enumerate(self.sides.values()):
            kept = voices[number] if len(voices) == len(_SIDES) else ""
            known = engines[number] if len(engines) == len(_SIDES) else ""
            one.fill(str(one.voice.currentData() or kept), str(one.engine.currentData() or known), number)
        if all(voice for voice, _ in before) and before != self._chosen:  # a voice is gone
            self._keep_choice()
        self._show()

    def _changed(self, side: str) -> None:
        self._next = "A" if side == "B" else "B"
        self._keep_choice()

    def _keep_choice(self) -> None:
        self._desk.memory.put(_CHOSEN, [str(voice) for voice, _ in self._chosen])
        self._desk.memory.put(_ENGINES, [str(engine) for _, engine in self._chosen])
        self._forget()

    def _forget(self) -> None:
        """What was compared is not what is chosen any more."""
        for ticket in self._tickets.values():
            self._asking.drop(ticket)
        self._tickets.clear()
        self._files.clear()
        self.result.setText(t("Both speak the same sentence; then hear them, and see how alike they are."))
        self._show()

    def _spoken(self, side: str, made: list[Media]) -> None:
        self._tickets.pop(side, None)
        self._files[side] = made[0].file
        if not self._tickets:
            self._listen()
        self._show()

    def _listen(self) -> None:
        """Have both compared once they are there; one alone can be heard."""
        if len(self._files) == len(_SIDES):
            self.result.setText(t("Listening to both…"))
            files = {"source": self._files["A"], "other": self._files["B"]}
            wish = Wish(task="embed", files=files)
            self._tickets[""] = self._asking.ask(wish, self._compared, partial(self._failed, ""))
        elif self._files:
            self.result.setText(t("Only voice {side} could speak; it can be heard.", side=next(iter(self._files))))
        else:
            self.result.setText(t("Neither could speak."))

    def _compared(self, made: list[Media]) -> None:
        self._tickets.clear()
        value = float(made[0].facts.get("similarity", 0.0))
        words = model.similarity_words(value)
        self.result.setText(t("Similarity {number} of 1. {words}", number=figures(value, 2), words=words))
        self._show()

    def _failed(self, side: str, error: StudioError) -> None:
        if side not in self._tickets:
            return
        del self._tickets[side]
        self._shelf.tell(error, f"compare {side}")
        if not side:
            self.result.setText(t("They could not be compared; both can be heard."))
        elif not self._tickets:
            self._listen()
        self._show()

    def _show(self) -> None:
        self.button.setEnabled(not self._tickets)
        for side, one in self.sides.items():
            one.play.setEnabled(side in self._files)
        problems = {side: one.problem for side, one in self.sides.items() if one.card}
        self._problem.setText("\n".join(f"{side}: {problem}" for side, problem in problems.items() if problem))
        self._problem.setVisible(bool(self._problem.text()))
        self._way_out.setVisible(any(one.hindrance for one in self.sides.values()))
        self._fit()

    def _play(self, side: str, _checked: object = None) -> None:
        file = self._files.get(side)
        if file:
            self._desk.player.toggle(Playable(f"compare {side} {file.stem}", self.sides[side].name, file=file))

    def _show_playing(self) -> None:
        player = self._desk.player
        key = player.selected.key if player.selected and player.playing else ""
        for side, play in self.plays.items():
            play.setIcon(icon("pause" if key.startswith(f"compare {side} ") else "play"))
            play.setMinimumWidth(look.px(56))
