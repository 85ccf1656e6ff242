"""How alike the open project's voices stay, and what is done about it. The GUI thread; lives as long as the desk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.domain import jobs as states
from studio.domain.voice import Consent, Profile
from studio.errors import StudioError
from studio.services import anchoring, drift, voice_prints
from studio.services.anchoring import Anchor
from studio.services.drift import Look, Speaker
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.voices import Added
from studio.ui.bridge.asking import Asking
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.voices.shelf import Shelf

_SOON = 150  # milliseconds; what changes at once is looked at once
KEY = "drift"


class Drifting(QObject):
    """The figures of the open project. `changed` comes with every step."""

    changed = Signal()
    consent_wanted = Signal(str, str)  # of a speaker and a take: nobody knows whose voice it is in

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf.desk)
        self.desk = shelf.desk
        self._shelf = shelf
        self._asking = Asking(shelf.desk, self)
        self.look: Look | None = None
        self._turn = self._round = 0  # what comes of an earlier look or listening is not wanted any more
        self.watched = False  # whether somebody looks at the figures
        self._gone: frozenset[str] = frozenset()  # sounds that are not what their hashes say
        self._wishes: list[Wish] = []
        self._parts = 0  # of the listening that is under way
        self._ticket = 0
        self._listening = False
        self.keeping = ""  # the speaker whose voice is being kept
        self._writing: frozenset[str] = frozenset()  # lines whose jobs are being written down
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.refresh)
        self.desk.project.changed.connect(self._project_changed)
        self.desk.jobs.finished.connect(self._finished)

    @staticmethod
    def of(desk: Desk) -> Drifting:
        """Return the one of a desk."""
        return desk.findChild(Drifting) or Drifting(Shelf.of(desk))

    @property
    def to_listen(self) -> dict[str, Path]:
        """The sounds that nobody has listened to yet and that can be listened to."""
        missing = self.look.missing if self.look else {}
        return {name: file for name, file in missing.items() if name not in self._gone}

    @property
    def lost(self) -> int:
        """How many sounds are gone, or not what they were."""
        return len(set(self.look.missing) & self._gone) if self.look else 0

    @property
    def listening(self) -> bool:
        """Whether somebody listens just now."""
        return self._listening

    @property
    def fraction(self) -> float:
        """How far the listening is."""
        if not self._parts:
            return 0.0
        now = self.desk.jobs.progress(self._asking.job_of(self._ticket)).fraction or 0.0
        return min(1.0, (self._parts - len(self._wishes) - 1 + now) / self._parts) if self._ticket else 0.0

    @property
    def asked(self) -> frozenset[str]:
        """The lines of the open project that are being made, or wait for it."""
        folder, jobs = str(self.desk.project.folder), self.desk.jobs
        under_way = {job.request.line for job in (*jobs.waiting, *jobs.running) if job.request.project == folder}
        return self._writing | under_way

    def speaker(self, name: str) -> Speaker | None:
        """Return what is known of a speaker."""
        return self.look.speaker(name) if self.look else None

    # ---- looking and listening

    def refresh(self) -> None:
        """Look at the project as it is now; what was heard before is read, nothing is listened to."""
        self._soon.stop()
        studio, project, folder = self.desk.studio, self.desk.project.value, self.desk.project.folder
        self._turn += 1
        turn = self._turn

        def done(found: Look) -> None:
            if turn == self._turn:
                self.look = found
                self.changed.emit()

        def failed(error: StudioError) -> None:
            if turn == self._turn:
                self._tell(error)

        self.desk.operations.run(self, lambda: drift.look(project, folder, studio.voices, studio.prints), done, failed)

    def listen(self) -> None:
        """Have a job listen to what nobody has listened to yet."""
        sounds = self.to_listen
        if self._listening or not sounds:
            return
        self._listening = True
        self._round += 1
        turn = self._round
        self.desk.notices.dropped.emit(KEY)

        def done(sure: dict[str, Path]) -> None:
            if turn != self._round:
                return
            self._gone |= frozenset(set(sounds) - set(sure))
            self._wishes = voice_prints.wishes(sure)
            self._parts = len(self._wishes)
            self._next()

        self.desk.operations.run(self, lambda: drift.sure(sounds), done, partial(self._not_heard, turn))
        self.changed.emit()

    def stop(self) -> None:
        """Listen no further; what was heard so far is kept."""
        self._stop_listening()
        self.refresh()
        self.changed.emit()

    # ---- carrying a voice

    def anchor(self, speaker: str, take: str, consent: Consent | None = None) -> None:
        """Keep a take as a voice and cast its speaker with it, in one step."""
        if self.keeping or not self._may_write():
            return
        studio, project, folder = self.desk.studio, self.desk.project.value, self.desk.project.folder
        name = t("{speaker} anchor", speaker=speaker or t("Voice"))
        self.keeping = speaker or " "
        self.desk.notices.dropped.emit(KEY)
        self.changed.emit()

        def work() -> tuple[Anchor, Added | None]:
            plan = anchoring.plan(
                project, folder, speaker, take, voices=studio.voices, registry=studio.registry, name=name
            )
            known = plan.consent or consent
            return plan, anchoring.keep(plan, studio.voices, consent=known) if known else None

        def done(found: tuple[Anchor, Added | None]) -> None:
            plan, added = found
            self.keeping = ""
            if added is not None:
                self._kept(plan, added.profile, folder)
            elif self.desk.project.folder == folder:
                self.consent_wanted.emit(speaker, take)
            self.changed.emit()

        def failed(error: StudioError) -> None:
            self.keeping = ""
            self._tell(error)

        self.desk.operations.change(self, work, done, failed)

    def make_again(self, speaker: str) -> None:
        """Make the lines again that have drifted, with the voice that is cast now."""
        found, asked = self.speaker(speaker), self.asked
        points = [point for point in found.drifted if point.line and point.line not in asked] if found else []
        if not points or not self._may_write():
            return
        studio, project, folder = self.desk.studio, self.desk.project.value, self.desk.project.folder
        cloning, lines = studio.settings.defaults.clone, frozenset(point.line for point in points)
        takes = [point.take for point in points]
        self._writing |= lines
        self.desk.notices.dropped.emit(KEY)
        self.changed.emit()

        def work() -> int:
            wishes = anchoring.wishes(project, folder, speaker, takes, registry=studio.registry, cloning=cloning)
            return len([studio.generation.ask(wish) for wish in wishes])

        def done(count: int) -> None:
            if not count:
                hint = t("They came from elsewhere, or their lines are not in the script any more.")
                failed(StudioError(t("None of these lines can be made again."), hint))
                return
            written()
            said = tn(count, "One line is made again.", "{count} lines are made again.")
            self.desk.notices.toast.emit(said, None)
            self.changed.emit()

        def failed(error: StudioError) -> None:
            written()
            self._tell(error)

        def written() -> None:
            self.desk.jobs.catch_up()  # from asked for to waiting, with nothing between
            self._writing -= lines

        self.desk.operations.change(self, work, done, failed)

    # ---- inside

    def _next(self) -> None:
        if not self._wishes:
            self._ticket, self._listening = 0, False
            self.refresh()
            self.changed.emit()
            return
        wish = self._wishes.pop(0)
        turn = self._round
        self._ticket = self._asking.ask(wish, partial(self._heard, turn), partial(self._not_heard, turn))
        self.changed.emit()

    def _heard(self, turn: int, made: list[Media]) -> None:
        """Keep what was heard, even if nobody waits for more."""
        prints = self.desk.studio.prints

        def done(_outcome: object) -> None:
            if turn == self._round:
                self.refresh()
                self._next()

        self.desk.operations.run(self, lambda: prints.keep(made), done, partial(self._not_heard, turn))

    def _not_heard(self, turn: int, error: StudioError) -> None:
        if turn == self._round:
            self._stop_listening()
            self._tell(error)

    def _kept(self, plan: Anchor, profile: Profile, folder: Path) -> None:
        self._shelf.load()
        if not profile.samples[0].transcript:
            self._shelf.write_down(profile, profile.samples[0])
        if self.desk.project.folder != folder:
            said = t("{voice} was kept; its project is not open any more.", voice=profile.name)
            self.desk.notices.toast.emit(said, None)
            return
        name = plan.speaker or t("No name")
        self.desk.project.do(
            t("Re-anchor the voice of {speaker}", speaker=name),
            lambda project: anchoring.cast_with(project, plan.speaker, profile.name),
            told=t("{speaker} is carried by {voice} from now on.", speaker=name, voice=profile.name),
        )

    def _finished(self, number: int) -> None:
        """A line that was not made can be asked for once more."""
        job = self.desk.jobs.get(number)
        here = str(self.desk.project.folder)
        if job and job.request.line and job.request.project == here and job.state != states.SUCCEEDED:
            self.changed.emit()

    def _may_write(self) -> bool:
        """Let what was typed be a part of the project; where nothing can be changed, say so."""
        opened = self.desk.project.opened
        if opened is None:
            return False
        if opened.read_only:
            self._tell(StudioError(opened.read_only, t("Open it for writing, or work on a copy.")))
            return False
        self.desk.project.settle()
        return True

    def _tell(self, error: StudioError) -> None:
        self._shelf.tell(error, KEY)
        self.changed.emit()

    def _project_changed(self, label: str) -> None:
        if not label:  # another one
            self._forget()
        if self.watched:
            self._soon.start()

    def _forget(self) -> None:
        """Forget a project that is not open any more."""
        self._stop_listening()
        self._turn += 1
        self.look = None
        self._writing = self._gone = frozenset()
        self.changed.emit()

    def _stop_listening(self) -> None:
        ticket, self._ticket = self._ticket, 0
        self._round += 1
        self._wishes.clear()
        self._listening = False
        if ticket:
            self._asking.drop(ticket)
