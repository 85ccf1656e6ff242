"""One voice as a card: its name, what it is, its sound, a button to hear it. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout

from studio.ui.language import t
from studio.ui.tabs.voices.model import Card
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.waveform import Waveform

WIDTH = 196  # at least
_SOUND = 28  # pixels
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class VoiceCard(QFrame):
    """Shows a card; says what is done with it."""

    chosen = Signal(str)
    played = Signal(str)
    menu_wanted = Signal(str, object)  # and where, on the screen
    stepped = Signal(str, object)  # an arrow key
    removed = Signal(str)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.play = basics.icon_button("play", t("Play {name}", name=card.title), self._play)
        self.play.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space on the card does the same
        self._name = basics.ElidedLabel(card.title, "heading")
        top = basics.row(self.play, self._name, spacing=tokens.HALF)
        top.setStretch(1, 1)
        self._line = basics.ElidedLabel(t("“{words}”", words=card.preview) if card.preview else "", "caption")
        self._line.setFixedHeight(look.px(_SOUND))
        self._wave = Waveform(t("The sound of {name}", name=card.title), height=_SOUND)
        self._wave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wave.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._foot = basics.ElidedLabel("", "caption")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.HALF)
        inside.addLayout(top)
        inside.addWidget(basics.ElidedLabel(card.about, "caption"))
        inside.addWidget(self._wave)
        inside.addWidget(self._line)
        inside.addWidget(self._foot)
        self.show_state(playing=False, spoken=False)
        self.show_outline(())

    def show_state(self, *, playing: bool, spoken: bool) -> None:
        """Show what the button does now, and what is going on."""
        name = self.card.title
        if spoken:
            sign, title = "x", t("Stop speaking the line of {name}", name=name)
        elif playing:
            sign, title = "pause", t("Pause {name}", name=name)
        else:
            sign, title = "play", t("Play {name}", name=name)
        self.play.setIcon(icon(sign))
        basics.rename(self.play, title)
        foot = t("A line is being spoken…") if spoken else self.card.serves or t("No engine speaks with it")
        self._foot.setText(foot)
        self.setAccessibleName(", ".join(part for part in (name, self.card.about, foot) if part))

    def show_outline(self, outline: tuple[tuple[int, int], ...]) -> None:
        """Draw the sound."""
        self._wave.show_sound(outline)
        self._wave.setVisible(bool(outline) or not self.card.preview)
        self._line.setVisible(not self._wave.isVisibleTo(self))

    def show_position(self, share: float) -> None:
        """Show how far it has been heard."""
        self._wave.show_position(share)

    def show_chosen(self, *, chosen: bool) -> None:
        """Mark it as the one that is chosen."""
        basics.set_property(self, "chosen", "true" if chosen else "false")

    # ---- Qt

    def event(self, event: QEvent) -> bool:
        """Space belongs to the card that has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_space(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play, choose, go to another card."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._play()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.chosen.emit(self.card.key)
        elif key in _ARROWS:
            self.stepped.emit(self.card.key, key)
        elif key == Qt.Key.Key_Delete and self.card.kept:
            self.removed.emit(self.card.key)
        elif key == Qt.Key.Key_Menu:
            self.menu_wanted.emit(self.card.key, self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who walks over the cards with the keyboard chooses them."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.chosen.emit(self.card.key)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        super().mousePressEvent(event)
        self.chosen.emit(self.card.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hear it."""
        del event
        self._play()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with it."""
        self.chosen.emit(self.card.key)
        self.menu_wanted.emit(self.card.key, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the focus besides the choice."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(QRect(4, 4, self.width() - 8, self.height() - 8), 5, 5)
            painter.end()

    def _play(self) -> None:
        self.chosen.emit(self.card.key)
        self.played.emit(self.card.key)


def _is_space(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and not event.modifiers()
