"""What an empty place says: what it is for, one action, one example that can be clicked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

Act = tuple[str, Callable[[], object]]


class EmptyState(QWidget):
    """A sign, a sentence, a button, and an example below it."""

    def __init__(self, sign: str, title: str, text: str, action: Act | None = None, example: Act | None = None) -> None:
        super().__init__()
        picture = self._picture = QLabel()
        picture.setPixmap(icon(sign, "muted").pixmap(look.px(40), look.px(40)))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heading = basics.label(title, "heading", wrap=True)
        words = basics.label(text, "secondary", wrap=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.MARGIN, tokens.GROUP, tokens.MARGIN, tokens.GROUP)
        inside.setSpacing(tokens.GRID)
        inside.addStretch(1)
        inside.addWidget(picture, alignment=Qt.AlignmentFlag.AlignHCenter)
        for part in (heading, words):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setMaximumWidth(look.px(420))
            middle = basics.row(None, part, None)  # aligned by itself it would not grow with its lines
            middle.setStretch(1, 100)
            inside.addLayout(middle)
        if action:
            inside.addSpacing(tokens.GRID)
            inside.addWidget(basics.button(action[0], action[1]), alignment=Qt.AlignmentFlag.AlignHCenter)
        if example:
            inside.addWidget(
                basics.button(example[0], example[1], kind="link"), alignment=Qt.AlignmentFlag.AlignHCenter
            )
        inside.addStretch(2)
        self.setAccessibleName(f"{title}. {text}")
        self._spare = look.px(40) + tokens.GRID + 2 * (tokens.GROUP - tokens.HALF)

    def minimumSizeHint(self) -> QSize:
        """Where there is little room it does without its sign."""
        least = super().minimumSizeHint()
        if self._picture.isHidden():
            return least
        return QSize(least.width(), least.height() - self._spare)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the sign where there is room for it."""
        super().resizeEvent(event)
        inside = self.layout()
        if inside is None:
            return
        whole = inside.totalHeightForWidth(self.width()) + (self._spare if self._picture.isHidden() else 0)
        low = self.height() < whole
        if low != self._picture.isHidden():
            margin = tokens.HALF if low else tokens.GROUP
            inside.setContentsMargins(tokens.MARGIN, margin, tokens.MARGIN, margin)
            self._picture.setHidden(low)
