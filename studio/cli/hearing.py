"""Listening to a job of one's own while it is made, and to its end. The main thread, in which the job's events come."""

from __future__ import annotations

from collections.abc import Callable, Generator
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
def listening_to(studio: Studio, out: Output) -> Generator[Ear, None, None]:
    """Have an ear for what a job of this process brings, as long as the block lasts."""
    with studio.playback() as playback:
        ear = Ear(studio, playback, out)
        end = studio.bus.subscribe(ear.hear)
        try:
            yield ear
        finally:
            end()


class Ear:
    """Plays what there is of one job, and goes on when there is more. What cannot be played costs the job nothing."""

    def __init__(self, studio: Studio, playback: Playback, out: Output) -> None:
        self._studio = studio
        self._playback = playback
        self._out = out
        self._job = 0
        self._project: Project | None = None
        self._over = ""  # why nothing more is played

    def follow(self, job: int) -> None:
        """Play the sound of this job from its first bit on."""
        self._job = job

    def hear(self, event: Event) -> None:
        """Take what services tell; each is an occasion to look whether all there is was heard. Never raises."""

        def listen() -> None:
            if isinstance(event, JobSound) and event.job == self._job:
                self._have(listening.growing(event))
            self._go_on()

        self._try(listen)

    def whole(self) -> None:
        """Play the job's result on from where its first bits ended."""

        def take() -> None:
            made = self._studio.library.of_job(self._job)[0].file
            self._have(listening.single(self._studio.paths, self._studio.sound, made))
            self._go_on()

        self._try(take)

    def to_the_end(self) -> None:
        """Stay until all was heard, or Ctrl+C; say why not all was."""

        def wait() -> None:
            while self._left():
                self._go_on()
                self._playback.wait()

        self._try(wait)
        if self._over:
            self._out.tell(f"note: {self._over}")

    def _try(self, what: Callable[[], None]) -> None:
        if self._over:
            return
        try:
            what()
        except StudioError as e:
            self._over = f"it could not be played: {e.message} {e.hint}"
        except OSError as e:
            self._over = f"it could not be played: {e}."
        except KeyboardInterrupt:  # when it means no job any more, it means the listening
            self._over = "listening was stopped; the result is whole."
            self._playback.pause()

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
