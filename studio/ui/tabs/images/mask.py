"""Where to paint, as a picture of greys: strokes of a soft brush, erased, inverted. The GUI thread, no widgets.

White is painted anew, black stays. A stroke never takes away what another one has painted: the lighter one counts, so a
stroke that goes over itself looks as if it had been made at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

SMALLEST, LARGEST = 2, 1000  # pixels of a brush
_LEVELS = 16  # greys of a soft edge
_FORMAT = QImage.Format.Format_Grayscale8
_NOWHERE, _SOMEWHERE = 0, 255  # the greys of what is not painted in the file, and of what is


@dataclass(frozen=True)
class Brush:
    """How broad a stroke is in pixels, which part of that fades, and whether it takes away."""

    size: float = 60.0
    soft: float = 0.3
    erases: bool = False


@dataclass(frozen=True)
class Change:
    """A part of the mask before and after."""

    place: QRect
    before: QImage
    after: QImage

    @property
    def size(self) -> int:
        """In bytes."""
        return self.before.sizeInBytes() + self.after.sizeInBytes()


class Mask:
    """A mask; what changes it at once returns what can be undone."""

    def __init__(self, width: int, height: int) -> None:
        self._image = QImage(width, height, _FORMAT)
        self._image.fill(_NOWHERE)
        self._before: QImage | None = None  # while a stroke is made
        self._brush = Brush()
        self._at = QPointF()
        self._touched = QRect()

    @classmethod
    def of(cls, picture: QImage) -> Mask:
        """Return a mask that begins as a picture says: what is white in it, or what is not clear if parts are."""
        made = cls(picture.width(), picture.height())
        alpha = picture.convertToFormat(QImage.Format.Format_Alpha8)
        alpha.reinterpretAsFormat(_FORMAT)
        whole = QImage(picture.size(), _FORMAT)
        whole.fill(_SOMEWHERE)
        made._image = picture.convertToFormat(_FORMAT) if alpha == whole else alpha
        return made

    @property
    def width(self) -> int:
        """In pixels."""
        return self._image.width()

    @property
    def height(self) -> int:
        """In pixels."""
        return self._image.height()

    @property
    def empty(self) -> bool:
        """Whether nothing is to be painted."""
        blank = QImage(self._image.size(), _FORMAT)
        blank.fill(_NOWHERE)
        return self._image == blank

    def greys(self, place: QRect | None = None) -> QImage:
        """Return the mask, or a part of it, as greys of its own: any thread may have them."""
        return self._image.copy(place) if place is not None else self._image.copy()

    def begin(self, brush: Brush, at: QPointF) -> QRect:
        """Put a brush on the mask; return what changed."""
        self._before = self._image.copy()
        self._brush, self._at, self._touched = brush, at, QRect()
        return self.go_on(at)

    def go_on(self, at: QPointF) -> QRect:
        """Move the brush; return what changed."""
        if self._before is None:
            return QRect()
        start, self._at = self._at, at
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        modes = QPainter.CompositionMode
        erases = self._brush.erases
        painter.setCompositionMode(modes.CompositionMode_Darken if erases else modes.CompositionMode_Lighten)
        for width, grey in _rings(self._brush):
            level = 255 - grey if erases else grey
            pen = QPen(QColor(level, level, level), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            if start == at:
                painter.drawPoint(at)
            else:
                painter.drawLine(start, at)
        painter.end()
        reach = self._brush.size / 2 + 2
        touched = QRectF(start, at).normalized().adjusted(-reach, -reach, reach, reach).toAlignedRect()
        touched &= self._image.rect()
        self._touched |= touched
        return touched

    def end(self) -> Change | None:
        """Lift the brush: the stroke is one change; None where it touched nothing."""
        before, self._before = self._before, None
        return None if before is None or self._touched.isEmpty() else self._change(self._touched, before)

    def invert(self) -> Change:
        """Paint where nothing was painted, and the other way round."""
        before = self._image.copy()
        self._image.invertPixels()
        return self._change(self._image.rect(), before)

    def clear(self) -> Change | None:
        """Paint nowhere; None where nothing was painted."""
        if self.empty:
            return None
        before = self._image.copy()
        self._image.fill(_NOWHERE)
        return self._change(self._image.rect(), before)

    def put(self, place: QRect, part: QImage) -> QRect:
        """Take a part as it was before or after a change; return what changed."""
        painter = QPainter(self._image)
        painter.drawImage(QPoint(place.topLeft()), part)
        painter.end()
        return place

    def _change(self, place: QRect, before: QImage) -> Change:
        return Change(place, before.copy(place), self.greys(place))


def _rings(brush: Brush) -> list[tuple[float, int]]:
    """Return what a stroke is drawn with, the broad and dark before the narrow and bright: widths and greys. Pure."""
    fading = brush.size * max(0.0, min(1.0, brush.soft))
    levels = max(1, min(_LEVELS, round(fading / 2)))
    return [
        (max(1.0, brush.size - fading * number / levels), round(255 * (number + 1) / levels))
        for number in range(levels)
    ]
