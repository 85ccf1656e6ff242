"""From a sentence as people write it to what the model knows: its phonemes, in portions it can take. No state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

LONGEST_TEXT = 400  # characters turned into phonemes at once; the converter's time grows with the square
LONGEST_SOUND = 509  # phonemes the model takes
_LONGEST_WORD = 30
_LONG_NUMBER = re.compile(r"\d{16,}")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")
_KEPT_SIGNS = frozenset("£€¥₹₩¢§¶°±×÷™®©•→←½¼¾²³µ–—―…“”‘’")
_READ_AS = str.maketrans(
    {"«": "“", "»": "”", "„": "“", "\u201a": "‘", "\u2032": "'", "\u2012": "-", "。": ". ", "、": ", ", "।": ". "}
)
_ENDS = (".!?…", ";:,—)”", " ")
_LATIN = ("LATIN ",)
_SCRIPTS = {
    "hi": ("LATIN ", "DEVANAGARI "),
    "ja": ("LATIN ", "HIRAGANA ", "KATAKANA", "HALFWIDTH KATAKANA", "CJK UNIFIED", "IDEOGRAPHIC ITERATION"),
}
_UNSPACED = frozenset({"ja"})  # written without spaces between words
# What the converter raises for odd input: it looks things up by position and by name without asking first.
_CONVERTER_ERRORS = (ValueError, IndexError, KeyError, TypeError, AttributeError)

Convert = Callable[[str], str]


def readable(text: str, language: str = "en-us") -> tuple[str, str]:
    """Return the text with only signs that can be read in a language, and the letters and symbols that had to go."""
    scripts = _SCRIPTS.get(language, _LATIN)
    kept: list[str] = []
    lost: dict[str, None] = {}
    for sign in unicodedata.normalize("NFC", text).translate(_READ_AS):
        known = _known(sign, scripts)
        if known is None:
            lost[sign] = None
            known = " "
        kept.append(known)
    words = _LONG_NUMBER.sub(lambda m: " ".join(m[0]), "".join(kept))
    if language not in _UNSPACED:
        words = _LONG_WORD.sub(lambda m: m[0] + " ", words)
    return " ".join(words.split()), "".join(lost)


def _known(sign: str, scripts: tuple[str, ...]) -> str | None:
    """What is read for a sign: itself, something near, nothing; None for what is lost."""
    if " " <= sign <= "~" or sign in _KEPT_SIGNS or _is_letter(sign, scripts):
        return sign
    kind = unicodedata.category(sign)
    if kind[0] == "Z" or sign.isspace():
        return " "
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(" " <= c <= "~" or _is_letter(c, scripts) for c in plain):
        return plain
    if kind[0] == "P":
        return " "
    return "" if kind in {"Mn", "Cf", "Cc"} else None  # accents without a letter, marks of direction, controls


def _is_letter(sign: str, scripts: tuple[str, ...]) -> bool:
    """Whether it belongs to a script that the language is written in; vowel signs and joining marks do, too."""
    if not unicodedata.name(sign, "").startswith(scripts):
        return False
    return sign.isalpha() or (scripts is not _LATIN and unicodedata.category(sign) in {"Mn", "Mc", "Lm"})


def portions(text: str, most: int) -> Iterator[str]:
    """Cut at the end of a sentence where there is one, else at a lesser pause, else between words."""
    text = text.strip()
    while len(text) > most:
        place = most
        for ends in _ENDS:
            found = max(text.rfind(end, most // 3, most) for end in ends)
            if found >= 0:
                place = found + 1
                break
        yield text[:place].strip()
        text = text[place:].strip()
    if text:
        yield text


def phonemes(
    text: str, convert: Convert, known: frozenset[str], *, longest: int = LONGEST_SOUND
) -> tuple[list[str], list[str]]:
    """Return what to give to the model, portion by portion, and the words that could not be converted."""
    sounds: list[str] = []
    lost: list[str] = []
    for part in portions(text, LONGEST_TEXT):
        converted = "".join(c for c in _converted(part, convert, lost) if c in known)
        sounds.extend(s for s in portions(converted, longest) if any(c.isalpha() for c in s))
    return sounds, lost


def _converted(text: str, convert: Convert, lost: list[str]) -> str:
    """Convert a portion; when the converter fails, word by word, so that one word costs no sentence."""
    try:
        return convert(text)
    except _CONVERTER_ERRORS:
        words = text.split()
        if len(words) == 1:
            lost.append(text)
            return ""
        return " ".join(_converted(word, convert, lost) for word in words)
