"""What was learned of an engine: where it worked, how often, and where it did not. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.services.envelope import Experience
from studio.ui.bridge.desk import Desk
from studio.ui.dialogs import question
from studio.ui.language import t
from studio.ui.tabs.engines import words
from studio.ui.theme import tokens
from studio.ui.widgets import basics


class Learned(QWidget):
    """A line for each situation, and a button that forgets them."""

    forgotten = Signal()

    def __init__(self, desk: Desk, engine: str, title: str, known: Sequence[Experience]) -> None:
        super().__init__()
        self._desk = desk
        self._engine = engine
        self._title = title
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(basics.label(t("What was learned here"), "heading"))
        inside.addWidget(basics.label(t("The next work begins where it was safe."), "caption", wrap=True))
        for one in known:
            tone = "warn" if one.dirty_now or (one.failures and not one.worked) else ""
            inside.addWidget(basics.label(words.experience(one), wrap=True, tone=tone))
            inside.addWidget(basics.label(words.circumstances(one), "caption", wrap=True))
        forget = basics.button(t("Forget"), self._ask, icon_name="trash-2")
        forget.setAccessibleName(t("Forget what {engine} taught", engine=title))
        inside.addSpacing(tokens.HALF)
        inside.addWidget(forget, alignment=Qt.AlignmentFlag.AlignLeft)

    def _ask(self) -> None:
        text = t("The next work begins as if nothing had been tried here, and may run into the same failures again.")
        question.ask(self, t("Forget what {engine} taught?", engine=self._title), text, t("Forget"), self._forget)

    def _forget(self) -> None:
        envelope, engine = self._desk.studio.envelope, self._engine
        self._desk.operations.run(self, lambda: envelope.reset(engine), lambda _count: self.forgotten.emit())
