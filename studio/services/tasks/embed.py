"""How alike voices are, in numbers. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.tasks.work import Role, Wish, Work, plain_plan
from studio.settings import Settings

SOUND = "sound"
"""The role of one of many: `sound:NAME`."""
LONGEST = 600.0  # seconds of a sound

_VOICE = Role("sound", "a voice", rate=16_000, most_seconds=LONGEST)
_OTHER = Role("sound", "the voice to compare it with", rate=16_000, most_seconds=LONGEST)
_MANY = Role("sound", "one of many voices", rate=16_000, most_seconds=LONGEST, many=True)


def prepare(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Refuse where there is nothing to hear: either one voice or two, or many by name."""
    del manifest, settings
    given = {*wish.files, *wish.kept}
    many = {role for role in given if role.startswith(f"{SOUND}:")}
    if not many and "source" not in given:
        raise StudioError("There is no file for this: it needs a voice.", "Name a file.")
    if many and many != given:
        raise StudioError("Many voices are not compared with one.", "Name either a voice or two, or many.")
    return {}


WORK = Work("text", prepare, plain_plan, ("json",), {"source": _VOICE, "other": _OTHER, SOUND: _MANY})
