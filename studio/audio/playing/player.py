"""The feeder: one thread that owns transport and sink, obeys orders and mixes ahead. Other threads only post to it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from studio.audio.playing import devices
from studio.audio.playing.sinks import Sink
from studio.audio.playing.source import Mix, Passage
from studio.audio.playing.transport import Transport
from studio.store import atomic
from studio.worker.failures import UserMistake

_TICK = 0.05  # seconds between two looks at the ring; a thread that wakes more often holds up the device's
_DEAD = 5.0  # seconds after which a device that asks for nothing is taken for lost
_IDLE = 5.0  # seconds a device is kept after the last sound, so that scrubbing need not open it each time
_ALWAYS_TOLD = frozenset({"seek", "scrub", "play"})
_COALESCED = frozenset({"seek", "scrub", "volume", "speed"})  # of several in a row the last one counts

Tell = Callable[[str, dict[str, Any]], None]
Command = Callable[[], None]


class _Orders:
    """What is still to be done, in order; None is the end. Posted to by any thread, taken from by one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, Command] | None] = deque()

    def post(self, order: tuple[str, Command] | None) -> None:
        """Add one, or put it in the place of the one before where only the last one counts."""
        with self._changed:
            last = self._waiting[-1] if self._waiting else None
            if last and order and order[0] == last[0] and order[0] in _COALESCED:
                self._waiting[-1] = order
            else:
                self._waiting.append(order)
            self._changed.notify()

    def wait(self, seconds: float | None) -> bool:
        """Wait for one; say whether there is any."""
        with self._changed:
            if not self._waiting and seconds != 0.0:
                self._changed.wait(seconds)
            return bool(self._waiting)

    def pop(self) -> tuple[str, Command] | None:
        """Take the first one."""
        with self._changed:
            return self._waiting.popleft()


