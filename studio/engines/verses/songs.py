"""Writes songs: chooses rhymes, fills frames, keeps the syllables, and takes the best of many tries. Deterministic.

The main thread. Every line is tried some hundred times at random; what has the right number of syllables and the right
rhyme is scored by its beat, by how much of the theme it holds, and by how little of it was sung before.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

import frames
from bank import Bank, Phrase, Words, names_of
from themes import Theme
from wordlists import words_of
from wordsounds import Dictionary, Sound, clashes, rhymes

from studio.engines.shared import song_sections

_TRIES = 500  # of frames for a line
_ENOUGH = 24  # lines that fit, of which the best is taken
_RESTARTS = 100  # of a section whose rhymes cannot be found
_EXACT = 12  # after so many, a line may have a syllable more or less
_STRICT = 20  # after so many, it may end as another section's line does, and any frame may serve
_LONG = 11  # syllables, from which on a line takes more than a sentence
_FEW = 8  # frames of a kind, under which those of verses help out
_GAP = re.compile(r"\{([^}]*)\}")
_STUTTER = re.compile(r"\b(\w+) \1\b")
_ENDING = re.compile(r"(ing|ed|s)$")
_LETTERS = re.compile(r"[a-z']+")
_EDGES = {
    "intro": (frames.OPEN, frames.FOLLOW), "verse": (frames.OPEN, frames.FOLLOW),
    "pre-chorus": (frames.BRIDGE_OPEN, frames.CHORUS_FOLLOW), "chorus": (frames.CHORUS_OPEN, frames.CHORUS_FOLLOW),
    "post-chorus": (frames.CHORUS_OPEN, frames.CHORUS_FOLLOW), "bridge": (frames.BRIDGE_OPEN, frames.BRIDGE_FOLLOW),
    "outro": (frames.CHORUS_OPEN, frames.FOLLOW),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What kind of song."""

    scheme: str
    syllables: int
    mood: str
    seed: int


@dataclass(frozen=True)
class Line:
    """A line with what it was made to be."""

    text: str
    syllables: int
    rhyme: str  # a letter; equal ones rhyme


