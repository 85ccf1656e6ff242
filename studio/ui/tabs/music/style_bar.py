"""The words of a style: free text, and words to click that are added to it or taken out."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.tabs.music import model
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

_FEW_STYLES, _FEW_MOODS = 9, 6
_LONGEST = 2000  # characters, of which no engine takes more; one that takes fewer says so itself


class StyleBar(QWidget):
    """The style."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        caption = basics.label(t("Style"), "heading")
        self.editor = QLineEdit()
        self.editor.setMaxLength(_LONGEST)
        self.editor.setAccessibleName(t("Style"))
        self.editor.setPlaceholderText(t("Styles, moods, instruments in plain words: slow jazz waltz with piano, dark"))
        self.editor.setText(memory.get("music.style", ""))
        self.editor.textChanged.connect(self._remember)
        caption.setBuddy(self.editor)
        self._chips: dict[str, QPushButton] = {}
        few = {*model.STYLES[:_FEW_STYLES], *model.MOODS[:_FEW_MOODS]}
        place = QWidget()
        flow = FlowLayout(place, spacing=tokens.HALF)
        for word in (*model.STYLES, *model.MOODS):
            chip = basics.button(
                t(word.capitalize()), kind="chip", tip=t("Adds “{word}” to the style, or takes it out", word=word)
            )
            chip.setCheckable(True)
            chip.setProperty("word", word)
            chip.setProperty("few", word in few)
            chip.clicked.connect(self._toggle)
            self._chips[word] = chip
            flow.addWidget(chip)
        self._more = basics.button("", kind="link")
        self._more.setCheckable(True)
        self._more.setChecked(memory.get("music.all_words", False))
        self._more.toggled.connect(self._show_all)
        flow.addWidget(self._more)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(caption)
        inside.addWidget(self.editor)
        inside.addSpacing(tokens.HALF)
        inside.addWidget(place)
        self._show_all(self._more.isChecked())
        self._show_words()

    @property
    def text(self) -> str:
        """The style."""
        return self.editor.text()

    def set_text(self, style: str) -> None:
        """Show another style."""
        self.editor.setText(style)

    def _toggle(self) -> None:
        chip = self.sender()
        if isinstance(chip, QPushButton):
            self.editor.setText(model.toggled(self.text, str(chip.property("word"))))
            self._show_words()

    def _show_all(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._memory.put("music.all_words", on)
        self._more.setText(t("Fewer words") if on else t("More words"))
        self._more.setAccessibleName(self._more.text())
        self._show_words()

    def _show_words(self) -> None:
        """What the style names is shown whether it is one of the few or not."""
        for word, chip in self._chips.items():
            named = model.has_word(self.text, word)
            chip.setChecked(named)
            chip.setVisible(named or self._more.isChecked() or bool(chip.property("few")))

    def _remember(self, text: str) -> None:
        self._memory.put("music.style", text)
        self._show_words()
