"""A mistake of ours: what happened, where the report lies. The program goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class BugDialog(QDialog):
    """Shows a traceback and offers to copy it."""

    def __init__(self, parent: QWidget | None, text: str, file: Path) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("A mistake of the studio"))
        details = QPlainTextEdit(text)
        details.setReadOnly(True)
        details.setAccessibleName(t("Details"))
        said = t(
            "The studio made a mistake and goes on. Your work is saved as it was. The report lies in {file}.", file=file
        )
        copy = basics.button(t("Copy report"), lambda: QGuiApplication.clipboard().setText(text))
        close = basics.button(t("Go on"), self.accept, kind="primary")
        inside = basics.column(basics.label(said, wrap=True), details, margin=tokens.MARGIN)
        inside.addLayout(basics.row(None, copy, close))
        self.setLayout(inside)
        self.resize(look.px(640), look.px(420))
