"""Clips made again: what is wished for, what is on its way, and which take is played instead. The GUI thread.

What was wished for lands by itself, after a restart too; here is only told how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from studio.domain import jobs as states
from studio.domain.edits import find, live
from studio.domain.edits.live import Follow
from studio.domain.project import Clip, Media, media_of
from studio.domain.requests import COVER
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import listening, live_clips, song_work
from studio.services.generation import Wish, check_models
from studio.services.jobs import Job
from studio.ui.bridge.asking import failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.bridge.player import Playable
from studio.ui.language import t, tn
from studio.ui.tabs.arrange.clip_panel_model import unlocked
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import song_words

_FOLLOW = "arrange.when_made"  # in the memory
_KEY = "live clips"  # of what is told


class LiveDeeds(QObject):
    """Asks for what clips are to become, and knows the jobs of each."""

    changed = Signal()  # other jobs, or another choice of what follows
    progressed = Signal(int)  # a job of a clip
    marked = Signal()  # another range of time, or another way to edit

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        self._beside: dict[int, str] = {}  # jobs of variations, which name no clip
        self._asked: set[str] = set()  # clips whose jobs are being written down
        state.ways_changed.connect(self.marked)
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.reset.connect(self.changed)
        desk.jobs.progressed.connect(self._progressed)
        desk.jobs.finished.connect(self._finished)

    # ---- what follows

    @property
    def follow(self) -> Follow:
        """What moves when a clip comes to last longer or shorter."""
        return self._chosen_follow or Follow.KEEP

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
            check_models(self._engines, [wish])  # before the script says something else
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

    def longer(self, clip: str, seconds: float) -> None:
        """Make the piece again, so many seconds longer."""
        manifest = self._engine_of(clip)
        if manifest and self._alone(clip):
            self._ask(
                clip,
                lambda p, folder: [live_clips.longer(p, folder, clip, seconds, manifest, follow=self.follow)],
            )

    def extend(self, clip: str, seconds: float) -> None:
        """Let the song go on from its end."""
        manifest = self._engine_of(clip)
        if manifest and self._alone(clip):
            self._ask(
                clip,
                lambda p, folder: [live_clips.extend(p, folder, clip, seconds, manifest, follow=self._song_follow)],
            )

    def repaint(self, clip: str, span: tuple[int, int]) -> None:
        """Make a part of the song anew; `span` is on the timeline."""
        if self._alone(clip):
            self._ask(clip, lambda p, folder: [live_clips.repaint(p, folder, clip, span)])

    def in_style(self, clips: Sequence[str], name: str) -> None:
        """Make songs again in a style that the project keeps; say what is left out, of the style and of the songs."""
        project, folder = self._state.project, self._desk.project.folder
        style = next((one for one in project.styles if one.name == name), None)
        if style is None:
            return
        chosen = unlocked(project, find.clips(project, clips))
        songs = [clip for clip in chosen if live_clips.kind_of_clip(project, clip) == "music"]
        free = self._free(songs)
        if songs and not free:
            self._say_it_comes()
            return
        try:
            wishes, told = live_clips.in_style(project, folder, free, style, self._engines, follow=self._song_follow)
        except StudioError as e:
            self._tell(e)
            return
        self._queue("", wishes)
        said = [sentence for title, fits in told.items() for sentence in song_words.left_out(fits, title)]
        left = len(songs) - len(free)
        if left:
            said.append(
                tn(left, "One clip is being made already: left out.", "{count} clips are being made already: left out.")
            )
        if said:
            self._desk.notices.banner.emit(Banner(" ".join(said), tone="info", room="arrange", key="style"))

    def cover_again(self) -> None:
        """Make the cover with another seed."""
        self._ask(COVER, lambda p, folder: [live_clips.picture_again(p, folder)])

    def use(self, clip: str, *, take: str = "", media: str = "") -> None:
        """Let a clip play another take, or other media."""
        label = t("Use another take") if take else t("Use another version")
        self._state.do(label, lambda p: live.replace_source(p, clip, take=take, media=media, follow=self.follow))

    # ---- what is known

    @property
    def styles(self) -> list[str]:
        """The names of the styles that the project keeps."""
        return [style.name for style in self._state.project.styles]

    def why_not(self, clip: str, way: str) -> str:
        """Return why a song cannot be worked on in a way, "" where it can."""
        manifest = self._engine_of(clip)
        if manifest is None:
            return t("The engine of this song is not here.")
        if not song_work.able(manifest, way):
            return song_words.why_not(way, manifest.title)
        if way == song_work.EXTEND and self.on_by(clip) < 1:
            return t("This song is as long as {engine} makes any.", engine=t(manifest.title))
        return ""

    def on_by(self, clip: str) -> float:
        """Return for how many seconds the song of a clip can go on; 0 where its engine cannot do that."""
        manifest, media = self._engine_of(clip), self._media_of(clip)
        return song_work.longer_by(manifest, media.frames / media.rate) if manifest and media else 0.0

    def range_in(self, clip: Clip) -> tuple[int, int]:
        """Return what of a clip is marked: what the loop covers of it, else all."""
        begin, end = self._state.loop or (clip.start, clip.end)
        begin, end = max(begin, clip.start), min(end, clip.end)
        return (begin, end) if begin < end else (clip.start, clip.end)

    def marked_in(self, clip: Clip) -> bool:
        """Whether the loop covers something of a clip."""
        loop = self._state.loop
        return loop is not None and max(loop[0], clip.start) < min(loop[1], clip.end)

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

    @property
    def _song_follow(self) -> Follow:
        """What moves when a song goes on: as was chosen for all that is made, else what the ripple mode moves."""
        chosen = self._chosen_follow
        return (Follow.TRACK if self._state.ways.ripple else Follow.KEEP) if chosen is None else chosen

    @property
    def _chosen_follow(self) -> Follow | None:
        """What somebody chose, that nothing moves too; None while nobody did."""
        known = self._desk.memory.get(_FOLLOW, None)
        return Follow(known) if isinstance(known, str) and known in set(Follow) else None

    def _alone(self, clip: str) -> bool:
        """Whether nothing is being made for a clip: each piece of work goes on from what the clip plays then."""
        if clip in self._coming:
            self._say_it_comes()
            return False
        return True

    def _free(self, clips: Sequence[Clip]) -> list[Clip]:
        coming = self._coming
        return [clip for clip in clips if clip.id not in coming]

    @property
    def _coming(self) -> set[str]:
        """The clips that something is being made for, those of a moment ago too."""
        folder = str(self._desk.project.folder)
        jobs = (job for job in self._desk.jobs.rows if not job.final and job.request.project == folder)
        return self._asked | {job.request.clip for job in jobs if job.request.clip}

    def _say_it_comes(self) -> None:
        self._desk.notices.toast.emit(t("It is being made already. Go on with it when it has come."), None)

    @property
    def _engines(self) -> dict[str, Manifest]:
        return {one.id: one for one in self._desk.studio.registry.manifests()}

    def _media_of(self, clip: str) -> Media | None:
        found = next((one for track in self._state.project.tracks for one in track.clips if one.id == clip), None)
        return media_of(self._state.project, found) if found else None

    def _engine_of(self, clip: str) -> Manifest | None:
        media = self._media_of(clip)
        engine = str((media.recipe or {}).get("engine", "")) if media else ""
        return self._engines.get(engine)

    def _ask(self, clip: str, wishes: Callable[..., list[Wish]]) -> None:
        try:
            found = wishes(self._state.project, self._desk.project.folder)
            check_models(self._engines, found)
        except StudioError as e:
            self._tell(e)
            return
        self._queue(clip, found)

    def _queue(self, clip: str, wishes: Sequence[Wish]) -> None:
        ask = self._desk.studio.generation.ask
        asked = {wish.clip for wish in wishes if wish.clip}
        self._asked |= asked
        self._desk.notices.dropped.emit(_KEY)

        def queued(jobs: list[int]) -> None:
            for job, wish in zip(jobs, wishes, strict=True):
                if not wish.clip:
                    self._beside[job] = clip
            self._desk.jobs.catch_up()  # from asked for to waiting, with nothing between
            self._asked -= asked
            self.changed.emit()
            told = tn(len(jobs), "It is being made; the old one stays until then.", "{count} are being made.")
            self._desk.notices.toast.emit(told, None)

        def failed(error: StudioError) -> None:
            self._asked -= asked
            self._tell(error)

        self._desk.operations.change(self, lambda: [ask(wish) for wish in wishes], queued, failed)

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
        if job.state in states.CAME_TO_NOTHING:
            self._tell(failure_of(job))

    def _tell(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="arrange", key=_KEY)
