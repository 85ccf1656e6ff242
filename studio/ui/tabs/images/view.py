"""The room Images: a prompt, and the pictures that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSpinBox, QSplitter, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain import recipe as recipes
from studio.domain.edits import whole
from studio.domain.export import a1111
from studio.domain.project import Picture
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import project_cover, stored_recipes
from studio.services.library_index import PICTURE_ENDINGS, Item
from studio.ui.actions import Actions
from studio.ui.bridge.asking import ask_all, failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.tabs.images.gallery import Gallery
from studio.ui.tabs.images.init_picture import InitPicture
from studio.ui.tabs.images.stage import Stage
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.form import Form
from studio.ui.widgets.library_deeds import LibraryDeeds
from studio.ui.widgets.room import Room
from studio.ui.widgets.seed_field import SeedField

_MOST_AT_ONCE = 16


class ImagesRoom(Room):
    """The big picture above, the gallery below, the engine's form at the side."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "images", t("Images"))
        self._engine = EngineBox(desk, "image")
        self._engine.chosen.connect(self._build_form)
        self.header.addWidget(basics.label(t("Engine"), "secondary"))
        self.header.addWidget(self._engine)
        self.stage = Stage(desk, actions)
        self.stage.wanted.connect(self._act)
        self.stage.compare_wanted.connect(self._compare)
        self.gallery = Gallery(desk)
        self._deeds = LibraryDeeds(self)
        self._deeds.changed.connect(self._load_gallery)
        self.gallery.selected.connect(self._show_selected)
        self.gallery.loaded.connect(self._show_loaded)
        self.gallery.menu_wanted.connect(self._open_menu)
        self.gallery.wanted.connect(self._act_on)
        self.stage.view.stepped.connect(self.gallery.step)
        self._build_body()
        self._form: Form | None = None
        self.init: InitPicture | None = None
        self.seed = SeedField(desk.memory, "images")
        self.sizes = Chooser()
        self.sizes.setAccessibleName(t("Size"))
        self.sizes.setMinimumContentsLength(10)
        self.sizes.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sizes.activated.connect(self._use_preset)
        self._about = basics.label("", "caption", wrap=True)
        self.count = basics.inset(QSpinBox())
        self.count.setRange(1, _MOST_AT_ONCE)
        self.count.setAccessibleName(t("Pictures"))
        self._count_place = QWidget()
        self._count_place.setLayout(
            basics.column(basics.label(t("Pictures"), "secondary"), self.count, spacing=tokens.HALF)
        )
        self._place = QVBoxLayout()
        self._place.setSpacing(tokens.MARGIN)
        self.inspector.addLayout(self._place)
        self.inspector.addWidget(self._count_place)
        self.inspector.addWidget(self.seed)
        self.inspector.addWidget(self._about)
        self.inspector.addStretch(1)
        self.set_primary(t("Generate"))
        self._build_form()
        for action, act in (
            ("images.seed", self.seed.roll),
            ("images.compare", self._toggle_compare),
            ("images.cover", self._use_as_cover),
            ("images.copy", self._copy_parameters),
        ):
            actions.bind(action, act)
        desk.jobs.finished.connect(self._finished)
        self.gallery.load()

    # ---- what a room does

    def generate(self) -> None:
        """Make what the form says."""
        self._generate(front=False)

    def generate_first(self) -> None:
        """Make it before all that waits."""
        self._generate(front=True)

    def entered(self) -> None:
        """Show what was made elsewhere."""
        self.gallery.load()

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Fill the form from the recipe of a picture."""
        if recipe.get("task") != "image":
            return False
        engine = str(recipe.get("engine", ""))
        if not self._engine.choose(engine):
            self.tell(t("The engine {engine} is not here.", engine=engine), tone="warn", key="engine")
        params = recipes.params_in(recipe)
        if self._form:
            self._form.reset()
            self._form.set_values(params)
        if self.init:
            self.init.strength.set_value(params.get("strength"))
        self.seed.keep(recipes.seed_in(recipe))
        self._show_preset()
        return True

    def take_files(self, files: list[Path]) -> bool:
        """A picture with a recipe fills the form; another one is the picture to start from."""
        pictures = [file for file in files if file.suffix.lower() in PICTURE_ENDINGS]
        if not pictures:
            return False
        file, studio = pictures[0], self.desk.studio

        def done(recipe: Mapping[str, Any]) -> None:
            if self.restore(recipe):
                self.desk.notices.toast.emit(t("The form is as it was for {name}.", name=file.name), None)
            else:
                self._start_from(file)

        self.desk.operations.run(
            self,
            lambda: stored_recipes.stored_in(studio.library, studio.sound, studio.pictures, file),
            done,
            lambda _error: self._start_from(file),
        )
        return True

    @property
    def form_values(self) -> dict[str, Any]:
        """What the form says."""
        return self._form.values if self._form else {}

    # ---- asking

    def _generate(self, *, front: bool) -> None:
        engine = self._engine.manifest
        if engine is None or self._form is None:
            self.tell(
                t("There is no engine for pictures."), t("The room Engines shows what can be installed."), key="engine"
            )
            return
        values = self._form.values
        if not model.prompt_of(values).strip():
            self.tell(
                t("There is no prompt."), t("Say what is to be seen, for example: {example}.", example=model.EXAMPLE),
                tone="warn", key="images",
            )  # fmt: skip
            return
        self.banners.drop("images")
        init = self.init.files if self.init else {}
        values |= self.init.values if self.init else {}
        wishes = model.wishes(engine, values, seed=self.seed.take(), init=init, count=self.count.value())
        ask_all(self.desk, self, wishes, self._failed, front=front)

    def _failed(self, error: StudioError) -> None:
        self.desk.notices.tell(error, room="images", key="images")

    def _finished(self, number: int) -> None:
        job = self.desk.jobs.get(number)
        if job is None or job.task != "image":
            return
        if job.state == states.FAILED:
            self._failed(failure_of(job))
        self.gallery.load(made_by=number)

    def _load_gallery(self) -> None:
        self.gallery.load()

    # ---- what can be done with a picture

    def _act(self, verb: str) -> None:
        item = self.gallery.item
        if item is None:
            return
        acts = {
            "cover": self._use_as_cover,
            "copy": self._copy_parameters,
            "fill": lambda: self.restore(item.recipe),
            "init": lambda: self._start_from(item.file),
            "save": lambda: self._deeds.save_copy(item, item.title or t("Picture")),
            "reveal": lambda: self._deeds.reveal(item),
            "star": lambda: self._star(item),
            "trash": lambda: self._deeds.trash([item]),
        }
        acts[verb]()

    def _act_on(self, verb: str, number: int) -> None:
        self.gallery.choose(number)
        self._act(verb)

    def _open_menu(self, number: int, place: QPoint) -> None:
        self.gallery.choose(number)
        self.stage.menu().popup(place)

    def _use_as_cover(self) -> None:
        item, opened = self.gallery.item, self.desk.project.opened
        if item is None or opened is None:
            return
        folder, recipe = opened.folder, dict(item.recipe)
        licence = str(recipe.get("licence", ""))

        def done(picture: Picture) -> None:
            if self.desk.project.folder == folder:
                told = t("This picture is the cover of the project.")
                self.desk.project.do(t("Set the cover"), lambda project: whole.set_cover(project, picture), told=told)

        self.desk.operations.run(
            self, lambda: project_cover.take_in(folder, item.file, licence=licence, recipe=recipe), done, self._failed
        )

    def _copy_parameters(self) -> None:
        item = self.gallery.item
        if item is None:
            return
        width, height = int(item.facts.get("width", 0)), int(item.facts.get("height", 0))
        QGuiApplication.clipboard().setText(a1111.parameters(item.recipe, width=width, height=height))
        self.desk.notices.toast.emit(t("The parameters are in the clipboard."), None)

    def _start_from(self, file: Path) -> None:
        if self.init:
            self.init.take(file)
        else:
            self.tell(t("This engine starts from nothing but words."), tone="warn", key="images")

    def _star(self, item: Item) -> None:
        index, on = self.desk.studio.library_index, not item.starred

        def done(_done: object) -> None:
            self.gallery.star(item.id, on=on)
            self.gallery.load()

        self.stage.show_star(on=on)
        self.desk.operations.change(self, lambda: index.star([item.id], on=on), done, self._failed)

    # ---- comparing

    def _compare(self, on: bool) -> None:  # noqa: FBT001 — a slot
        if not on:
            self.gallery.end_comparison()
        elif not self.gallery.compare_neighbour():
            self._show_selected()
            self.desk.notices.toast.emit(t("There is only one picture."), None)
        else:
            self.desk.notices.toast.emit(t("Ctrl and a click on another picture compares with that one."), None)

    def _toggle_compare(self) -> None:
        self._compare(self.gallery.second is None)

    # ---- inside

    def _build_body(self) -> None:
        self._nothing = EmptyState(
            "image",
            t("No pictures yet"),
            t("Say what is to be seen, and generate. A picture that is dropped here brings its values back."),
            example=(t("Try: {example}", example=model.EXAMPLE), self._try_example),
        )
        self._column = QSplitter(Qt.Orientation.Vertical)
        self._column.setChildrenCollapsible(False)
        self._column.addWidget(self.stage)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, tokens.GRID, 0, 0)
        lower.addWidget(self.gallery)
        below.setMinimumHeight(look.px(136))
        self._column.addWidget(below)
        self._column.setStretchFactor(0, 1)
        self._column.setStretchFactor(1, 0)
        sizes = self.desk.memory.get("images.split", [])
        self._column.setSizes([int(size) for size in sizes] if len(sizes) == 2 else [look.px(430), look.px(174)])
        self._column.splitterMoved.connect(self._remember_split)
        self.body.addWidget(self._nothing, 1)
        self.body.addWidget(self._column, 1)
        self._show_loaded()

    def _show_loaded(self) -> None:
        empty = self.gallery.empty
        self._nothing.setVisible(empty)
        self._column.setVisible(not empty)

    def _show_selected(self) -> None:
        self.stage.show_items(self.gallery.item, self.gallery.second)

    def _build_form(self) -> None:
        engine = self._engine.manifest
        for one in (self._form, self.init):
            if one:
                self._place.removeWidget(one)
                one.hide()
                one.deleteLater()
        self._form = self.init = None
        if engine is None:
            return
        self.sizes.setParent(None)
        self._form = Form(engine.id, engine.params, self.desk.memory, without=model.without_use(engine))
        self._form.changed.connect(self._show_preset)
        self._place.addWidget(self._form)
        strength = next((param for param in engine.params if param.name == "strength"), None)
        if strength and model.starts_from_picture(engine):
            self.init = InitPicture(self.desk, strength)
            self._place.addWidget(self.init)
        self._about.setText(t(engine.summary))
        self._count_place.setVisible(not model.has_count(engine))
        self._add_presets(engine)

    def _add_presets(self, engine: Manifest) -> None:
        """The sizes to choose from stand above width and height."""
        form, presets = self._form, model.presets_of(engine)
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
        self._show_preset()

    def _use_preset(self, at: int) -> None:
        size = self.sizes.itemData(at)
        if size and self._form:
            self._form.set_values({"width": size[0], "height": size[1]})

    def _show_preset(self) -> None:
        if self._form is None or "width" not in self._form.fields:
            return
        values = self._form.values
        wanted = (values["width"], values["height"])
        found = [at for at in range(1, self.sizes.count()) if tuple(self.sizes.itemData(at)) == wanted]
        self.sizes.setCurrentIndex(found[0] if found else 0)

    def _try_example(self) -> None:
        if self._form:
            name = next((name for name in model.PROMPTS if name in self._form.fields), "")
            self._form.set_values({name: model.EXAMPLE})
        self.generate()

    def _remember_split(self) -> None:
        self.desk.memory.put("images.split", self._column.sizes())


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return ImagesRoom(desk, actions)
