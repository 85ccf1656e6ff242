"""Fields of the room's forms. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from studio.domain import languages
from studio.ui.language import t
from studio.ui.tabs.voices import model
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser

_STILL_HERE = {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}


class Choice(Chooser):
    """A choice that does not change while the form is scrolled over it, nor widens the form."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def choose(self, value: object) -> None:
        """Show a value without telling anybody; the first where there is none such."""
        self.blockSignals(True)
        self.setCurrentIndex(max(0, self.findData(value)))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Words(QPlainTextEdit):
    """Some lines of text that are taken when somebody has gone on."""

    left = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(text_height(lines))

    def show_text(self, text: str) -> None:
        """Show what is kept, unless something was typed that nobody was told of yet."""
        if not self.document().isModified() and text != self.toPlainText():
            self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that writing is over; it is not while a menu or another window is in front."""
        super().focusOutEvent(event)
        if event.reason() not in _STILL_HERE and self.document().isModified():
            self.document().setModified(False)
            self.left.emit()


def field(title: str, editor: QWidget) -> QWidget:
    """Return an editor with its label above it."""
    made = QWidget()
    inside = QVBoxLayout(made)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(tokens.HALF)
    caption = basics.label(title, "secondary", wrap=True)
    caption.setBuddy(editor)
    without_drops(editor)
    editor.setAccessibleName(title)
    inside.addWidget(caption)
    inside.addWidget(editor)
    return made


def without_drops(editor: QWidget) -> None:
    """Let files that are dropped on an editor go to the room, which can use them; a path in a text is of no use."""
    editor.setAcceptDrops(False)
    if isinstance(editor, QAbstractScrollArea):
        editor.viewport().setAcceptDrops(False)


def language_choice(title: str) -> Choice:
    """Return a choice of languages; "" is none."""
    made = Choice(title)
    made.addItem(t("Not said"), "")
    names = sorted((t(languages.name_of(code)), code) for code in model.LANGUAGES)
    for name, code in names:
        made.addItem(name, code)
    return made


def licence_choice(title: str) -> Choice:
    """Return a choice of licences in which another one can be written."""
    made = Choice(title)
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItem("")
    made.addItems(list(model.LICENCES))
    edit = made.lineEdit()
    if edit:
        edit.setPlaceholderText(t("For example CC-BY-4.0"))
        edit.setAccessibleName(title)
    return made


def text_height(lines: int) -> int:
    """Return how high an editor for so many lines is."""
    return look.px(18 * lines + 12)
