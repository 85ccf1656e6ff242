"""The words a song may draw from: phrases of the theme's fields, of its mood, and of any song. The main thread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grammar
from themes import Own, Theme
from wordsounds import Dictionary, Sound

_FILE = Path(__file__).parent / "words.json"
_SUNG = ("keys", "nouns", "adjs", "places", "acts", "scenes", "tails")  # of a field or mood; keys as themes
_SINGLE = re.compile(r"[a-z][a-z']+")
_MINE = re.compile(r"\b(my|me|mine|I|I'm)\b")
_YOURS = re.compile(r"\b(you|your|yours)\b")
_OF_THEME = 6.0  # how much rather a phrase of the theme is taken than one of any song
_OF_MOOD = 2.0
_OWN = 9.0
_PLAIN = 0.3  # a field's adjectives do not go with all of its nouns


@dataclass(frozen=True)
class Phrase:
    """What fills a gap."""

    text: str
    sound: Sound
    weight: float
    plural: bool = False


class Words:
    """All that `words.json` holds."""

    def __init__(self) -> None:
        data: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
        self.fields: Mapping[str, Mapping[str, Any]] = data["fields"]
        self.general: Mapping[str, list[str]] = data["general"]
        self.moods: Mapping[str, Mapping[str, list[str]]] = data["moods"]
        self.single = frozenset(_sung_in([*self.fields.values(), *self.moods.values(), self.general]))
        self.keys = {name: frozenset(field["keys"]) for name, field in self.fields.items()}
        self.nouns = frozenset(noun.rstrip("+~") for field in self.fields.values() for noun in field["nouns"]) | {
            key for field in self.fields.values() for key in field["keys"][:6]
        }


def _sung_in(sources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the single words of what may stand in a line."""
    for source in sources:
        for name in _SUNG:
            for phrase in source.get(name, ()):
                yield from _SINGLE.findall(phrase.lower())


class Bank:
    """The phrases of one song by the gap they fill; and, of those that can end a line, by how they rhyme."""

    def __init__(self, words: Words, fields: Mapping[str, float], mood: str, theme: Theme, sounds: Dictionary) -> None:
        self._sounds = sounds
        self.phrases: dict[str, list[Phrase]] = {}
        for field, weight in fields.items():
            self._add_field(words.fields[field], weight * _OF_THEME)
        self._add_common(words.general, 1.0)
        self._add_common(words.moods[mood], _OF_MOOD)
        self._add_own(theme, [noun for field in fields for noun in words.fields[field]["nouns"]])
        self.by_syllables: dict[str, dict[int, list[Phrase]]] = {}
        self.by_rhyme: dict[str, dict[str, list[Phrase]]] = {}
        for gap, phrases in self.phrases.items():
            for phrase in phrases:
                self.by_syllables.setdefault(gap, {}).setdefault(phrase.sound.syllables, []).append(phrase)
                if phrase.sound.rhyme:
                    self.by_rhyme.setdefault(gap, {}).setdefault(phrase.sound.rhyme, []).append(phrase)

    def _add_field(self, field: Mapping[str, Any], weight: float) -> None:
        self._add_common({**field, "adjs": ()}, weight)
        self._add("adj", field["adjs"], weight * _PLAIN)
        self._add("place", field["places"], weight)
        self._add("attr", (a for a in field["adjs"] if grammar.attributive(a)), weight)
        for noun in field["nouns"]:
            plain = noun.rstrip("+~")
            self._add("n", [plain], weight, plural=noun.endswith("+"))
            if noun == plain:
                self._add("a", [f"{grammar.article(plain)} {plain}"], weight)

    def _add_common(self, source: Mapping[str, Any], weight: float) -> None:
        self._add("scene", source.get("scenes", ()), weight)
        self._add("tail", source.get("tails", ()), weight)
        self._add("tail_we", (t for t in source.get("tails", ()) if not _MINE.search(t)), weight)
        self._add("adj", source.get("adjs", ()), weight)
        for act in source.get("acts", ()):
            for who, phrase in _by_person(act):
                self._add("act" + who, [phrase], weight)
                self._add("doing" + who, [grammar.doing(phrase)], weight)
                if grammar.past_is_safe(phrase):
                    self._add("did" + who, [grammar.past(phrase)], weight)

    def _add_own(self, theme: Theme, nouns: Iterable[str]) -> None:
        for own in theme.own:
            self._add("own", [own.definite], _OWN, plural=own.plural)
            if own.name:
                self._add("name", [own.words], _OWN)
            if own.before == "the":
                self._add("n", [own.words], _OWN, plural=own.plural)
            if own.before == "the" and not own.plural:
                self._add("a", [f"{grammar.article(own.words)} {own.words}"], _OWN)
        for noun in nouns if not theme.own else ():
            self._add("own", [f"the {noun.rstrip('+~')}"], 1.0, plural=noun.endswith("+"))
        self._add("own_doing", theme.doing, _OWN)

    def _add(self, gap: str, texts: Iterable[str], weight: float, *, plural: bool = False) -> None:
        known = self.phrases.setdefault(gap, [])
        for text in texts:
            known.append(Phrase(text, self._sounds.line(text), weight, plural))


def _by_person(act: str) -> list[tuple[str, str]]:
    """What I do, as we and you do it too, where that makes sense."""
    found = [("", act)]
    if not _MINE.search(act):
        found.append(("_we", act))
        if not _YOURS.search(act):
            found.append(("_you", act))
    elif not re.search(r"\b(me|mine|I)\b", act):
        found.append(("_you", re.sub(r"\bmy\b", "your", act)))
        found = [f for f in found if not (f[0] == "_you" and _YOURS.search(act))]
    return found


def names_of(own: Iterable[Own]) -> list[Own]:
    """Those of the theme's phrases that name somebody or some place."""
    return [o for o in own if o.name]
