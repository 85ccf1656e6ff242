"""What belongs to the piece as a whole: name, length, tempo, cover, and what exported files say. The GUI thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from studio.domain.edits import whole as edits
from studio.domain.project import Metadata
from studio.domain.requests import COVER
from studio.errors import StudioError
from studio.services.library_index import PICTURE_ENDINGS
from studio.ui.bridge.desk import Desk
from studio.ui.dialogs.export_cover import CoverChooser
from studio.ui.language import t, tn
from studio.ui.tabs.arrange.dropping import Dropping
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.owned_panel import OwnedPanel
from studio.ui.tabs.arrange.panel_fields import LineField, Section, flow, titled
from studio.ui.tabs.arrange.tempo_field import TempoField
from studio.ui.theme import tokens
from studio.ui.timeline.state import Timeline
from studio.ui.timeline.times import clock
from studio.ui.widgets import basics


class PiecePanel(OwnedPanel):
    """Built once; shows the open project."""

    recipe_wanted = Signal(object)

    def __init__(self, desk: Desk, state: Timeline, deeds: LiveDeeds, dropping: Dropping) -> None:
        super().__init__(state)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.GRID)
        self.facts = basics.label("", "secondary", wrap=True)
        self.name = LineField(t("Name of the project"))
        self.name.entered.connect(self._rename)
        self.tempo = TempoField(state, here=lambda: self._here)
        whole.addWidget(basics.label(t("The piece"), "heading"))
        whole.addWidget(self.facts)
        whole.addLayout(titled(t("Name"), self.name))
        whole.addLayout(titled(t("Tempo"), self.tempo))
        cover = Section(desk.memory, "piece.cover", t("Cover"))
        self.cover = CoverSlot(desk, deeds, dropping)
        self.cover.recipe_wanted.connect(self.recipe_wanted)
        cover.inside.addWidget(self.cover)
        whole.addWidget(cover)
        told = Section(desk.memory, "piece.told", t("What exported files say"))
        self.fields: dict[str, LineField] = {}
        for name, title in _told():
            field = LineField(title)
            field.entered.connect(partial(self._tell, name))
            self.fields[name] = field
            told.inside.addLayout(titled(title, field))
        whole.addWidget(told)
        whole.addStretch(1)

    def refresh(self) -> None:
        """Show the project as it is."""
        if not self._take_over():
            return
        project = self._state.project
        count = sum(len(track.clips) for track in project.tracks)
        self.facts.setText(
            " · ".join(
                (
                    clock(project.length, project.rate),
                    tn(len(project.tracks), "One track", "{count} tracks"),
                    tn(count, "One clip", "{count} clips"),
                )
            )
        )
        self.name.show_text(project.name)
        if not self.tempo.hasFocus() or not self.tempo.lineEdit().isModified():
            self.tempo.show_tempo()
        for name, field in self.fields.items():
            field.show_text(getattr(project.metadata, name))
        self.cover.refresh()

    @property
    def _subject(self) -> None:
        return None  # there is one piece in a project

    def _rename(self, name: str) -> None:
        if name.strip() and self._here:
            self._state.do(t("Rename the project"), lambda p: edits.rename(p, name.strip()))
        self.refresh()

    def _tell(self, name: str, value: str) -> None:
        if self._here:
            self._state.do(t("Describe the piece"), lambda p: edits.set_metadata(p, **{name: value.strip()}))


class CoverSlot(QFrame):
    """The cover: chosen, dropped, made again, taken away."""

    recipe_wanted = Signal(object)

    def __init__(self, desk: Desk, deeds: LiveDeeds, dropping: Dropping) -> None:
        super().__init__()
        self._desk, self._deeds, self._dropping = desk, deeds, dropping
        self.setAcceptDrops(True)
        self.setAccessibleName(t("Cover; drop a picture here"))
        self.chooser = CoverChooser(desk)
        self.chooser.failed.connect(self._failed)
        self.again = basics.button(
            t("Again"), deeds.cover_again, icon_name="refresh-cw", tip=t("The same with another seed")
        )
        self.room = basics.button(t("Open in {room}", room=t("Images")), self._open, kind="quiet")
        self.said = basics.label(t("A picture can be dropped here."), "secondary", wrap=True)
        self.setLayout(basics.column(self.chooser, self.said, flow(self.again, self.room)))
        deeds.changed.connect(self.refresh)
        deeds.progressed.connect(self.refresh)

    def refresh(self, _job: int = 0) -> None:
        """Show what can be done with the cover there is."""
        cover = self._desk.project.value.cover
        made = cover is not None and (cover.recipe or {}).get("task") == "image"
        self.again.setVisible(made)
        self.room.setVisible(made)
        jobs = self._deeds.jobs_of(COVER)
        self.again.setEnabled(not jobs)
        if jobs:
            progress = self._desk.jobs.progress(jobs[0].id)
            share = f" {round(progress.fraction * 100)} %" if progress.fraction is not None else ""
            self.said.setText(f"{t(progress.stage) if progress.stage else t('Waiting')}{share}")
        else:
            self.said.setText(t("A picture can be dropped here."))
        self.said.setVisible(bool(jobs) or cover is None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a picture."""
        if _pictures(event):
            basics.set_property(self, "drop", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        basics.set_property(self, "drop", "false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Make it the cover."""
        basics.set_property(self, "drop", "false")
        if self._dropping.take(_pictures(event)[:1]):
            event.acceptProposedAction()

    def _open(self) -> None:
        cover = self._desk.project.value.cover
        if cover and cover.recipe:
            self.recipe_wanted.emit(dict(cover.recipe))

    def _failed(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="arrange", key="cover")


def _told() -> list[tuple[str, str]]:
    """Return what files say, in the order in which one asks for it."""
    titles = {
        "title": t("Title"),
        "artist": t("Artist"),
        "album": t("Album"),
        "year": t("Year"),
        "genre": t("Genre"),
        "comment": t("Comment"),
        "language": t("Language"),
    }
    return [(name, titles[name]) for name in Metadata.__dataclass_fields__ if name in titles]


def _pictures(event: QDropEvent) -> list[Path]:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() in PICTURE_ENDINGS]
