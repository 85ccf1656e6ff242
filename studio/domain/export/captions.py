"""Captions of the spoken lines: who says what from when to when, as SubRip or WebVTT. Pure; any thread."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from studio.domain.export.heard import heard
from studio.domain.project import Project

ENDINGS = ("srt", "vtt")
_WIDTH = 42  # characters of a line
_LINES = 2  # of a caption; a longer text becomes several, one after the other
_LONG_WORD = re.compile(rf"\S{{{_WIDTH}}}(?=\S)")
_PAUSE = re.compile(r"[,;:.!?…—](?=\s|\Z)")
_SEAM = 4  # two pieces of one take are one line when less than 1/_SEAM s lies between them


@dataclass(frozen=True)
class Line:
    """Something that is said, in samples of the project."""

    start: int
    end: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Cue:
    """A caption as it is shown, in whole milliseconds."""

    start: int
    end: int
    speaker: str
    rows: tuple[str, ...]


def spoken(project: Project, start: int, end: int) -> tuple[Line, ...]:
    """Return the lines that one hears between two samples, cut to that stretch, by time."""
    found: list[Line] = []
    latest: dict[tuple[str, str], int] = {}  # track and take → its place in `found`
    for item in heard(project, start, end):
        if item.take is None or not item.take.text.strip():
            continue
        line = Line(
            max(start, item.clip.start),
            min(end, item.clip.end),
            " ".join(item.take.speaker.split()),
            " ".join(item.take.text.split()),
        )
        key = (item.track.id, item.take.id)
        before = latest.get(key)
        if before is not None and line.start - found[before].end <= project.rate // _SEAM:
            found[before] = replace(found[before], end=max(line.end, found[before].end))
        else:
            latest[key] = len(found)
            found.append(line)
    return tuple(found)


def cues(lines: Iterable[Line], start: int, rate: int) -> tuple[Cue, ...]:
    """Return captions of readable size; times count from `start`. Those of two who speak at once overlap."""
    found: list[Cue] = []
    for line in lines:
        a, b = _milliseconds(line.start - start, rate), _milliseconds(line.end - start, rate)
        groups = list(_groups(line.text))
        total = sum(map(_size, groups))
        said = 0
        for group in groups:
            first = a + (b - a) * said // total
            said += _size(group)
            last = a + (b - a) * said // total
            found.append(Cue(first, max(last, first + 1), line.speaker, group))
    return tuple(sorted(found, key=lambda cue: (cue.start, cue.end)))


def _groups(text: str) -> Iterator[tuple[str, ...]]:
    """Cut a text into captions: at a pause where there is one in the later part of what fits, else between words."""
    rest = _LONG_WORD.sub(r"\g<0> ", " ".join(text.split()))
    while rest:
        rows = textwrap.wrap(rest, _WIDTH, break_on_hyphens=False)
        if len(rows) <= _LINES:
            yield tuple(rows)
            return
        fits = " ".join(rows[:_LINES])
        pauses = [pause.end() for pause in _PAUSE.finditer(fits) if pause.end() > len(fits) // 3]
        end = pauses[-1] if pauses else len(fits)
        yield tuple(textwrap.wrap(fits[:end], _WIDTH, break_on_hyphens=False))
        rest = rest[end:].lstrip()


def srt(shown: Sequence[Cue]) -> str:
    """Return SubRip. It knows no two captions at once: they are put under one another while both last."""
    several = len({cue.speaker for cue in shown}) > 1
    blocks = [
        f"{number}\n{_stamp(a, ',')} --> {_stamp(b, ',')}\n{text}\n"
        for number, (a, b, text) in enumerate(_one_at_a_time(shown, names=several), 1)
    ]
    return "\n".join(blocks)


def vtt(shown: Sequence[Cue]) -> str:
    """Return WebVTT, with the speakers as its voices."""
    blocks = ["WEBVTT\n"]
    for cue in shown:
        voice = _escaped(cue.speaker)
        text = "\n".join(map(_escaped, cue.rows))
        said = f"<v {voice}>{text}</v>" if voice else text
        blocks.append(f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n{said}\n")
    return "\n".join(blocks)


def written(lines: Iterable[Line], ending: str, *, start: int, rate: int) -> str:
    """Return captions in the form that a file's ending names."""
    shown = cues(lines, start, rate)
    return vtt(shown) if ending == "vtt" else srt(shown)


def _one_at_a_time(shown: Sequence[Cue], *, names: bool) -> list[tuple[int, int, str]]:
    """Cut time where a caption begins or ends; each stretch shows all that last through it."""
    moments = sorted({m for cue in shown for m in (cue.start, cue.end)})
    found: list[tuple[int, int, str]] = []
    active: list[Cue] = []
    waiting = list(reversed(shown))
    for a, b in pairwise(moments):
        active = [cue for cue in active if cue.end > a]
        while waiting and waiting[-1].start <= a:
            active.append(waiting.pop())
        text = "\n".join(_plain(cue, names=names) for cue in active)
        if found and found[-1][1:] == (a, text):
            found[-1] = (found[-1][0], b, text)
        elif text:
            found.append((a, b, text))
    return found


def _plain(cue: Cue, *, names: bool) -> str:
    text = "\n".join(row.replace("-->", "→") for row in cue.rows)
    return f"{cue.speaker}: {text}" if names and cue.speaker else text


def _size(rows: tuple[str, ...]) -> int:
    return sum(map(len, rows))


def _milliseconds(samples: int, rate: int) -> int:
    return (2000 * samples + rate) // (2 * rate)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _stamp(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{rest:03}"
