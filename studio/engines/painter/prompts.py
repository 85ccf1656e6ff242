"""From the words of a prompt to what is wanted in the picture. Pure, standard library; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import vocabulary as words

LONGEST = 10_000
_MOST_OF_A_KIND = 24
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CLAUSE_ENDS = frozenset(",.;:!?|()[]{}\n")
_LONGEST_PHRASE = 4


@dataclass(frozen=True)
class Thing:
    """A thing that was asked for: how many, how large against the usual, in which colour."""

    name: str
    count: int = 1  # 0: as many as look well
    size: float = 1.0
    colour: str = ""


@dataclass(frozen=True)
class Wanted:
    """All that the prompt asks for, in its order; `banned` holds what must not appear."""

    places: tuple[str, ...] = ()
    sky: tuple[str, ...] = ()
    weather: tuple[str, ...] = ()
    time: str = ""
    season: str = ""
    moods: tuple[str, ...] = ()
    composition: tuple[str, ...] = ()
    style: str = ""
    abstract: str = ""
    things: tuple[Thing, ...] = ()
    colours: tuple[str, ...] = ()
    place_colours: dict[str, str] = field(default_factory=dict[str, str])
    banned: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing in the prompt is a picture."""
        named = (self.places, self.sky, self.weather, self.moods, self.things, self.colours, self.composition)
        return not (any(named) or self.time or self.season or self.abstract)

    def thing(self, name: str) -> Thing | None:
        """Return a thing that was asked for."""
        return next((t for t in self.things if t.name == name), None)


