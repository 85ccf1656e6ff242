"""The big picture with its tools: how large, beside which other one, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from studio.services import recent
from studio.services.library_index import Item
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.tabs.images.picture_view import SIDE_BY_SIDE, SLIDER, PictureView
from studio.ui.tabs.images.tiles import picture_in
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.told import told
from studio.ui.widgets import basics
from studio.ui.widgets.rung_words import helps

VERBS = (
    ("cover", "Use as the cover", "bookmark"),
    ("copy", "Copy the parameters", "copy"),
    ("fill", "Copy into the form", "arrow-up"),
    ("init", "Start from this picture", "image-plus"),
    ("paint", "Paint on this picture", "pencil"),
    ("larger", "Make it larger", "scan"),
    ("more", "Make variations", "copy-plus"),
    ("save", "Save as…", "save"),
    ("reveal", "Show in the folder", "folder-open"),
    ("star", "Star", "star"),
    ("trash", "Move to the trash", "trash-2"),
)
_IN_THE_BAR = ("cover", "copy", "fill", "paint", "larger", "more", "save", "star", "trash")
_HINTS = {
    "cover": "images.cover", "copy": "images.copy", "paint": "images.paint", "larger": "images.larger",
    "more": "images.more",
}  # fmt: skip
_MOST_NOTES = 3


class Stage(QWidget):
    """Shows what the gallery has selected."""

    wanted = Signal(str)
    compare_wanted = Signal(bool)

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._item: Item | None = None
        self._other: Item | None = None
        self._asked = (0, 0)
        self._watching = False
        self.view = PictureView()
        self.view.scaled.connect(self._show_zoom)
        self._fit = basics.icon_button("maximize-2", t("Fit"), self.view.fit)
        self._actual = basics.button("100 %", self.view.actual, kind="quiet")
        self._zoom = basics.label("", "secondary")
        self._compare = basics.icon_button("columns-2", actions.hint("images.compare"), checkable=True)
        self._compare.setAccessibleName(t("Compare two pictures"))
        self._compare.toggled.connect(self._compare_toggled)
        name = t("One picture over the other, with a line to move")
        self._slider = basics.icon_button("between-vertical-start", name, checkable=True)
        self._slider.setChecked(desk.memory.get("images.slider", False))
        self._slider.toggled.connect(self._slide)
        self._buttons: dict[str, QToolButton] = {}
        tools: list[QToolButton] = []
        for verb, title, sign in VERBS:
            if verb in _IN_THE_BAR:
                made = basics.icon_button(sign, t(title))
                if verb in _HINTS:
                    made.setToolTip(actions.hint(_HINTS[verb]))
                made.setProperty("verb", verb)
                made.clicked.connect(self._pressed)
                self._buttons[verb] = made
                tools.append(made)
        more = self._more = basics.icon_button("ellipsis", t("What can be done with this picture"))
        more.clicked.connect(lambda: self.menu().popup(more.mapToGlobal(more.rect().bottomLeft())))
        bar = basics.row(
            self._fit, self._actual, self._zoom, self._compare, self._slider, None, *tools, more, spacing=tokens.HALF
        )
        self._words = basics.ElidedLabel("")
        self._facts = basics.ElidedLabel("", "caption")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(bar)
        inside.addWidget(self.view, 1)
        self._notes = basics.label("", "caption", wrap=True)
        self._notes.hide()
        words = basics.column(self._words, self._facts, self._notes, spacing=0)
        inside.addLayout(words)
        self._show_zoom()

    def show_items(self, item: Item | None, other: Item | None) -> None:
        """Show a picture, or two."""
        self._item, self._other = item, other
        if self._watching:
            self._watching = False
            self._asked = (0, 0)
            self._allow()
        self._compare.blockSignals(True)
        self._compare.setChecked(other is not None)
        self._compare.blockSignals(False)
        self._slider.setVisible(other is not None)
        self._tell()
        numbers = (item.id if item else 0, other.id if other else 0)
        if numbers == self._asked:
            return
        self._asked = numbers
        files, database = [one.file for one in (item, other) if one], self._desk.studio.database

        def work() -> tuple[list[QImage], list[str]]:
            return [picture_in(file) for file in files], recent.notes_of(database, numbers[0])

        self._desk.operations.run(self, work, lambda found: self._have(numbers, *found))

    def show_look(self, picture: QImage, words: str, facts: str) -> None:
        """Show what a job is making; nothing can be done with it yet."""
        if not self._watching:
            self._watching = True
            self._asked = (0, 0)
            self.view.compare_with(None)
            self._slider.hide()
            self._notes.hide()
            self._allow()
        before = self.view.picture
        same = before is not None and before.size() == picture.size()
        self.view.show_picture(picture, keep_zoom=same)
        self._words.setText(words)
        self._facts.setText(facts)
        self.view.setAccessibleName(f"{t('A picture that is being made')}: {words}, {facts}")

    def _show_star(self, *, on: bool) -> None:
        """Show whether it is dear."""
        self._buttons["star"].setIcon(icon("star", "warn" if on else "text"))
        basics.rename(self._buttons["star"], t("Take the star away") if on else t("Star"))

    def menu(self) -> QMenu:
        """Everything that can be done with the picture."""
        menu = QMenu(self)
        for verb, title, sign in VERBS:
            starred = verb == "star" and self._item is not None and self._item.starred
            said = t("Take the star away") if starred else t(title)
            menu.addAction(icon(sign), said, lambda verb=verb: self.wanted.emit(verb))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _allow(self) -> None:
        for one in (*self._buttons.values(), self._compare, self._more):
            one.setEnabled(not self._watching)

    def _have(self, numbers: tuple[int, int], pictures: list[QImage], notes: list[str]) -> None:
        if numbers != self._asked:
            return
        self._notes.setText("\n".join(map(told, notes[:_MOST_NOTES])))
        self._notes.setVisible(bool(notes))
        whole = [picture for picture in pictures if not picture.isNull()]
        self.view.show_picture(whole[0] if whole else None, keep_zoom=False)
        mode = SLIDER if self._slider.isChecked() else SIDE_BY_SIDE
        self.view.compare_with(whole[1] if len(whole) > 1 else None, mode)
        if pictures and len(whole) < len(pictures):
            self._facts.setText(t("The file cannot be read. The room Library says where it should be."))

    def _tell(self) -> None:
        item, other = self._item, self._other
        if item is None:
            self._words.setText("")
            self._facts.setText("")
            return
        seed = t("seed {seed}", seed=item.recipe.get("seed", 0))
        self._words.setText(item.title or t("Picture"))
        facts = f"{model.caption(item.facts, item.recipe)} · {seed}"
        helped = helps([str(rung) for rung in item.recipe.get("rungs") or ()])
        facts = f"{facts} · {helped}" if helped else facts
        if other is not None:
            facts = t(
                "left: seed {first} · right: {words}, seed {second}",
                first=item.recipe.get("seed", 0),
                words=other.title,
                second=other.recipe.get("seed", 0),
            )
        self._facts.setText(facts)
        self.view.setAccessibleName(f"{t('The selected picture')}: {self._words.text()}, {facts}")
        self._show_star(on=item.starred)

    def _show_zoom(self) -> None:
        self._zoom.setText(f"{round(100 * self.view.zoom)} %" if self.view.picture is not None else "")

    def _compare_toggled(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self.compare_wanted.emit(on)

    def _slide(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._desk.memory.put("images.slider", on)
        self._asked = (0, 0)
        self.show_items(self._item, self._other)

    def _pressed(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.wanted.emit(str(sender.property("verb")))
