"""Chooses another voice for what a clip says: an engine, and one of the voices that speak there. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from studio.domain import languages
from studio.domain.edits import find
from studio.domain.project import media_of
from studio.domain.voice import Profile
from studio.engines.manifest import EngineVoice, Manifest
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange.panel_fields import ChoiceField, titled
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class VoiceCard(QFrame):
    """Asks for a voice; `chosen` tells clip, voice and engine."""

    chosen = Signal(str, str, str)
    done = Signal()

    def __init__(self, desk: Desk, clip: str) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setAccessibleName(t("Other voice…"))
        self._desk, self._clip = desk, clip
        self._profiles: list[Profile] = []
        registry = desk.studio.registry
        self._engines = registry.able("speech")
        self.engine = ChoiceField(t("Engine"), [(one.id, t(one.title)) for one in self._engines])
        self.voice = ChoiceField(t("Voice"), [])
        self.voice.view().setMinimumWidth(look.px(260))
        self.make = basics.button(t("Make with this voice"), self._make, icon_name="wand-sparkles")
        cancel = basics.button(t("Cancel"), self.done.emit, kind="quiet")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(titled(t("Engine"), self.engine))
        inside.addLayout(titled(t("Voice"), self.voice))
        inside.addLayout(basics.column(self.make, cancel, spacing=tokens.HALF))
        self.setFocusProxy(self.voice)
        self.engine.chosen.connect(self._fill)
        self.engine.show_choice(self._used_engine())
        if self.engine.currentIndex() < 0:
            self.engine.setCurrentIndex(0)
        self._fill()
        desk.operations.run(self, desk.studio.voices.all, self._came)

    def _used_engine(self) -> str:
        project = self._desk.project.value
        media = media_of(project, find.clip(project, self._clip))
        used = str((media.recipe or {}).get("engine", "")) if media else ""
        return used if any(one.id == used for one in self._engines) else self._desk.studio.settings.speech.engine

    def _came(self, found: tuple[list[Profile], list[str]]) -> None:
        self._profiles = found[0]
        self._fill()

    def _fill(self) -> None:
        """Offer the kept voices first, then the engine's own."""
        before = self.voice.currentData()
        manifest = next((one for one in self._engines if one.id == self.engine.currentData()), None)
        self.voice.clear()
        self.make.setEnabled(manifest is not None)
        if manifest is None:
            return
        kept = [profile for profile in self._profiles if _can_speak(profile, manifest)]
        for profile in kept:
            self.voice.addItem(t("{name} · kept voice", name=profile.name), profile.name)
        if kept:
            self.voice.insertSeparator(self.voice.count())
        for voice in manifest.voices:
            self.voice.addItem(_words_of(voice), voice.id)
        self.voice.setCurrentIndex(max(0, self.voice.findData(before)))
        self.make.setEnabled(self.voice.count() > 0)

    def _make(self) -> None:
        self.chosen.emit(self._clip, str(self.voice.currentData()), str(self.engine.currentData()))
        self.done.emit()


def _can_speak(profile: Profile, manifest: Manifest) -> bool:
    return "clone" in manifest.tasks or any(one.engine == manifest.id and one.voice for one in profile.bindings)


def _words_of(voice: EngineVoice) -> str:
    sex = {"female": t("female"), "male": t("male"), "f": t("female"), "m": t("male")}.get(voice.sex, voice.sex)
    accent = t(voice.accent) if voice.accent else t(languages.name_of(voice.language))
    return " · ".join(part for part in (voice.title, sex, accent) if part)
