"""The room Library: everything that was ever made or brought in, found again, kept in order, made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.services import listening
from studio.services.library_index import PICTURE_ENDINGS, SOUND_ENDINGS, Item
from studio.store import plain_file
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t, tn
from studio.ui.tabs.library import model
from studio.ui.tabs.library.deeds import Deeds
from studio.ui.tabs.library.details import Details, menu_for
from studio.ui.tabs.library.filter_bar import FilterBar
from studio.ui.tabs.library.glances import Glances
from studio.ui.tabs.library.importing import Importing, Incoming
from studio.ui.tabs.library.items_model import ItemsModel
from studio.ui.tabs.library.model import Filters
from studio.ui.tabs.library.pane import Pane
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.library_deeds import key_of
from studio.ui.widgets.pages import Pages
from studio.ui.widgets.room import Room

_WELCOME = SOUND_ENDINGS | PICTURE_ENDINGS
_SOON = 150  # milliseconds from a change elsewhere to another look at the table
_MOST_TEXT = 20_000  # characters of a text that are shown
_EXAMPLE = "Ada: (sighs) So this is where everything I make will be."


class LibraryRoom(Room):
    """List on the left, what is chosen on the right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "library", t("Library"))
        self._items = ItemsModel(desk)
        self._items.setParent(self)
        self._glances = Glances(desk, self)
        self._tags: list[str] = []
        self._last: list[int] = []
        self._wanted: list[int] = []  # to be chosen as soon as they are found
        self._came: set[int] = set()  # what came in, and was not shown yet
        self._deeds = Deeds(self)
        self.filters = FilterBar(model.from_memory(desk.memory.get("library.filters", {})))
        self.pane = Pane(self._items, self._glances)
        self.incoming = Incoming.of(desk)
        self.importing = Importing(self.incoming)
        self.details = Details(self._glances)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._look)
        self._build()
        self._connect()
        self._bind()
        self.details.show_nothing()
        self._show_filters(self.filters.filters)

    # ---- the room

    def entered(self) -> None:
        """Look again: much may have been made meanwhile."""
        self._look_for_wanted()

    def generate(self) -> None:
        """Make what is chosen again."""
        self._act("again")

    def take_files(self, files: list[Path]) -> bool:
        """Bring in sounds and pictures that were dropped; folders are looked into."""
        wanted = [file for file in files if file.is_dir() or file.suffix.lower() in _WELCOME]
        if not wanted:
            return False
        self._import(wanted)
        return True

    # ---- building

    def _build(self) -> None:
        self.header.addWidget(
            basics.button(
                t("Import"), self._ask_for_files, icon_name="import", tip=self.actions_table.hint("library.import")
            )
        )
        self.body.addWidget(self.filters)
        self.body.addWidget(self.importing)
        self._trash_bar = QWidget()
        self._trash_words = basics.label("", "secondary", wrap=True)
        self._empty_button = basics.button(t("Empty the trash"), self._deeds.empty_trash, icon_name="trash-2")
        line = basics.row(self._trash_words, self._empty_button)
        line.setStretch(0, 1)
        self._trash_bar.setLayout(line)
        self.body.addWidget(self._trash_bar)
        self._count = basics.label("", "caption")
        self._stack = Pages()
        self._stack.addWidget(self.pane)
        first = t("All that is made is kept here with its recipe. Files from elsewhere can be added.")
        self._nothing = EmptyState(
            "library",
            t("Nothing made yet"),
            first,
            (t("Import files"), self._ask_for_files),
            (t("Say one sentence as an example"), self._make_example),
        )
        self._unfound = EmptyState(
            "search",
            t("Nothing found"),
            t("No thing suits the search and the filters."),
            (t("Show all"), self._show_all),
        )
        self._no_trash = EmptyState(
            "trash-2", t("The trash is empty"), t("What you throw away waits here until you empty it.")
        )
        self._waiting = QWidget()
        for page in (self._nothing, self._unfound, self._no_trash, self._waiting):
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._waiting)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._count)
        self.inspector.addWidget(self.details)
        self.set_primary(t("Make again"), "rotate-ccw").setEnabled(False)

    def _connect(self) -> None:
        self.filters.changed.connect(self._show_filters)
        self._items.found.connect(self._show_found)
        self.pane.chosen.connect(self._show_chosen)
        self.pane.opened.connect(partial(self._act, "play"))
        self.pane.sorted_by.connect(self._sort)
        self.pane.menu_wanted.connect(self._menu)
        self.details.deed.connect(self._act)
        self.details.renamed.connect(self._rename)
        self.details.tagged.connect(lambda tags: self._with_items(lambda items: self._deeds.tag(items, added=tags)))
        self.details.untagged.connect(lambda tag: self._with_items(lambda items: self._deeds.tag(items, removed=tag)))
        self.details.sought.connect(self._seek)
        self.details.part_chosen.connect(self._play_part)
        self._deeds.changed.connect(self._look)
        self.incoming.finished.connect(self._came_in)
        self.desk.jobs.finished.connect(self._job_finished)
        self.desk.player.moved.connect(self._show_position)
        self.desk.player.changed.connect(self._show_position)

    def _bind(self) -> None:
        bind = self.actions_table.bind
        bind("library.find", self._find)
        bind("library.import", self._ask_for_files)
        bind("library.star", partial(self._act, "star"))
        bind("library.again", partial(self._act, "again"))
        bind("library.reveal", partial(self._act, "reveal"))
        bind("library.trash", partial(self._act, "trash"))

    # ---- the list

    def _show_filters(self, filters: Filters) -> None:
        self.desk.memory.put("library.filters", filters.to_memory())
        self.pane.show_as(grid=filters.grid, order=filters.order, rising=filters.rising)
        self._trash_bar.setVisible(filters.trash)
        self._trash_words.setText(t("What lies here is deleted only when you empty the trash."))
        self._look()

    def _look(self) -> None:
        self._items.engines = self._engines()
        project = self.desk.project.folder
        self._items.show(self.filters.filters.query(str(project), self._items.engines))
        index = self.desk.studio.library_index
        self.desk.operations.run(self, index.tags, self._keep_tags)

    def _keep_tags(self, tags: list[str]) -> None:
        self._tags = tags

    def _show_found(self) -> None:
        count, filters = len(self._items.ids), self.filters.filters
        if count:
            page: QWidget = self.pane
        elif filters.trash:
            page = self._no_trash
        else:
            page = self._unfound if filters.narrow else self._nothing
        self._stack.setCurrentWidget(page)
        self._empty_button.setEnabled(bool(count) or filters.narrow)
        self._count.setText(tn(count, "One thing", "{count} things") if count else "")
        wanted, self._wanted = self._wanted, []
        if wanted:
            self.pane.choose(wanted)
        if not self.pane.ids:
            self._show_chosen()

    def _show_all(self) -> None:
        self.filters.show_filters(model.without_narrowing(self.filters.filters))

    def _sort(self, order: str, rising: bool) -> None:  # noqa: FBT001 — a slot
        self.filters.show_filters(replace(self.filters.filters, order=order, rising=rising))

    def _find(self) -> None:
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def _job_finished(self, job: int) -> None:
        del job
        if self.isVisible():
            self._soon.start()

    # ---- what is chosen

    def _show_chosen(self) -> None:
        ids = self.pane.ids
        item = self.pane.item
        can = item is not None and model.can_be_made_again(item) and not item.trashed
        if self.primary:
            self.primary.setEnabled(can)
        if len(ids) > 1:
            self._last = ids
            self.details.show_several(len(ids), (), self._tags, trash=self.filters.filters.trash)
        elif item is not None:
            if item == self.details.item and self._last == ids:
                return
            self._last = ids
            self._show_item(item)
        elif not ids:
            self._last = ids
            self.details.show_nothing()

    def _show_item(self, item: Item) -> None:
        engine = next((m for m in self.desk.studio.registry.manifests() if m.id == item.engine), None)
        titles = {param.name: param.title for param in engine.params} if engine else {}
        self.details.show_item(item, self._items.engines, titles, self._tags)
        studio = self.desk.studio
        if item.task == "music":
            self.desk.operations.run(
                self.details, lambda: studio.library_index.parts(item.id), partial(self._show_parts, item.id)
            )
        if item.kind == "text" and item.there:
            self.desk.operations.run(self.details, lambda: _text_of(item.file), partial(self._show_text, item.id))
        if item.kind == "audio" and item.there:
            play = self.desk.player.offer if item.id in self._came else self.desk.player.select
            self._came.discard(item.id)
            play(Playable(key_of(item), model.title_of(item), item.file))
            work = partial(listening.outline, studio.paths, studio.sound, item.file, item.sha256, 240)
            self.desk.operations.run(self.details, work, partial(self._show_wave, item.id), lambda _error: None)

    def _show_parts(self, item: int, parts: Sequence[Item]) -> None:
        if self.details.item is not None and self.details.item.id == item:
            self.details.show_parts(parts)

    def _show_text(self, item: int, text: str) -> None:
        if self.details.item is not None and self.details.item.id == item:
            self.details.show_text(text)

    def _show_wave(self, item: int, outline: Sequence[tuple[int, int]]) -> None:
        if self.details.wave is not None and self.details.item is not None and self.details.item.id == item:
            self.details.wave.show_sound(outline)
            self._show_position()

    def _show_position(self) -> None:
        item, wave, player = self.details.item, self.details.wave, self.desk.player
        if item is None or wave is None:
            return
        same = player.selected is not None and player.selected.key == key_of(item)
        wave.show_position(player.position / player.seconds if same and player.seconds else 0.0)

    def _seek(self, share: float) -> None:
        self.desk.player.seek(share * self.desk.player.seconds)

    def _play_part(self, part: Item) -> None:
        if part.kind == "audio":
            self.desk.player.toggle(Playable(key_of(part), model.title_of(part), part.file))
        else:
            self._save_copy(part)

    # ---- deeds

    def _act(self, deed: str) -> None:
        several: dict[str, Callable[[Sequence[Item]], None]] = {
            "star": self._deeds.star,
            "trash": self._deeds.trash,
            "restore": self._deeds.restore,
        }
        single: dict[str, Callable[[Item], None]] = {
            "again": partial(self._deeds.make_again, other_seed=False),
            "other_seed": partial(self._deeds.make_again, other_seed=True),
            "room": self._open_in_room,
            "project": self._deeds.add_to_project,
            "reveal": self._deeds.reveal,
            "copy": self._save_copy,
            "recipe": self._deeds.copy_recipe,
            "play": self._play,
        }
        item = self.pane.item
        if deed in several and not (deed in {"trash", "star"} and self.filters.filters.trash):
            self._with_items(several[deed])
        elif deed in single and item is not None and (deed != "again" or model.can_be_made_again(item)):
            single[deed](item)

    def _with_items(self, act: Callable[[Sequence[Item]], None]) -> None:
        ids, index = self.pane.ids, self.desk.studio.library_index
        if ids:
            self.desk.operations.run(self, lambda: index.items(ids), act)

    def _rename(self, title: str) -> None:
        if self.details.item is not None:
            self._deeds.rename(self.details.item, title)

    def _play(self, item: Item) -> None:
        if item.kind == "audio" and item.there:
            self.desk.player.toggle(Playable(key_of(item), model.title_of(item), item.file))

    def _save_copy(self, item: Item) -> None:
        self._deeds.save_copy(item, model.title_of(item))

    def _open_in_room(self, item: Item) -> None:
        self.recipe_wanted.emit(dict(item.recipe))

    def _menu(self, place: QPoint) -> None:
        if self.pane.ids:
            menu_for(self.pane.item, self, self._act).popup(place)

    # ---- coming in

    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self, t("Import sounds and pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        endings = " ".join(f"*{ending}" for ending in sorted(_WELCOME))
        dialog.setNameFilters([f"{t('Sounds and pictures')} ({endings})", f"{t('All files')} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda chosen: self._import([Path(file) for file in chosen]))
        dialog.open()

    def _import(self, files: list[Path]) -> None:
        self.desk.operations.run(self.incoming, lambda: _inside(files), self.incoming.take)

    def _came_in(self, ids: list[int]) -> None:
        self._wanted = ids
        self._came = set(ids)
        if self.isVisible():
            self._look_for_wanted()

    def _look_for_wanted(self) -> None:
        if self._wanted and (self.filters.filters.narrow or self.filters.filters.trash):
            self.filters.show_filters(Filters(grid=self.filters.filters.grid))
        else:
            self._look()

    def _make_example(self) -> None:
        self.recipe_wanted.emit({"task": "speech", "script": t(_EXAMPLE)})

    def _engines(self) -> dict[str, str]:
        return {m.id: t(m.title) for m in self.desk.studio.registry.manifests()}


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return LibraryRoom(desk, actions)


def _inside(files: Sequence[Path]) -> list[Path]:
    """Return files, and of folders the sounds and pictures right in them."""
    found: list[Path] = []
    for file in files:
        if file.is_dir():
            try:
                inner = sorted(one for one in file.iterdir() if one.suffix.lower() in _WELCOME)
            except OSError as e:
                raise plain_file.explain(e, plain_file.name_of(file)) from e
            found += [one for one in inner if one.is_file()]
        else:
            found.append(file)
    return found


def _text_of(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MOST_TEXT)
    except OSError:  # gone since its row was read; the row will say so
        return ""
