"""The room Music: a style, words, and the takes that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSpinBox, QSplitter, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain import recipe as recipes
from studio.domain.project import Media, Project
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import again, bringing, song_work, styling
from studio.services.library_index import Item
from studio.services.tasks.work import Wish
from studio.ui.actions import Actions
from studio.ui.bridge.asking import ask_all, failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.music import model
from studio.ui.tabs.music.compare_bar import CompareBar
from studio.ui.tabs.music.lyrics_check import SungChecks
from studio.ui.tabs.music.lyrics_panel import LyricsPanel
from studio.ui.tabs.music.slots import Slots
from studio.ui.tabs.music.song_deeds import SongDeeds
from studio.ui.tabs.music.sound_slot import SoundSlot
from studio.ui.tabs.music.style_bar import StyleBar
from studio.ui.tabs.music.style_card import StyleCard
from studio.ui.tabs.music.style_deeds import StyleDeeds
from studio.ui.tabs.music.take_list import TakeList
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.flow_layout import FlowLayout
from studio.ui.widgets.form import Form
from studio.ui.widgets.library_deeds import LibraryDeeds
from studio.ui.widgets.room import Room
from studio.ui.widgets.seed_field import SeedField

_MOST_VARIATIONS = 8


class MusicRoom(Room):
    """Style and lyrics above, takes below, the engine's form at the side."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "music", t("Music"))
        self._engine = EngineBox(desk, "music")
        self._engine.chosen.connect(self._build_form)
        self.header.addWidget(basics.label(t("Engine"), "secondary"))
        self.header.addWidget(self._engine)
        self.style_bar = StyleBar(desk.memory)
        self.lyrics = LyricsPanel(desk, actions)
        self.songs = SongDeeds(self)
        self.takes = TakeList(desk, self.songs.why_not)
        self.takes.worked.connect(self._work)
        self.compare = CompareBar(desk)
        self._deeds = LibraryDeeds(self)
        self._deeds.changed.connect(self._load_takes)
        self.takes.wanted.connect(self._act)
        self.takes.loaded.connect(self._show_takes)
        self.takes.selected.connect(self._show_takes)
        self.sung = SungChecks(desk, self.takes, self.lyrics.editor, self.ask)
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
        self.styles = StyleDeeds(self)
        self.slots = Slots(desk.memory)
        self._place = QVBoxLayout()
        self.inspector.addWidget(self.slots)
        self.inspector.addLayout(self._place)
        self.inspector.addWidget(self.seed)
        self.inspector.addLayout(_captioned(t("Variations"), self.variations))
        self.inspector.addWidget(self.card)
        self.inspector.addWidget(self._about)
        self.inspector.addStretch(1)
        self.set_primary(t("Generate"))
        self._build_form()
        actions.bind("music.lyrics", self.lyrics.deeds.write)
        actions.bind("music.check", self._selected("check"))
        actions.bind("music.more", self._more_like_this)
        actions.bind("music.seed", self.seed.roll)
        desk.jobs.finished.connect(self._finished)
        self.takes.load()
        self.styles.load()

    @property
    def engine(self) -> Manifest | None:
        """The engine that is chosen."""
        return self._engine.manifest

    @property
    def form_values(self) -> dict[str, Any]:
        """What the form says, by name."""
        return self._form.values if self._form else {}

    # ---- what a room does

    def generate(self) -> None:
        """Make what the form says."""
        self._generate(front=False)

    def generate_first(self) -> None:
        """Make it before all that waits."""
        self._generate(front=True)

    def entered(self) -> None:
        """Show what was made elsewhere, and which engines can write now."""
        self.takes.load()
        self.lyrics.writer.look()
        if self.takes.item:
            self.takes.choose(self.takes.item.id, clicked=False)

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
        params = recipes.params_in(recipe)
        self.style_bar.set_text(styling.words_in(params))
        self.lyrics.editor.put(str(recipe.get("script", "")))
        if self._form:
            self._form.reset()
            self._form.set_values(params)
        self.slots.restore(recipe, self._kept_of(recipe))
        self.seed.keep(recipes.seed_in(recipe))
        return True

    def take_files(self, files: list[Path]) -> bool:
        """A text file becomes the lyrics, a sound the song to work on or what is to be sounded like."""
        texts = [file for file in files if file.suffix.lower() == ".txt"]
        if not texts:
            return self.slots.take(files)
        self.lyrics.read(texts[0])
        return True

    def _kept_of(self, recipe: Mapping[str, Any]) -> dict[str, Path]:
        """Return the sounds that something was made of, as far as they are still there."""
        found: Any = recipe.get("files")
        names: dict[str, Any] = found if isinstance(found, dict) else {}
        inputs = self.desk.studio.inputs
        paths = {role: inputs.path(name) for role, name in names.items() if recipes.is_input_name(name)}
        return {role: path for role, path in paths.items() if path.is_file()}

    # ---- asking

    def _generate(self, *, front: bool) -> None:
        engine = self._engine.manifest
        if engine is None or self._form is None:
            self.tell(
                t("There is no engine for music."), t("The room Engines shows what can be installed."), key="engine"
            )
            return
        self.banners.drop("music")
        self.ask(self.wishes(engine, seed=self.seed.take(), variations=self.variations.value()), front=front)

    def wishes(self, engine: Manifest, *, seed: int = -1, variations: int = 1) -> list[Wish]:
        """Return what the form asks for, of an engine."""
        asked = model.wishes(
            engine,
            style=self.style_bar.text,
            lyrics=self.lyrics.editor.text,
            values=self.form_values,
            seed=seed,
            variations=variations,
        )
        return [self.slots.with_files(wish) for wish in asked]

    def show_params(self, values: Mapping[str, Any]) -> None:
        """Show values in the form, as far as it has them."""
        if self._form:
            self._form.set_values(values)

    def ask(self, asked: list[Wish], *, front: bool = False) -> None:
        """Have it made."""
        ask_all(self.desk, self, asked, self._failed, front=front)

    def _failed(self, error: StudioError) -> None:
        self.desk.notices.tell(error, room="music", key="music")

    def _load_takes(self) -> None:
        self.takes.load()

    def _more_like_this(self) -> None:
        item = self.takes.item
        if item:
            self._make_like(item)

    def _make_like(self, item: Item) -> None:
        try:
            self.ask([again.wish_of(again.understood(item.recipe, item.file), other_seed=True)])
        except StudioError as e:
            self._failed(e)

    def _work(self, way: str, number: int, one: float, two: float) -> None:
        item = next((item for item in self.takes.items if item.id == number), None)
        if item:
            self.songs.do(way, item, one, two)

    def _finished(self, number: int) -> None:
        job = self.desk.jobs.get(number)
        if job is None or job.task != "music":
            return
        if job.state in states.CAME_TO_NOTHING:
            self._failed(failure_of(job))
        self.takes.load(made_by=number)

    # ---- takes

    def _act(self, verb: str, number: int) -> None:
        item = next((item for item in self.takes.items if item.id == number), None)
        if item is None:
            return
        acts = {
            "more": lambda: self._make_like(item),
            "work": lambda: self.takes.open_work(item.id),
            "compare": lambda: self.compare.take(item, _title_of(item)),
            "source": lambda: self._as_source(item),
            "reference": lambda: self._as_reference(item),
            "fill": lambda: self._fill(item),
            "timeline": lambda: self._deeds.bring(item, _title_of(item), self._place_clip),
            "check": lambda: self.sung.toggle(item),
            "style": lambda: self.styles.keep_of(item),
            "save": lambda: self._deeds.save_copy(item, _title_of(item)),
            "reveal": lambda: self._deeds.reveal(item),
            "trash": lambda: self._deeds.trash([item]),
            "star": lambda: self._star(item, on=True),
            "unstar": lambda: self._star(item, on=False),
            "stems": lambda: self._open_stems(item),
            "no stems": lambda: self.takes.toggle_stems(item.id, ()),
        }
        acts[verb]()

    def _as_source(self, item: Item) -> None:
        """Let the form be about this take: with the first way to work on a song, where it is in none."""
        engine = self.engine
        if engine and self._mode == song_work.first_way(engine) and song_work.ways_of(engine):
            self.show_params({song_work.MODE: song_work.ways_of(engine)[0]})
        self._into(self.slots.source, item, t("{engine} takes no song to work on.", engine=self._engine_title))

    def _as_reference(self, item: Item) -> None:
        why_not = t("{engine} takes no piece to sound like.", engine=self._engine_title)
        self._into(self.slots.reference, item, why_not)

    def _into(self, slot: SoundSlot, item: Item, why_not: str) -> None:
        """Let a take go along with what is asked for; where the engine has no use for it, say so."""
        if slot.isHidden():
            self.desk.notices.toast.emit(why_not if self.engine else t("There is no engine for music."), None)
        else:
            slot.put(item.file, _title_of(item), _terms_of(item))

    @property
    def _engine_title(self) -> str:
        return t(self.engine.title) if self.engine else ""

    def _fill(self, item: Item) -> None:
        self.restore(item.recipe)
        self.desk.notices.toast.emit(t("The form is as it was for this take."), None)

    def _place_clip(self, media: Media) -> None:
        def edit(project: Project) -> Project:
            return bringing.on_track(project, media, kind="music", name=t("Music"))

        told = t("The take is on the timeline, behind the last clip of the music track.")
        self.desk.project.do(t("Add music to the timeline"), edit, told=told)

    def _star(self, item: Item, *, on: bool) -> None:
        index = self.desk.studio.library_index
        self.desk.operations.change(self, lambda: index.star([item.id], on=on), lambda _done: None, self._failed)

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
        top.setFocusPolicy(Qt.FocusPolicy.NoFocus)
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
        below.addWidget(self.compare)
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
        acts = FlowLayout(spacing=0)
        for one in (self._more, self._to_form, self._to_timeline):
            acts.addWidget(one)
        head = basics.row(basics.label(t("Takes"), "heading"))
        head.addLayout(acts, 1)
        return head

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
            name = styling.text_param(engine)
            self._form = Form(engine.id, engine.params, self.desk.memory, without=(name,))
            self._place.addWidget(self._form)
            self._form.changed.connect(self._fit_form)
            self._about.setText(t(engine.summary))
            self.style_bar.setVisible(bool(name))
        self._fit_form()
        self.takes.look_again()

    @property
    def _mode(self) -> str:
        return str(self.form_values.get(song_work.MODE, ""))

    def _fit_form(self) -> None:
        """Show the fields and sounds that say something in the way that is chosen."""
        engine = self.engine
        self.slots.fit(engine, self._mode)
        if engine and self._form:
            idle = song_work.says_nothing(engine, self._mode)
            for name, field in self._form.fields.items():
                field.setVisible(name not in idle)

    def _try_example(self) -> None:
        self.style_bar.set_text(model.EXAMPLE)
        if self._form:
            self._form.set_values({"duration": model.EXAMPLE_SECONDS})
        self.generate()

    def _remember_variations(self, count: int) -> None:
        self.desk.memory.put("music.variations", count)

    def _remember_split(self) -> None:
        self.desk.memory.put("music.split", self._column.sizes())


def _captioned(title: str, editor: QWidget) -> QVBoxLayout:
    caption = basics.label(title, "secondary")
    caption.setBuddy(editor)
    return basics.column(caption, editor, spacing=tokens.HALF)


def _terms_of(item: Item) -> str:
    return str(item.recipe.get("licence") or "")


def _title_of(item: Item) -> str:
    return item.title or t("Music")


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return MusicRoom(desk, actions)
