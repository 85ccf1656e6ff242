"""How a deed goes: stage, share, bytes, time left, the installer's words, and how it ended. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.bridge.pack_deeds import CANCELLED, DONE, MEASURED, PackDeeds, damages_of, said_of
from studio.ui.language import t
from studio.ui.tabs.engines import words
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_STEPS = 1000
_LINES = 2000


class WorkPanel(QWidget):
    """Shows the deed at work, or the last one; for a dialog."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._packs = desk.packs
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        self._sign = QLabel()
        self._title = basics.label("", "heading", wrap=True)
        head = basics.row(self._sign, self._title)
        head.setStretch(1, 1)
        inside.addLayout(head)
        self._bar = _bar()
        inside.addWidget(self._bar)
        self.stage = basics.label("", "secondary", wrap=True)
        inside.addWidget(self.stage)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(_LINES)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(t("What the installer says"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setMinimumHeight(look.px(96))
        inside.addWidget(self.lines, 1)
        self.lines.setPlainText("\n".join(self._packs.lines))
        self._packs.line.connect(self.lines.appendPlainText)
        self._packs.told.connect(self._show_progress)
        self._packs.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        packs, last = self._packs, self._packs.last
        if packs.deed is not None:
            if packs.progress is None:
                self.lines.clear()
            _sign(self._sign, "loader", "accent")
            self._title.setText(words.title_of(packs.deed))
        elif last is not None:
            shown = {DONE: ("circle-check", "good"), CANCELLED: ("ban", "muted")}.get(last.state, ("circle-x", "bad"))
            damages = damages_of(last)
            _sign(self._sign, *(("circle-x", "bad") if damages else shown))
            self._title.setText(said_of(last))
            extra = [f"{d.package} {d.path or ''} {d.what}".strip() for d in damages]
            if last.error is not None:
                extra += [part for part in (last.error.details, last.error.log) if part]
            for line in extra:
                self.lines.appendPlainText(line)
        self._title.setAccessibleName(self._title.text())
        self._show_progress()

    def _show_progress(self) -> None:
        packs = self._packs
        self._bar.setVisible(packs.deed is not None)
        self.stage.setVisible(packs.deed is not None)
        _show_share(self._bar, packs)
        self.stage.setText(_words(packs))


class WorkBar(QFrame):
    """The same in two lines, for the top of the room; hidden as long as nothing is done."""

    show_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._packs = desk.packs
        self.setProperty("kind", "banner")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, tokens.GRID, 12, 12)
        inside.setSpacing(tokens.GRID)
        sign = QLabel()
        _sign(sign, "loader", "accent")
        self._title = basics.label("", "heading", wrap=True)
        self._show = basics.button(t("Show"), self.show_wanted.emit)
        self._cancel = basics.button(t("Cancel"), self._packs.cancel, kind="quiet", icon_name="ban")
        self._cancel.setAccessibleName(t("Cancel the work"))
        head = basics.row(sign, self._title, self._show, self._cancel)
        head.setStretch(1, 1)
        inside.addLayout(head)
        self._bar = _bar()
        inside.addWidget(self._bar)
        self._stage = basics.label("", "secondary", wrap=True)
        inside.addWidget(self._stage)
        self._packs.told.connect(self._refresh)
        self._packs.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        deed = self._packs.deed
        self.setVisible(deed is not None)
        if deed is None:
            return
        self._title.setText(words.title_of(deed))
        self._stage.setText(_words(self._packs))
        self._cancel.setEnabled(not self._packs.stopping)
        self.setAccessibleName(f"{self._title.text()}. {self._stage.text()}")
        _show_share(self._bar, self._packs)


def _words(packs: PackDeeds) -> str:
    if packs.stopping:
        return t("Being cancelled…")
    if packs.deed is not None and packs.deed.kind not in MEASURED:
        return ""
    return words.progress_of(packs.progress, packs.seconds_left)


def _show_share(bar: QProgressBar, packs: PackDeeds) -> None:
    measured = packs.progress is not None and packs.deed is not None and packs.deed.kind in MEASURED
    bar.setRange(0, _STEPS if measured else 0)
    if measured and packs.progress is not None:
        bar.setValue(round(_STEPS * packs.progress.fraction))


def _bar() -> QProgressBar:
    made = QProgressBar()
    made.setTextVisible(False)
    made.setAccessibleName(t("How far it is"))
    return made


def _sign(label: QLabel, name: str, tone: str) -> None:
    label.setPixmap(icon(name, tone).pixmap(look.px(16), look.px(16)))
