"""What is known of what is chosen, and what can be done with it: the inspector of the library. The GUI thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.services.library_index import Item
from studio.ui.language import t, tn
from studio.ui.tabs.library import model
from studio.ui.tabs.library.glances import Glances
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics, facts
from studio.ui.widgets.flow_layout import FlowLayout
from studio.ui.widgets.waveform import Waveform

Rows = Sequence[tuple[str, str]]
_PICTURE = 200  # pixels high


class Details(QWidget):
    """Shows one thing, several, or none. What somebody wants done is told by signals."""

    deed = Signal(str)  # star, again, other_seed, room, project, reveal, copy, recipe, trash, restore, play
    renamed = Signal(str)
    tagged = Signal(list)
    untagged = Signal(str)
    sought = Signal(float)
    part_chosen = Signal(object)

    def __init__(self, glances: Glances) -> None:
        super().__init__()
        self._glances = glances
        self.item: Item | None = None
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._page = QWidget()
        self._outer.addWidget(self._page)
        self._inside = QVBoxLayout(self._page)
        self.wave: Waveform | None = None
        self._picture: QLabel | None = None
        self._parts: QVBoxLayout | None = None
        self._words: QPlainTextEdit | None = None
        self._tag_field: QLineEdit | None = None
        self._typing = False  # whether somebody adds one tag after the other
        glances.came.connect(self._show_picture)

    def show_nothing(self) -> None:
        """Say what this place is for."""
        self._begin(None)
        self._inside.addWidget(basics.label(t("Details"), "heading"))
        hint = t("Choose a sound, a picture or a text to hear it, to see how it was made, and to make it again.")
        self._inside.addWidget(basics.label(hint, "secondary", wrap=True))
        self._inside.addStretch(1)

    def show_several(self, count: int, tags: Sequence[str], known_tags: Sequence[str], *, trash: bool) -> None:
        """Show what can be done with several things at once."""
        self._begin(None)
        self._inside.addWidget(basics.label(tn(count, "One thing chosen", "{count} things chosen"), "heading"))
        if trash:
            self._add_buttons([("restore", t("Restore"), "archive-restore")])
        else:
            self._add_buttons([("star", t("Star"), "star"), ("trash", t("Move to the trash"), "trash-2")])
            self._add_tags(tags, known_tags)
        self._inside.addStretch(1)

    def show_item(
        self, item: Item, engines: Mapping[str, str], titles: Mapping[str, str], known_tags: Sequence[str]
    ) -> None:
        """Show a thing."""
        self._begin(item)
        self._add_picture(item)
        self._add_title(item)
        if not item.there:
            gone = t("The file is missing. It may have been moved or deleted outside the studio.")
            self._inside.addWidget(basics.label(gone, wrap=True, tone="bad"))
        self._add_deeds(item)
        if not item.trashed:
            self._add_tags(item.tags, known_tags)
        self._add_section(t("Facts"), model.facts_of(item))
        self._add_words(item)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(tokens.HALF)
        self._inside.addLayout(self._parts)
        self._add_section(t("How it was made"), model.recipe_of(item, engines, titles))
        self._add_section(t("Rights"), model.rights_of(item))
        if item.recipe:
            self._add_raw(item)
        self._inside.addStretch(1)

    def show_parts(self, parts: Sequence[Item]) -> None:
        """Show what belongs to the thing: stems, notes."""
        if self._parts is None or not parts:
            return
        self._parts.addWidget(basics.label(t("Comes with it"), "heading"))
        for part in parts:
            act = partial(self.part_chosen.emit, part)
            made = basics.button(
                model.title_of(part), act, kind="quiet", icon_name="play" if part.kind == "audio" else "file-text"
            )
            made.setToolTip(part.file.name)
            self._parts.addWidget(made, alignment=Qt.AlignmentFlag.AlignLeft)

    def show_text(self, text: str) -> None:
        """Show the content of a text."""
        if self._words is not None:
            self._words.setPlainText(text)

    # ---- inside

    def _begin(self, item: Item | None) -> None:
        self.item = item
        self.wave = self._picture = self._parts = self._words = None
        self._typing = bool(self._tag_field and self._tag_field.hasFocus())
        self._tag_field = None
        before, self._page = self._page, QWidget()
        self._inside = QVBoxLayout(self._page)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.MARGIN)
        self._outer.replaceWidget(before, self._page)
        before.hide()
        before.deleteLater()

    def _add_picture(self, item: Item) -> None:
        if item.kind == "audio" and item.there:
            self.wave = Waveform(t("Waveform of {title}", title=model.title_of(item)), height=64)
            self.wave.sought.connect(self.sought)
            play = basics.icon_button("play", t("Play"), partial(self.deed.emit, "play"), size=20)
            line = basics.row(play, self.wave)
            line.setStretch(1, 1)
            self._inside.addLayout(line)
        elif item.kind == "image" and item.there:
            self._picture = QLabel()
            self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._picture.setFixedHeight(look.px(_PICTURE))
            self._picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._picture.setAccessibleName(t("Picture: {title}", title=model.title_of(item)))
            self._inside.addWidget(self._picture)
            self._show_picture()

    def _show_picture(self) -> None:
        if self._picture is not None and self.item is not None:
            made = self._glances.get(self.item, QSize(look.px(256), look.px(_PICTURE)))
            if made is not None:
                self._picture.setPixmap(made)

    def _add_title(self, item: Item) -> None:
        field = QLineEdit(model.title_of(item))
        field.setAccessibleName(t("Title"))
        field.setToolTip(t("Title; type another one to rename it"))
        field.setCursorPosition(0)
        field.setReadOnly(item.trashed)
        field.editingFinished.connect(lambda: self._rename(field, item))
        self._inside.addWidget(field)

    def _rename(self, field: QLineEdit, item: Item) -> None:
        if field.text() != model.title_of(item):
            self.renamed.emit(field.text())

    def _add_deeds(self, item: Item) -> None:
        if item.trashed:
            self._add_buttons([("restore", t("Restore"), "archive-restore")])
            return
        if model.can_be_made_again(item):
            deeds = [("other_seed", t("Make another"), "dices")]
            if model.room_of(item):
                deeds.append(("room", t("Open in {room}", room=t(model.room_of(item))), "sliders-horizontal"))
            self._add_buttons(deeds)
        small = [("star", t("Take the star away") if item.starred else t("Star"), "star")]
        if item.there and item.kind == "audio":
            small.append(("project", t("Add to the project"), "plus"))
        if item.there and item.kind == "image":
            small.append(("project", t("Use as the cover"), "bookmark"))
        if item.there:
            small += [("copy", t("Save a copy"), "save"), ("reveal", t("Show in the folder"), "folder-open")]
        small.append(("trash", t("Move to the trash"), "trash-2"))
        made = [basics.icon_button(sign, name, partial(self.deed.emit, deed), size=20) for deed, name, sign in small]
        self._inside.addLayout(basics.row(*made, None))

    def _add_buttons(self, deeds: Sequence[tuple[str, str, str]]) -> None:
        holder, flow = _flow()
        for deed, title, sign in deeds:
            flow.addWidget(basics.button(title, partial(self.deed.emit, deed), icon_name=sign))
        self._inside.addWidget(holder)

    def _add_tags(self, tags: Sequence[str], known: Sequence[str]) -> None:
        section = QVBoxLayout()
        section.setSpacing(tokens.GRID)
        section.addWidget(basics.label(t("Tags"), "heading"))
        if tags:
            holder, flow = _flow()
            for tag in tags:
                chip = basics.button(tag, partial(self.untagged.emit, tag), kind="chip", icon_name="x")
                basics.rename(chip, t("Take the tag {tag} away", tag=tag))
                flow.addWidget(chip)
            section.addWidget(holder)
        field = QLineEdit()
        field.setPlaceholderText(t("Add a tag"))
        field.setAccessibleName(t("Add a tag"))
        completer = QCompleter(list(known), field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        field.setCompleter(completer)
        field.returnPressed.connect(lambda: self._tag(field))
        section.addWidget(field)
        self._inside.addLayout(section)
        self._tag_field = field
        if self._typing:
            field.setFocus()

    def _tag(self, field: QLineEdit) -> None:
        tags = model.typed_tags(field.text())
        field.clear()
        if tags:
            self.tagged.emit(tags)

    def _add_section(self, title: str, rows: Rows) -> None:
        if not rows:
            return
        section = QVBoxLayout()
        section.setSpacing(tokens.HALF)
        section.addWidget(basics.label(title, "heading"))
        section.addLayout(facts.table_of(rows))
        self._inside.addLayout(section)

    def _add_words(self, item: Item) -> None:
        words = model.words_of(item)
        if not words and item.kind != "text":
            return
        self._words = QPlainTextEdit(words)
        self._words.setReadOnly(True)
        self._words.setAccessibleName(t("Words"))
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(look.px(160 if item.kind == "text" else 96))
        self._inside.addWidget(self._words)

    def _add_raw(self, item: Item) -> None:
        raw = QPlainTextEdit(json.dumps(dict(item.recipe), ensure_ascii=False, indent=1))
        raw.setReadOnly(True)
        raw.setAccessibleName(t("The recipe as JSON"))
        raw.setTabChangesFocus(True)
        raw.setFixedHeight(look.px(160))
        raw.hide()
        show = basics.button(t("Recipe as JSON"), kind="quiet", icon_name="text-quote")
        show.setCheckable(True)
        show.toggled.connect(raw.setVisible)
        copy = basics.icon_button("copy", t("Copy the recipe"), partial(self.deed.emit, "recipe"))
        self._inside.addLayout(basics.row(show, copy, None))
        self._inside.addWidget(raw)


def menu_for(item: Item | None, parent: QWidget, act: Callable[[str], object]) -> QMenu:
    """Return the menu of a row; without an item that of several."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    entries: list[tuple[str, str, str]] = []
    if item is not None and not item.trashed:
        if item.kind == "audio":
            entries.append(("play", t("Play"), "play"))
        if model.can_be_made_again(item):
            entries += [("again", t("Make again"), "rotate-ccw"), ("other_seed", t("Make another"), "dices")]
            if model.room_of(item):
                entries.append(("room", t("Open in {room}", room=t(model.room_of(item))), "sliders-horizontal"))
        if item.kind in {"audio", "image"}:
            title = t("Add to the project") if item.kind == "audio" else t("Use as the cover")
            entries.append(("project", title, "plus"))
        entries += [("copy", t("Save a copy"), "save"), ("reveal", t("Show in the folder"), "folder-open")]
    if item is not None and item.trashed:
        entries.append(("restore", t("Restore"), "archive-restore"))
    else:
        entries += [("star", t("Star"), "star"), ("trash", t("Move to the trash"), "trash-2")]
    for deed, title, sign in entries:
        menu.addAction(icon(sign), title, partial(act, deed))
    return menu


def _flow() -> tuple[QWidget, FlowLayout]:
    holder = QWidget()
    flow = FlowLayout(holder)
    policy = holder.sizePolicy()
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder, flow
