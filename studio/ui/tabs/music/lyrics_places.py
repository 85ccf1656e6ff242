"""Where in the lyrics something is to be written, and what: the part that comes next, the word that is meant. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studio.domain import lyrics_view

_KINDS = re.compile(r"[a-z]+(?:-[a-z]+)?")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?=[\W\d_]*\Z)")


@dataclass(frozen=True)
class Spot:
    """Where it goes on. `line` is the last line before the new ones, from 0; `given` is all that stands before."""

    line: int
    given: str
    structure: str  # the part to write
    titled: bool  # its title is there already


def going_on(text: str, line: int, structure: str) -> Spot | None:
    """Return where lyrics go on from a line: behind its part; nothing where there is nothing to go on from."""
    lines = text.split("\n")
    tags = [number for number, one in enumerate(lines) if lyrics_view.tag_of(one)]
    begin = max((number for number in tags if number <= line), default=0)
    end = min((number for number in tags if number > line), default=len(lines))
    last = max((number for number in range(begin, end) if lines[number].strip()), default=-1)
    if last < 0:
        return None
    titled = last in tags
    before = "\n".join(lines[: last if titled else last + 1]).strip("\n")
    kinds = [lyrics_view.kind_of(lyrics_view.tag_of(lines[number])) for number in tags if number < end]
    if titled:
        own = kinds[-1] or "verse"
        return Spot(last, before, own, titled=True)
    return Spot(last, before, _next(kinds, structure), titled=False)


def addition(written: str, spot: Spot) -> str | None:
    """Return the lines that were written for a spot; nothing where the text does not begin with what was given."""
    given = spot.given.strip()
    if not written.startswith(given):
        return None
    new = written[len(given) :].strip("\n")
    if spot.titled:
        return f"\n{new.partition(chr(10))[2]}".rstrip("\n") if "\n" in new else ""
    return f"\n\n{new}" if new else ""


def last_word(line: str) -> tuple[int, int]:
    """Return from where to where a line's last word goes, in characters; 0, 0 where it has none."""
    found = _LAST_WORD.search(line)
    return found.span() if found else (0, 0)


def _next(kinds: list[str], structure: str) -> str:
    """Return the part after those: as the structure has it, or a chorus after a verse and a verse after all else."""
    wanted = [kind for kind in _KINDS.findall(structure.lower()) if kind in lyrics_view.TAGS]
    if kinds and kinds == wanted[: len(kinds)] and len(kinds) < len(wanted):
        return wanted[len(kinds)]
    return "chorus" if kinds and kinds[-1] == "verse" else "verse"
