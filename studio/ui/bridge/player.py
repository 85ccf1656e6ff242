"""What is heard: one thing at a time, from whichever room. The GUI thread; the sound is a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import Studio
from studio.domain.project import Project
from studio.errors import StudioError
from studio.ui.bridge.notices import Notices
from studio.ui.bridge.operations import Operations
from studio.ui.language import t

if TYPE_CHECKING:
    from studio.services.listening import Single
    from studio.services.playback import Playback

_REPORTS = 33  # milliseconds between two looks at what the sound process says
_COLUMNS = 480  # of an outline
_GLANCE = 250  # milliseconds that something is selected before it is drawn; one may be passing by


@dataclass(frozen=True)
class Playable:
    """Something that can be heard: a file, or a stretch of a project. `key` tells it from others."""

    key: str
    title: str
    file: Path | None = None
    single: Single | None = None  # a file that was taken in already
    project: Project | None = None
    folder: Path | None = None
    start: int = 0
    end: int | None = None


class Player(QObject):
    """Space plays what is selected here."""

    changed = Signal()  # another thing, playing or not
    moved = Signal()  # the position
    report = Signal(str, object)  # of the sound process: `devices`, `recorded`, `failed`…

    def __init__(self, studio: Studio, operations: Operations, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._operations = operations
        self._notices = notices
        self._made: Playback | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_REPORTS)
        self._timer.timeout.connect(self._poll)
        self._glance = QTimer(self)
        self._glance.setSingleShot(True)
        self._glance.setInterval(_GLANCE)
        self._glance.timeout.connect(self._look)
        self.selected: Playable | None = None
        self._known: Single | None = None  # what is selected, taken in so that it can be drawn, but not loaded
        self._loaded: Project | None = None
        self._folder = Path()
        self._ready = False  # whether the sound process has told that it can play
        self._at: int | None = None  # where a project that is not loaded yet begins
        self._growing = False  # whether more of what is selected is being made
        self._waiting = False  # and whether it goes on by itself, now that all there was of it has been heard
        self._held = False  # somebody paused it; that its end was reached meanwhile does not undo that
        self._wanted = 0  # which request the file that is being taken in is for
        self._playing = False
        self.loop = False
        self.volume = 1.0
        self.speed = 1.0
        self.outline: tuple[tuple[int, int], ...] = ()

    @property
    def playing(self) -> bool:
        """Whether something is heard, or will be by itself: as soon as there is more of what is being made."""
        return self._waiting or self._sounding

    @property
    def seconds(self) -> float:
        """How long what is selected is; 0 while nobody knows."""
        project = self._whole
        return project.length / project.rate if project else 0.0

    @property
    def position(self) -> float:
        """Where it is, in seconds."""
        if self._loaded:
            return self._playback.position / self._rate
        project = self._whole
        return self._at / project.rate if project and self._at is not None else 0.0

    @property
    def sha256(self) -> str:
        """The hash of the sound that is loaded; "" for none, and for what is still being made."""
        return self._loaded.media[0].sha256 if self._loaded and self._loaded.media and not self._growing else ""

    @property
    def dropped(self) -> int:
        """How many blocks came too late since what is heard was loaded."""
        return self._made.dropped if self._made else 0

    def select(self, what: Playable | None) -> None:
        """Make this what Space plays; what is heard goes on only if it is the same."""
        if what == self.selected:
            return
        same = bool(what and self.selected and what.key == self.selected.key)
        self.selected = what
        if not same:
            self._growing = False
            self.stop()
            self._at = None
            self._loaded, self._known, self.outline = None, None, ()
            self._glance.start()
        self.changed.emit()

    def rename(self, what: Playable) -> None:
        """What is selected is this by now, the same sound in another place: it stays where it is."""
        self.selected = what
        self.changed.emit()

    def offer(self, what: Playable | None) -> None:
        """Make this what Space plays though nobody clicked on it: never while something else is heard."""
        if what is not None and not self.playing:
            self.select(what)

    def toggle(self, what: Playable | None = None) -> None:
        """Play, or pause what plays. With `what`: that, from its begin unless it is what plays."""
        if what is not None and (self.selected is None or what.key != self.selected.key):
            self.select(what)
        if self.playing:
            self._pause()
            self.changed.emit()
        elif self._growing:
            self._go_on()
            self.changed.emit()
        elif self.selected is not None:
            self._load(self._resume)

    def expect(self, what: Playable) -> None:
        """Be silent until there is something of this, which is being made: `begin` plays it, or `whole`."""
        self.select(None)
        self.select(what)
        self._growing = self._waiting = True
        self.changed.emit()

    def begin(self, what: Playable, single: Single) -> None:
        """Play something that is being made from its begin; `single` is what there is of it."""
        self.select(None)
        self.select(what)
        self._growing = True
        self._take(single.project, single.folder)
        self._resume()

    def grow(self, key: str, single: Single) -> None:
        """Have more of what is being made; if all before was heard it goes on with that."""
        if self._growing and self.selected and self.selected.key == key:
            self._follow(single)

    def whole(self, key: str, file: Path | None) -> None:
        """What was being made is this file now, or came to nothing; what plays goes on from where it is."""
        what = self.selected
        if not self._growing or what is None or what.key != key:
            return
        if file is None:
            self._growing = self._waiting = False
            self.changed.emit()
            return
        from studio.services import listening

        paths, sound = self._studio.paths, self._studio.sound

        def done(single: Single) -> None:
            if self._growing and self.selected and self.selected.key == key:
                self.selected = replace(self.selected, file=file)
                if self._loaded is None:  # nothing of it was heard yet
                    self._take(single.project, single.folder)
                self._follow(single)
                self._growing = self._waiting = False
                self.changed.emit()
                self._draw(single)

        def failed(error: StudioError) -> None:
            self.whole(key, None)
            self._notices.tell(error, key="playing")

        self._operations.run(self, lambda: listening.single(paths, sound, file), done, failed)

    def stop(self) -> None:
        """Be silent, at the begin."""
        self._wanted += 1
        self._pause()
        if self._made:
            self._made.seek(0)
        if self._loaded is None:
            self._at = None
        self.changed.emit()

    def seek(self, seconds: float) -> None:
        """Go elsewhere in what is selected."""
        if self._loaded:
            self._playback.seek(round(max(0.0, min(seconds, self.seconds)) * self._rate))
            if self._waiting:
                self._go_on()
            self.moved.emit()
        elif self.selected:
            project = self._whole or Project("")  # of a file that nobody has looked at yet: as it will be
            self.put(round(max(0.0, min(seconds, self.seconds or seconds)) * project.rate))

    def put(self, at: int) -> None:
        """Go to a sample of what is selected; what is not loaded yet begins there."""
        self._at = at
        if self._loaded:
            self._playback.seek(at)
        self.moved.emit()

    def scrub(self, at: int) -> None:
        """Let hear a moment around a sample of what is selected; call it as the pointer moves."""
        self._at = at

        def begin() -> None:
            if self._ready:
                self._playback.scrub(at)
            else:
                self._playback.seek(at)
            self._timer.start()
            self.moved.emit()

        self._load(begin)

    def edited(self, project: Project) -> None:
        """The selected project was changed: what plays goes on from where it is, as the project is now."""
        if self.selected is None or self.selected.project is None:
            return
        self.selected = replace(self.selected, project=project)
        if self._loaded is not None:
            self._loaded = project
            self._playback.load(project, self._folder)
            self.changed.emit()

    def set_range(self, start: int, end: int | None) -> None:
        """Play the selected project between two samples from now on; what plays outside them goes to the first."""
        if self.selected is None or (self.selected.start, self.selected.end) == (start, end):
            return
        self.selected = replace(self.selected, start=start, end=end)
        if self._sounding:
            self._resume()

    def set_volume(self, factor: float) -> None:
        """Play softer."""
        self.volume = factor
        if self._made:
            self._made.volume(factor)

    def set_speed(self, factor: float) -> None:
        """Play at half to double speed, at the same pitch."""
        if factor != self.speed:
            self.speed = factor
            self._playback.speed(factor)

    def set_loop(self, on: bool) -> None:  # noqa: FBT001 — a slot of a button
        """Go around and around."""
        self.loop = on
        self.changed.emit()
        if self._sounding:
            self._playback.pause()
            self._resume()

    def record(self, file: Path, device: str = "") -> None:
        """Record the microphone into a new file; the report `recorded` says that it is whole."""
        self._playback.record(file, device=device)
        self._timer.start()

    def stop_recording(self) -> None:
        """End the recording."""
        self._playback.stop_recording()

    def ask_for_devices(self) -> None:
        """Ask for the devices there are; the report `devices` brings them."""
        self._playback.devices()
        self._timer.start()

    def close(self) -> None:
        """End the process."""
        self._growing = self._waiting = False  # what comes of it later is nobody's
        self._timer.stop()
        self._glance.stop()
        if self._made:
            self._made.close()

    @property
    def _sounding(self) -> bool:
        return self._made is not None and self._made.playing

    def _pause(self) -> None:
        self._waiting = False
        self._held = True
        if self._sounding:
            self._playback.pause()

    @property
    def _playback(self) -> Playback:
        """What plays; made when something is to be heard."""
        if self._made is None:
            self._made = self._studio.playback()
            self._made.hear_with(self._hear)
            self._made.volume(self.volume)
        return self._made

    @property
    def _whole(self) -> Project | None:
        """What is selected, as far as it is known."""
        own = self.selected.project if self.selected else None
        return self._loaded or own or (self._known.project if self._known else None)

    @property
    def _rate(self) -> int:
        return self._loaded.rate if self._loaded else 1

    def _look(self) -> None:
        """Show what a selected file sounds like, and how long it is, before anybody plays it."""
        what = self.selected
        if what is None or (what.file is None and what.single is None) or self._loaded is not None:
            return
        from studio.services import listening

        file, taken, paths, sound = what.file, what.single, self._studio.paths, self._studio.sound

        def work() -> tuple[Single, tuple[tuple[int, int], ...]]:
            single = taken or listening.single(paths, sound, file or Path())
            return single, listening.outline(paths, sound, single.file, single.media.sha256, _COLUMNS)

        def done(found: tuple[Single, tuple[tuple[int, int], ...]]) -> None:
            if self.selected is what and self._loaded is None:
                self._known, self.outline = found
                self.changed.emit()

        self._operations.run(self, work, done, _nothing)

    def _load(self, then: Callable[[], None]) -> None:
        """See to it that what is selected is what the sound process has."""
        what = self.selected
        if what is None or self._loaded is not None:
            then()
            return
        if what.project is not None and what.folder is not None:
            self._take(what.project, what.folder)
            then()
        elif what.single is not None:
            self._take_single(what.single)
            then()
        elif self._known is not None:
            self._take_single(self._known)
            then()
        elif what.file is not None:
            from studio.services import listening

            self._wanted += 1
            wanted, file = self._wanted, what.file

            def done(single: Single) -> None:
                if wanted == self._wanted:
                    self._take_single(single)
                    then()

            paths, sound = self._studio.paths, self._studio.sound
            self._operations.run(self, lambda: listening.single(paths, sound, file), done)

    def _take(self, project: Project, folder: Path) -> None:
        self._loaded, self._folder, self._ready = project, folder, False
        self._playback.load(project, folder)
        begin = self.selected.start if self.selected else 0
        self._playback.seek(begin if self._at is None else self._at)

    def _take_single(self, single: Single) -> None:
        self._take(single.project, single.folder)
        self._draw(single)

    def _follow(self, single: Single) -> None:
        """Go on with what is longer; or begin again to play it, where all before was heard."""
        self._loaded, self._folder = single.project, single.folder
        self._playback.load(single.project, single.folder)
        if self._waiting:
            self._go_on()
        self.changed.emit()

    def _go_on(self) -> None:
        """Play what came after all was heard; wait where nothing did."""
        self._waiting = self._loaded is None or self._playback.position >= self._loaded.length - 1
        self._held = False
        if not self._waiting:
            self._resume()

    def _draw(self, single: Single) -> None:
        from studio.services import listening

        paths, sound, file, digest = self._studio.paths, self._studio.sound, single.file, single.media.sha256

        def show(outline: tuple[tuple[int, int], ...]) -> None:
            if self._loaded is single.project:  # else it came too late: something else was selected
                self.outline = outline
                self.changed.emit()

        self._operations.run(self, lambda: listening.outline(paths, sound, file, digest, _COLUMNS), show)

    def _resume(self) -> None:
        what = self.selected
        start, end = (what.start, what.end) if what else (0, None)
        at = self._playback.position
        length = round(self.seconds * self._rate)
        if not start <= at < (end or length) - 1:
            at = start
        try:
            self._playback.play(at, end, loop=self.loop)
        except (StudioError, OSError) as e:
            error = e if isinstance(e, StudioError) else StudioError(t("The sound cannot be played: {why}.", why=e))
            self._notices.tell(error, key="playing")
            return
        self._held = False
        self._timer.start()
        self.changed.emit()

    def _poll(self) -> None:
        self._playback.poll()
        if not self._playback.alive:
            self._timer.stop()

    def _hear(self, topic: str, values: dict[str, Any]) -> None:
        self._ready = topic == "loaded" or (self._ready and self._playback.alive)
        if topic in {"position", "state", "ended"}:
            self.moved.emit()
        if topic == "failed" and values.get("order") != "record":  # whoever records says so where the recording is
            self._notices.tell(StudioError(str(values["message"]), str(values["hint"])), key="playing")
        if topic == "ended" and self._growing and not self._sounding and not self._held:
            self._go_on()
        if self._playing != self.playing:
            self._playing = self.playing
            self.changed.emit()
        self.report.emit(topic, values)


def _nothing(_error: StudioError) -> None:
    """What cannot be drawn may still be played; and if not, that is said then."""
