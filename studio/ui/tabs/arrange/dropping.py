"""Sounds and pictures onto the timeline: from the file manager, the library, a take. The GUI thread.

Copying and checking files goes on elsewhere; a sound lands on the track and at the time where it was let go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from studio.domain.edits import place, tracks, whole
from studio.domain.project import Media, Picture, Project
from studio.errors import StudioError
from studio.services.library_index import PICTURE_ENDINGS, SOUND_ENDINGS
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.theme.look import look
from studio.ui.timeline.heads import kind_title
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.state import Timeline

_KINDS = {"speech": "speech", "clone": "speech", "music": "music"}  # of tracks, by what a sound was made for
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Spot:
    """Where something was let go: a sample, and a track; without one, on a new track."""

    at: int
    track: str = ""


@dataclass(frozen=True)
class _Came:
    """What came of the files: sounds and covers, and what could not be taken."""

    sounds: tuple[Media, ...]
    cover: Picture | None
    failed: tuple[StudioError, ...]


class Dropping(QObject):
    """Takes files in, and puts them on the timeline."""

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        self.coming = 0  # files that are on their way

    def take(self, files: list[Path], spot: Spot | None = None) -> bool:
        """Bring files in; without a place they come to the playhead on the chosen track. Whether any is of use."""
        wanted = [file for file in files if file.suffix.lower() in SOUND_ENDINGS | PICTURE_ENDINGS]
        opened = self._desk.project.opened
        if not wanted or opened is None:
            return False
        if opened.read_only:
            error = StudioError(opened.read_only, "Open it for writing, or work on a copy.")
            self._desk.notices.tell(error, key="project")
            return True  # nobody else is to take the files
        spot = spot or Spot(self._state.playhead, self._unlocked(self._state.track))
        folder, project = opened.folder, opened.project
        self.coming += len(wanted)
        if any(file.suffix.lower() in SOUND_ENDINGS for file in wanted):
            self._desk.notices.toast.emit(
                tn(len(wanted), "One file is being added.", "{count} files are being added."), None
            )

        def done(came: _Came) -> None:
            self.coming -= len(wanted)
            if self._desk.project.folder == folder:
                self._land(came, spot)

        def failed(error: StudioError) -> None:
            self.coming -= len(wanted)
            self._desk.notices.tell(error, key="dropped")

        self._desk.operations.run(self, lambda: self._fetch(folder, project, wanted), done, failed)
        return True

    # ---- inside

    def _fetch(self, folder: Path, project: Project, files: list[Path]) -> _Came:
        """Copy files into the project's folder; one that cannot be read costs none of the others. Any thread."""
        from studio.services import bringing, project_cover

        studio = self._desk.studio
        names = self._library_names(files)
        sounds: list[Media] = []
        failed: list[StudioError] = []
        cover: Picture | None = None
        for file in files:
            recipe = studio.library.recipe_of(file) or {}
            try:
                if file.suffix.lower() in PICTURE_ENDINGS:
                    licence = str(recipe.get("licence", ""))
                    cover = project_cover.take_in(folder, file, licence=licence, recipe=recipe or None)
                else:
                    name = names.get(file) or _name_of(file, recipe)
                    sounds.append(bringing.fetched(folder, project, studio.sound, file, name=name, recipe=recipe))
            except StudioError as e:
                failed.append(e)
        return _Came(tuple(sounds), cover, tuple(failed))

    def _library_names(self, files: list[Path]) -> dict[Path, str]:
        """Return what files of the library are called there; on the disk they are called by their hash. Any thread."""
        from studio.services.library_index import Query

        studio = self._desk.studio
        wanted = {file for file in files if file.is_relative_to(studio.paths.library)}
        if not wanted:
            return {}
        items = studio.library_index.items(studio.library_index.find(Query()))
        named = {item.file: (item.title or str(item.facts.get("name", ""))).strip() for item in items}
        return {file: named[file].splitlines()[0][:_LONGEST_NAME] for file in wanted if named.get(file)}

    def _land(self, came: _Came, spot: Spot) -> None:
        for error in came.failed:
            self._desk.notices.tell(error, key=f"dropped {error.message}")
        if came.cover is not None:
            cover = came.cover
            self._state.do(t("Change the cover"), lambda p: whole.set_cover(p, cover), told=t("This is the cover now."))
        if not came.sounds:
            return
        made: list[str] = []
        spot = replace(spot, track=self._unlocked(spot.track))  # it may be gone by now: then on a new one

        def edit(project: Project) -> Project:
            project, new = landed(project, came.sounds, spot)
            made.extend(new)
            return project

        if self._state.do(t("Add sounds"), edit):
            self._state.choose(made)

    def _unlocked(self, track: str) -> str:
        return next((one.id for one in self._state.project.tracks if one.id == track and not one.locked), "")


class DropTarget(QObject):
    """Lets a widget of the timeline take files, and shows where they would land."""

    def __init__(self, widget: QWidget, state: Timeline, dropping: Dropping) -> None:
        super().__init__(widget)
        self._widget = widget
        self._state = state
        self._dropping = dropping
        self._line = QFrame(widget)
        self._line.setStyleSheet("background: palette(highlight);")
        self._line.hide()
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dragged over the widget."""
        kind = event.type()
        if kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove} and isinstance(event, QDragMoveEvent):
            if not _files(event):
                return False
            event.acceptProposedAction()
            x = round(event.position().x())
            self._line.setGeometry(x, 0, look.px(2), self._widget.height())
            self._line.show()
            self._line.raise_()
            return True
        if kind == QEvent.Type.DragLeave:
            self._line.hide()
        if kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._line.hide()
            if self._dropping.take(_files(event), self.spot(event.position())):
                event.acceptProposedAction()
                return True
        return super().eventFilter(watched, event)

    def spot(self, place: QPointF) -> Spot:
        """Return which sample and track lie under the pointer."""
        project = self._state.project
        lanes = Lanes.of(project, top=self._state.top, size=look.scale)
        row = lanes.row_at(place.y())
        track = project.tracks[row] if lanes.is_lane(row) else None
        return Spot(self._state.scale.sample(place.x()), track.id if track and not track.locked else "")


def landed(project: Project, sounds: tuple[Media, ...], spot: Spot) -> tuple[Project, list[str]]:
    """Return the project with sounds one after another from a place on, and the new clips. Pure."""
    from studio.services import bringing

    made: list[str] = []
    at, track = spot.at, spot.track
    for sound in sounds:
        project, known = bringing.with_media(project, sound)
        if not track:
            kind = _KINDS.get(str((sound.recipe or {}).get("task", "")), "sound")
            project, track = tracks.add_track(project, kind_title(kind), kind=kind)
        project, clip = place.media(project, known, track=track, at=at)
        made.append(clip)
        at = next(one.end for row in project.tracks for one in row.clips if one.id == clip)
    return project, made


def _files(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() in SOUND_ENDINGS | PICTURE_ENDINGS]


def _name_of(file: Path, recipe: Mapping[str, Any]) -> str:
    """Return what a sound is called: files of the library are called by what was asked for."""
    params = recipe.get("params")
    asked = [recipe.get("script"), *(params.get(name) for name in ("prompt", "style") if isinstance(params, Mapping))]
    words = next((one.strip() for one in asked if isinstance(one, str) and one.strip()), "")
    return words.splitlines()[0][:_LONGEST_NAME] if words else file.stem
