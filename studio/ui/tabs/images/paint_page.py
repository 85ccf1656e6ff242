"""The page on which one says where to paint: tools above, the picture below, the keys in a line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSlider, QVBoxLayout, QWidget

from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.tabs.images.paint_view import BRUSH, ERASER, FRAME, PaintView, step_of
from studio.ui.tabs.images.painting import Painting
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

_BROADEST = 400  # pixels that the slider reaches; the keys go farther
_SLIDER = 96  # pixels


class PaintPage(QWidget):
    """Its tools act on the view; `left` wants back to the pictures, `changed` comes when something is painted."""

    left = Signal()
    changed = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        self.view = PaintView()
        self.view.set_brush(size=float(memory.get("images.brush", 60.0)), soft=float(memory.get("images.soft", 0.3)))
        self._tools: dict[str, QPushButton] = {}
        self._undo = basics.icon_button("undo-2", t("Undo"), self.view.undo)
        self._redo = basics.icon_button("redo-2", t("Redo"), self.view.redo)
        self._size, self._size_said = _slider(t("Brush size"), _BROADEST), basics.label("", "secondary")
        self._soft, self._soft_said = _slider(t("Soft edge"), 100), basics.label("", "secondary")
        self._title = basics.ElidedLabel(t("Where to paint"), "heading")
        self._facts = basics.label("", "secondary")
        back = basics.button(t("Pictures"), self.left.emit, icon_name="chevron-left")
        basics.rename(back, t("Back to the pictures"))
        zooms = [
            basics.icon_button(sign, words, act)
            for sign, words, act in (
                ("zoom-out", t("Farther  (-)"), self.view.farther),
                ("zoom-in", t("Nearer  (+)"), self.view.nearer),
                ("maximize-2", t("Fit  (0)"), self.view.fit),
            )
        ]
        top = basics.row(back, self._title, self._facts, *zooms)
        top.setStretch(1, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(top)
        inside.addLayout(self._tools_row())
        inside.addWidget(self.view, 1)
        keys = t("[ ] size · arrows move, Space paints · frame: arrows widen, with Shift narrow · wheel zooms")
        inside.addWidget(basics.label(keys, "caption", wrap=True))
        self._size.valueChanged.connect(lambda value: self.view.set_brush(size=float(value)))
        self._soft.valueChanged.connect(lambda value: self.view.set_brush(soft=value / 100))
        self.view.chosen.connect(self._show_tool)
        self.view.painted.connect(self._show_painted)
        self.view.framed.connect(self._show_painted)
        self._show_tool()
        self._show_painted()

    def open(self, painting: Painting, name: str, *, most: int, may_frame: bool) -> None:
        """Show a picture that is painted on."""
        self.view.most = most
        self.view.may_frame = may_frame
        self._tools[FRAME].setVisible(may_frame)
        if not may_frame and self.view.tool == FRAME:
            self.view.choose(BRUSH)
        self._title.setText(t("Where to paint: {name}", name=name))
        self.view.show_painting(painting)
        self._show_painted()
        self.view.setFocus()

    def event(self, event: QEvent) -> bool:
        """Steps of the picture come before those of the project, wherever on the page the focus is."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and step_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go a step back or forth, with the focus on a tool."""
        step = step_of(event)
        if step:
            getattr(self.view, step)()
        else:
            super().keyPressEvent(event)

    def _tools_row(self) -> FlowLayout:
        row = FlowLayout()
        group = QButtonGroup(self)
        for tool, words, tip in (
            (BRUSH, t("Brush"), t("Paint here  (B)")),
            (ERASER, t("Eraser"), t("Do not paint here  (E)")),
            (FRAME, t("Frame"), t("Continue the picture: drag the frame's edges  (F)")),
        ):
            made = basics.button(words, kind="chip", tip=tip)
            made.setCheckable(True)
            made.clicked.connect(lambda _on=False, tool=tool: self._choose(tool))
            group.addButton(made)
            self._tools[tool] = made
            row.addWidget(made)
        for words, slider, said in (
            (t("Size"), self._size, self._size_said),
            (t("Soft edge"), self._soft, self._soft_said),
        ):
            place = QWidget()
            place.setLayout(basics.row(basics.label(words, "secondary"), slider, said))
            row.addWidget(place)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        row.addWidget(basics.button(t("Invert"), self.view.invert, kind="quiet", tip=t("Paint all the rest  (I)")))
        row.addWidget(basics.button(t("Clear"), self.view.clear, kind="quiet", tip=t("Paint nowhere  (Del)")))
        return row

    def _choose(self, tool: str) -> None:
        self.view.choose(tool)
        self.view.setFocus()

    def _show_tool(self) -> None:
        view = self.view
        self._tools[view.tool].setChecked(True)
        for slider, value in ((self._size, round(view.breadth)), (self._soft, round(100 * view.soft))):
            with QSignalBlocker(slider):
                slider.setValue(value)
        self._size_said.setText(t("{size} px", size=round(view.breadth)))
        self._soft_said.setText(f"{round(100 * view.soft)} %")
        self._memory.put("images.brush", round(view.breadth, 1))
        self._memory.put("images.soft", round(view.soft, 2))

    def _show_painted(self) -> None:
        painting = self.view.painting
        self._undo.setEnabled(painting is not None and painting.history.can_undo)
        self._redo.setEnabled(painting is not None and painting.history.can_redo)
        self._facts.setText("{} × {}".format(*painting.frame.size) if painting else "")
        self.changed.emit()


def _slider(name: str, most: int) -> QSlider:
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(0 if most == 100 else 2, most)
    made.setFixedWidth(look.px(_SLIDER))
    made.setAccessibleName(name)
    return made