class Player:
    """Plays one project. Made and posted to by one thread; `transport` and `playing` may be read by any."""

    def __init__(self, tell: Tell, device: str = "") -> None:
        self._tell = tell
        self._device = device
        self._sink: Sink | None = None
        self._orders = _Orders()
        self._volume = self._speed = 1.0
        self._begin = 0  # where to go once there is something to play
        self._busy_since = 0.0
        self._pulls = (0, 0.0)  # how many there were, and when that was first seen
        self.transport: Transport | None = None
        self.run = 0  # which order to play it was that is obeyed; reports say so
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether the project plays. Any thread."""
        return self.transport is not None and self.transport.playing

    @property
    def latency(self) -> float:
        """Seconds from the ring to the ear. Any thread."""
        sink = self._sink
        return sink.latency if sink else 0.0

    def load(self, mix: Mix) -> None:
        """Play this from now on."""
        self._orders.post(("load", lambda: self._load(mix)))

    def play(self, passage: Passage, run: int) -> None:
        """Play a passage from its start."""
        self._sound("play", lambda transport: transport.play(passage), run)

    def resume(self, run: int) -> None:
        """Go on from where it was."""
        self._sound("play", lambda transport: transport.resume(), run)

    def scrub(self, position: int) -> None:
        """Let hear a moment."""
        self._sound("scrub", lambda transport: transport.scrub(position))

    def pause(self) -> None:
        """Stop, and stay there."""
        self._orders.post(("pause", self._pause))

    def seek(self, position: int) -> None:
        """Go elsewhere."""
        self._orders.post(("seek", lambda: self._seek(position)))

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._orders.post(("speed", lambda: self._set_speed(speed)))

    def set_volume(self, volume: float) -> None:
        """Play louder or softer; the project stays as it is."""
        self._orders.post(("volume", lambda: self._set_volume(volume)))

    def use(self, device: str) -> None:
        """Play through another device; what plays goes on there."""
        self._orders.post(("device", lambda: self._use(device)))

    def close(self) -> None:
        """End it; a file that was played into is whole afterwards."""
        self._orders.post(None)
        self._thread.join()

    def _run(self) -> None:
        while (command := self._next()) is not None:
            name, act = command
            was = self.playing
            try:
                act()
            except UserMistake as e:
                self._failed(name, e)
            except OSError as e:
                self._failed(name, _in_words(e))
            if was != self.playing or name in _ALWAYS_TOLD:
                self._tell_state()
        self._close_sink()
        if self.transport:
            self.transport.close()

    def _next(self) -> tuple[str, Command] | None:
        """Return the next order; mix ahead while there is none."""
        while not self._orders.wait(0.0 if self._busy() else self._patience()):
            pass
        return self._orders.pop()

    def _busy(self) -> bool:
        try:
            return self._work()
        except UserMistake as e:
            self._halt("play", e)
        except OSError as e:  # a full disk, where stretched sound is kept
            self._halt("play", _in_words(e))
        return False

    def _patience(self) -> float | None:
        return _TICK if self._sink else None

    def _work(self) -> bool:
        transport = self.transport
        if transport is None:
            return False
        if transport.feed():
            return True
        if transport.settle():
            self._tell_state("ended")
        self._watch_sink(transport)
        return False

    def _watch_sink(self, transport: Transport) -> None:
        """Close the device some time after the last sound; notice one that is gone."""
        if self._sink is None:
            return
        now = time.monotonic()
        if transport.outlet.is_open:
            self._busy_since = now
        elif now - self._busy_since > _IDLE:
            self._close_sink()
            return
        if transport.outlet.pulls != self._pulls[0]:
            self._pulls = (transport.outlet.pulls, now)
        elif now - self._pulls[1] > _DEAD:
            self._close_sink()
            if transport.playing:
                self._halt("play", UserMistake("The sound device stopped.", "Plug it in again, or choose another."))

    def _sound(self, name: str, act: Callable[[Transport], None], run: int | None = None) -> None:
        """Post what is to be heard: the ring is filled before the device starts."""

        def command() -> None:
            transport = self._need()
            fresh = self._sink is None
            sink = self._sink or self._opened(transport)
            act(transport)
            self.run = self.run if run is None else run  # not before: reports say what came of it
            if fresh:
                sink.start(transport.outlet)
                self._pulls = (transport.outlet.pulls, time.monotonic())
            self._busy_since = time.monotonic()

        self._orders.post((name, command))

    def _opened(self, transport: Transport) -> Sink:
        self._sink = devices.open_sink(self._device, transport.rate)
        transport.keep_ahead(self._sink.latency)
        return self._sink

    def _use(self, device: str) -> None:
        self._device = device
        transport = self.transport
        if self._sink is None or transport is None:
            return
        playing = transport.playing
        transport.halt()
        self._close_sink()
        if playing:
            sink = self._opened(transport)
            transport.resume()
            sink.start(transport.outlet)
            self._pulls = (transport.outlet.pulls, time.monotonic())

    def _load(self, mix: Mix) -> None:
        transport = self.transport
        if transport is None or transport.rate != mix.rate:
            self._close_sink()
            if transport:
                transport.close()
            transport = self.transport = Transport(mix.rate)
            transport.outlet.volume = self._volume
            transport.set_speed(self._speed)
            transport.seek(self._begin)
        transport.load(mix)

    def _set_volume(self, volume: float) -> None:
        self._volume = min(max(volume, 0.0), 1.0)
        if self.transport:
            self.transport.outlet.volume = self._volume

    def _set_speed(self, speed: float) -> None:
        self._speed = speed
        if self.transport:
            self.transport.set_speed(speed)

    def _seek(self, position: int) -> None:
        self._begin = position
        if self.transport:
            self.transport.seek(position)

    def _pause(self) -> None:
        if self.transport:
            self.transport.pause()

    def _need(self) -> Transport:
        if self.transport is None:
            raise UserMistake("There is no project to play.", "Open one first.")
        return self.transport

    def _halt(self, name: str, mistake: UserMistake) -> None:
        if self.transport:
            self.transport.halt()
        self._failed(name, mistake)
        self._tell_state()

    def _close_sink(self) -> None:
        sink, self._sink = self._sink, None
        if sink:
            sink.close()

    def _failed(self, name: str, mistake: UserMistake) -> None:
        self._tell("failed", {"order": name, "message": str(mistake), "hint": mistake.hint})

    def _tell_state(self, topic: str = "state") -> None:
        transport = self.transport
        if transport:
            sink = self._sink
            facts = {
                "run": self.run,
                "playing": transport.playing,
                "position": transport.position,
                "rate": transport.rate,
            }
            self._tell(topic, {**facts, "dropped": transport.outlet.dropped, "device": sink.name if sink else ""})


def _in_words(error: OSError) -> UserMistake:
    told = atomic.explain(error, "The sound could not be made")
    return UserMistake(told.message, told.hint)
