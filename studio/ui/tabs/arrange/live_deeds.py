"""Clips made again: what is wished for, what is on its way, and which take is played instead. The GUI thread.

What was wished for lands by itself, after a restart too; here is only told how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from studio.domain import jobs as states
from studio.domain.edits import live
from studio.domain.edits.live import Follow
from studio.domain.project import Media, media_of
from studio.domain.requests import COVER
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import listening, live_clips
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.ui.bridge.asking import failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t, tn
from studio.ui.timeline.state import Timeline

_FOLLOW = "arrange.when_made"  # in the memory
_KEY = "live clips"  # of what is told


class LiveDeeds(QObject):
    """Asks for what clips are to become, and knows the jobs of each."""

    changed = Signal()  # other jobs, or another choice of what follows
    progressed = Signal(int)  # a job of a clip

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        self._beside: dict[int, str] = {}  # jobs of variations, which name no clip
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.reset.connect(self.changed)
        desk.jobs.progressed.connect(self._progressed)
        desk.jobs.finished.connect(self._finished)

    # ---- what follows

    @property
    def follow(self) -> Follow:
        """What moves when a clip comes to last longer or shorter."""
        known = str(self._desk.memory.get(_FOLLOW, ""))
        return Follow(known) if known in set(Follow) else Follow.KEEP

    def set_follow(self, follow: str) -> None:
        """Choose what moves from now on."""
        self._desk.memory.put(_FOLLOW, Follow(follow).value)
        self.changed.emit()

    # ---- wishes

    def again(self, clip: str) -> None:
        """Make the same with another seed."""
        self._ask(clip, lambda p, folder: [live_clips.again(p, folder, clip, follow=self.follow)])

    def say(self, clip: str, text: str) -> bool:
        """Say other words in place, and write them into the script; return whether that can be."""
        project = self._state.project
        try:
            wish = live_clips.other_words(project, self._desk.project.folder, clip, text, follow=self.follow)
        except StudioError as e:
            self._tell(e)
            return False
        if not self._state.do(t("Change the words"), lambda p: live.with_words(p, clip, text)):
            return False
        self._queue(clip, [wish])
        return True

    def speak_as(self, clip: str, voice: str, engine: str, language: str = "") -> None:
        """Say the same in another voice."""
        self._ask(
            clip,
            lambda p, folder: [
                live_clips.other_voice(p, folder, clip, voice, engine=engine, language=language, follow=self.follow)
            ],
        )

    def vary(self, clip: str, count: int) -> None:
        """Make so many like it, beside it."""
        self._ask(clip, lambda p, folder: live_clips.variations(p, folder, clip, count))

    def extend(self, clip: str, seconds: float) -> None:
        """Let it go on for longer; one at a time, since each goes on from what the clip plays then."""
        if any(job.request.clip == clip for job in self.jobs_of(clip)):
            self._desk.notices.toast.emit(t("It is being made already. Extend it when it has come."), None)
            return
        manifest = self._engine_of(clip)
        if manifest:
            self._ask(
                clip,
                lambda p, folder: [live_clips.extend(p, folder, clip, seconds, manifest, follow=self.follow)],
            )

    def cover_again(self) -> None:
        """Make the cover with another seed."""
        self._ask(COVER, lambda p, folder: [live_clips.picture_again(p, folder)])

    def use(self, clip: str, *, take: str = "", media: str = "") -> None:
        """Let a clip play another take, or other media."""
        label = t("Use another take") if take else t("Use another version")
        self._state.do(label, lambda p: live.replace_source(p, clip, take=take, media=media, follow=self.follow))

    # ---- what is known

    def kind_of(self, clip: str) -> str:
        """Return what a clip can be made again as: "speech", "music" or ""."""
        return live_clips.kind_of(self._state.project, clip)

    def longer_by(self, clip: str) -> float:
        """Return by how many seconds a clip can be made longer; 0 where its engine cannot."""
        manifest = self._engine_of(clip)
        return live_clips.longer_by(self._state.project, clip, manifest) if manifest else 0.0

    def jobs_of(self, clip: str) -> list[Job]:
        """Return the jobs for a clip that are not over, the one that is worked on first."""
        folder = str(self._desk.project.folder)
        found = [
            job
            for job in self._desk.jobs.rows
            if not job.final
            and job.request.project == folder
            and (job.request.clip == clip or self._beside.get(job.id) == clip)
        ]
        return sorted(found, key=lambda job: (job.state not in states.ACTIVE, job.id))

    def playable(self, media: Media, title: str) -> Playable:
        """Return media as something that can be heard by itself."""
        single = listening.of_media(media, self._desk.project.folder)
        return Playable(f"take {media.id} {self._desk.project.folder}", title, single=single)

    # ---- inside

    def _engine_of(self, clip: str) -> Manifest | None:
        found = next((one for track in self._state.project.tracks for one in track.clips if one.id == clip), None)
        media = media_of(self._state.project, found) if found else None
        engine = str((media.recipe or {}).get("engine", "")) if media else ""
        return next((one for one in self._desk.studio.registry.manifests() if one.id == engine), None)

    def _ask(self, clip: str, wishes: Callable[..., list[Wish]]) -> None:
        try:
            found = wishes(self._state.project, self._desk.project.folder)
        except StudioError as e:
            self._tell(e)
            return
        self._queue(clip, found)

    def _queue(self, clip: str, wishes: Sequence[Wish]) -> None:
        ask = self._desk.studio.generation.ask
        self._desk.notices.dropped.emit(_KEY)

        def queued(jobs: list[int]) -> None:
            for job, wish in zip(jobs, wishes, strict=True):
                if not wish.clip:
                    self._beside[job] = clip
            self._desk.jobs.catch_up()
            self.changed.emit()
            told = tn(len(jobs), "It is being made; the old one stays until then.", "{count} are being made.")
            self._desk.notices.toast.emit(told, None)

        self._desk.operations.change(self, lambda: [ask(wish) for wish in wishes], queued, self._tell)

    def _job_changed(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        if job and (job.request.clip or number in self._beside):
            self.changed.emit()

    def _progressed(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        if job and (job.request.clip or number in self._beside):
            self.progressed.emit(number)

    def _finished(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        ours = job and (job.request.clip or self._beside.pop(number, ""))
        if not ours or job is None or job.request.project != str(self._desk.project.folder):
            return
        self.changed.emit()
        if job.state in {states.FAILED, states.BLOCKED}:
            self._tell(failure_of(job))

    def _tell(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="arrange", key=_KEY)
