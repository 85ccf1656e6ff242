"""The voices over the project: a chart for each speaker, and what can be done where one drifts. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.domain import drift
from studio.domain.drift import Point
from studio.domain.project import media_called, take_called
from studio.services.drift import ANCHOR_FROM, Speaker
from studio.ui.bridge.player import Playable
from studio.ui.language import figures, t, tn
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.drift_chart import DriftChart
from studio.ui.tabs.voices.drifting import Drifting
from studio.ui.tabs.voices.model import CONSENTS
from studio.ui.tabs.voices.preparing import Said
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.flow_layout import FlowLayout

_PLAYED = "drift take "
_NEEDS_A_NAME = frozenset({"written", "stated"})


class DriftPage(QWidget):
    """Shows all speakers of the open project."""

    left = Signal()
    line_wanted = Signal(int)  # 0 is the script as a whole

    def __init__(self, drifting: Drifting) -> None:
        super().__init__()
        self._drifting = drifting
        self._cards: dict[str, SpeakerCard] = {}
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.MARGIN)
        leave = basics.button(t("Back to the voices"), self.left.emit, kind="quiet", icon_name="x")
        inside.addLayout(basics.row(basics.label(t("Voices over the project"), "heading"), None, leave))
        self._stage = basics.label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(t("Progress"))
        self._stop = basics.button(t("Cancel"), drifting.stop, kind="quiet", icon_name="x")
        line = basics.row(self._bar, self._stop)
        line.setStretch(0, 1)
        inside.addWidget(self._stage)
        inside.addLayout(line)
        self._empty = EmptyState(
            "users",
            t("Nobody has spoken in this project yet"),
            t("When lines of the script have been made, this shows whether each voice stays the same."),
            (t("Go to the script"), lambda: self.line_wanted.emit(0)),
        )
        inside.addWidget(self._empty, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown = QWidget()
        self._list = QVBoxLayout(shown)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(tokens.MARGIN)
        self._list.addStretch(1)
        self._scroll.setWidget(shown)
        inside.addWidget(self._scroll, 1)
        drifting.changed.connect(self._show)
        drifting.consent_wanted.connect(self._ask)
        drifting.desk.jobs.progressed.connect(self._show_progress)
        drifting.desk.player.changed.connect(self._show_playing)
        self._show()

    def card(self, speaker: str) -> SpeakerCard | None:
        """Return the card of a speaker."""
        return self._cards.get(speaker)

    # ---- inside

    def _show(self) -> None:
        found = self._drifting.look
        speakers = found.speakers if found else ()
        if list(self._cards) != [one.name for one in speakers]:
            self._build([one.name for one in speakers])
        for one in speakers:
            self._cards[one.name].show_speaker(one)
        self._empty.setVisible(found is not None and not speakers)
        self._scroll.setVisible(bool(speakers))
        self._show_progress()
        self._show_playing()

    def _build(self, names: list[str]) -> None:
        for card in self._cards.values():
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = {}
        for place, name in enumerate(names):
            card = SpeakerCard(name, self._drifting)
            card.line_wanted.connect(self.line_wanted)
            self._list.insertWidget(place, card)
            self._cards[name] = card

    def _ask(self, speaker: str, take: str) -> None:
        card = self._cards.get(speaker)
        if card:
            card.ask(take)

    def _show_progress(self, _job: int = 0) -> None:
        drifting = self._drifting
        count, lost = len(drifting.to_listen), drifting.lost
        self._bar.setVisible(drifting.listening)
        self._stop.setVisible(drifting.listening)
        self._bar.setValue(round(1000 * drifting.fraction))
        words = tn(count, "One take has not been listened to.", "{count} takes have not been listened to.")
        if drifting.listening:
            words = tn(count, "Listening; one take is left.", "Listening; {count} takes are left.")
        gone = tn(lost, "One sound is gone or changed.", "{count} sounds are gone or changed.")
        parts = [words if count else "", gone if lost else ""]
        self._stage.setText(" ".join(part for part in parts if part))
        self._stage.setVisible(bool(self._stage.text()))

    def _show_playing(self) -> None:
        for card in self._cards.values():
            card.show_playing()


class SpeakerCard(QFrame):
    """One speaker: the words, the chart, the take that is chosen, the deeds."""

    line_wanted = Signal(int)

    def __init__(self, name: str, drifting: Drifting) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._name = name
        self._drifting = drifting
        self._desk = drifting.desk
        self._speaker: Speaker | None = None
        called = name or t("No name")
        self.setAccessibleName(t("The voice of {speaker} over the project", speaker=called))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.MARGIN)
        inside.setSpacing(tokens.GRID)
        self._sign = basics.label()
        self.verdict = basics.label("", wrap=True)
        title = basics.ElidedLabel(called, "heading")
        title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head = basics.row(title, self._sign, self.verdict, spacing=tokens.GRID)
        head.setStretch(2, 1)
        inside.addLayout(head)
        self._against = basics.ElidedLabel("", "secondary")
        inside.addWidget(self._against)
        self.chart = DriftChart(t("Likeness of {speaker} over the script", speaker=called))
        self.chart.chosen.connect(self._chose)
        self.chart.opened.connect(self.line_wanted)
        self.chart.played.connect(self._play_take)
        inside.addWidget(self.chart)
        self._chosen = basics.ElidedLabel("", "secondary")
        inside.addWidget(self._chosen)
        self.play = basics.button(t("Play"), self._play, icon_name="play")
        self.open = basics.button("", self._open, icon_name="text-quote")
        self.anchor = basics.button("", self._anchor, icon_name="bookmark")
        self.anchor.setToolTip(
            t("Keeps this take with its words as a voice. Engines that imitate voices are carried by it from then on.")
        )
        self.again = basics.button("", partial(drifting.make_again, name), icon_name="rotate-ccw")
        deeds = QWidget()
        flow = FlowLayout(deeds)
        for part in (self.play, self.open, self.anchor, self.again):
            flow.addWidget(part)
        inside.addWidget(deeds)
        self._hint = basics.label("", "secondary", wrap=True)
        inside.addWidget(self._hint)
        self._question = _Question()
        self._question.hide()
        self._question.answered.connect(self._answered)
        inside.addWidget(self._question)

    def show_speaker(self, speaker: Speaker) -> None:
        """Show figures."""
        self._speaker = speaker
        self.verdict.setText(model.drift_words(speaker))
        drifts = bool(speaker.verdict.spans)
        known = any(point.likeness is not None for point in speaker.points)
        sign, token = ("triangle-alert", "warn") if drifts else ("circle-help", "muted")
        if known and speaker.verdict.kind == drift.STEADY:
            sign, token = "circle-check", "good"
        self._sign.setPixmap(icon(sign, token).pixmap(look.px(16), look.px(16)))
        self._against.setText(model.against_words(speaker))
        self._against.setVisible(bool(self._against.text()))
        self.chart.setVisible(known)
        self.chart.show_speaker(speaker)
        self._show_chosen()

    def show_playing(self) -> None:
        """Show whether the chosen take is heard."""
        player = self._desk.player
        mine = bool(player.playing and player.selected and player.selected.key == f"{_PLAYED}{self._meant}")
        self.play.setIcon(icon("pause" if mine else "play"))

    def ask(self, take: str) -> None:
        """Ask whose voice a take is in: nothing is kept without an answer."""
        point = self._speaker.point(take) if self._speaker else None
        if point:
            self._question.ask(take, model.place_words(point))

    # ---- inside

    @property
    def _meant(self) -> str:
        """The take that is chosen, else the one that would carry the voice best."""
        return self.chart.take or (self._speaker.best if self._speaker else "")

    def _chose(self, _take: str) -> None:
        self._question.hide()  # it was about another take
        self._show_chosen()

    def _point(self) -> Point | None:
        return self._speaker.point(self._meant) if self._speaker else None

    def _show_chosen(self) -> None:
        speaker, point = self._speaker, self._point()
        if speaker is None:
            return
        chosen = point is not None and bool(self.chart.take)
        most = t("Most alike: {take}", take=self.chart.words_of(point)) if point else ""
        self._chosen.setText(self.chart.words_of(point) if point and chosen else most)
        self._chosen.setVisible(point is not None)
        for part in (self.play, self.anchor):
            part.setVisible(point is not None)
        number = point.number if point else 0
        in_script = point is not None and bool(point.line)
        self.open.setVisible(in_script)
        _name(self.open, t("Show line {number}", number=number))
        with_line = t("Re-anchor the voice with line {number}", number=number)
        _name(self.anchor, with_line if in_script else t("Re-anchor the voice with take {number}", number=number))
        long = point is not None and point.seconds >= ANCHOR_FROM and point.likeness is not None
        self.anchor.setEnabled(long and not self._drifting.keeping)
        asked, opened = self._drifting.asked, self._desk.project.opened
        left = [one for one in speaker.drifted if one.line and one.line not in asked]
        text = tn(len(left), "Make the drifted line again", "Make {count} drifted lines again")
        _name(self.again, text)
        self.again.setVisible(bool(left and speaker.voice and opened and not opened.read_only))
        self._hint.setText(self._advice(speaker, point, long=long))
        self._hint.setVisible(bool(self._hint.text()))
        self.show_playing()

    def _advice(self, speaker: Speaker, point: Point | None, *, long: bool) -> str:
        if point and not long:
            return t("A voice needs a take of at least {seconds} s.", seconds=figures(ANCHOR_FROM))
        if point is None and any(one.likeness is not None for one in speaker.points):
            return t("No take is long enough to carry the voice; at least {seconds} s.", seconds=figures(ANCHOR_FROM))
        if speaker.verdict.spans and not speaker.voice:
            return t("Re-anchor the voice with a take that is right; then the drifted lines can be made again.")
        return ""

    def _play(self) -> None:
        self._play_take(self._meant)

    def _play_take(self, name: str) -> None:
        project = self._desk.project.value
        take = take_called(project, name)
        media = media_called(project, take.media) if take else None
        if take and media:
            title = f"{take.speaker}: {' '.join(take.text.split())}"[:120]
            self._desk.player.toggle(Playable(f"{_PLAYED}{name}", title, file=self._desk.project.folder / media.file))

    def _open(self) -> None:
        point = self._point()
        if point and point.line:
            self.line_wanted.emit(point.number)

    def _anchor(self) -> None:
        if self._meant:
            self._drifting.anchor(self._name, self._meant)

    def _answered(self, said: Said) -> None:
        self._drifting.anchor(self._name, self._question.take, said.consent)


def _name(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)


class _Question(QFrame):
    """Whose voice a take is in, where its recipe does not tell."""

    answered = Signal(object)  # a Said

    def __init__(self) -> None:
        super().__init__()
        self.take = ""  # the one that is asked about
        self.setProperty("kind", "raised")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        self._asked = basics.label("", wrap=True)
        inside.addWidget(self._asked)
        self.kind = fields.Choice(t("Whose voice is it?"))
        for code, title in CONSENTS.items():
            self.kind.addItem(t(title), code)
        self.kind.currentIndexChanged.connect(self._show)
        inside.addWidget(fields.field(t("Whose voice is it?"), self.kind))
        self.who = QLineEdit()
        self.who.textChanged.connect(self._show)
        self._who = fields.field(t("Who agreed, and to what?"), self.who)
        inside.addWidget(self._who)
        self.keep = basics.button(t("I may use this voice: keep it"), self._keep, icon_name="check")
        cancel = basics.button(t("Cancel"), self.hide, kind="quiet")
        inside.addLayout(basics.row(self.keep, cancel, None))
        self._show()

    def ask(self, take: str, called: str) -> None:
        """Ask about a take."""
        self.take = take
        self._asked.setText(t("{take}: nobody knows whose voice it is in.", take=called))
        self.show()
        self.kind.setFocus()

    def _show(self, _changed: object = None) -> None:
        needed = self.kind.currentData() in _NEEDS_A_NAME
        self._who.setVisible(needed)
        self.keep.setEnabled(not needed or bool(self.who.text().strip()))

    def _keep(self) -> None:
        self.hide()
        who = self.who.text().strip() if self._who.isVisibleTo(self) else ""
        self.answered.emit(Said(kind=str(self.kind.currentData()), who=who))
