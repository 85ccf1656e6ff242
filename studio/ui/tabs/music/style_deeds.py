"""What is done with styles in the music room: kept, used, forgotten; in the project and for all. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.domain import seeds
from studio.domain.edits import styles
from studio.domain.project import Media, Project, Style, licence_of, media_called
from studio.errors import StudioError
from studio.services import bringing, styling
from studio.services.library_index import Item
from studio.services.styles import Kept
from studio.ui.language import t
from studio.ui.tabs.music.style_shelf import StyleShelf
from studio.ui.widgets import song_words

if TYPE_CHECKING:
    from studio.ui.tabs.music.view import MusicRoom


class StyleDeeds(QObject):
    """Knows the form of the room, and the styles."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self._desk = room.desk
        self.shelf = StyleShelf(room.desk, self)
        self.shelf.changed.connect(self._show_shelf)
        room.card.keep_wanted.connect(self.keep)
        room.card.use_wanted.connect(self.use)
        room.card.clear_wanted.connect(self.forget)

    def load(self) -> None:
        """Read the styles that are kept for all projects."""
        self.shelf.load()

    def keep(self, name: str) -> None:
        """Keep the form's style."""
        room = self._room
        values = room.form_values
        bpm = values.get("bpm", 0.0)
        style = Style(
            text=room.style_bar.text.strip(),
            seed=room.seed.value,
            bpm=float(bpm) if isinstance(bpm, int | float) else 0.0,
            key=str(values.get("key", "")),
            name=name.strip() or room.style_bar.text.strip()[:40] or t("Style"),
        )
        slot = room.slots.reference
        self._keep(style, slot.file if slot.isVisibleTo(room) else None, {}, slot.terms)

    def keep_of(self, item: Item) -> None:
        """Keep the style of a take, with its sound as what others are to be like."""
        name = self._room.card.new_name.text().strip()
        style = styling.of_recipe(item.recipe, name)
        style = replace(style, name=name or style.text[:40] or t("Style"))
        title = item.title or style.text
        self._keep(style, item.file, dict(item.recipe), str(item.recipe.get("licence", "")), title=title)

    def use(self, name: str) -> None:
        """Put a style into the form, and let the project be in it."""
        project = self._desk.project.value
        own = styles.named(project, name)
        other = self.shelf.named(name)
        if own:
            if project.style != own:
                self._desk.project.do(t("Use a style"), lambda p: styles.use(p, name))
            media = media_called(project, own.reference) if own.reference else None
            opened = self._desk.project.opened
            self._into_form(own, opened.file_of(media) if opened and media else None, _terms(media), media)
        elif other:
            self._keep(other.style, other.reference, {}, other.terms, everywhere=False, then=lambda: self.use(name))

    def forget(self, name: str) -> None:
        """Forget a style: the project's own, else the one of all projects."""
        if styles.named(self._desk.project.value, name):
            told = t("The style {name} is forgotten in this project.", name=name)
            self._desk.project.do(t("Forget a style"), lambda p: styles.remove(p, name), told=told)
            return
        kept = self.shelf.named(name)
        if kept:
            self.shelf.forget(kept)

    # ---- inside

    def _keep(
        self, style: Style, file: Path | None, recipe: dict[str, Any], terms: str, *,
        title: str = "", everywhere: bool | None = None, then: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        """Keep a style in the project, in one step, and for all projects where that is wanted."""
        opened = self._desk.project.opened
        try:
            style = styles.keep(Project(""), replace(style, reference="")).style  # as one can be kept
        except StudioError as e:
            self._failed(e)
            return
        if opened is None:
            return
        if self._room.card.everywhere.isChecked() if everywhere is None else everywhere:
            self.shelf.keep(Kept(style, file, terms))
        if file is None:
            if self._put(style, None):
                then()
            return
        folder, project, sound = opened.folder, opened.project, self._desk.studio.sound
        name = title or str(style.name)

        def fetch() -> Media:
            media = bringing.fetched(folder, project, sound, file, name=name, recipe=recipe)
            return media if media.recipe else replace(media, licence=media.licence or terms)

        def brought(media: Media) -> None:
            if self._desk.project.folder == folder and self._put(style, media):
                then()

        self._desk.operations.run(self, fetch, brought, self._failed)

    def _put(self, style: Style, media: Media | None) -> bool:
        def edit(project: Project) -> Project:
            if media is None:
                return styles.keep(project, style)
            project, known = bringing.with_media(project, media)
            return styles.keep(project, replace(style, reference=known))

        told = t("The style is kept as {name}.", name=style.name)
        kept = self._desk.project.do(t("Keep the style of the music"), edit, told=told)
        if kept:
            self._room.card.new_name.clear()
        return kept

    def _into_form(self, style: Style, reference: Path | None, terms: str, media: Media | None) -> None:
        room, engine = self._room, self._room.engine
        if engine is None:
            return
        fits = styling.fitted(style, engine)
        text = styling.text_param(engine)
        room.show_params(fits.params)
        room.style_bar.set_text(str(fits.params.get(text, style.text)))
        if seeds.is_one(style.seed):
            room.seed.keep(style.seed)
        if fits.reference and reference and media:
            room.slots.reference.put(reference, media.name, terms)
        elif room.slots.reference.file:
            room.slots.reference.clear()
        told = song_words.left_out(fits, engine.title)
        if told:
            self._desk.notices.toast.emit(" ".join(told), None)

    def _show_shelf(self) -> None:
        self._room.card.show_elsewhere(self.shelf.styles)

    def _failed(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="music", key="style")


def _terms(media: Media | None) -> str:
    return licence_of(media) if media else ""
