"""Keeps the text and the project alike, and looks over the text for problems. The GUI thread.

Typing becomes a step of the project a moment later; steps in a row are one. What undo brings is shown by the smallest
change of the text.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.domain import lint, script_lines
from studio.domain.edits import whole
from studio.domain.lint import Problem
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.dialogue.editor import ScriptEdit
from studio.ui.tabs.dialogue.model import WITHOUT

_TYPING = 250  # milliseconds after the last key
_LINTING = 300
_APART = 2.0  # seconds without a key; then a new step begins
_LONG = 20_000  # characters; longer texts are parsed beside the window first


class Sync(QObject):
    """Between an editor and the open project."""

    linted = Signal()

    def __init__(self, desk: Desk, editor: ScriptEdit, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._editor = editor
        self._known = ""  # the project's script as the text shows it
        self._step = 0
        self._last = 0.0
        self._sounds: frozenset[str] = frozenset()
        self._linting = False
        self.problems: tuple[Problem, ...] = ()
        self._typing = self._timer(_TYPING, self._typed)
        self._lint = self._timer(_LINTING, self._look_over)
        editor.typed.connect(self._typing.start)
        editor.left_it.connect(self.flush)
        editor.line_changed.connect(self._next_step)
        desk.project.changed.connect(self.follow)
        self.follow("")

    def follow(self, label: str) -> None:
        """Show what the project says, where it says anything else than it did."""
        script = self._desk.project.value.script
        if script == self._known and label:
            return
        self._typing.stop()
        self._known = script
        self._editor.show_text(script)
        self._lint.start()

    def flush(self) -> None:
        """Make a step of what was typed, now."""
        self._typing.stop()
        self._commit()

    def set(self, label: str, script: str) -> bool:
        """Replace the script, as a step of its own."""
        self.flush()
        self._next_step()
        return self._desk.project.do(label, lambda project: whole.set_script(project, script))

    def know_sounds(self, sounds: frozenset[str]) -> None:
        """Say which sounds the engine makes; the linter needs to know."""
        if sounds != self._sounds:
            self._sounds = sounds
            self._lint.start()

    def fix_all(self) -> bool:
        """Mend all that can be mended; return whether anything was."""
        self.flush()
        text = self._editor.text
        mended = lint.fix(text, supported=self._sounds, without=WITHOUT)
        return mended != text and self.set(t("Fix the script"), mended)

    def fix(self, problem: Problem) -> bool:
        """Mend one problem."""
        self.flush()
        text = self._editor.text
        mended = lint.fix_one(text, problem, supported=self._sounds)
        return mended != text and self.set(t("Fix a problem"), mended)

    def _timer(self, interval: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(act)
        return timer

    def _typed(self) -> None:
        text = self._editor.text
        if text == self._known:
            return
        if len(text) < _LONG:
            self._commit()
            return

        def done(_lines: object) -> None:
            if self._editor.text == text:
                self._commit()

        self._desk.operations.run(self, lambda: script_lines.lines_of(text), done)

    def _commit(self) -> None:
        text = self._editor.text
        if text == self._known or text == self._known.replace("\r\n", "\n").replace("\r", "\n"):
            return
        now = time.monotonic()
        if now - self._last > _APART:
            self._step += 1
        self._last = now
        if self._desk.project.do(
            t("Write"), lambda project: whole.set_script(project, text), merge=f"script {id(self)} {self._step}"
        ):
            self._known = text
            self._lint.start()

    def _next_step(self, _block: int = 0) -> None:
        self._step += 1

    def _look_over(self) -> None:
        if self._linting:
            self._lint.start()
            return
        text, sounds = self._editor.text, self._sounds
        if not text.strip():
            self._show(())
            return
        self._linting = True

        def done(found: tuple[Problem, ...]) -> None:
            self._linting = False
            if self._editor.text == text:
                self._show(found)
            else:
                self._lint.start()

        self._desk.operations.run(self, lambda: lint.lint(text, supported=sounds, without=WITHOUT), done)

    def _show(self, found: tuple[Problem, ...]) -> None:
        self.problems = found
        self._editor.show_problems(found)
        self.linted.emit()
