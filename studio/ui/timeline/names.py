"""Texts of the timeline, measured, cut to fit and laid out once. The GUI thread.

To lay out a text takes a tenth of a millisecond, and a zoom changes the room of hundreds of names with each frame. So
names are cut at a few widths only, and so many of them are laid out in a frame and no more.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

_MOST_KEPT = 4_000
_MOST_NEW = 24  # names that are laid out for one frame
_LONGEST = 200  # letters


class Names:
    """Texts that were laid out, for one font."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self.height = self._metrics.height()
        self._measured: dict[str, tuple[str, float]] = {}
        self._kept: dict[tuple[str, int], QStaticText] = {}  # 0 for the whole text
        self._new = 0

    def begin(self) -> None:
        """Another frame begins."""
        self._new = 0

    def fitting(self, text: str, width: float) -> tuple[QStaticText | None, bool]:
        """Return as much of a text as fits, and True; or what there is of that, where too much was laid out already."""
        measured = self._measured.get(text)
        if measured is None:
            if self._new >= _MOST_NEW:
                return None, False
            measured = self._measure(text)
        if measured[1] <= width:
            key, less = (text, 0), (text, 0)
        else:
            step = max(4, 1 << max(0, int(width).bit_length() - 3))
            cut = max(step, int(width) // step * step)
            key, less = (text, cut), (text, max(1, cut - step))
        found = self._kept.get(key)
        if found is not None:
            return found, True
        if self._new >= _MOST_NEW:
            return self._kept.get(less), False
        return self._lay_out(key, measured[0]), True

    def shortened(self, text: str, width: float) -> QStaticText:
        """Return as much of a text as fits, whatever else was laid out."""
        before, self._new = self._new, 0
        found, _ = self.fitting(text, width)
        self._new += before
        assert found is not None
        return found

    def _measure(self, text: str) -> tuple[str, float]:
        if len(self._measured) >= _MOST_KEPT:
            self._measured = {}
        plain = " ".join(text[:_LONGEST].split())
        found = self._measured[text] = plain, self._metrics.horizontalAdvance(plain)
        return found

    def _lay_out(self, key: tuple[str, int], plain: str) -> QStaticText:
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {}
        self._new += 1
        text = self._metrics.elidedText(plain, Qt.TextElideMode.ElideRight, key[1]) if key[1] else plain
        found = self._kept[key] = QStaticText(text)
        found.setTextFormat(Qt.TextFormat.PlainText)
        found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        return found
