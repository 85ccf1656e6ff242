"""Whether a song sings its words: what is heard and kept of it, and the wish to sing a line again. Any thread."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain import sung_words, words
from studio.domain.sung_words import SungLine
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.services import again, song_work
from studio.services.library import Media
from studio.services.library_index import Item
from studio.services.tasks.work import Wish
from studio.store.database import Database

FACT = "sung"  # under which a song's row says how its lines were sung
_LONGEST_CODE = 3  # letters of a language's code


def listening(song: Path, recipe: Mapping[str, Any], *, language: str = "", device: str = "") -> Wish:
    """Return the wish to write down what is sung; the language is the recipe's, where it says one by its code."""
    said = language or str(recipes.params_in(recipe).get("language", ""))
    params = {"language": said} if 0 < len(said) <= _LONGEST_CODE or language else {}
    return Wish(task="transcribe", files={"source": song}, params=params, format="json", device=device)


def voice_of(song: Path, parts: Sequence[Item]) -> Path:
    """Return the file to listen to: the voice by itself, where it came with the song."""
    own = (part.file for part in parts if part.kind == "audio" and "vocal" in str(part.facts.get("name", "")).lower())
    return next(own, song)


def judged(written: Media, lyrics: str) -> tuple[SungLine, ...]:
    """Hold what was heard against the lyrics; raise StudioError for what cannot be compared."""
    try:
        found = words.parse(written.master.read_text(encoding="utf-8"))
        lines = sung_words.checked(lyrics, found.words, found.seconds)
    except sung_words.TooLong as e:
        raise StudioError(f"The lyrics are too long to be checked: {e}.", "Check a part of the song.") from e
    except (OSError, ValueError) as e:
        raise StudioError(f"What was heard cannot be read: {e}.", "Check the song again.") from e
    if not lines:
        raise StudioError("The lyrics have no line whose words could be heard.", "Give the words of the song.")
    return lines


def keep(database: Database, song: str, lines: Sequence[SungLine]) -> None:
    """Store with the songs of this hash how their lines were sung."""
    facts = json.dumps({FACT: [line.to_dict() for line in lines]}, ensure_ascii=False)
    with database.transaction() as connection:
        connection.execute("update media set facts = json_patch(facts, json(?)) where sha256 = ?", (facts, song))


def known(database: Database, song: str) -> tuple[tuple[SungLine, ...], float]:
    """Return what was stored with the song of this hash, and its seconds; nothing where nobody has listened."""
    rows = database.rows("select facts from media where sha256 = ? order by id desc limit 1", (song,))
    facts: dict[str, Any] = json.loads(rows[0]["facts"]) if rows else {}
    return kept(facts), float(facts.get("seconds", 0.0))


def kept(facts: Mapping[str, Any]) -> tuple[SungLine, ...]:
    """Return how a song's lines were sung, as it was stored; nothing where nobody has listened."""
    return sung_words.from_dicts(facts.get(FACT, ()))


def can_sing_again(registry: Registry, recipe: Mapping[str, Any]) -> bool:
    """Whether the engine of a song can make a range of it anew."""
    try:
        return song_work.able(registry.manifest(str(recipe.get("engine", ""))), song_work.REPAINT)
    except StudioError:
        return False


def sing_again(recipe: Mapping[str, Any], song: Path, line: SungLine, seconds: float) -> Wish:
    """Return the wish for the song with the range of a line made anew, by another seed; all else stays as it is."""
    start, end = sung_words.again(line, seconds)
    before = again.wish_of(again.understood(recipe, song), other_seed=True)
    return song_work.anew(before, song_work.Song(song, seconds), start, end)
