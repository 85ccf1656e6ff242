"""Listening to a job of one's own while it is made, and to its end. The main thread, in which the job's events come."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from studio.app import Studio
from studio.cli.output import Output
from studio.domain.project import Project
from studio.errors import StudioError
from studio.events import Event, JobSound
from studio.services import listening
from studio.services.listening import Single
from studio.services.playback import Playback


@contextmanager
def heard(studio: Studio, job: int, out: Output) -> Generator[None, None, None]:
    """Play a job's sound from its first bit on while the block waits for the job; then play it to its end.

    What cannot be played is said: it costs the job nothing.
    """
    with studio.playback() as playback:
        ear = _Ear(playback, job)
        end = studio.bus.subscribe(ear.hear)
        try:
            yield
        finally:
            end()
        try:
            made = studio.library.of_job(job)[0].file
            ear.finish(listening.single(studio.paths, studio.sound, made))
        except StudioError as e:
            out.tell(f"note: it could not be played: {e.message} {e.hint}")


class _Ear:
    """Plays what there is, and goes on when there is more."""

    def __init__(self, playback: Playback, job: int) -> None:
        self._playback = playback
        self._job = job
        self._project: Project | None = None

    def hear(self, event: Event) -> None:
        """Take what services tell; each is an occasion to look whether all there is was heard."""
        if isinstance(event, JobSound) and event.job == self._job:
            self._have(listening.growing(event))
        self._go_on()

    def finish(self, whole: Single) -> None:
        """Play what is left, now that it is whole."""
        self._have(whole)
        while self._left():
            self._go_on()
            self._playback.wait()

    def _have(self, single: Single) -> None:
        self._project = single.project
        self._playback.load(single.project, single.folder)

    def _go_on(self) -> None:
        """Play on where all there was had been heard, and there is more now."""
        self._playback.poll()
        if not self._playback.playing and self._left():
            self._playback.play(self._playback.position)

    def _left(self) -> bool:
        return self._project is not None and self._playback.position < self._project.length - 1
