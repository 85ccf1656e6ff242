"""Asks for lines to be made, and chooses the best of several takes once they are there. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject

from studio.domain import jobs as states
from studio.domain import quality
from studio.domain.edits import lines as line_edits
from studio.domain.project import take_called
from studio.domain.requests import Gaps
from studio.errors import StudioError
from studio.services.tasks.work import Wish
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.dialogue.model import Cast, Row, judgement, number_of, rows_of

KEY = "dialogue.ask"


@dataclass
class _Contest:
    """Several takes of a line that are on their way; `took` are those that came."""

    jobs: set[int]
    took: list[str] = field(default_factory=list[str])


class Maker(QObject):
    """Turns lines into jobs. Lives as long as the desk: a new window still learns which take is the best."""

    def __init__(self, desk: Desk, room: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = room
        self._contests: dict[tuple[str, str], _Contest] = {}  # by project and line
        self._asked: set[str] = set()  # lines whose jobs are being written down
        desk.project.landed.connect(self._landed)
        desk.jobs.finished.connect(self._finished)

    @staticmethod
    def of(desk: Desk, room: str) -> Maker:
        """Return the one of a desk."""
        return desk.findChild(Maker) or Maker(desk, room, desk)

    @property
    def asked(self) -> frozenset[str]:
        """The lines that were just asked for."""
        return frozenset(self._asked)

    def make(self, rows: Sequence[Row], cast: Cast, gaps: Gaps, *, front: bool = False) -> None:
        """Make one take of each line; with `front`, before everything that waits. A single one can be heard early."""
        wishes = [replace(self._wish(row, cast, gaps), listened=len(rows) == 1) for row in rows]

        def begun(jobs: list[int]) -> None:
            if front:
                self._desk.jobs.to_front(*jobs)

        self._ask(wishes, begun)

    def best(self, row: Row, cast: Cast, gaps: Gaps, count: int) -> None:
        """Make several takes of a line and choose the best."""
        wishes = [self._wish(row, cast, gaps) for _ in range(count)]

        place = str(self._desk.project.folder), row.id

        def begun(jobs: list[int]) -> None:
            if jobs:
                self._contests[place] = _Contest(set(jobs))

        self._ask(wishes, begun)

    def _wish(self, row: Row, cast: Cast, gaps: Gaps) -> Wish:
        speaker = row.speaker
        voice, language = cast.voices.get(speaker, ""), cast.languages.get(speaker, "")
        return Wish(
            script=row.script,
            engine=cast.engine,
            voices={speaker: voice} if voice else {},
            languages={speaker: language} if language else {},
            params=dict(cast.params),
            gaps=gaps,
            project=str(self._desk.project.folder),
            line=row.id,
        )

    def _ask(self, wishes: Sequence[Wish], then: Callable[[list[int]], None]) -> None:
        studio = self._desk.studio
        lines = {wish.line for wish in wishes}
        self._asked |= lines

        def work() -> tuple[list[int], StudioError | None]:
            jobs: list[int] = []
            try:
                for wish in wishes:
                    jobs.append(studio.generation.ask(wish))
            except StudioError as e:
                return jobs, e
            return jobs, None

        def done(found: tuple[list[int], StudioError | None]) -> None:
            self._desk.jobs.catch_up()  # from asked for to waiting, with nothing between
            self._asked -= lines
            jobs, error = found
            if error:
                self._desk.notices.tell(error, room=self._room, key=KEY)
            else:
                self._desk.notices.dropped.emit(KEY)
            then(jobs)

        def failed(error: StudioError) -> None:
            self._asked -= lines
            self._desk.notices.tell(error, room=self._room, key=KEY)

        self._desk.operations.change(self, work, done, failed)

    def _landed(self, line: str, take: str) -> None:
        place = str(self._desk.project.folder), line
        contest = self._contests.get(place)
        if contest:
            contest.took.append(take)
            self._decide(place, contest)

    def _finished(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        place = (job.request.project, job.request.line) if job else ("", "")
        contest = self._contests.get(place)
        if job and contest and number in contest.jobs and job.state != states.SUCCEEDED:
            contest.jobs.discard(number)
            self._decide(place, contest)

    def _decide(self, place: tuple[str, str], contest: _Contest) -> None:
        if len(contest.took) < len(contest.jobs):
            return
        del self._contests[place]
        folder, line = place
        if folder != str(self._desk.project.folder):  # none of them came, and another project is open
            return
        project = self._desk.project.value
        takes = [take for name in dict.fromkeys(contest.took) if (take := take_called(project, name))]
        row = next((row for row in rows_of(project) if row.id == line), None)
        judged = [(take, found) for take in takes if (found := judgement(take))]
        if not row or not takes:
            return
        if not judged:
            self._desk.notices.toast.emit(t("The takes could not be compared; the newest one is chosen."), None)
            return
        best = judged[quality.best([found for _, found in judged])][0]
        self._desk.project.do(t("Choose the best take"), lambda p: line_edits.choose(p, best.id))
        said = tn(
            len(takes),
            "One take was made; the engine speaks alike each time.",
            "Take {number} of {count} is the best; it was chosen.",
            number=number_of(row, best),
        )
        self._desk.notices.toast.emit(said, None)
