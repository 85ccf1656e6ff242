"""Two takes heard in turns: at the same place, and equally loud, so that the louder does not win. The GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.domain.edits import clips, tracks
from studio.domain.project import Media, Project
from studio.errors import StudioError
from studio.services import bringing
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.widgets import basics

_NAMES = ("A", "B")


class CompareBar(QWidget):
    """Holds one take until it gets the other, then plays either; the louder one is turned down."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._takes: list[tuple[Item, str]] = []
        self._project: Project | None = None
        self._told = basics.label("", "secondary", wrap=True)
        self._buttons: list[QPushButton] = []
        for number, name in enumerate(_NAMES):
            button = basics.button(name, lambda number=number: self.hear(number))
            button.setCheckable(True)
            self._buttons.append(button)
        close = basics.icon_button("x", t("End the comparison"), self.close_it)
        frame, inside = basics.frame("raised", margin=tokens.GRID, spacing=tokens.HALF)
        line = basics.row(*self._buttons, self._told, close)
        line.setStretch(len(self._buttons), 1)
        inside.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.hide()

    @property
    def waits(self) -> bool:
        """Whether the other take is still to be chosen."""
        return len(self._takes) == 1

    def take(self, item: Item, title: str) -> None:
        """Begin with a take, or hear it against the one before."""
        if any(one.id == item.id for one, _ in self._takes):
            return
        if len(self._takes) == len(_NAMES):
            self._takes = self._takes[:1]
        self._takes.append((item, title))
        self._project = None
        self.show()
        for button, name in zip(self._buttons, _NAMES, strict=True):
            button.setEnabled(False)
            button.setChecked(False)
            basics.rename(button, name)
        if self.waits:
            self._told.setText(t("Choose the take that {title} is compared with.", title=title))
            return
        self._told.setText(t("Measuring how loud they are"))
        self._prepare()

    def hear(self, number: int) -> None:
        """Let one of them be heard, where the other was."""
        if self._project is None:
            return
        for place, button in enumerate(self._buttons):
            button.setChecked(place == number)
        project = self._project
        for place, track in enumerate(self._project.tracks):
            project = tracks.set_track(project, track.id, mute=place != number)
        self._project = project
        player = self._desk.player
        if player.selected is not None and player.selected.key == self._key:
            player.edited(project)
            if not player.playing:
                player.toggle()
        else:
            player.toggle(Playable(self._key, self._title, project=project, folder=self._desk.studio.paths.heard))

    def close_it(self) -> None:
        """Compare nothing any more."""
        player = self._desk.player
        if self._takes and player.selected is not None and player.selected.key == self._key:
            player.select(None)
        self._takes, self._project = [], None
        self.hide()

    @property
    def _key(self) -> str:
        return f"compare {' '.join(str(item.id) for item, _ in self._takes)}"

    @property
    def _title(self) -> str:
        return t("{one} against {other}", one=self._takes[0][1], other=self._takes[1][1])

    def _prepare(self) -> None:
        studio, items, folder = self._desk.studio, [item for item, _ in self._takes], self._desk.studio.paths.heard
        key = self._key

        def work() -> Project:
            (folder / "media").mkdir(parents=True, exist_ok=True)
            sounds: dict[str, Media] = {}
            for name, item in zip(_NAMES, items, strict=True):
                sounds[name] = bringing.fetched(folder, Project(name), studio.sound, item.file, name=name, recipe={})
            project = bringing.together(Project("A B"), sounds)
            ids = [track.clips[0].id for track in project.tracks]
            loud = studio.arranging.loudness_of(project, folder, ids)
            softest = min(loud.values())
            for clip in ids:
                project = clips.set_gain(project, [clip], softest - loud[clip])
            return project

        def ready(project: Project) -> None:
            if self._takes and self._key == key:
                self._project = project
                self._told.setText(self._title)
                for button, name, (_, title) in zip(self._buttons, _NAMES, self._takes, strict=True):
                    button.setEnabled(True)
                    basics.rename(button, t("Hear {name}: {title}", name=name, title=title))
                    button.setText(name)

        def failed(error: StudioError) -> None:
            if self._takes and self._key == key:
                self._desk.notices.tell(error, room="music", key="compare")
                self.close_it()

        self._desk.operations.run(self, work, ready, failed)
