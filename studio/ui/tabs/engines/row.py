"""One engine in the list. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from studio.services.engine_list import Row
from studio.ui.language import t
from studio.ui.tabs.engines import model
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class EngineRow(QFrame):
    """What it does, its state in words, size, licence, where it would run and why, one button."""

    chosen = Signal(str)
    test_wanted = Signal(str)
    step = Signal(int)  # up or down in the list

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        inside.setSpacing(tokens.HALF)
        self._sign = QLabel()
        self._state = basics.label("", "secondary")
        self.test = basics.button(t("Test"), partial(self.test_wanted.emit, row.id), icon_name="flask-conical")
        self.test.setAccessibleName(t("Test {engine}", engine=model.title_of(row)))
        if not model.can_be_tested(row):
            self.test.hide()
        top = basics.row(basics.label(model.title_of(row), "heading"), None, self._sign, self._state, self.test)
        inside.addLayout(top)
        inside.addWidget(basics.label(model.summary_of(row), wrap=True))
        facts = [model.does(row), model.size_of(row) if row.entry.manifest else "", model.licence_of(row)]
        inside.addWidget(basics.label(" · ".join(part for part in facts if part), "secondary", wrap=True))
        if model.runs_on(row):
            inside.addWidget(basics.label(model.runs_on(row), "secondary", wrap=True))
        if model.next_step(row):
            inside.addWidget(basics.label(model.next_step(row), wrap=True, tone="warn"))
        self.show_state(running=False, testing=False)

    def show_state(self, *, running: bool, testing: bool) -> None:
        """Show what it is doing now."""
        sign, tone, words = model.state_of(self.row, running=running, testing=testing)
        self._sign.setPixmap(icon(sign, tone).pixmap(look.px(16), look.px(16)))
        self._state.setText(words)
        basics.set_property(self._state, "tone", tone)
        self.test.setEnabled(not testing)
        said = (
            model.title_of(self.row),
            words,
            model.does(self.row),
            model.runs_on(self.row),
            model.next_step(self.row),
        )
        self.setAccessibleName(". ".join(part for part in said if part))

    def show_chosen(self, *, on: bool) -> None:
        """Show that its details are shown."""
        basics.set_property(self, "chosen", "true" if on else "false")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses it."""
        self.setFocus()
        self.chosen.emit(self.row.id)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """So does getting there with the keyboard."""
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.chosen.emit(self.row.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the list."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step:
            self.step.emit(step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.row.id)
        else:
            super().keyPressEvent(event)
