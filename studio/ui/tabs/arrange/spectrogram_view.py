"""Which pitches sound when in a clip, as a picture. The GUI thread; it is made and read elsewhere."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.domain.project import Clip, Media, Project, media_of
from studio.errors import StudioError
from studio.services import spectrograms
from studio.services.spectrograms import Spectrogram
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.told import told

_HEIGHT = 120
_BRIGHT = 0.6  # of the loudest, from which the colour goes over to that of the text


class SpectrogramView(QWidget):
    """The part that a clip plays. Only what is shown is made."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wanted = ""  # of which sound
        self._made: Spectrogram | None = None
        self._picture: QImage | None = None
        self._theme = ""
        self._part = (0.0, 1.0)  # seconds of the sound
        self._said = ""
        self.setFixedHeight(look.px(_HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def made(self) -> bool:
        """Whether one sees a picture."""
        return self._made is not None

    def show_clip(self, project: Project, clip: Clip, name: str) -> None:
        """Show what a clip plays."""
        media = media_of(project, clip)
        self.setAccessibleName(t("Spectrogram of {name}", name=name))
        if media is None:
            return
        first = clip.offset / project.rate
        self._part = (first, first + clip.length / clip.stretch / project.rate)
        if media.sha256 != self._wanted:
            self._wanted, self._made, self._picture = media.sha256, None, None
            self._said = t("The picture is being made…")
            self._fetch(media)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the part, as wide as there is room."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("canvas"))
        if self._made is None:
            painter.setPen(look.colour("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._said)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            left, right = (second * self._made.per_second for second in self._part)
            source = QRectF(left, 0, max(1.0, min(right, self._made.width) - left), self._made.height)
            painter.drawImage(QRectF(self.rect()), self._coloured(self._made), source)
        painter.end()

    def _coloured(self, made: Spectrogram) -> QImage:
        if self._picture is None or self._theme != look.theme.name:
            self._theme = look.theme.name
            picture = QImage(made.levels, made.width, made.height, made.width, QImage.Format.Format_Indexed8)
            picture.setColorTable([_colour(level / 255) for level in range(256)])
            self._picture = picture
        return self._picture

    def _fetch(self, media: Media) -> None:
        studio, file, digest = self._desk.studio, self._desk.project.folder / media.file, media.sha256
        self._desk.operations.run(
            self,
            lambda: spectrograms.spectrogram(studio.paths, studio.sound, file, digest),
            partial(self._came, digest),
            partial(self._failed, digest),
        )

    def _came(self, digest: str, made: Spectrogram) -> None:
        if digest == self._wanted:
            self._made, self._picture = made, None
            self.update()

    def _failed(self, digest: str, error: StudioError) -> None:
        if digest == self._wanted:
            self._said = told(str(error))
            self.update()


def _colour(share: float) -> int:
    theme = look.theme
    if share < _BRIGHT:
        mixed = tokens.mixed(theme.canvas, theme.accent, share / _BRIGHT)
    else:
        mixed = tokens.mixed(theme.accent, theme.text, (share - _BRIGHT) / (1 - _BRIGHT))
    return QColor(mixed).rgb()
