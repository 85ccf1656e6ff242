"""How well a line was spoken: words heard against words written, pace, levels, and one word for it. Pure; any thread.

The word is a hint for where to listen, not a verdict: a recogniser mishears, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.domain.alike import folded
from studio.domain.spoken.english import spoken

ANYTHING = "\x00"  # stands in an expected text for words that cannot be known: respelt ones
_UNCLEAR = 0.25  # word error
_UNCLEAR_AT_LENGTH = 0.15  # of several lines at once: by chance fewer of many words are misheard
_FAST = 5.5  # words a second
_SLOW = 1.1
_FEW = 4  # words; the pace of fewer says nothing
_TYPICAL = 2.8  # words a second
_CLIPPED = 4  # samples
_NOISE_DB = -38.0  # of what follows the last word, against the level of the line
_NOISE_SECONDS = 0.3
_SILENT_DB = -60.0

BADGES: Mapping[str, str] = {
    "good": "Sounds as written.",
    "clipped": "The sound is too loud in places and distorted there.",
    "unclear": "Other words were heard than those written.",
    "noisy": "There is noise after the last word.",
    "fast": "Spoken very fast.",
    "slow": "Spoken very slowly.",
}
"""What can be said of a line, the worst first after "good", each with its sentence."""
_WORST_FIRST = tuple(name for name in BADGES if name != "good")


@dataclass(frozen=True)
class Levels:
    """What was measured of a line's sound. `trailing_*`: of what comes after the last word."""

    level_db: float
    clipped: int  # samples
    silence: float = 0.0  # seconds of the longest gap within
    trailing_seconds: float = 0.0
    trailing_db: float = -120.0


@dataclass(frozen=True)
class LineQuality:
    """How a line came out."""

    word_error: float
    words_per_second: float
    clipped: bool
    trailing_noise: float  # seconds
    silence: float  # seconds of the longest gap
    heard: str
    badge: str

    @property
    def sentence(self) -> str:
        """The badge in words."""
        return BADGES[self.badge]

    def to_dict(self) -> dict[str, object]:
        """Return the object that is stored and printed."""
        return {
            "word_error": round(self.word_error, 4),
            "words_per_second": round(self.words_per_second, 2),
            "clipped": self.clipped,
            "trailing_noise": round(self.trailing_noise, 2),
            "silence": round(self.silence, 2),
            "heard": self.heard,
            "badge": self.badge,
            "sentence": self.sentence,
        }


def from_dict(data: Mapping[str, object]) -> LineQuality:
    """Read what `to_dict` wrote."""
    numbers = {name: float(str(data[name])) for name in ("word_error", "words_per_second", "trailing_noise", "silence")}
    badge = str(data["badge"])
    return LineQuality(
        **numbers, clipped=bool(data["clipped"]), heard=str(data["heard"]), badge=badge if badge in BADGES else "good"
    )


def word_error(expected: str, heard: str, *, british: bool = False) -> float:
    """Return the share of words that are wrong, missing or too many; over 1 when more was said than written."""
    errors, count = _errors(expected, heard, british=british)
    return errors / count if count else float(errors > 0)


def misheard(expected: str, heard: str, *, british: bool = False) -> bool:
    """Whether several lines that were spoken in one go are others than those written, or some are missing."""
    errors, count = _errors(expected, heard, british=british)
    wrong = errors / count if count else float(errors > 0)
    return (errors >= 2 and wrong > _UNCLEAR_AT_LENGTH) or (count > 0 and wrong >= 1)


def judged(expected: str, heard: str, *, seconds: float, levels: Levels, british: bool = False) -> LineQuality:
    """Judge a line. `seconds`: from its first sound to the end of its last word."""
    errors, count = _errors(expected, heard, british=british)
    wrong = errors / count if count else float(errors > 0)
    pace = count / seconds if seconds > 0 else 0.0
    noise = levels.trailing_seconds if levels.trailing_db - levels.level_db > _NOISE_DB else 0.0
    silent = levels.level_db < _SILENT_DB
    found = {
        "clipped": levels.clipped >= _CLIPPED,
        "unclear": (errors >= 2 and wrong > _UNCLEAR) or (count > 0 and (wrong >= 1 or silent)),
        "noisy": noise >= _NOISE_SECONDS,
        "fast": count >= _FEW and pace > _FAST,
        "slow": count >= _FEW and pace < _SLOW,
    }
    badge = next((name for name in _WORST_FIRST if found[name]), "good")
    return LineQuality(wrong, pace, found["clipped"], noise, levels.silence, heard, badge)


def best(takes: Sequence[LineQuality]) -> int:
    """Return which take of a line to keep: the fewest wrong words, the best badge, the most ordinary pace."""
    return min(range(len(takes)), key=lambda n: _rank(takes[n]))


def _rank(take: LineQuality) -> tuple[float, int, float]:
    faults = 0 if take.badge == "good" else len(_WORST_FIRST) - _WORST_FIRST.index(take.badge)
    return round(take.word_error, 3), faults, abs(math.log(max(take.words_per_second, 0.01) / _TYPICAL))


def _errors(expected: str, heard: str, *, british: bool) -> tuple[int, int]:
    wanted = _words(expected, british=british)
    return _distance(wanted, _words(heard, british=british)), sum(word != ANYTHING for word in wanted)


def _words(text: str, *, british: bool) -> list[str]:
    """Return the words as they are said; a stretch that may be anything stays a word of its own."""
    known = [folded(spoken(part, british=british)) for part in text.split(ANYTHING)]
    found = known[0]
    for part in known[1:]:
        found += [ANYTHING, *part]
    return found


def _distance(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Count the words to change, add and take away; "river bank" and "riverbank" are the same."""
    rows = [list(range(len(heard) + 1))]
    for i, word in enumerate(wanted, 1):
        before, row = rows[-1], [rows[-1][0] + (word != ANYTHING)]
        for j, other in enumerate(heard, 1):
            if word == ANYTHING:
                row.append(min(before[j], before[j - 1], row[j - 1]))
                continue
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (word != other))
            if i > 1 and wanted[i - 2] + word == other:
                cost = min(cost, rows[-2][j - 1])
            if j > 1 and heard[j - 2] + other == word:
                cost = min(cost, before[j - 2])
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
