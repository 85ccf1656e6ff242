"""What a theme says: which fields it calls up, and which of its own words can be woven in. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import grammar
from wordlists import words_of

_TOKEN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
_MOST_OWN = 6
_LONGEST = 24  # letters of a word
_STOP = words_of("stop")
_VERBS = words_of("verbs")
_ADJECTIVES = words_of("adjectives")
_NAMES = words_of("names")
_DAYS = words_of("days")
_ALSO_WORDS = frozenset(("may", "march"))
_OWNERS = frozenset(("my", "our", "your", "his", "her", "their"))
_UNFIT = words_of("unfit")


@dataclass(frozen=True)
class Own:
    """A noun phrase of the theme. `before`: "the", or whose it is; nothing for names, materials and feelings."""

    words: str
    before: str
    plural: bool
    name: bool = False

    @property
    def definite(self) -> str:
        """As it stands in a sentence."""
        return f"{self.before} {self.words}".strip()


@dataclass(frozen=True)
class Theme:
    """What was understood of a theme. `fields` with their weights; `doing`: its verbs that end in -ing."""

    fields: Mapping[str, float]
    own: tuple[Own, ...]
    doing: tuple[str, ...]
    unfit: int = 0
    unknown: tuple[str, ...] = ()


def understand(text: str, keys: Mapping[str, Collection[str]], nouns: Collection[str], known: Container[str]) -> Theme:
    """Read a theme. `keys`: the words of each field; `nouns`: what surely is one; `known`: the dictionary's words."""
    tokens = [t.replace("’", "'") for t in _TOKEN.findall(text) if len(t) <= _LONGEST]
    fit = [t for t in tokens if not _is_unfit(t)]
    fields: dict[str, float] = {}
    for token in fit:
        for field in _fields_of(token.lower(), keys):
            fields[field] = fields.get(field, 0.0) + 1.0
    doing = tuple(dict.fromkeys(t.lower() for t in fit if _is_doing(t, known)))[:2]
    unknown = tuple(dict.fromkeys(t for t in fit if t.lower() not in known and t.lower() not in _STOP))
    own = _own(text, frozenset(nouns), known, keys)
    return Theme(fields, own[:_MOST_OWN], doing, len(tokens) - len(fit), unknown)


def readable(text: str) -> bool:
    """Whether there is any word in Latin letters."""
    return _TOKEN.search(text) is not None


def _own(
    text: str, nouns: frozenset[str], known: Container[str], keys: Mapping[str, Collection[str]]
) -> tuple[Own, ...]:
    """The noun phrases: adjectives and nouns that stand together in the theme."""
    found: list[Own] = []
    run: list[tuple[str, str]] = []

    def close() -> None:
        nonlocal owner
        while run and run[-1][1] != "noun":
            run.pop()
        if run:
            found.append(_phrase([w for w, _ in run[-3:]], owner))
            if len(run) > 1:
                found.append(_phrase([run[-1][0]], "" if any("'" in w for w, _ in run) else owner))
            owner = ""
        run.clear()

    end, owner = 0, ""
    for match in _TOKEN.finditer(text):
        word = match.group().replace("’", "'")
        if text[end : match.start()].strip(" "):
            close()  # a comma or a full stop stands between
        end = match.end()
        kind = _kind(word, match.start(), nouns, known, keys)
        if kind == "name":
            close()
            found.append(Own(word.capitalize() if word.islower() else word, "", plural=False, name=True))
        elif kind in {"noun", "adjective"}:
            run.append((word.lower(), kind))
        else:
            close()
            owner = word.lower() if word.lower() in _OWNERS else ""
    close()
    return tuple(dict.fromkeys(found))


def _kind(word: str, at: int, nouns: frozenset[str], known: Container[str], keys: Mapping[str, Collection[str]]) -> str:
    lower = word.lower()
    if lower in _STOP or len(word) > _LONGEST or len(word) < 2 or _is_unfit(word):
        return "none"
    if lower in _NAMES:
        return "name"
    if lower not in known or (word[0].isupper() and not word.isupper() and at > 0 and not _fields_of(lower, keys)):
        return "name"
    if lower in _ADJECTIVES or (lower.endswith(("less", "ful", "ous")) and lower not in nouns):
        return "adjective"
    if lower in nouns and not _is_doing(word, known):
        return "noun"
    if lower in _VERBS or _is_doing(word, known) or lower.endswith("ly"):
        return "none"
    return "noun"


def _phrase(words: list[str], owner: str) -> Own:
    phrase = " ".join(w.capitalize() if w in _DAYS and (w not in _ALSO_WORDS or len(words) > 1) else w for w in words)
    before = owner or ("" if (grammar.uncounted(phrase) and len(words) == 1) or phrase[0].isupper() else "the")
    return Own(phrase, before, plural=grammar.plural(phrase))


def _is_doing(word: str, known: Container[str]) -> bool:
    lower = word.lower()
    if not lower.endswith("ing") or len(lower) < 6 or lower in _NO_VERB or lower not in known:
        return False
    stem = lower[:-3]
    return any(s in known for s in (stem, stem + "e", stem[:-1]))


_NO_VERB = words_of("no_verb")


def _fields_of(word: str, keys: Mapping[str, Collection[str]]) -> list[str]:
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("'s")}
    if len(word) > 5:
        forms |= {
            word.removesuffix("ing"),
            word.removesuffix("ed"),
            word.removesuffix("y"),
            word.removesuffix("ing") + "e",
        }
    return [field for field, known in keys.items() if forms & set(known)]


def _is_unfit(word: str) -> bool:
    lower = re.sub(r"[^a-z]", "", word.lower())
    stems = {
        lower,
        lower.removesuffix("s"),
        lower.removesuffix("ing"),
        lower.removesuffix("ed"),
        lower.removesuffix("er"),
    }
    return any(blake2b(s.encode(), digest_size=4).hexdigest() in _UNFIT for s in stems)
