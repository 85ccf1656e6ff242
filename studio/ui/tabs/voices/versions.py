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
        self._title = basics.label("", "secondary", wrap=True)
        inside.addWidget(self._title)
        self.words = fields.Words(3)
        self.words.left.connect(self._write)
        inside.addWidget(fields.field(t("Words in the recording"), self.words))
        self._tell_apart(self.words, t("Words in the recording"))
        self.listen = basics.button(t("Have them written down"), self._have_written, icon_name="text-quote")
        self._tell_apart(self.listen, t("Have them written down"))
        self.listen.setVisible(False)
        inside.addWidget(self.listen)
        self.version = fields.Choice(t("Engines hear it"))
        self.version.addItem(t("As it was recorded"), False)
        self.version.addItem(t("Without its noise"), True)
        self.version.currentIndexChanged.connect(self._choose)
        inside.addWidget(fields.field(t("Engines hear it"), self.version))
        self._tell_apart(self.version, t("Engines hear it"))
        self.plays: dict[bool, QPushButton] = {}
        for cleaned in _VERSIONS:
            title = t("Without noise") if cleaned else t("As recorded")
            button = basics.button(title, partial(self._play, cleaned=cleaned), icon_name="play")
            button.setToolTip(t("Play without noise") if cleaned else t("Play as recorded"))
            self._tell_apart(button, button.toolTip())
            self.plays[cleaned] = button
            inside.addWidget(button)
        self._state = basics.label(t("One moment; a job is working on it…"), "secondary", wrap=True)
        inside.addWidget(self._state)
        shelf.desk.player.changed.connect(self._show_playing)
        self.show_sample(card, sample)

    def show_sample(self, card: Card, sample: Sample) -> None:
        """Show the recording as it is now, and whether something is being made of it."""
        self._card, self._sample = card, sample
        length = t("{seconds} s", seconds=figures(sample.seconds))
        self._title.setText(f"{sample.name} · {length}")
        self.words.show_text(sample.transcript)
        busy = sample.file in self._shelf.busy
        self._state.setVisible(busy)
        self.words.setEnabled(not busy)
        self.version.setEnabled(not busy)
        if not sample.transcript:  # it does not go again: what lies below it would move away under a click
            self.listen.setVisible(True)
        self.listen.setEnabled(not busy and not sample.transcript)
        if not busy:
            self.version.choose(self._sample.cleaned)
        for cleaned, button in self.plays.items():
            button.setVisible(bool(self._sample.file_of(cleaned=cleaned)))

    def _tell_apart(self, part: QWidget, name: str) -> None:
        """Name a part for screen readers: another recording has the same ones."""
        part.setAccessibleName(t("{field}: {recording}", field=name, recording=self._sample.name))

    def _have_written(self) -> None:
        if self._card.profile:
            self._shelf.write_down(self._card.profile, self._sample)

    def _play(self, *, cleaned: bool) -> None:
        self._shelf.play_version(self._card, self._sample, cleaned=cleaned)

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
