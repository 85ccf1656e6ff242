"""What is at the left of the lanes of automation lines, and what shows and hides them. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QWidget

from studio.domain.edits import automation
from studio.domain.project import Track
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline import figures, levels, lines
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.lines import VOLUME, Line
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics

_INDENT = 20  # pixels that the name of a line stands in, below that of its track
_SCALE = 4  # pixels from the numbers of the scale to the lanes


def show_title(what: str) -> str:
    """Return what showing or hiding the lane of a line is called."""
    return t("Volume lane") if what == VOLUME else t("Pan lane")


def add_to_menu(menu: QMenu, state: Timeline, track: str) -> None:
    """Offer to show and hide the lanes of a track."""
    for what in lines.KINDS:
        action = menu.addAction(show_title(what))
        action.setCheckable(True)
        action.setChecked(what in state.shown.get(track, ()))
        action.triggered.connect(lambda on, what=what: state.show_line(track, what, on=on))


class LaneButton(QToolButton):
    """Shows the lane of a track's volume, or hides all that are shown; a right click offers each."""

    def __init__(self, state: Timeline) -> None:
        super().__init__()
        self._state = state
        self._track = ""
        self.setProperty("kind", "letter")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space still plays
        self.clicked.connect(self._switch)
        state.lanes_changed.connect(self._refresh)

    def sizeHint(self) -> QSize:
        """As large as the letters beside it."""
        side = look.px(20) + 2
        return QSize(side, side)

    def show_track(self, track: Track) -> None:
        """Say of which track it is."""
        self._track = track.id
        side = look.px(14)
        self.setIconSize(QSize(side, side))
        basics.rename(self, t("Automation lanes of {track}", track=track.name))
        self._refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer each lane."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_to_menu(menu, self._state, self._track)
        menu.popup(event.globalPos())

    def _switch(self) -> None:
        shown = self._state.shown.get(self._track, ())
        self._state.show_lines({**self._state.shown, self._track: () if shown else (VOLUME,)})

    def _refresh(self) -> None:
        shown = bool(self._state.shown.get(self._track))
        self.setChecked(shown)
        self.setIcon(icon("spline", "on_accent" if shown else "muted"))


class LineHead(QFrame):
    """The name of a line and the numbers of its lane; a click chooses the line."""

    def __init__(self, state: Timeline, line: Line, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.line = line
        self.setProperty("kind", "head")
        self._name = basics.label(lines.title(line.what), "caption")
        self._name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.away = basics.icon_button("x", t("Hide the lane"), self._hide_lane)
        self.away.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._numbers = 0.0  # how wide the numbers of the scale are
        inside = basics.row(self._name, None, self.away, spacing=0)
        self.setLayout(inside)
        self.show()

    def show_track(self, track: Track, *, chosen: bool) -> None:
        """Say whose line it is, and whether that is chosen."""
        name = lines.title(self.line.what)
        self.setAccessibleName(t("{line} lane of {track}", line=name, track=track.name))
        basics.rename(self.away, t("Hide the lane {line} of {track}", line=name, track=track.name))
        basics.set_property(self, "chosen", "true" if chosen else "false")
        numbers = (text for what in lines.KINDS for _value, text in lines.marks(what))
        self._numbers = max(float(self._name.fontMetrics().horizontalAdvance(text)) for text in numbers)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(look.px(_INDENT), 0, round(self._numbers) + 2 * _SCALE + tokens.HALF, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the line: new points go to it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._state.choose_points((), self.line)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the line."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("eye-off"), t("Hide the lane")).triggered.connect(self._hide_lane)
        owner = lines.owner_of(self._state.project, self.line)
        away = menu.addAction(icon("trash-2"), t("Remove all points of the line"))
        away.setEnabled(bool(lines.points_of(owner, self.line.what)) and not owner.locked)
        away.triggered.connect(self._clear)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the scale at the edge of the lane, as far as there is room."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self._name.font())
        painter.setPen(look.colour("muted"))
        tall = painter.fontMetrics().ascent()
        taken: list[float] = []
        for value, text in lines.marks(self.line.what):
            share = levels.height_of(value, what=self.line.what)
            y = figures.POINT + share * (self.height() - 2 * figures.POINT)
            y = min(max(y, tall / 2 + 1), self.height() - tall / 2 - 1)
            if all(abs(y - other) >= tall for other in taken):
                taken.append(y)
                left = self.width() - self._numbers - _SCALE
                box = QRectF(left - 1, y - tall, self._numbers + 1, 2 * tall)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _hide_lane(self) -> None:
        self._state.show_line(self.line.owner, self.line.what, on=False)

    def _clear(self) -> None:
        owner, what = self.line
        self._state.do(t("Remove a line"), lambda project: automation.set_points(project, owner, (), what=what))


class LineHeads:
    """The heads of all lanes of lines that are shown, as children of the column of heads."""

    def __init__(self, state: Timeline, parent: QWidget) -> None:
        self._state = state
        self._parent = parent
        self._heads: dict[Line, LineHead] = {}

    def lay_out(self, lanes: Lanes, width: int) -> None:
        """Let there be one beside each lane."""
        there: set[Line] = set()
        for row, track in enumerate(self._state.project.tracks):
            for what in lanes.lines_of(row):
                line = Line(track.id, what)
                there.add(line)
                if line not in self._heads:
                    self._heads[line] = LineHead(self._state, line, self._parent)
                head = self._heads[line]
                head.show_track(track, chosen=self._state.line == line)
                head.setGeometry(0, lanes.line_y(row, what) - lanes.ruler, width, lanes.line)
        for gone in [line for line in self._heads if line not in there]:
            head = self._heads.pop(gone)
            head.hide()
            head.deleteLater()
