"""Subtitles, SRT and WebVTT: cues joined to lines, their tags and times left out. Pure; any thread.

The times are those of another recording; what is spoken anew has its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from studio.domain import dialogue
from studio.domain.dialogue import Item, Text
from studio.domain.imports import plain
from studio.domain.imports.value import NARRATOR, Builder, Imported, items_of, sound_of

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.DOTALL)
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,60})?\s+([^<>]{1,120})>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}]{0,100}\}")
_DIRECTION = re.compile(r"\([^()\[\]]{1,80}\)|\[[^()\[\]]{1,80}\]")
_ENDS = (".", "!", "?", "…", "。", "\uff01", "\uff1f")
_DASH = re.compile(r"\s*[-–—]\s*(?=\S)")
_LONGEST_GAP = 2.0


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    """A line that cues are being joined to."""

    speaker: str | None
    text: str
    end: float


def looks_like_srt(text: str) -> bool:
    """Whether a text begins as SRT does: a number, then a time."""
    head = text.lstrip("\n \t")[:200].split("\n")
    return len(head) > 1 and head[0].strip().isdecimal() and _TIMING.fullmatch(head[1]) is not None


def read(text: str, *, form: str) -> Imported:
    """The subtitles as a script."""
    builder = Builder()
    cues = list(_cues(text))
    said = [spoken for cue in cues for spoken in _said(cue)]
    if any(speaker for speaker, _, _ in said) and said[0][0] is None:
        said[0] = (NARRATOR, said[0][1], said[0][2])
    open_line: _Open | None = None
    for speaker, words, cue in said:
        if open_line and _goes_on(open_line, speaker, cue):
            open_line.text += f" {words}"
            open_line.end = cue.end
            continue
        _close(open_line, builder)
        open_line = _Open(speaker, words, cue.end)
    _close(open_line, builder)
    if cues:
        builder.note("The times of the subtitles were left out: what is spoken has its own.")
    return builder.done(form)


def _goes_on(before: _Open, speaker: str | None, cue: _Cue) -> bool:
    if speaker not in (None, before.speaker) or cue.start - before.end > _LONGEST_GAP:
        return False
    return not before.text.rstrip("\"'”’»)").endswith(_ENDS)


def _close(line: _Open | None, builder: Builder) -> None:
    if line:
        builder.say(line.speaker, _items(line.text, builder))


def _cues(text: str) -> Iterator[_Cue]:
    timing: tuple[float, float] | None = None
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if timing is None:
            found = _TIMING.fullmatch(line)
            timing, lines = (_span(found), []) if found else (None, [])
        elif line.strip():
            lines.append(line)
        else:
            yield _Cue(*timing, tuple(lines))
            timing = None


def _span(found: re.Match[str]) -> tuple[float, float]:
    parts = [int(part or 0) for part in found.groups()]
    start, end = ((h * 60 + m) * 60 + s + ms / 1000 for h, m, s, ms in (parts[:4], parts[4:]))
    return start, end


def _said(cue: _Cue) -> Iterator[tuple[str | None, str, _Cue]]:
    """Who says what in a cue: a voice, a name with a colon, or a dash begins another's words."""
    dashes = sum(_DASH.match(line) is not None for line in cue.lines) > 1
    speaker: str | None = None
    words: list[str] = []
    for line in cue.lines:
        voice = _VOICE.search(line)
        bare = html.unescape(_TAG.sub("", line)).replace("♪", " ").replace("♫", " ")
        bare = _DASH.sub("", bare, count=1) if dashes else bare
        found = (html.unescape(voice[1]), bare) if voice else plain.cue_of(bare)
        if words and (found or dashes):
            yield speaker, " ".join(words), cue
            words, speaker = [], None
        if found:
            speaker = dialogue.speaker_name(found[0])
            bare = found[1]
        words.append(" ".join(bare.split()))
    if words:
        yield speaker, " ".join(words), cue


def _items(text: str, builder: Builder) -> Iterator[Item]:
    """The words of a line; what is heard and not said becomes a sound or is left out."""
    at = 0
    for match in _DIRECTION.finditer(text):
        sound = sound_of(match.group())
        yield from items_of(text[at : match.start()])
        yield from (Text(" "), sound, Text(" ")) if sound else (Text(" "),)
        if sound is None:
            builder.left_out("descriptions of sounds", match.group())
        at = match.end()
    yield from items_of(text[at:])
