"""The order of a song's sections, read from the user's words. Pure; any thread."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from studio.worker.failures import UserMistake

MOST = 40
_MOST_LINES = 480
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_TOKEN = re.compile(rf"{_WORD}|\S")
_BETWEEN = re.compile(r"[\[\](){},;:|/>→+.\d]|->|(?<!\w)-(?!\w)|\b(?:and|then|und|dann)\b")
_TAG = re.compile(r"^[ \t]*\[[^\[\]\n]{1,60}\]", re.M)
_TITLES = {
    "intro": "Intro", "verse": "Verse", "pre-chorus": "Pre-Chorus", "chorus": "Chorus", "post-chorus": "Post-Chorus",
    "bridge": "Bridge", "solo": "Solo", "instrumental": "Instrumental", "interlude": "Interlude", "break": "Break",
    "outro": "Outro",
}  # fmt: skip
_ALIASES = {
    "v": "verse", "verses": "verse", "stanza": "verse", "c": "chorus", "choruses": "chorus", "hook": "chorus",
    "prechorus": "pre-chorus", "pre": "pre-chorus", "postchorus": "post-chorus", "b": "bridge", "middle": "bridge",
    "introduction": "intro", "opening": "intro", "coda": "outro", "ending": "outro", "end": "outro",
    "inst": "instrumental", "breakdown": "break", "pause": "break", "guitar-solo": "solo",
}  # fmt: skip
_GERMAN = {
    "vers": "verse", "strophe": "verse", "strophen": "verse", "refrain": "chorus", "kehrreim": "chorus",
    "pre-refrain": "pre-chorus", "vorrefrain": "pre-chorus", "vor-refrain": "pre-chorus", "post-refrain": "post-chorus",
    "nachrefrain": "post-chorus", "brücke": "bridge", "mittelteil": "bridge", "überleitung": "bridge",
    "zwischenspiel": "interlude", "vorspiel": "intro", "einleitung": "intro", "anfang": "intro", "nachspiel": "outro",
    "schluss": "outro", "schluß": "outro", "schlussteil": "outro", "ausklang": "outro", "ende": "outro",
    "gitarrensolo": "solo", "instrumentalteil": "instrumental",
}  # fmt: skip
WORDLESS = frozenset(("solo", "instrumental", "interlude", "break"))
_SHORT = frozenset(("intro", "outro", "post-chorus"))


class UnknownSection(ValueError):
    """A word that names no section; `near` is what may have been meant."""

    def __init__(self, word: str, near: str) -> None:
        super().__init__(word)
        self.word = word
        self.near = near


@dataclass(frozen=True)
class Section:
    """A place in a song. `title` stands in brackets over its lines."""

    kind: str
    title: str
    lines: int


def read(text: str, *, lines: int) -> list[Section]:
    """Sections in order; verses and whatever else comes more than once with other words are counted."""
    kinds = _kinds(text)
    counted = {
        k for k in kinds if k == "verse" or (k not in {"chorus", "post-chorus"} | WORDLESS and kinds.count(k) > 1)
    }
    seen: dict[str, int] = {}
    sections: list[Section] = []
    for kind in kinds:
        seen[kind] = seen.get(kind, 0) + 1
        title = f"{_TITLES[kind]} {seen[kind]}" if kind in counted else _TITLES[kind]
        sections.append(Section(kind, title, _length(kind, lines)))
    return sections


def ordered(structure: str, lines: int) -> list[Section]:
    """Sections in order, as `read` finds them; raise UserMistake for what cannot be a song."""
    try:
        order = read(structure, lines=lines)
    except UnknownSection as e:
        known = f"There are: {names()}."
        raise UserMistake(
            f"The structure has a section {e.word[:40]!r}, which is unknown.",
            f"Did you mean {e.near}? {known}" if e.near else known,
        ) from e
    if not any(section.lines for section in order):
        raise UserMistake("The structure has no section with words.", "For example: verse chorus verse chorus.")
    if len(order) > MOST or sum(s.lines for s in order) > _MOST_LINES:
        raise UserMistake(f"The structure has {len(order)} sections; a song takes at most {MOST}.", "Leave some out.")
    return order


def in_english(tag: str) -> str:
    """Return a tag with the German names of sections in it exchanged for ours: `Strophe 2` is `Verse 2`."""

    def exchanged(word: re.Match[str]) -> str:
        kind = _GERMAN.get(word[0].lower())
        return _TITLES[kind] if kind else word[0]

    return re.sub(_WORD, exchanged, tag)


def tags_in_english(lyrics: str) -> str:
    """Return lyrics whose tags at the beginning of lines are in English, for a model that was taught those."""
    return _TAG.sub(lambda tag: in_english(tag[0]), lyrics)


def names() -> str:
    """What can be asked for, as a list in words."""
    return ", ".join(_TITLES)


def _kinds(text: str) -> list[str]:
    kinds: list[str] = []
    for token in _TOKEN.findall(_BETWEEN.sub(" ", text.lower())):
        kind = _ALIASES.get(token) or _GERMAN.get(token, token)
        if kind not in _TITLES:
            near = difflib.get_close_matches(token, [*_TITLES, *_ALIASES, *_GERMAN], 1, 0.6)
            meant = near[0] if near else ""
            raise UnknownSection(token, _ALIASES.get(meant) or _GERMAN.get(meant, meant))
        kinds.append(kind)
    return kinds


def _length(kind: str, lines: int) -> int:
    if kind in WORDLESS:
        return 0
    return min(2, lines) if kind in _SHORT else lines


def letters(scheme: str, lines: int) -> str:
    """The rhyme letters of a section: the scheme as often as it fits, with other letters each time.

    A letter that should rhyme and stands alone, because the section ends within the scheme, joins the one before.
    """
    found: list[str] = []
    for line in range(lines):
        turn, place = divmod(line, len(scheme))
        found.append(chr(ord(scheme[place]) + turn * len(set(scheme))))
    for line, letter in enumerate(found):
        alone = found.count(letter) == 1 and scheme.count(scheme[line % len(scheme)]) > 1
        if alone and line:
            found[line] = found[line - 1]
    return "".join(found)
