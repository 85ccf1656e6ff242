"""Lyrics as an editor shows them: what each line is, how many syllables it has, which lines rhyme. Pure; any thread.

How a word sounds is asked of whoever knows; for a word that nobody knows the spelling has to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Sounds = Callable[[str], Sequence[str]]
"""From a word in small letters to its sounds as the CMU dictionary spells them; none for an unknown word."""

TAGS = ("intro", "verse", "pre-chorus", "chorus", "post-chorus", "bridge", "solo", "instrumental", "break", "outro")
_TAG = re.compile(r"\s*\[([^\[\]\n]{1,60})\]\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöüàâáèéêëìíîïòóôùúûœæ]+")
_MOST_RHYMES = 26


@dataclass(frozen=True)
class Line:
    """One line. `section` is what the tag above it says, `rhyme` a letter within the section."""

    tag: str = ""  # of a line that is a tag: what it says
    section: str = ""
    kind: str = ""  # of the section: one of TAGS, or ""
    syllables: int = 0
    rhyme: str = ""


def lines_of(text: str, sounds: Sounds) -> list[Line]:
    """Return what an editor says beside each line of lyrics."""
    found: list[Line] = []
    section = kind = ""
    rhymes: list[str] = []
    for line in text.split("\n"):
        tag = tag_of(line)
        if tag:
            section, kind, rhymes = tag, kind_of(tag), []
            found.append(Line(tag, section, kind))
            continue
        words = _WORD.findall(line.lower().replace("’", "'"))
        if not words:
            rhymes = rhymes if section else []  # without tags a blank line parts the stanzas
            found.append(Line(section=section, kind=kind))
            continue
        count = sum(syllables(word, sounds) for word in words)
        found.append(Line("", section, kind, count, _letter(rhyme_of(words[-1], sounds), rhymes)))
    return found


def tag_of(line: str) -> str:
    """Return what a line that is a structure tag says; "" for any other line."""
    match = _TAG.fullmatch(line)
    return match.group(1).strip() if match else ""


def kind_of(tag: str) -> str:
    """Return which part of a song a tag names: `Verse 2` is a verse."""
    plain = re.sub(r"[^a-z-]+", " ", tag.lower().replace("pre chorus", "pre-chorus")).split()
    return next((word for word in plain if word in TAGS), "")


def syllables(word: str, sounds: Sounds) -> int:
    """Count the syllables of a word in small letters."""
    known = sum(sound[-1].isdigit() for sound in sounds(word))
    if known:
        return known
    return max(1, len(_VOWELS.findall(word)))  # the dictionary knows the silent letters of English


def rhyme_of(word: str, sounds: Sounds) -> str:
    """Return what words that rhyme with this one share: the sounds, or else the letters, from the last stress on."""
    known = list(sounds(word))
    stressed = [n for n, sound in enumerate(known) if sound[-1] in "12"]
    vowels = [n for n, sound in enumerate(known) if sound[-1].isdigit()]
    if vowels:
        return " ".join(sound.rstrip("012") for sound in known[(stressed or vowels)[-1] :])
    plain = word.rstrip("'")
    groups = list(_VOWELS.finditer(plain))
    if not groups:
        return plain
    start = groups[-1].start()
    if groups[-1].group() == "e" and len(groups) > 1:  # -e, -er, -en carry no stress
        start = groups[-2].start()
    return plain[start:]


def _letter(rhyme: str, seen: list[str]) -> str:
    if rhyme not in seen:
        if len(seen) == _MOST_RHYMES:
            return ""
        seen.append(rhyme)
    return chr(ord("A") + seen.index(rhyme))
