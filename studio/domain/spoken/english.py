"""English text as it is said: numbers, dates, money, units, abbreviations and signs in words. Pure; any thread.

It works on a sentence or a line. What a script marks (`[[respell]]`, `[pause 1s]`, `(laughs)`, a speaker's tag) stays
as it is. Each family of rules has a module of its own; their order is here, for the first that knows a figure reads it.
"""

from __future__ import annotations

import re

from studio.domain.dialogue import NONVERBALS
from studio.domain.spoken import abbreviations, dates, figures, letters, money, roman, signs, times, units, web
from studio.domain.spoken.shield import Shield
from studio.domain.spoken.style import English

_MARKS = re.compile(
    r"\[\[[^\[\]]{0,1000}\]\]|\[[^\[\]]{0,200}\]|\((?:" + "|".join(NONVERBALS) + r")\)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\xa0\u202f]{2,}+|[\xa0\u202f]")


def spoken(text: str, *, british: bool = False) -> str:
    """The words of an English sentence. Reading the result again changes nothing."""
    shield = Shield()
    return shield.show(words(shield.hide(_MARKS, shield.cleaned(text)), english=English(british)))


def words(text: str, *, english: English) -> str:
    """The words of a text in which all that no rule may touch is hidden already."""
    # What is read may bring more to light (a month that was glued to a figure), so this goes on until nothing changes.
    # Two rounds are the rule; the bound is against an error in that thought.
    for _ in range(_MOST_ROUNDS):
        before, text = text, _once(text, english)
        if text == before:
            break
    return text


_MOST_ROUNDS = 5


def _once(text: str, english: English) -> str:
    text = _SPACES.sub(" ", text)
    text = web.read(text)
    text = figures.read_special(text, english)
    text = dates.read(text, english)
    text = times.read(text)
    text = money.read(text, english)
    text = abbreviations.read(text)
    text = units.read(text, english)
    text = roman.read(text, english)
    text = letters.read(text)
    text = signs.read(text)
    text = figures.read(text, english)
    text = letters.read(text)
    return _SPACES.sub(" ", text)
