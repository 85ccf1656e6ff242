"""Words from sound. Pure; any thread."""

from __future__ import annotations

from studio.domain import words
from studio.services.tasks.work import Role, Work, nothing_more, plain_plan

_HEARD = Role("sound", "the sound to write down", required=True, rate=16_000, most_seconds=6 * 3600.0)

WORK = Work("text", nothing_more, plain_plan, ("json", "txt", "srt", "vtt"), {"source": _HEARD}, words.write)
