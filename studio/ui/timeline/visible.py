"""Which clips of a track are seen, and which of them are too thin to be drawn one by one. Pure; any thread."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from studio.domain.project import Clip, Track
from studio.ui.timeline.scale import Scale

THIN = 3.0  # pixels; clips that are thinner are drawn together with their neighbours
FEW = 16.0  # pixels a clip, on average, with which thin ones are not looked for
_APART = 1.0  # pixels between clips that are told apart
_MOST_KEPT = 500


class Piece(NamedTuple):
    """Clips from place `first` to before `last` of a track, and where they lie. More than one are drawn as one."""

    first: int
    last: int
    x: float
    end: float

    @property
    def thin(self) -> bool:
        """Whether it is drawn as a mere stroke."""
        return self.end - self.x < THIN or self.last - self.first > 1


class Spans(NamedTuple):
    """The clips' begins and ends; `reach` says for each place how far the clips up to there go."""

    clips: Sequence[Clip]
    starts: list[int]
    ends: list[int]
    reach: list[int]


class _Kept:
    """The spans of the tracks that were looked at last: tracks change seldom, and are looked at in each frame."""

    def __init__(self) -> None:
        self._spans: dict[str, Spans] = {}

    def of(self, track: Track) -> Spans:
        found = self._spans.get(track.id)
        if found is None or found.clips is not track.clips:
            if len(self._spans) >= _MOST_KEPT:
                self._spans = {}
            found = self._spans[track.id] = _spans(track.clips)
        return found


_kept = _Kept()


def between(track: Track, first: float, last: float) -> list[int]:
    """Return the places of a track's clips that lie, in part at least, between two samples."""
    spans = _kept.of(track)
    begin, end = _around(spans, first, last)
    ends = spans.ends
    return [place for place in range(begin, end) if ends[place] > first]


def wide(track: Track, scale: Scale, pixels: float) -> list[int]:
    """Return the places of a track's clips that are seen and at least so wide."""
    spans = _kept.of(track)
    first, least = scale.first, pixels * scale.per_pixel
    begin, end = _around(spans, first, scale.last)
    pairs = zip(spans.starts[begin:end], spans.ends[begin:end], strict=True)
    return [place for place, (start, stop) in enumerate(pairs, begin) if stop - start >= least and stop > first]


def most(track: Track, scale: Scale) -> int:
    """Return how many of a track's clips are seen, at most: quickly found."""
    begin, end = _around(_kept.of(track), scale.first, scale.last)
    return end - begin


def pieces(track: Track, scale: Scale) -> list[Piece]:
    """Return what is seen of a track, in the order of its clips."""
    spans = _kept.of(track)
    first, per_pixel = scale.first, scale.per_pixel
    begin, end = _around(spans, first, scale.last)
    thin, apart = THIN * per_pixel, _APART * per_pixel
    found: list[Piece] = []
    at, left, right = -1, 0, 0  # the stroke that is being drawn, if any
    place = begin
    for start, stop in zip(spans.starts[begin:end], spans.ends[begin:end], strict=True):
        if stop <= first:
            if at >= 0:
                found.append(Piece(at, place, (left - first) / per_pixel, (right - first) / per_pixel))
            at = -1
        elif stop - start >= thin:
            if at >= 0:
                found.append(Piece(at, place, (left - first) / per_pixel, (right - first) / per_pixel))
            at = -1
            found.append(Piece(place, place + 1, (start - first) / per_pixel, (stop - first) / per_pixel))
        elif at >= 0 and start - right < apart:
            right = max(right, stop)
        else:
            if at >= 0:
                found.append(Piece(at, place, (left - first) / per_pixel, (right - first) / per_pixel))
            at, left, right = place, start, stop
        place += 1
    if at >= 0:
        found.append(Piece(at, place, (left - first) / per_pixel, (right - first) / per_pixel))
    return found


def strokes(track: Track, scale: Scale, beyond: float) -> list[tuple[float, float]]:
    """Return where clips that are seen begin and how wide they are, cut off so many pixels outside the picture.

    If there are many, then thin ones together: quicker than pieces.
    """
    spans = _kept.of(track)
    first, last, per_pixel = scale.first, scale.last, scale.per_pixel
    begin, end = _around(spans, first, last)
    if (end - begin) * FEW > scale.width:
        low, high = -beyond, scale.width + beyond
        found = [(max(low, piece.x), min(high, piece.end)) for piece in pieces(track, scale)]
        return [(x, stop - x) for x, stop in found]
    starts, ends = spans.starts[begin:end], spans.ends[begin:end]
    lowest, highest = first - beyond * per_pixel, last + beyond * per_pixel
    if starts and (starts[0] < lowest or max(ends) > highest):
        pairs = [(max(lowest, start), min(highest, stop)) for start, stop in zip(starts, ends, strict=True)]
    else:
        pairs = zip(starts, ends, strict=True)
    return [((start - first) / per_pixel, (stop - start) / per_pixel) for start, stop in pairs if stop > first]


def _around(spans: Spans, first: float, last: float) -> tuple[int, int]:
    """Return from where to where clips may be seen; of those between, some may end too early."""
    return bisect_right(spans.reach, first), bisect_left(spans.starts, last)


def _spans(clips: Sequence[Clip]) -> Spans:
    starts = [clip.start for clip in clips]
    ends = [clip.start + clip.length for clip in clips]
    return Spans(clips, starts, ends, list(accumulate(ends, max)))
