"""Whether a piece will be heard in its key: the same correlation with key profiles by which ears are imitated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from score import Part
from theory import Key

# How much listeners feel that a tone belongs to a key, by semitones above the tonic: two sets that are in common use.
_PROFILES = (
    {
        False: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        True: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    },
    {
        False: (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
        True: (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
    },
)
# Each tone sounds its fifth and its major third, high up; low tones and distorted ones more: (above, share).
_LOW = ((0, 1.0), (7, 0.5), (4, 0.28))
_MIDDLE = ((0, 1.0), (7, 0.35), (4, 0.15))
_HIGH = ((0, 1.0), (7, 0.22), (4, 0.05))
_DISTORTED = ((0, 1.0), (7, 0.55), (4, 0.25))
_DISTORTED_PROGRAMS = frozenset({29, 30})


def margin(parts: Iterable[Part], key: Key) -> float:
    """Return by how much the key stands out among all keys; below 0 another would be heard."""
    chroma = _chroma(parts)
    return min(_margin(chroma, profiles, key) for profiles in _PROFILES)


def _margin(chroma: Sequence[float], profiles: dict[bool, tuple[float, ...]], key: Key) -> float:
    scores = {
        (tonic, minor): _correlation(chroma, [profile[(c - tonic) % 12] for c in range(12)])
        for minor, profile in profiles.items()
        for tonic in range(12)
    }
    mine = scores.pop((key.tonic, key.minor))
    return mine - max(scores.values())


def _chroma(parts: Iterable[Part]) -> list[float]:
    found = [0.0] * 12
    for part in parts:
        if part.drum:
            continue
        level = 10 ** (part.gain / 40)
        for note in part.notes:
            weight = min(note.length, 2.0) * note.velocity * level
            for above, share in _overtones(part.program, note.pitch):
                found[(note.pitch + above) % 12] += weight * share
    return found


def _overtones(program: int, pitch: int) -> tuple[tuple[int, float], ...]:
    if program in _DISTORTED_PROGRAMS:
        return _DISTORTED
    return _LOW if pitch < 48 else _MIDDLE if pitch < 62 else _HIGH


def _correlation(a: Sequence[float], b: Sequence[float]) -> float:
    mean_a, mean_b = sum(a) / 12, sum(b) / 12
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    below = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return top / below**0.5 if below else 0.0
