"""A text as the model was taught to read it: few signs, a capital first, an end. Pure; any thread."""

from __future__ import annotations

import re

FOLDERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
}
_PLAIN_QUOTES = {"’": "'", "‘": "'"}
_UNKNOWN = {**dict.fromkeys('"“”„«»()[]', ""), **_PLAIN_QUOTES, "–": ","}
_SIGNS = {  # of each language, what it was not taught
    "en": _PLAIN_QUOTES,
    "de": {**_UNKNOWN, "—": ",", ";": ","},
    "fr": {**_UNKNOWN, ":": ",", ";": ","},
    "es": {**_UNKNOWN, **dict.fromkeys("¡¿", "")},
    "it": _UNKNOWN,
    "pt": _UNKNOWN,
    "nl": _UNKNOWN,
}
_STRAY = re.compile(r"([.!?…])\s*[,;:]")  # left where closing quotes were taken out
_ENDS, _WEAK, _CLOSERS = ".!?…", ",;:-–—", "\"'”’)]» "
_SHORT = 4  # words of a text after whose end the sound needs longer to fade
_FADES = {True: 4, False: 2}  # frames


def readable(text: str, language: str) -> str:
    """Return a text as the model reads that language; "" where there is nothing to speak."""
    plain = " ".join(text.translate(str.maketrans(_SIGNS[language])).split())
    plain = _STRAY.sub(r"\1", plain)
    if not any(sign.isalnum() for sign in plain):
        return ""
    return _ended(plain[0].upper() + plain[1:])


def _ended(text: str) -> str:
    """Let a text end as a sentence does: without that the last word is often said wrong, or twice."""
    core = text.rstrip(_CLOSERS)
    closers = text[len(core) :].strip()
    if core[-1] in _ENDS:
        return text
    if core[-1] in _WEAK:
        return f"{core.rstrip(_WEAK + ' ')}.{closers}"
    return f"{text}."


def frames_after(text: str) -> int:
    """Return how many frames belong to a text after the one that ends it."""
    return _FADES[len(text.split()) <= _SHORT]
