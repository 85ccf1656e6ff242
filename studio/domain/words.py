"""Words from sound: the values of a transcript, and its ways to be written: text, SubRip, WebVTT. Pure; any thread."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from studio.domain.export import captions
from studio.domain.export.captions import Cue

_WIDTH = 42  # characters of a row
_ROWS = 2  # of a cue
_LONGEST = 7.0  # seconds that a cue is shown
_SHORTEST = 1.0  # where there is time
_PAUSE = 0.6  # seconds; a longer one ends a cue
_PARAGRAPH = 1.5  # seconds; a longer pause ends a paragraph
_SENTENCE = (".", "?", "!", "…", "\u3002", "\uff1f", "\uff01")
_CLAUSE = (",", ";", ":", "—", "\u2013", "\u3001", "\uff0c")
_CLOSING = "\"'”’)]}"
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})  # written without spaces between words


@dataclass(frozen=True)
class Word:
    """A word with its place in seconds, and how sure it is."""

    text: str
    start: float
    end: float
    probability: float = 1.0


@dataclass(frozen=True)
class Segment:
    """A sentence, or what was said between two pauses."""

    text: str
    start: float
    end: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Heard:
    """What was said in one of the stretches that were asked for."""

    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Transcript:
    """All that was heard. `spans` are there when stretches were asked for."""

    language: str
    seconds: float
    segments: tuple[Segment, ...]
    spans: tuple[Heard, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in their order."""
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def text(self) -> str:
        """What was said, a paragraph a line."""
        parts: list[str] = []
        for number, segment in enumerate(self.segments):
            if number:
                pause = segment.start - self.segments[number - 1].end
                parts.append("\n" if pause > _PARAGRAPH else "" if self.language in _UNSPACED else " ")
            parts.append(segment.text)
        return "".join(parts)


def parse(text: str) -> Transcript:
    """Read a transcript as engines write it; raise ValueError for what is none."""
    try:
        data = _table(json.loads(text))
        return Transcript(
            _text(data["language"]),
            _number(data["seconds"]),
            tuple(_segment(item) for item in _list(data["segments"])),
            tuple(_heard(item) for item in _list(data.get("spans", []))),
        )
    except (KeyError, RecursionError) as e:
        raise ValueError(f"it is no transcript: {e}") from e


def write(text: str, form: str, _recipe: dict[str, Any]) -> str:
    """Turn an engine's transcript into the user's: as it is, plain text, or subtitles."""
    if form == "json":
        return text
    found = parse(text)
    if form == "txt":
        return f"{found.text}\n" if found.text else ""
    shown = cues(found.words, found.language)
    return captions.vtt(shown) if form == "vtt" else captions.srt(shown)


def cues(words: Sequence[Word], language: str = "en") -> tuple[Cue, ...]:
    """Return subtitles that can be read: cut at sentences and pauses, then at clauses, then where it is even."""
    page = _Page("" if language in _UNSPACED else " ", _WIDTH // 2 if language in _UNSPACED else _WIDTH)
    found: list[Cue] = []
    for run in _runs(_short(words, page.width)):
        for part in page.parts(run):
            start, end = _milliseconds(part[0].start), _milliseconds(min(part[-1].end, part[0].start + _LONGEST))
            found.append(Cue(start, max(end, start + 1), "", tuple(page.rows(part))))
    starts = [*(cue.start for cue in found[1:]), math.inf]
    return tuple(_lengthened(cue, free) for cue, free in zip(found, starts, strict=False))


@dataclass(frozen=True)
class _Page:
    joint: str
    width: int

    def rows(self, words: Sequence[Word]) -> list[str]:
        return textwrap.wrap(self.joint.join(word.text for word in words), self.width, break_on_hyphens=False)

    def parts(self, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
        """Cut words in two until each part fits."""
        fits = len(self.rows(words)) <= _ROWS and words[-1].end - words[0].start <= _LONGEST
        if fits or len(words) == 1:
            yield words
            return
        cut = min(range(1, len(words)), key=lambda n: self._cost(words, n))
        yield from self.parts(words[:cut])
        yield from self.parts(words[cut:])

    def _cost(self, words: Sequence[Word], cut: int) -> float:
        """How bad it is to cut before a word: far from the middle, within a clause, without a pause."""
        sizes = [len(word.text) + 1 for word in words]
        uneven = abs(2 * sum(sizes[:cut]) / sum(sizes) - 1)
        clause = words[cut - 1].text.rstrip(_CLOSING).endswith(_CLAUSE)
        pause = max(0.0, words[cut].start - words[cut - 1].end)
        return uneven - (0.5 if clause else 0.0) - min(0.5, pause)


def _runs(words: Iterable[Word]) -> Iterator[list[Word]]:
    held: list[Word] = []
    for word in words:
        ended = held and held[-1].text.rstrip(_CLOSING).endswith(_SENTENCE)
        if held and (ended or word.start - held[-1].end > _PAUSE):
            yield held
            held = []
        held.append(word)
    if held:
        yield held


def _short(words: Iterable[Word], longest: int) -> Iterator[Word]:
    """Cut words that no row takes, with their share of the time."""
    for word in words:
        count = max(1, math.ceil(len(word.text) / longest))
        step = (word.end - word.start) / count
        for n in range(count):
            piece = word.text[n * longest : (n + 1) * longest]
            yield replace(word, text=piece, start=word.start + n * step, end=word.start + (n + 1) * step)


def _lengthened(cue: Cue, free: float) -> Cue:
    """Show a cue for a while, but only until the next begins."""
    wanted = max(cue.end, cue.start + _milliseconds(_SHORTEST))
    return replace(cue, end=round(max(cue.start + 1, min(wanted, free))))


def _milliseconds(seconds: float) -> int:
    return round(1000 * seconds)


def _segment(data: object) -> Segment:
    table = _table(data)
    words = tuple(_word(item) for item in _list(table["words"]))
    return Segment(_text(table["text"]), _number(table["start"]), _number(table["end"]), words)


def _heard(data: object) -> Heard:
    table = _table(data)
    return Heard(_text(table["text"]), tuple(_word(item) for item in _list(table["words"])))


def _word(data: object) -> Word:
    table = _table(data)
    start = _number(table["start"])
    return Word(_text(table["word"]), start, max(start, _number(table["end"])), _number(table["probability"]))


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("it is no transcript: a table is missing")  # noqa: TRY004 — one kind of error for all
    return cast("dict[str, Any]", value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("it is no transcript: a list is missing")  # noqa: TRY004
    return cast("list[Any]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it is no transcript: a text is missing")  # noqa: TRY004
    return " ".join(value.split())


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e7:
        raise ValueError("it is no transcript: a time is missing")
    return float(value)
