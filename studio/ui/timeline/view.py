"""The whole timeline: heads at the left, the canvas, its scroll bars and its zoom. The GUI thread."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QSlider, QWidget

from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.canvas import Canvas
from studio.ui.widgets import basics

if TYPE_CHECKING:
    from studio.ui.bridge.desk import Desk
    from studio.ui.timeline.state import Timeline

HEADS = 180  # pixels, at 100 % text
_STEPS = 1_000_000  # of the scroll bar: a piece has more pixels than it can count
_SPARE = 1.25  # of the piece's length that can be scrolled to
_FINEST, _COARSEST = -3.0, 22.0  # powers of two: samples a pixel, as the slider offers them
_DETENTS = 10  # of the slider, a power


class TimelineView(QWidget):
    """Heads, canvas, scroll bars and zoom over one Timeline."""

    def __init__(
        self,
        desk: Desk,
        timeline: Timeline,
        heads: QWidget | None = None,
        corner: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self.canvas = Canvas(desk, timeline)
        self._corner = corner or QWidget()
        self._heads = heads or QWidget()
        self._across = QScrollBar(Qt.Orientation.Horizontal)
        self._across.setAccessibleName(t("Scroll through the time"))
        self._across.valueChanged.connect(self._scroll_across)
        self._down = QScrollBar(Qt.Orientation.Vertical)
        self._down.setAccessibleName(t("Scroll through the tracks"))
        self._down.valueChanged.connect(self._scroll_down)
        self._zoom = QSlider(Qt.Orientation.Horizontal)
        self._zoom.setRange(round(-_COARSEST * _DETENTS), round(-_FINEST * _DETENTS))
        self._zoom.setPageStep(_DETENTS)
        basics.rename(self._zoom, t("Zoom"))
        self._zoom.valueChanged.connect(self._zoom_to)
        self._lay_out()
        timeline.scrolled.connect(self._follow)
        timeline.lanes_changed.connect(self._follow)
        timeline.selected.connect(self._follow)  # comes after every change of the project, too
        desk.project.changed.connect(self._follow)
        look.changed.connect(self._follow)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll bars depend on the size."""
        super().resizeEvent(event)
        self._follow()

    def _lay_out(self) -> None:
        wide = look.px(HEADS)
        for widget in (self._corner, self._heads):
            widget.setFixedWidth(wide)
        out = basics.icon_button("zoom-out", t("Less detail"), lambda: self.canvas.zoom(1 / 1.5))
        into = basics.icon_button("zoom-in", t("More detail"), lambda: self.canvas.zoom(1.5))
        zoom = QWidget()
        zoom.setFixedWidth(wide)
        row = basics.row(out, self._zoom, into, spacing=tokens.HALF)
        row.setContentsMargins(tokens.HALF, tokens.HALF, tokens.HALF, tokens.HALF)
        zoom.setLayout(row)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self._corner, 0, 0)
        grid.addWidget(self._heads, 1, 0)
        grid.addWidget(self.canvas, 0, 1, 2, 1)
        grid.addWidget(self._down, 0, 2, 2, 1)
        grid.addWidget(zoom, 2, 0)
        grid.addWidget(self._across, 2, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)

    def _follow(self) -> None:
        """Let bars and slider tell what is seen."""
        timeline, canvas, lanes = self._timeline, self.canvas, self.canvas.lanes
        self._corner.setFixedHeight(lanes.ruler)
        scale = timeline.scale
        shown = scale.width * scale.per_pixel
        whole = max(timeline.project.length * _SPARE, timeline.project.rate * 10.0, scale.last)
        page = max(1, round(_STEPS * shown / whole))
        with QSignalBlocker(self._across):
            self._across.setRange(0, max(0, _STEPS - page))
            self._across.setPageStep(page)
            self._across.setSingleStep(max(1, page // 16))
            self._across.setValue(round(_STEPS * scale.first / whole))
        most = lanes.most_scrolled(canvas.height())
        if timeline.top > most:
            timeline.scroll_down_to(most)
        with QSignalBlocker(self._down):
            self._down.setRange(0, most)
            self._down.setPageStep(max(1, canvas.height() - lanes.ruler))
            self._down.setSingleStep(look.px(24))
            self._down.setValue(timeline.top)
        with QSignalBlocker(self._zoom):
            self._zoom.setValue(round(-math.log2(scale.per_pixel) * _DETENTS))

    def _scroll_across(self, value: int) -> None:
        timeline = self._timeline
        scale = timeline.scale
        whole = max(timeline.project.length * _SPARE, timeline.project.rate * 10.0, scale.last)
        timeline.show(replace(scale, first=value / _STEPS * whole))

    def _scroll_down(self, value: int) -> None:
        self._timeline.scroll_down_to(value)

    def _zoom_to(self, value: int) -> None:
        scale = self._timeline.scale
        self.canvas.zoom(scale.per_pixel / 2 ** (-value / _DETENTS))
