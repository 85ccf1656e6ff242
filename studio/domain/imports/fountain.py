"""Fountain, the plain-text form of screenplays. Pure; any thread.

Who speaks is a character cue, action is the narrator's, a scene's heading begins a section; parentheticals that stand
for a sound become it. Title page, notes, synopses and transitions are not for the ear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.domain import dialogue
from studio.domain.dialogue import Item
from studio.domain.imports.value import NARRATOR, Builder, Imported, items_of, sound_of, without_between

_NOTE = re.compile(r"\[\[[^\[\]]*\]\]")
_LONGEST_CUE = 100
_TITLE_KEY = re.compile(r"[A-Za-z][\w /-]{0,30}:")
_HEADING = re.compile(r"(?:INT\.?/EXT|INT|EXT|EST|I/E)[. ]\s*\S", re.IGNORECASE)
_SCENE_NUMBER = re.compile(r"\s*#[\w.-]{1,20}#\s*\Z")
_CUE = re.compile(r"(?P<name>[^()^]*[^()^\s])\s*(?:\([^()]*\)\s*)*(?P<dual>\^)?\s*")
_DIRECTION = re.compile(r"\([^()]*\)")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|_)(?=\S)|(?<=\S)(?<!\\)(?:\*{1,3}|_)")
_ESCAPE = re.compile(r"\\([*_\\@!>~.#=])")
_INVISIBLE = ("=", ">")


def read(text: str, *, narrated: bool = True) -> Imported:
    """The screenplay as a script. Not `narrated`: action is left out."""
    builder = Builder()
    plain = _NOTE.sub("", without_between(text, "/*", "*/"))
    lines = _without_title_page(plain.expandtabs(4).split("\n"), builder)
    place = 0
    while place < len(lines):
        place = _element(lines, place, builder, narrated=narrated)
    return builder.done("Fountain")


def _without_title_page(lines: list[str], builder: Builder) -> list[str]:
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    head = lines[first] if first < len(lines) else ""
    if not _TITLE_KEY.match(head) or head.isupper():
        return lines
    end = next((place for place in range(first, len(lines)) if not lines[place].strip()), len(lines))
    builder.note("The title page was left out.")
    return lines[end:]


def _element(lines: list[str], place: int, builder: Builder, *, narrated: bool) -> int:
    """Take in what begins at a line; return where the next begins."""
    line = lines[place].strip()
    if not line:
        return place + 1
    if line.startswith("#") and (title := line.lstrip("#").strip()):
        builder.section(_plain(title))
    elif _is_heading(line) and (place == 0 or not lines[place - 1].strip()):
        builder.section(_plain(_SCENE_NUMBER.sub("", line.removeprefix("."))))
    elif line.startswith(">") and line.endswith("<") and len(line) > 1:
        _action(line[1:-1], builder, narrated=narrated)
    elif line.startswith(_INVISIBLE) or _is_transition(lines, place):
        pass
    elif cue := _cue(lines, place):
        return _dialogue(lines, place + 1, cue, builder)
    else:
        _action(line.removeprefix("!"), builder, narrated=narrated)
    return place + 1


def _is_heading(line: str) -> bool:
    return (line.startswith(".") and len(line) > 1 and line[1].isalnum()) or _HEADING.match(line) is not None


def _is_transition(lines: list[str], place: int) -> bool:
    line = lines[place].strip()
    alone = (place == 0 or not lines[place - 1].strip()) and (place + 1 == len(lines) or not lines[place + 1].strip())
    return alone and line.isupper() and line.endswith("TO:")


def _cue(lines: list[str], place: int) -> str | None:
    """The name of who speaks next, where a line is a character cue."""
    line = lines[place].strip()
    follows = place + 1 < len(lines) and lines[place + 1].strip() != ""
    alone = place == 0 or not lines[place - 1].strip()
    forced = line.startswith("@")
    if not follows or not (alone or forced) or line.startswith("!") or len(line) > _LONGEST_CUE:
        return None
    found = _CUE.fullmatch(line.removeprefix("@"))
    if not found or not (forced or (found["name"].isupper() and len(found["name"]) > 1)):
        return None
    return dialogue.speaker_name(_plain(found["name"]))


def _dialogue(lines: list[str], place: int, speaker: str, builder: Builder) -> int:
    items: list[Item] = []
    if lines[place - 1].rstrip().endswith("^"):
        builder.note("Dialogue that is spoken at the same time is read one after the other.")
    # A line of two spaces is an empty line within a speech.
    while place < len(lines) and (lines[place].strip() or len(lines[place]) >= 2):
        items += _speech(lines[place].strip(), builder)
        place += 1
    builder.say(speaker, items)
    return place


def _speech(line: str, builder: Builder) -> Iterator[Item]:
    if _DIRECTION.fullmatch(line):
        if sound := sound_of(line):
            yield from (dialogue.Text(" "), sound, dialogue.Text(" "))
        else:
            builder.left_out("directions", line)
        return
    yield from items_of(_plain(line.removeprefix("~")))
    yield dialogue.Text(" ")


def _action(line: str, builder: Builder, *, narrated: bool) -> None:
    if narrated:
        builder.say(NARRATOR, items_of(_plain(line.removeprefix("~"))))
    else:
        builder.left_out("lines of action", "")


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub("", text)).strip()
