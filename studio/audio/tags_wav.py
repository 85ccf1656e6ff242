"""Tags of WAV files: a list of texts that every program shows, and ID3 frames for what it cannot hold. Any thread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studio.audio import riff, tags_id3
from studio.audio.tagging import RECIPE_KEY, SOFTWARE, TEXTS, Tags, parsed_recipe
from studio.domain.recipe import canonical

_NAMES = {
    "title": b"INAM", "artist": b"IART", "album": b"IPRD", "year": b"ICRD", "genre": b"IGNR", "language": b"ILNG",
    "comment": b"ICMT",
}  # fmt: skip
_MOST_ID3 = 32_000_000


def write(path: Path, tags: Tags) -> None:
    """Add the tags behind the samples. The recipe is a comment, as in the WAV files of speech."""
    texts = [(b"ISFT", SOFTWARE)]
    if tags.recipe is not None:
        texts.append((b"ICMT", canonical({RECIPE_KEY: tags.recipe})))
    texts += [(_NAMES[name], text) for name, text in tags.texts.items()]
    added = riff.info(tuple(texts))
    if tags.cover or tags.chapters:
        added += riff.chunk(b"id3 ", tags_id3.as_bytes(tags))
    riff.append(path, added)


def read(path: Path) -> Tags:
    """Return a WAV file's tags; where both are there, the ID3 frames fill what the texts leave open."""
    texts: dict[str, str] = {}
    recipe: dict[str, Any] | None = None
    named = {value: name for name, value in _NAMES.items()}
    with path.open("rb") as file:
        for name, data in riff.info_texts(file):
            text = data.rstrip(b"\0").decode(errors="replace")
            found = _recipe_in(text) if name == b"ICMT" else None
            if found is not None:
                recipe = recipe or found
            elif name in named:
                texts.setdefault(named[name], text)
        frames = _frames(file)
    wanted = {name: texts.get(name) or getattr(frames, name) for name in TEXTS}
    return Tags(**wanted, cover=frames.cover, chapters=frames.chapters, recipe=recipe or frames.recipe)


def _frames(file: Any) -> Tags:
    for chunk in riff.chunks(file):
        if chunk.name in {b"id3 ", b"ID3 "} and chunk.length <= _MOST_ID3:
            file.seek(chunk.start)
            return tags_id3.of_bytes(file.read(chunk.length))
    return Tags()


def _recipe_in(text: str) -> dict[str, Any] | None:
    outer = parsed_recipe(text)
    inner = outer.get(RECIPE_KEY) if outer else None
    return parsed_recipe(json.dumps(inner)) if isinstance(inner, dict) else None
