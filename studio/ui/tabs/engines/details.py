"""Everything about one engine: terms, models, voices, what can be set, what it lacks. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.services.engine_list import Row
from studio.services.envelope import Experience
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines import model
from studio.ui.tabs.engines.environment_panel import EnvironmentPanel
from studio.ui.tabs.engines.learned import Learned
from studio.ui.tabs.engines.measuring import Measuring
from studio.ui.tabs.engines.own_device import OwnDevice
from studio.ui.tabs.engines.seen import Environment
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics, facts

_LABEL = 100  # pixels of a label, so that the values of all sections stand below one another
_SHORT = 24  # characters of a value that stands beside its label


class Details(QWidget):
    """Shows an engine; nothing leaves the computer but by a click on the link."""

    install_wanted = Signal(str)
    forgotten = Signal()
    device_chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.measuring = Measuring(desk)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._page = QWidget()
        self._outer.addWidget(self._page)
        self._inside = QVBoxLayout(self._page)

    def show_row(self, row: Row, environment: Environment | None = None, learned: Sequence[Experience] = ()) -> None:
        """Show an engine, its environment, and what was learned of it."""
        self.measuring.setParent(self)  # the page goes, and what is measured goes on
        before, self._page = self._page, QWidget()
        self._inside = QVBoxLayout(self._page)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.MARGIN)
        self._outer.replaceWidget(before, self._page)
        before.hide()
        before.deleteLater()
        self._inside.addWidget(basics.label(model.title_of(row), "heading", wrap=True))
        m = row.entry.manifest
        if m is None:
            self.measuring.hide()
            self._inside.addWidget(basics.label(model.summary_of(row), wrap=True, tone="bad"))
            self._add(t("Folder"), [("", str(row.entry.folder))])
            return
        if environment is not None:
            panel = EnvironmentPanel(self._desk, environment, model.title_of(row))
            panel.install_wanted.connect(partial(self.install_wanted.emit, row.id))
            self._inside.addWidget(panel)
        device = OwnDevice(self._desk, m)
        device.changed.connect(self.device_chosen)
        self._inside.addWidget(device)
        self.measuring.show_engine(m, able=model.can_be_measured(row, environment))
        self._inside.addWidget(self.measuring)
        if learned:
            known = Learned(self._desk, row.id, model.title_of(row), learned)
            known.forgotten.connect(self.forgotten)
            self._inside.addWidget(known)
        self._add(t("Licence"), model.terms_of(m))
        if m.licence.url.startswith(("https://", "http://")):
            link = basics.button(
                t("Open its page"), partial(_open, m.licence.url), kind="link", icon_name="external-link"
            )
            link.setToolTip(m.licence.url)
            self._inside.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        self._add(t("Facts"), model.facts_of(m))
        self._add(t("What can be set"), model.params_of(m.params))
        self._add(t("Voices"), model.voices_of(m))
        if model.lacking(m):
            self._add(t("Sounds it cannot make"), [("", model.lacking(m))])
        self._add(t("Models"), model.models_of(m))

    def _add(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        section = QVBoxLayout()
        section.setSpacing(tokens.HALF)
        section.addWidget(basics.label(title, "heading"))
        table = facts.table()
        for label, value in rows:
            said = facts.value(_breakable(value), f"{title}, {label}: {value}" if label else f"{title}: {value}")
            if label and len(value) <= _SHORT:
                beside = basics.label(label, "secondary")
                beside.setMinimumWidth(look.px(_LABEL))
                table.addRow(beside, said)
                continue
            if label:
                table.addRow(basics.label(label, "secondary", wrap=True))
            table.addRow(said)
        section.addLayout(table)
        self._inside.addLayout(section)


def _open(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))


def _breakable(text: str) -> str:
    """Let long words, hashes and paths, go on in the next line instead of making the pane wider."""
    return (
        "".join(c + "\u200b" if n % 8 == 7 or c in "/\\_-" else c for n, c in enumerate(text))
        if _long_word(text)
        else text
    )


def _long_word(text: str) -> bool:
    return any(len(word) > 24 for word in text.split())
