"""How lyrics are written: the theme, the engine and what it lets one choose. It asks for nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.domain import recipe as recipes
from studio.engines.manifest import Manifest
from studio.services import lyricists
from studio.services.lyricists import SKETCH
from studio.services.tasks.work import Wish
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.form import Form
from studio.ui.widgets.seed_field import SeedField

_THEMES = ("theme", "prompt", "topic")
MODE = "mode"
_INSIDE = (MODE, "given", "line", "count")  # what the commands say, not a person


class LyricsWriter(QWidget):
    """A theme and a button; the rest is in `options`, which the room shows where there is place."""

    wanted = Signal()  # a song
    stopped = Signal()  # what is being written is enough

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._ready: dict[str, bool] = {}  # by engine; empty while nobody has looked
        self._engine = EngineBox(desk, "lyrics")
        self._engine.chosen.connect(self._build)
        self._actions = actions
        self.options = QWidget()
        self.seed = SeedField(desk.memory, "music.lyrics")
        self._form: Form | None = None
        self._about = basics.label("", "caption", wrap=True)
        self._fill_line()
        self._fill_options()
        self._build()
        if not self._engine.count():
            self.hide()
        self.look()

    @property
    def manifest(self) -> Manifest | None:
        """The engine that writes: the chosen one, or the first that can where that one cannot yet."""
        chosen = self._engine.manifest
        if chosen is None or self._ready.get(chosen.id, True):
            return chosen
        able = self._desk.studio.registry.able("lyrics")
        return next((one for one in able if self._ready.get(one.id)), chosen)

    @property
    def structure(self) -> str:
        """The parts of a song, in order."""
        return str(self._values().get("structure", ""))

    def can(self, mode: str) -> bool:
        """Whether the engine does this with a text that is there."""
        params = self.manifest.params if self.manifest else ()
        return any(param.name == MODE and mode in param.choices for param in params)

    def wish(self, **given: object) -> Wish | None:
        """Return what is asked for, with what else the engine is given; nothing where there is no engine."""
        engine = self.manifest
        if engine is None:
            return None
        known = {param.name: param for param in engine.params}
        fits = {name: v for name, v in self._values().items() if name in known and not known[name].problem(v)}
        return Wish(task="lyrics", engine=engine.id, params={**fits, **given}, seed=self.seed.take())

    def restore(self, recipe: Mapping[str, Any]) -> None:
        """Show how lyrics were written."""
        self._engine.choose(str(recipe.get("engine", "")))
        params = recipes.params_in(recipe)
        self.theme.setText(str(params.get(_theme_name(self._engine.manifest), "")))
        if self._form:
            self._form.set_values({name: value for name, value in params.items() if name not in _INSIDE})
        self.seed.keep(recipes.seed_in(recipe))

    def look(self) -> None:
        """See which engines can write now; where nobody chose one, a model goes before the sketch."""
        studio = self._desk.studio
        self._desk.operations.look(
            self, "writers", lambda: lyricists.ready(studio.registry, studio.readiness), self._seen
        )

    def set_busy(self, *, busy: bool) -> None:
        """Show whether something is being written."""
        self.button.setEnabled(not busy)
        self.button.setText(t("Writing…") if busy else t("Write lyrics"))
        self.stop.setVisible(busy)

    def _seen(self, ready: dict[str, bool]) -> None:
        self._ready = ready
        model = lyricists.preferred(self._desk.studio.settings, ready)
        if model and not self._desk.memory.get("engine.lyrics", ""):
            self._engine.choose(model)
        self._tell()

    def _tell(self) -> None:
        """Say who writes where it is not who was chosen; and where a model is to be had."""
        engine, chosen = self.manifest, self._engine.manifest
        only = engine is not None and engine.id == SKETCH and not any(
            can for name, can in self._ready.items() if name != SKETCH
        )  # fmt: skip
        if only and len(self._ready) > 1:
            told = t("No lyrics model is installed: the sketch writer writes, in English. The room Engines has models.")
        elif engine and chosen and engine is not chosen:
            told = t("{chosen} is not ready: {engine} writes.", chosen=t(chosen.title), engine=t(engine.title))
        else:
            told = ""
        self._said.setText(told)
        self._said.setVisible(bool(told))
        self.theme.setPlaceholderText(
            t("What the song is about, in English: a lonely lighthouse by the sea")
            if engine is None or engine.id == SKETCH
            else t("What the song is about: a lonely lighthouse by the sea")
        )

    def _values(self) -> dict[str, Any]:
        values = dict(self._form.values) if self._form else {}
        name = _theme_name(self.manifest)
        if name and self.theme.text().strip():
            values[name] = self.theme.text().strip()
        return values

    def _fill_line(self) -> None:
        self.theme = QLineEdit()
        self.theme.setMaxLength(500)
        self.theme.setAccessibleName(t("Theme of the lyrics"))
        self.theme.setText(self._desk.memory.get("music.theme", ""))
        self.theme.textChanged.connect(self._remember)
        self.theme.returnPressed.connect(self.wanted)
        self.button = basics.button(
            t("Write lyrics"), self.wanted.emit, icon_name="pencil", tip=self._actions.hint("music.lyrics")
        )
        self.stop = basics.icon_button("square", t("Stop writing, and keep what is there"), self.stopped.emit)
        self.stop.hide()
        self.toggle = basics.icon_button("sliders-horizontal", t("How the lyrics are written"), checkable=True)
        line = basics.row(self.theme, self.button, self.stop, self.toggle)
        line.setStretch(0, 1)
        self._said = basics.label("", "caption", wrap=True)
        self._said.hide()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addLayout(line)
        inside.addWidget(self._said)

    def _fill_options(self) -> None:
        self._inside = QVBoxLayout(self.options)
        self._inside.setContentsMargins(0, 0, tokens.HALF, 0)
        self._inside.setSpacing(12)
        self._inside.addWidget(basics.label(t("How the lyrics are written"), "heading"))
        self._inside.addWidget(self._engine)
        self._engine.setVisible(self._engine.count() > 1)
        self._inside.addWidget(self.seed)
        self._inside.addWidget(self._about)
        self._inside.addStretch(1)

    def _build(self) -> None:
        engine = self._engine.manifest
        if self._form:
            self._inside.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if engine:
            without = (_theme_name(engine), *_INSIDE)
            self._form = Form(engine.id, engine.params, self._desk.memory, without=without)
            self._inside.insertWidget(2, self._form)
            self._about.setText(t(engine.summary))
        self._tell()

    def _remember(self, text: str) -> None:
        self._desk.memory.put("music.theme", text)


def _theme_name(engine: Manifest | None) -> str:
    names = {param.name for param in engine.params} if engine else set()
    return next((name for name in _THEMES if name in names), "")
