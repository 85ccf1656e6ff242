"""The style that a project keeps, so that its pieces of music are alike."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain.project import Style, media_called
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.tabs.music import model
from studio.ui.theme import tokens
from studio.ui.widgets import basics


class StyleCard(QWidget):
    """Shows the project's style; keeps the form's, uses the project's."""

    keep_wanted = Signal()
    use_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._words = basics.label("", "secondary", wrap=True)
        self._reference = basics.button("", self._play, kind="link", icon_name="play")
        self._keep = basics.button(t("Keep this style"), self.keep_wanted.emit, icon_name="bookmark")
        self._keep.setToolTip(t("Keep style, tempo, key and seed of the form with the project"))
        self._use = basics.button(t("Use it"), self.use_wanted.emit, icon_name="arrow-up")
        self._use.setToolTip(t("Put the project's style into the form"))
        self._clear = basics.icon_button("x", t("Forget the project's style"), self.clear_wanted.emit)
        frame, inside = basics.frame("raised", margin=tokens.GRID, spacing=tokens.GRID)
        head = basics.row(basics.label(t("Project's style"), "heading"), None, self._clear)
        inside.addLayout(head)
        inside.addWidget(self._words)
        inside.addWidget(self._reference)
        inside.addWidget(self._keep)
        inside.addWidget(self._use)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        desk.project.changed.connect(self._show)
        self._show()

    def _show(self, _label: str = "") -> None:
        style = self._desk.project.value.style
        there = style != Style()
        described = model.described(style)
        seed = t("seed {seed}", seed=style.seed) if style.seed >= 0 else ""
        text = " · ".join(part for part in (described, seed) if part)
        self._words.setText(text if there else t("None yet. A style that is kept makes further pieces sound alike."))
        media = media_called(self._desk.project.value, style.reference) if style.reference else None
        self._reference.setVisible(media is not None)
        self._reference.setText(t("Reference: {name}", name=media.name[:40]) if media else "")
        self._reference.setAccessibleName(self._reference.text())
        self._use.setVisible(there)
        self._clear.setVisible(there)

    def _play(self) -> None:
        opened = self._desk.project.opened
        style = self._desk.project.value.style
        media = media_called(self._desk.project.value, style.reference)
        if opened and media:
            self._desk.player.toggle(Playable(f"reference {media.sha256}", media.name, opened.file_of(media)))
