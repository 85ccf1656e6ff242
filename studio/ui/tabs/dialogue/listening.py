"""What is heard in the room: a take, the whole dialogue, a voice. The GUI thread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.domain.edits import lines as line_edits
from studio.domain.project import Take, media_called
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.tasks.work import Wish
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.tabs.dialogue.model import Row

_ALL, _TAKE, _VOICE, _LINE = "dialogue all", "dialogue take ", "dialogue voice ", "dialogue line "
PREVIEW = "Hello! This is how I sound when I read a line of your script."


class Listening(QObject):
    """Knows what of the room is being heard. `changed` comes when that is another thing."""

    changed = Signal()

    def __init__(self, desk: Desk, room: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = room
        self._order: list[str] = []  # takes of the dialogue that is heard
        self._starts: list[int] = []
        self._heard = "", ""  # a take and a line
        self._previews: dict[int, tuple[str, str]] = {}  # job: voice, and how it is remembered
        desk.player.changed.connect(self._look)
        desk.player.moved.connect(self._look)
        desk.jobs.finished.connect(self._finished)
        desk.project.changed.connect(self._project_changed)

    @property
    def take(self) -> str:
        """The take that is heard now; "" is none."""
        return self._heard[0]

    @property
    def line(self) -> str:
        """The line that is heard while it is made, or as soon as there is any of it."""
        return self._heard[1]

    @property
    def voice(self) -> str:
        """The voice that is heard now."""
        selected = self._desk.player.selected
        playing = self._desk.player.playing and selected is not None
        return selected.key.removeprefix(_VOICE) if playing and selected and selected.key.startswith(_VOICE) else ""

    def select(self, take: Take) -> None:
        """Let Space play a take, unless something else is heard."""
        playable = self._known(take)
        if playable:
            self._desk.player.offer(playable)

    def toggle(self, take: Take) -> None:
        """Play a take, or pause it."""
        playable = self._known(take)
        if playable:
            self._desk.player.toggle(playable)

    def hear(self, row: Row) -> bool:
        """Play or pause what there is of a line: its take, or what is being made of it; say whether there is any."""
        if row.id == self.line:
            self._desk.player.toggle()
        elif row.take:
            self.toggle(row.take)
        else:
            return self._hear_early(row)
        return True

    def _hear_early(self, row: Row) -> bool:
        place = str(self._desk.project.folder), row.id
        jobs = [
            job
            for job in (*self._desk.jobs.waiting, *self._desk.jobs.running)
            if job.request.listened and (job.request.project, job.request.line) == place
        ]
        if not jobs:
            return False
        job, player = jobs[-1].id, self._desk.player
        what = Playable(f"{_LINE}{job}", " ".join(row.script.split())[:120])
        if player.selected and player.selected.key == what.key and self._desk.hearing.began(job):
            player.toggle()
            return True
        player.expect(what)
        self._desk.hearing.follow(
            job, what, lambda: player.playing and player.selected is not None and player.selected.key == what.key
        )
        if not self._desk.hearing.began(job):
            self._desk.notices.toast.emit(t("The line is played as soon as there is something to hear."), None)
        return True

    def play_all(self, takes: Sequence[Take], gaps: Sequence[float]) -> None:
        """Play takes in order; pause where they are heard."""
        player = self._desk.player
        if player.playing and player.selected and player.selected.key.startswith(_ALL):
            player.toggle()
            return
        project = self._desk.project.value
        try:
            alone = line_edits.alone(project, takes, gaps)
        except StudioError as e:
            self._desk.notices.tell(e, room=self._room, key="dialogue.play")
            return
        self._order = [take.id for take in takes]
        self._starts = [clip.start for clip in alone.tracks[0].clips]
        player.stop()
        player.select(None)
        folder = self._desk.project.folder
        player.toggle(Playable(f"{_ALL} {takes[0].id}", t("The dialogue"), project=alone, folder=folder))

    def hear_voice(self, voice: str, manifest: Manifest | None, *, kept: bool) -> None:
        """Play how a voice sounds; an engine's own says a line first, which is remembered."""
        player = self._desk.player
        if self.voice == voice:
            player.toggle()
        elif job := next((job for job, (speaking, _) in self._previews.items() if speaking == voice), 0):
            if player.selected and player.selected.key == f"{_VOICE}{voice}":  # it is paused
                player.toggle()
            elif self._desk.hearing.began(job):  # it was left for something else
                self._desk.hearing.follow(job, self._of_voice(voice))
        elif kept:
            voices = self._desk.studio.voices
            self._desk.operations.run(
                self, lambda: voices.reference(voice)[0], lambda file: self._play_voice(voice, file)
            )
        elif manifest:
            name = f"preview.{manifest.id}.{voice}"
            file = self._desk.memory.get(name, "")
            if file and Path(file).is_file():
                self._play_voice(voice, Path(file))
            else:
                self._ask_preview(voice, manifest, name)

    def _ask_preview(self, voice: str, manifest: Manifest, name: str) -> None:
        known = manifest.voice(voice)
        script = (known.preview if known else "") or PREVIEW
        wish = Wish(script=script, engine=manifest.id, voices={"": voice}, listened=True)
        studio = self._desk.studio

        def done(job: int) -> None:
            self._previews[job] = (voice, name)
            self._desk.hearing.follow(job, self._of_voice(voice))
            self._desk.jobs.to_front(job)
            self._desk.notices.toast.emit(t("The voice says a line; one moment."), None)
            row = self._desk.jobs.get(job)
            if row and row.final and row.settled:  # it was quicker than its number came here
                self._finished(job)

        def failed(error: StudioError) -> None:
            self._desk.notices.tell(error, room=self._room, key="dialogue.ask")

        self._desk.operations.run(self, lambda: studio.generation.ask(wish), done, failed)

    def _finished(self, job: int) -> None:
        voice, name = self._previews.pop(job, ("", ""))
        if not voice:
            return
        library, heard = self._desk.studio.library, self._desk.hearing.began(job)

        def done(file: Path | None) -> None:
            if file:
                self._desk.memory.put(name, str(file))
                if not heard:
                    self._play_voice(voice, file)

        self._desk.operations.run(self, lambda: next((media.file for media in library.of_job(job)), None), done)

    def _play_voice(self, voice: str, file: Path) -> None:
        self._desk.player.toggle(replace(self._of_voice(voice), file=file))

    def _of_voice(self, voice: str) -> Playable:
        return Playable(f"{_VOICE}{voice}", t("The voice {name}", name=voice))

    def _known(self, take: Take) -> Playable | None:
        """Return how a take is played. One that was heard while it was made goes on from where it is."""
        media, player = media_called(self._desk.project.value, take.media), self._desk.player
        if media is None:
            return None
        said = " ".join(take.text.split())
        title = f"{take.speaker}: {said}" if take.speaker else said
        playable = Playable(f"{_TAKE}{take.id}", title[:120], file=self._desk.project.folder / media.file)
        if player.selected and player.selected.key.startswith(_LINE) and player.sha256 == media.sha256:
            player.rename(playable)
        return playable

    def _project_changed(self, label: str) -> None:
        """A line of the project that was open until now is not waited for any longer."""
        selected = self._desk.player.selected
        awaited = int(selected.key.removeprefix(_LINE)) if selected and selected.key.startswith(_LINE) else 0
        if awaited and not label and not self._desk.hearing.began(awaited):
            self._desk.player.select(None)
        self._look()

    def _look(self) -> None:
        heard = self._now(), self._line_now()
        if heard != self._heard:
            self._heard = heard
            self.changed.emit()

    def _now(self) -> str:
        player = self._desk.player
        if not player.playing or player.selected is None:
            return ""
        key = player.selected.key
        if key.startswith(_TAKE):
            return key.removeprefix(_TAKE)
        if key.startswith(_ALL) and self._starts:
            rate = self._desk.project.value.rate
            return self._order[max(0, bisect_right(self._starts, round(player.position * rate)) - 1)]
        return ""

    def _line_now(self) -> str:
        player = self._desk.player
        key = player.selected.key if player.playing and player.selected else ""
        job = self._desk.jobs.get(int(key.removeprefix(_LINE))) if key.startswith(_LINE) else None
        return job.request.line if job and job.request.project == str(self._desk.project.folder) else ""
