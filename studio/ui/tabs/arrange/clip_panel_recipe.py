"""How what a clip plays was made, as facts; it can be opened where such things are made. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain.project import Media
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange import clip_panel_model as model
from studio.ui.theme import tokens
from studio.ui.widgets import basics, facts


class RecipePart(QWidget):
    """Facts and one button; `wanted` carries the recipe."""

    wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._media: Media | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.GRID)

    def show_media(self, media: Media) -> None:
        """Show how media was made."""
        if media == self._media:
            return
        self._media = media
        basics.clear(self._inside)
        manifests = self._desk.studio.registry.manifests()
        engine = str((media.recipe or {}).get("engine", ""))
        engines = {one.id: one.title for one in manifests}
        titles = {param.name: param.title for one in manifests if one.id == engine for param in one.params}
        rows = model.recipe_rows(media.recipe, engines, titles)
        if not rows:
            outside = t("This sound came from outside: nothing is known of how it was made.")
            self._inside.addWidget(basics.label(outside, "secondary", wrap=True))
            rows = [(t("File"), media.name)]
        room = model.room_of(media.recipe)
        if room:
            opened = basics.button(t("Open in {room}", room=t(room)), self._open, icon_name="sliders-horizontal")
            self._inside.addWidget(opened, 0, Qt.AlignmentFlag.AlignLeft)
        self._inside.addWidget(_table(rows))

    def _open(self) -> None:
        if self._media and self._media.recipe:
            self.wanted.emit(dict(self._media.recipe))


def _table(rows: list[tuple[str, str]]) -> QWidget:
    place = QWidget()
    place.setLayout(facts.table_of(rows))
    return place
