"""The room Music: a style, words, and the takes that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QSpinBox, QSplitter, QVBoxLayout, QWidget

from studio.domain.edits import whole
from studio.domain.project import Media, Project, Style
from studio.errors import StudioError
from studio.services import bringing, library_index
from studio.services.library_index import Item
from studio.services.tasks.work import Wish
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Choice
from studio.ui.language import t
from studio.ui.tabs.music import model
from studio.ui.tabs.music.lyrics_panel import LyricsPanel
from studio.ui.tabs.music.style_bar import StyleBar
from studio.ui.tabs.music.style_card import StyleCard
from studio.ui.tabs.music.take_list import TakeList
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.form import Form
from studio.ui.widgets.room import Room
from studio.ui.widgets.seed_field import SeedField

_MOST_VARIATIONS = 8


class MusicRoom(Room):
    """Style and lyrics above, takes below, the engine's form at the side."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "music", t("Music"))
        self._engine = EngineBox(desk, "music")
        self._engine.chosen.connect(self._build_form)
        self.header.addWidget(self._engine)
        self.style_bar = StyleBar(desk.memory)
        self.lyrics = LyricsPanel(desk, actions)
        self.takes = TakeList(desk)
        self.takes.wanted.connect(self._act)
        self.takes.loaded.connect(self._show_takes)
        self.takes.selected.connect(self._show_takes)
        self._build_body()
        self._form: Form | None = None
        self._about = basics.label("", "caption", wrap=True)
        self.seed = SeedField(desk.memory, "music")
        self.variations = basics.inset(QSpinBox())
        self.variations.setRange(1, _MOST_VARIATIONS)
        self.variations.setValue(int(desk.memory.get("music.variations", 1)))
        self.variations.setAccessibleName(t("Variations"))
        self.variations.setToolTip(t("So many takes at once, each with a seed of its own"))
        self.variations.valueChanged.connect(self._remember_variations)
        self.card = StyleCard(desk)
        self.card.keep_wanted.connect(self.keep_style)
        self.card.use_wanted.connect(self.use_style)
        self.card.clear_wanted.connect(self._forget_style)
        self._place = QVBoxLayout()
        self.inspector.addLayout(self._place)
        self.inspector.addWidget(self.seed)
        self.inspector.addLayout(_captioned(t("Variations"), self.variations))
        self.inspector.addWidget(self.card)
        self.inspector.addWidget(self._about)
        self.inspector.addStretch(1)
        self.set_primary(t("Generate"))
        self._build_form()
        actions.bind("music.lyrics", self.lyrics.writer.write)
        actions.bind("music.more", self._more_like_this)
        actions.bind("music.seed", self.seed.roll)
        desk.jobs.finished.connect(self._finished)
        self.takes.load()

    # ---- what a room does

    def generate(self) -> None:
        """Make what the form says."""
        self._generate(front=False)

    def entered(self) -> None:
        """Let the key for the front of the queue work here, and show what was made elsewhere."""
        self.actions_table.bind("generate.front", self._generate_first)
        self.takes.load()
        if self.takes.item:
            self.takes.choose(self.takes.item.id)

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Fill the form from the recipe of a piece of music, or of lyrics."""
        if recipe.get("task") == "lyrics":
            self.lyrics.writer.restore(recipe)
            return True
        if recipe.get("task") != "music":
            return False
        if not self._engine.choose(str(recipe.get("engine", ""))):
            self.tell(
                t("The engine {engine} is not here.", engine=str(recipe.get("engine", ""))), tone="warn", key="engine"
            )
        params = dict(recipe.get("params") or {})
        self.style_bar.set_text(model.style_in(params))
        self.lyrics.editor.put(str(recipe.get("script", "")))
        if self._form:
            self._form.reset()
            self._form.set_values(params)
        self.seed.keep(int(recipe.get("seed", 0)))
        return True

    def take_files(self, files: list[Path]) -> bool:
        """A text file becomes the lyrics."""
        texts = [file for file in files if file.suffix.lower() == ".txt"]
        if not texts:
            return False
        self.lyrics.read(texts[0])
        return True

    # ---- the style of the project

    def keep_style(self) -> None:
        """Keep the form's style with the project."""
        values = self._form.values if self._form else {}
        style = model.style_from(self.style_bar.text, values, self.seed.value)
        if self.desk.project.do(t("Keep the style of the music"), lambda project: whole.set_style(project, style)):
            self._offer_undo(t("The style is kept with the project."))

    def use_style(self) -> None:
        """Put the project's style into the form."""
        style = self.desk.project.value.style
        self.style_bar.set_text(style.text)
        if self._form:
            self._form.set_values(model.values_from(style))
        if style.seed >= 0:
            self.seed.keep(style.seed)

    def _forget_style(self) -> None:
        if self.desk.project.do(t("Forget the style of the music"), lambda project: whole.set_style(project, Style())):
            self._offer_undo(t("The project has no style any more."))

    def _keep_style_of(self, item: Item) -> None:
        params = dict(item.recipe.get("params") or {})
        seed = int(item.recipe.get("seed", -1))

        def put(media: Media) -> None:
            def edit(project: Project) -> Project:
                project, known = bringing.with_media(project, media)
                return whole.set_style(project, model.style_from(model.style_in(params), params, seed, known))

            if self.desk.project.do(t("Keep the style of the music"), edit):
                self._offer_undo(t("The style of this take is kept with the project."))

        self._bring(item, put)

    # ---- asking

    def _generate_first(self) -> None:
        self._generate(front=True)

    def _generate(self, *, front: bool) -> None:
        engine = self._engine.manifest
        if engine is None or self._form is None:
            self.tell(
                t("There is no engine for music."), t("The room Engines shows what can be installed."), key="engine"
            )
            return
        self.banners.drop("music")
        asked = model.wishes(
            engine,
            style=self.style_bar.text,
            lyrics=self.lyrics.editor.text,
            values=self._form.values,
            seed=self.seed.take(),
            variations=self.variations.value(),
        )
        self._ask(asked, front=front)

    def _ask(self, asked: list[Wish], *, front: bool = False) -> None:
        ask = self.desk.studio.generation.ask

        def work() -> list[int]:
            return [ask(wish) for wish in asked]

        def done(jobs: list[int]) -> None:
            if front:
                self.desk.jobs.to_front(*jobs)

        self.desk.operations.run(self, work, done, self._failed)

    def _failed(self, error: StudioError) -> None:
        self.desk.notices.tell(error, room="music", key="music")

    def _more_like_this(self) -> None:
        item = self.takes.item
        if item:
            self._ask([model.like(item.recipe)])

    def _finished(self, number: int) -> None:
        job = self.desk.jobs.get(number)
        if job is None or job.task != "music":
            return
        if job.state == "failed" and job.error:
            self._failed(StudioError(str(job.error.get("message", "")), str(job.error.get("hint", ""))))
        self.takes.load(made_by=number)

    # ---- takes

    def _act(self, verb: str, number: int) -> None:
        item = next((item for item in self.takes.items if item.id == number), None)
        if item is None:
            return
        acts = {
            "more": lambda: self._ask([model.like(item.recipe)]),
            "fill": lambda: self._fill(item),
            "timeline": lambda: self._bring(item, self._place_clip),
            "style": lambda: self._keep_style_of(item),
            "save": lambda: self._save_as(item),
            "reveal": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(item.file.parent))),
            "trash": lambda: self._trash(item),
            "star": lambda: self._star(item, on=True),
            "unstar": lambda: self._star(item, on=False),
            "stems": lambda: self._open_stems(item),
            "no stems": lambda: self.takes.toggle_stems(item.id, ()),
        }
        acts[verb]()

    def _fill(self, item: Item) -> None:
        self.restore(item.recipe)
        self.desk.notices.toast.emit(t("The form is as it was for this take."), None)

    def _bring(self, item: Item, then: Any) -> None:
        """Copy a take into the project's folder, then have it put where it belongs."""
        opened = self.desk.project.opened
        if opened is None:
            return
        folder, project, sound = opened.folder, opened.project, self.desk.studio.sound
        name = item.title or t("Music")

        def done(media: Media) -> None:
            if self.desk.project.folder == folder:
                then(media)

        self.desk.operations.run(
            self,
            lambda: bringing.fetched(folder, project, sound, item.file, name=name, recipe=item.recipe),
            done,
            self._failed,
        )

    def _place_clip(self, media: Media) -> None:
        def edit(project: Project) -> Project:
            return bringing.on_track(project, media, kind="music", name=t("Music"))

        if self.desk.project.do(t("Add music to the timeline"), edit):
            self._offer_undo(t("The take is on the timeline, behind the last clip of the music track."))

    def _save_as(self, item: Item) -> None:
        dialog = QFileDialog(self.window(), t("Save the take as"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(item.file.suffix.lstrip("."))
        dialog.selectFile(f"{_file_name(item.title) or t('Music')}{item.file.suffix}")
        dialog.fileSelected.connect(lambda name: self._save_to(item, Path(name)))
        dialog.open()

    def _save_to(self, item: Item, target: Path) -> None:
        self.desk.operations.run(
            self,
            lambda: library_index.copy_out(item, target, replace=True),  # the dialog has asked
            lambda _done: self.desk.notices.toast.emit(t("Saved as {name}.", name=target.name), None),
            self._failed,
        )

    def _trash(self, item: Item) -> None:
        index = self.desk.studio.library_index

        def bring_back() -> None:
            self.desk.operations.run(self, lambda: index.restore([item.id]), lambda _done: self.takes.load())

        def done(_done: object) -> None:
            self.takes.load()
            self.desk.notices.toast.emit(t("Moved to the trash."), Choice(t("Undo"), bring_back))

        self.desk.operations.run(self, lambda: index.trash([item.id]), done, self._failed)

    def _star(self, item: Item, *, on: bool) -> None:
        index = self.desk.studio.library_index
        self.desk.operations.run(self, lambda: index.star([item.id], on=on), lambda _done: None, self._failed)

    def _open_stems(self, item: Item) -> None:
        index = self.desk.studio.library_index
        self.desk.operations.run(
            self, lambda: index.parts(item.id), lambda stems: self.takes.toggle_stems(item.id, stems), self._failed
        )

    # ---- inside

    def _build_body(self) -> None:
        top = QScrollArea()
        top.setWidgetResizable(True)
        top.setFrameShape(QFrame.Shape.NoFrame)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, tokens.GRID)
        above.setSpacing(tokens.MARGIN)
        above.addWidget(self.style_bar)
        above.addWidget(self.lyrics, 1)
        top.setWidget(upper)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, tokens.GRID, 0, 0)
        below.setSpacing(tokens.GRID)
        below.addLayout(self._takes_head())
        self._nothing = EmptyState(
            "music",
            t("No takes yet"),
            t("What you generate is kept here, with its seed and everything it was made of."),
            example=(t("Try: {example}, 20 seconds", example=model.EXAMPLE), self._try_example),
        )
        self._nothing.setMinimumHeight(look.px(208))
        self._nothing.hide()  # until the library has answered
        below.addWidget(self._nothing, 1)
        below.addWidget(self.takes, 1)
        self._column = QSplitter(Qt.Orientation.Vertical)
        self._column.setChildrenCollapsible(False)
        self._column.addWidget(top)
        self._column.addWidget(lower)
        self._column.setStretchFactor(0, 3)
        self._column.setStretchFactor(1, 2)
        sizes = self.desk.memory.get("music.split", [])
        if len(sizes) != 2:
            sizes = [look.px(400), look.px(208)]
        self._column.setSizes([int(size) for size in sizes])
        self._column.splitterMoved.connect(self._remember_split)
        self.body.addWidget(self._column, 1)

    def _takes_head(self) -> Any:
        hint = self.actions_table.hint
        self._more = basics.button(t("More like this"), self._more_like_this, kind="quiet", icon_name="copy")
        self._more.setToolTip(hint("music.more"))
        self._to_timeline = basics.button(
            t("Add to the timeline"), self._selected("timeline"), kind="quiet", icon_name="send"
        )
        self._to_form = basics.button(
            t("Copy into the form"), self._selected("fill"), kind="quiet", icon_name="arrow-up"
        )
        return basics.row(basics.label(t("Takes"), "heading"), None, self._more, self._to_form, self._to_timeline)

    def _selected(self, verb: str) -> Any:
        def act() -> None:
            if self.takes.item:
                self._act(verb, self.takes.item.id)

        return act

    def _show_takes(self) -> None:
        empty = self.takes.empty
        self._nothing.setVisible(empty)
        self.takes.setVisible(not empty)
        for one in (self._more, self._to_timeline, self._to_form):
            one.setVisible(not empty)
            one.setEnabled(self.takes.item is not None)

    def _build_form(self) -> None:
        engine = self._engine.manifest
        if self._form:
            self._place.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if engine:
            name = model.style_param(engine)
            self._form = Form(engine.id, engine.params, self.desk.memory, without=(name,))
            self._place.addWidget(self._form)
            self._about.setText(t(engine.summary))
            self.style_bar.setVisible(bool(name))

    def _try_example(self) -> None:
        self.style_bar.set_text(model.EXAMPLE)
        if self._form:
            self._form.set_values({"duration": model.EXAMPLE_SECONDS})
        self.generate()

    def _offer_undo(self, text: str) -> None:
        self.desk.notices.toast.emit(text, Choice(t("Undo"), self.desk.project.undo))

    def _remember_variations(self, count: int) -> None:
        self.desk.memory.put("music.variations", count)

    def _remember_split(self) -> None:
        self.desk.memory.put("music.split", self._column.sizes())


def _captioned(title: str, editor: QWidget) -> QVBoxLayout:
    caption = basics.label(title, "secondary")
    caption.setBuddy(editor)
    return basics.column(caption, editor, spacing=tokens.HALF)


def _file_name(title: str) -> str:
    """Return a title as every file system takes it."""
    return "".join(c if c.isalnum() or c in " -_" else "-" for c in title)[:60].strip()


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return MusicRoom(desk, actions)
