"""What recordings of a voice are called on their way to an engine that speaks from them. Pure; any thread."""

from __future__ import annotations

from collections.abc import Collection

REFERENCE = "reference"  # a voice given by its sound; `reference:Ann` is Ann's
MOST_RECORDINGS = 10
"""Of one voice."""


def is_reference(voice: str) -> bool:
    """Whether a voice is one that is given by its sound."""
    return voice == REFERENCE or voice.startswith(f"{REFERENCE}:")


def roles(role: str, count: int) -> list[str]:
    """Name the roles of so many recordings of a voice, one at least: `reference:Ann`, `reference+2:Ann` and so on."""
    base, colon, speaker = role.partition(":")
    return [role, *(f"{base}+{number}{colon}{speaker}" for number in range(2, count + 1))]


def recordings_of(role: str, given: Collection[str]) -> list[str]:
    """Return the roles under which recordings of a voice are given, the first of them first."""
    return [name for name in roles(role, MOST_RECORDINGS) if name in given]
