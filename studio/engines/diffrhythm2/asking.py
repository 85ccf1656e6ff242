"""What a job asks for, checked: lyrics with tags or with times, as the model reads them. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from studio.engines.shared import song_sections, song_times

# The numbers by which the model knows the parts of a song. A sound is another number, one more than in its vocabulary.
PARTS = {
    "start": 500, "end": 501, "intro": 502, "verse": 503, "chorus": 504, "outro": 505, "inst": 506, "solo": 507,
    "bridge": 508, "hook": 509, "break": 510,
}  # fmt: skip
STOP = 511  # behind each line and each part
_LIKE = {"pre-chorus": "verse", "post-chorus": "hook", "instrumental": "inst", "interlude": "inst"}
_TAG = re.compile(r"\[([^\[\]]*)\]\s*(.*)")
_ABOUT = re.compile(r"\[[a-z#]+:[^\]]*\]", re.I)  # who wrote it and the like, in files with times
_BREAK = 10.0  # seconds without a new line, of which most must be without words
_SUNG = 4.0  # about how long a line lasts
_SAID = 60  # signs of a tag in a note


@dataclass(frozen=True)
class Lyrics:
    """Lines in order: a part by its name in `PARTS`, or words. `told` is what the user should know."""

    lines: tuple[tuple[str, str], ...]  # (part, "") or ("", words)
    told: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The lines that are sung."""
        return [words for _, words in self.lines if words]


@dataclass(frozen=True)
class Order:
    """One piece of work."""

    style: str
    lyrics: Lyrics
    seconds: float
    steps: int
    guidance: float
    seed: int


@dataclass
class _Reading:
    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    unknown: list[str] = field(default_factory=list[str])
    silent: int = 0


def order(params: dict[str, Any], text: str, seed: int) -> Order:
    """Read the parameters and the lyrics."""
    return Order(
        style=str(params["style"]).strip(),
        lyrics=read(text),
        seconds=float(params["duration"]),
        steps=int(params["steps"]),
        guidance=float(params["guidance"]),
        seed=seed,
    )


def read(text: str) -> Lyrics:
    """Read lyrics with tags in brackets, or with times before the lines as players of songs show them."""
    timed = any(song_times.LINE.fullmatch(line.strip()) for line in text.splitlines())
    found = _Reading()
    for line in _untimed(text) if timed else text.splitlines():
        _take(line.strip(), found)
    told = list[str]()
    if timed:
        told.append("The model times the lines itself: of the times in the lyrics, order and breaks are kept.")
    if found.unknown:
        told.append(f"The model knows no part called {', '.join(dict.fromkeys(found.unknown))}; it is left out.")
    if found.silent:
        told.append(f"Lines without a word in English or Chinese are left out: {found.silent}.")
    if not any(words for _, words in found.lines):
        told.append("The model was made for songs with words; without lyrics it plays what it likes.")
    return Lyrics(tuple(_framed(found.lines)), tuple(told))


def sings(line: str) -> bool:
    """Whether the model's reading rules find something to say: a letter of English, or a Chinese sign."""
    return any("a" <= sign.lower() <= "z" or "\u4e00" <= sign <= "\u9fa5" for sign in line)


def _take(line: str, found: _Reading) -> None:
    """Add a line; a tag may have words behind it."""
    tag = _TAG.fullmatch(line)
    if tag:
        part = _part(tag[1])
        if part:
            found.lines.append((part, ""))
        elif tag[1].strip():
            found.unknown.append(f"[{tag[1].strip()[:_SAID]}]")
        line = tag[2].strip()
    if sings(line):
        found.lines.append(("", line))
    elif line:
        found.silent += 1


def _part(said: str) -> str:
    """Return the part that a tag means, as songs in general have them: `Verse 2`, `Guitar solo`, `Refrain`."""
    name = re.split(r"[:,(]", said.strip().lower())[0].strip(" .0123456789-")
    for one in (name, *reversed(name.split())):
        if one in PARTS:
            return one
        try:
            kinds = [section.kind for section in song_sections.read(one, lines=1)]
        except song_sections.UnknownSection:
            continue
        if kinds:
            return _LIKE.get(kinds[0], kinds[0])
    return ""


def _framed(lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Have a song begin and end, as the model learned them."""
    start, end = ("start", ""), ("end", "")
    yield start
    yield from (line for line in lines if line not in {start, end})
    yield end


def _untimed(text: str) -> Iterator[str]:
    """Return lines in the order of their times; a long time without one becomes a part without words."""
    timed: list[tuple[float, str]] = []
    last = 0.0
    for line in map(str.strip, text.splitlines()):
        found = song_times.LINE.fullmatch(line)
        if found:
            moments = [_seconds(*time.groups("0")) for time in song_times.TIME.finditer(found[1])]
            timed += [(moment, song_times.without_word_times(found[2])) for moment in moments]
            last = moments[-1]
        elif line and not _ABOUT.fullmatch(line):
            timed.append((last, line))
    timed.sort(key=lambda each: each[0])
    before, tagged = -_SUNG, False
    for moment, line in timed:
        tag = _TAG.fullmatch(line)
        if sings(tag[2] if tag else line):
            if moment - before - _SUNG >= _BREAK and not tagged and not tag:
                yield "[intro]" if before < 0 else "[inst]"
            before, tagged = moment, False
        elif tag:
            tagged = tagged or bool(_part(tag[1]))
        yield line


def _seconds(minutes: str, seconds: str, rest: str) -> float:
    return 60 * int(minutes) + int(seconds) + float(f"0.{rest}")
