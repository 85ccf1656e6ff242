"""What an empty place says is read to the end, however narrow the place is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from studio.ui.widgets.empty_state import EmptyState
from tests.ui.conftest import shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TITLE = "Noch liegt hier nichts, was man abspielen könnte"
WORDS = "Klänge hier ablegen oder die Zeilen des Skripts darauf legen."


@pytest.mark.parametrize("width", [200, 260, 340, 800])
def test_title_and_words_are_whole_at_any_width(qtbot: QtBot, width: int) -> None:
    place = EmptyState("image", TITLE, WORDS)
    qtbot.addWidget(place)
    place.resize(width, 400)
    place.show()
    assert place.width() == width, "it does not ask for more"
    for text in (TITLE, WORDS):
        (label,) = (label for label in shown(place, QLabel) if label.text() == text)
        inside = label.mapTo(place, label.rect().topLeft()).x()
        assert 0 <= inside <= inside + label.width() <= width
        assert label.height() >= label.heightForWidth(label.width())
        assert label.width() >= label.fontMetrics().horizontalAdvance(max(text.split(), key=len))
