"""The window: rail, the room that is shown, job drawer, player bar. Built from the table of rooms; knows none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from studio.ui import rooms
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.language import t
from studio.ui.shell.job_drawer import JobDrawer
from studio.ui.shell.palette import Palette
from studio.ui.shell.player_bar import PlayerBar
from studio.ui.shell.project_bar import ProjectBar
from studio.ui.shell.rail import Rail
from studio.ui.theme import tokens
from studio.ui.widgets import basics, tab_order
from studio.ui.widgets.banner import Banners
from studio.ui.widgets.pages import Pages
from studio.ui.widgets.room import Room
from studio.ui.widgets.space_key import SpaceKey
from studio.ui.widgets.toast import Toast

_SIZE = QSize(1280, 800)
_TAKERS = ("library", "dialogue", "voices")  # of what the shown room has no use for


class MainWindow(QMainWindow):
    """Shows one room at a time. `closing` comes when the user is done with it."""

    closing = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 640)
        self.actions_table = Actions(self, desk.studio.settings.window.keys)
        self._rooms: dict[str, Room] = {}
        self._shown = ""
        self._stack = Pages()
        self.rail = Rail(self.actions_table)
        self.banners = Banners()
        self.drawer = JobDrawer(desk, self.actions_table)
        self.player_bar = PlayerBar(desk, self.actions_table)
        self.project_bar = ProjectBar(desk, self.actions_table)
        self._build()
        self.toast = Toast(self)
        for entry in rooms.TABLE:
            self.rail.add(entry.id, t(entry.title), entry.sign)
            self.actions_table.bind(f"room.{entry.id}", partial(self.show_room, entry.id))
        self.rail.chosen.connect(self.show_room)
        self.rail.add_foot(t("Find"), "search", "palette")
        self.rail.add_foot(t("Settings"), "settings", "settings")
        self._bind()
        desk.notices.banner.connect(self._tell)
        desk.notices.dropped.connect(self._untell)
        desk.notices.toast.connect(self.toast.say)
        desk.project.changed.connect(self._rename)
        desk.project.changed.connect(self.toast.look_again)
        SpaceKey(self)
        self._restore()

    @cached_property
    def palette_box(self) -> Palette:
        """Made when somebody looks for a command."""
        return Palette(self, self.actions_table)

    @property
    def room(self) -> Room:
        """The room that is shown."""
        return self._rooms[self._shown]

    def show_room(self, room: str) -> Room:
        """Show a room; it is made when it is shown first."""
        if room not in {entry.id for entry in rooms.TABLE}:
            room = rooms.TABLE[0].id
        self._drop_pages()
        if room == self._shown:
            return self._rooms[room]
        if self._shown:
            self._rooms[self._shown].leave()
        self._made(room)
        self._shown = room
        self.actions_table.show_room(room)
        self._stack.setCurrentWidget(self._rooms[room])
        self._rooms[room].enter()
        self.rail.show_room(room)  # last: the focus that leaves the old room passes through the rail, and scrolls it
        self.desk.memory.put("room", room)
        return self._rooms[room]

    def chosen_spans(self) -> list[tuple[str, int, int]]:
        """Return the stretches of the timeline that are chosen in the rooms."""
        return [span for room in self._rooms.values() for span in room.chosen_spans()]

    def show_over(self, page: QWidget) -> None:
        """Show a page in the place of the rooms until a room is chosen or the page is closed."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def restore_recipe(self, recipe: Mapping[str, Any]) -> bool:
        """Show a recipe in the form of its room; return whether there is one."""
        task = str(recipe.get("task", ""))
        entry = next((entry for entry in rooms.TABLE if task in entry.tasks), None)
        return entry is not None and self.show_room(entry.id).restore(recipe)

    def take_files(self, files: list[Path]) -> None:
        """Take what was dropped: the shown room first, then a recipe's room, then the library."""
        if self.room.take_files(files):
            return
        from studio.services import stored_recipes

        studio = self.desk.studio

        def done(recipe: Mapping[str, Any] | None) -> None:
            if recipe and self.restore_recipe(recipe):
                return
            for room in _TAKERS:
                if self._made(room).take_files(files):
                    self.show_room(room)
                    return
            hint = t("Sounds, pictures, scripts and voices of the studio can be dropped here.")
            self.desk.notices.banner.emit(
                Banner(t("Nothing can be done with this file here."), hint, tone="warn", key="drop")
            )

        self.desk.operations.run(
            self,
            lambda: stored_recipes.stored_in(studio.library, studio.sound, studio.pictures, files[0]),
            done,
            lambda _error: done(None),
        )

    # ---- Qt

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 — Qt's own
        """Tab goes on as the window is read, not as it was made."""
        return tab_order.step(self, ahead=next)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files that no widget wanted for itself."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.take_files(files)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window was."""
        memory = self.desk.memory
        memory.put("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        memory.put("drawer.height", self._column.sizes()[-1] or memory.get("drawer.height", 0))
        QApplication.instance().removeEventFilter(self)  # pyright: ignore[reportOptionalMemberAccess]
        self.closing.emit()
        super().closeEvent(event)

    # ---- inside

    def _made(self, room: str) -> Room:
        if room not in self._rooms:
            entry = next(entry for entry in rooms.TABLE if entry.id == room)
            self._rooms[room] = entry.make(self.desk, self.actions_table)
            self._rooms[room].recipe_wanted.connect(self.restore_recipe)
            self._stack.addWidget(self._rooms[room])
        return self._rooms[room]

    def _build(self) -> None:
        self._column = QSplitter(Qt.Orientation.Vertical)
        self._column.setChildrenCollapsible(False)
        self._column.addWidget(self._stack)
        self._column.addWidget(self.drawer)
        self._column.setStretchFactor(0, 1)
        self._column.setStretchFactor(1, 0)
        self.drawer.setVisible(self.desk.memory.get("drawer", False))
        self._banner_place = QWidget()
        place = QVBoxLayout(self._banner_place)
        place.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, 0)
        place.addWidget(self.banners)
        self._banner_place.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.project_bar)
        right.addWidget(basics.rule())
        right.addWidget(self._banner_place)
        right.addWidget(self._column, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.rail)
        top.addWidget(basics.rule(upright=True))
        top.addLayout(right, 1)
        whole = QWidget()
        whole.setObjectName("canvas")
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top, 1)
        outer.addWidget(basics.rule())
        outer.addWidget(self.player_bar)
        self.setCentralWidget(whole)

    def _drop_pages(self) -> None:
        for page in [self._stack.widget(n) for n in range(self._stack.count())]:
            if page is not None and not isinstance(page, Room):
                self._stack.removeWidget(page)
                page.deleteLater()
        if self._shown:
            self._stack.setCurrentWidget(self._rooms[self._shown])

    def _find_command(self) -> None:
        self.palette_box.open()

    def _bind(self) -> None:
        desk, bind = self.desk, self.actions_table.bind
        bind("palette", self._find_command)
        bind("play", desk.player.toggle)
        bind("play.anywhere", desk.player.toggle)
        bind("stop", desk.player.stop)
        bind("loop", lambda: desk.player.set_loop(not desk.player.loop))
        bind("undo", desk.project.undo)
        bind("redo", desk.project.redo)
        bind("project.save", desk.project.save)
        bind("jobs", self._toggle_drawer)
        bind("jobs.cancel", desk.jobs.cancel_running)
        bind("jobs.cancel_all", desk.jobs.cancel_all)
        bind("inspector", self._toggle_inspector)
        bind("quit", self.close)
        self.player_bar.jobs_wanted.connect(self._toggle_drawer)

    def _toggle_inspector(self) -> None:
        self.room.toggle_inspector()

    def _toggle_drawer(self) -> None:
        self.drawer.setVisible(not self.drawer.isVisible())
        self.desk.memory.put("drawer", self.drawer.isVisible())
        if self.drawer.isVisible():
            height = self.desk.memory.get("drawer.height", 0) or self.drawer.sizeHint().height()
            self._column.setSizes([self._column.height() - height, height])

    def _tell(self, banner: Banner) -> None:
        room = self._rooms.get(banner.room)
        if room:
            room.banners.add(banner)
        else:
            self.banners.add(banner)
            self._banner_place.show()

    def _untell(self, key: str) -> None:
        for place in (self.banners, *(room.banners for room in self._rooms.values())):
            place.drop(key)

    def _rename(self, label: str) -> None:
        name = self.desk.project.value.name
        self.setWindowTitle(f"{name} — Angen Studio" if name else "Angen Studio")
        if label == "":
            self._untell("project")

    def _restore(self) -> None:
        geometry = self.desk.memory.get("geometry", "")
        if not geometry or not self.restoreGeometry(QByteArray.fromBase64(geometry.encode())):
            self.resize(_SIZE)
        self._rename("x")
