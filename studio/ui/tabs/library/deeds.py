"""What can be done with things of the library; what can be undone is done at once, and a toast offers the way back.

The GUI thread; the work is done in operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.domain import recipe as recipes
from studio.domain.edits import place, takes, tracks, whole
from studio.domain.project import Media, Picture, Project
from studio.errors import StudioError
from studio.services import again, library_index, project_cover
from studio.services.library_index import Item
from studio.services.project_sounds import Coming, Sounds
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Choice
from studio.ui.dialogs import question
from studio.ui.language import t, tn
from studio.ui.tabs.library import model

_ROOM = "library"
_DELETE = Qt.WidgetAttribute.WA_DeleteOnClose
_TRACKS = {"speech": ("speech", "Speech"), "clone": ("speech", "Speech"), "music": ("music", "Music")}


class Deeds(QObject):
    """The deeds. `changed` comes when rows say something else, `asked` with the job that makes something again."""

    changed = Signal()
    asked = Signal(int)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window

    # ---- keeping order

    def star(self, items: Sequence[Item]) -> None:
        """Mark things as dear; where all of them are, no longer."""
        on = not all(item.starred for item in items)
        ids = [item.id for item in items if item.starred != on]
        index = self._index
        done = (
            tn(len(ids), "Starred.", "{count} things starred.")
            if on
            else tn(len(ids), "Star taken away.", "{count} stars taken away.")
        )
        self._do(lambda: index.star(ids, on=on), done, lambda: index.star(ids, on=not on))

    def tag(self, items: Sequence[Item], *, added: Sequence[str] = (), removed: str = "") -> None:
        """Add tags to things, or take one away."""
        before = {item.id: item.tags for item in items}
        after = {item.id: model.tags_after(item, added=added, removed=removed) for item in items}
        if all(list(before[number]) == tags for number, tags in after.items()):
            return
        index = self._index
        told = t("Tag {tag} taken away.", tag=removed) if removed else t("Tagged: {tags}.", tags=", ".join(added))
        self._do(lambda: index.set_tags(after), told, lambda: index.set_tags(before))

    def rename(self, item: Item, title: str) -> None:
        """Give a thing another title."""
        before = item.title if item.named else ""
        if title.strip() == (before or item.title):
            return
        index = self._index
        self._do(lambda: index.rename(item.id, title), t("Renamed."), lambda: index.rename(item.id, before))

    def trash(self, items: Sequence[Item]) -> None:
        """Put things into the trash."""
        ids, index = [item.id for item in items], self._index
        selected = self._desk.player.selected
        if selected and selected.key in {key_of(item) for item in items}:
            self._desk.player.select(None)
        told = tn(len(ids), "Moved to the trash.", "{count} things moved to the trash.")
        self._do(lambda: index.trash(ids), told, lambda: index.restore(ids))

    def restore(self, items: Sequence[Item]) -> None:
        """Take things out of the trash."""
        ids, index = [item.id for item in items], self._index
        told = tn(len(ids), "Restored.", "{count} things restored.")
        self._do(lambda: index.restore(ids), told, lambda: index.trash(ids))

    def empty_trash(self) -> None:
        """Delete what lies in the trash, after a question: nothing brings it back."""
        self._desk.operations.run(self, self._index.in_trash, self._ask_to_empty)

    # ---- making again

    def make_again(self, item: Item, *, other_seed: bool) -> None:
        """Queue a thing's recipe again, as it was or with another seed."""
        generation = self._desk.studio.generation

        def work() -> int:
            recipe = again.understood(dict(item.recipe), item.file)
            return again.ask(generation, recipe, None, other_seed=other_seed)

        self._desk.operations.run(self, work, self._tell_asked, self._fail)

    def add_to_project(self, item: Item) -> None:
        """Put a sound on a track of the open project, or make a picture its cover."""
        project = self._desk.project
        opened = project.opened
        if opened is None or opened.read_only:
            self._fail(
                StudioError(t("There is no project that could be changed."), t("Open a project or begin a new one."))
            )
            return
        folder, sound, now = opened.folder, self._desk.studio.sound, project.value
        title, licence = model.title_of(item), str(item.recipe.get("licence", ""))
        recipe = dict(item.recipe) or None
        if item.kind == "image":
            self._desk.operations.run(
                self,
                lambda: project_cover.take_in(folder, item.file, licence=licence, recipe=recipe),
                lambda cover: self._set_cover(folder, cover),
                self._fail,
            )
            return

        def work() -> Media:
            taken = Sounds(folder, sound).take_in(now, Coming(item.file, title, recipe, licence))
            return next(media for media in taken.project.media if media.id == taken.media)

        self._desk.operations.run(self, work, lambda media: self._put_sound(folder, item.task, media), self._fail)

    # ---- files

    def reveal(self, item: Item) -> None:
        """Show a file in its folder."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(item.file.parent))):
            self._fail(StudioError(t("The folder could not be shown."), str(item.file)))

    def save_copy(self, item: Item) -> None:
        """Ask where to, and copy the file there."""
        suffix = item.file.suffix
        dialog = QFileDialog(self._window, t("Save a copy"), f"{model.file_name(model.title_of(item))}{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix.lstrip("."))
        dialog.setAttribute(_DELETE)
        dialog.fileSelected.connect(lambda chosen: self._copy(item, Path(chosen)))
        dialog.open()

    def copy_recipe(self, item: Item) -> None:
        """Put the recipe into the clipboard as JSON."""
        QGuiApplication.clipboard().setText(recipes.canonical(dict(item.recipe)))
        self._desk.notices.toast.emit(t("The recipe was copied."), None)

    # ---- inside

    @property
    def _index(self) -> library_index.LibraryIndex:
        return self._desk.studio.library_index

    def _do(self, work: Callable[[], object], told: str, back: Callable[[], object]) -> None:
        def undone(_outcome: object) -> None:
            self.changed.emit()

        def undo() -> None:
            self._desk.operations.run(self, back, undone, self._fail)

        def done(_outcome: object) -> None:
            self.changed.emit()
            self._desk.notices.toast.emit(told, Choice(t("Undo"), undo))

        self._desk.operations.run(self, work, done, self._fail)

    def _ask_to_empty(self, count: int) -> None:
        if not count:
            return
        text = tn(count, "Delete one thing for good?", "Delete {count} things for good?")
        text = f"{text} {t('Nothing brings them back. Copies in projects stay.')}"
        question.ask(self._window, t("Empty the trash"), text, t("Delete for good"), self._empty)

    def _empty(self) -> None:
        def done(freed: int) -> None:
            self.changed.emit()
            self._desk.notices.toast.emit(
                t("The trash is empty; {size} became free.", size=model.bytes_of(freed)), None
            )

        self._desk.operations.run(self, self._index.empty_trash, done, self._fail)

    def _tell_asked(self, job: int) -> None:
        jobs = self._desk.jobs
        self._desk.notices.toast.emit(t("It is being made again."), Choice(t("Cancel"), lambda: jobs.cancel(job)))
        self.asked.emit(job)

    def _set_cover(self, folder: Path, cover: Picture) -> None:
        if self._desk.project.folder == folder:
            self._change(t("Set the cover"), t("It is the cover now."), lambda project: whole.set_cover(project, cover))

    def _put_sound(self, folder: Path, task: str, media: Media) -> None:
        if self._desk.project.folder != folder:
            return
        kind, name = _TRACKS.get(task, ("sound", "Sounds"))
        edit = _with_clip(media, kind, t(name))
        self._change(t("Add from the library"), t("Added to the project, on a track for it."), edit)

    def _change(self, label: str, told: str, edit: Callable[[Project], Project]) -> None:
        project = self._desk.project
        if project.do(label, edit):
            self._desk.notices.toast.emit(told, Choice(t("Undo"), project.undo))

    def _copy(self, item: Item, target: Path) -> None:
        def done(_outcome: object) -> None:
            self._desk.notices.toast.emit(t("Saved as {file}.", file=target.name), None)

        # The dialog of the system has asked already whether to replace what is there.
        self._desk.operations.run(self, lambda: library_index.copy_out(item, target, replace=True), done, self._fail)

    def _fail(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room=_ROOM)


def key_of(item: Item) -> str:
    """Return how the player tells a thing from others."""
    return f"media {item.id}"


def _with_clip(media: Media, kind: str, name: str) -> Callable[[Project], Project]:
    """Return the edit that puts media behind the last clip of the first track of a kind."""

    def edit(project: Project) -> Project:
        known = next((one.id for one in project.media if one.sha256 == media.sha256), "")
        if not known:
            project, known = takes.add_media(project, media)
        track = next((one.id for one in project.tracks if one.kind == kind and not one.locked), "")
        if not track:
            project, track = tracks.add_track(project, name, kind=kind)
        return place.media(project, known, track=track)[0]

    return edit
