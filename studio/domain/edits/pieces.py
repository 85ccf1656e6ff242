"""Which clips are pieces of what was one clip: cut up, but still playing on in the same media. Pure; any thread."""

from __future__ import annotations

from collections.abc import Sequence

from studio.domain import samples
from studio.domain.project import Clip


def around(clips: Sequence[Clip], place: int) -> range:
    """Return the places of the neighbours that go on where one clip ends or end before it begins, and its own."""
    first = last = place
    while first > 0 and _goes_on(clips[first - 1], clips[first]):
        first -= 1
    while last + 1 < len(clips) and _goes_on(clips[last], clips[last + 1]):
        last += 1
    return range(first, last + 1)


def blocks(clips: Sequence[Clip]) -> list[list[Clip]]:
    """Return clips in their order, those that are pieces of one together."""
    found: list[list[Clip]] = []
    for clip in clips:
        if found and _goes_on(found[-1][-1], clip):
            found[-1].append(clip)
        else:
            found.append([clip])
    return found


def _goes_on(left: Clip, right: Clip) -> bool:
    same = (left.media, left.take, left.stretch) == (right.media, right.take, right.stretch)
    played = samples.stretched(left.offset, left.stretch) + left.length
    return same and left.end <= right.start and played <= samples.stretched(right.offset, right.stretch)
