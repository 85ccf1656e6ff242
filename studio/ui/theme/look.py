"""Which theme is shown, at which size of text; widgets that paint themselves ask here and listen. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio.ui.theme import style, tokens
from studio.ui.theme.tokens import Theme

CHOICES = ("system", "dark", "light")
SIZES = (100, 115, 130, 150)  # per cent of the text


class Look(QObject):
    """The theme of the whole window. `changed` comes after the style sheet is set."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = tokens.DARK
        self.scale = 1.0
        self._choice = "system"
        self._sheet = ""
        self._listens = False

    def show(self, choice: str, size: int) -> None:
        """Show a theme, or the system's, at a size of text in per cent."""
        self._choice = choice if choice in CHOICES else "system"
        self.scale = max(1.0, min(1.5, size / 100))
        if not self._listens:
            self._listens = True
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    def px(self, size: float) -> int:
        """Return a measure that grows with the text."""
        return round(size * self.scale)

    def colour(self, token: str) -> QColor:
        """Return a token of the theme as a colour."""
        return QColor(getattr(self.theme, token))

    def speaker(self, number: int) -> QColor:
        """Return the colour of the n-th speaker or track."""
        return QColor(self.theme.speakers[number % len(self.theme.speakers)])

    def _follow(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        name = self._choice
        if name == "system":
            name = "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"
        self.theme = tokens.THEMES[name]
        application = QApplication.instance()
        if isinstance(application, QApplication):
            sheet = style.sheet(self.theme, self.scale)
            if sheet != self._sheet:
                application.setPalette(_palette(self.theme))
                application.setStyleSheet(sheet)
                self._sheet = sheet
        self.changed.emit()


def _palette(theme: Theme) -> QPalette:
    """For what the style sheet does not reach: selections in text, links, and widgets that paint themselves."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.canvas),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.raised),
        (roles.Button, theme.raised),
        (roles.Text, theme.text),
        (roles.WindowText, theme.text),
        (roles.ButtonText, theme.text),
        (roles.PlaceholderText, theme.muted),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.text),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.Link, theme.accent),
    ):
        palette.setColor(role, QColor(colour))
    return palette


look = Look()
