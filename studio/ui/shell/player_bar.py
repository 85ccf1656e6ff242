"""The bar at the foot of the window: what is selected, its sound, time, loop, volume; and how many jobs there are."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QSlider

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import clock, t, tn
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.waveform import Waveform


class PlayerBar(QFrame):
    """Belongs to the player; every room selects what it plays."""

    jobs_wanted = Signal()

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._desk = desk
        self._actions = actions
        self._play = basics.icon_button("play", t("Play or pause"), lambda: actions.trigger("play.anywhere"), size=20)
        self._title = basics.ElidedLabel(t("Nothing is selected"))
        self._title.setMinimumWidth(look.px(136))
        self._wave = Waveform(t("The sound that is selected"), height=36)
        self._wave.sought.connect(lambda share: desk.player.seek(share * desk.player.seconds))
        self._time = basics.label("0:00.0 / 0:00.0", "secondary")
        self._time.setMinimumWidth(look.px(112))
        self._time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._loop = basics.icon_button("repeat", t("Play around and around"), checkable=True)
        self._loop.toggled.connect(desk.player.set_loop)
        volume = QSlider(Qt.Orientation.Horizontal)
        volume.setRange(0, 100)
        volume.setFixedWidth(look.px(88))
        basics.rename(volume, t("Volume"))
        volume.setValue(int(desk.memory.get("volume", 100)))
        volume.valueChanged.connect(self._set_volume)
        sign = basics.label()
        sign.setPixmap(icon("volume-2", "muted").pixmap(look.px(16), look.px(16)))
        self._jobs = basics.button(t("Jobs"), self.jobs_wanted.emit, kind="quiet", icon_name="list-checks")
        self._jobs.setToolTip(actions.hint("jobs"))
        inside = basics.row(self._play, self._title, self._wave, self._time, self._loop, sign, volume, self._jobs)
        inside.setContentsMargins(tokens.MARGIN, tokens.HALF, tokens.MARGIN, tokens.HALF)
        inside.setStretch(1, 2)
        inside.setStretch(2, 3)
        self.setLayout(inside)
        self.setMinimumHeight(look.px(52))
        desk.player.changed.connect(self._refresh)
        desk.player.moved.connect(self._move)
        for signal in (desk.jobs.changed, desk.jobs.reset):
            signal.connect(self._count)
        self._set_volume(volume.value())
        self._refresh()
        self._count()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(super().sizeHint().width(), look.px(52))

    def _set_volume(self, per_cent: int) -> None:
        self._desk.memory.put("volume", per_cent)
        self._desk.player.set_volume(per_cent / 100)

    def _refresh(self) -> None:
        player = self._desk.player
        playing = player.playing
        self._play.setIcon(icon("pause" if playing else "play"))
        basics.rename(self._play, self._actions.hint("play", t("Pause") if playing else t("Play")))
        self._play.setEnabled(player.selected is not None)
        with QSignalBlocker(self._loop):  # a key sets it as well
            self._loop.setChecked(player.loop)
        self._title.setText(player.selected.title if player.selected else t("Nothing is selected"))
        self._wave.show_sound(player.outline)
        self._move()

    def _move(self) -> None:
        player = self._desk.player
        whole = player.seconds
        self._time.setText(f"{clock(player.position, 1)} / {clock(whole, 1)}")
        self._wave.show_position(player.position / whole if whole else 0.0)

    def _count(self, _job: int = 0) -> None:
        running, waiting = len(self._desk.jobs.running), len(self._desk.jobs.waiting)
        if running:
            text = tn(running + waiting, "{count} job", "{count} jobs")
            self._jobs.setText(t("{jobs}: {running} running", jobs=text, running=running))
        elif waiting:
            self._jobs.setText(tn(waiting, "{count} job waits", "{count} jobs wait"))
        else:
            self._jobs.setText(t("No jobs"))
        self._jobs.setAccessibleName(self._jobs.text())
