"""How loud the piece and its tracks are while it plays. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.language import figures, t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

LOWEST = -60.0  # dB at the left end of a bar
LOUD, NEAR = -1.0, -9.0  # dB from which a bar warns, and from which it is no longer quiet
_FALL = 1.2  # dB a report: thirty of them a second
SILENT = -90.0
_TRACKS = 45  # milliseconds between two looks of the tracks' meters


def share(db: float) -> float:
    """Return how much of a bar a level fills. Pure."""
    return min(1.0, max(0.0, 1 - db / LOWEST))


class LevelBars(QWidget):
    """Two bars that rise at once and fall slowly, and a line where each was last highest."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[float] = [SILENT, SILENT]
        self.held: list[float] = [SILENT, SILENT]
        self.setSizePolicy(self.sizePolicy().horizontalPolicy(), self.sizePolicy().verticalPolicy())
        self.setFixedSize(look.px(112), look.px(16))
        basics.rename(self, t("Level of the piece"))

    def sizeHint(self) -> QSize:
        """Two thin bars."""
        return QSize(look.px(112), look.px(16))

    def show_levels(self, peaks: tuple[float, ...]) -> None:
        """Take what was measured since the last report; nothing lets the bars fall."""
        both = (peaks * 2)[:2] if peaks else (SILENT, SILENT)
        self.levels = [max(new, old - _FALL) for new, old in zip(both, self.levels, strict=True)]
        self.held = [max(new, old - _FALL / 4) for new, old in zip(both, self.held, strict=True)]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        painter = QPainter(self)
        height = (self.height() - 2) / 2
        for n, (level, held) in enumerate(zip(self.levels, self.held, strict=True)):
            top = n * (height + 2)
            painter.fillRect(QRectF(0, top, self.width(), height), look.colour("line"))
            at = 0.0
            for until, token in ((NEAR, "good"), (LOUD, "warn"), (0.0, "bad")):
                end = min(share(level), share(until)) * self.width()
                if end > at:
                    painter.fillRect(QRectF(at, top, end - at, height), look.colour(token))
                at = max(at, end)
            if held > LOWEST:
                painter.fillRect(QRectF(share(held) * self.width() - 2, top, 2, height), look.colour("text"))
        painter.end()


class Meters(QWidget):
    """The bars, and in words the loudness of the last three seconds and the true peak since playing began."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._playing = False
        self.highest = SILENT
        self.bars = LevelBars()
        self.loudness = basics.label("", "secondary")
        self.peak = basics.label("", "secondary")
        for words, widest in ((self.loudness, "−88.8 LUFS"), (self.peak, t("True peak {level} dB", level="−88.8"))):
            words.setMinimumWidth(words.fontMetrics().horizontalAdvance(widest) + tokens.HALF)
            words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.loudness.setToolTip(t("Loudness of the last three seconds"))
        self.peak.setToolTip(t("Highest true peak since playing began; a click forgets it"))
        self.setLayout(basics.row(self.bars, self.loudness, self.peak))
        self._show(None)
        desk.player.report.connect(self._hear)
        look.changed.connect(self.bars.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Forget the highest peak."""
        self.highest = SILENT
        self._show(None)
        super().mousePressEvent(event)

    def _hear(self, topic: str, values: object) -> None:
        if topic not in {"position", "state", "ended"} or not isinstance(values, dict):
            return
        told: dict[str, Any] = values
        playing = bool(told.get("playing"))
        if playing and not self._playing:
            self.highest = SILENT
        self._playing = playing
        peaks = tuple(float(one) for one in told.get("peaks", ())) if playing else ()
        self.bars.show_levels(peaks)
        if playing:
            self.highest = max(self.highest, float(told.get("true_peak", SILENT)))
        else:
            self.bars.levels = [SILENT, SILENT]
        loudness = told.get("loudness")
        self._show(float(loudness) if isinstance(loudness, (int, float)) and playing else None)

    def _show(self, loudness: float | None) -> None:
        heard = loudness is not None and loudness > -70
        self.loudness.setText(f"{_number(loudness)} LUFS" if heard and loudness is not None else "– LUFS")
        level = _number(self.highest) if self.highest > SILENT else "–"
        self.peak.setText(t("True peak {level} dB", level=level))
        basics.set_property(self.peak, "tone", "bad" if self.highest > LOUD else "")


class TrackLevel(QWidget):
    """How loud one track is, as an upright bar; nothing while nothing plays."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.level = SILENT
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_level(self, level: float | None) -> None:
        """Rise at once and fall slowly; None hides it."""
        self.setVisible(level is not None)
        before = self.level
        self.level = SILENT if level is None else max(level, self.level - 2 * _FALL, SILENT)
        if self.level != before:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar from its foot."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("line"))
        at = float(self.height())
        for until, token in ((NEAR, "good"), (LOUD, "warn"), (0.0, "bad")):
            top = self.height() * (1 - min(share(self.level), share(until)))
            painter.fillRect(QRectF(0, top, self.width(), max(0.0, at - top)), look.colour(token))
            at = min(at, top)
        painter.end()


class TrackLevels(QObject):
    """Hands on how loud the tracks are, about twenty times a second; None when nothing plays."""

    def __init__(
        self, desk: Desk, show: Callable[[Mapping[str, float] | None], None], ours: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._show = show
        self._ours = ours  # whether what plays is the piece
        self._shown = False
        self._since: dict[str, float] = {}
        self._last = QElapsedTimer()
        desk.player.report.connect(self._hear)
        desk.player.changed.connect(self._check)

    def _hear(self, topic: str, values: object) -> None:
        if topic not in {"position", "state", "ended"} or not isinstance(values, dict):
            return
        told: dict[str, Any] = values
        if not told.get("playing") or not self._ours():
            self._end()
            return
        levels: dict[str, float] = told.get("tracks", {})
        for track, level in levels.items():
            self._since[track] = max(level, self._since.get(track, SILENT))
        if not self._last.isValid() or self._last.elapsed() >= _TRACKS:
            self._last.restart()
            self._shown = True
            self._show(self._since)
            self._since = {}

    def _check(self) -> None:
        if not self._ours():
            self._end()

    def _end(self) -> None:
        self._since = {}
        if self._shown:
            self._shown = False
            self._show(None)


def _number(value: float) -> str:
    return figures(value).replace("-", "−")
