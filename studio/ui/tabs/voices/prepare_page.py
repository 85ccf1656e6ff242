"""A recording on its way to a voice: its sound with handles, before and after, advice, words. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from studio.services.voice_work import Heard, Prepared
from studio.ui.bridge.player import Playable
from studio.ui.language import clock, figures, t
from studio.ui.tabs.voices import fields, model
from studio.ui.tabs.voices.preparing import Preparing
from studio.ui.tabs.voices.trim_wave import TrimWave
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.waveform import Waveform

_BEFORE, _AFTER = "voices.before", "voices.after"
_SIGNS = {"error": ("circle-x", "bad"), "warning": ("triangle-alert", "warn"), "info": ("info", "accent")}
_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}


class PreparePage(QWidget):
    """Shows what is being prepared."""

    left = Signal()  # somebody does not want this recording

    def __init__(self, preparing: Preparing) -> None:
        super().__init__()
        self._preparing = preparing
        self._desk = preparing.desk
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown = QWidget()
        self._inside = QVBoxLayout(shown)
        self._inside.setContentsMargins(0, 0, tokens.GRID, 0)
        self._inside.setSpacing(tokens.GRID)
        scroll.setWidget(shown)
        outer.addWidget(scroll)
        self._offered = ""
        self._build_head()
        self._build_sound()
        self._advice = basics.column(spacing=tokens.GRID)
        self._inside.addLayout(self._advice)
        self._build_words()
        self._inside.addStretch(1)
        preparing.changed.connect(self.show_state)
        self._desk.player.changed.connect(self._show_playing)
        self._desk.player.moved.connect(self._show_position)
        for signal in (self._desk.jobs.progressed, self._desk.jobs.changed):
            signal.connect(self._show_progress)
        self.show_state()

    # ---- parts

    def _build_head(self) -> None:
        self._title = basics.ElidedLabel("", "heading")
        self._length = basics.label("", "secondary")
        leave = basics.button(t("Discard"), self.left.emit, kind="quiet", icon_name="x")
        line = basics.row(self._title, self._length, leave)
        line.setStretch(0, 1)
        self._inside.addLayout(line)

    def _build_sound(self) -> None:
        self.wave = TrimWave()
        self.wave.chosen.connect(self._choose)
        self.wave.sought.connect(self._seek)
        self._inside.addWidget(self.wave)
        self._part = basics.label("", "secondary", wrap=True)
        self._best = basics.button(t("Take the best part"), lambda: self._preparing.choose(None), kind="link")
        line = basics.row(self._part, self._best)
        line.setStretch(0, 1)
        self._inside.addLayout(line)
        self._inside.addSpacing(tokens.GRID)
        self.before = basics.button(t("Before"), self._play_before, icon_name="play")
        self.before.setToolTip(t("Play the part as it was recorded"))
        self.after = basics.button(t("After"), self._play_after, icon_name="play")
        self.after.setToolTip(t("Play the part as it will be kept"))
        self.clean = QCheckBox(t("Take out the noise"))
        self.clean.clicked.connect(self._preparing.set_clean)
        self._after_wave = Waveform(t("The part as it will be kept"), height=48, colour="good")
        self._after_wave.sought.connect(self._seek_after)
        self._inside.addLayout(basics.row(self.before, self.after, tokens.GRID, self.clean, None))
        self._inside.addWidget(self._after_wave)
        self._stage = basics.label("", "secondary")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(t("Progress"))
        self._inside.addWidget(self._stage)
        self._inside.addWidget(self._bar)

    def _build_words(self) -> None:
        self._inside.addSpacing(tokens.GRID)
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(fields.text_height(4))
        self.words.setPlaceholderText(t("The words are written down by themselves, or write them here."))
        self.words.textChanged.connect(self._write)
        self._inside.addWidget(fields.field(t("What is said in this part"), self.words))
        self._mismatch = basics.label("", wrap=True, tone="warn")
        self._take = basics.button(t("Take what was heard"), self._preparing.take_heard, kind="link")
        self._sign = basics.label()
        self._sign.setPixmap(icon("triangle-alert", "warn").pixmap(look.px(16), look.px(16)))
        line = basics.row(self._sign, self._mismatch, self._take)
        line.setStretch(1, 1)
        self._inside.addLayout(line)

    # ---- state

    def show_state(self) -> None:
        """Show how far it is."""
        now = self._preparing
        if now.source is None:
            return
        self._title.setText(now.source.name)
        sound = now.taken.sound if now.taken else None
        self._length.setText(clock(sound.seconds, 1) if sound else "")
        self.wave.show_sound(sound.outline if sound else (), sound.seconds if sound else 0.0)
        start, end = now.shown_part
        self.wave.show_part(start, end)
        part = t(
            "Used: {start} to {end}, {seconds} s",
            start=clock(start, 1),
            end=clock(end, 1),
            seconds=figures(end - start),
        )
        self._part.setText(part if now.prepared and now.prepared.sound else "")
        self._best.setVisible(now.part is not None)
        result = now.result
        self.before.setEnabled(sound is not None)
        self.after.setEnabled(result is not None and result.sound is not None)
        self.clean.setChecked(bool(now.clean))
        self.clean.setEnabled(now.prepared is not None and not now.reading)
        self._after_wave.show_sound(result.sound.outline if result and result.sound else ())
        if self.words.toPlainText() != now.words:
            self.words.blockSignals(True)
            self.words.setPlainText(now.words)
            self.words.blockSignals(False)
        self._offer_sound()
        self._show_advice(result)
        self._show_mismatch(result)
        self._show_progress()
        self._show_playing()

    def _offer_sound(self) -> None:
        """Let Space play what would be kept, once it is there."""
        what = self._after_playable()
        key = what.key if what else ""
        if key != self._offered:
            self._offered = key
            if not self._desk.player.playing:
                self._desk.player.select(what)

    def _show_advice(self, prepared: Prepared | None) -> None:
        basics.clear(self._advice)
        if prepared is None or self._preparing.reading:
            return
        said = [(item.level, *model.advice_words(item, prepared)) for item in prepared.advice]
        if not [level for level, _, _ in said if level != "info"]:
            said.insert(0, ("good", t("The recording is clear and long enough."), ""))
        for level, text, hint in said:
            sign, tone = _SIGNS.get(level, ("circle-check", "good"))
            mark = basics.label()
            mark.setPixmap(icon(sign, tone).pixmap(look.px(16), look.px(16)))
            mark.setAccessibleName(t(_WORDS[level]) if level in _WORDS else t("Good"))
            words = basics.label(f"{text} {hint}".strip(), wrap=True)
            line = basics.row(mark, words)
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
            line.setStretch(1, 1)
            self._advice.addLayout(line)

    def _show_mismatch(self, prepared: Prepared | None) -> None:
        now = self._preparing
        seconds = prepared.sound.seconds if prepared and prepared.sound else 0.0
        waits = now.reading or now.busy("transcribe") or now.busy("clean")
        said = model.mismatch(seconds, now.words, now.heard) if seconds and not waits else ""
        self._mismatch.setText(said)
        for part in (self._mismatch, self._sign):
            part.setVisible(bool(said))
        self._take.setVisible(bool(said and now.heard and now.heard != now.words))

    def _show_progress(self, _job: int = 0) -> None:
        now = self._preparing
        step = "clean" if now.busy("clean") else "transcribe" if now.busy("transcribe") else ""
        text = ""
        if now.keeping:
            text = t("The voice is being kept…")
        elif now.taken is None or now.reading:
            text = t("Looking for the best part…")
        elif step:
            text = t("Taking out the noise…") if step == "clean" else t("Writing down the words…")
        self._stage.setText(text)
        self._stage.setVisible(bool(text))
        self._bar.setVisible(bool(text))
        fraction = self._desk.jobs.progress(now.job_of(step)).fraction if step else None
        self._bar.setRange(0, 1000 if fraction is not None else 0)
        self._bar.setValue(round(1000 * (fraction or 0.0)))

    # ---- hearing

    def _before_playable(self) -> Playable | None:
        sound = self._preparing.taken.sound if self._preparing.taken else None
        if sound is None:
            return None
        rate = sound.single.project.rate
        start, end = (round(second * rate) for second in self._preparing.shown_part)
        return Playable(_BEFORE, t("Before"), single=sound.single, start=start, end=end)

    def _after_playable(self) -> Playable | None:
        found: Heard | None = self._preparing.result.sound if self._preparing.result else None
        return Playable(f"{_AFTER} {found.single.media.sha256}", t("After"), single=found.single) if found else None

    def _play_before(self) -> None:
        self._play(self._before_playable())

    def _play_after(self) -> None:
        self._play(self._after_playable())

    def _play(self, what: Playable | None) -> None:
        if what:
            self._desk.player.select(what)
            self._desk.player.toggle(what)

    def _seek(self, second: float) -> None:
        what = self._before_playable()
        if what:
            self._desk.player.select(what)
            if not self._desk.player.playing:
                self._desk.player.toggle(what)
            self._desk.player.seek(second)

    def _seek_after(self, share: float) -> None:
        what = self._after_playable()
        if what:
            self._desk.player.select(what)
            if not self._desk.player.playing:
                self._desk.player.toggle(what)
            self._desk.player.seek(share * self._desk.player.seconds)

    def _show_playing(self) -> None:
        player = self._desk.player
        key = player.selected.key if player.selected and player.playing else ""
        self.before.setIcon(icon("pause" if key == _BEFORE else "play"))
        self.after.setIcon(icon("pause" if key.startswith(_AFTER) else "play"))
        self._show_position()

    def _show_position(self) -> None:
        player = self._desk.player
        key = player.selected.key if player.selected else ""
        self.wave.show_position(player.position if key == _BEFORE else None)
        share = player.position / player.seconds if key.startswith(_AFTER) and player.seconds else 0.0
        self._after_wave.show_position(share)

    def _choose(self, start: float, end: float) -> None:
        self._preparing.choose((start, end))

    def _write(self) -> None:
        self._preparing.write(self.words.toPlainText())
