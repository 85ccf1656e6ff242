"""Where two clips of a track overlap, one fades into the other by itself. Pure; any thread.

The crossfade is kept as the two clips' fades, of equal power and as long as the overlap. It follows the overlap, and
goes when the overlap goes. Where clips come to overlap, it takes the place of a fade that only keeps an edge from
clicking (`SHORT`); a longer one that somebody set stays as it is. Within an overlap, whatever somebody set is never
touched, nor a fade that somebody took away: a fade counts as made here when it is exactly the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from studio.domain.project import Clip, Fade

SHORT = 20  # a fade of up to 1/SHORT s is no wish of its own
_CURVE = "equal_power"


def overlaps(clips: Iterable[Clip]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how far each clip overlaps the one before it, and how far the one after it.

    The clips are in order. A clip that lies wholly within another, or begins with it, is heard together with it.
    """
    heads: dict[str, int] = {}
    tails: dict[str, int] = {}
    last: Clip | None = None
    end = -1
    for clip in clips:
        start = clip.start
        stop = start + clip.length
        if last is not None and start < end and stop > end and start > last.start:
            heads[clip.id] = tails[last.id] = end - start
        if stop > end:
            last, end = clip, stop
    return heads, tails


def made(overlap: int) -> Fade:
    """Return the fade that an overlap asks for."""
    return Fade(overlap, _CURVE) if overlap else Fade()


def renewed(
    before: Sequence[Sequence[Clip]], after: Mapping[int, list[Clip]], *, copies: Mapping[str, str], rate: int
) -> Mapping[int, list[Clip]]:
    """Return the clips of tracks after an edit, with the fades that their new overlaps ask for.

    `before` holds the clips of the same tracks before the edit.
    """
    old_heads, old_tails = _all_overlaps(before)
    new_heads, new_tails = _all_overlaps(after.values())
    for new, original in copies.items():
        old_heads[new] = old_heads.get(original, 0)
        old_tails[new] = old_tails.get(original, 0)
    affected = {name for name, n in new_heads.items() if old_heads.get(name) != n}
    affected |= {name for name, n in new_tails.items() if old_tails.get(name) != n}
    affected |= {name for name, n in old_heads.items() if n and n != new_heads.get(name)}
    affected |= {name for name, n in old_tails.items() if n and n != new_tails.get(name)}
    if not affected:
        return after
    short = rate // SHORT
    were = {clip.id: clip for clips in before for clip in clips if clip.id in affected}
    for clips in after.values():
        for index, clip in enumerate(clips):
            if clip.id in affected and not clip.locked:
                was = were.get(clip.id, clip)
                head = old_heads.get(clip.id, 0), new_heads.get(clip.id, 0)
                tail = old_tails.get(clip.id, 0), new_tails.get(clip.id, 0)
                clips[index] = replace(
                    clip,
                    fade_in=_renewed(was.fade_in, clip.fade_in, *head, short=short),
                    fade_out=_renewed(was.fade_out, clip.fade_out, *tail, short=short),
                )
    return after


def _all_overlaps(tracks: Iterable[Iterable[Clip]]) -> tuple[dict[str, int], dict[str, int]]:
    heads: dict[str, int] = {}
    tails: dict[str, int] = {}
    for clips in tracks:
        found = overlaps(clips)
        heads |= found[0]
        tails |= found[1]
    return heads, tails


def _renewed(was: Fade, now: Fade, old: int, new: int, *, short: int) -> Fade:
    if old == new:
        return now
    ours = was == made(old) or (old == 0 and 0 < was.length <= short)
    return made(new) if ours else now
