"""Turns the newest project into something to play, off the thread that obeys. A thread of its own.

Of several edits in a row only the last is planned. What is stretched is made before it is near: a mixer that had to
make it would be late.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.audio import plan as planning
from studio.audio import stretching
from studio.audio.mixer import Mixer
from studio.audio.plan import Plan
from studio.audio.playing.player import Player
from studio.audio.playing.source import Mix
from studio.audio.playing.stretch_helper import StretchHelper
from studio.audio.stretching import Stretched
from studio.domain.project import Project

_WARM = 0.5  # seconds mixed of a new plan, so that its files are open when it takes over
_LOOK = 1.0  # seconds between two looks whether the planning goes on at all
_NEAR = 60.0  # seconds from the position on for which everything is made before


@dataclass(frozen=True)
class Wanted:
    """What is to be played, and where its media and the cache lie."""

    project: Project
    folder: Path
    cache: Path


@dataclass(frozen=True)
class _Piece:
    due: int  # how far playing is from it
    source: Stretched
    number: int


class Planner:
    """Plans for one player. `plan`, `settle` and `close` belong to one thread."""

    def __init__(self, player: Player, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self._player = player
        self._tell = tell
        self._helper = StretchHelper()
        self._changed = threading.Condition()
        self._wanted: Wanted | None = None
        self._ending = False
        self._settled = True
        self._thread = threading.Thread(target=self._run, name="planner", daemon=True)
        self._thread.start()

    def plan(self, wanted: Wanted) -> None:
        """Have this played from as soon as it is ready."""
        with self._changed:
            self._wanted = wanted
            self._settled = False
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until the player has the newest project."""
        with self._changed:
            while not self._settled and self._thread.is_alive():
                self._changed.wait(_LOOK)

    def close(self) -> None:
        """End it."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join()
        self._helper.close()

    def _run(self) -> None:
        while wanted := self._next():
            plan = planning.make(wanted.project, wanted.folder, cache=wanted.cache)
            pieces = sorted(_missing(plan, self._position(plan)), key=lambda piece: piece.due)
            if not self._make([piece for piece in pieces if piece.due < _NEAR * plan.rate]):
                continue
            self._hand_over(plan)
            self._make(pieces)

    def _next(self) -> Wanted | None:
        with self._changed:
            while not self._wanted and not self._ending:
                self._changed.wait()
            wanted, self._wanted = self._wanted, None
            return None if self._ending else wanted

    def _position(self, plan: Plan) -> int:
        transport = self._player.transport
        return min(transport.position, max(0, plan.length - 1)) if transport else 0

    def _make(self, pieces: list[_Piece]) -> bool:
        """Make what is not there; False when something else came to do meanwhile."""
        for piece in pieces:
            if self._wanted or self._ending:
                return False
            if not stretching.ready(piece.source, piece.number):
                self._helper.make(piece.source, piece.number)
        return True

    def _hand_over(self, plan: Plan) -> None:
        mixer = Mixer(plan, watched=True)
        with suppress(OSError):  # a full disk: the feeder will say so
            mixer.render(self._position(plan), int(_WARM * plan.rate))
        self._player.load(Mix(mixer, plan.rate, plan.length))
        silent = sorted({*plan.missing, *mixer.unreadable})
        self._tell("loaded", {"rate": plan.rate, "length": plan.length, "missing": silent})
        with self._changed:
            self._settled = self._wanted is None
            self._changed.notify_all()


def _missing(plan: Plan, here: int) -> Iterator[_Piece]:
    """Return the pieces of stretched sound that are played and not made yet, each once; what was passed comes last."""
    found: dict[tuple[Stretched, int], int] = {}
    for track in plan.tracks:
        for clip in track.clips:
            source = clip.source.stretched
            if source is None:
                continue
            for number in source.pieces(clip.first, clip.first + clip.length):
                first, last = (clip.start + place - clip.first for place in source.extent(number))
                due = max(0, first - here) if min(last, clip.end) > here else plan.length + first
                found[source, number] = min(due, found.get((source, number), due))
    for (source, number), due in found.items():
        if not stretching.ready(source, number):
            yield _Piece(due, source, number)
