"""Which lines of a song were sung as they are written, which otherwise, and which not at all. Pure; any thread.

What was heard is held against the lyrics as a whole, in its order, so that a chorus which comes again is told from the
one before. A recogniser mishears singing more than speech: what is said here is a hint for where to listen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import cast

from studio.domain.alike import folded
from studio.domain.lyrics_view import tag_of
from studio.domain.spoken.english import spoken
from studio.domain.words import Word

SUNG, GARBLED, SKIPPED = "sung", "garbled", "skipped"
VERDICTS: Mapping[str, str] = {
    SUNG: "Sung as written.",
    GARBLED: "Other words were heard than those written.",
    SKIPPED: "This line was not heard.",
}
"""What can be said of a line, each with its sentence."""

MOST_STEPS = 12_000_000  # words written times words heard; a song of ten minutes has a quarter of that
# Folded; what stands for a tone more than for a word, and is seldom written down by who listens.
_VOCABLES = frozenset(
    {"o", "ah", "ha", "hey", "ho", "hm", "la", "na", "da", "doo", "dum", "sha", "ooh", "oooh", "uh", "whoa", "woah"}
    | {"yeah", "ay", "ey", "ba", "pa", "bom"}
)
_APART = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_TIMES = re.compile(r"^\s*(?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+")
_WORD_TIMES = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")
_ALIKE = 0.6  # of two words' letters, from which one is the other misheard
_FEW = 0.25  # of a line's words; who heard no more of it did not hear it
_MOST = 0.6  # of them; who heard as many heard the line
_LACKS, _LACKS_VOCABLE, _MORE, _OTHER, _MISHEARD, _TORN = 1.0, 0.3, 0.6, 1.2, 0.4, 0.3  # costs
_MARGIN = 0.25  # seconds around a line that is sung again
_SHORTEST = 2.0  # of such a range
_SECONDS_A_WORD = 0.45


@dataclass(frozen=True)
class SungLine:
    """A line of the lyrics in the sound. A skipped one has the seconds between its neighbours, which may be none."""

    number: int  # of the line in the text, from 1
    text: str
    verdict: str
    start: float
    end: float
    heard: str = ""

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return VERDICTS[self.verdict]

    def to_dict(self) -> dict[str, object]:
        """Return the object that is stored and printed."""
        return {**asdict(self), "start": round(self.start, 2), "end": round(self.end, 2)}


class TooLong(ValueError):
    """So many words that comparing them would take minutes."""


@dataclass(frozen=True)
class _Wanted:
    """A word of the lyrics, and whether it begins or ends its line."""

    text: str
    first: bool
    last: bool

    @property
    def lacks(self) -> float:
        """What it costs when it is not heard."""
        return _LACKS_VOCABLE if self.text in _VOCABLES else _LACKS


def lines_to_sing(lyrics: str) -> list[tuple[int, str]]:
    """Return the lines that have words, with their numbers from 1; what is only `la la` cannot be checked."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(map(sung_of, lyrics.split("\n")), 1):
        if not tag_of(line) and any(word not in _VOCABLES for word in _words(line)):
            found.append((number, line))
    return found


def sung_of(line: str) -> str:
    """Return a line of lyrics without the times that may stand in it: `[00:12.50]<00:12.50>Summer <00:12.90>rain`."""
    return _WORD_TIMES.sub("", _TIMES.sub("", line)).strip()


def checked(lyrics: str, heard: Sequence[Word], seconds: float) -> tuple[SungLine, ...]:
    """Say of each line that has words whether it was sung; raise TooLong for what no song is."""
    lines = lines_to_sing(lyrics)
    wanted: list[_Wanted] = []
    begins: list[int] = []  # where each line's words begin among all
    for _, text in lines:
        words = _words(text)
        begins.append(len(wanted))
        wanted += [_Wanted(word, n == 0, n == len(words) - 1) for n, word in enumerate(words)]
    said = [(word, number) for number, one in enumerate(heard) for word in _words(one.text)]
    if len(wanted) * len(said) > MOST_STEPS:
        raise TooLong(f"{len(wanted):,} words are written and {len(said):,} were heard")
    met = _met(wanted, [word for word, _ in said])
    found: list[SungLine] = []
    for place, (number, text) in enumerate(lines):
        end = begins[place + 1] if place + 1 < len(lines) else len(wanted)
        own = [(wanted[n], met[n]) for n in range(begins[place], end)]
        taken = sorted({said[at][1] for _, at in own if at >= 0})
        verdict = _verdict([(word.text, said[at][0] if at >= 0 else "") for word, at in own])
        here = [heard[n] for n in taken] if verdict != SKIPPED else []
        start, end = (min(w.start for w in here), max(w.end for w in here)) if here else (math.nan, math.nan)
        shown = " ".join(heard[n].text for n in range(taken[0], taken[-1] + 1)) if here else ""
        found.append(SungLine(number, text, verdict, start, end, shown))
    return tuple(_placed(found, seconds))


def from_dicts(data: object) -> tuple[SungLine, ...]:
    """Read what `to_dict` wrote of several lines; none where it is something else."""
    try:
        return tuple(_from_dict(cast("Mapping[str, object]", one)) for one in cast("Sequence[object]", data))
    except (KeyError, TypeError, ValueError):
        return ()


