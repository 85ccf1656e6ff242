"""Plain text: a script of ours, prose, or a dialogue written `NAME: text`. Pure; any thread."""

from __future__ import annotations

import re
from collections import Counter

from studio.domain import dialogue
from studio.domain.dialogue import Kind
from studio.domain.imports.value import Imported, imported

SCRIPT, PLAIN = "script", "plain text"

# Up to four words that begin with a capital, or anything in capitals; then a colon and something to say.
_CUE = re.compile(
    r"\s*(?P<name>[^\W\d_a-z][\w.'’-]{0,24}(?:[ ][^\W_a-z][\w.'’-]{0,24}){0,3})\s?:(?!//)\s+(?P<said>\S.*)", re.DOTALL
)
_LABELS = (
    "note notes chapter part scene act example warning tip title author date time place from to subject re cc ps "
    "p.s http https question answer summary figure table source isbn copyright todo however therefore and but"
)
_NO_NAMES = frozenset(_LABELS.split())
_ENOUGH_LINES = 2
_ENOUGH_SHARE = 0.5


def read(text: str) -> Imported:
    """The script as it stands; a dialogue of `NAME: text` with its names as tags."""
    lines = text.split("\n")
    if not is_dialogue(lines):
        return imported(text, form=SCRIPT)
    names: dict[str, str] = {}
    rewritten = [_rewritten(line, names) for line in lines]
    count = sum(new != old for new, old in zip(rewritten, lines, strict=True))
    notes = (f"{count} lines that begin with a name and a colon are read as that speaker's.",)
    return imported("\n".join(rewritten), form=PLAIN, notes=notes)


def cue_of(line: str) -> tuple[str, str] | None:
    """Who speaks and what, where a line begins with a name and a colon."""
    found = _CUE.fullmatch(line)
    if not found or found["name"].lower().rstrip(".") in _NO_NAMES:
        return None
    name = dialogue.speaker_name(found["name"])
    return (name, found["said"]) if name else None


def is_dialogue(lines: list[str]) -> bool:
    """Whether lines are a dialogue of `NAME: text`: no tags of ours, and names begin half of the lines or return."""
    filled = [line for line in lines if line.strip()]
    names = Counter(cue[0] for line in filled if (cue := cue_of(line)))
    if names.total() < _ENOUGH_LINES or any(_has_tag(line) for line in filled):
        return False
    return names.total() >= len(filled) * _ENOUGH_SHARE or (len(names) > 1 and min(names.values()) > 1)


def _has_tag(line: str) -> bool:
    return "[" in line and any(token.kind is Kind.SPEAKER for token in dialogue.tokens(line))


def _rewritten(line: str, names: dict[str, str]) -> str:
    cue = cue_of(line)
    # ADA and Ada are one.
    return f"[{names.setdefault(cue[0].casefold(), cue[0])}] {cue[1]}" if cue else line
