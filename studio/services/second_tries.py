"""What was heard as other words than written is spoken again with another seed, up to a limit; the better one stays.

For engines that say with a parameter how often they may try. Such an engine's sound hangs on its seed, and each of its
stretches is a piece that is kept: so a further try is a further run of the same job, in which only that stretch is
missing, and those that it carries. The seeds that came of it go into the recipe.

Belongs to the thread of the engine processes' supervisor.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.domain import quality as words
from studio.domain import seeds
from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import Cancelled, StudioError
from studio.protocol import messages
from studio.runtime.hosts.base import Host
from studio.services.library import fetch_checked
from studio.services.quality import TASKS, Quality, expected_words, places_in
from studio.services.recogniser import Following, understands
from studio.services.tasks.work import Note, Plan
from studio.store import scratch as scratches

RETRIES = "retries"  # the parameter with which an engine says how often
_MOST = 500  # stretches of a job; a recipe names no more seeds than it may
_MOST_NOTES = 20  # about a job's stretches


@dataclass(frozen=True)
class Stretch:
    """What is spoken in one go, by the plan of a run. Its seed is that of its first sentence."""

    first: int
    line: int
    key: str
    seed: int
    expected: str
    place: tuple[float, float]


@dataclass(frozen=True)
class Judgement:
    """How a try came out; less `error` is better."""

    error: float
    wrong: bool


@dataclass
class _Tries:
    """The seeds that a stretch was tried with, in their order, and how each came out last."""

    of: dict[int, Judgement] = field(default_factory=dict[int, Judgement])

    @property
    def best(self) -> int:
        return min(self.of, key=lambda seed: self.of[seed].error)

    def following(self, most: int) -> int:
        """Return the seed for the next run: a new one while it sounds wrong and there are tries left."""
        first = next(iter(self.of))
        if self.of[self.best].wrong and len(self.of) <= most:
            return seeds.of_take(first, len(self.of))
        return self.best


class SecondTries:
    """The tries of one job."""

    def __init__(self, quality: Quality, request: Request, manifest: Manifest) -> None:
        given = request.params.get(RETRIES, 0)
        self._most = given if isinstance(given, int) and request.task in TASKS and not request.as_is else 0
        self._quality = quality
        self._manifest = manifest
        self._first_request = request
        self._seeds: dict[str, int] = {}
        self._seeds_before: dict[str, int] = {}  # as they were before the further try that is asked for
        self._tries: dict[int, _Tries] = {}
        self._known: dict[str, Judgement] = {}  # by the stretch's key: what is carried by another sounds otherwise
        self._rounds = 0
        self._last: tuple[Stretch, ...] = ()
        self._ended = ""  # why there was no more listening

    @property
    def wanted(self) -> bool:
        """Whether there is anything to be done here."""
        return self._most > 0 and self._quality.listens_to(self._manifest)

    @property
    def begun(self) -> bool:
        """Whether something was listened to."""
        return self._rounds > 0

    @property
    def request(self) -> Request:
        """What was asked for, with the seeds as they are now."""
        return replace(self._first_request, seeds={**self._first_request.seeds, **self._seeds})

    def judge(self, plan: Plan, result: messages.Result, host: Host, scratch: Path, following: Following) -> bool:
        """Listen to what came of a plan; return whether there is something to be made again, by `request` as it is now.

        Where nobody could listen, or somebody wants its end, nothing is, and `notes` say so.
        """
        copy = scratch / f"spoken-{uuid.uuid4().hex[:12]}.wav"
        try:
            with scratches.held(copy):
                try:
                    if fetch_checked(host, result.file, result.sha256, copy):  # whoever takes it in says what is wrong
                        return False
                    return self._judged(plan, result.facts.get("pieces"), copy, following)
                finally:
                    copy.unlink(missing_ok=True)
        except Cancelled:
            self._ended = "Listening to what was spoken was stopped; the sound is whole."
        except (StudioError, OSError) as e:
            said = e.message if isinstance(e, StudioError) else str(e)
            self._ended = f"What was spoken could not be listened to: {said}"
        return False

    def give_up(self) -> None:
        """Go back to the seeds of what was there before the further try that was asked for last: it failed."""
        self._seeds = self._seeds_before

    def _judged(self, plan: Plan, spans: object, sound: Path, following: Following) -> bool:
        self._last = self._stretches(plan, spans)
        new = [stretch for stretch in self._last if stretch.key not in self._known]
        if new:
            heard = self._quality.heard(sound, [stretch.place for stretch in new], following)
            for stretch, said in zip(new, heard, strict=True):
                error = words.word_error(stretch.expected, said.text)
                wrong = words.misheard(stretch.expected, said.text)
                self._known[stretch.key] = Judgement(error, wrong)
        for stretch in self._last:
            tries = self._tries.setdefault(stretch.first, _Tries())
            tries.of[stretch.seed] = self._known[stretch.key]
        self._rounds += 1
        if self._rounds > 2 * self._most + 1:  # where one that carries others changes, theirs may for ever
            return False
        wanted = {stretch.first: self._tries[stretch.first].following(self._most) for stretch in self._last}
        changed = [stretch for stretch in self._last if wanted[stretch.first] != stretch.seed]
        if changed:
            self._seeds_before = self._seeds
            self._seeds = self._seeds | {str(stretch.first): wanted[stretch.first] for stretch in changed}
        return bool(changed)

    def notes(self) -> list[Note]:
        """Return what there is to say of the tries; what is still wrong is said of the lines, by who checks them."""
        if self._ended:
            return [Note(self._ended)]
        found: list[Note] = []
        for stretch in self._last:
            tries, now = self._tries[stretch.first], self._known[stretch.key]
            further = len(tries.of) - 1
            if further:
                times = "once" if further == 1 else f"{further} times"
                text = f"A stretch was heard as other words than written and was made again {times}, with another seed"
                best = now.wrong and now.error <= tries.of[tries.best].error
                found.append(Note(f"{text}; the best was kept." if best else f"{text}.", stretch.line))
        left = len(found) - _MOST_NOTES
        return [*found[:_MOST_NOTES], Note(f"{left} more stretches were made again.")] if left > 0 else found

    def _stretches(self, plan: Plan, spans: object) -> tuple[Stretch, ...]:
        """Return the stretches that can be judged; none where the engine's places do not fit the plan."""
        expected, places = expected_words(self._first_request, self._manifest), places_in(spans)
        pieces: Sequence[Mapping[str, Any]] = plan.inputs["pieces"]
        counts = [len(piece.get("turns") or [piece]) for piece in pieces]
        if not sum(counts) == len(expected) == len(places):
            return ()
        found: list[Stretch] = []
        begin = 0
        for piece, count in zip(pieces, counts, strict=True):
            own = range(begin, begin + count)
            begin = own.stop
            place = (places[own.start][0], places[own[-1]][1])
            text = " ".join(expected[number] for number in own)
            if understands(str(piece["language"])) and any(sign.isalnum() for sign in text):
                found.append(Stretch(own.start, piece["line"], piece["key"], piece["seed"], text, place))
        return tuple(found[:_MOST])
