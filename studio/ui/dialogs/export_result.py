"""A finished export: where it lies, what it came to, which rules it meets, what to do otherwise. The GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.domain.export import licences
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.dialogs.export_choice import megabytes
from studio.ui.dialogs.export_fields import scrolling
from studio.ui.dialogs.export_report import Report, Rule, Verdict, signed
from studio.ui.dialogs.export_run import reveal
from studio.ui.language import clock, figures, t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

ANSWERS = {
    licences.YES: ("circle-check", "good", "May be used commercially"),
    licences.NO: ("circle-x", "bad", "May not be used commercially"),
    licences.UNKNOWN: ("triangle-alert", "warn", "Not known whether it may be used commercially"),
}
_SIGNS = {True: ("circle-check", "good"), False: ("circle-x", "bad"), None: ("triangle-alert", "warn")}
_WORDS = {True: "Met", False: "Not met", None: "Not judged"}


def sign(name: str, token: str, size: int = 16) -> QLabel:
    """Return a sign beside words."""
    made = QLabel()
    made.setPixmap(icon(name, token).pixmap(QSize(look.px(size), look.px(size))))
    made.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made


def signed_row(mark: QLabel, text: str, kind: str = "", tone: str = "") -> QHBoxLayout:
    """Return words beside a sign, over as many lines as they need."""
    made = basics.row(mark, basics.label(text, kind, wrap=True, tone=tone))
    made.setStretch(1, 1)
    return made


class ExportResult(QWidget):
    """Shows one report at a time; the next one takes its place."""

    again = Signal()
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._playable: Playable | None = None
        self._play = basics.button(t("Play"), self._toggle, icon_name="play")
        self._folder = basics.button(t("Open folder"), self._reveal, icon_name="folder-open")
        self._file = Path()
        page = QWidget()
        self._inside = basics.column(margin=tokens.MARGIN, spacing=tokens.GROUP)
        page.setLayout(self._inside)
        self._scroll = scrolling(page, words=True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # nothing in it takes keys, so it scrolls by them itself
        self._scroll.setAccessibleName(t("What the export came to"))
        again = basics.button(t("Export again…"), self.again.emit)
        self._close = basics.button(t("Close"), self.closed.emit, kind="primary")
        foot = basics.row(None, again, self._close)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        self._head = QVBoxLayout()
        deeds = QWidget()
        about_file = FlowLayout(deeds)
        about_file.addWidget(self._play)
        about_file.addWidget(self._folder)
        top = QWidget()
        whole = QVBoxLayout(top)
        whole.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        whole.setSpacing(12)
        whole.addLayout(self._head)
        whole.addWidget(deeds)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(top)
        outer.addWidget(basics.rule())
        outer.addWidget(self._scroll, 1)
        outer.addWidget(basics.rule())
        outer.addLayout(foot)
        desk.player.changed.connect(self._show_playing)

    def show_report(self, report: Report) -> None:
        """Show what came of an export."""
        self._file = report.file
        self._playable = Playable(f"export {report.file}", report.file.name, file=report.file)
        basics.clear(self._head)
        said = t("{file} is ready", file=report.file.name)
        title = signed_row(sign("circle-check", "good", 20), said, "title")
        self._head.setSpacing(tokens.HALF)
        self._head.addLayout(title)
        self._head.addWidget(basics.label(_facts(report), wrap=True))
        self._head.addWidget(basics.label(str(report.file.parent), "secondary", wrap=True))
        _fill(self._inside, report)
        self._scroll.verticalScrollBar().setValue(0)
        self._show_playing()
        self._close.setFocus()

    def _toggle(self) -> None:
        self._desk.player.toggle(self._playable)

    def _reveal(self) -> None:
        reveal(self._file)

    def _show_playing(self) -> None:
        player = self._desk.player
        ours = bool(self._playable and player.selected and player.selected.key == self._playable.key)
        playing = ours and player.playing
        self._play.setIcon(icon("pause" if playing else "play"))
        self._play.setText(t("Pause") if playing else t("Play"))
        self._play.setAccessibleName(self._play.text())


def _facts(report: Report) -> str:
    parts = [t("{length} long", length=clock(report.seconds))]
    if report.size:
        parts.append(megabytes(report.size))
    if report.loudness is not None:
        parts.append(f"{signed(report.loudness)} LUFS")
    if report.peak is not None:
        parts.append(t("true peak {level} dB", level=signed(report.peak)))
    parts.append(t("made in {seconds} s", seconds=figures(report.wall)))
    return " · ".join(parts)


def _fill(inside: QVBoxLayout, report: Report) -> None:
    basics.clear(inside)
    if report.verdicts:
        inside.addWidget(_rules(report))
    if report.notes:
        inside.addWidget(_notes(report))
    name, tone, words = ANSWERS[report.commercial]
    rights = basics.column(basics.label(t("Rights"), "heading"))
    rights.addLayout(signed_row(sign(name, tone), t(words)))
    inside.addLayout(rights)
    if report.beside:
        beside = basics.column(basics.label(t("Beside the sound"), "heading"))
        beside.addWidget(basics.label("\n".join(report.beside), "secondary", wrap=True))
        inside.addLayout(beside)
    inside.addStretch(1)


def _notes(report: Report) -> QWidget:
    made = QWidget()
    inside = basics.column(basics.label(t("What came otherwise"), "heading"))
    for note in report.notes:
        inside.addLayout(signed_row(sign("triangle-alert", "warn"), told(note)))
    made.setLayout(inside)
    return made


def _rules(report: Report) -> QWidget:
    """The whole piece with all its rules; of chapters what is not met, and a line where all is well."""
    made = QWidget()
    title = t("Rules: {preset}", preset=report.preset) if report.preset else t("Rules")
    inside = basics.column(basics.label(title, "heading"), spacing=12)
    alone = len(report.verdicts) == 1
    for verdict in report.verdicts:
        whole = verdict.file == report.file
        rules = verdict.rules if whole else tuple(rule for rule in verdict.rules if rule.passed is not True)
        inside.addWidget(_verdict(verdict, rules, "" if alone else verdict.file.name))
    made.setLayout(inside)
    return made


def _verdict(verdict: Verdict, rules: tuple[Rule, ...], name: str) -> QFrame:
    card, inside = basics.frame("card", margin=12)
    words = f"{name}: {verdict.words}" if name else verdict.words
    name_of_sign, tone = _SIGNS[verdict.passed]
    inside.addLayout(signed_row(sign(name_of_sign, tone), words, "heading", tone))
    card.setAccessibleName(words)
    if rules:
        inside.addWidget(basics.rule())
    for rule in rules:
        inside.addWidget(_rule(rule))
    return card


def _rule(rule: Rule) -> QWidget:
    made = QWidget()
    said = t(_WORDS[rule.passed])
    made.setAccessibleName(" ".join(part for part in (f"{said}: {rule.title}, {rule.figure}.", rule.mend) if part))
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(tokens.GRID)
    grid.setVerticalSpacing(2)
    mark = sign(*_SIGNS[rule.passed])
    mark.setToolTip(said)
    figure = basics.label(rule.figure)
    figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    grid.addWidget(mark, 0, 0)
    grid.addWidget(basics.label(rule.title, wrap=True), 0, 1)
    grid.addWidget(figure, 0, 2)
    if rule.mend:
        grid.addWidget(basics.label(rule.mend, "secondary", wrap=True), 1, 1)
    grid.setColumnStretch(1, 1)
    return made
