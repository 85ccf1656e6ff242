"""Facts in two columns: what they are, and the value, which can be marked and copied. The GUI thread."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel

from studio.ui.theme import tokens
from studio.ui.widgets import basics

_GAP = 12  # pixels between the columns


def table() -> QFormLayout:
    """Return an empty table."""
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(_GAP)
    made.setVerticalSpacing(tokens.HALF)
    made.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return made


def value(text: str, name: str) -> QLabel:
    """Return a value; `name` is what a screen reader says."""
    made = basics.label(text, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setAccessibleName(name)
    return made


def table_of(rows: Iterable[tuple[str, str]]) -> QFormLayout:
    """Return a table of labels and values."""
    made = table()
    for label, text in rows:
        made.addRow(basics.label(label, "secondary"), value(text, f"{label}: {text}"))
    return made
