"""The task `inspect`: what a file is and what it says of itself, without decoding it."""

from __future__ import annotations

from typing import Any

from studio.audio import kinds, tagging
from studio.audio.reading import Sound
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Look at `file`."""
    path = path_in(context, "file")
    kind = kinds.of(path)
    facts: dict[str, Any] = {"form": kind.title}
    if not kind.demuxer:
        with Sound(path, kind) as sound:
            facts |= {"form": sound.form, "rate": sound.rate, "channels": sound.channels}
            facts["seconds"] = sound.frames / sound.rate if sound.knows_its_length else None
    tags = tagging.read(path)
    facts["recipe"] = tags.recipe
    facts["tags"] = tags.texts
    facts["cover"] = tags.cover_type or None
    facts["chapters"] = [[chapter.start, chapter.end, chapter.title] for chapter in tags.chapters]
    return facts_only(context, facts)
