"""Where a dialogue is cut for an engine that speaks several turns in one go. Pure, standard library; any thread."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

SHORTEST = 5.0  # seconds; less than this sounds hurried or odd
OPENING = 10.0  # of a stretch that is to carry a voice on: it must leave room for what follows it
MOST_VOICES = 2
_LETTERS_A_SECOND = 15.0
_SECONDS_A_SOUND = 0.8
_SECONDS_A_SENTENCE = 0.2
_SOUND = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Turn:
    """A sentence of somebody."""

    text: str
    voice: str


def seconds_of(text: str) -> float:
    """Predict how long a sentence lasts."""
    words = _SOUND.sub("", text)
    sounds = len(_SOUND.findall(text))
    return len(words.strip()) / _LETTERS_A_SECOND + _SECONDS_A_SOUND * sounds + _SECONDS_A_SENTENCE


def cut(
    turns: Sequence[Turn], *, longest: float, breaks: Collection[int] = (), carried: Collection[str] = ()
) -> list[range]:
    """Return the stretches of a dialogue, by the numbers of their sentences.

    None lasts longer than `longest`, unless a single sentence does, or has more than two voices. A stretch begins at
    each of `breaks`. One that is the first with its voices of `carried` is short: the voices are known by it later.
    """
    found: list[range] = []
    heard: list[frozenset[str]] = []
    begin = 0
    while begin < len(turns):
        limit, end = _reach(turns, begin, longest=longest, breaks=breaks, carried=carried, heard=heard)
        whole = end == len(turns) or end in breaks
        found.append(range(begin, end if whole else _border(turns, begin, end)))
        begin = found[-1].stop
        heard.append(frozenset(turns[number].voice for number in found[-1]))
        if whole:
            _even_out(found, turns, limit, breaks)
    return found


def _reach(
    turns: Sequence[Turn],
    begin: int,
    *,
    longest: float,
    breaks: Collection[int],
    carried: Collection[str],
    heard: Collection[frozenset[str]],
) -> tuple[float, int]:
    """Return the limit of the stretch that begins here, and how far it could go."""
    voices: set[str] = set()
    seconds, limit, end = 0.0, longest, begin
    while end < len(turns):
        turn = turns[end]
        voices.add(turn.voice)
        if not (own := voices & set(carried)) or any(own <= before for before in heard):
            limit = longest
        else:
            limit = min(longest, OPENING)
        seconds += seconds_of(turn.text)
        if end > begin and (end in breaks or len(voices) > MOST_VOICES or seconds > limit):
            break
        end += 1
    return limit, end


def _border(turns: Sequence[Turn], begin: int, end: int) -> int:
    """Return the last place before which somebody else spoke, where enough is left; else the end as it is."""
    for place in range(end, begin + 1, -1):
        if turns[place].voice != turns[place - 1].voice:
            return place if _lasts(turns, begin, place) >= SHORTEST or place == end else end
    return end


def _even_out(found: list[range], turns: Sequence[Turn], limit: float, breaks: Collection[int]) -> None:
    """Share the last two stretches out anew where the last came out too short."""
    if len(found) < 2 or found[-1].start in breaks or _lasts(turns, found[-1].start, found[-1].stop) >= SHORTEST:
        return
    first, last = found[-2:]
    if len({turns[n].voice for n in range(first.start, last.stop)}) > MOST_VOICES:
        return
    places = [
        place
        for place in range(first.start + 1, last.start + 1)
        if _lasts(turns, place, last.stop) <= limit and _lasts(turns, first.start, place) >= SHORTEST
    ]
    if not places:
        return

    def unevenness(place: int) -> tuple[bool, float]:
        within = turns[place].voice == turns[place - 1].voice
        return within, abs(_lasts(turns, first.start, place) - _lasts(turns, place, last.stop))

    middle = min(places, key=unevenness)
    found[-2:] = [range(first.start, middle), range(middle, last.stop)]


def _lasts(turns: Sequence[Turn], begin: int, end: int) -> float:
    return sum(seconds_of(turns[number].text) for number in range(begin, end))


def spans(texts: Sequence[str], begin: float, end: float) -> list[tuple[float, float]]:
    """Share a time out among sentences by how long each is expected to last."""
    weights = [seconds_of(text) for text in texts]
    places = [begin]
    for weight in weights:
        places.append(places[-1] + (end - begin) * weight / sum(weights))
    return list(pairwise([*places[:-1], end]))


def parted(text: str, *, most_seconds: float, most_bytes: int) -> list[str]:
    """Cut a sentence that is too long in itself, between words; a word beyond all measure is cut, too."""
    parts: list[str] = []
    for word in _words(text, most_bytes):
        longer = f"{parts[-1]} {word}" if parts else word
        if parts and seconds_of(longer) <= most_seconds and len(longer.encode()) <= most_bytes:
            parts[-1] = longer
        else:
            parts.append(word)
    return parts


def _words(text: str, most_bytes: int) -> list[str]:
    # A sound of two words stays whole; four bytes are the longest character.
    words = re.findall(r"\([^()\s]+ [^()\s]+\)\S*|\S+", text)
    step = max(1, most_bytes // 4)
    return [word[at : at + step] if len(word.encode()) > most_bytes else word
            for word in words
            for at in (range(0, len(word), step) if len(word.encode()) > most_bytes else (0,))]  # fmt: skip
