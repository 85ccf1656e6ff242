"""What belongs to the chosen marker, chapter or region. The GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain.edits import marks
from studio.domain.project import Marker, Region
from studio.ui.actions import Actions
from studio.ui.language import t
from studio.ui.tabs.arrange.clip_panel_model import lasting
from studio.ui.tabs.arrange.owned_panel import OwnedPanel
from studio.ui.tabs.arrange.panel_fields import LineField, TimeField, flow, pair, switch, titled
from studio.ui.theme import tokens
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics


class MarkPanel(OwnedPanel):
    """Name, time, and whether a chapter begins there."""

    def __init__(self, state: Timeline, actions: Actions) -> None:
        super().__init__(state)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.GRID)
        self.title = basics.label("", "heading")
        self.name = LineField(t("Name of the mark"))
        self.name.entered.connect(self._rename)
        self.start, self.end = TimeField(t("Time of the mark")), TimeField(t("End of the region"))
        self.start.timed.connect(self._move)
        self.end.timed.connect(self._end)
        self._end_place = QWidget()
        self._end_place.setLayout(titled(t("End"), self.end))
        self.length = basics.label("", "secondary")
        self.chapter = switch(t("A chapter begins here"), self._set_chapter)
        go = basics.button(t("Go there"), self._go, icon_name="locate")
        self.loop = basics.button(t("Loop"), self._loop, icon_name="repeat")
        away = basics.button(t("Remove"), actions.get("arrange.delete").trigger, kind="quiet", icon_name="trash-2")
        whole.addWidget(self.title)
        whole.addLayout(titled(t("Name"), self.name))
        whole.addLayout(pair(titled(t("Start"), self.start), basics.column(self._end_place)))
        whole.addWidget(self.length)
        whole.addWidget(self.chapter)
        whole.addWidget(flow(go, self.loop, away))
        whole.addStretch(1)

    def refresh(self) -> None:
        """Show what is chosen."""
        if not self._take_over():
            return
        found, rate = self._mark, self._state.project.rate
        if found is None:
            return
        region = found if isinstance(found, Region) else None
        chapter = isinstance(found, Marker) and found.chapter
        self.title.setText(t("Region") if region else t("Chapter") if chapter else t("Marker"))
        self.name.show_text(found.name)
        self.start.show_time(found.start if isinstance(found, Region) else found.at, rate)
        for widget in (self._end_place, self.length, self.loop):
            widget.setVisible(region is not None)
        self.chapter.setVisible(region is None)
        self.chapter.setChecked(chapter)
        if region:
            self.end.show_time(region.end, rate)
            self.length.setText(t("Lasts {length}", length=lasting(region.end - region.start, rate)))

    def rename(self) -> None:
        """Let the name be typed."""
        self.name.setFocus()
        self.name.selectAll()

    @property
    def _subject(self) -> str:
        return self._state.marker

    @property
    def _mark(self) -> Marker | Region | None:
        """The mark that the fields show, if it is there: another may be chosen before an edit ends."""
        project, wanted = self._state.project, self._owner[1] if self._here else None
        return next((one for one in (*project.markers, *project.regions) if one.id == wanted), None)

    def _rename(self, name: str) -> None:
        found = self._mark
        if found:
            rename = marks.rename_region if isinstance(found, Region) else marks.rename_marker
            self._state.do(t("Rename a mark"), lambda p: rename(p, found.id, name.strip()))

    def _move(self, at: int) -> None:
        found = self._mark
        if isinstance(found, Region):
            ok = self._state.do(t("Move a region"), lambda p: marks.move_region(p, found.id, at))
        elif found:
            label = t("Move a chapter") if found.chapter else t("Move a marker")
            ok = self._state.do(label, lambda p: marks.move_marker(p, found.id, at))
        else:
            ok = True
        if not ok:
            self.refresh()

    def _end(self, at: int) -> None:
        found = self._mark
        if found and not self._state.do(t("Change a region"), lambda p: marks.set_region(p, found.id, end=at)):
            self.refresh()

    def _set_chapter(self, on: bool) -> None:  # noqa: FBT001 — a slot
        found = self._mark
        label = t("Begin a chapter") if on else t("Begin no chapter here")
        if found:
            self._state.do(label, lambda p: marks.set_chapter(p, found.id, chapter=on))

    def _go(self) -> None:
        found = self._mark
        if found:
            at = found.start if isinstance(found, Region) else found.at
            self._state.put_playhead(at)
            self._state.show(self._state.scale.showing(at))

    def _loop(self) -> None:
        found = self._mark
        if isinstance(found, Region):
            self._state.set_loop((found.start, found.end))
