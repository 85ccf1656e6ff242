"""The terms of a model, shown and accepted before it is loaded. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QDialog, QScrollArea, QVBoxLayout, QWidget

from studio.engines.manifest import Model
from studio.engines.terms import terms_of
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines.model import breakable, bytes_of
from studio.ui.tabs.engines.seen import Weights
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics, facts


class TermsDialog(QDialog):
    """Size, place and terms; what has to be accepted has a box of its own."""

    def __init__(self, parent: QWidget, desk: Desk, weights: Weights, folder: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Load {model}", model=weights.title))
        self._desk = desk
        self._weights = weights
        self._boxes: list[QCheckBox] = []
        page = QWidget()
        self._inside = QVBoxLayout(page)
        self._inside.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        self._inside.setSpacing(tokens.MARGIN)
        self._inside.addWidget(basics.label(weights.title, "heading", wrap=True))
        size = bytes_of(weights.size) if weights.size else t("not known")
        self._inside.addLayout(facts.table_of([(t("To download"), size), (t("Folder"), breakable(folder))]))
        if any(one.gated for one in (weights.known.model, *weights.known.parts)):
            gated = t("The hub gives it only to who has accepted its terms there and signed in on this computer.")
            self._inside.addWidget(basics.label(gated, wrap=True, tone="warn"))
        for model in (weights.known.model, *weights.known.parts):
            if model.repo and not model.bundled:
                self._add_terms(model)
        self._inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        close = basics.button(t("Leave it as it is"), self.reject)
        self._go = basics.button(t("Load"), self._load, kind="primary", icon_name="download")
        foot = basics.row(None, close, self._go)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer = basics.column(scroll, basics.rule(), spacing=0)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.resize(min(look.px(560), parent.width() - 64), min(look.px(480), parent.height() - 64))
        desk.packs.changed.connect(self._refresh)
        self._refresh()
        (self._boxes[0] if self._boxes else self._go).setFocus()

    def _add_terms(self, model: Model) -> None:
        terms = terms_of(model)
        section = basics.column(spacing=tokens.HALF)
        title = f"{model.title or model.id}: {terms.title}"
        section.addWidget(basics.label(title, "heading", wrap=True))
        for words in (terms.results, terms.summary):
            section.addWidget(basics.label(t(words), wrap=True))
        url = model.url or terms.url
        if url.startswith(("https://", "http://")):
            link = basics.button(
                t("Open the text that counts"), partial(_open, url), kind="link", icon_name="external-link"
            )
            link.setToolTip(url)
            section.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        if model in self._weights.unaccepted:
            box = QCheckBox(t("I have read these terms and accept them"))
            box.setAccessibleName(t("I accept the terms of {model}", model=model.title or model.id))
            box.toggled.connect(self._refresh)
            self._boxes.append(box)
            section.addWidget(box)
        self._inside.addLayout(section)

    def _refresh(self) -> None:
        self._go.setEnabled(self._desk.packs.deed is None and all(box.isChecked() for box in self._boxes))

    def _load(self) -> None:
        self._desk.packs.download(self._weights.known, self._weights.unaccepted)
        self.accept()


def _open(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))
