"""What can be done with things of the library in its own room, beyond what every room can do with them.

The GUI thread; the work is done in operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from studio.domain import recipe as recipes
from studio.domain.edits import whole
from studio.domain.project import Media, Picture, Project
from studio.errors import StudioError
from studio.services import again, bringing, project_cover
from studio.services.library_index import Item
from studio.ui.bridge.notices import Choice
from studio.ui.dialogs import question
from studio.ui.language import t, tn
from studio.ui.tabs.library import model
from studio.ui.widgets.library_deeds import LibraryDeeds

_TRACKS = {"speech": ("speech", "Speech"), "clone": ("speech", "Speech"), "music": ("music", "Music")}


class Deeds(LibraryDeeds):
    """The deeds. `asked` comes with the job that makes something again."""

    asked = Signal(int)

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
        folder = opened.folder
        if item.kind == "image":
            licence, recipe = str(item.recipe.get("licence", "")), dict(item.recipe) or None
            self._desk.operations.run(
                self,
                lambda: project_cover.take_in(folder, item.file, licence=licence, recipe=recipe),
                lambda cover: self._set_cover(folder, cover),
                self._fail,
            )
            return

        kind, name = _TRACKS.get(item.task, ("sound", "Sounds"))
        self.bring(item, model.title_of(item), partial(self._put_sound, kind, t(name)))

    # ---- files

    def copy_recipe(self, item: Item) -> None:
        """Put the recipe into the clipboard as JSON."""
        QGuiApplication.clipboard().setText(recipes.canonical(dict(item.recipe)))
        self._desk.notices.toast.emit(t("The recipe was copied."), None)

    # ---- inside

    def _ask_to_empty(self, count: int) -> None:
        if not count:
            return
        text = tn(count, "Delete one thing for good?", "Delete {count} things for good?")
        text = f"{text} {t('Nothing brings them back. Copies in projects stay.')}"
        question.ask(self._room, t("Empty the trash"), text, t("Delete for good"), self._empty)

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
            self._desk.project.do(
                t("Set the cover"), lambda project: whole.set_cover(project, cover), told=t("It is the cover now.")
            )

    def _put_sound(self, kind: str, name: str, media: Media) -> None:
        def edit(project: Project) -> Project:
            return bringing.on_track(project, media, kind=kind, name=name)

        self._desk.project.do(t("Add from the library"), edit, told=t("Added to the project, on a track for it."))
