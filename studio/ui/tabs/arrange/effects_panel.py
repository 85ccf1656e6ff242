"""The effects of a clip or a track: the chain, and the controls of each. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu, QToolButton, QVBoxLayout, QWidget

from studio.domain.edits import effects
from studio.domain.effects import KINDS, Setting, full
from studio.domain.project import Clip, Effect, Project, Track
from studio.ui.language import t
from studio.ui.tabs.arrange.panel_fields import NumberField
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

_WIDE = 100.0  # a range from which more lies below than above


def effect_title(kind: str) -> str:
    """Return what a kind of effect is called."""
    return {
        "eq": t("Equaliser"),
        "compressor": t("Compressor"),
        "reverb": t("Reverb"),
        "gate": t("Gate"),
        "limiter": t("Limiter"),
        "delay": t("Delay"),
    }.get(kind, kind)


class EffectsPanel(QWidget):
    """The chain of what is shown; each change is a step."""

    folded = Signal()  # or unfolded: whoever shows it shows it anew

    def __init__(self, state: Timeline) -> None:
        super().__init__()
        self._state = state
        self._owner = ""
        self._shown: object = None
        self._open: set[str] = set()  # effects whose controls one sees
        self._cards: list[_Card] = []
        self._chain = QVBoxLayout()
        self._chain.setContentsMargins(0, 0, 0, 0)
        self._chain.setSpacing(tokens.GRID)
        self._none = basics.label(t("The sound runs through no effects."), "secondary", wrap=True)
        self.add = basics.button(t("Add an effect"), self._offer, icon_name="plus")
        whole = basics.column(self._none)
        whole.addLayout(self._chain)
        whole.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(whole)

    def show_owner(self, owner: Clip | Track, *, locked: bool) -> None:
        """Show the effects of a clip or a track."""
        shape = (owner.id, tuple((one.id, one.kind) for one in owner.effects), frozenset(self._open), locked)
        if shape != self._shown:
            self._shown, self._owner = shape, owner.id
            self._rebuild(owner, locked=locked)
        for card, effect in zip(self._cards, owner.effects, strict=True):
            card.show_effect(effect)

    def _rebuild(self, owner: Clip | Track, *, locked: bool) -> None:
        focus = QApplication.focusWidget()
        focused = focus.accessibleName() if focus and self.isAncestorOf(focus) else ""
        basics.clear(self._chain)
        last = len(owner.effects) - 1
        self._cards = [
            _Card(effect, place, last, is_open=effect.id in self._open) for place, effect in enumerate(owner.effects)
        ]
        for card in self._cards:
            card.setEnabled(not locked)
            card.acted.connect(self._act)
            card.changed.connect(self._change)
            self._chain.addWidget(card)
        self._none.setVisible(not self._cards)
        self.add.setEnabled(not locked)
        for card in self._cards if focused else ():
            for button in card.findChildren(QToolButton):
                if button.accessibleName() == focused and button.isEnabled():
                    button.setFocus()

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind in KINDS:
            menu.addAction(effect_title(kind)).triggered.connect(partial(self._add, kind))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _add(self, kind: str) -> None:
        made: list[str] = []

        def edit(project: Project) -> Project:
            project, new = effects.add(project, self._owner, kind)
            made.append(new)
            self._open.add(new)
            return project

        self._state.do(t("Add an effect"), edit)

    def _act(self, what: str, effect: str) -> None:
        if what == "open":
            self._open ^= {effect}
            self.folded.emit()
            return
        place = next(n for n, card in enumerate(self._cards) if card.effect == effect)
        edits: dict[str, tuple[str, Callable[[Project], Project]]] = {
            "up": (t("Move an effect"), lambda p: effects.reorder(p, effect, place - 1)),
            "down": (t("Move an effect"), lambda p: effects.reorder(p, effect, place + 1)),
            "remove": (t("Remove an effect"), lambda p: effects.remove(p, effect)),
            "on": (t("Switch an effect on"), lambda p: effects.switch(p, effect, on=True)),
            "off": (t("Switch an effect off"), lambda p: effects.switch(p, effect, on=False)),
        }
        self._state.do(*edits[what])

    def _change(self, effect: str, name: str, value: float, merge: str) -> None:
        self._state.do(t("Change an effect"), lambda p: effects.change(p, effect, {name: value}), merge=merge)


class _Card(QWidget):
    """One effect."""

    acted = Signal(str, str)  # what, and of which effect
    changed = Signal(str, str, float, str)

    def __init__(self, effect: Effect, place: int, last: int, *, is_open: bool) -> None:
        super().__init__()
        self.effect = effect.id
        self._fields: dict[str, NumberField] = {}
        title = effect_title(effect.kind)
        card, inside = basics.frame("raised", margin=tokens.GRID)
        self._on = QCheckBox()
        self._on.setAccessibleName(t("{effect} is on", effect=title))
        self._on.clicked.connect(self._switch)
        fold = basics.icon_button(
            "chevron-down" if is_open else "chevron-right",
            t("Controls of {effect}", effect=title),
            partial(self.acted.emit, "open", effect.id),
        )
        up = basics.icon_button("chevron-up", t("{effect} earlier", effect=title), self._acting("up"))
        down = basics.icon_button("chevron-down", t("{effect} later", effect=title), self._acting("down"))
        down.setIcon(icon("arrow-down"))
        up.setIcon(icon("arrow-up"))
        up.setEnabled(place > 0)
        down.setEnabled(place < last)
        away = basics.icon_button("trash-2", t("Remove {effect}", effect=title), self._acting("remove"))
        line = basics.row(fold, self._on, basics.ElidedLabel(title), up, down, away, spacing=0)
        line.setStretch(2, 1)
        inside.addLayout(line)
        if is_open:
            for setting in KINDS[effect.kind]:
                inside.addWidget(self._field(title, setting))
        self.setLayout(basics.column(card))

    def show_effect(self, effect: Effect) -> None:
        """Show what it is set to."""
        self._on.setChecked(effect.on)
        for name, value in full(effect.kind, effect.settings).items():
            if name in self._fields:
                self._fields[name].show_value(value)

    def _field(self, title: str, setting: Setting) -> NumberField:
        span = setting.high - setting.low
        named = t(setting.title)
        field = NumberField(
            named,
            setting.low,
            setting.high,
            neutral=setting.default,
            decimals=3 if setting.unit == "s" else 2 if span <= 1 else 0 if setting.unit == "Hz" else 1,
            suffix=setting.unit,
            finer_below=span > _WIDE and setting.unit in {"Hz", "ms"},
            name=f"{title}: {named}",
        )
        field.changed.connect(partial(self._tell, setting.name))
        self._fields[setting.name] = field
        return field

    def _tell(self, name: str, value: float, merge: str) -> None:
        self.changed.emit(self.effect, name, value, merge)

    def _switch(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self.acted.emit("on" if on else "off", self.effect)

    def _acting(self, what: str) -> Callable[[], None]:
        return partial(self.acted.emit, what, self.effect)
