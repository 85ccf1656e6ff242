"""How music goes down under speech: from where somebody speaks to the points of a gain. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable

from studio.domain.project import Clip, Duck, Track


def spoken(tracks: Iterable[Track]) -> list[tuple[int, int]]:
    """Return where the unmuted clips of these tracks sound, joined where they touch, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((clip.start, clip.end) for track in tracks for clip in track.clips if _sounds(clip)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def points(speech: list[tuple[int, int]], duck: Duck) -> tuple[tuple[float, float], ...]:
    """Return the gain in dB as points joined by straight lines.

    Down over `attack` until the first sample of speech, up over `release` from the first sample after it; where the
    way up would meet the way down, it turns.
    """
    # A ramp of no samples falls between two samples: the step lies before the one that has the new value.
    attack, release = max(duck.attack, 1), max(duck.release, 1)
    late = 0 if duck.release else 1
    found: list[tuple[float, float]] = []
    free: int | None = None  # where the ramp up began that the next ramp down may cut short
    for start, end in speech:
        down = start - attack
        if free is None or free + release <= down:
            if free is not None:
                found.append((float(free + release), 0.0))
            found.append((float(down), 0.0))
        else:
            found.append(_turn(free, start, attack, release, duck.depth_db))
        found += [(float(start), duck.depth_db), (float(end - late), duck.depth_db)]
        free = end - late
    if free is not None:
        found.append((float(free + release), 0.0))
    return tuple(_distinct(found))


def _turn(free: int, start: int, attack: int, release: int, depth: float) -> tuple[float, float]:
    """Return where the line up from `free` meets the line down to `start`."""
    gone = (start - free) / (attack + release)  # the part of either ramp that is left of it
    return free + release * gone, depth * (1.0 - gone)


def _distinct(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drop points that stand where another stands: a clip of one sample has both of its ends there."""
    return [point for i, point in enumerate(found) if i == 0 or point[0] > found[i - 1][0]]


def _sounds(clip: Clip) -> bool:
    return not clip.mute