@dataclass(frozen=True)
class Sung:
    """A section with its words."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Try:
    """A line that fits, before it is chosen."""

    text: str
    sound: Sound
    frame: str
    filled: tuple[str, ...]
    theme: float


@dataclass
class _Used:
    """What has been sung."""

    lines: set[str] = field(default_factory=set[str])
    phrases: Counter[str] = field(default_factory=Counter[str])
    frames: Counter[str] = field(default_factory=Counter[str])
    ends: Counter[str] = field(default_factory=Counter[str])
    rhymes: Counter[str] = field(default_factory=Counter[str])

    def add(self, line: _Try) -> None:
        """Remember a line."""
        self.lines.add(line.text)
        self.phrases.update(line.filled)
        self.frames[line.frame] += 1
        self.ends[line.sound.last] += 1
        self.rhymes[line.sound.rhyme] += 1


class NoLine(Exception):
    """What was wanted leaves no line to be found."""


class Writer:
    """Writes one song."""

    def __init__(self, words: Words, theme: Theme, wanted: Wanted, sounds: Dictionary) -> None:
        self._random = random.Random(wanted.seed)
        self._wanted = wanted
        self._sounds = sounds
        fields, mood = self._fields(words, theme)
        self._bank = Bank(words, fields, mood, theme, sounds)
        self._names = {o.definite for o in names_of(theme.own)}
        self._own = {o.definite for o in theme.own}
        self._hooks = self._hook_frames(theme)
        self._used = _Used()
        self._chorus: dict[str, tuple[Line, ...]] = {}
        self._rising = True
        self._slack = 0
        self._strict = True
        self._weights: dict[int, list[float]] = {}
        self._plains: dict[str, int] = {}
        self._reaches: dict[str, tuple[int, int]] = {}
        self.fields = tuple(fields)
        self.mood = mood

    def write(self, order: Sequence[song_sections.Section], step: Callable[[float], None]) -> list[Sung]:
        """All sections; `step` is called before each line with the part that is done."""
        song: list[Sung] = []
        for number, section in enumerate(order):
            known = self._chorus.get(section.kind)
            if known is None:
                known = self._section(section, lambda: step(number / len(order)))  # noqa: B023
            if section.kind in {"chorus", "post-chorus"}:
                self._chorus[section.kind] = known
            song.append(Sung(section.title, known))
        return song

    def _fields(self, words: Words, theme: Theme) -> tuple[dict[str, float], str]:
        """The theme's fields, at most three, with another that suits them where there is only one."""
        ranked = sorted(theme.fields.items(), key=lambda item: (-item[1], item[0]))[:3]
        fields = {name: 1.0 + 0.3 * (weight - 1) for name, weight in ranked}
        mood = self._wanted.mood
        if mood not in words.moods:
            first = next(iter(fields), None)
            mood = words.fields[first]["mood"] if first else self._random.choice(sorted(words.moods))
        while len(fields) < 2:
            others = sorted(n for n, f in words.fields.items() if f["mood"] == mood and n not in fields)
            fields[self._random.choice(others)] = 0.35 if theme.fields else 0.8
        return fields, mood

    def _hook_frames(self, theme: Theme) -> tuple[str, ...]:
        hooks: tuple[str, ...] = ()
        if theme.doing:
            hooks += frames.each(frames.DOING_HOOKS)
        if names_of(theme.own):
            hooks += frames.each(frames.NAME_HOOKS)
        elif theme.own:
            hooks += frames.each(frames.HOOKS)
        return hooks or frames.each(frames.PLAIN_HOOKS)

    def _section(self, section: song_sections.Section, step: Callable[[], None]) -> tuple[Line, ...]:
        """A section's lines. When a rhyme finds no partner the section begins anew, at last with less demanded."""
        letters = song_sections.letters(self._wanted.scheme, section.lines)
        self._rising = self._random.random() < 0.75
        self._weights.clear()
        for restart in range(_RESTARTS):
            self._slack = 0 if restart < _EXACT else 1
            self._strict = restart < _STRICT
            try:
                tries = self._attempt(section, letters, step)
            except NoLine:
                continue
            for line in dict.fromkeys(tries):
                self._used.add(line)
            return tuple(
                Line(t.text, t.sound.syllables, letter) for t, letter in zip(tries, letters, strict=True)
            )  # fmt: skip
        raise NoLine(section.title)

    def _attempt(self, section: song_sections.Section, letters: str, step: Callable[[], None]) -> list[_Try]:
        found: list[_Try] = []
        families: dict[str, str] = {}
        for number, letter in enumerate(letters):
            step()
            hook = section.kind == "chorus" and number == 0
            if section.kind == "chorus" and number == 2 and letter == letters[0] and len(letters) == 4:
                found.append(found[0])  # the hook comes again: that is what a hook is for
                continue
            table = self._table(section.kind, number, hook=hook)
            if letter not in families:
                families[letter] = self._family(table, section, letters.count(letter), taken=set(families.values()))
            partners = [t.sound for t, other in zip(found, letters, strict=False) if other == letter]
            found.append(self._line(table, families[letter], partners, found))
        return found

    def _table(self, kind: str, number: int, *, hook: bool) -> tuple[str, ...]:
        wanted = self._hooks if hook else frames.each(_EDGES[kind][number % 2])
        fitting = self._that_fit(wanted)
        if self._wanted.syllables >= _LONG:
            fitting += self._that_fit(frames.each((frames.LONG_OPEN, frames.LONG_FOLLOW)[number % 2]))
        if len(fitting) < _FEW or not self._strict:
            fitting += self._that_fit(frames.each((frames.OPEN, frames.FOLLOW)[number % 2]))
        return fitting or wanted

    def _that_fit(self, table: tuple[str, ...]) -> tuple[str, ...]:
        """The frames that can have the wanted number of syllables."""
        return tuple(f for f in table if self._reach(f)[0] <= self._wanted.syllables <= self._reach(f)[1] + 1)

    def _reach(self, frame: str) -> tuple[int, int]:
        """The fewest and the most syllables a frame can have; a gap that nothing fills makes it unfit."""
        if frame not in self._reaches:
            plain = self._plain(frame)
            sizes = [self._bank.by_syllables.get(g, {99: []}) for g in _gaps(frame)]
            self._reaches[frame] = (plain + sum(min(s) for s in sizes), plain + sum(max(s) for s in sizes))
        return self._reaches[frame]

    def _plain(self, frame: str) -> int:
        """How many syllables a frame has besides its gaps; `is` and `are` have as many."""
        if frame not in self._plains:
            words = _GAP.sub(lambda g: "is" if "|" in g.group(1) else "", frame)
            self._plains[frame] = self._sounds.line(words).syllables
        return self._plains[frame]

    def _family(self, table: tuple[str, ...], section: song_sections.Section, lines: int, *, taken: set[str]) -> str:
        """A rhyme that enough words have, rather of the theme, rather not sung before, and none of this section's."""
        first = {_gaps(f)[-1] for f in table}
        both = first | {_gaps(f)[-1] for n in range(2) for f in self._table(section.kind, n, hook=False)}
        supply: dict[str, dict[str, float]] = {}
        begins: set[str] = set()
        for gap in sorted(both):
            for rhyme, phrases in self._bank.by_rhyme.get(gap, {}).items():
                if gap in first:
                    begins.add(rhyme)
                words = supply.setdefault(rhyme, {})
                for phrase in phrases:
                    if not (self._strict and self._used.ends[phrase.sound.last]):
                        onset = phrase.sound.onset
                        words[onset] = max(words.get(onset, 0.0), phrase.weight)
        choices = {
            rhyme: sum(sorted(words.values())[-6 if self._strict else 0 :]) / (1 + 3 * self._used.rhymes[rhyme])
            for rhyme, words in supply.items()
            if len(words) >= lines + (lines > 1) and rhyme in begins and rhyme not in taken
        }
        if not choices:
            choices = {r: 1.0 for r, w in supply.items() if r in begins and r not in taken and len(w) >= min(lines, 2)}
        if not choices:
            raise NoLine(section.title)
        names = sorted(choices)
        power = 1 if self._strict else 3  # where it is hard, the richest rhymes
        return self._random.choices(names, [choices[n] ** power for n in names])[0]

    def _line(self, table: tuple[str, ...], rhyme: str, partners: list[Sound], before: list[_Try]) -> _Try:
        """The best of the lines that fit."""
        fitting: list[_Try] = []
        near: list[_Try] = []
        for _ in range(_TRIES if self._strict else 3 * _TRIES):
            tried = self._try(self._random.choice(table), rhyme)
            if tried is None or tried.text in self._used.lines or any(tried.text == b.text for b in before):
                continue
            if not all(rhymes(tried.sound, p) for p in partners):
                continue
            off = abs(tried.sound.syllables - self._wanted.syllables)
            if off == 0:
                fitting.append(tried)
            elif off <= self._slack:
                near.append(tried)
            if len(fitting) >= _ENOUGH:
                break
        if not fitting and not near:
            raise NoLine(rhyme)
        return min(fitting or near, key=lambda t: self._cost(t, before))

    def _try(self, frame: str, rhyme: str) -> _Try | None:
        """Fill a frame: the last gap for the rhyme, the first so that the syllables come out, the rest at random."""
        gaps = _gaps(frame)
        ends = self._bank.by_rhyme.get(gaps[-1], {}).get(rhyme)
        if not ends or not all(g in self._bank.phrases and self._bank.phrases[g] for g in gaps):
            return None
        chosen = [self._pick(self._bank.phrases[g]) for g in gaps[:-1]] + [self._pick(ends)]
        missing = self._wanted.syllables - self._plain(frame) - sum(p.sound.syllables for p in chosen)
        if missing and len(gaps) > 1:
            fitting = self._bank.by_syllables[gaps[0]].get(chosen[0].sound.syllables + missing)
            if fitting:
                chosen[0], missing = self._pick(fitting), 0
        lead = self._random.choice(frames.LEADS) + " " if missing == 1 and frame.startswith(frames.LED) else ""
        if abs(missing) > self._slack and not lead:
            return None
        text = lead + _filled(frame, chosen)
        if _says_twice(text):
            return None
        sound = self._sounds.line(text)
        theme = sum(p.weight for p in chosen) / len(chosen)
        return _Try(text[0].upper() + text[1:], sound, frame, tuple(p.text for p in chosen), theme)

    def _pick(self, phrases: list[Phrase]) -> Phrase:
        """One at random, by weight; what has been sung before is taken less gladly."""
        weights = self._weights.get(id(phrases))
        if weights is None:  # they change from section to section only
            sung = self._used.phrases
            weights = self._weights[id(phrases)] = list(
                accumulate(p.weight / (1 + 6 * sung[p.text] ** 2) for p in phrases)
            )
        return self._random.choices(phrases, cum_weights=weights)[0]

    def _cost(self, line: _Try, before: list[_Try]) -> float:
        """How far from a good line; smaller is better."""
        cost = 9.0 * clashes(line.sound.stresses, rising=self._rising)
        cost += 2.0 * sum(self._used.phrases[p] for p in line.filled if p not in self._names)
        cost += 2.2 * self._used.frames[line.frame] ** 1.5 + 2.0 * self._used.ends[line.sound.last]
        cost -= 2.5 * any(p in self._own and not self._used.phrases[p] for p in line.filled)
        for other in before:
            cost += 2.5 * (other.frame == line.frame) + 1.5 * len(set(other.filled) & set(line.filled))
            cost += 1.5 * (other.text.split()[0] == line.text.split()[0])
        return cost - 0.5 * min(line.theme, 4.0) + self._random.random() * 0.5


