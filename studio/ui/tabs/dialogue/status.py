"""The line below the script: how much there is, and the problem at hand with what mends it. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from studio.domain.lint import Problem
from studio.ui.language import t, tn
from studio.ui.tabs.dialogue import problems
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class StatusLine(QWidget):
    """Counts at the right, a problem at the left."""

    fix_wanted = Signal(object)
    all_wanted = Signal(object)  # the list of all problems, below this widget

    def __init__(self) -> None:
        super().__init__()
        self._problem: Problem | None = None
        self._state: object = None
        self._sign = QLabel()
        self.message = basics.ElidedLabel("", "secondary")
        self.message.setAccessibleName(t("Problem in this line"))
        self.fix = basics.button("", self._fix, kind="quiet", icon_name="lightbulb")
        self.count = basics.button("", self._all, kind="quiet", icon_name="list")
        self.counts = basics.label("", "secondary")
        line = basics.row(self._sign, self.message, self.fix, self.count, self.counts)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.setMinimumHeight(look.px(32))
        look.changed.connect(self._show_sign)
        self.show_problems((), None, "")

    def show_problems(self, found: Sequence[Problem], here: Problem | None, source: str) -> None:
        """Show the problem of the cursor's line, and how many there are."""
        state = (tuple(found), here, source)
        if state == self._state:
            return
        self._state = state
        self._problem = here
        self._sign.setVisible(here is not None)
        self.message.setText(problems.words(here, source) if here else "")
        self._show_sign()
        words = problems.fix_words(here) if here else ""
        self.fix.setVisible(bool(words))
        self.fix.setText(words)
        self.fix.setAccessibleName(words)
        self.count.setVisible(bool(found))
        text = tn(len(found), "{count} problem", "{count} problems")
        self.count.setText(text)
        self.count.setAccessibleName(text)
        self.count.setToolTip(t("Show all problems"))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A problem needs the room more than the counts do."""
        super().resizeEvent(event)
        self._make_room()

    def _show_sign(self) -> None:
        if self._problem:
            sign, tone, size = problems.sign_of(self._problem), problems.tone_of(self._problem), look.px(16)
            self._sign.setPixmap(icon(sign, tone).pixmap(size, size))

    def _make_room(self) -> None:
        self.counts.setVisible(self._problem is None or self.width() >= look.px(640))

    def show_counts(self, lines: int, made: int, length: str) -> None:
        """Show how much of the script is made."""
        if not lines:
            self.counts.setText("")
            return
        text = tn(lines, "{count} line, {made} made", "{count} lines, {made} made", made=made)
        self.counts.setText(f"{text} · {length}" if made else text)

    def _fix(self) -> None:
        if self._problem:
            self.fix_wanted.emit(self._problem)

    def _all(self) -> None:
        self.all_wanted.emit(self.count)
