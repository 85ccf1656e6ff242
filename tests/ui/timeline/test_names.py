"""Names: what fits is shown, and a frame lays out only so many."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from studio.ui.timeline import names as module
from studio.ui.timeline.names import Names

LONG = "Good evening, and welcome to all of you"


@pytest.fixture
def names(qapp: QApplication) -> Names:
    del qapp
    return Names(QFont())


def _wide(text: str) -> float:
    return QFontMetricsF(QFont()).horizontalAdvance(text)


def test_as_much_is_shown_as_fits(names: Names) -> None:
    whole = _wide(LONG)
    assert names.shortened(LONG, whole + 1).text() == LONG
    for width in (40, 77, 100, 131, 190):
        text = names.shortened(LONG, width).text()
        assert text.endswith("…")
        assert LONG.startswith(text[:-1])
        assert width * 0.6 < _wide(text) <= width


def test_a_text_of_several_lines_is_one_line(names: Names) -> None:
    assert names.shortened("Good\n  evening\t.", 1_000).text() == "Good evening ."


def test_only_so_many_are_laid_out_for_a_frame(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_NEW", 3)
    texts = [f"{number} {LONG}" for number in range(5)]
    for shown in (3, 5, 5):
        names.begin()
        found = [names.fitting(text, 100) for text in texts]
        assert [final for _, final in found] == [number < shown for number in range(5)]
        assert [text is not None for text, _ in found] == [number < shown for number in range(5)]


def test_a_shorter_one_stands_in_until_there_is_time(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    names.begin()
    before, _ = names.fitting(LONG, 100)
    monkeypatch.setattr(module, "_MOST_NEW", 0)
    assert names.fitting(LONG, 112) == (before, False)
    assert names.fitting(LONG, 60) == (None, False), "what is too long never stands in"


def test_what_is_told_at_once_is_laid_out_whatever_else_was(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_NEW", 1)
    names.begin()
    names.fitting("One", 100)
    assert names.shortened("Two", 100).text() == "Two"
    assert names.fitting("Three", 100) == (None, False)
