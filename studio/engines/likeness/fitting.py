"""Finds what makes Kokoro sound like a recording. The worker's main thread.

One encoder, the chooser, says which of Kokoro's voices are near, and which blend of them. From a few such blends, with
and without a shaping of pitch and spectrum, the one is kept whose speech another encoder, the judge, takes most for the
recording's. The nearest voice as it is stands among them, so nothing worse is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import shaping
from shaping import Shaping

from studio.engines.shared.kokoro import model
from studio.engines.shared.speaker import encoders as speaker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]
    Vector = NDArray[np.float32]
    Floats = NDArray[np.float32]

TABLE = Path(__file__).parents[3] / "resources" / "voices" / "kokoro-embeddings" / "embeddings-fp16.npz"
# What candidates read before the judge: some nine seconds, most sounds of English, no numbers and no names.
READ = (
    "Each morning the baker carried fresh bread across the square while his neighbours were still asleep.",
    "Yes, I would gladly join you for a cup of tea, although I cannot stay longer than half an hour.",
)
_FEW = 6
_BEYOND = (1.4, 2.0)  # how far to go from the average voice, 1 being the blend itself: blends are paler than voices
_ADDING_UP = 0.15  # how much it counts that the weights add up to 1
_FORMANTS = (0.96, 1.0, 1.04)
_TAKEN_APART = 3  # of the bases, the best
_SAME = 0.01  # a difference of scores that says nothing: the simpler one is kept
_WORTH_IT = 0.02  # by which anything must be better than the nearest voice as it is
_LEAST_WEIGHT = 0.005
_PACE = (0.85, 1.18)  # of Kokoro's own; what is measured beyond that is a mistake more often than a manner

Check = Callable[[], None]


@dataclass(frozen=True)
class Fit:
    """What was found for a recording. Scores are the judge's, of what it was kept for."""

    method: str  # in words, for the recipe
    weights: dict[str, float]  # voice → its part, positive, together 1
    beyond: float  # how far from the average of all voices
    shaping: Shaping
    pace: float  # factor on the speed
    pitch: float  # of the recording, in Hz; 0 when nothing is voiced
    nearest: str
    score: float
    nearest_score: float


@dataclass(frozen=True)
class Base:
    """A voice to begin with."""

    method: str
    weights: dict[str, float]
    beyond: float = 1.0


@dataclass(frozen=True)
class Candidate:
    """A base with a shaping, and what the judge says of it."""

    base: Base
    shaping: Shaping
    score: float
    order: tuple[int, int]  # the simpler, the lower


class Voices:
    """Kokoro's voices and how each sounds to the chooser. `without`: as if these were not there, for measuring."""

    def __init__(self, kokoro: model.Kokoro, without: frozenset[str] = frozenset()) -> None:
        import numpy as np

        self._kokoro = kokoro
        with np.load(TABLE, allow_pickle=False) as table:
            stored = dict(zip((str(n) for n in table["names"]), table["vectors"].astype(np.float32), strict=True))
        self.names = tuple(n for n in kokoro.names if n in stored and n not in without)
        self._vectors = np.array([stored[n] / np.linalg.norm(stored[n]) for n in self.names])
        self._average: Floats | None = None

    def bases(self, heard: Vector) -> list[Base]:
        """Return voices to begin with, the simplest first: the nearest one, a blend of a few, and of many."""
        import numpy as np

        near = np.argsort(-(self._vectors @ heard), kind="stable")
        found = [Base("nearest voice", {self.names[int(near[0])]: 1.0})]
        found.append(Base(f"blend of {_FEW}", self._blend(heard, near[:_FEW])))
        many = self._blend(heard, np.arange(len(self.names)))
        return found + [Base("blend", many, beyond) for beyond in _BEYOND]

    def style(self, weights: dict[str, float], beyond: float) -> Floats:
        """Return the style table of a blend."""
        import numpy as np

        blend = np.zeros_like(self._kokoro.style(self.names[0]))
        for name, weight in weights.items():
            blend += np.float32(weight) * self._kokoro.style(name)
        if beyond == 1.0:
            return blend
        average = self._average
        if average is None:
            tables = [self._kokoro.style(name) for name in self.names]
            average = np.asarray(np.mean(np.stack(tables), axis=0), np.float32)
            self._average = average
        return (average + np.float32(beyond) * (blend - average)).astype(np.float32)

    def _blend(self, heard: Vector, among: NDArray[np.intp]) -> dict[str, float]:
        """Find parts, none negative, whose sum sounds most like what was heard."""
        import numpy as np
        from scipy.optimize import nnls

        vectors = self._vectors[among].astype(np.float64)
        rows = np.vstack([vectors.T, np.full((1, len(among)), _ADDING_UP)])
        parts, _ = nnls(rows, np.append(heard.astype(np.float64), _ADDING_UP))
        if parts.sum() <= 0:  # nothing in common with any voice: the nearest is as good as any
            parts[0] = 1.0
        parts = np.where(parts >= _LEAST_WEIGHT * parts.sum(), parts, 0.0)
        parts = parts / parts.sum()
        found = {self.names[int(n)]: round(float(part), 6) for n, part in zip(among, parts, strict=True) if part}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


