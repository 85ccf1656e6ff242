"""What every room can do with things of the library that it shows. The GUI thread; the work is done in operations.

What can be undone is done at once, and a toast offers the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from studio.domain.export import file_names
from studio.domain.project import Media
from studio.errors import StudioError
from studio.services import bringing, library_index
from studio.services.library_index import Item
from studio.ui.bridge.notices import Choice
from studio.ui.language import t, tn
from studio.ui.widgets.room import Room


class LibraryDeeds(QObject):
    """The deeds of a room, which also shows what goes wrong. `changed` comes when rows say something else."""

    changed = Signal()

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._room = room
        self._desk = room.desk

    def trash(self, items: Sequence[Item]) -> None:
        """Put things into the trash; what is heard and goes there is heard no more."""
        ids, index = [item.id for item in items], self._index
        selected = self._desk.player.selected
        if selected and selected.key in {key_of(item) for item in items}:
            self._desk.player.select(None)
        told = tn(len(ids), "Moved to the trash.", "{count} things moved to the trash.")
        self._do(lambda: index.trash(ids), told, lambda: index.restore(ids))

    def reveal(self, item: Item) -> None:
        """Show a file in its folder."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(item.file.parent))):
            self._fail(StudioError(t("The folder could not be shown."), str(item.file)))

    def save_copy(self, item: Item, title: str) -> None:
        """Ask where to, and copy the file there."""
        suffix = item.file.suffix
        name = file_names.safe(title, otherwise=item.kind)
        dialog = QFileDialog(self._room.window(), t("Save a copy"), f"{name}{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix.lstrip("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._copy(item, Path(chosen)))
        dialog.open()

    def bring(self, item: Item, title: str, then: Callable[[Media], object]) -> None:
        """Copy a sound into the project's folder, then have it put where it belongs."""
        opened = self._desk.project.opened
        if opened is None:
            return
        folder, project, sound = opened.folder, opened.project, self._desk.studio.sound

        def done(media: Media) -> None:
            if self._desk.project.folder == folder:
                then(media)

        self._desk.operations.run(
            self,
            lambda: bringing.fetched(folder, project, sound, item.file, name=title, recipe=item.recipe),
            done,
            self._fail,
        )

    # ---- for what a room can do besides

    @property
    def _index(self) -> library_index.LibraryIndex:
        return self._desk.studio.library_index

    def _do(self, work: Callable[[], object], told: str, back: Callable[[], object]) -> None:
        def undone(_outcome: object) -> None:
            self.changed.emit()

        def undo() -> None:
            self._desk.operations.change(self, back, undone, self._fail)

        def done(_outcome: object) -> None:
            self.changed.emit()
            self._desk.notices.toast.emit(told, Choice(t("Undo"), undo))

        self._desk.operations.change(self, work, done, self._fail)

    def _copy(self, item: Item, target: Path) -> None:
        def done(_outcome: object) -> None:
            self._desk.notices.toast.emit(t("Saved as {file}.", file=target.name), None)

        # The dialog of the system has asked already whether to replace what is there.
        self._desk.operations.run(self, lambda: library_index.copy_out(item, target, replace=True), done, self._fail)

    def _fail(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room=self._room.room_id)


def key_of(item: Item) -> str:
    """Return how the player tells a thing from others."""
    return f"media {item.id}"
