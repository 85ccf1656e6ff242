"""What a job asks for, checked, and how the model is asked for it. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from studio.engines.shared import song_sections
from studio.engines.shared.song_sections import Section
from studio.worker.failures import UserMistake

SONG, CONTINUE, REWRITE, RHYME = "song", "continue", "rewrite", "rhyme"
FREE = "free"
_TOKENS_A_SYLLABLE, _TOKENS_A_LINE = 6, 16  # far more than a line takes in any language
_LONGEST_WORD = 12  # tokens
_TAG = re.compile(r"\s*\[([^\[\]]{1,60})\]\s*")

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Order:
    """One piece of work."""

    mode: str
    theme: str
    mood: str
    language: str
    sections: tuple[Section, ...]  # to be written; none for a line or a rhyme
    scheme: str
    syllables: int
    given: str
    line: str  # that is to be written anew, or rhymed with
    count: int  # of suggestions


@dataclass(frozen=True)
class Manner:
    """How the model chooses its words."""

    temperature: float
    top_p: float


@dataclass(frozen=True)
class Call:
    """What the model is asked in one go: so many lines, in at most so many tokens."""

    messages: Messages
    lines: int
    tokens: int


def order(params: dict[str, Any]) -> Order:
    """Read the parameters; raise UserMistake for what cannot be."""
    mode, text = str(params["mode"]), str(params["given"])
    given, whole = text.strip(), mode in {SONG, CONTINUE}
    if not given and mode != SONG:
        raise UserMistake("There is no text to work on.", "Give it: --set given=TEXT.")
    sections = song_sections.ordered(str(params["structure"]), int(params["lines"])) if whole else []
    if mode == CONTINUE:
        sections = _counted_on(sections, given)
    return Order(
        mode=mode,
        theme=str(params["theme"]).strip(),
        mood=str(params["mood"]).strip(),
        language=str(params["language"]).strip(),
        sections=tuple(sections),
        scheme=str(params["scheme"]),
        syllables=int(params["syllables"]),
        given=given,
        line="" if whole else _line(text, int(params["line"])),
        count=int(params["count"]),
    )


def section_call(order: Order, section: Section, before: str, written: Sequence[str]) -> Call:
    """Ask for the lines of a section that are still to be written, after all that stands before it."""
    lines = section.lines - len(written)
    wanted = [f"Write the {'next ' if written else ''}{lines} lines of [{section.title}].", _measure(order)]
    if order.scheme != FREE:
        wanted.append(_rhymes(song_sections.letters(order.scheme, section.lines), order.scheme))
    told = [_about(order)]
    if before:
        told.append(f"The song so far:\n\n{before}")
    if written:
        told.append("\n".join([f"[{section.title}]", *written]))
    told.append(" ".join([*wanted, "Give only these lines, one on each line, without titles, numbers or remarks."]))
    return Call(_asked(order, "\n\n".join(told)), lines, lines * _tokens(order))


def suggestions_call(order: Order) -> Call:
    """Ask for other lines in the place of one, or for rhymes."""
    if order.mode == RHYME:
        told = (
            f"Give {order.count} words or short phrases in {order.language} that rhyme perfectly with "
            f'"{order.line}". Give only them, one on each line, without numbers or remarks.'
        )
        return Call(_asked(order, told), order.count, order.count * _LONGEST_WORD)
    told = (
        f'{_about(order)}\n\nThe lyrics:\n\n{order.given}\n\nWrite the line "{order.line}" anew in {order.count} '
        f"different ways that fit in its place: same meaning, same rhyme. {_measure(order)} Give only these lines, one "
        "on each line, without numbers or remarks."
    )
    return Call(_asked(order, told), order.count, order.count * _tokens(order))


def _asked(order: Order, told: str) -> Messages:
    manner = f"You write song lyrics in {order.language}. You answer with lyrics and nothing else."
    return [{"role": "system", "content": manner}, {"role": "user", "content": told}]


def _about(order: Order) -> str:
    mood = f" Its mood: {order.mood}." if order.mood else ""
    return f"A song in {order.language}. It is about: {order.theme}.{mood}"


def _measure(order: Order) -> str:
    return f"Each line has {order.syllables} syllables."


def _rhymes(letters: str, scheme: str) -> str:
    groups = [[n for n, own in enumerate(letters, 1) if own == letter] for letter in dict.fromkeys(letters)]
    pairs = [f"lines {', '.join(map(str, group[:-1]))} and {group[-1]}" for group in groups if len(group) > 1]
    return f"The lines rhyme {scheme}: {'; '.join(pairs)}." if pairs else ""


def _tokens(order: Order) -> int:
    return order.syllables * _TOKENS_A_SYLLABLE + _TOKENS_A_LINE


def sung_before(given: str) -> dict[str, list[str]]:
    """Return the lines of each section of a text by its title, as `_title` says it; of equal ones the first."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in given.split("\n"):
        tag = _TAG.fullmatch(line)
        if tag:
            lines = []
            found.setdefault(_title(tag), lines)
        elif line.strip():
            lines.append(line.strip())
    return found


def _title(tag: re.Match[str]) -> str:
    """Return the title in a tag in small letters, in English where it is German: `Strophe 1` is a verse."""
    return song_sections.in_english(tag[1].strip()).casefold()


def _counted_on(sections: Sequence[Section], given: str) -> list[Section]:
    """Let sections that have numbers go on after those of the text: `Verse 2` after `Verse 1`."""
    titles = [_title(tag) for tag in map(_TAG.fullmatch, given.split("\n")) if tag]
    found: list[Section] = []
    for section in sections:
        name, _, number = section.title.rpartition(" ")
        if number.isdecimal():
            before = sum(title.startswith(name.casefold()) for title in titles)
            found.append(replace(section, title=f"{name} {before + int(number)}"))
        else:
            found.append(section)
    return found


def _line(text: str, number: int) -> str:
    """Return the line that is meant: the one of that number, as an editor counts, or a text that is one line."""
    if not number:
        lines = text.strip().splitlines()
        if len(lines) > 1:
            raise UserMistake("It is not said which line is meant.", f"Name it: --set line=N, from 1 to {len(lines)}.")
        return lines[0].strip()
    lines = text.replace("\r\n", "\n").split("\n")
    if number > len(lines):
        raise UserMistake(f"The text has no line {number}.", f"It has {len(lines)} lines.")
    found = lines[number - 1].strip()
    if not found or _TAG.fullmatch(found):
        raise UserMistake(f"Line {number} of the text has no words.", "Choose one that is sung.")
    return found
