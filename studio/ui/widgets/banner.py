"""Banners: what happened, what to do, details, a report to copy. They stay until somebody closes them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from studio.ui.bridge.notices import Banner
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_SIGNS = {"bad": "circle-x", "warn": "triangle-alert", "good": "circle-check", "info": "info"}
_WORDS = {"bad": "Error", "warn": "Warning", "good": "Done", "info": "Note"}
_MOST = 3  # beside each other; more would push the work out of the window


class BannerFrame(QFrame):
    """One banner."""

    closed = Signal(object)

    def __init__(self, banner: Banner) -> None:
        super().__init__()
        self.banner = banner
        self.setProperty("kind", "banner")
        self.setProperty("tone", banner.tone)
        self.setAccessibleName(f"{t(_WORDS[banner.tone])}: {banner.message} {banner.hint}")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, 8, 8, 8)
        inside.setSpacing(tokens.HALF)
        sign = QLabel()
        sign.setPixmap(
            basics.icon(_SIGNS[banner.tone], banner.tone if banner.tone != "info" else "accent").pixmap(
                look.px(16), look.px(16)
            )
        )
        message = basics.label(banner.message, "heading", wrap=True)
        close = basics.icon_button("x", t("Close this message"), lambda: self.closed.emit(self))
        top = basics.row(sign, message, close)
        top.setStretch(1, 1)
        inside.addLayout(top)
        if banner.hint:
            inside.addWidget(basics.label(banner.hint, wrap=True))
        choices = [basics.button(c.title, c.act, kind="") for c in banner.choices]
        self._details = QPlainTextEdit(banner.details)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(t("Details"))
        self._details.setMaximumHeight(look.px(140))
        self._details.hide()
        if banner.details:
            choices.append(basics.button(t("Details"), self._toggle, kind="link"))
        if banner.tone == "bad":
            choices.append(basics.button(t("Copy report"), self._copy, kind="link"))
        if choices:
            inside.addLayout(basics.row(*choices, None))
        inside.addWidget(self._details)

    def _toggle(self) -> None:
        self._details.setVisible(not self._details.isVisible())

    def _copy(self) -> None:
        parts = (self.banner.message, self.banner.hint, self.banner.details)
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))


class Banners(QWidget):
    """A place for banners, at the top of a room or of the window."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.GRID)
        self._shown: list[BannerFrame] = []
        self.hide()

    @property
    def messages(self) -> list[str]:
        """What is said at the moment."""
        return [frame.banner.message for frame in self._shown]

    def add(self, banner: Banner) -> None:
        """Show a banner, in the place of one with the same key."""
        self.drop(banner.key)
        made = BannerFrame(banner)
        made.closed.connect(self._remove)
        self._shown.append(made)
        self._inside.addWidget(made)
        while len(self._shown) > _MOST:
            self._remove(self._shown[0])
        self.show()

    def drop(self, key: str) -> None:
        """Take away the banner with this key, if it is shown."""
        for frame in [f for f in self._shown if key and f.banner.key == key]:
            self._remove(frame)

    def _remove(self, frame: BannerFrame) -> None:
        if frame in self._shown:
            self._shown.remove(frame)
            self._inside.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self._shown))
