"""Has lyrics written: a theme, and what an engine for lyrics lets one choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.domain import recipe as recipes
from studio.errors import StudioError
from studio.services.library import Media
from studio.services.tasks.work import Wish
from studio.ui.actions import Actions
from studio.ui.bridge.asking import Asking, Stopped
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.form import Form
from studio.ui.widgets.seed_field import SeedField

_THEMES = ("theme", "prompt", "topic")


class LyricsWriter(QWidget):
    """A theme and a button; the rest is in `options`, which the room shows where there is place."""

    written = Signal(str)  # new lyrics

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._asking = Asking(desk, self)
        self._busy = False
        self._engine = EngineBox(desk, "lyrics")
        self._engine.chosen.connect(self._build)
        self.theme = QLineEdit()
        self.theme.setMaxLength(500)
        self.theme.setAccessibleName(t("Theme of the lyrics"))
        self.theme.setPlaceholderText(t("What the song is about, in English: a lonely lighthouse by the sea"))
        self.theme.setText(desk.memory.get("music.theme", ""))
        self.theme.textChanged.connect(self._remember)
        self.theme.returnPressed.connect(self.write)
        self.button = basics.button(t("Write lyrics"), self.write, icon_name="pencil", tip=actions.hint("music.lyrics"))
        self.toggle = basics.icon_button("sliders-horizontal", t("How the lyrics are written"), checkable=True)
        line = basics.row(self.theme, self.button, self.toggle)
        line.setStretch(0, 1)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)
        self.options = QWidget()
        self._inside = QVBoxLayout(self.options)
        self._inside.setContentsMargins(0, 0, tokens.HALF, 0)
        self._inside.setSpacing(12)
        self._inside.addWidget(basics.label(t("How the lyrics are written"), "heading"))
        self._inside.addWidget(self._engine)
        self._engine.setVisible(self._engine.count() > 1)
        self.seed = SeedField(desk.memory, "music.lyrics")
        self._inside.addWidget(self.seed)
        self._form: Form | None = None
        self._about = basics.label("", "caption", wrap=True)
        self._inside.addWidget(self._about)
        self._inside.addStretch(1)
        self._build()
        if not self._engine.count():
            self.hide()

    def write(self) -> None:
        """Ask for lyrics."""
        engine = self._engine.manifest
        if engine is None or self._form is None or self._busy:
            return
        params = dict(self._form.values)
        name = self._theme_name()
        if name and self.theme.text().strip():
            params[name] = self.theme.text().strip()
        wish = Wish(task="lyrics", engine=engine.id, params=params, seed=self.seed.take())
        self._set_busy(busy=True)
        self._asking.ask(wish, self._made, self._failed)

    def restore(self, recipe: Mapping[str, Any]) -> None:
        """Show how lyrics were written."""
        self._engine.choose(str(recipe.get("engine", "")))
        params = recipes.params_in(recipe)
        self.theme.setText(str(params.get(self._theme_name(), "")))
        if self._form:
            self._form.set_values(params)
        self.seed.keep(recipes.seed_in(recipe))

    def _theme_name(self) -> str:
        engine = self._engine.manifest
        names = {param.name for param in engine.params} if engine else set()
        return next((name for name in _THEMES if name in names), "")

    def _build(self) -> None:
        engine = self._engine.manifest
        if self._form:
            self._inside.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if engine:
            self._form = Form(engine.id, engine.params, self._desk.memory, without=(self._theme_name(),))
            self._inside.insertWidget(2, self._form)
            self._about.setText(t(engine.summary))

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.button.setEnabled(not busy)
        self.button.setText(t("Writing…") if busy else t("Write lyrics"))

    def _failed(self, error: StudioError) -> None:
        self._set_busy(busy=False)
        if not isinstance(error, Stopped):
            self._desk.notices.tell(error, room="music", key="lyrics")

    def _made(self, made: list[Media]) -> None:
        file = made[0].file
        self._desk.operations.run(self, lambda: file.read_text(encoding="utf-8"), self._show, self._failed)

    def _show(self, text: str) -> None:
        self._set_busy(busy=False)
        if text:
            self.written.emit(text.strip("\n") + "\n")

    def _remember(self, text: str) -> None:
        self._desk.memory.put("music.theme", text)
