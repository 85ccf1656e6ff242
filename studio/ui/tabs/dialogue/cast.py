"""Who speaks for whom: a voice for each speaker; a recording dropped there becomes one. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QVBoxLayout, QWidget

from studio.domain import languages
from studio.domain.voice import Profile
from studio.engines.manifest import EngineVoice, Manifest
from studio.services.library_index import SOUND_ENDINGS
from studio.services.tasks.speech import languages_of
from studio.ui.language import t
from studio.ui.tabs.dialogue.model import Cast, can_speak
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser


@dataclass(frozen=True)
class Known:
    """What the panel offers."""

    manifest: Manifest | None
    profiles: tuple[Profile, ...]


class CastPanel(QWidget):
    """A card for each speaker."""

    chosen = Signal(str, str, str)  # speaker, voice, language
    heard = Signal(str)  # listen to the voice of a speaker
    dropped = Signal(str, object, str, str)  # speaker, a recording, whose voice it is (kind), and in words

    def __init__(self) -> None:
        super().__init__()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.GRID)
        self._cards: list[_Card] = []
        self._known: Known | None = None
        self._state: object = None
        self._none = basics.label(t("The speakers of the script get their voices here."), "secondary", wrap=True)
        self._inside.addWidget(self._none)

    def show_cast(self, speakers: Sequence[str], cast: Cast, known: Known, playing: str) -> None:
        """Show the speakers with their voices."""
        state = (tuple(speakers), cast, known, playing)
        if state == self._state:
            return
        self._state = state
        if [card.speaker for card in self._cards] != list(speakers) or known != self._known:
            self._known = known
            self._build(speakers, known)
        self._none.setVisible(not speakers)
        for card in self._cards:
            card.show_choice(cast.voices.get(card.speaker, ""), cast.languages.get(card.speaker, ""))
            card.show_playing(on=card.speaker == playing and bool(playing))

    def take_recording(self, speaker: str, file: Path) -> None:
        """Ask whose voice a recording is, in the card of a speaker."""
        card = next((card for card in self._cards if card.speaker == speaker), None)
        if card:
            card.ask(file)

    def _build(self, speakers: Sequence[str], known: Known) -> None:
        for card in self._cards:
            self._inside.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [_Card(speaker, number, known) for number, speaker in enumerate(speakers)]
        for card in self._cards:
            card.chosen.connect(self.chosen)
            card.heard.connect(self.heard)
            card.dropped.connect(self.dropped)
            self._inside.addWidget(card)


class _Card(QFrame):
    """A speaker."""

    chosen = Signal(str, str, str)
    heard = Signal(str)
    dropped = Signal(str, object, str, str)

    def __init__(self, speaker: str, number: int, known: Known) -> None:
        super().__init__()
        self.speaker = speaker
        self.setProperty("kind", "raised")
        self.setAcceptDrops(True)
        name = speaker or t("No name")
        self.setAccessibleName(t("Voice of {speaker}", speaker=name))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.setSpacing(tokens.HALF)
        title = basics.ElidedLabel(name, "heading")
        self._play = basics.icon_button("play", t("Listen to the voice of {speaker}", speaker=name), self._hear)
        add = basics.icon_button("user-plus", t("Speak as in a recording…"), self._choose_file)
        top = basics.row(_Dot(number), title, self._play, add, spacing=tokens.HALF)
        top.setStretch(1, 1)
        inside.addLayout(top)
        self._voice = _Chooser(t("Voice of {speaker}", speaker=name))
        _fill_voices(self._voice, known)
        self._voice.activated.connect(self._choose)
        inside.addWidget(self._voice)
        self._language = _Chooser(t("Language of {speaker}", speaker=name))
        spoken = languages_of(known.manifest) if known.manifest else ()
        self._language.addItem(t("The voice's own language"), "")
        for code in spoken:
            self._language.addItem(t(languages.name_of(code)), code)
        self._language.activated.connect(self._choose)
        inside.addWidget(self._language)
        self._language.setVisible(len(spoken) > 1)  # before, it would be a window of its own for a moment
        self._question: QFrame | None = None

    def show_choice(self, voice: str, language: str) -> None:
        """Show the voice and the language."""
        for chooser, value in ((self._voice, voice), (self._language, language)):
            with QSignalBlocker(chooser):
                chooser.setCurrentIndex(max(0, chooser.findData(value)))
                chooser.setToolTip(chooser.currentText())

    def show_playing(self, *, on: bool) -> None:
        """Show whether one hears it."""
        self._play.setIcon(basics.icon("pause" if on else "play"))

    def ask(self, file: Path) -> None:
        """Ask whose voice is in a recording; nothing is kept without an answer."""
        if self._question:
            self._done()
        made, inside = basics.frame("card", margin=8)
        inside.addWidget(basics.label(t("Speak as in {file}. Whose voice is it?", file=file.name), wrap=True))
        whose = _Chooser(t("Whose voice is it?"))
        whose.addItem(t("My own voice"), "own")
        whose.addItem(t("The speaker agreed in writing"), "written")
        whose.addItem(t("The recording is in the public domain"), "public-domain")
        whose.addItem(t("Nobody's: a synthetic voice"), "synthetic")
        inside.addWidget(whose)
        keep = basics.button(t("Keep the voice"), icon_name="check")
        cancel = basics.button(t("Cancel"), self._done, kind="quiet")
        keep.clicked.connect(lambda: self._keep(file, whose))
        inside.addLayout(basics.column(keep, cancel, spacing=tokens.HALF))
        self._question = made
        layout = self.layout()
        assert layout is not None
        layout.addWidget(made)
        made.show()
        keep.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A recording is welcome."""
        if _recording(event):
            event.acceptProposedAction()
            basics.set_property(self, "drop", value=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went elsewhere."""
        basics.set_property(self, "drop", value=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a recording."""
        basics.set_property(self, "drop", value=False)
        file = _recording(event)
        if file:
            event.acceptProposedAction()
            self.ask(file)

    def _keep(self, file: Path, whose: QComboBox) -> None:
        kind, words = str(whose.currentData()), whose.currentText()
        self._done()
        self.dropped.emit(self.speaker, file, kind, words)

    def _done(self) -> None:
        if self._question:
            self._question.hide()
            self._question.deleteLater()
            self._question = None

    def _choose(self, _index: int) -> None:
        self.chosen.emit(self.speaker, str(self._voice.currentData() or ""), str(self._language.currentData() or ""))

    def _hear(self) -> None:
        self.heard.emit(self.speaker)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, t("Choose a recording"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{t('Sound files')} ({' '.join('*' + ending for ending in sorted(SOUND_ENDINGS))})")
        dialog.fileSelected.connect(self._selected)
        dialog.open()

    def _selected(self, file: str) -> None:
        self.ask(Path(file))


class _Chooser(Chooser):
    """A choice that the wheel does not change while the form scrolls."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: object) -> None:
        """Let the form scroll."""
        event.ignore()  # pyright: ignore[reportAttributeAccessIssue]


class _Dot(QWidget):
    """A speaker's colour."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.setFixedSize(look.px(12), look.px(12))
        look.changed.connect(self.update)

    def paintEvent(self, event: object) -> None:
        """Draw it."""
        from PySide6.QtGui import QPainter

        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.speaker(self._number))
        painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


def _fill_voices(chooser: QComboBox, known: Known) -> None:
    """Offer the kept voices first, then the engine's own."""
    manifest = known.manifest
    if manifest is None:
        chooser.setEnabled(False)
        return
    kept = [profile for profile in known.profiles if can_speak(profile, manifest)]
    for profile in kept:
        chooser.addItem(t("{name} · kept voice", name=profile.name), profile.name)
    if kept:
        chooser.insertSeparator(chooser.count())
    for voice in manifest.voices:
        chooser.addItem(voice_words(voice), voice.id)
        chooser.setItemData(chooser.count() - 1, f"{voice.id} {voice.note}".strip(), Qt.ItemDataRole.ToolTipRole)
    view = chooser.view()
    view.setMinimumWidth(look.px(260))
    view.setTextElideMode(Qt.TextElideMode.ElideNone)


def voice_words(voice: EngineVoice) -> str:
    """Describe a voice in a line."""
    sex = {"female": t("female"), "male": t("male"), "f": t("female"), "m": t("male")}.get(voice.sex, voice.sex)
    accent = t(voice.accent) if voice.accent else t(languages.name_of(voice.language))
    return " · ".join(part for part in (voice.title, sex, accent) if part)


def _recording(event: QDropEvent) -> Path | None:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((file for file in files if file.suffix.lower() in SOUND_ENDINGS), None)
