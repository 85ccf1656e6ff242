"""What engines and the layers below say in English, said in the language that is shown. Any thread.

They know no language of the window: what they say is a finished sentence. Catalogues of sentences have each of them
with places for what was filled in (`There is no model for {title}.`); here the sentence is found by what stands around
the places, and what stands in them is carried over. What no catalogue has stays as it is.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache

from studio.errors import StudioError
from studio.ui import language

SENTENCES = "said_*.json"  # the catalogues of sentences, by layers
_LONGEST = 2000  # signs; what is longer was no sentence of ours
_MOST = 8  # sentences at a time
_DEEP = 3  # sentences within places of sentences
_ENDS = (".", "!", "?")
_END = re.compile(r"(?<=[.!?:])\s+")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?: (?:[kMG]B|m?s|k?Hz|dB|LUFS|dBTP|%))?")
_SWAPPED = str.maketrans(",.", ".,")
_COMMAND = re.compile(r"(?:^|\s)--\w|`studio ")
_AS_IT_IS = ("version", "detail")  # places so called: 3.11 is no number; what is wrong inside a file is for a report
_NAMES = ("name", "title", "voice", "file", "folder", "model", "style", "clip", "speaker", "project")
_FORMS = string.Formatter()


@dataclass(frozen=True)
class _Form:
    """A sentence with places: how it is found, and what is said in its stead."""

    said: str
    first: str  # what stands before its places
    named: tuple[tuple[str, str], ...]  # the places, each with what stands behind it
    begins: bool  # it is but the beginning of a sentence

    def places(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places, if this is the text. Each ends where what is behind it comes first."""
        # No pattern: with several places it would try all ways, which takes minutes for a text made for that.
        (last, behind), before = self.named[-1], self.named[:-1]
        if not text.startswith(self.first) or not text.endswith(behind) or (self.begins and text.endswith(_ENDS)):
            return None
        found, at, end = dict[str, str](), len(self.first), len(text) - len(behind)
        for name, next_words in before:
            stop = text.find(next_words, at + 1, end)
            if stop < 0:
                return None
            found[name], at = text[at:stop], stop + len(next_words)
        return {**found, last: text[at:end]} if at < end else None

    @property
    def to_the_end(self) -> bool:
        """Whether it ends with a place, which takes all that follows."""
        return not self.named[-1][1]

    @property
    def words(self) -> int:
        """How many signs of it are its own."""
        return len(self.first) + sum(len(behind) for _, behind in self.named)


def told(text: str) -> str:
    """Return one or more sentences in the language that is shown."""
    if language.current() == "en" or len(text) > _LONGEST:
        return text
    return "\n".join(_told(line, language.current(), 0) for line in text.split("\n"))


def told_of(error: StudioError) -> str:
    """Return what happened and what to do about it, in the language that is shown."""
    return f"{told(error.message)} {told(error.hint)}".strip()


def told_hint(error: StudioError) -> str:
    """Return what somebody who clicks can do about it; "" where one would have to type a command."""
    return "" if is_command(error.hint) else told(error.hint)


def is_command(text: str) -> bool:
    """Whether a sentence names something to type on the command line."""
    return _COMMAND.search(text) is not None


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
    for end, rest in ends:
        found = _found(text[: end - 1], code, depth, last=True) if text[end - 1] == ":" else None
        if found is not None:  # what the system says of it follows
            return found + text[end - 1 : rest], text[rest:]
    first = ends[0][1] if ends else len(text)
    return text[:first], text[first:]


def _found(text: str, code: str, depth: int, *, last: bool) -> str | None:
    """Return what a catalogue has for exactly this text; `last` says that nothing follows it."""
    # In a place, and in one word, may stand a user's own that a button of the window has as well.
    whole = text.endswith(_ENDS) or (depth == 0 and " " in text)
    plain = language.catalogue(code, "*.json" if whole else SENTENCES).get(text)
    if plain is not None:
        return plain
    for form in _forms(code):
        places = form.places(text) if last or not form.to_the_end else None
        if places is not None:
            return form.said.format(**{k: _value(k, v, code, depth) for k, v in places.items()})
    return None


def _value(place: str, text: str, code: str, depth: int) -> str:
    """Return what stands in a place: a number as the language writes it, or words that are parts of sentences."""
    if place.startswith(_AS_IT_IS):
        return text
    begins = text[:1].lower() + text[1:]
    if begins != text and begins in language.catalogue(code, SENTENCES):
        said = language.catalogue(code, SENTENCES)[begins]
        return said[:1].upper() + said[1:]
    if _NUMBER.fullmatch(text):
        return text.translate(_SWAPPED) if language.decimal_point(code) == "," and place not in _NAMES else text
    return _told(text, code, depth + 1) if depth < _DEEP else text


@cache
def _forms(code: str) -> tuple[_Form, ...]:
    """Return the sentences that have places; of those that fit, the one with the most words of its own is meant."""
    forms = [_form(*pair) for pair in language.catalogue(code, SENTENCES).items() if "{" in pair[0]]
    return tuple(sorted(forms, key=lambda form: -form.words))


def _form(english: str, said: str) -> _Form:
    """Take a sentence of a catalogue apart."""
    words, names = [], []
    for text, name, _, _ in (*_FORMS.parse(english), ("", None, None, None)):
        words.append(text)
        names += [name] if name is not None else []
    named = tuple(zip(names, words[1:], strict=False))
    return _Form(said, words[0], named, begins=english.endswith("}") and not any(_END.search(text) for text in words))
