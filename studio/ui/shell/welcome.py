"""The first page: hear something at once, open the demo, or begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.services import demo_project
from studio.services.listening import Single
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics, machine_words
from studio.ui.widgets.waveform import Waveform

if TYPE_CHECKING:
    from studio.services.first_run import FirstRun

_KEY = "welcome"
_WIDTH = 640


class Welcome(QScrollArea):
    """Shown once, and on request; any way on closes it."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self.setAccessibleName(t("Welcome to Angen Studio"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self._actions = actions
        self._sample: Playable | None = None
        page = QWidget()
        middle = QVBoxLayout()
        middle.setSpacing(tokens.GROUP)
        middle.addLayout(self._head())
        middle.addWidget(self._listen())
        middle.addLayout(self._ways())
        middle.addLayout(self._machine())
        holder = QWidget()
        holder.setLayout(middle)
        holder.setMaximumWidth(look.px(_WIDTH))
        across = basics.row(None, holder, None, margin=tokens.GROUP)
        across.setStretch(1, 100)
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addStretch(1)
        inside.addLayout(across)
        inside.addStretch(2)
        self.setWidget(page)
        desk.player.changed.connect(self._refresh)
        desk.player.moved.connect(self._move)
        desk.operations.run(self, lambda: demo_project.sample(desk.studio.paths, desk.studio.sound), self._ready)
        desk.operations.run(self, self._look, self._show_machine, lambda _error: None)
        QTimer.singleShot(0, self, self._play.setFocus)

    def _head(self) -> QVBoxLayout:
        words = t("Write a dialogue, choose voices, and hear it. Then add music and pictures, and export the piece.")
        offline = t("Everything is made on this computer: it works offline, and nothing leaves it.")
        sign = basics.label()
        sign.setPixmap(icon("shield-check", "good").pixmap(look.px(16), look.px(16)))
        safe = basics.row(sign, basics.label(offline, "secondary", wrap=True))
        safe.setStretch(1, 1)
        head = basics.column(basics.label(t("Welcome to Angen Studio"), "welcome"), basics.label(words, wrap=True))
        head.addLayout(safe)
        return head

    def _listen(self) -> QFrame:
        card, inside = basics.frame("card", across=True, spacing=12)
        self._play = basics.button(t("Listen to a sample"), self._toggle, icon_name="play")
        widest = max(QFontMetrics(self._play.font()).horizontalAdvance(t(w)) for w in ("Listen to a sample", "Pause"))
        self._play.setMinimumWidth(widest + look.px(64))
        self._wave = Waveform(t("The sample"), height=36)
        self._wave.sought.connect(self._seek)
        inside.addWidget(self._play)
        inside.addWidget(self._wave, 1)
        return card

    def _ways(self) -> QVBoxLayout:
        ways = basics.column(spacing=12)
        for sign, title, words, act in (
            ("book-open", t("Open the demo project"), t("A finished piece to look at and to change."), self._demo),
            ("plus", t("Begin an empty dialogue"), t("A new project, ready for the first line."), self._begin),
            ("folder-open", t("Open a project"), t("Go on with one that is there already."), self._open),
        ):
            way = basics.button(title, act, kind="primary" if sign == "book-open" else "", icon_name=sign)
            way.setAccessibleDescription(words)
            way.setMinimumWidth(look.px(232))
            line = basics.row(way, basics.label(words, "secondary", wrap=True), spacing=tokens.MARGIN)
            line.setStretch(1, 1)
            ways.addLayout(line)
        close = basics.button(t("Go to the rooms"), self._close, kind="link")
        ways.addSpacing(tokens.GRID)
        ways.addWidget(close, alignment=Qt.AlignmentFlag.AlignLeft)
        return ways

    def _machine(self) -> QHBoxLayout:
        """One line about this computer; empty until somebody has looked."""
        self._here = basics.label("", "secondary", wrap=True)
        self._engines = basics.button(t("Show the engines"), self._to_engines, kind="link")
        self._here.hide()
        self._engines.hide()
        line = basics.row(self._here, self._engines, spacing=tokens.MARGIN)
        line.setStretch(0, 1)
        return line

    def _look(self) -> FirstRun:
        """Look at the machine. A thread of the pool."""
        from studio.services import first_run

        studio = self._desk.studio
        here = first_run.Here(studio.machine, studio.devices, studio.packs, studio.environments)
        return first_run.plan(here, studio.registry.manifests())

    def _show_machine(self, plan: FirstRun) -> None:
        self._here.setText(t("This computer: {sentence}", sentence=machine_words.in_short(plan)))
        self._here.show()
        self._engines.show()

    def _to_engines(self) -> None:
        self._desk.player.stop()
        self._actions.trigger("room.engines")

    # ---- the sample

    def _ready(self, sample: tuple[Single, tuple[tuple[int, int], ...]]) -> None:
        single, outline = sample
        self._sample = Playable(_KEY, t("A first evening"), single=single)
        self._wave.show_sound(outline)
        if self._desk.player.selected is None:
            self._desk.player.select(self._sample)

    def _toggle(self) -> None:
        if self._sample is not None:
            self._desk.player.toggle(self._sample)

    def _seek(self, share: float) -> None:
        if self._sample is not None:
            self._desk.player.select(self._sample)
            self._desk.player.seek(share * self._desk.player.seconds)

    @property
    def _is_selected(self) -> bool:
        selected = self._desk.player.selected
        return selected is not None and selected.key == _KEY

    def _refresh(self) -> None:
        playing = self._desk.player.playing and self._is_selected
        self._play.setIcon(icon("pause" if playing else "play"))
        self._play.setText(t("Pause") if playing else t("Listen to a sample"))
        self._play.setAccessibleName(self._play.text())

    def _move(self) -> None:
        whole = self._desk.player.seconds
        if self._is_selected and whole:
            self._wave.show_position(self._desk.player.position / whole)

    # ---- the ways on

    def _demo(self) -> None:
        self._close()
        self._actions.trigger("project.demo")

    def _begin(self) -> None:
        """The project that the studio began with is new as long as nobody wrote in it."""
        project = self._desk.project.value
        if project.script or project.tracks or project.takes or self._desk.project.opened is None:
            self._actions.trigger("project.new")
        self._close()

    def _open(self) -> None:
        self._close()
        self._actions.trigger("project.open")

    def _close(self) -> None:
        self._desk.player.stop()
        self._actions.trigger("room.dialogue")
