"""The form of the room Images: what the chosen engine takes, and what is shown of it as things are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.services.envelope import Experience
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import experience, model
from studio.ui.tabs.images.init_picture import InitPicture, Start
from studio.ui.tabs.images.lora_list import LoraList
from studio.ui.tabs.images.model_box import ModelBox
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.form import Form

_MOST_AT_ONCE = 16
_COUNT = "images.count"


@dataclass(frozen=True)
class Filled:
    """What a form of an engine says, to be put back."""

    values: dict[str, Any]
    loras: str
    model: str
    strength: float | None
    start: Start | None
    kept: frozenset[str] = frozenset()  # the values that stay when another model is chosen


class PictureForm(QWidget):
    """The engine's parameters with model, sizes, LoRAs and the picture to start from; what means nothing is hidden.

    `opened` comes when the picture to start from can be painted on, `left` when another one, or none, is started from.
    """

    opened = Signal()
    left = Signal()
    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.engine: Manifest | None = None
        self.form: Form | None = None
        self.init: InitPicture | None = None
        self.loras: LoraList | None = None
        self.models: ModelBox | None = None
        self._known: list[Experience] = []
        self._away: Start | None = None  # what is started from as soon as an engine takes it
        self._before_frame: tuple[int, int] | None = None  # the size, before something was painted
        self._frame_shown: tuple[int, int] | None = None  # the size, as what is painted on says it
        self.sizes = Chooser()
        self.sizes.setAccessibleName(t("Size"))
        self.sizes.setMinimumContentsLength(10)
        self.sizes.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sizes.activated.connect(self._use_preset)
        self.count = basics.inset(QSpinBox())
        self.count.setRange(1, _MOST_AT_ONCE)
        self.count.setAccessibleName(t("Pictures"))
        self.count.setValue(int(desk.memory.get(_COUNT, 1)))
        self.count.valueChanged.connect(lambda count: desk.memory.put(_COUNT, count))
        self._count_place = QWidget()
        self._count_place.setLayout(
            basics.column(basics.label(t("Pictures"), "secondary"), self.count, spacing=tokens.HALF)
        )
        self._learned = basics.label("", "caption", wrap=True)
        self._learned.hide()
        self._about = basics.label("", "caption", wrap=True)
        self._place = QVBoxLayout()
        self._place.setSpacing(tokens.MARGIN)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.MARGIN)
        inside.addLayout(self._place)
        inside.addWidget(self._count_place)
        inside.addWidget(self._learned)
        inside.addWidget(self._about)

    @property
    def shown(self) -> dict[str, Any]:
        """What the fields say."""
        return self.form.values if self.form else {}

    @property
    def values(self) -> dict[str, Any]:
        """What the engine is asked for, as far as it means something now."""
        if self.engine is None or self.form is None:
            return {}
        found = model.in_mode(self.engine, self.form.values, started=self._started)
        found |= self.init.values if self.init else {}
        if self.loras:
            found["lora"] = self.loras.text
        if self.models and self.models.chosen:
            found["model"] = self.models.chosen
        painted = self.init.painted if self.init else None
        if painted and painted.frame.extended:  # what was painted on is what is made
            found |= {"width": painted.frame.size[0], "height": painted.frame.size[1]}
            found |= {"fit": "crop"} if model.continues(self.engine) else {}
        return found

    @property
    def start(self) -> Start | None:
        """What is started from, even while the engine takes none."""
        return self.init.start if self.init else self._away

    @property
    def filled(self) -> Filled:
        """All that `fill` changes, as it is now."""
        loras, models = self.loras.text if self.loras else "", self.models.chosen if self.models else ""
        strength = self.init.strength.value if self.init and self.init.strength else None
        kept = self.form.kept if self.form else frozenset[str]()
        return Filled(dict(self.shown), loras, models, strength, self.start, kept)

    def set_engine(self, engine: Manifest | None) -> None:
        """Show the form of another engine."""
        self.sizes.setParent(None)
        self._away = self.start
        for one in (self.models, self.form, self.loras, self.init):
            if one:
                self._place.removeWidget(one)
                one.hide()
                one.deleteLater()
        self.engine, self.form, self.init, self.loras, self.models = engine, None, None, None, None
        self._known = []
        self._show_learned()
        if engine is None:
            return
        if engine.choices:
            self.models = ModelBox(self._desk, engine)
            self._place.addWidget(self.models)
        self.form = Form(engine.id, engine.params, self._desk.memory, without=model.without_use(engine))
        self.form.changed.connect(self._follow)
        self._place.addWidget(self.form)
        if self.models:
            self.models.changed.connect(self._follow_model)
            self._follow_model()
        if model.takes_loras(engine):
            self.loras = LoraList(self._desk)
            self._place.addWidget(self.loras)
        strength = next((param for param in engine.params if param.name == "strength"), None)
        if model.starts_from_picture(engine):
            self.init = InitPicture(self._desk, strength, clears=model.continues(engine))
            self.init.put(self._away, most=model.sides(engine)[1])
            self.init.changed.connect(self._start_changed)
            self.init.opened.connect(self.opened)
            self._place.addWidget(self.init)
        self._about.setText(t(engine.summary))
        self._count_place.setVisible(not model.has_count(engine) and not model.only_enlarges(engine))
        self._add_presets(engine)
        self.look()
        self._follow()

    def fill(self, params: Mapping[str, Any], *, model_id: str = "", start: Start | None = None) -> None:
        """Show the values of a recipe, the model's own where it says nothing, and what was started from.

        Where nobody can tell which model they were for, they stay whatever is chosen.
        """
        known = self.models is None or bool(model_id and self.models.choose(model_id))
        wanted = self.models.chosen if self.models and model_id else ""
        kept = frozenset[str]() if known else frozenset(params)
        self.put_back(Filled(dict(params), str(params.get("lora", "")), wanted, params.get("strength"), start, kept))

    def put_back(self, filled: Filled) -> None:
        """Show what it said before."""
        if self.models:
            self.models.choose(filled.model)
        if self.form:
            self.form.reset()
            self.form.set_values(filled.values, keep=filled.kept)
        if self.loras:
            self.loras.set_text(filled.loras)
        self._follow()  # before the picture: how large it becomes decides where its frame is
        self._away = filled.start
        if self.init and self.engine:
            self.init.put(filled.start, most=model.sides(self.engine)[1])
            if self.init.strength:
                self.init.strength.set_value(filled.strength)
        self._follow()

    def set_values(self, values: Mapping[str, Any], *, keep: Iterable[str] = ()) -> None:
        """Show some values, those of `keep` whatever model is chosen."""
        if self.form:
            self.form.set_values(values, keep=keep)

    def follow_frame(self, size: tuple[int, int] | None) -> None:
        """Show how large the picture becomes that is painted on; None: as it was before that, unless it was changed."""
        values = self.shown
        if "width" not in values or "height" not in values:
            return
        now = (values["width"], values["height"])
        if size is None:
            wanted = self._before_frame if now == self._frame_shown else None
            self._before_frame = self._frame_shown = None
        else:
            self._before_frame = self._before_frame or now
            wanted = self._frame_shown = size
        if wanted and wanted != now:
            self.set_values({"width": wanted[0], "height": wanted[1]}, keep=("width", "height") if size else ())

    def look(self) -> None:
        """Look what was learned of the engine."""
        studio, engine = self._desk.studio, self.engine

        def work() -> list[Experience]:
            return [one for one in studio.envelope.proven() if engine and one.situation.engine == engine.id]

        def have(known: list[Experience]) -> None:
            if engine is self.engine:
                self._known = known
                self._show_learned()

        if engine is not None:
            self._desk.operations.look(self, "what was learned", work, have)

    def look_again(self) -> None:
        """Look what is here by now: models, LoRAs, what was learned."""
        for one in (self.models, self.loras):
            if one:
                one.look()
        self.look()

    @property
    def _started(self) -> bool:
        return self.init is not None and self.init.file is not None

    def _start_changed(self) -> None:
        self._before_frame = self._frame_shown = None
        self.left.emit()
        self._follow()

    def _follow_model(self) -> None:
        """Show the values that suit the model, where nobody chose others."""
        engine, form = self.engine, self.form
        if engine is None or form is None or self.models is None:
            return
        before, now = form.defaults, engine.defaults(self.models.used)
        if self._before_frame and self._before_frame == _size_of(before):
            self._before_frame = _size_of(now)
        form.set_defaults(now)

    def _follow(self) -> None:
        """Show what means something now."""
        if self.form is None:
            return
        values = self.form.values
        for name, field in self.form.fields.items():
            field.setVisible(model.shown_in_mode(name, values, started=self._started))
        if self.init and "width" in values:
            self.init.size_wanted = (values["width"], values["height"])
            self.init.sides = model.sides(self.engine) if self.engine else (64, 2048)
        self._show_preset()
        self._show_learned()
        self.changed.emit()

    def _show_learned(self) -> None:
        values = self.shown
        said = experience.sentence(self._known, f"{values['width']}x{values['height']}") if "width" in values else ""
        self._learned.setText(said)
        self._learned.setVisible(bool(said))

    def _add_presets(self, engine: Manifest) -> None:
        """The sizes to choose from stand above width and height."""
        form, presets = self.form, model.presets_of(engine)
        inside = form.layout() if form else None
        if not presets or form is None or not isinstance(inside, QVBoxLayout):
            return
        self.sizes.clear()
        self.sizes.addItem(t("Own size"), None)
        for name, width, height in presets:
            self.sizes.addItem(f"{t(name)} · {width} × {height}", (width, height))
        place = QWidget()
        column = basics.column(basics.label(t("Size"), "secondary"), self.sizes, spacing=tokens.HALF)
        place.setLayout(column)
        inside.insertWidget(inside.indexOf(form.fields["width"]), place)
        self.sizes.show()

    def _use_preset(self, at: int) -> None:
        size = self.sizes.itemData(at)
        if size and self.form:
            self.form.set_values({"width": size[0], "height": size[1]})

    def _show_preset(self) -> None:
        if self.form is None or "width" not in self.form.fields:
            return
        values = self.form.values
        wanted = (values["width"], values["height"])
        found = [at for at in range(1, self.sizes.count()) if tuple(self.sizes.itemData(at)) == wanted]
        self.sizes.setCurrentIndex(found[0] if found else 0)


def _size_of(values: Mapping[str, Any]) -> tuple[int, int] | None:
    return (values["width"], values["height"]) if {"width", "height"} <= values.keys() else None
