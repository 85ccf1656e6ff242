"""What there is to know about the chosen voice, and what can be changed of a kept one. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.domain import voice
from studio.domain.voice import Binding, Profile
from studio.engines.manifest import Manifest
from studio.ui.language import t
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.model import CONSENTS, Card
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.tabs.voices.versions import RecordingVersions
from studio.ui.theme import tokens
from studio.ui.widgets import basics


class EngineVoiceDetails(QWidget):
    """A voice of an engine's: nothing of it can be changed."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.HALF)

    def show_card(self, card: Card) -> None:
        """Show a voice."""
        basics.clear(self._inside)
        self._inside.addWidget(basics.label(card.title, "heading", wrap=True))
        facts = (card.about, t("Accent: {accent}", accent=t(card.accent)) if card.accent else "", card.note)
        for text in facts:
            if text:
                self._inside.addWidget(basics.label(text, "secondary", wrap=True))
        said = t("Spoken by {engines}", engines=card.serves)
        self._inside.addWidget(basics.label(said, "secondary", wrap=True))
        self._inside.addWidget(
            basics.label(t("In scripts it is called {name}", name=card.name), "secondary", wrap=True)
        )


class KeptVoiceDetails(QWidget):
    """A kept voice: its name and what is said of it, its recordings, how each engine speaks with it."""

    export_wanted = Signal(str)

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._card: Card | None = None
        self._bound: dict[str, fields.Choice] = {}
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        self.name = QLineEdit()
        self.name.setMaxLength(voice.LONGEST_NAME)
        self.name.editingFinished.connect(self._rename)
        inside.addWidget(fields.field(t("Name"), self.name))
        self.language = fields.language_choice(t("Language"))
        self.language.currentIndexChanged.connect(self._describe)
        inside.addWidget(fields.field(t("Language"), self.language))
        self.licence = fields.licence_choice(t("Licence"))
        self.licence.activated.connect(self._describe)
        edit = self.licence.lineEdit()
        if edit:
            edit.editingFinished.connect(self._describe)
        inside.addWidget(fields.field(t("Licence"), self.licence))
        self.notes = fields.Words(2)
        self.notes.left.connect(self._describe)
        inside.addWidget(fields.field(t("Notes"), self.notes))
        self._recordings = basics.column(spacing=tokens.HALF)
        inside.addLayout(self._recordings)
        self._engines = basics.column(spacing=tokens.GRID)
        self._samples: list[str] = []  # whose recordings are shown
        self._choices: dict[str, fields.Choice] = {}
        self._lacks: dict[str, QLabel] = {}  # what the voice lacks for each engine, and the way out
        self._versions: list[RecordingVersions] = []
        inside.addLayout(self._engines)
        export = basics.button(t("Export as one file…"), self._export, icon_name="share-2")
        show = basics.button(t("Show in the folder"), self._reveal, icon_name="folder-open")
        remove = basics.button(t("Remove"), self._remove, icon_name="trash-2")
        for part in (export, show, remove):
            inside.addWidget(part)
        shelf.changed.connect(self._refresh)
        shelf.refused.connect(self._go_back)

    def show_card(self, card: Card) -> None:
        """Show a voice."""
        profile = card.profile
        if profile is None:
            return
        other = self._card is None or self._card.key != card.key
        self._card = card
        self._show_facts(card, profile, other=other)
        samples = [sample.id for sample in profile.samples]
        if other or samples != self._samples:
            self._samples = samples
            self._show_recordings(card, profile)
            self._make_choices(profile)
        for recording, sample in zip(self._versions, profile.samples, strict=True):
            recording.show_sample(card, sample)
        for engine, lack in self._lacks.items():
            manifest = next((m for m in self._shelf.speakers if m.id == engine), None)
            lack.setText(model.lack_words(manifest, profile) if manifest else "")
            lack.setVisible(bool(lack.text()))
        for engine, choice in self._choices.items():
            if not choice.hasFocus():  # whoever chooses by keys may be further than what was kept so far
                choice.choose(_bound(profile, engine))

    # ---- inside

    def _show_facts(self, card: Card, profile: Profile, *, other: bool) -> None:
        """Show what is said of a voice; what was typed and not handed over yet stays, but for another voice."""
        if other:
            self.name.setModified(False)
            self.notes.document().setModified(False)
        if card.name != self.name.text() and not self.name.isModified():
            self.name.setText(card.name)
        if other or not self.language.hasFocus():
            self.language.choose(profile.language)
        edit = self.licence.lineEdit()
        if other or (edit and edit.text() != profile.licence and not edit.isModified()):
            self.licence.setCurrentText(profile.licence)
        self.notes.show_text(profile.notes)

    def _refresh(self) -> None:
        card = self._shelf.card(self._card.key) if self._card else None
        if card:
            self.show_card(card)

    def _go_back(self) -> None:
        """Something was not kept: show what is so, also where the keyboard is."""
        profile = self._card.profile if self._card else None
        if profile:
            self.language.choose(profile.language)
            for engine, choice in self._choices.items():
                choice.choose(_bound(profile, engine))
        self._refresh()

    def _show_recordings(self, card: Card, profile: Profile) -> None:
        basics.clear(self._recordings)
        self._recordings.addSpacing(tokens.GRID)
        self._recordings.addWidget(basics.label(t("Recordings"), "heading"))
        self._versions = [RecordingVersions(self._shelf, card, sample) for sample in profile.samples]
        for made in self._versions:
            self._recordings.addWidget(made)
        self._recordings.addSpacing(tokens.GRID)
        self._recordings.addWidget(basics.label(t("Consent"), "heading"))
        consent = profile.consent
        known = t(CONSENTS.get(consent.kind, consent.kind))
        text = known if consent.text.startswith(CONSENTS.get(consent.kind, "\0")) else consent.text
        for line in (text, consent.who if consent.who not in text else "", consent.when):
            if line:
                self._recordings.addWidget(basics.label(line, "secondary", wrap=True))

    def _make_choices(self, profile: Profile) -> None:
        basics.clear(self._engines)
        self._engines.addSpacing(tokens.GRID)
        self._engines.addWidget(basics.label(t("Spoken by each engine"), "heading"))
        self._choices = {manifest.id: self._choice(manifest, profile) for manifest in self._shelf.speakers}
        self._lacks = {engine: basics.label("", "caption", wrap=True) for engine in self._choices}
        for engine, choice in self._choices.items():
            self._engines.addWidget(fields.field(choice.accessibleName(), choice))
            self._engines.addWidget(self._lacks[engine])

    def _choice(self, manifest: Manifest, profile: Profile) -> fields.Choice:
        made = fields.Choice(manifest.title)
        clones = "clone" in manifest.tasks
        made.addItem(t("From its clearest recording") if clones else t("Not at all"), "")
        if clones and len(profile.samples) > 1:
            for sample in profile.samples:
                made.addItem(t("From {recording}", recording=sample.name), f"sample {sample.id}")
        for own in manifest.voices:
            about = model.language_name(own.language)
            made.addItem(t("With its voice {name}", name=f"{own.title} ({about})"), f"voice {own.id}")
        made.choose(_bound(profile, manifest.id))
        made.currentIndexChanged.connect(partial(self._bind, manifest.id, made))
        return made

    def _bind(self, engine: str, choice: fields.Choice, _index: int) -> None:
        kind, _, name = str(choice.currentData()).partition(" ")
        found = {"voice": Binding(engine, voice=name), "sample": Binding(engine, sample=name)}.get(kind)
        if self._card:
            self._shelf.bind(self._card, engine, found)

    def _rename(self) -> None:
        name = self.name.text().strip()
        self.name.setModified(False)
        if self._card and name and name != self._card.name:
            self._shelf.rename(self._card, name)
        elif self._card:
            self.name.setText(self._card.name)

    def _describe(self) -> None:
        if self._card:
            edit = self.licence.lineEdit()
            if edit:
                edit.setModified(False)
            language = str(self.language.currentData() or "")
            licence, notes = self.licence.currentText().strip(), self.notes.toPlainText().strip()
            self._shelf.describe(self._card, language=language, licence=licence, notes=notes)

    def _export(self) -> None:
        if self._card:
            self.export_wanted.emit(self._card.key)

    def _reveal(self) -> None:
        if self._card:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shelf.folder_of(self._card))))

    def _remove(self) -> None:
        if self._card:
            self._shelf.remove(self._card)


def _bound(profile: Profile, engine: str) -> str:
    """Return how an engine speaks with a voice, as the choice holds it."""
    bound = next((b for b in profile.bindings if b.engine == engine), None)
    return (f"voice {bound.voice}" if bound.voice else f"sample {bound.sample}") if bound else ""
