"""The feeder obeys in order, keeps a device no longer than it needs it, and says what goes wrong."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from studio.audio.playing import devices
from studio.audio.playing import player as player_module
from studio.audio.playing.outlet import Outlet
from studio.audio.playing.player import Player, _Orders
from studio.audio.playing.sinks import ClockSink
from studio.audio.playing.source import Mix, Passage
from studio.worker.failures import UserMistake
from tests.audio.playing.stand_ins import RATE, KnownMixer, mix_of, noise

pytestmark = pytest.mark.slow

SOUND = noise(RATE // 4)


class Told:
    """Keeps reports; a test may wait for one."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, dict[str, Any]]] = []
        self._changed = threading.Condition()

    def __call__(self, topic: str, values: dict[str, Any]) -> None:
        with self._changed:
            self.reports.append((topic, values))
            self._changed.notify_all()

    def wait_for(self, topic: str, true: Callable[[dict[str, Any]], bool] = lambda values: True) -> dict[str, Any]:
        """The first such report, whenever it comes."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._found(topic, true), 30), self.reports
            return self._found(topic, true)[0]

    def _found(self, topic: str, true: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        return [values for told, values in self.reports if told == topic and true(values)]


class Device(ClockSink):
    """Plays to nowhere, and counts how often it was opened and closed."""

    opened: list[Device] = []  # noqa: RUF012 — emptied by the fixture

    def __init__(self, name: str, rate: int) -> None:
        super().__init__(rate)
        self.name = name
        self.is_closed = threading.Event()
        Device.opened.append(self)

    def close(self) -> None:
        """Say so."""
        super().close()
        self.is_closed.set()


class Dead(Device):
    """Opens, and asks for nothing."""

    def start(self, outlet: Outlet) -> None:
        """Do nothing."""


@pytest.fixture(name="told")
def _told() -> Told:
    return Told()


@pytest.fixture(name="player")
def _player(monkeypatch: pytest.MonkeyPatch, told: Told) -> Iterator[Player]:
    Device.opened = []
    monkeypatch.setattr(devices, "open_sink", lambda name, rate: (Dead if name == "dead" else Device)(name, rate))
    player = Player(told)
    yield player
    player.close()
    assert all(device.is_closed.is_set() for device in Device.opened)


def test_it_plays_to_the_end_and_says_so(player: Player, told: Told) -> None:
    player.load(mix_of(SOUND))
    player.play(Passage(), 7)
    assert told.wait_for("state")["playing"]
    ended = told.wait_for("ended")
    assert (ended["run"], ended["playing"], ended["position"], ended["dropped"]) == (7, False, len(SOUND), 0)


def test_one_device_serves_many_sounds_and_is_closed_when_idle(
    player: Player, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.load(mix_of(SOUND))
    for run in (1, 2):
        player.play(Passage(), run)
        told.wait_for("ended", lambda values, run=run: values["run"] == run)
    player.scrub(1000)
    assert len(Device.opened) == 1
    monkeypatch.setattr(player_module, "_IDLE", 0.0)
    assert Device.opened[0].is_closed.wait(30)
    player.play(Passage(), 3)
    told.wait_for("ended", lambda values: values["run"] == 3)
    assert len(Device.opened) == 2


def test_another_device_takes_over_what_plays(player: Player, told: Told) -> None:
    player.load(mix_of(noise(RATE // 2)))
    player.play(Passage(), 1)
    told.wait_for("state")
    player.use("headphones")
    assert told.wait_for("ended")["device"] == "headphones"
    assert [device.name for device in Device.opened] == ["", "headphones"]


def test_a_device_that_asks_for_nothing_is_given_up(
    player: Player, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_module, "_DEAD", 0.05)
    player.use("dead")
    player.load(mix_of(SOUND))
    player.play(Passage(), 1)
    assert "stopped" in told.wait_for("failed")["message"]
    assert not told.wait_for("state", lambda values: not values["playing"])["playing"]
    player.use("")
    player.play(Passage(), 2)
    told.wait_for("ended")


@pytest.mark.parametrize(
    ("error", "words"),
    [(UserMistake("It is no sound.", "Take another."), "no sound"), (OSError(errno.ENOSPC, "x"), "disk is full")],
)
def test_what_goes_wrong_in_mixing_is_said_and_playing_stops(
    player: Player, told: Told, error: Exception, words: str
) -> None:
    class Breaking(KnownMixer):
        def render(self, start: int, frames: int) -> np.ndarray:
            if start > 1.1 * RATE:
                raise error
            return super().render(start, frames)

    sound = noise(3 * RATE)
    player.load(Mix(Breaking(sound), RATE, len(sound)))
    player.play(Passage(), 1)
    failed = told.wait_for("failed")
    assert words in failed["message"]
    assert not told.wait_for("state", lambda values: not values["playing"])["playing"]
    player.load(mix_of(SOUND))
    player.play(Passage(), 2)
    told.wait_for("ended")


def test_orders_before_there_is_a_project_are_remembered(player: Player, told: Told) -> None:
    player.set_volume(0.5)
    player.set_speed(2.0)
    player.seek(len(SOUND) // 2)
    player.load(mix_of(SOUND))
    player.resume(1)
    state = told.wait_for("state", lambda values: values["run"] == 1)
    assert len(SOUND) // 2 <= state["position"] < len(SOUND)
    told.wait_for("ended")
    assert player.transport
    assert player.transport.outlet.volume == 0.5


def test_a_project_of_another_rate_is_played_at_its_own(player: Player, told: Told) -> None:
    player.load(mix_of(SOUND))
    player.play(Passage(), 1)
    told.wait_for("state")
    player.load(Mix(KnownMixer(SOUND), 44_100, len(SOUND)))
    player.play(Passage(), 2)
    assert told.wait_for("ended", lambda values: values["run"] == 2)["rate"] == 44_100
    assert [device._rate for device in Device.opened] == [RATE, 44_100]


def test_of_several_moves_in_a_row_the_last_one_counts() -> None:
    done: list[str] = []
    orders = _Orders()
    for name in ("seek 1", "seek 2", "pause 1", "pause 2", "scrub 1", "scrub 2", "scrub 3", "seek 3"):
        orders.post((name.split()[0], lambda name=name: done.append(name)))
    orders.post(None)
    while orders.wait(0.0) and (order := orders.pop()):
        order[1]()
    assert done == ["seek 2", "pause 1", "pause 2", "scrub 3", "seek 3"]
