"""A song clip as something to work on: on from its end, a range of it anew, in another style. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.domain.project import Clip, Project
from studio.services.song_work import EXTEND, REPAINT
from studio.ui.language import t
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.live_menu import can_extend, fill_extend, fill_styles
from studio.ui.tabs.arrange.panel_fields import TimeField, flow, pair, titled
from studio.ui.theme import tokens
from studio.ui.widgets import basics


class SongPart(QWidget):
    """Buttons, and the range that is made anew: the loop's where that lies in the clip, else what somebody writes."""

    def __init__(self, deeds: LiveDeeds) -> None:
        super().__init__()
        self._deeds = deeds
        self._clip = ""
        self._shown: tuple[str, int, int] = ("", 0, 0)  # the clip and the range that was offered for it
        self._span = (0, 0)
        self._rate = 1
        self.extend = basics.button(t("Extend…"), self._offer_extend, icon_name="move-horizontal")
        self.longer = basics.button(t("Again, longer…"), self._offer_longer, icon_name="refresh-cw")
        self.style_button = basics.button(t("In a style…"), self._offer_styles, icon_name="bookmark")
        self.begin, self.end = TimeField(t("The part anew begins")), TimeField(t("The part anew ends"))
        self.begin.timed.connect(lambda at: self._write(at, self._span[1]))
        self.end.timed.connect(lambda at: self._write(self._span[0], at))
        self.repaint_button = basics.button(t("Repaint selection"), self._repaint, icon_name="wand-sparkles")
        self._why = basics.label("", "caption", wrap=True)
        self._fields = QWidget()
        self._fields.setLayout(pair(titled(t("Range from"), self.begin), titled(t("Range to"), self.end)))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(flow(self.extend, self.longer, self.style_button))
        inside.addWidget(self._fields)
        inside.addWidget(self.repaint_button, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._why)
        deeds.marked.connect(self._follow)
        self._last: tuple[Project, Clip, bool] | None = None

    def show_clip(self, project: Project, clip: Clip, *, locked: bool) -> None:
        """Show a clip."""
        self._last = (project, clip, locked)
        self._clip, self._rate = clip.id, project.rate
        offered = self._deeds.range_in(clip)
        if self._shown != (clip.id, *offered):
            self._shown = (clip.id, *offered)
            self._span = offered
        self.begin.show_time(self._span[0], self._rate)
        self.end.show_time(self._span[1], self._rate)
        self._show_what_can_be(locked=locked)

    def _follow(self) -> None:
        if self._last and self.isVisible():
            project, clip, locked = self._last
            self.show_clip(project, clip, locked=locked)

    def _show_what_can_be(self, *, locked: bool) -> None:
        no_end, no_part = self._deeds.why_not(self._clip, EXTEND), self._deeds.why_not(self._clip, REPAINT)
        longer = bool(no_end) and can_extend(self._deeds.longer_by(self._clip))
        for widget, why in ((self.extend, no_end), (self.repaint_button, no_part)):
            widget.setEnabled(not (why or locked))
            widget.setToolTip(why)
            widget.setAccessibleDescription(why)
        self.longer.setVisible(longer)
        self.longer.setEnabled(not locked)
        self.style_button.setEnabled(not locked)
        self._fields.setEnabled(not (no_part or locked))
        whys = list(dict.fromkeys(why for why in (no_end, no_part) if why))
        self._why.setText(" ".join(whys))
        self._why.setVisible(bool(whys))

    def _write(self, begin: int, end: int) -> None:
        self._span = (begin, end)

    def _repaint(self) -> None:
        self._deeds.repaint(self._clip, self._span)

    def _offer_extend(self) -> None:
        self._offer(self.extend, lambda menu: fill_extend(menu, partial(self._deeds.extend, self._clip), self._most))

    def _offer_longer(self) -> None:
        most = self._deeds.longer_by(self._clip)
        self._offer(self.longer, lambda menu: fill_extend(menu, partial(self._deeds.longer, self._clip), most))

    def _offer_styles(self) -> None:
        styles = self._deeds.styles
        self._offer(
            self.style_button, lambda menu: fill_styles(menu, partial(self._deeds.in_style, [self._clip]), styles)
        )

    @property
    def _most(self) -> float:
        return self._deeds.on_by(self._clip)

    def _offer(self, button: QWidget, fill: Callable[[QMenu], object]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
