"""Keys: a tonic and a mode, read as people write them, in English and in German. Pure; any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
MINOR_MODES = frozenset({"minor", "dorian", "phrygian", "harmonic minor"})
_PENTATONIC = {False: (0, 2, 4, 7, 9), True: (0, 3, 5, 7, 10)}  # by whether the third is minor

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}
_NAMES = {
    False: ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    True: ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}
_MODE_WORDS = {
    **{name: name for name in SCALES},
    **dict.fromkeys(("", "maj", "dur", "ionian"), "major"),
    **dict.fromkeys(("m", "min", "moll", "aeolian", "natural minor"), "minor"),
}
_KEY = re.compile(r"([a-g])[\s-]*(#|♯|sharp|♭|flat|b)?[\s-]*([a-z ]*)", re.I)
# Where dur or moll stands behind it, the letter is a German one: B lies a half tone below H.
_GERMAN = {
    **{name: name.upper() for name in "cdefga"},
    **{f"{name}is": f"{name.upper()}#" for name in "cdefga"},
    **{f"{name}es": f"{name.upper()}b" for name in "cdfg"},
    "es": "Eb",
    "as": "Ab",
    "b": "Bb",
    "h": "B",
    "his": "B#",
}
_GERMAN_KEY = re.compile(r"([a-h](?:is|es|s)?)[\s-]*(dur|moll)", re.I)


class KeyProblem(ValueError):
    """What was given is no key; the text says what is."""


@dataclass(frozen=True)
class Key:
    """A tonic and a mode."""

    tonic: int
    mode: str
    spelled: str = ""  # the tonic as the user wrote it

    @property
    def name(self) -> str:
        """Such as "F# dorian"."""
        return f"{self.spelled or _NAMES[self.minor][self.tonic]} {self.mode}"

    @property
    def minor(self) -> bool:
        """Whether the third is minor."""
        return self.mode in MINOR_MODES

    @property
    def scale(self) -> tuple[int, ...]:
        """The pitch classes, from the tonic."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])

    @property
    def pentatonic(self) -> tuple[int, ...]:
        """The five that never clash."""
        return tuple((self.tonic + step) % 12 for step in _PENTATONIC[self.minor])


def parse_key(text: str) -> Key:
    """Read a key as people write it: "C", "Am", "F# dorian", "B flat minor", "h-Moll". A letter alone means major."""
    plain = " ".join(text.replace("_", " ").split())
    german = _GERMAN_KEY.fullmatch(plain)
    if german and german.group(1).lower() in _GERMAN:
        plain = f"{_GERMAN[german.group(1).lower()]} {german.group(2)}"
    found = _KEY.fullmatch(plain)
    if found:
        letter, sign, word = found.group(1), (found.group(2) or "").lower(), (found.group(3) or "").strip()
        # "M" is major and "m" minor, alone among the words.
        mode = "major" if word == "M" else _MODE_WORDS.get(" ".join(word.lower().split()))
        if mode:
            mark = {"": "", "#": "#", "♯": "#", "sharp": "#"}.get(sign, "b")
            return Key((_LETTERS[letter.lower()] + _SIGNS[sign]) % 12, mode, letter.upper() + mark)
    raise KeyProblem(f"{text[:40]!r} is no key.")


def key_hint() -> str:
    """What a key looks like, for a message."""
    return f"Write a letter from A to G, perhaps # or b, and a mode: C, A minor, F# dorian. Modes: {', '.join(SCALES)}."
