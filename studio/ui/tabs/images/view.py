"""The room Images: a prompt, and the pictures that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain import recipe as recipes
from studio.domain.edits import whole
from studio.domain.export import a1111
from studio.domain.picture_recipe import PictureRecipe
from studio.domain.project import Picture
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import generation, picture_recipes, project_cover, stored_recipes
from studio.services.library_index import PICTURE_ENDINGS, Item
from studio.ui.actions import Actions
from studio.ui.bridge.asking import failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import making, model
from studio.ui.tabs.images.filling import Filling
from studio.ui.tabs.images.gallery import Gallery
from studio.ui.tabs.images.grid_box import GridBox
from studio.ui.tabs.images.grid_page import GridPage
from studio.ui.tabs.images.init_picture import InitPicture
from studio.ui.tabs.images.model_box import place_of
from studio.ui.tabs.images.paint_page import PaintPage
from studio.ui.tabs.images.painting import Painted
from studio.ui.tabs.images.picture_form import PictureForm
from studio.ui.tabs.images.stage import Stage
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.library_deeds import LibraryDeeds
from studio.ui.widgets.room import Room
from studio.ui.widgets.seed_field import SeedField


class ImagesRoom(Room):
    """The big picture above, the gallery below, the engine's form at the side; or a page to paint on, or a grid."""

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
        self.gallery.loaded.connect(self._show_page)
        self.gallery.menu_wanted.connect(self._open_menu)
        self.gallery.wanted.connect(self._act_on)
        self.stage.view.stepped.connect(self.gallery.step)
        self.painter = PaintPage(desk.memory)
        self.painter.left.connect(self._leave_page)
        self.painter.changed.connect(self._painted)
        self.grid = GridPage(desk)
        self.grid.left.connect(self._leave_page)
        self.grid.picked.connect(self._pick_of_grid)
        self._page: QWidget | None = None  # in place of the pictures
        self._build_body()
        self.grid_box = GridBox(desk.memory)
        self.form = PictureForm(desk)
        self.form.opened.connect(self._open_painting)
        self.form.left.connect(self._leave_painting)
        self.form.changed.connect(self._form_changed)
        self.seed = SeedField(desk.memory, "images")
        self._filling = Filling(self, self._engine)
        self._show_grid = basics.button(t("Show the grid"), self._open_grid, icon_name="grid-3x3")
        self._show_grid.hide()
        self.inspector.addWidget(self.form)
        self.inspector.addWidget(self.seed)
        self.inspector.addWidget(self.grid_box)
        self.inspector.addWidget(self._show_grid)
        self.inspector.addStretch(1)
        self.set_primary(t("Generate"))
        self._build_form()
        for action, act in (
            ("images.seed", self.seed.roll),
            ("images.compare", self._toggle_compare),
            ("images.paint", lambda: self._act("paint")),
            ("images.larger", lambda: self._act("larger")),
            ("images.more", lambda: self._act("more")),
            ("images.cover", lambda: self._act("cover")),
            ("images.copy", lambda: self._act("copy")),
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
        self.form.look_again()

    def restore(self, recipe: Mapping[str, Any], *, name: str = "") -> bool:
        """Fill the form from the recipe of a picture."""
        if recipe.get("task") != "image":
            return False
        self._filling.restore(recipe, name)
        return True

    def take_files(self, files: list[Path]) -> bool:
        """A picture with a recipe, by whatever program, fills the form; another one is the picture to start from."""
        pictures = [file for file in files if file.suffix.lower() in PICTURE_ENDINGS]
        if not pictures:
            return False
        file, studio = pictures[0], self.desk.studio

        def work() -> dict[str, Any] | PictureRecipe:
            try:
                return stored_recipes.stored_in(studio.library, studio.sound, studio.pictures, file)
            except StudioError:
                return picture_recipes.read_picture_recipe(studio.pictures, file)

        def done(found: dict[str, Any] | PictureRecipe) -> None:
            if isinstance(found, PictureRecipe):
                self._filling.follow(found, file)
            elif not self.restore(found, name=file.name):
                self._start_from(file)

        self.desk.operations.run(self, work, done, lambda _error: self._start_from(file))
        return True

    @property
    def form_values(self) -> dict[str, Any]:
        """What the form says."""
        return self.form.shown

    @property
    def init(self) -> InitPicture | None:
        """The picture to start from; None where the engine takes none."""
        return self.form.init

    # ---- asking

    def _generate(self, *, front: bool) -> None:
        engine, values = self._engine.manifest, self.form.values
        if engine is None or not values:
            self.tell(
                t("There is no engine for pictures."), t("The room Engines shows what can be installed."), key="engine"
            )
            return
        prompt = model.prompt_of(values)
        init, rights = (self.init.files, self.init.rights) if self.init else ({}, {})
        if not init and model.only_enlarges(engine):
            self.tell(t("There is no picture to enlarge."), t("Choose one to start from."), tone="warn", key="images")
            return
        if not prompt.strip() and model.needs_prompt(values, started=bool(init)):
            self.tell(
                t("There is no prompt."), t("Say what is to be seen, for example: {example}.", example=model.EXAMPLE),
                tone="warn", key="images",
            )  # fmt: skip
            return
        if self.form.loras and self.form.loras.missing:
            self.form.loras.check(lambda missing: self._checked(missing, front=front))
            return
        self.banners.drop("images")
        painted = self.init.painted if self.init else None
        seed = self.seed.take()
        if self.grid_box.on and not model.only_enlarges(engine):
            self._generate_grid(engine, values, seed, init, rights, painted, front=front)
            return
        wishes = model.wishes(engine, values, seed=seed, init=init, count=self.form.count.value(), rights=rights)
        making.ask(self.desk, self, wishes, painted, self._failed, front=front)
        self._leave_page()

    def _checked(self, missing: list[str], *, front: bool) -> None:
        """Go on, or say which LoRA is still not there."""
        if not missing:
            self._generate(front=front)
            return
        self.tell(
            t("The LoRA {name} is not in the folder of LoRAs.", name=missing[0]),
            t("Add its file, or take it off the list."),
            tone="warn",
            key="images",
        )

    def _generate_grid(
        self,
        engine: Manifest,
        values: Mapping[str, Any],
        seed: int,
        init: Mapping[str, Path],
        rights: Mapping[str, str],
        painted: Painted | None,
        *,
        front: bool,
    ) -> None:
        try:
            grid = self.grid_box.grid(model.prompt_of(values), seed)
        except StudioError as e:
            self._failed(e)
            return
        one = dict(values) | ({"count": 1} if model.has_count(engine) else {})
        words = model.prompt_name(values)
        wishes = [
            wish
            for cell in grid.cells
            for wish in model.wishes(engine, one | {words: cell.prompt}, seed=cell.seed, init=init, rights=rights)
        ]

        def queued(jobs: list[int]) -> None:
            self.grid.show_grid(grid, jobs)
            self._show_grid.show()
            self._open_grid()

        making.ask(self.desk, self, wishes, painted, self._failed, front=front, queued=queued)

    def _failed(self, error: StudioError) -> None:
        self.desk.notices.tell(error, room="images", key="images")

    def _finished(self, number: int) -> None:
        job = self.desk.jobs.get(number)
        if job is None or job.task != "image":
            return
        if job.state in states.CAME_TO_NOTHING:
            self._failed(failure_of(job))
        self.gallery.load(made_by=number)
        self.form.look()

    def _load_gallery(self) -> None:
        self.gallery.load()

    # ---- what can be done with a picture

    def _act(self, verb: str) -> None:
        item = self.gallery.item
        if item is None or self.gallery.watched:
            return
        acts = {
            "cover": self._use_as_cover,
            "copy": self._copy_parameters,
            "fill": lambda: self.restore(item.recipe, name=item.title),
            "init": lambda: self._start_from(item.file, name=item.title),
            "paint": lambda: self._start_from(item.file, name=item.title, paint=True),
            "larger": lambda: self._enlarge(item),
            "more": lambda: self._vary(item),
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

    def _enlarge(self, item: Item) -> None:
        """Make a picture twice as large, by the engine that is chosen."""
        engine = self._engine.manifest
        if engine is None or not model.enlarges(engine):
            self.tell(t("This engine makes no picture larger."), t("Choose another one."), tone="warn", key="images")
            return
        values = self.form.values
        params = values | model.enlarging(engine, values, recipes.params_in(item.recipe))
        wishes = model.wishes(engine, params, seed=recipes.seed_in(item.recipe), init={"init": item.file})
        making.ask(self.desk, self, wishes, None, self._failed)

    def _vary(self, item: Item) -> None:
        """Make pictures like one, with its model wherever that lies."""
        engine, name = str(item.recipe.get("engine", "")), str(item.recipe.get("model", ""))
        try:
            manifest = self.desk.studio.registry.manifest(engine)
            place = place_of(self.desk.memory, manifest, name)
            if not place:  # else the engine would take another one
                generation.check_model(manifest, name)
        except StudioError as e:
            self._failed(e)
            return
        if model.only_enlarges(manifest):
            told = t("This picture was made larger without dice: another one would be the same.")
            self.tell(told, t("Make variations of the one it was made from."), tone="warn", key="images")
            return
        wishes = making.variations(item.recipe, seed=self.seed.take(), place=place)
        making.ask(self.desk, self, wishes, None, self._failed)

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

    def _start_from(self, file: Path, *, name: str = "", paint: bool = False) -> None:
        if self.init is None:
            self.tell(t("This engine starts from nothing but words."), tone="warn", key="images")
        elif paint and not self.init.paints:
            self.tell(
                t("This engine makes pictures larger, and paints nothing."), t("Choose another one."),
                tone="warn", key="images",
            )  # fmt: skip
        else:
            self.init.take(file, name=name, paint=paint)

    def _star(self, item: Item) -> None:
        index, on = self.desk.studio.library_index, not item.starred

        def failed(error: StudioError) -> None:
            self.gallery.load()  # it was shown too early
            self._failed(error)

        self.gallery.star(item.id, on=on)
        self.desk.operations.change(
            self, lambda: index.star([item.id], on=on), lambda _done: self.gallery.load(), failed
        )

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

    # ---- pages

    def _open_painting(self) -> None:
        engine, init = self._engine.manifest, self.init
        if engine is None or init is None or init.painting is None:
            return
        most = model.sides(engine)[1]
        self.painter.open(init.painting, init.name, most=most, may_frame=bool(most))
        self._page = self.painter
        self._show_page()
        self.painter.view.setFocus()

    def _open_grid(self) -> None:
        self._page = self.grid
        self._show_page()

    def _leave_page(self) -> None:
        self._page = None
        self._show_page()

    def _leave_painting(self) -> None:
        """What was painted on is not started from any more."""
        self.painter.view.show_painting(None)
        if self._page is self.painter:
            self._leave_page()

    def _pick_of_grid(self, number: int) -> None:
        self._leave_page()
        self.gallery.choose(number)

    def _painted(self) -> None:
        """Let the form say what is painted, and how large it becomes."""
        init = self.init
        if init is None or init.painting is None or self.painter.view.painting is not init.painting:
            return
        init.show_painted()
        self.form.follow_frame(init.painting.frame.size if init.differs else None)

    def _form_changed(self) -> None:
        self.grid_box.show_prompt(model.prompt_of(self.form.shown))

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
        for one in (self._nothing, self._column, self.painter, self.grid):
            self.body.addWidget(one, 1)
        self._show_page()

    def _show_page(self) -> None:
        """Show a page, or the pictures, or that there are none."""
        page = self._page or (self._nothing if self.gallery.empty else self._column)
        for one in (self._nothing, self._column, self.painter, self.grid):
            one.setVisible(one is page)

    def _show_selected(self) -> None:
        job = self.desk.jobs.get(self.gallery.watched) if self.gallery.watched else None
        if job is None:
            self.stage.show_items(self.gallery.item, self.gallery.second)
            return
        picture = self.desk.previews.of(job.id)
        if picture is not None:  # gone when it is done: what was seen last stays until the result is there
            part = self.desk.jobs.progress(job.id).fraction
            facts = t("A rough look at what is being made")
            facts += f" · {round(100 * part)} %" if part is not None else ""
            self.stage.show_look(picture, model.prompt_of(job.request.params), facts)

    def _build_form(self) -> None:
        engine = self._engine.manifest
        self._leave_painting()
        self.form.set_engine(engine)
        dice = engine is None or not model.only_enlarges(engine)
        self.seed.setVisible(dice)
        self.grid_box.setVisible(dice)

    def _try_example(self) -> None:
        self.form.set_values({model.prompt_name(self.form.shown): model.EXAMPLE})
        self.generate()

    def _remember_split(self) -> None:
        self.desk.memory.put("images.split", self._column.sizes())


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return ImagesRoom(desk, actions)
