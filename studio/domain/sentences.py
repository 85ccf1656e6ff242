"""Where sentences end, and where an over-long one may be cut. Pure, linear in the text's length; any thread."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 400

_CLOSERS = "\"'”’»\u203a)\\]"
_OPENERS = "\"'“‘«\u2039([¿¡"
_MARKS = ".!?…؟।॥\u06d4"
# The wide marks and brackets of Chinese and Japanese, after which no space stands.
_WIDE_MARKS, _WIDE_CLOSERS = "。\uff01\uff1f｡", "」』\uff09"
_WIDE_COMMAS = "、\uff0c\uff1b\uff1a"
# The look-behind and the possessive repeats keep a megabyte of dots or quotes linear.
_BORDER = re.compile(
    rf"(?<![{_MARKS}])(?P<mark>[{_MARKS}]++)(?P<closers>[{_CLOSERS}]*+)(?=\s|\Z)"
    rf"|[{_WIDE_MARKS}]++[{_CLOSERS}{_WIDE_CLOSERS}]*+"
    r"|\n\s*\n"
)
_NEXT = re.compile(rf"\s*+[{_OPENERS}]*+(?P<letter>\S?)(?P<then>\S?)")
_CUT = re.compile(rf"[,;:،؛](?=\s)|[—–{_WIDE_COMMAS}]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LOOK_BACK = 24
_LONGEST_CLUSTER = 16

_TITLES = ("mr", "mrs", "ms", "mx", "dr", "prof", "st", "mt", "messrs", "mme", "mlle", "rev", "hon", "fr")
_RANKS = ("gen", "col", "capt", "lt", "sgt", "sen", "rep", "gov", "pres")
_LINKS = ("e.g", "i.e", "eg", "ie", "vs", "cf", "viz", "approx", "ft")
_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_AFTER_NAMES = ("etc", "inc", "ltd", "co", "corp", "jr", "sr", "a.m", "p.m", "dept", "est", "ave", "blvd", "rd", "al")
_SHORTENED = ("govt", "asst", "hrs", "tel", "ext", "incl", "misc", "min", "max")
# Only with a capital: others are words of their own.
_DAYS = frozenset(("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"))

# Always followed by more of the same sentence.
_NEVER_END = frozenset((*_TITLES, *_RANKS, *_LINKS))
# The next word's case decides.
_MAY_END = frozenset((*_MONTHS, *_AFTER_NAMES, *_SHORTENED))
# Words of their own as well; abbreviations only before a number.
_BEFORE_NUMBERS = frozenset(
    ("no", "nos", "p", "pp", "fig", "figs", "vol", "vols", "ch", "sec", "art", "c", "ca", "eq", "para")
)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """The sentences of a text in order, white space normalised, none longer than `longest` characters."""
    if longest < 1:
        raise ValueError("longest must be at least 1")
    return [part for sentence in _sentences(text) for part in _cut(sentence, longest)]


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for match in _BORDER.finditer(text):
        if match["mark"] and not _ends(text, start, match):
            continue
        if sentence := " ".join(text[start : match.end()].split()):
            yield sentence
        start = match.end()
    if sentence := " ".join(text[start:].split()):
        yield sentence


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    letter, then = (following["letter"], following["then"]) if following else ("", "")
    if not letter:
        return True
    mark = match["mark"]
    if match["closers"].strip(")]") and letter.islower():
        return False
    if mark != ".":
        hesitates = set(mark) <= {".", "…"} and (letter.islower() or (letter == "I" and not then.isalnum()))
        return not hesitates
    words = text[max(start, match.start() - _LOOK_BACK) : match.start()].split()
    return not words or not _is_abbreviation(words, letter)


def _is_abbreviation(words: list[str], letter: str) -> bool:
    """Whether the full stop after the last of `words` belongs to it, when the next word begins with `letter`."""
    word = words[-1].strip("\"'“”‘’«»()[]")
    lower = word.lower()
    if lower in _NEVER_END:
        return True
    if lower in _MAY_END or (lower in _DAYS and word[0].isupper()):
        return not letter.isupper()
    if lower in _BEFORE_NUMBERS:
        return letter.isdigit()
    if lower.isdecimal():
        return len(words) == 1 and len(lower) <= 3
    return lower != "i" and _INITIALS.fullmatch(word) is not None and (word[0].isupper() or "." in word)


def _cut(sentence: str, longest: int) -> Iterator[str]:
    start = 0
    while len(sentence) - start > longest:
        end = _cut_at(sentence, start, start + longest)
        if part := sentence[start:end].strip():
            yield part
        start = end + (sentence[end] == " ")
    if part := sentence[start:].strip():
        yield part


def _cut_at(sentence: str, start: int, limit: int) -> int:
    """The best place to cut in (start, limit]."""
    earliest = start + (limit - start) // 4
    # One character more than may be taken, so that the last mark sees what follows it.
    marks = [match.end() for match in _CUT.finditer(sentence, earliest, limit + 1) if match.end() <= limit]
    if marks:
        return marks[-1]
    space = sentence.rfind(" ", start + 1, limit + 1)
    if space > start:
        return space
    for end in range(limit, max(start, limit - _LONGEST_CLUSTER), -1):
        if not unicodedata.combining(sentence[end]):
            return end
    return limit
