"""What belongs to the chosen clips: one of them in full, several at once. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain.edits import clips, fades, find, pace, ripple
from studio.domain.project import CURVES, LOUDEST_DB, Clip, Fade, Project, media_of, take_called
from studio.domain.rules import LEAST_STRETCH, MOST_PITCH, MOST_STRETCH, QUIETEST_DB
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.arrange import clip_panel_model as model
from studio.ui.tabs.arrange.clip_panel_live import LivePart
from studio.ui.tabs.arrange.clip_panel_recipe import RecipePart
from studio.ui.tabs.arrange.clip_panel_takes import TakesPart
from studio.ui.tabs.arrange.effects_panel import EffectsPanel
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.owned_panel import OwnedPanel
from studio.ui.tabs.arrange.panel_fields import (
    ChoiceField,
    LineField,
    NumberField,
    Section,
    TimeField,
    flow,
    pair,
    switch,
    titled,
)
from studio.ui.tabs.arrange.spectrogram_view import SpectrogramView
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline.heads import HIGHEST_DB, LOWEST_DB
from studio.ui.timeline.outline_rows import clip_name
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics


def curve_title(curve: str) -> str:
    """Return what the curve of a fade is called."""
    return {
        "linear": t("Straight"),
        "equal_power": t("Equally loud"),
        "smooth": t("Smooth"),
        "exponential": t("Steep"),
    }[curve]


class ClipPanel(OwnedPanel):
    """Built once; shows whichever clips are chosen. Every edit is a step of the project."""

    recipe_wanted = Signal(object)

    def __init__(self, desk: Desk, state: Timeline, deeds: LiveDeeds, actions: Actions) -> None:
        super().__init__(state)
        self._desk, self._actions = desk, actions
        self.live = LivePart(desk, deeds)
        self.takes = TakesPart(desk, state, deeds)
        self.effects = EffectsPanel(state)
        self.effects.folded.connect(self.refresh)
        self.spectrogram = SpectrogramView(desk)
        self.recipe = RecipePart(desk)
        self.recipe.wanted.connect(self.recipe_wanted)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.GRID)
        self._add_head(whole)
        self._live = self._section(whole, "live", t("Make it again"), self.live)
        self._takes = self._section(whole, "takes", t("Takes"), self.takes)
        self._times = self._section(whole, "times", t("Time"), self._build_times())
        self._sound = self._section(whole, "sound", t("Sound"), self._build_sound())
        self._fades = self._section(whole, "fades", t("Fades"), self._build_fades(), folded=True)
        self._pace = self._section(whole, "pace", t("Pace and pitch"), self._build_pace(), folded=True)
        self._effects = self._section(whole, "effects", t("Effects"), self.effects, folded=True)
        self._spectrum = self._section(whole, "spectrum", t("Spectrogram"), self.spectrogram, folded=True)
        self._recipe = self._section(whole, "recipe", t("How it was made"), self.recipe, folded=True)
        self._spectrum.folded.connect(self.refresh)
        whole.addStretch(1)

    # ---- for the inspector

    def refresh(self) -> None:
        """Show what is chosen as it is."""
        if not (self._settles or self._state.chosen) or not self._take_over():
            return
        chosen = self._state.chosen  # what was typed may have changed them
        if not chosen:
            return
        project, first = self._state.project, chosen[0]
        locked = model.all_locked(project, chosen)
        one = len(chosen) == 1
        self._show_head(project, chosen)
        media = media_of(project, first)
        made = bool(self.live_kind(first)) and one
        for section, fits in (
            (self._live, made),
            (self._times, one),
            (self._fades, one),
            (self._pace, one),
            (self._effects, one),
            (self._spectrum, one and media is not None),
            (self._recipe, one and media is not None),
        ):
            section.setVisible(fits)
        self._show_sound(chosen, locked=locked)
        if not one:
            self._takes.setVisible(False)
            return
        self.live.show_clip(project, first, locked=locked)
        self.takes.show_clip(project, first, locked=locked)
        self._takes.setVisible(self.takes.count > 1)
        self._show_times(project, first, locked=locked)
        self._show_fades(project, first, locked=locked)
        self.stretch.show_value(first.stretch)
        self.pitch.show_value(first.pitch)
        self._pace.body.setEnabled(not locked)
        self.effects.show_owner(first, locked=locked)
        if media is not None:
            self.recipe.show_media(media)
            if self._spectrum.open:
                self.spectrogram.show_clip(project, first, clip_name(project, first))

    def live_kind(self, clip: Clip) -> str:
        """Return as what a clip can be made again."""
        from studio.services import live_clips

        return live_clips.kind_of(self._state.project, clip.id)

    def edit_words(self) -> None:
        """Let the words of the clip be changed."""
        self._live.unfold()
        self.live.edit_words()

    def ask_for_voice(self) -> None:
        """Offer other voices for the clip."""
        self._live.unfold()
        self.live.ask_for_voice()

    def show_spectrogram(self) -> None:
        """Show the picture of its pitches."""
        self._spectrum.unfold()

    # ---- building

    def _section(self, whole: QVBoxLayout, key: str, title: str, content: QWidget, *, folded: bool = False) -> Section:
        made = Section(self._desk.memory, f"clip.{key}", title, folded=folded)
        made.inside.addWidget(content)
        whole.addWidget(made)
        return made

    def _add_head(self, whole: QVBoxLayout) -> None:
        self.title = basics.label("", "heading", wrap=True)
        self.name = LineField(t("Name of the clip"))
        self.name.entered.connect(self._rename)
        self._sign = basics.label()
        self._judged = basics.label("", "secondary", wrap=True)
        self._judged_as = ("", "")  # the sentence that is shown, and in which theme
        self._badge = QWidget()
        badge = basics.row(self._sign, self._judged)
        badge.setStretch(1, 1)
        self._badge.setLayout(badge)
        self.group = basics.button(t("Group"), self._actions.get("arrange.group").trigger, icon_name="group")
        self.ungroup = basics.button(t("Ungroup"), self._actions.get("arrange.ungroup").trigger, icon_name="ungroup")
        self.mute = switch(t("Mute"), lambda on: self._for_all(t("Mute or unmute"), clips.set_mute, on=on))
        self.lock = switch(t("Lock"), lambda on: self._for_all(t("Lock or unlock"), clips.set_locked, on=on))
        whole.addWidget(self.title)
        whole.addWidget(self.name)
        whole.addWidget(self._badge)
        whole.addWidget(flow(self.mute, self.lock, self.group, self.ungroup))

    def _build_times(self) -> QWidget:
        self.start, self.length = TimeField(t("Start of the clip")), TimeField(t("Length of the clip"))
        self.offset = TimeField(t("Where in the sound it begins"))
        self.start.timed.connect(self._move)
        self.length.timed.connect(self._trim)
        self.offset.timed.connect(self._slip)
        self.end = TimeField(t("End of the clip"))
        self.end.timed.connect(self._trim_to)
        place = QWidget()
        inside = basics.column()
        inside.addLayout(pair(titled(t("Start"), self.start), titled(t("Length"), self.length)))
        inside.addLayout(pair(titled(t("End"), self.end), titled(t("Offset"), self.offset)))
        place.setLayout(inside)
        return place

    def _build_sound(self) -> QWidget:
        self.gain = NumberField(
            t("Gain"), LOWEST_DB, HIGHEST_DB, suffix="dB", lowest=QUIETEST_DB, highest=LOUDEST_DB,
            name=t("Gain of the clip"),
        )  # fmt: skip
        self.gain.changed.connect(self._gain)
        self.pan = NumberField(t("Pan"), -100, 100, decimals=0, suffix="%", name=t("Pan of the clip"))
        self.pan.changed.connect(self._pan)
        place = QWidget()
        place.setLayout(basics.column(self.gain, self.pan))
        return place

    def _build_fades(self) -> QWidget:
        curves = [(curve, curve_title(curve)) for curve in CURVES]
        self.fade_in, self.fade_out = TimeField(t("Length of the fade in")), TimeField(t("Length of the fade out"))
        self.curve_in = ChoiceField(t("Curve of the fade in"), curves)
        self.curve_out = ChoiceField(t("Curve of the fade out"), curves)
        self.fade_in.timed.connect(lambda length: self._fade("fade_in", length=length))
        self.fade_out.timed.connect(lambda length: self._fade("fade_out", length=length))
        self.curve_in.chosen.connect(lambda curve: self._fade("fade_in", curve=curve))
        self.curve_out.chosen.connect(lambda curve: self._fade("fade_out", curve=curve))
        place = QWidget()
        inside = basics.column()
        inside.addLayout(pair(titled(t("Fade in"), self.fade_in), titled(t("Curve"), self.curve_in)))
        inside.addLayout(pair(titled(t("Fade out"), self.fade_out), titled(t("Curve"), self.curve_out)))
        place.setLayout(inside)
        return place

    def _build_pace(self) -> QWidget:
        self.stretch = NumberField(
            t("Lasts so many times as long"), LEAST_STRETCH, MOST_STRETCH, neutral=1.0, decimals=2, finer_below=True,
            name=t("Stretch of the clip"),
        )  # fmt: skip
        self.stretch.changed.connect(self._stretch)
        self.pitch = NumberField(
            t("Pitch, in semitones"), -MOST_PITCH, MOST_PITCH, decimals=1, name=t("Pitch of the clip")
        )
        self.pitch.changed.connect(self._pitch)
        place = QWidget()
        place.setLayout(basics.column(self.stretch, self.pitch))
        return place

    # ---- showing

    def _show_head(self, project: Project, chosen: Sequence[Clip]) -> None:
        one, first = len(chosen) == 1, chosen[0]
        take = take_called(project, first.take) if one and first.take else None
        track = find.track_of(project, first.id)
        if one:
            self.title.setText(t("Clip on {track}", track=track.name))
        else:
            length = model.lasting(sum(clip.length for clip in chosen), project.rate)
            self.title.setText(
                tn(len(chosen), "One clip", "{count} clips") + " · " + t("{length} together", length=length)
            )
        self.name.setVisible(one)
        self.name.show_text(clip_name(project, first))
        locked = model.all_locked(project, chosen)
        self.name.setReadOnly(locked)
        sign, tone, sentence = model.judged(take)
        self._badge.setVisible(bool(sentence))
        shown = (sentence, look.theme.name)
        if sentence and self._judged_as != shown:  # a new picture lays everything out anew
            self._judged_as = shown
            self._sign.setPixmap(icon(sign, tone or "muted").pixmap(look.px(16), look.px(16)))
            self._judged.setText(sentence)
            basics.set_property(self._judged, "tone", tone)
        self.mute.setChecked(all(clip.mute for clip in chosen))
        self.mute.setEnabled(not locked)
        self.lock.setChecked(all(clip.locked for clip in chosen))
        self.lock.setEnabled(not track.locked)
        grouped = any(clip.group for clip in chosen)
        self.group.setVisible(not one and not grouped)
        self.ungroup.setVisible(grouped)

    def _show_sound(self, chosen: Sequence[Clip], *, locked: bool) -> None:
        self.gain.show_value(chosen[0].gain_db, mixed=model.mixed([clip.gain_db for clip in chosen]))
        self.pan.show_value(chosen[0].pan * 100, mixed=model.mixed([clip.pan for clip in chosen]))
        self._sound.body.setEnabled(not locked)

    def _show_times(self, project: Project, clip: Clip, *, locked: bool) -> None:
        for field, samples in (
            (self.start, clip.start),
            (self.length, clip.length),
            (self.offset, clip.offset),
            (self.end, clip.end),
        ):
            field.show_time(samples, project.rate)
        self._times.body.setEnabled(not locked)

    def _show_fades(self, project: Project, clip: Clip, *, locked: bool) -> None:
        for field, curve, fade in (
            (self.fade_in, self.curve_in, clip.fade_in),
            (self.fade_out, self.curve_out, clip.fade_out),
        ):
            field.show_time(fade.length, project.rate)
            curve.show_choice(fade.curve)
            curve.setEnabled(fade.length > 0)
        self._fades.body.setEnabled(not locked)

    # ---- edits

    def _do(self, label: str, edit: Callable[[Project], Project], *, merge: str = "") -> None:
        if not self._state.do(label, edit, merge=f"{merge} {hash(self._owner)}" if merge else ""):
            self.refresh()  # a field may say what cannot be

    @property
    def _subject(self) -> frozenset[str]:
        return self._state.clips

    @property
    def _owned(self) -> list[Clip]:
        """The clips that the fields show, as far as they are there: others may be chosen before an edit ends."""
        ids = self._owner[1]
        if not self._here or not isinstance(ids, frozenset):
            return []
        return [clip for track in self._state.project.tracks for clip in track.clips if clip.id in ids]

    @property
    def _one(self) -> Clip | None:
        return next(iter(self._owned), None)

    @property
    def _free(self) -> list[str]:
        """What of the chosen can be changed: of several, some may be locked."""
        return [clip.id for clip in model.unlocked(self._state.project, self._owned)]

    def _rename(self, name: str) -> None:
        clip = self._one
        if clip:
            self._do(t("Rename a clip"), lambda p: clips.rename(p, clip.id, name.strip()))

    def _for_all(self, label: str, edit: Callable[..., Project], *, on: bool) -> None:
        chosen = [clip.id for clip in self._owned]
        self._do(label, lambda p: edit(p, chosen, on=on))

    def _move(self, start: int) -> None:
        clip = self._one
        if clip:
            move = ripple.move if self._state.ways.ripple else clips.move
            self._do(t("Move"), lambda p: move(p, [clip.id], by=start - clip.start))

    def _trim(self, length: int) -> None:
        clip = self._one
        if clip:
            self._trim_to(clip.start + length)

    def _trim_to(self, end: int) -> None:
        clip = self._one
        if clip is None:
            return
        if self._state.ways.ripple:
            self._do(t("Trim"), lambda p: ripple.trim_end(p, clip.id, end))
        else:
            self._do(t("Trim"), lambda p: clips.trim(p, clip.id, end=end))

    def _slip(self, offset: int) -> None:
        clip = self._one
        if clip:
            self._do(t("Slip a clip"), lambda p: clips.slip(p, clip.id, by=offset - clip.offset))

    def _gain(self, db: float, merge: str) -> None:
        free = self._free
        if free:
            self._do(t("Change the gain"), lambda p: clips.set_gain(p, free, db), merge=merge)

    def _pan(self, share: float, merge: str) -> None:
        free = self._free
        if free:
            self._do(t("Change the pan"), lambda p: clips.set_pan(p, free, share / 100), merge=merge)

    def _fade(self, which: str, *, length: int | None = None, curve: str = "") -> None:
        clip = self._one
        if clip is None:
            return
        old: Fade = getattr(clip, which)
        new = replace(old, length=old.length if length is None else min(length, clip.length), curve=curve or old.curve)
        given = {"fade_in": new} if which == "fade_in" else {"fade_out": new}
        self._do(t("Change a fade"), lambda p: fades.set_fades(p, clip.id, **given))

    def _stretch(self, stretch: float, merge: str) -> None:
        clip = self._one
        if clip:
            self._do(t("Stretch a clip"), lambda p: pace.set_stretch(p, clip.id, stretch), merge=merge)

    def _pitch(self, semitones: float, merge: str) -> None:
        clip = self._one
        if clip:
            self._do(t("Change the pitch"), lambda p: pace.set_pitch(p, clip.id, semitones), merge=merge)
