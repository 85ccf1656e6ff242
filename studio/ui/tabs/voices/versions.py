"""A recording of a kept voice: its words, and the two versions of it, with its noise and without. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.domain.voice import Sample
from studio.ui.language import figures, t
from studio.ui.tabs.voices import fields
from studio.ui.tabs.voices.model import Card
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.widgets import basics

_VERSIONS = (False, True)


class RecordingVersions(QWidget):
    """Lets one hear both, choose which one engines get, and write down the words."""

    def __init__(self, shelf: Shelf, card: Card, sample: Sample) -> None:
        super().__init__()
        self._shelf = shelf
        self._card = card
        self._sample = sample
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        length = t("{seconds} s", seconds=figures(sample.seconds))
        inside.addWidget(basics.label(f"{sample.name} · {length}", "secondary", wrap=True))
        self.words = fields.Words(3)
        self.words.setPlainText(sample.transcript)
        self.words.left.connect(self._write)
        inside.addWidget(fields.field(t("Words in the recording"), self.words))
        self.listen = basics.button(
            t("Have them written down"), partial(shelf.have_written, card, sample), icon_name="text-quote"
        )
        self.listen.setVisible(False)
        inside.addWidget(self.listen)
        self.version = fields.Choice(t("Engines hear it"))
        self.version.addItem(t("As it was recorded"), False)
        self.version.addItem(t("Without its noise"), True)
        self.version.choose(sample.cleaned)
        self.version.currentIndexChanged.connect(self._choose)
        inside.addWidget(fields.field(t("Engines hear it"), self.version))
        self.plays: dict[bool, QPushButton] = {}
        for cleaned in _VERSIONS:
            title = t("Without noise") if cleaned else t("As recorded")
            button = basics.button(title, partial(shelf.play_version, card, sample, cleaned=cleaned), icon_name="play")
            basics.rename(button, t("Play without noise") if cleaned else t("Play as recorded"))
            self.plays[cleaned] = button
            inside.addWidget(button)
        self._state = basics.label(t("One moment; a job is working on it…"), "secondary", wrap=True)
        inside.addWidget(self._state)
        shelf.desk.player.changed.connect(self._show_playing)
        self.show_busy()

    def show_busy(self) -> None:
        """Show whether something is being made of it."""
        busy = self._sample.file in self._shelf.busy
        self._state.setVisible(busy)
        self.version.setEnabled(not busy)
        self.listen.setVisible(not self._sample.transcript)
        self.listen.setEnabled(not busy)
        if not busy:
            self.version.choose(self._sample.cleaned)
        for cleaned, button in self.plays.items():
            button.setVisible(bool(self._sample.file_of(cleaned=cleaned)))

    def _write(self) -> None:
        self._shelf.write_words(self._card, self._sample, self.words.toPlainText())

    def _choose(self, _index: int) -> None:
        self._shelf.use_version(self._card, self._sample, cleaned=bool(self.version.currentData()))

    def _show_playing(self) -> None:
        player = self._shelf.desk.player
        key = player.selected.key if player.selected and player.playing else ""
        for cleaned, button in self.plays.items():
            mine = bool(key) and key == f"version {self._sample.file_of(cleaned=cleaned)}"
            button.setIcon(icon("pause" if mine else "play"))
