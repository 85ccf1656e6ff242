"""A project's dictionary of pronunciations: words and how they are respelt. Pure; any thread.

A respelling is in ordinary letters, as in `[[respell]]`, and no other rule changes it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from studio.errors import StudioError

MOST_ENTRIES = 5000
LONGEST_WORD = 80
LONGEST_RESPELLING = 200

_APOSTROPHE = str.maketrans("’", "'")


def check(dictionary: Mapping[str, str]) -> None:
    """Raise StudioError for a dictionary that nobody can mean."""
    if len(dictionary) > MOST_ENTRIES:
        raise StudioError(
            f"The pronunciation dictionary has {len(dictionary):,} entries; at most {MOST_ENTRIES:,} can be used.",
            "Remove those that this project does not need.",
        )
    for word, respelling in dictionary.items():
        _check_entry(word, respelling)


def _check_entry(word: str, respelling: str) -> None:
    shown = repr(word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…")
    if len(word) > LONGEST_WORD:
        raise StudioError(
            f"The entry {shown} of the pronunciation dictionary has {len(word):,} characters; at most "
            f"{LONGEST_WORD} can be used.",
            "Enter single words or names.",
        )
    if len(respelling) > LONGEST_RESPELLING:
        raise StudioError(
            f"The pronunciation of {shown} has {len(respelling):,} characters; at most "
            f"{LONGEST_RESPELLING} can be used.",
            "Shorten it.",
        )
    for text, what in ((word, "The entry"), (respelling, "The pronunciation of the entry")):
        if not any(sign.isalnum() for sign in text):
            raise StudioError(
                f"{what} {shown} has no letters.", "Write a word and how it is said, for example: Angen = AN-jen."
            )
        if any(sign in "[]" or unicodedata.category(sign)[0] == "C" for sign in text):
            raise StudioError(
                f"{what} {shown} has brackets, line ends or control characters in it.", "Use letters, marks and spaces."
            )


class Finder:
    """Finds the words of a dictionary in texts: whole words in any case, of two that begin together the longer one."""

    def __init__(self, dictionary: Mapping[str, str]) -> None:
        """Raise StudioError for a dictionary that cannot be used."""
        check(dictionary)
        # By its first run of letters, and where in the entry that begins: an entry may be `.NET`.
        self._entries: dict[str, list[tuple[str, int, str]]] = {}
        known: set[str] = set()
        for word, respelling in sorted(dictionary.items(), key=lambda entry: -len(entry[0])):
            folded = _folded(" ".join(word.split()))
            if folded in known:
                continue
            known.add(folded)
            start, end = next(_runs(folded))
            self._entries.setdefault(folded[start:end], []).append((folded, start, " ".join(respelling.split())))

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Each word that is there, from and to, with its respelling."""
        if not self._entries:
            return
        folded = _folded(text)
        free = 0
        for start, end in _runs(folded):
            if start < free:
                continue
            for entry, offset, respelling in self._entries.get(folded[start:end], ()):
                first = start - offset
                last = first + len(entry)
                if first >= free and folded.startswith(entry, first) and not _goes_on(folded, last):
                    yield first, last, respelling
                    free = last
                    break


def apply(dictionary: Mapping[str, str], text: str) -> str:
    """The text with the words of the dictionary respelt. What follows a word (a possessive 's) stays."""
    parts: list[str] = []
    at = 0
    for start, end, respelling in Finder(dictionary).found(text):
        parts += (text[at:start], respelling)
        at = end
    return "".join((*parts, text[at:]))


def _folded(text: str) -> str:
    # Letter by letter, so that places stay what they were.
    return "".join(lower if len(lower := sign.lower()) == 1 else sign for sign in text).translate(_APOSTROPHE)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """From and to of each run of letters, digits and the marks on them."""
    start = -1
    for place, sign in enumerate(text):
        inside = sign.isalnum() or (start >= 0 and unicodedata.category(sign)[0] == "M")
        if inside and start < 0:
            start = place
        elif not inside and start >= 0:
            yield start, place
            start = -1
    if start >= 0:
        yield start, len(text)


def _goes_on(text: str, place: int) -> bool:
    if not text[place - 1].isalnum() and unicodedata.category(text[place - 1])[0] != "M":
        return False
    after = text[place : place + 1]
    return bool(after) and (after.isalnum() or unicodedata.category(after)[0] == "M")