def as_text(song: Sequence[Sung]) -> str:
    """The song as it is written down: each section under its title, an empty line between two."""
    return "\n\n".join("\n".join([f"[{s.title}]", *(line.text for line in s.lines)]) for s in song) + "\n"


@lru_cache(maxsize=500)
def _gaps(frame: str) -> tuple[str, ...]:
    return tuple(g for g in _GAP.findall(frame) if "|" not in g)


def _filled(frame: str, chosen: Sequence[Phrase]) -> str:
    """A frame with its gaps filled; verbs agree with the noun before them."""
    rest = list(chosen)
    plural = False

    def put(gap: re.Match[str]) -> str:
        nonlocal plural
        one, _, many = gap.group(1).partition("|")
        if many:
            return many if plural else one
        phrase = rest.pop(0)
        plural = phrase.plural
        return phrase.text

    return _GAP.sub(put, frame)


_SMALL = words_of("small")


def _says_twice(text: str) -> bool:
    """Whether a word that matters, or a small one too often, comes twice in a line."""
    if _STUTTER.search(text.lower()):
        return True
    counted = Counter(_ENDING.sub("", w) if len(w) > 5 else w for w in _LETTERS.findall(text.lower()))
    return any(n > (2 if word in _SMALL else 1) for word, n in counted.items())