def _table(kind: str, text: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for line in text.strip().splitlines():
        name, _, phrases = line.partition(":")
        for phrase in (name, *phrases.split(",")):
            plain = " ".join(_WORD.findall(phrase.strip().lower()))
            found.setdefault(plain, (kind, name.strip()))
    return found


# What stands first wins where two lists share a word.
LEXICON: dict[str, tuple[str, str]] = {}
for _kind, _text in (
    ("style", words.STYLES), ("sky", words.SKY), ("weather", words.WEATHER), ("time", words.TIMES),
    ("season", words.SEASONS), ("thing", words.THINGS), ("place", words.PLACES), ("abstract", words.ABSTRACTS),
    ("composition", words.COMPOSITION), ("mood", words.MOODS), ("colour", words.COLOURS),
):  # fmt: skip
    for _phrase, _meaning in _table(_kind, _text).items():
        LEXICON.setdefault(_phrase, _meaning)

_SMALL_WORDS = frozenset(words.SMALL_WORDS.split())
COLOURS = {
    line.partition(":")[0]: line.partition(":")[2].split(",")[0].strip() for line in words.COLOURS.strip().splitlines()
}


def concepts() -> int:
    """How many different things the painter knows."""
    return len(set(LEXICON.values()))


def meaning(phrase: str) -> tuple[str, str] | None:
    """Return kind and name for a word or phrase, also in the plural."""
    for form in _singulars(phrase):
        if form in LEXICON:
            return LEXICON[form]
    return None


def _singulars(phrase: str) -> Iterator[str]:
    yield phrase
    if phrase.endswith("ies") and len(phrase) > 4:
        yield phrase[:-3] + "y"
    if phrase.endswith(("shes", "ches", "xes", "sses", "oes")):
        yield phrase[:-2]
    if phrase.endswith("ves"):
        yield phrase[:-3] + "f"
    if phrase.endswith("s") and not phrase.endswith("ss"):
        yield phrase[:-1]


@dataclass
class _Found:
    """What the reading has found so far."""

    names: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    place_colours: dict[str, str] = field(default_factory=dict[str, str])
    banned: set[str] = field(default_factory=set[str])
    unknown: dict[str, None] = field(default_factory=dict[str, None])


@dataclass
class _Before:
    """What stood before a word and belongs to it."""

    count: int = 0
    size: float = 1.0
    colour: str = ""
    refused: bool = False
    article: bool = False


def read(prompt: str, negative: str = "") -> Wanted:
    """Read a prompt, and a list of what must not appear."""
    found = _Found()
    for clause in _clauses(prompt[:LONGEST].lower()):
        _read_clause(clause, found)
    for clause in _clauses(negative[:LONGEST].lower()):
        for phrase, known in _phrases(clause):
            if known:
                found.banned.add(known[1])
            elif phrase not in _SMALL_WORDS:
                found.unknown[phrase] = None
    return _wanted(found)


def _clauses(text: str) -> Iterator[list[str]]:
    clause: list[str] = []
    last = 0
    for match in _WORD.finditer(text):
        if clause and _CLAUSE_ENDS & set(text[last : match.start()]):
            yield clause
            clause = []
        clause.append(match[0].replace("’", "'"))
        last = match.end()
    if clause:
        yield clause


def _phrases(clause: list[str]) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """Yield the longest known phrases, and words one by one between them."""
    at = 0
    while at < len(clause):
        for length in range(min(_LONGEST_PHRASE, len(clause) - at), 0, -1):
            phrase = " ".join(clause[at : at + length])
            known = meaning(phrase)
            if known or length == 1:
                yield phrase, known
                at += length
                break


def _read_clause(clause: list[str], found: _Found) -> None:
    before = _Before()
    for phrase, known in _phrases(clause):
        if phrase in words.REFUSALS:
            before = _Before(refused=True)
        elif phrase.isdecimal():
            before.count = min(int(phrase[:4]), _MOST_OF_A_KIND)
        elif known is None:
            _note_small(phrase, before, found)
        else:
            _note_known(phrase, known, before, found)


def _note_small(phrase: str, before: _Before, found: _Found) -> None:
    if phrase in words.SIZES:
        before.size = words.SIZES[phrase]
    elif phrase in words.NUMBERS and phrase not in {"a", "an"}:
        before.count = words.NUMBERS[phrase]
    elif phrase in {"a", "an"}:
        before.article = True
    elif phrase == "but":
        before.refused = False
    elif phrase not in _SMALL_WORDS:
        found.unknown[phrase] = None


def _note_known(phrase: str, known: tuple[str, str], before: _Before, found: _Found) -> None:
    kind, name = known
    if before.refused:
        found.banned.add(name)
        return
    if phrase in words.SIZES and kind == "composition":
        before.size = words.SIZES[phrase]
        return
    if kind == "colour":
        before.colour = name
        found.names.setdefault("colour", []).append(name)
        return
    if kind == "thing":
        alone = before.article if phrase in words.SAME_IN_PLURAL else phrase not in words.COLLECTIVES
        count = before.count or (1 if alone and phrase in LEXICON else 0)
        old = found.things.get(name)
        if old is None or before.count:
            found.things[name] = Thing(name, count, before.size, before.colour)
    else:
        found.names.setdefault(kind, []).append(name)
    if before.colour:  # the colour belongs to this thing or place, not to the whole picture
        found.names["colour"].remove(before.colour)
        if kind != "thing":
            found.place_colours[name] = before.colour
    before.count, before.size, before.colour, before.article = 0, 1.0, "", False


def _wanted(found: _Found) -> Wanted:
    def names(kind: str) -> tuple[str, ...]:
        return tuple(n for n in dict.fromkeys(found.names.get(kind, [])) if n not in found.banned)

    def first(kind: str) -> str:
        return next(iter(names(kind)), "")

    return Wanted(
        places=names("place"),
        sky=names("sky"),
        weather=names("weather"),
        time=first("time"),
        season=first("season"),
        moods=names("mood"),
        composition=names("composition"),
        style=first("style"),
        abstract=next((n for n in names("abstract") if n != "geometric"), first("abstract")),
        things=tuple(t for t in found.things.values() if t.name not in found.banned),
        colours=names("colour"),
        place_colours=found.place_colours,
        banned=frozenset(found.banned),
        unknown=tuple(found.unknown),
    )
