"""What an engine prints while it is tested, and how the test went. The GUI thread; the test runs in an operation."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QVBoxLayout

from studio.app import Studio
from studio.engines.manifest import Manifest
from studio.errors import Cancelled
from studio.services import smoke_test
from studio.services.engine_test import EngineTest, Following, Tried
from studio.services.readiness import wanted
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines.model import seconds_of
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told_of
from studio.ui.widgets import basics

_LINES = 2000


class _Relay(QObject):
    """Carries lines from the thread of the test to this one."""

    line = Signal(str)


class Console(QFrame):
    """Hidden until something is tested."""

    changed = Signal()  # a test began or ended

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._stop = threading.Event()
        self.testing = ""  # the engine at work
        self.setProperty("kind", "surface")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.MARGIN)
        inside.setSpacing(tokens.GRID)
        self._sign = QLabel()
        self._title = basics.label("", "heading")
        self.said = basics.label("", wrap=True)
        self._cancel = basics.button(t("Cancel the test"), self._stop_test, kind="quiet", icon_name="ban")
        self._close = basics.icon_button("x", t("Close the console"), self.hide)
        inside.addLayout(basics.row(self._sign, self._title, None, self._cancel, self._close))
        inside.addWidget(self.said)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(_LINES)
        self.lines.setAccessibleName(t("What the engine printed"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setMinimumHeight(look.px(96))
        self.lines.setTabChangesFocus(True)
        inside.addWidget(self.lines, 1)
        self.hide()

    def test(self, manifest: Manifest) -> None:
        """Begin a test, unless one runs."""
        if self.testing:
            return
        studio = self._desk.studio
        self.testing = manifest.id
        self._stop = stop = self._desk.operations.stop_for(self)
        relay = _Relay(self._desk)  # outlives this console: the test may
        relay.line.connect(self.lines.appendPlainText)
        following = Following(relay.line.emit, stop.is_set)
        title = t(manifest.title)
        self.lines.clear()
        self._title.setText(t("Test of {engine}", engine=title))
        self._show("loader", "accent", t("The engine is started and makes something small."))
        self._cancel.show()
        self._close.hide()
        self.show()
        self.changed.emit()

        def work() -> Tried:
            try:
                if not manifest.has_runner:
                    return _smoke(studio, manifest, following)
                return EngineTest(manifest, studio.readiness, studio.paths, studio.settings, following).run()
            finally:
                relay.deleteLater()

        self._desk.operations.run(self, work, self._end, lambda error: self._end(Tried("failed", error=error)))

    def _stop_test(self) -> None:
        self._stop.set()

    def _end(self, tried: Tried) -> None:
        self.testing = ""
        self._cancel.hide()
        self._close.show()
        took = seconds_of(tried.seconds)
        if tried.state == "passed" and tried.made:
            self._show("circle-check", "good", t("It works. It made something in {took}.", took=took))
        elif tried.state == "passed":
            words = t("It works: its model was loaded in {took}. To make something it needs a recording.", took=took)
            self._show("circle-check", "good", words)
        elif tried.state == "cancelled":
            self._show("ban", "muted", t("The test was cancelled."))
        else:
            self._show_failure(tried)
        self.changed.emit()

    def _show_failure(self, tried: Tried) -> None:
        error = tried.error
        why = told_of(error) if error else ""
        self._show("circle-x", "bad", t("It does not work. {why}", why=why).strip())
        if error and error.log:
            self.lines.appendPlainText(t("Its log: {file}", file=error.log))

    def _show(self, sign: str, tone: str, words: str) -> None:
        self._sign.setPixmap(icon(sign, tone).pixmap(look.px(16), look.px(16)))
        self.said.setText(words)
        self.said.setAccessibleName(words)


def _smoke(studio: Studio, manifest: Manifest, following: Following) -> Tried:
    """Try the environment of an engine that cannot do more yet. Any thread."""
    begun, engines = time.monotonic(), studio.settings.engines
    choice = studio.readiness.choose(manifest, wanted=wanted(manifest, engines), allow_cpu=engines.allow_cpu)
    python = smoke_test.python_for(manifest, choice.device, studio.environments)
    following.say(f"device: {choice.device.id} ({choice.why})")
    try:
        facts = smoke_test.run(
            manifest, python, choice.device, studio.paths, tell=following.say, cancelled=following.cancelled
        )
    except Cancelled:
        return Tried("cancelled", time.monotonic() - begun)
    for name, value in facts.items():
        following.say(f"{name}: {value}")
    return Tried("passed", time.monotonic() - begun, made=True)
