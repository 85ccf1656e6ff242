"""The small parts every room uses: labels, buttons, rules, boxes, with names for screen readers. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look

_BUTTON = 22  # pixels inside a button's border and padding, which are ten
_GAP = 6  # pixels beside a sign; the style adds the rest of eight

Spin = TypeVar("Spin", bound=QAbstractSpinBox)


def label(text: str = "", kind: str = "", *, wrap: bool = False, tone: str = "") -> QLabel:
    """Return a text; `kind` is title, heading, secondary, caption or welcome."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    if tone:
        made.setProperty("tone", tone)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(
    text: str, act: Callable[[], object] | None = None, *, kind: str = "", icon_name: str = "", tip: str = ""
) -> QPushButton:
    """Return a button; `kind` is primary, quiet, link or chip."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        made.setIcon(icon(icon_name, "on_accent" if kind == "primary" else "text"))
    made.setIconSize(QSize(look.px(16) + _GAP, look.px(16)))
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    if act:
        made.clicked.connect(lambda: act())  # noqa: PLW0108 — `clicked` brings a bool that nobody wants
    return made


def icon_button(
    icon_name: str, name: str, act: Callable[[], object] | None = None, *, size: int = 16, checkable: bool = False
) -> QToolButton:
    """Return a button with a sign alone; its name is its tooltip, and what a screen reader says."""
    made = QToolButton()
    made.setProperty("kind", "icon")
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(look.px(size), look.px(size)))
    made.setCheckable(checkable)
    made.setFixedSize(look.px(_BUTTON) + 10, look.px(_BUTTON) + 10)  # as high as the buttons with words beside it
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    rename(made, name)
    if act:
        made.clicked.connect(lambda: act())  # noqa: PLW0108 — `clicked` brings a bool that nobody wants
    return made


def rename(widget: QWidget, name: str) -> None:
    """Give a widget its name, for eyes (the tooltip) and for ears."""
    widget.setToolTip(name)
    widget.setAccessibleName(name)


def named(widget: QWidget, name: str) -> QWidget:
    """Name a widget for screen readers alone, and return it."""
    widget.setAccessibleName(name)
    return widget


def inset(spin: Spin) -> Spin:
    """Give a number some room before it, which style sheets do not, and return its editor."""
    spin.lineEdit().setTextMargins(7, 0, 0, 0)
    return spin


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def frame(
    kind: str, *, across: bool = False, margin: int = tokens.MARGIN, spacing: int = tokens.GRID
) -> tuple[QFrame, QBoxLayout]:
    """Return a frame (surface, card, raised) and the layout inside it."""
    made = QFrame()
    made.setProperty("kind", kind)
    inside: QBoxLayout = QHBoxLayout(made) if across else QVBoxLayout(made)
    inside.setContentsMargins(margin, margin, margin, margin)
    inside.setSpacing(spacing)
    return made, inside


def row(*parts: QWidget | int | None, spacing: int = tokens.GRID, margin: int = 0) -> QHBoxLayout:
    """Return widgets beside one another; None stretches, a number is a gap."""
    made = QHBoxLayout()
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(spacing)
    _fill(made, parts)
    return made


def column(*parts: QWidget | int | None, spacing: int = tokens.GRID, margin: int = 0) -> QVBoxLayout:
    """Return widgets below one another; None stretches, a number is a gap."""
    made = QVBoxLayout()
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(spacing)
    _fill(made, parts)
    return made


def rule(*, upright: bool = False) -> QFrame:
    """Return a thin line."""
    made = QFrame()
    made.setProperty("kind", "upright" if upright else "rule")
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)  # taken out, it is Python's, and goes by itself; telling Qt to delete it crashes


class ElidedLabel(QLabel):
    """One line that ends with an ellipsis where there is no room; the whole text is the tooltip then."""

    def __init__(self, text: str = "", kind: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if kind:
            self.setProperty("kind", kind)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        del event
        painter = QPainter(self)
        text = self._shown()
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text where it does not fit."""
        self.setToolTip(self.text() if self._shown() != self.text() else "")
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """It may become very narrow."""
        return QSize(look.px(24), super().minimumSizeHint().height())

    def _shown(self) -> str:
        return QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )


def _fill(layout: QBoxLayout, parts: tuple[QWidget | int | None, ...]) -> None:
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part)
