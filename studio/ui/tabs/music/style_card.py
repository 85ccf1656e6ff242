"""The styles that are kept, in this project or for all: which there are, what they say, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from studio.domain.edits.styles import LONGEST_NAME
from studio.domain.project import Style, media_called
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.tabs.music import model
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser

_EVERYWHERE = "music.style_everywhere"  # in the memory


class StyleCard(QWidget):
    """Shows a style; keeps the form's under a name, uses one, forgets one."""

    keep_wanted = Signal(str)  # under this name
    use_wanted = Signal(str)
    clear_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._elsewhere: Sequence[Style] = ()  # kept for all projects
        self._now = ""  # the style that the piece was in when this was shown last
        self.chooser = Chooser()
        self.chooser.setAccessibleName(t("Styles"))
        self.chooser.setMinimumContentsLength(8)
        self.chooser.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.currentIndexChanged.connect(self._show_one)
        self._words = basics.label("", "secondary", wrap=True)
        self._reference = basics.button("", self._play, kind="link", icon_name="play")
        self._use = basics.button(t("Use it"), lambda: self.use_wanted.emit(self.name), icon_name="arrow-up")
        self._use.setToolTip(t("Put this style into the form"))
        self._clear = basics.icon_button("x", t("Forget this style"), lambda: self.clear_wanted.emit(self.name))
        self.new_name = QLineEdit()
        self.new_name.setMaxLength(LONGEST_NAME)
        self.new_name.setAccessibleName(t("Name of the style"))
        self.new_name.setPlaceholderText(t("Name of the style"))
        self.new_name.returnPressed.connect(self._want_keeping)
        self._keep = basics.button(t("Keep this style"), self._want_keeping, icon_name="bookmark")
        self._keep.setToolTip(t("Keep style, tempo, key, seed and reference of the form under this name"))
        self.everywhere = QCheckBox(t("For other projects too"))
        self.everywhere.setChecked(bool(desk.memory.get(_EVERYWHERE, False)))
        self.everywhere.toggled.connect(lambda on: desk.memory.put(_EVERYWHERE, on))
        frame, inside = basics.frame("raised", margin=tokens.GRID, spacing=tokens.GRID)
        inside.addLayout(basics.row(basics.label(t("Styles"), "heading"), None, self._clear))
        inside.addWidget(self.chooser)
        inside.addWidget(self._words)
        inside.addWidget(self._reference, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._use)
        inside.addWidget(self.new_name)
        inside.addWidget(self.everywhere)
        inside.addWidget(self._keep)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        desk.project.changed.connect(self._show)
        self._show()

    @property
    def name(self) -> str:
        """The style that is chosen; "" where there is none."""
        return str(self.chooser.currentData() or "")

    def show_elsewhere(self, styles: Sequence[Style]) -> None:
        """Show those that are kept for all projects as well."""
        self._elsewhere = styles
        self._show()

    def _styles(self) -> list[tuple[str, Style]]:
        """Return titles and styles: the project's, then those of all projects that it does not keep itself."""
        project = self._desk.project.value
        own = [(style.name, style) for style in project.styles]
        names = {style.name.casefold() for style in project.styles}
        others = [style for style in self._elsewhere if style.name.casefold() not in names]
        return [*own, *((t("{name} (all projects)", name=style.name), style) for style in others)]

    def _show(self, _label: str = "") -> None:
        now, styles = self._desk.project.value.style.name, self._styles()
        wanted = now if now != self._now else self.name  # what came to be used is what is shown
        self._now = now
        self.chooser.blockSignals(True)
        self.chooser.clear()
        for title, style in styles:
            self.chooser.addItem(title, style.name)
        self.chooser.setCurrentIndex(max(0, self.chooser.findData(wanted)) if styles else -1)
        self.chooser.blockSignals(False)
        self._show_one()

    def _one(self) -> Style | None:
        return next((style for _, style in self._styles() if style.name == self.name), None)

    def _show_one(self, _index: int = 0) -> None:
        style = self._one()
        if style:
            seed = t("seed {seed}", seed=style.seed) if style.seed >= 0 else ""
            self._words.setText(" · ".join(part for part in (model.described(style), seed) if part))
        else:
            self._words.setText(t("None yet. A style that is kept makes further pieces sound alike."))
        media = media_called(self._desk.project.value, style.reference) if style and style.reference else None
        self._reference.setVisible(media is not None)
        self._reference.setText(t("Reference: {name}", name=media.name[:40]) if media else "")
        self._reference.setAccessibleName(self._reference.text())
        for widget in (self._use, self._clear, self.chooser):
            widget.setVisible(style is not None)

    def _want_keeping(self) -> None:
        self.keep_wanted.emit(self.new_name.text())

    def _play(self) -> None:
        opened, style = self._desk.project.opened, self._one()
        media = media_called(self._desk.project.value, style.reference) if style else None
        if opened and media:
            self._desk.player.toggle(Playable(f"reference {media.sha256}", media.name, opened.file_of(media)))
