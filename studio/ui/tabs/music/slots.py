"""The sounds that go along with what the form asks for: the song to work on, and one to be like. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.services import song_work
from studio.services.library_index import SOUND_ENDINGS
from studio.services.tasks.music import REFERENCE, SOURCE
from studio.services.tasks.work import Wish
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.tabs.music.sound_slot import SoundSlot
from studio.ui.theme import tokens


class Slots(QWidget):
    """Shows the slots that the engine and its mode have a use for."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        here = t("Drop a song here, or choose one.")
        self.source = SoundSlot(t("Song to work on"), here, memory, "music.source")
        like = t("Drop a piece here that it is to sound like. None is needed.")
        self.reference = SoundSlot(t("Sound like"), like, memory, "music.reference")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(self.source)
        inside.addWidget(self.reference)

    def fit(self, engine: Manifest | None, mode: str) -> None:
        """Show what an engine takes in one of its ways."""
        works = engine is not None and bool(song_work.ways_of(engine)) and SOURCE in engine.files
        self.source.setVisible(works and engine is not None and mode != song_work.first_way(engine))
        self.reference.setVisible(engine is not None and REFERENCE in engine.files)
        self.setVisible(not (self.source.isHidden() and self.reference.isHidden()))

    def with_files(self, wish: Wish) -> Wish:
        """Return a wish with the sounds that are shown."""
        shown = [(SOURCE, self.source), (REFERENCE, self.reference)]
        given = {role: slot for role, slot in shown if slot.file and not slot.isHidden()}
        files = {role: slot.file for role, slot in given.items() if slot.file}
        return replace(wish, files=files, rights={role: slot.terms for role, slot in given.items() if slot.terms})

    def take(self, files: list[Path]) -> bool:
        """Take a sound that was dropped somewhere in the room, if there is a use for one."""
        sound = next((file for file in files if file.suffix.lower() in SOUND_ENDINGS), None)
        slot = next((one for one in (self.source, self.reference) if not one.isHidden()), None)
        if sound is None or slot is None or self.isHidden():
            return False
        slot.put(sound)
        return True

    def restore(self, recipe: Mapping[str, Any], kept: Mapping[str, Path]) -> None:
        """Show the sounds that something was made of, as far as they are still kept."""
        rights: Any = recipe.get("rights")
        terms: dict[str, Any] = rights if isinstance(rights, dict) else {}
        for role, slot in ((SOURCE, self.source), (REFERENCE, self.reference)):
            if role in kept:
                slot.put(kept[role], t("As it was for this take"), str(terms.get(role, "")))
            elif slot.file:
                slot.clear()
