"""The sound process in its role `play`: orders in, reports out. The main thread obeys; see `play` for the others.

Orders: `load` {file, folder, cache}, `edit` {delta}, `play` {start, end, loop}, `resume`, `pause`, `seek`
{position}, `scrub` {position}, `speed` {factor}, `volume` {factor}, `device` {name}, `devices`, `record` {file, device,
channels, rate}, `stop_recording`. Reports: `read` {file}, `loaded`, `state`, `position` (30 times a second while
something is heard or recorded, with the levels of that), `ended`, `failed`, `devices`, `recorded`. Positions are
samples at the project's rate.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.audio.levels import decibels
from studio.audio.playing import devices
from studio.audio.playing.meters import Meters
from studio.audio.playing.planner import Planner, Wanted
from studio.audio.playing.player import Player
from studio.audio.playing.recorder import Recorder, Wish
from studio.audio.playing.source import Passage
from studio.audio.playing.transport import Transport
from studio.domain import delta, project_json
from studio.domain.project import RATE, Project
from studio.errors import StudioError
from studio.protocol import framing, messages
from studio.worker.channel import Channel
from studio.worker.failures import UserMistake
from studio.worker.loop import leave_with_children

_A_TICK = 1 / 30
_FAREWELL = 4.0  # seconds to finish files in; the studio waits a little longer
_SWITCH = 0.0005  # seconds; the device's thread needs the interpreter often and briefly


def play(channel: Channel) -> None:
    """Serve the studio until it says Shutdown or closes the channel. Does not return.

    The main thread obeys; one reads orders, one plans, one mixes ahead (the feeder), one sends reports; the device asks
    for frames in a thread of its own, and a recorder writes while there is a recording.
    """
    faulthandler.enable(file=2)
    threading.excepthook = _die_of_a_bug
    sys.setswitchinterval(_SWITCH)
    orders: queue.SimpleQueue[messages.Order | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(channel, orders), name="orders", daemon=True).start()
    role = _Role(channel)
    while (order := orders.get()) is not None:
        role.obey(order)
    role.close()
    sys.stderr.flush()
    os._exit(0)


def _listen(channel: Channel, orders: queue.SimpleQueue[messages.Order | None]) -> None:
    """Pass on orders; when the studio has gone, what is being written is finished, but nobody is waited for."""
    try:
        while not isinstance(message := channel.receive(), messages.Shutdown | None):
            if isinstance(message, messages.Order):
                orders.put(message)
    except (framing.FramingError, messages.MessageError, OSError) as e:
        os.write(2, f"the studio's channel broke: {e}\n".encode())
    orders.put(None)
    time.sleep(_FAREWELL)
    leave_with_children()


def _die_of_a_bug(failed: threading.ExceptHookArgs) -> None:
    """A thread less would look like a silence without a reason; the studio starts a fresh process instead."""
    sys.excepthook(failed.exc_type, failed.exc_value or failed.exc_type(), failed.exc_traceback)
    sys.stderr.flush()
    os._exit(1)


class _Role:
    """What obeys orders. The main thread."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._reports: queue.SimpleQueue[tuple[str, dict[str, Any]] | None] = queue.SimpleQueue()
        self._player = Player(self._tell)
        self._planner = Planner(self._player, self._tell)
        self._recorder: Recorder | None = None
        self._project: Project | None = None
        self._folder = self._cache = Path()
        self._verbs: dict[str, Callable[[dict[str, Any]], None]] = {
            "load": self._load,
            "edit": self._edit,
            "play": self._play,
            "resume": self._resume,
            "pause": lambda v: self._player.pause(),
            "seek": lambda v: self._player.seek(max(0, int(v["position"]))),
            "scrub": lambda v: self._player.scrub(max(0, int(v["position"]))),
            "speed": lambda v: self._player.set_speed(float(v["factor"])),
            "volume": lambda v: self._player.set_volume(float(v["factor"])),
            "device": lambda v: self._player.use(str(v["name"])),
            "devices": lambda v: self._tell("devices", {"devices": devices.listed()}),
            "record": self._record,
            "stop_recording": lambda v: self._stop_recording(),
        }
        self._reporter = threading.Thread(target=self._report, name="reports", daemon=True)
        self._reporter.start()

    def obey(self, order: messages.Order) -> None:
        """Do one order; what the user can mend becomes a report."""
        try:
            self._verbs[order.verb](order.values)
        except UserMistake as e:
            self._tell("failed", {"order": order.verb, "message": str(e), "hint": e.hint})
        except StudioError as e:
            self._tell("failed", {"order": order.verb, "message": e.message, "hint": e.hint})
        except OSError as e:  # a disk that is full or gone takes neither what plays nor a recording along
            hint = "Check that the disk is there and has space, then try again."
            message = f"A file could not be used: {e.strerror or e}."
            self._tell("failed", {"order": order.verb, "message": message, "hint": hint})

    def close(self) -> None:
        """End what runs; files are whole afterwards, and all reports sent."""
        self._stop_recording()
        self._planner.close()
        self._player.close()
        self._reports.put(None)
        self._reporter.join()

    def _load(self, values: dict[str, Any]) -> None:
        self._folder, self._cache = Path(values["folder"]), Path(values["cache"])
        self._project = None  # a change that comes after one that could not be read is none of the one before
        found = Path(values["file"]).read_bytes()
        self._tell("read", {"file": values["file"]})
        self._take_over(project_json.from_dict(json.loads(found)))

    def _edit(self, values: dict[str, Any]) -> None:
        if self._project is None:
            return  # that it could not be read was told, so all of it comes again
        self._take_over(delta.apply(self._project, values["delta"]))

    def _take_over(self, project: Project) -> None:
        self._project = project
        self._planner.plan(Wanted(project, self._folder, self._cache))

    def _play(self, values: dict[str, Any]) -> None:
        """Play from a place: what was ordered before is in it."""
        self._planner.settle()
        end = values["end"]
        passage = Passage(int(values["start"]), None if end is None else int(end), bool(values["loop"]))
        self._player.play(passage, int(values["run"]))

    def _resume(self, values: dict[str, Any]) -> None:
        self._planner.settle()
        self._player.resume(int(values["run"]))

    def _record(self, values: dict[str, Any]) -> None:
        if self._recorder:
            raise UserMistake("A recording is running.", "End it first.")
        rate = int(values.get("rate") or (self._project.rate if self._project else RATE))
        wish = Wish(Path(values["file"]), str(values["device"]), rate, int(values["channels"]))
        self._recorder = Recorder(wish, self._tell)

    def _stop_recording(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.finish()

    def _tell(self, topic: str, values: dict[str, Any]) -> None:
        """Have something reported; any thread, none of them waits for the channel."""
        self._reports.put((topic, values))

    def _report(self) -> None:
        """Send reports as they come, and the position in between."""
        watch = _Watch(self._player)
        due = time.monotonic()
        while True:
            busy = self._recorder is not None or watch.busy
            try:
                found = self._reports.get(timeout=max(0.0, due - time.monotonic()) if busy else None)
            except queue.Empty:
                recorder = self._recorder
                values = {**watch.look(), "recording": recorder.state if recorder else None}
                self._channel.send(messages.Report("position", values))
                due = max(due + _A_TICK, time.monotonic())
                continue
            if found is None:
                return
            self._channel.send(messages.Report(*found))


class _Watch:
    """Looks at what is heard. The reports' thread."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._transport: Transport | None = None
        self._meters: Meters | None = None
        self._heard = 0

    @property
    def busy(self) -> bool:
        """Whether anything is heard."""
        transport = self._player.transport
        return transport is not None and transport.outlet.is_open

    def look(self) -> dict[str, Any]:
        """Return where it is and how loud the mix was since the last look, whatever the volume it is listened to at."""
        transport = self._player.transport
        if transport is None:
            return {}
        if transport is not self._transport or self._meters is None:
            self._transport, self._meters, self._heard = transport, Meters(transport.rate), 0
        heard = max(self._heard, transport.outlet.heard())
        tracks = transport.levels(self._heard, heard)
        self._meters.add(transport.ring.past(self._heard, heard))
        self._heard = heard
        return {
            "run": self._player.run,
            "position": transport.position,
            "playing": transport.playing,
            "rate": transport.rate,
            "dropped": transport.outlet.dropped,
            "latency": self._player.latency,
            "tracks": {track: round(decibels(level), 1) for track, level in tracks.items()},
            **self._meters.take(),
        }