def again(line: SungLine, seconds: float) -> tuple[float, float]:
    """Return from where to where a song is made anew so that this line is sung again: with room for its words."""
    room = max(_SHORTEST, _SECONDS_A_WORD * len(_words(line.text)))
    start, end = line.start - _MARGIN, line.end + _MARGIN
    lacks = max(0.0, room - (end - start)) / 2
    start, end = start - lacks, end + lacks
    start = max(0.0, start - max(0.0, end - seconds))
    return round(start, 2), round(min(seconds, max(end, start + room)), 2)


def _words(text: str) -> list[str]:
    """Return the words as they are sung, in one spelling; of a script without spaces each sign."""
    return [part for word in folded(spoken(text)) for part in _APART.findall(word)]


def _verdict(pairs: Sequence[tuple[str, str]]) -> str:
    """Judge a line by its words, each with what was heard in its place."""
    counted = [pair for pair in pairs if pair[0] not in _VOCABLES]
    right = sum(bool(heard) and _other(word, heard) < _OTHER for word, heard in counted)
    if right >= _MOST * len(counted):
        return SUNG
    some = sum(bool(heard) for _, heard in counted)
    return SKIPPED if some <= _FEW * len(counted) else GARBLED


@lru_cache(maxsize=100_000)
def _other(word: str, heard: str) -> float:
    """Return what it costs that one word was heard for another."""
    if word == heard:
        return 0.0
    if len(word) < 3 or len(heard) < 3 or abs(len(word) - len(heard)) > 3:
        return _OTHER
    return _MISHEARD if SequenceMatcher(None, word, heard, autojunk=False).ratio() >= _ALIKE else _OTHER


_PAIR, _EXTRA, _GAP = 0, 1, 2  # the ways to a cell


def _met(wanted: Sequence[_Wanted], said: Sequence[str]) -> list[int]:
    """Return for each word of the lyrics which heard one stands for it, -1 for none.

    The cheapest of all ways to turn one text into the other. What is not heard costs more where it begins or ends
    within a line: whoever leaves something out mostly leaves out lines.
    """
    width = len(said) + 1
    kept = [j * _MORE for j in range(width)]  # the cost where the last word was not left out
    gaps = [math.inf] * width  # and where it was
    ways: list[tuple[bytearray, bytearray, bytearray]] = []
    closing = 0.0
    for word in wanted:
        row, lost = [math.inf] * width, [0.0] * width
        how, before, opened = bytearray(width), bytearray(width), bytearray(width)
        opening = 0.0 if word.first else _TORN
        ending = 0.0 if word.last else _TORN
        for j in range(width):
            stay, begin = gaps[j], kept[j] + opening
            opened[j] = begin < stay
            lost[j] = min(stay, begin) + word.lacks
            if not j:
                continue
            whole, torn = kept[j - 1], gaps[j - 1] + closing
            pair = min(whole, torn) + _other(word.text, said[j - 1])
            whole_extra, torn_extra = row[j - 1], lost[j - 1] + ending
            extra = min(whole_extra, torn_extra) + _MORE
            if extra < pair:
                row[j], how[j], before[j] = extra, _EXTRA, torn_extra < whole_extra
            else:
                row[j], how[j], before[j] = pair, _PAIR, torn < whole
        ways.append((how, before, opened))
        kept, gaps, closing = row, lost, ending
    return _traced(wanted, ways, gap=bool(wanted) and gaps[-1] < kept[-1], last=width - 1)


def _traced(
    wanted: Sequence[_Wanted], ways: Sequence[tuple[bytearray, bytearray, bytearray]], *, gap: bool, last: int
) -> list[int]:
    """Go the cheapest way back."""
    met = [-1] * len(wanted)
    i, j = len(wanted), last
    while i:
        how, before, opened = ways[i - 1]
        if gap:
            gap = not opened[j]
            i -= 1
        elif not j:  # nothing was heard before
            break
        else:
            gap = bool(before[j])
            if how[j] == _PAIR:
                i -= 1
                met[i] = j - 1
            j -= 1
    return met


def _placed(lines: Sequence[SungLine], seconds: float) -> list[SungLine]:
    """Give lines that were not heard the seconds between their neighbours, shared out by their length."""
    found: list[SungLine] = []
    at = 0
    while at < len(lines):
        if lines[at].verdict != SKIPPED:
            found.append(lines[at])
            at += 1
            continue
        end = next((n for n in range(at, len(lines)) if lines[n].verdict != SKIPPED), len(lines))
        begin = min(seconds, found[-1].end if found else 0.0)
        until = max(begin, lines[end].start if end < len(lines) else seconds)
        whole = sum(len(line.text) for line in lines[at:end])
        for line in lines[at:end]:
            share = (until - begin) * len(line.text) / whole
            whole -= len(line.text)
            found.append(SungLine(line.number, line.text, SKIPPED, begin, begin + share))
            begin += share
        at = end
    return found


def _from_dict(data: Mapping[str, object]) -> SungLine:
    verdict, start, end = str(data["verdict"]), float(str(data["start"])), float(str(data["end"]))
    if verdict not in VERDICTS or not 0 <= start <= end < math.inf:
        raise ValueError(verdict)
    return SungLine(int(str(data["number"])), str(data["text"]), verdict, start, end, str(data["heard"]))
