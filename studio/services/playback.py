"""Playing an open project and recording a microphone, in a sound process of its own. Owned by one thread.

What happens there is heard by whoever calls `poll` now and then, or `wait`s: there is no thread besides the process's
readers. Should the process die, because a decoder or an effect took it along, this says so once; the next `play` starts
a fresh one.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from studio.domain import delta, project_json
from studio.domain.project import Project
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime.hosts.base import Host
from studio.runtime.outcome import WORKING, Outcome
from studio.runtime.process import Broken, Ended, FrameProcess
from studio.services import helper
from studio.services.sound import MODULE
from studio.store import atomic

SINK = "STUDIO_AUDIO_SINK"  # instead of a device: `null`, `wav:PATH`, or a device's name as `devices` gives it
_WHO = "The sound process"
_LARGEST = 1_000_000  # characters of a change in one message; larger ones travel by file, as whole projects do
_TICK = 0.25  # seconds; a report ends the waiting at once

Listener = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class Meters:
    """What the last report said of the sound: levels in dB, a number a channel or for each track that sounds; LUFS."""

    peaks: tuple[float, ...] = ()
    rms: tuple[float, ...] = ()
    momentary: float | None = None
    short_term: float | None = None
    true_peak: float | None = None
    tracks: Mapping[str, float] = field(default_factory=dict[str, float])


class Playback:
    """Plays one project at a time. Positions are samples at the project's rate."""

    def __init__(
        self, host: Host, paths: DataPaths, *, device: str | None = None, on_report: Listener | None = None
    ) -> None:
        self._host = host
        self._paths = paths
        self._on_report = on_report
        self._process: FrameProcess | None = None
        self._died = False
        self._run = 0  # a report that was on its way when playing began, or was paused, tells nothing of it
        self._device = os.environ.get(SINK, "") if device is None else device
        self._volume = self._speed = 1.0
        self._project: Project | None = None
        self._folder = Path()
        self._sent: tuple[Project, Path] | None = None  # what the process has
        self._files: list[Path] = []  # projects on their way to the process, the oldest first
        self._counting = threading.Lock()  # of the files: the thread that writes to the process adds to them
        self._unsent: queue.SimpleQueue[StudioError] = queue.SimpleQueue()  # why projects were not handed over
        self._failure: StudioError | None = None
        self.playing = False
        self.position = 0
        self.length = 0
        self.dropped = 0  # blocks that came too late since the project was loaded
        self.latency = 0.0
        self.missing: tuple[str, ...] = ()  # media that cannot be played, and are silent
        self.meters = Meters()

    def hear_with(self, listener: Listener) -> None:
        """Tell this one from now on what is reported."""
        self._on_report = listener

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.code is None

    def load(self, project: Project, folder: Path) -> None:
        """Have this played from now on. What plays goes on from where it is; only what changed is sent."""
        self._project, self._folder = project, folder
        if self._process is not None or not self._died:
            self._running()

    def play(self, start: int = 0, end: int | None = None, *, loop: bool = False) -> None:
        """Play from a place to another (or to the end), once or around and around."""
        self._begin("play", start=start, end=end, loop=loop)

    def resume(self) -> None:
        """Go on from where it was."""
        self._begin("resume")

    def pause(self) -> None:
        """Stop, and stay there."""
        self.playing = False
        self._run += 1
        self._send("pause")

    def seek(self, position: int) -> None:
        """Go elsewhere; what plays plays on there."""
        self.position = position
        self._send("seek", position=position)

    def scrub(self, position: int) -> None:
        """Let hear a moment around a position; call it as the pointer moves."""
        self.position = position
        self._begin("scrub", position=position)

    def speed(self, factor: float) -> None:
        """Play at half to double speed, at the same pitch."""
        self._speed = factor
        self._send("speed", factor=factor)

    def volume(self, factor: float) -> None:
        """Play softer: 0 to 1. The project stays as it is."""
        self._volume = factor
        self._send("volume", factor=factor)

    def device(self, name: str) -> None:
        """Play through another device; an empty name is the system's choice."""
        self._device = name
        self._send("device", name=name)

    def devices(self) -> None:
        """Ask for the devices there are; a report `devices` brings them."""
        self._begin("devices")

    def record(self, file: Path, *, device: str = "", channels: int = 1, rate: int = 0) -> None:
        """Record a microphone into a new WAV file until `stop_recording`; a report `recorded` says that it is whole."""
        self._begin("record", file=str(file), device=device, channels=channels, rate=rate)

    def stop_recording(self) -> None:
        """End the recording."""
        self._send("stop_recording")

    def poll(self, seconds: float = 0.0) -> None:
        """Hear what was reported; wait so long for the first report. The window calls it 30 times a second."""
        process = self._process
        if process is None:
            return
        self._hear_unsent()
        try:
            while (message := process.receive(seconds)) is not None:
                seconds = 0.0
                self._hear_unsent()  # it is the reason for what the process says now
                if isinstance(message, messages.Report):
                    self._hear(message.topic, message.values)
        except Broken as e:
            self._lose(Outcome(_WHO, WORKING, breach=str(e)), process)
        except Ended:
            self._lose(Outcome(_WHO, WORKING, code=process.code), process)

    def wait(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """Stay until playing has ended or was paused; raise StudioError where it could not go on."""
        while self.playing and not self._failure:
            self.poll(_TICK)
            on_tick()
        failure, self._failure = self._failure, None
        if failure:
            raise failure

    def wait_for(self, topic: str) -> dict[str, Any]:
        """Stay until something is reported; raise StudioError where a failure comes instead."""
        heard: list[dict[str, Any]] = []
        before = self._on_report

        def listen(told: str, values: dict[str, Any]) -> None:
            if told == topic:
                heard.append(values)
            if before:
                before(told, values)

        self._on_report = listen
        try:
            while not heard and not self._failure and self._process is not None:
                self.poll(_TICK)
        finally:
            self._on_report = before
        failure, self._failure = self._failure, None
        if failure:
            raise failure
        return heard[0] if heard else {}

    def close(self) -> None:
        """End it. A recording that runs is finished first."""
        process, self._process = self._process, None
        self.playing = False
        self._sent = None
        if process:
            process.shut_down()
        self._remove_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, verb: str, **values: Any) -> None:
        """Send what is worth a fresh process."""
        self._running()
        self._failure = None  # what was before is no reason for what comes now
        if verb in {"play", "resume"}:
            self.playing = True
            self._run += 1
            values["run"] = self._run
        self._send(verb, **values)

    def _running(self) -> None:
        """See to it that there is a process, and that it has the project."""
        self.poll()
        while self._process is not None and self._process.code is not None:  # it died; hear it out
            self.poll(_TICK)
        fresh = self._process is None
        if fresh:
            self._paths.logs.mkdir(parents=True, exist_ok=True)
            log = self._paths.logs / "playing.log"
            environment = helper.environment(self._paths)
            self._process = FrameProcess(self._host, helper.argv(MODULE, "play"), environment, log, urgent=True)
            self._died = False
        if self._project is not None:
            self._send_project(self._project, self._folder)
        if fresh:
            self._send("device", name=self._device)
            self._send("volume", factor=self._volume)
            self._send("speed", factor=self._speed)
            self._send("seek", position=self.position)

    def _send(self, verb: str, **values: Any) -> None:
        if self._process:
            self._process.send(messages.Order(verb, values))

    def _send_project(self, project: Project, folder: Path) -> None:
        """Send what changed, or the whole project. To compare and to write it takes long, so it is done elsewhere."""
        before, self._sent = self._sent, (project, folder)
        known = before[0] if before and before[1] == folder and before[0].name == project.name else None
        if self._process and known is not project:
            self._process.send_made(lambda: self._order_for(known, project, folder))

    def _order_for(self, known: Project | None, project: Project, folder: Path) -> messages.Order | None:
        """Return what makes the process have a project where it has the known one. The thread that writes to it."""
        if known is not None:
            change = delta.diff(known, project)
            if not change:
                return None
            if len(json.dumps(change)) <= _LARGEST:
                return messages.Order("edit", {"delta": change})
        file = self._paths.scratch / f"playing-{uuid.uuid4().hex[:12]}.json"
        with self._counting:
            self._files.append(file)
        try:
            self._paths.scratch.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(project_json.to_dict(project)), encoding="utf-8")
        except OSError as e:
            self._unsent.put(atomic.explain(e, "The project cannot be handed to the sound process"))
            return None
        where = {"file": str(file), "folder": str(folder), "cache": str(self._paths.conformed)}
        return messages.Order("load", where)

    def _remove_files(self, read: Path | None = None) -> None:
        """Delete the files up to the one that was read, or all. A later one may still be waiting to be read."""
        with self._counting:
            count = len(self._files) if read is None else self._files.index(read) + 1 if read in self._files else 0
            gone, self._files = self._files[:count], self._files[count:]
        for file in gone:
            with suppress(OSError):
                file.unlink()

    def _hear_unsent(self) -> None:
        """Tell that a project could not be handed over; what is heard until then is an older one."""
        while not self._unsent.empty():
            self._send("pause")
            failure = self._unsent.get()
            self._hear("failed", {"order": "load", "message": failure.message, "hint": failure.hint})

    def _hear(self, topic: str, values: dict[str, Any]) -> None:
        if topic == "read":
            self._remove_files(Path(values["file"]))
            return
        if topic in {"position", "state", "ended"}:
            self._note(values)
        if topic == "loaded":
            self.length = int(values["length"])
            self.missing = tuple(str(media) for media in values["missing"])
        elif topic == "failed":
            # The first one is the reason, what follows mostly follows from it.
            self._failure = self._failure or StudioError(str(values["message"]), str(values["hint"]))
            if values["order"] != "record":
                self.playing = False
            if values["order"] == "load":
                self._sent = None  # a change to what it could not read would mean nothing to it
        self._tell(topic, values)

    def _note(self, values: dict[str, Any]) -> None:
        self.position = int(values.get("position", self.position))
        self.dropped = int(values.get("dropped", self.dropped))
        if values.get("run") == self._run:
            self.playing = bool(values["playing"])
        self.latency = float(values.get("latency", self.latency))
        if "peaks" in values:
            peaks, rms = (tuple(float(x) for x in values[name]) for name in ("peaks", "rms"))
            tracks = {str(track): float(level) for track, level in values["tracks"].items()}
            loudness = float(values["momentary"]), float(values["loudness"])
            self.meters = Meters(peaks, rms, *loudness, float(values["true_peak"]), tracks)

    def _lose(self, outcome: Outcome, process: FrameProcess) -> None:
        """The process is gone: end what is left of it, and say so."""
        self._process = None
        self._sent = None
        self._died = True
        self.playing = False
        self.meters = Meters()
        process.stop()
        self._remove_files()
        hint = "Play again. If it happens at the same place again, the file or effect there is to blame."
        failure = EngineFailure(outcome.sentence, hint, process.log.tail(), log=str(process.log.path))
        self._failure = failure
        self._tell("failed", {"order": "process", "message": failure.message, "hint": failure.hint})

    def _tell(self, topic: str, values: dict[str, Any]) -> None:
        if self._on_report:
            self._on_report(topic, values)
