"""What every import makes: a script, its sections, and what had to be left out. Pure; a builder is used by one call."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from studio.domain import dialogue
from studio.domain.dialogue import Item, Kind, Line, Pause, Respell, Script, Section, Tag, Text

NARRATOR = "Narrator"
LONGEST_TITLE = 200

_MOST_NAMED = 5
_SPACES = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r" (?=[.,](?:\s|\Z))")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the imported script: its source line in `Imported.text`, and its title."""

    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A text from outside as a dialogue script.

    `form` names what it was ("script", "plain text", "Fountain", ...); `notes` say what was left out or read freely.
    """

    text: str
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]
    form: str


def imported(text: str, *, form: str, notes: Iterable[str] = ()) -> Imported:
    """A finished script with the chapters that stand in it."""
    chapters = tuple(Chapter(section.number, section.title) for section in dialogue.parse(text).sections)
    return Imported(text, chapters, tuple(notes), form)


class Builder:
    """Collects lines, sections and notes. What no script can hold is left out and counted."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._sections: list[Section] = []
        self._notes: list[str] = []
        self._left_out: dict[str, Counter[str]] = {}
        self._speaker: str | None = None
        self._names: dict[str, str] = {}

    def section(self, title: str) -> None:
        """Begin a section. A title that repeats the one before it at the same place is one."""
        title = " ".join(dialogue.IGNORED.sub("", title).split())[:LONGEST_TITLE]
        last = self._sections[-1] if self._sections else None
        if dialogue.speakable(title) and not (last and last.at == len(self._lines) and last.title == title):
            self._sections.append(Section(0, title, len(self._lines)))

    def say(self, speaker: str | None, items: Iterable[Item]) -> None:
        """Add a line. Without a speaker it goes on with the one before."""
        kept = _tidied(items)
        if not any(isinstance(item, Tag | Pause) or dialogue.speakable(item.text) for item in kept):
            return
        if speaker is not None:
            # ADA and Ada are one.
            speaker = self._names.setdefault(speaker.casefold(), speaker)
        tagged = speaker is not None and speaker != self._speaker
        self._speaker = speaker if speaker is not None else self._speaker
        self._lines.append(Line(0, 0, self._speaker, kept, "", tagged))

    def is_title(self, words: str) -> bool:
        """Whether words at this place only repeat the section's title, in part or whole."""
        last = self._sections[-1] if self._sections else None
        if last is None or last.at != len(self._lines):
            return False
        title, said = last.title.casefold(), " ".join(words.split()).casefold()
        return bool(said) and (said in title or title in said)

    def note(self, text: str) -> None:
        """Say something about the import, once."""
        if text not in self._notes:
            self._notes.append(text)

    def left_out(self, kind: str, what: str) -> None:
        """Count something that was left out; `kind` is its plural: `directions`."""
        self._left_out.setdefault(kind, Counter())[what.strip("()[]") if len(what) <= 40 else f"{what[:39]}…"] += 1

    def done(self, form: str) -> Imported:
        """The script."""
        text = dialogue.write(Script(tuple(self._lines), tuple(self._sections)))
        notes = [*self._notes, *(_told(kind, counted) for kind, counted in self._left_out.items())]
        return imported(text, form=form, notes=notes)


def _told(kind: str, counted: Counter[str]) -> str:
    named = ", ".join(what for what, _ in counted.most_common(_MOST_NAMED) if what)
    more = " …" if len(counted) > _MOST_NAMED else ""
    return f"Left out {kind}: {counted.total()}" + (f" ({named}{more})" if named else "") + "."


def _tidied(items: Iterable[Item]) -> tuple[Item, ...]:
    """Neighbouring words joined, with single spaces, none at the ends."""
    tidy: list[Item] = []
    for is_text, group in groupby(items, key=lambda item: isinstance(item, Text)):
        if is_text:
            words = "".join(item.text for item in group if isinstance(item, Text))
            tidy.append(Text(_BEFORE_MARK.sub("", _SPACES.sub(" ", words))))
        else:
            tidy += group
    if tidy and isinstance(tidy[0], Text):
        tidy[0] = Text(tidy[0].text.lstrip())
    if tidy and isinstance(tidy[-1], Text):
        tidy[-1] = Text(tidy[-1].text.rstrip())
    return tuple(item for item in tidy if item != Text(""))


def without_between(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two marks, the marks included. What is never closed stays."""
    parts: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        parts.append(text[at:start])
        at = end + len(closing)
    return "".join((*parts, text[at:]))


def items_of(text: str) -> list[Item]:
    """A foreign text as items: known sounds and pauses are meant as such, everything else is words."""
    items: list[Item] = []
    for token in dialogue.tokens(" ".join(text.split())):
        match token.kind:
            case Kind.TAG if token.value in dialogue.NONVERBALS:
                items.append(Tag(token.value, 0, known=True))
            case Kind.TAG:
                items.append(Text(f"({token.value})"))
            case Kind.PAUSE:
                items.append(Pause(token.milliseconds, 0))
            case Kind.RESPELL:
                items.append(Respell(token.value, 0))
            case Kind.SPEAKER:
                items.append(Text(f"[{token.value}]"))
            case Kind.SECTION:
                items.append(Text(" ".join(text.split())))
            case _:
                items.append(Text(token.value))
    return items


_PRONOUNS = re.compile(
    r"\b(?:he|she|they|his|her|their|its|a|the|softly|loudly|again|quietly|nervously)\b", re.IGNORECASE
)
_STEMS = (
    *(("laugh", "laughs"), ("chuckl", "chuckle"), ("giggl", "chuckle"), ("sigh", "sighs"), ("gasp", "gasps")),
    *(("cough", "coughs"), ("sing", "sings"), ("mumbl", "mumbles"), ("mutter", "mumbles"), ("groan", "groans")),
    *(("sniff", "sniffs"), ("clap", "claps"), ("scream", "screams"), ("inhal", "inhales"), ("exhal", "exhales")),
    *(("applau", "applause"), ("burp", "burps"), ("hum", "humming"), ("sneez", "sneezes"), ("whistl", "whistles")),
    *(("clear throat", "clears throat"), ("clears throat", "clears throat"), ("clearing throat", "clears throat")),
)
_BEATS = {"beat": 500, "a beat": 500, "pause": 1000, "a pause": 1000, "long pause": 2000, "silence": 2000}
_ENDINGS = ("", "s", "es", "ed", "ing", "e", "led", "ming", "med", "ping", "ped", "ter", "se")


def sound_of(direction: str) -> Item | None:
    """The sound or pause that a stage direction stands for, None when it stands for none."""
    plain = " ".join(direction.lower().strip("()[] .!…♪*").split())
    if plain in _BEATS:
        return Pause(_BEATS[plain], 0)
    bare = " ".join(_PRONOUNS.sub(" ", plain).split())
    for stem, name in _STEMS:
        if bare.startswith(stem) and bare.removeprefix(stem) in _ENDINGS:
            return Tag(name, 0, known=True)
    return Tag(bare, 0, known=True) if bare in dialogue.NONVERBALS else None
