"""What stands beside the lines of the script: numbers and speakers at the left, what there is of them at the right.

Only the lines that one sees have widgets; a script of any length needs a screenful of them. The GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolTip, QVBoxLayout, QWidget

from studio.ui.language import t, tn
from studio.ui.tabs.dialogue import model
from studio.ui.tabs.dialogue.model import State
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_TONES = frozenset({"good", "warn", "bad"})


@dataclass(frozen=True)
class Shown:
    """What a row says of its line."""

    id: str
    number: int  # of the source line
    sign: str = "circle"
    tone: str = "muted"
    word: str = ""
    tip: str = ""
    seconds: str = ""
    takes: int = 0
    playing: bool = False
    busy: bool = False
    early: bool = False  # it can be heard while it is made
    silent: bool = False
    unfolded: bool = False
    turns: int = 1  # more than one: several speak in this source line


class LineRow(QWidget):
    """One row. `acted` names what is wanted and of which line."""

    acted = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._play = basics.icon_button("play", t("Play this line"), self._acting("play"))
        self._make = basics.icon_button("wand-sparkles", t("Generate this line"), self._acting("make"))
        self._sign = QLabel()
        self._word = basics.label("", "secondary")
        self._seconds = basics.label("", "secondary")
        self._seconds.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._takes = basics.button("", self._acting("takes"), kind="quiet", icon_name="chevron-down")
        self._takes.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._split = basics.button(
            t("Split"), self._acting("split"), kind="quiet", icon_name="between-horizontal-start"
        )
        self._split.setToolTip(t("Put each speaker on a line of their own"))
        self._narrow = False
        self._fresh = True
        self._widths = _Widths.of(self._word)
        self._word.setFixedWidth(self._widths.word)
        self._seconds.setFixedWidth(self._widths.seconds)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(8, 0, 0, 0)
        inside.setSpacing(4)
        for part in (self._play, self._make, self._sign, self._word, self._seconds, self._takes, self._split):
            inside.addWidget(part)
        inside.addStretch(1)
        self._split.hide()

    @property
    def line(self) -> str:
        """The line that is shown."""
        return self._shown.id if self._shown else ""

    def show_line(self, shown: Shown, *, current: bool, narrow: bool) -> None:
        """Show a line; of what is the same nothing is touched."""
        for button in (self._play, self._make, self._takes, self._split):
            policy = Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus
            if button.focusPolicy() != policy:
                button.setFocusPolicy(policy)
        before = self._shown if self._fresh else None
        if shown == before and narrow == self._narrow:
            return
        self._shown, self._narrow, self._fresh = shown, narrow, True
        self._seconds.setVisible(not narrow and shown.turns == 1)
        self._takes.setFixedWidth(self._widths.few if narrow else self._widths.takes)
        self.setAccessibleName(t("Line {number}: {state}", number=shown.number, state=f"{shown.word} {shown.seconds}"))
        several = shown.turns > 1
        self._split.setVisible(several)
        for part in (self._play, self._make, self._sign, self._word):
            part.setVisible(not several)
        self._takes.setVisible(not several and shown.takes > 0)
        if several:
            return
        self._show_signs(shown, before)
        basics.rename(self._play, t("Pause") if shown.playing else t("Play line {number}", number=shown.number))
        self._play.setEnabled(shown.takes > 0 or shown.early or shown.playing)
        again = t("Make line {number} again", number=shown.number)
        make = again if shown.takes else t("Generate line {number}", number=shown.number)
        basics.rename(self._make, t("Cancel line {number}", number=shown.number) if shown.busy else make)
        self._make.setEnabled(not shown.silent)
        self._word.setText(shown.word)
        basics.set_property(self._word, "tone", shown.tone if shown.tone in _TONES else "")
        for part in (self._sign, self._word):
            part.setToolTip(shown.tip)
        self._seconds.setText(shown.seconds)
        count = str(shown.takes) if narrow else tn(shown.takes, "{count} take", "{count} takes")
        self._takes.setText(count)
        self._takes.setAccessibleName(t("Takes of line {number}", number=shown.number))

    def forget(self) -> None:
        """Draw everything anew next time: the colours are others."""
        self._fresh = False

    def _show_signs(self, shown: Shown, before: Shown | None) -> None:
        """Drawing signs is most of the work while one scrolls; most of them stay."""
        if before is not None and before.turns > 1:
            before = None
        if before is None or before.playing != shown.playing:
            self._play.setIcon(icon("pause" if shown.playing else "play"))
        if before is None or before.busy != shown.busy:
            self._make.setIcon(icon("x" if shown.busy else "wand-sparkles"))
        if before is None or before.unfolded != shown.unfolded:
            self._takes.setIcon(icon("chevron-up" if shown.unfolded else "chevron-down"))
        if before is None or (before.sign, before.tone) != (shown.sign, shown.tone):
            size = look.px(16)
            self._sign.setPixmap(icon(shown.sign, shown.tone or "muted").pixmap(size, size))

    def _acting(self, what: str) -> Callable[[], None]:
        def act() -> None:
            self.acted.emit(what, self.line)

        return act


@dataclass(frozen=True)
class _Widths:
    """How wide the parts of a row are, so that they stand below one another."""

    word: int
    seconds: int
    takes: int
    few: int  # of the takes where there is little room

    @staticmethod
    def of(label: QLabel) -> _Widths:
        label.ensurePolished()
        metrics = QFontMetrics(label.font())
        words = [model.state_words(state)[2] for state in State] + [t("running {percent} %", percent=100)]
        words += [model.badge_words(badge)[2] for badge in ("good", "clipped", "unclear", "noisy", "fast", "slow", "")]
        takes = max(metrics.horizontalAdvance(tn(n, "{count} take", "{count} takes")) for n in (1, 22))
        return _Widths(
            max(map(metrics.horizontalAdvance, words)) + 4,
            metrics.horizontalAdvance(t("{seconds} s", seconds="88.8")) + 4,
            round(takes * 1.12) + look.px(16) + 32,
            round(metrics.horizontalAdvance("22") * 1.12) + look.px(16) + 32,
        )


def width_of(*, narrow: bool) -> int:
    """Return how wide the column at the right is."""
    widths = _Widths.of(basics.label("", "secondary"))
    buttons = 2 * (look.px(24) + 8)
    rest = widths.few if narrow else widths.seconds + 4 + widths.takes
    return 8 + buttons + look.px(16) + widths.word + rest + 5 * 4


class Gutter(QWidget):
    """Numbers, speakers and signs of problems, drawn."""

    asked = Signal(int)  # the sign of a block's problems was clicked

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._marks: list[Mark] = []
        self.setMouseTracking(True)
        look.changed.connect(self.update)

    def show_marks(self, marks: list[Mark]) -> None:
        """Show other lines."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def mark_at(self, y: float) -> Mark | None:
        """Return what stands at a height."""
        return next((mark for mark in self._marks if mark.top <= y < mark.top + look.px(36)), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what one sees."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(look.px(11))
        painter.setFont(font)
        row, sign = look.px(36), look.px(16)
        for mark in self._marks:
            if mark.sign:
                picture = icon(mark.sign, mark.tone).pixmap(sign, sign)
                painter.drawPixmap(0, mark.top + (row - sign) // 2, picture)
            if mark.number:
                painter.setPen(look.colour("text" if mark.current else "muted"))
                place = QRectF(sign, mark.top, self.width() - sign - look.px(20), row)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(mark.number))
            if mark.speaker >= 0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.speaker(mark.speaker))
                dot = look.px(8)
                painter.drawEllipse(QRectF(self.width() - look.px(14), mark.top + (row - dot) / 2, dot, dot))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Offer what mends a problem."""
        mark = self.mark_at(event.position().y())
        if mark and mark.sign:
            self.asked.emit(mark.block)

    def event(self, event: QEvent) -> bool:
        """Tell what a sign means, and who speaks."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self.mark_at(event.pos().y())
            QToolTip.showText(event.globalPos(), mark.tip if mark else "", self)
            return True
        return super().event(event)


@dataclass(frozen=True)
class Mark:
    """What the gutter shows of a block."""

    block: int
    top: int
    number: int = 0
    speaker: int = -1
    sign: str = ""
    tone: str = "muted"
    tip: str = ""
    current: bool = False


class Column(QWidget):
    """The rows at the right, as many as there are lines to see."""

    acted = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[LineRow] = []
        look.changed.connect(self._forget)

    def _forget(self) -> None:
        for row in self._rows:
            row.forget()

    def show_lines(self, lines: list[tuple[Shown, int]], current: str, *, narrow: bool) -> None:
        """Show lines, each with the place of its top."""
        while len(self._rows) < len(lines):
            row = LineRow(self)
            row.acted.connect(self.acted)
            self._rows.append(row)
        height = look.px(36)
        for row, (shown, top) in zip(self._rows, lines, strict=False):
            row.show_line(shown, current=shown.id == current, narrow=narrow)
            row.setGeometry(0, top, self.width(), height)
            row.show()
        for row in self._rows[len(lines) :]:
            row.hide()


def beside(holder: QWidget, inside: QWidget) -> None:
    """Let a widget fill the place beside the text."""
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(inside)