class Studio:
    """Where candidates are made and heard."""

    def __init__(
        self, kokoro: model.Kokoro, chooser: speaker.Encoder, judge: speaker.Encoder, voices: Voices | None = None
    ) -> None:
        self.kokoro = kokoro
        self.chooser = chooser
        self.judge = judge
        self.voices = voices or Voices(kokoro)
        self._read = [portion for text in READ for portion in kokoro.phonemes(text, "en-us")[0]]

    def fit(self, reference: Sound, words: str, check: Check) -> Fit:
        """Find what sounds most like a recording at 24 kHz; `words` are those spoken in it, where they are known.

        `check` is called every few tenths of a second. Raise NoSpeech where there is nothing to hear.
        """
        heard = self.chooser.embed_all([reference], model.RATE, check)
        wanted = self.judge.embed_all([reference], model.RATE, check)
        bases = self.voices.bases(heard)
        spectrum = shaping.average_spectrum(reference)
        spoken = [self._speak(base, check) for base in bases]
        found: list[Candidate] = []
        for number, (base, sounds) in enumerate(zip(bases, spoken, strict=True)):
            found += self._filtered(base, number, sounds, spectrum, wanted, check)
        traits = shaping.measured(reference, check)
        best = sorted(range(len(bases)), key=lambda n: -max(c.score for c in found if c.base is bases[n]))
        for number in best[:_TAKEN_APART]:
            found += self._apart(bases[number], number, spoken[number], traits, wanted, check)
        chosen = kept(found)
        return Fit(
            method=_told(chosen),
            weights=chosen.base.weights,
            beyond=chosen.base.beyond,
            shaping=chosen.shaping,
            pace=self._pace(reference, words, spoken[chosen.order[1]]),
            pitch=round(math.exp(traits.pitch), 2) if traits.pitch else 0.0,
            nearest=next(iter(bases[0].weights)),
            score=chosen.score,
            nearest_score=found[0].score,
        )

    def _speak(self, base: Base, check: Check) -> list[Sound]:
        style = self.voices.style(base.weights, base.beyond)
        sounds: list[Sound] = []
        for phonemes in self._read:
            check()
            sounds.append(self.kokoro.sound(phonemes, style, 1.0))
        return sounds

    def _filtered(
        self, base: Base, number: int, sounds: list[Sound], spectrum: shaping.Floats, wanted: Vector, check: Check
    ) -> Iterator[Candidate]:
        """Judge a base as it is, and with its average spectrum moved."""
        import numpy as np

        yield Candidate(base, Shaping(), self._score(sounds, wanted, check), (0, number))
        change = shaping.equalised(Shaping(), shaping.average_spectrum(np.concatenate(sounds)), spectrum)
        moved = [shaping.shaped(one, change, check) for one in sounds]
        yield Candidate(base, change, self._score(moved, wanted, check), (1, number))

    def _apart(
        self, base: Base, number: int, sounds: list[Sound], traits: shaping.Traits, wanted: Vector, check: Check
    ) -> Iterator[Candidate]:
        """Judge a base with its pitch, its resonances and its average spectrum moved."""
        import numpy as np

        parts = [shaping.taken_apart(one, check) for one in sounds]
        own = shaping.traits_of([part for one in parts for part in one], np.concatenate(sounds))
        if not own.pitch or not traits.pitch:
            return
        for formants in _FORMANTS:
            change = shaping.towards(own, traits, formants=formants)
            moved = [shaping.put_together(one, change, check) for one in parts]
            last = shaping.equalised(Shaping(), shaping.average_spectrum(np.concatenate(moved)), traits.spectrum)
            moved = [shaping.shaped(one, last, check) for one in moved]
            change = replace(change, gains=last.gains)
            yield Candidate(base, change, self._score(moved, wanted, check), (2, number))

    def _score(self, sounds: list[Sound], wanted: Vector, check: Check) -> float:
        return speaker.similarity(self.judge.embed_all(sounds, model.RATE, check), wanted)

    def _pace(self, reference: Sound, words: str, sounds: list[Sound]) -> float:
        """Return how much faster the recording is spoken than the base reads; 1 when its words are not known."""
        from studio.engines.shared.kokoro import reading

        readable, _ = reading.readable(words, "en-us")
        phonemes = self.kokoro.phonemes(readable, "en-us")[0] if readable else []
        seconds = speaker.spoken_seconds([reference], model.RATE)
        own = speaker.spoken_seconds(sounds, model.RATE)
        if not phonemes or not seconds or not own:
            return 1.0
        theirs = sum(map(len, phonemes)) / seconds
        ours = sum(map(len, self._read)) / own
        return round(min(_PACE[1], max(_PACE[0], theirs / ours)), 3)


def kept(candidates: list[Candidate]) -> Candidate:
    """Return the simplest of those about as good as the best; the first, the nearest voice, unless it is beaten."""
    best = max(c.score for c in candidates)
    chosen = min((c for c in candidates if c.score >= best - _SAME), key=lambda c: (c.order, -c.score))
    return chosen if chosen.score >= candidates[0].score + _WORTH_IT else candidates[0]


def _told(chosen: Candidate) -> str:
    shaped = ("", " + spectrum", " + pitch and spectrum")[chosen.order[0]]
    formants = chosen.shaping.formants
    moved = "" if formants == 1.0 else f", resonances × {formants}"
    beyond = "" if chosen.base.beyond == 1.0 else f" × {chosen.base.beyond}"
    return f"{chosen.base.method}{beyond}{shaped}{moved}"
