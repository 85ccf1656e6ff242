"""What belongs to the chosen track: its place in the mix, its look, its effects. The GUI thread."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QToolButton, QVBoxLayout

from studio.domain.edits import tracks
from studio.domain.project import LOUDEST_DB, Duck, Project, Track
from studio.domain.rules import QUIETEST_DB
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.arrange.clip_panel_model import lasting
from studio.ui.tabs.arrange.effects_panel import EffectsPanel
from studio.ui.tabs.arrange.owned_panel import OwnedPanel
from studio.ui.tabs.arrange.panel_fields import ChoiceField, LineField, NumberField, Section, flow, switch, titled
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline import lanes, lines
from studio.ui.timeline.heads import HIGHEST_DB, KINDS, LOWEST_DB, kind_title
from studio.ui.timeline.line_heads import show_title
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

_DEEPEST_DB = -40.0  # of the slider
_SLOWEST = 3_000.0  # milliseconds, of the slider
_SLOWEST_TYPED = 60_000.0


class TrackPanel(OwnedPanel):
    """Built once; shows the track that new things go to."""

    def __init__(self, desk: Desk, state: Timeline) -> None:
        super().__init__(state)
        self._desk = desk
        self.effects = EffectsPanel(state)
        self.effects.folded.connect(self.refresh)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.GRID)
        self.title = basics.label("", "heading", wrap=True)
        self.name = LineField(t("Name of the track"))
        self.name.entered.connect(self._rename)
        self.kind = ChoiceField(t("Kind"), [(kind, kind_title(kind)) for kind in KINDS])
        self.kind.chosen.connect(lambda kind: self._set(t("Change a track's kind"), kind=kind))
        self.mute = switch(t("Mute"), lambda on: self._set(t("Mute or unmute"), mute=on))
        self.solo = switch(t("Solo"), self._solo)
        self.lock = switch(t("Lock"), self._lock)
        whole.addWidget(self.title)
        whole.addWidget(self.name)
        whole.addWidget(flow(self.mute, self.solo, self.lock))
        whole.addLayout(titled(t("Kind"), self.kind))
        sound = self._section(whole, "sound", t("Sound"))
        self.gain, self.pan = self._mix()
        sound.inside.addWidget(self.gain)
        sound.inside.addWidget(self.pan)
        self._sound = sound
        self._duck = self._section(whole, "duck", t("Goes down under speech"))
        self._build_duck(self._duck)
        effects = self._section(whole, "effects", t("Effects"))
        effects.inside.addWidget(self.effects)
        self._build_look(self._section(whole, "look", t("On the timeline"), folded=True))
        whole.addStretch(1)
        state.lanes_changed.connect(self._show_lanes)
        look.changed.connect(self._paint_colours)

    def refresh(self) -> None:
        """Show the track as it is."""
        if not self._take_over():
            return
        track = self._track
        if track is None:
            return
        project = self._state.project
        self.title.setText(
            f"{t('Track')} · {tn(len(track.clips), 'One clip', '{count} clips')}"
            + (f" · {lasting(track.clips[-1].end, project.rate)}" if track.clips else "")
        )
        self.name.show_text(track.name)
        self.name.setReadOnly(track.locked)
        self.kind.show_choice(track.kind)
        self.kind.setEnabled(not track.locked)
        self.mute.setChecked(track.mute)
        self.solo.setChecked(track.solo)
        self.lock.setChecked(track.locked)
        self.gain.show_value(track.gain_db)
        self.pan.show_value(track.pan * 100)
        self._sound.body.setEnabled(not track.locked)
        self._show_duck(project, track)
        self.effects.show_owner(track, locked=track.locked)
        self.lane_height.show_value(track.height or lanes.LANE)
        for number, button in enumerate(self.colours):
            button.setChecked(track.colour == (str(number) if number else ""))
        self._show_lanes()

    # ---- building

    def _section(self, whole: QVBoxLayout, key: str, title: str, *, folded: bool = False) -> Section:
        made = Section(self._desk.memory, f"track.{key}", title, folded=folded)
        whole.addWidget(made)
        return made

    def _mix(self) -> tuple[NumberField, NumberField]:
        gain = NumberField(
            t("Gain"), LOWEST_DB, HIGHEST_DB, suffix="dB", lowest=QUIETEST_DB, highest=LOUDEST_DB,
            name=t("Gain of the track"),
        )  # fmt: skip
        gain.changed.connect(lambda db, merge: self._set(t("Change a track's gain"), merge=merge, gain_db=db))
        pan = NumberField(t("Pan"), -100, 100, decimals=0, suffix="%", name=t("Pan of the track"))
        pan.changed.connect(lambda share, merge: self._set(t("Change a track's pan"), merge=merge, pan=share / 100))
        return gain, pan

    def _build_duck(self, section: Section) -> None:
        self.ducked = switch(t("Quieter under speech"), self._switch_duck)
        self.duck_depth = NumberField(t("By how much"), _DEEPEST_DB, 0, neutral=-12.0, suffix="dB", lowest=QUIETEST_DB)
        self.duck_attack = NumberField(
            t("Goes down within"), 0, _SLOWEST, neutral=200, decimals=0, suffix="ms", finer_below=True,
            highest=_SLOWEST_TYPED,
        )  # fmt: skip
        self.duck_release = NumberField(
            t("Comes back within"), 0, _SLOWEST, neutral=600, decimals=0, suffix="ms", finer_below=True,
            highest=_SLOWEST_TYPED,
        )  # fmt: skip
        self.duck_depth.changed.connect(lambda db, merge: self._change_duck(merge, depth_db=db))
        self.duck_attack.changed.connect(lambda ms, merge: self._change_duck(merge, attack=self._samples(ms)))
        self.duck_release.changed.connect(lambda ms, merge: self._change_duck(merge, release=self._samples(ms)))
        for widget in (self.ducked, self.duck_depth, self.duck_attack, self.duck_release):
            section.inside.addWidget(widget)

    def _build_look(self, section: Section) -> None:
        self.colours: list[QToolButton] = []
        for number in range(len(look.theme.speakers) + 1):
            name = t("Colour {number}", number=number) if number else t("Colour by its place")
            colour = str(number) if number else ""
            act = partial(self._set, t("Change a track's colour"), colour=colour)
            button = basics.icon_button("circle", name, act, checkable=True)
            self.colours.append(button)
        swatches = flow(*self.colours, spacing=tokens.HALF)
        self._paint_colours()
        self.lane_height = NumberField(t("Height"), lanes.LEAST, lanes.MOST, neutral=lanes.LANE, decimals=0)
        self.lane_height.changed.connect(
            lambda height, merge: self._set(t("Change a track's height"), merge=merge, height=round(height))
        )
        self.line_lanes = {
            what: switch(show_title(what), lambda on, what=what: self._state.show_line(self._state.track, what, on=on))
            for what in lines.KINDS
        }
        section.inside.addLayout(titled(t("Colour"), swatches))
        section.inside.addWidget(self.lane_height)
        section.inside.addLayout(titled(t("Automation"), flow(*self.line_lanes.values())))

    def _paint_colours(self) -> None:
        for number, button in enumerate(self.colours):
            if number:
                button.setIcon(_dot(look.speaker(number - 1)))

    # ---- showing

    @property
    def _subject(self) -> str:
        return self._state.track

    @property
    def _track(self) -> Track | None:
        """The track that the fields show, if it is there: another may be chosen before an edit ends."""
        wanted = self._owner[1] if self._here else None
        return next((track for track in self._state.project.tracks if track.id == wanted), None)

    def _show_duck(self, project: Project, track: Track) -> None:
        duck = track.duck or Duck.at_rate(project.rate)
        self._duck.setVisible(track.kind != "speech" or track.duck is not None)
        self._duck.body.setEnabled(not track.locked)
        self.ducked.setChecked(track.duck is not None)
        self.duck_depth.show_value(duck.depth_db)
        self.duck_attack.show_value(duck.attack * 1000 / project.rate)
        self.duck_release.show_value(duck.release * 1000 / project.rate)
        for field in (self.duck_depth, self.duck_attack, self.duck_release):
            field.setVisible(track.duck is not None)

    def _show_lanes(self) -> None:
        shown = self._state.shown.get(self._state.track, ())
        for what, box in self.line_lanes.items():
            box.setChecked(what in shown)

    # ---- edits

    def _set(self, label: str, *, merge: str = "", **changes: object) -> None:
        track = self._track
        if track is None:
            return
        if not self._state.do(
            label,
            lambda p: tracks.set_track(p, track.id, **changes),  # pyright: ignore[reportArgumentType]
            merge=f"{merge} {track.id}" if merge else "",
        ):
            self.refresh()
        elif self._track is not None and "colour" in changes:
            self.refresh()  # a click on the colour that it has already would leave none marked

    def _rename(self, name: str) -> None:
        if name.strip():
            self._set(t("Rename a track"), name=name.strip())
        else:
            self.refresh()

    def _solo(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._set(t("Solo a track") if on else t("End a track's solo"), solo=on)

    def _lock(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._set(t("Lock a track") if on else t("Unlock a track"), locked=on)

    def _switch_duck(self, on: bool) -> None:  # noqa: FBT001 — a slot
        rate = self._state.project.rate
        self._set(t("Duck a track") if on else t("End ducking"), duck=Duck.at_rate(rate) if on else None)

    def _change_duck(self, merge: str, **changes: float) -> None:
        track = self._track
        if track and track.duck:
            duck = replace(track.duck, **changes)  # pyright: ignore[reportArgumentType]
            self._set(t("Change ducking"), merge=merge, duck=duck)

    def _samples(self, milliseconds: float) -> int:
        return round(milliseconds * self._state.project.rate / 1000)


def _dot(colour: QColor) -> QIcon:
    side = look.px(16)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(picture.rect().adjusted(1, 1, -1, -1))
    painter.end()
    return QIcon(picture)
