"""The weights that engines load: what is here, under which terms, and ways to load, remove and move them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QFrame, QVBoxLayout, QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.dialogs import question
from studio.ui.language import t
from studio.ui.tabs.engines.model import LARGE, breakable, bytes_of
from studio.ui.tabs.engines.seen import Seen, Weights
from studio.ui.tabs.engines.terms_dialog import TermsDialog
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_STATES = {
    "ready": ("circle-check", "good", "here"),
    "partial": ("download", "warn", "half loaded"),
    "missing": ("download", "muted", "not here"),
    "unreachable": ("circle-alert", "warn", "its disk is not connected"),
}


class ModelsPage(QWidget):
    """A card for each, and the folder they lie in. The GUI thread."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._seen: Seen | None = None
        self._buttons: list[QAbstractButton] = []
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, tokens.GRID, 0)
        self._inside.setSpacing(tokens.GRID)
        desk.packs.changed.connect(self._refresh)

    def show_models(self, seen: Seen) -> None:
        """Show what there is; nothing is built anew where nothing has changed."""
        before, self._seen = self._seen, seen
        if before and (before.weights, before.folder, before.offline) == (seen.weights, seen.folder, seen.offline):
            return
        basics.clear(self._inside)
        self._buttons = []
        self._inside.addWidget(self._folder(seen))
        for weights in seen.weights:
            self._inside.addWidget(self._card(weights))
        self._inside.addStretch(1)
        self._refresh()

    def offer(self, engine: str) -> None:
        """Show the terms of an engine's first model, with a button that loads it."""
        for weights in self._seen.weights if self._seen else ():
            if engine in weights.known.engines:
                self._ask_terms(weights)
                return

    def _refresh(self) -> None:
        for button in self._buttons:
            button.setEnabled(self._desk.packs.deed is None)

    def _folder(self, seen: Seen) -> QFrame:
        card, inside = basics.frame("card")
        inside.addWidget(basics.label(t("Folder of models"), "heading"))
        words = basics.label(breakable(seen.folder), wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(words)
        if seen.offline:
            inside.addWidget(basics.label(t("Downloads of models are switched off."), "secondary", tone="warn"))
        move = basics.button(t("Move…"), self._choose_folder, icon_name="folder-open")
        basics.rename(move, t("Move to another folder…"))
        self._buttons.append(move)
        inside.addWidget(move, alignment=Qt.AlignmentFlag.AlignLeft)
        return card

    def _card(self, weights: Weights) -> QFrame:
        card, inside = basics.frame("card", spacing=tokens.HALF)
        name, tone, words = _STATES[weights.state]
        sign = basics.label()
        sign.setPixmap(icon(name, tone).pixmap(look.px(16), look.px(16)))
        state = basics.label(t(words), "secondary", tone=tone if weights.state != "missing" else "")
        title = basics.label(weights.title, "heading", wrap=True)
        top = basics.row(title) if look.scale > LARGE else basics.row(title, sign, state)
        top.setStretch(0, 1)
        for button in self._deeds(weights):
            self._buttons.append(button)
            top.addWidget(button)
        inside.addLayout(top)
        if look.scale > LARGE:
            inside.addLayout(basics.row(sign, state, None))
        inside.addWidget(basics.label(_facts(weights), "secondary", wrap=True))
        more = _more(weights, self._engines(weights))
        if more:
            inside.addWidget(basics.label(more, "secondary", wrap=True))
        card.setAccessibleName(". ".join(part for part in (weights.title, t(words), _facts(weights), more) if part))
        return card

    def _deeds(self, weights: Weights) -> list[QAbstractButton]:
        made: list[QAbstractButton] = []
        if weights.state in {"missing", "partial"} and not (self._seen and self._seen.offline):
            go_on = weights.state == "partial"
            load = basics.button(t("Go on…") if go_on else t("Load…"), partial(self._ask_terms, weights))
            load.setAccessibleName(t("Load {model}", model=weights.title))
            made.append(load)
        if weights.state in {"ready", "partial"}:
            name = t("Remove {model}", model=weights.title)
            made.append(basics.icon_button("trash-2", name, partial(self._ask_removal, weights)))
        return made

    def _engines(self, weights: Weights) -> str:
        titles = {m.id: t(m.title) for m in self._desk.studio.registry.manifests()}
        return ", ".join(titles.get(engine, engine) for engine in weights.known.engines)

    def _ask_terms(self, weights: Weights) -> None:
        folder = self._seen.folder if self._seen else ""
        TermsDialog(self.window(), self._desk, weights, folder).open()

    def _ask_removal(self, weights: Weights) -> None:
        engines = self._engines(weights)
        free = bytes_of(weights.size)
        text = t("{free} become free. To work again, these engines need it: {engines}.", free=free, engines=engines)
        if weights.strange:
            text += " " + t("Another program loaded it, and may still use it.")
        remove = partial(self._desk.packs.discard, weights.known)
        question.ask(self, t("Remove the model {model}?", model=weights.title), text, t("Remove"), remove)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), t("Move to another folder…"), str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self._desk.packs.move(Path(folder)))
        dialog.open()


def _facts(weights: Weights) -> str:
    model = weights.known.model
    parts = [bytes_of(weights.size) if weights.size else "", model.licence]
    sold = all(one.commercial for one in (model, *weights.known.parts))
    parts.append(t("commercial use allowed") if sold else t("no commercial use"))
    parts.append(t("revision {revision}", revision=model.revision[:12]) if model.revision else "")
    parts.append(t("given only to who accepted its terms at the hub") if model.gated else "")
    return " · ".join(part for part in parts if part)


def _more(weights: Weights, engines: str) -> str:
    parts = [t("for {engines}", engines=engines)]
    if weights.known.parts:
        parts.append(t("with {others}", others=", ".join(one.title or one.id for one in weights.known.parts)))
    if weights.strange:
        parts.append(t("loaded by another program"))
    return " · ".join(parts)
