"""What the user says of a voice that is to be kept: name, language, licence, notes, consent. The GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from studio.domain import voice
from studio.ui.language import t
from studio.ui.tabs.voices import fields
from studio.ui.tabs.voices.model import CONSENTS
from studio.ui.tabs.voices.preparing import Preparing, Said
from studio.ui.theme import tokens
from studio.ui.widgets import basics

_NEEDED = {
    "wait": "The recording is being prepared.",
    "recording": "The recording cannot be used; choose another part of it.",
    "name": "A name is needed.",
    "who": "Say who agreed.",
    "consent": "The consent is needed.",
}


class KeepForm(QWidget):
    """The form beside the preparation of a recording."""

    def __init__(self, preparing: Preparing) -> None:
        super().__init__()
        self._preparing = preparing
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(basics.label(t("The voice"), "heading"))
        self.name = QLineEdit()
        self.name.setMaxLength(voice.LONGEST_NAME)
        inside.addWidget(fields.field(t("Name"), self.name))
        self.language = fields.language_choice(t("Language"))
        inside.addWidget(fields.field(t("Language"), self.language))
        self.licence = fields.licence_choice(t("Licence"))
        inside.addWidget(fields.field(t("Licence"), self.licence))
        self.notes = QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(fields.text_height(2))
        inside.addWidget(fields.field(t("Notes"), self.notes))
        inside.addSpacing(tokens.GRID)
        inside.addWidget(basics.label(t("Consent"), "heading"))
        inside.addWidget(basics.label(t("Only keep a voice that you may use."), "secondary", wrap=True))
        self.kind = fields.Choice(t("Whose voice is it?"))
        for code, title in CONSENTS.items():
            self.kind.addItem(t(title), code)
        inside.addWidget(fields.field(t("Whose voice is it?"), self.kind))
        self.who = QLineEdit()
        self._who = fields.field(t("Who agreed, and to what?"), self.who)
        inside.addWidget(self._who)
        self.agreed = QCheckBox()
        words = t("I may use this voice, and will not pretend that the person said these words.")
        self.agreed.setAccessibleName(words)
        label = _Words(words, self.agreed)
        line = basics.row(self.agreed, label)
        line.setStretch(1, 1)
        inside.addLayout(line)
        self.needed = basics.label("", "secondary", wrap=True)
        inside.addWidget(self.needed)
        self.show_state()
        for changed in (
            self.name.textChanged,
            self.language.currentIndexChanged,
            self.licence.currentTextChanged,
            self.notes.textChanged,
            self.kind.currentIndexChanged,
            self.who.textChanged,
            self.agreed.toggled,
        ):
            changed.connect(self._say)
        preparing.changed.connect(self.show_state)

    def show_state(self) -> None:
        """Show what is said, and what is still needed."""
        said = self._preparing.said
        if said != self._read():
            self._fill(said)
        self._who.setVisible(said.kind in {"written", "stated"})
        missing = self._preparing.missing if self._preparing.active else []
        wrong = voice.name_problem(said.name) if said.name else ""
        basics.set_property(self.name, "wrong", "true" if wrong else "false")
        lines = [t(_NEEDED[one]) for one in missing]
        if wrong:
            lines = [t("Write a name of letters, digits and spaces."), *lines[1:]] if lines[:1] else lines
        self.needed.setText("\n".join(lines))
        self.needed.setVisible(bool(lines))

    def focus_missing(self) -> None:
        """Go to the first field that is still needed."""
        places = {"name": self.name, "who": self.who, "consent": self.agreed}
        first = next((places[one] for one in self._preparing.missing if one in places), None)
        if first:
            first.setFocus()

    def _read(self) -> Said:
        return Said(
            name=self.name.text().strip(),
            language=str(self.language.currentData() or ""),
            licence=self.licence.currentText().strip(),
            notes=self.notes.toPlainText().strip(),
            kind=str(self.kind.currentData()),
            who=self.who.text().strip(),
            agreed=self.agreed.isChecked(),
        )

    def _fill(self, said: Said) -> None:
        parts = (self.name, self.licence, self.notes, self.who, self.agreed)
        for part in parts:
            part.blockSignals(True)
        self.name.setText(said.name)
        self.language.choose(said.language)
        self.licence.setCurrentText(said.licence)
        self.notes.setPlainText(said.notes)
        self.kind.choose(said.kind)
        self.who.setText(said.who)
        self.agreed.setChecked(said.agreed)
        for part in parts:
            part.blockSignals(False)

    def _say(self) -> None:
        self._preparing.say(self._read())


class _Words(QLabel):
    """The words of a box that are too long for one line; a click on them ticks it."""

    def __init__(self, text: str, box: QCheckBox) -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self._box = box

    def mouseReleaseEvent(self, event: object) -> None:
        """Tick the box."""
        del event
        self._box.toggle()
