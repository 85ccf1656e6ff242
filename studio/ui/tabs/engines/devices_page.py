"""The cards and the processor: what is planned for each and why, and the proof that it computes. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QVBoxLayout, QWidget

from studio.runtime.devices import TRUSTED, Device
from studio.runtime.environments.progress import BuildProgress
from studio.services.pack_work import Ears
from studio.services.proofs import Built, Proof
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines import words
from studio.ui.tabs.engines.model import bytes_of
from studio.ui.tabs.engines.seen import Chip
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class DevicesPage(QWidget):
    """A card for each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._buttons: list[QPushButton] = []
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, tokens.GRID, 0)
        self._inside.setSpacing(tokens.GRID)
        desk.packs.changed.connect(self._refresh)

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show what is here."""
        basics.clear(self._inside)
        self._buttons = []
        for chip in chips:
            self._inside.addWidget(self._card(chip))
        self._inside.addStretch(1)
        self._refresh()

    def _refresh(self) -> None:
        for button in self._buttons:
            button.setEnabled(self._desk.packs.deed is None)

    def _card(self, chip: Chip) -> QFrame:
        card, inside = basics.frame("card")
        chosen = self._desk.studio.settings.engines.device
        top = basics.row(_sign("cpu", "text"), basics.label(chip.name, "heading", wrap=True))
        top.setStretch(1, 1)
        if chip.device is not None and chosen in {chip.device.id, chip.device.id.partition("/")[2]}:
            top.addWidget(basics.label(t("chosen for all engines"), "secondary"))
        inside.addLayout(top)
        facts = _facts(chip)
        if facts:
            inside.addWidget(basics.label(facts, "secondary", wrap=True))
        planned, hint = words.advice_of(chip)
        inside.addWidget(basics.label(planned, wrap=True))
        if hint:
            inside.addWidget(basics.label(hint, wrap=True, tone="warn"))
        if chip.device is not None:
            for place, proof in chip.places:
                self._add_proof(inside, chip.device, place, proof)
            if not chip.places:
                said = t("It can be proven once a pack for it is installed.")
                inside.addWidget(basics.label(said, "secondary", wrap=True))
        card.setAccessibleName(". ".join(part for part in (chip.name, facts, planned, hint) if part))
        return card

    def _add_proof(self, inside: QBoxLayout, device: Device, place: Built, proof: Proof | None) -> None:
        pack = next((p.title for p in self._desk.studio.packs.packs if p.id == place.pack), place.pack)
        if proof is None:
            sign, words_, more = ("circle-help", "muted"), t("not proven yet"), ""
        else:
            fine = proof.verdict in TRUSTED
            sign = ("circle-check", "good") if fine else ("circle-x", "bad")
            words_, more = words.verdict_of(proof), words.figures_of(proof)
        said = basics.column(
            basics.label(t("In the pack {pack}: {verdict}", pack=pack, verdict=words_), wrap=True), spacing=0
        )
        if more:
            said.addWidget(basics.label(more, "secondary", wrap=True))
        button = basics.button(t("Prove it"), partial(self._prove, device, place))
        button.setAccessibleName(t("Prove {device} in the pack {pack}", device=device.name, pack=pack))
        button.setToolTip(t("Has it compute, and compares the numbers with the processor’s."))
        self._buttons.append(button)
        line = basics.row(_sign(*sign), spacing=12)
        line.addLayout(said, 1)
        line.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        inside.addLayout(line)

    def _prove(self, device: Device, place: Built) -> None:
        self._desk.packs.probe(device.id, device.name, _probing(self._desk, device, place))


def _probing(desk: Desk, device: Device, place: Built) -> Callable[[Ears], Proof]:
    studio = desk.studio

    def work(ears: Ears) -> Proof:
        from studio.services import probing
        from studio.services.engine_test import Following

        following = Following(lambda line: ears.told(BuildProgress("smoke", 0.0, line=line)), ears.cancelled)
        proof = probing.probe(device, place, studio.paths, following)
        studio.proofs.keep(proof)
        return proof

    return work


def _facts(chip: Chip) -> str:
    parts: list[str] = []
    if chip.memory.total:
        free, total = bytes_of(chip.memory.free), bytes_of(chip.memory.total)
        known = t("{free} of {total} free", free=free, total=total)
        parts.append(known if chip.memory.free else t("{total} memory", total=total))
    card = chip.advised.card if chip.advised else None
    driver = chip.device.driver if chip.device else card.driver if card else ""
    gfx = chip.device.gfx if chip.device else card.gfx if card else ""
    if chip.device is not None and chip.device.kind != "cpu":
        parts.append(words.kind_of(chip.device.kind))
    if driver:
        parts.append(t("driver {driver}", driver=driver))
    if gfx:
        parts.append(gfx)
    if chip.device is not None and chip.device.on_request:
        parts.append(t("used only where it is named"))
    return " · ".join(parts)


def _sign(name: str, tone: str) -> QWidget:
    made = basics.label()
    made.setPixmap(icon(name, tone).pixmap(look.px(16), look.px(16)))
    return made
