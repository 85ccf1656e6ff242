"""The takes of a line, unfolded below it. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.domain.edits import find
from studio.domain.project import Project, Take
from studio.ui.language import t
from studio.ui.tabs.dialogue import model
from studio.ui.tabs.dialogue.model import Cast, Row
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.file_drag import FileDrag

_MOST_SEEN = 4
_ROW = 36


class TakeStrip(QFrame):
    """A list of takes. `acted` names what is wanted, and of which take ("" is a new one)."""

    acted = Signal(str, str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._state: object = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 4, 8, 4)
        outer.setSpacing(0)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list = QWidget()
        self._inside = QVBoxLayout(self._list)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(0)
        self._area.setWidget(self._list)
        outer.addWidget(self._area, 1)
        again = basics.button(t("New take"), self._acting("new"), kind="quiet", icon_name="plus")
        again.setToolTip(t("The same words with another seed"))
        best = basics.button(t("Best of three"), self._acting("best 3"), kind="quiet", icon_name="badge-check")
        best.setToolTip(t("Three takes with other seeds; the one that sounds most as written is chosen"))
        close = basics.icon_button("chevron-up", t("Hide the takes"), self.closed.emit)
        foot = basics.row(again, best, None, close)
        outer.addLayout(foot)
        look.changed.connect(self._forget)
        self.hide()

    @staticmethod
    def height_for(takes: int) -> int:
        """Return how much room so many takes need."""
        return look.px(_ROW) * min(_MOST_SEEN, max(1, takes)) + look.px(32) + 16

    def show_takes(self, project: Project, row: Row, cast: Cast, playing: str, folder: Path) -> None:
        """Show a line's takes."""
        takes = sorted(row.takes, key=lambda take: int(take.id[1:]))
        difference = model.difference(project, row, cast)
        state = (row.id, takes, row.take, playing, difference, folder)
        if state == self._state:
            return
        focus = QApplication.focusWidget()
        focused = focus.accessibleName() if focus and self._list.isAncestorOf(focus) else ""
        self._state = state
        basics.clear(self._inside)
        self.setAccessibleName(t("Takes of this line"))
        for number, take in enumerate(takes, 1):
            chosen = take is row.take
            one = _TakeRow(project, take, number, chosen=chosen, playing=take.id == playing)
            one.acted.connect(self.acted)
            FileDrag(one, folder / find.media(project, take.media).file)
            if chosen and difference:
                one.tell(model.difference_words(difference))
            self._inside.addWidget(one)
        self._inside.addStretch(1)
        if focused:
            buttons = [w for w in self._list.findChildren(QAbstractButton) if not w.isHidden()]
            again = next((w for w in buttons if w.accessibleName() == focused), buttons[0] if buttons else None)
            if again:
                again.setFocus()

    def _forget(self) -> None:
        self._state = None

    def _acting(self, what: str) -> Callable[[], None]:
        def act() -> None:
            self.acted.emit(what, "")

        return act


class _TakeRow(QWidget):
    """A take: listen to it, choose it, throw it away."""

    acted = Signal(str, str)

    def __init__(self, project: Project, take: Take, number: int, *, chosen: bool, playing: bool) -> None:
        super().__init__()
        self._take = take.id
        self.setFixedHeight(look.px(_ROW))
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        name = t("Pause") if playing else t("Play take {number}", number=number)
        play = basics.icon_button("pause" if playing else "play", name, self._acting("play"))
        title = basics.label(t("Take {number}", number=number), "heading" if chosen else "")
        seconds = basics.label(model.length(model.seconds_of(project, take)), "secondary")
        sign, tone, word, sentence = model.badge_words(model.badge_of(take))
        picture = QLabel()
        picture.setPixmap(icon(sign, tone or "muted").pixmap(look.px(16), look.px(16)))
        badge = basics.label(word, "secondary", tone=tone)
        badge.setToolTip(sentence)
        found = model.judgement(take)
        heard = found.heard if found and found.badge != "good" else ""
        said = t("{sentence} Heard: “{words}”", sentence=sentence, words=heard) if heard else sentence
        self._said = basics.ElidedLabel(said, "secondary")
        for part in (play, title, seconds, picture, badge):
            inside.addWidget(part)
        inside.addWidget(self._said, 1)
        if chosen:
            inside.addWidget(_with_sign("check", t("chosen")))
        else:
            use = basics.button(t("Choose"), self._acting("choose"), kind="quiet")
            use.setAccessibleName(t("Choose take {number}", number=number))
            inside.addWidget(use)
        inside.addWidget(
            basics.icon_button("trash-2", t("Delete take {number}", number=number), self._acting("delete"))
        )

    def tell(self, sentence: str) -> None:
        """Say something about the take in the place of its quality."""
        self._said.setText(sentence)

    def _acting(self, what: str) -> Callable[[], None]:
        def act() -> None:
            self.acted.emit(what, self._take)

        return act


def _with_sign(sign: str, word: str) -> QWidget:
    made = QWidget()
    picture = QLabel()
    picture.setPixmap(icon(sign, "good").pixmap(look.px(16), look.px(16)))
    layout = basics.row(picture, basics.label(word, "secondary", tone="good"), spacing=4)
    made.setLayout(layout)
    return made
