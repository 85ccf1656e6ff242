"""What the room's one button does: the chosen clips are made again, each with another seed. The GUI thread."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject

from studio.domain.edits.live import Follow
from studio.domain.project import Clip
from studio.errors import StudioError
from studio.services import live_clips
from studio.services.generation import check_models
from studio.ui.bridge.asking import ask_all
from studio.ui.bridge.desk import Desk
from studio.ui.language import tn
from studio.ui.tabs.arrange.clip_panel_model import unlocked
from studio.ui.timeline.state import Timeline

_LOOKED_AT = 100  # clips, to say whether the button does anything
_KEY = "make again"  # of what is told


class Making(QObject):
    """Knows which of the chosen clips can be made again, and asks for it."""

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state

    @property
    def possible(self) -> bool:
        """Whether any of the chosen clips can be made again; of very many, whether one of the first can."""
        return any(True for _ in self._makeable(self._state.chosen[:_LOOKED_AT]))

    def make(self, follow: Follow, *, front: bool = False) -> None:
        """Ask for all that can; each lands by itself, and what is played stays until then."""
        project, folder = self._state.project, self._desk.project.folder
        try:
            wishes = live_clips.again_all(project, folder, self._makeable(self._state.chosen), follow=follow)
            check_models({one.id: one for one in self._desk.studio.registry.manifests()}, wishes)
        except StudioError as e:
            self._tell(e)
            return
        if wishes:
            self._desk.notices.dropped.emit(_KEY)
            ask_all(self._desk, self, wishes, self._tell, front=front)
            told = tn(len(wishes), "It is being made; the old one stays until then.", "{count} are being made.")
            self._desk.notices.toast.emit(told, None)

    def _makeable(self, clips: list[Clip]) -> Iterator[Clip]:
        project = self._state.project
        for clip in unlocked(project, clips):
            if live_clips.kind_of_clip(project, clip):
                yield clip

    def _tell(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="arrange", key=_KEY)
