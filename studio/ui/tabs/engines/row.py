"""One engine in the list. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from studio.services.engine_list import Row
from studio.ui.language import t
from studio.ui.tabs.engines import model
from studio.ui.tabs.engines.seen import Environment
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class EngineRow(QFrame):
    """What it does, its state in words, size, licence, where it would run and why, one button."""

    chosen = Signal(str)
    step_wanted = Signal(str, str)  # the engine, and which step: install, repair, test
    step = Signal(int)  # up or down in the list

    def __init__(self, row: Row, environment: Environment | None = None) -> None:
        super().__init__()
        self.row = row
        self.environment = environment
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        inside.setSpacing(tokens.HALF)
        self._sign = QLabel()
        self._state = basics.label("", "secondary")
        self.button = self._button()
        title = basics.label(model.title_of(row), "heading", wrap=True)
        large = look.scale > model.LARGE
        top = basics.row(title, *(() if large else (self._sign, self._state)), self.button)
        top.setStretch(0, 1)
        inside.addLayout(top)
        if large:
            inside.addLayout(basics.row(self._sign, self._state, None))
        inside.addWidget(basics.label(model.summary_of(row), wrap=True))
        facts = [model.does(row), model.size_of(row) if row.entry.manifest else "", model.licence_of(row)]
        inside.addWidget(basics.label(" · ".join(part for part in facts if part), "secondary", wrap=True))
        if model.runs_on(row):
            inside.addWidget(basics.label(model.runs_on(row), "secondary", wrap=True))
        self._next = model.next_step(row, environment)
        if self._next:
            inside.addWidget(basics.label(self._next, wrap=True, tone="warn"))
        self.show_state("", busy=False)

    def show_state(self, state: str, *, busy: bool) -> None:
        """Show what it is doing now, or what it lacks; `busy`: no other step can be begun at the moment."""
        at_work = state or model.standing(self.row, self.environment)
        sign, tone, words = model.state_of(at_work)
        self._sign.setPixmap(icon(sign, tone).pixmap(look.px(16), look.px(16)))
        self._state.setText(words)
        basics.set_property(self._state, "tone", tone)
        self.button.setEnabled(state not in {model.TESTING, model.WORKED_ON} and not (busy and self._is_of_packs))
        said = (model.title_of(self.row), words, model.does(self.row), model.runs_on(self.row), self._next)
        self.setAccessibleName(". ".join(part for part in said if part))

    def show_chosen(self, *, on: bool) -> None:
        """Show that its details are shown."""
        basics.set_property(self, "chosen", "true" if on else "false")

    @property
    def _is_of_packs(self) -> bool:
        return model.step(self.row, self.environment) in {model.INSTALL, model.REPAIR, model.LOAD}

    def _button(self) -> QPushButton:
        step, engine = model.step(self.row, self.environment), model.title_of(self.row)
        words, name, sign = {
            model.INSTALL: (t("Install…"), t("Install what {engine} needs", engine=engine), "download"),
            model.LOAD: (t("Load its model…"), t("Load the model of {engine}", engine=engine), "download"),
            model.REPAIR: (t("Repair"), t("Repair the environment of {engine}", engine=engine), "rotate-ccw"),
        }.get(step, (t("Test"), t("Test {engine}", engine=engine), "flask-conical"))
        made = basics.button(words, partial(self.step_wanted.emit, self.row.id, step), icon_name=sign)
        made.setAccessibleName(name)
        if not step:
            made.hide()
        return made

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
