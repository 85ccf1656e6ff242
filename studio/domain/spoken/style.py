"""What all rule families share: which English is read, and how letters are spelt. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.domain.spoken import numbers

# A figure with or without separators. Every use stands behind a look-behind that keeps it from starting inside one.
FIGURE = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!,?\d)(?:\.\d{1,15})?|\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})(?!\d)"
NOT_INSIDE = r"(?<![\w.,])(?<!\d[-–/:])"
DASH = "[-–—]"


@dataclass(frozen=True, slots=True)
class English:
    """Which English the words are in."""

    british: bool = False

    def cardinal(self, number: int) -> str:
        """A whole number in words."""
        return numbers.cardinal(number, british=self.british)

    def ordinal(self, number: int) -> str:
        """The place in a row in words."""
        return numbers.ordinal(number, british=self.british)

    def year(self, number: int) -> str:
        """A year in words."""
        return numbers.year(number, british=self.british)

    def figure(self, text: str) -> str:
        """A number as it is written, in words."""
        return numbers.figure(text, british=self.british)


def spelt(letters: str) -> str:
    """Letters said one by one: `F-B-I`. The hyphen tells a letter A from the article."""
    return "-".join(letters.upper())


def ends_sentence(text: str, place: int) -> bool:
    """Whether a full stop before this place, which an abbreviation took, ends the sentence as well."""
    rest = text[place : place + 8].lstrip("\"'”’)]»")
    return not rest.strip() or (rest[0].isspace() and rest.lstrip()[:1].isupper())
