"""How alike voices are, in numbers. Pure; any thread."""

from __future__ import annotations

from studio.services.tasks.work import Role, Work, nothing_more, plain_plan

_VOICE = Role("sound", "a voice", required=True, rate=16_000, most_seconds=600.0)
_OTHER = Role("sound", "the voice to compare it with", rate=16_000, most_seconds=600.0)

WORK = Work("text", nothing_more, plain_plan, ("json",), {"source": _VOICE, "other": _OTHER})
