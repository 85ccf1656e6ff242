"""What engines and services say in English, said in the language that is shown. Any thread; the language is read.

An engine knows no language of the window: it sends a finished sentence. A catalogue of sentences has each of them with
places for what was filled in (`There is no model for {title}.`); here the sentence is found by what stands around the
places, and what stands in them is carried over. What no catalogue has stays as it is.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache

from studio.ui import language

SENTENCES = "said.json"  # the catalogue of sentences
_LONGEST = 2000  # signs; what is longer was no sentence of ours
_MOST = 8  # sentences at a time
_DEEP = 3  # sentences within places of sentences
_END = re.compile(r"(?<=[.!?:])\s+")
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")
_SWAPPED = str.maketrans(",.", ".,")
_FORMS = string.Formatter()


@dataclass(frozen=True)
class _Form:
    """A sentence with places: how it is found, and what is said in its stead."""

    found: re.Pattern[str]
    said: str
    to_the_end: bool  # it ends with a place, which takes all that follows


def told(text: str) -> str:
    """Return one or more sentences in the language that is shown."""
    if language.current() == "en" or len(text) > _LONGEST:
        return text
    return "\n".join(_told(line, language.current(), 0) for line in text.split("\n"))


@lru_cache(2000)
def _told(text: str, code: str, depth: int) -> str:
    """Translate sentence after sentence: the fewest from the front that a catalogue has, then the rest."""
    said, left = "", text
    for _ in range(_MOST):
        if left:
            part, left = _first(left, code, depth)
            said += part
    return said + left


def _first(text: str, code: str, depth: int) -> tuple[str, str]:
    """Return the first of some sentences, translated where it can be, and what comes behind it."""
    ends = [found.span() for found in _END.finditer(text)][:_MOST]
    for end, rest in (*ends, (len(text), len(text))):
        found = _found(text[:end], code, depth, last=end == len(text))
        if found is not None:
            return found + text[end:rest], text[rest:]
    first = ends[0][1] if ends else len(text)
    return text[:first], text[first:]


def _found(text: str, code: str, depth: int, *, last: bool) -> str | None:
    """Return what a catalogue has for exactly this text; `last` says that nothing follows it."""
    plain = language.catalogue(code, SENTENCES).get(text)
    if plain is not None:
        return plain
    for form in _forms(code):
        match = form.found.fullmatch(text) if last or not form.to_the_end else None
        if match:
            return form.said.format(**{k: _value(v, code, depth) for k, v in match.groupdict().items()})
    return None


def _value(text: str, code: str, depth: int) -> str:
    """Return what stands in a place: a number as the language writes it, or words that are parts of sentences."""
    begins = text[:1].lower() + text[1:]
    if begins != text and begins in language.catalogue(code, SENTENCES):
        said = language.catalogue(code, SENTENCES)[begins]
        return said[:1].upper() + said[1:]
    if _NUMBER.fullmatch(text):
        return text.translate(_SWAPPED) if language.decimal_point() == "," else text
    return _told(text, code, depth + 1) if depth < _DEEP else text


@cache
def _forms(code: str) -> tuple[_Form, ...]:
    """Return the sentences that have places; of those that fit, the one with the most words of its own is meant."""
    pairs = language.catalogue(code, SENTENCES).items()
    forms = [
        (_literal(english), _Form(_pattern(english), german, english.endswith("}")))
        for english, german in pairs
        if "{" in english
    ]
    return tuple(form for _, form in sorted(forms, key=lambda each: -each[0]))


def _literal(english: str) -> int:
    return sum(len(text) for text, *_ in _FORMS.parse(english))


def _pattern(english: str) -> re.Pattern[str]:
    parts = (
        re.escape(text) + (f"(?P<{name}>.+?)" if name is not None else "") for text, name, _, _ in _FORMS.parse(english)
    )
    return re.compile("".join(parts))
