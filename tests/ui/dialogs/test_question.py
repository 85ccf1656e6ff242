"""The question before what cannot be undone, and the report of a mistake of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from studio.ui.dialogs import question
from studio.ui.dialogs.bug import BugDialog
from studio.ui.dialogs.question import Question
from tests.ui.conftest import click, find, shown

if TYPE_CHECKING:
    from pathlib import Path

    from studio.ui.application import Application


@pytest.fixture
def asked(studio_app: Application) -> tuple[Question, list[str]]:
    done: list[str] = []
    assert studio_app.window is not None
    question.ask(
        studio_app.window.rail, "Empty the trash?", "12 files go for good.", "Empty it", lambda: done.append("x")
    )
    return find(studio_app.window, Question), done


def test_it_says_what_would_happen_and_return_leaves_it(asked: tuple[Question, list[str]]) -> None:
    dialog, done = asked
    assert {"Empty the trash?", "12 files go for good."} <= {label.text() for label in shown(dialog, QLabel)}
    focus = dialog.focusWidget()
    assert focus is find(dialog, QPushButton, "Leave it as it is")
    QTest.keyClick(focus, Qt.Key.Key_Return)
    QTest.keyClick(focus, Qt.Key.Key_Space)
    assert done == []
    assert not dialog.isVisible()


def test_escape_leaves_it(asked: tuple[Question, list[str]]) -> None:
    dialog, done = asked
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert done == []
    assert not dialog.isVisible()


def test_only_the_named_button_does_it(asked: tuple[Question, list[str]]) -> None:
    dialog, done = asked
    click(find(dialog, QPushButton, "Empty it"))
    assert done == ["x"]
    assert not dialog.isVisible()


def test_a_mistake_of_ours_can_be_copied_and_the_window_goes_on(studio_app: Application, tmp_path: Path) -> None:
    window = studio_app.window
    assert window is not None
    BugDialog(window, "Traceback: it broke", tmp_path / "bug.txt").open()
    dialog = find(window, BugDialog)
    assert find(dialog, QPlainTextEdit, "Details").toPlainText() == "Traceback: it broke"
    click(find(dialog, QPushButton, "Copy report"))
    assert QGuiApplication.clipboard().text() == "Traceback: it broke"
    click(find(dialog, QPushButton, "Go on"))
    assert not dialog.isVisible()
    assert window.isVisible()
