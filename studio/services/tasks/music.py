"""A piece of music. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.tasks.work import SOUNDS, Plan, Role, Wish, Work
from studio.settings import Settings

MOST_LYRICS = 1_000_000  # characters
SOURCE, REFERENCE = "source", "reference"
EXTEND = "extend"  # the mode in which the duration is that of the whole, the song that goes on included
MODE = "mode"  # the parameter by which engines say what they do; its default works on no song that is there
LENGTH = "duration"
_FORM: dict[str, Any] = {"rate": 48_000, "channels": 2, "most_seconds": 600.0}


def prepare(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Take the lyrics, if there are any, and see that the files are those that the engine works with."""
    del settings
    if len(wish.script) > MOST_LYRICS:
        raise StudioError(
            f"The lyrics have {len(wish.script):,} characters; a song takes at most {MOST_LYRICS:,}.", "Shorten them."
        )
    files = {*wish.files, *wish.kept}
    for role in (SOURCE, REFERENCE):
        if role in files and role not in manifest.files:
            raise StudioError(
                f"The engine {manifest.id} takes no {role}.",
                "Describe the piece with --style, or take an engine that can: `studio engines list` shows them.",
            )
    _check_mode(wish, manifest, has_source=SOURCE in files)
    return {"script": wish.script}


def plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Give the engine the lyrics. The work grows with the length that is asked for; what is done to a song that is
    there lasts as long as the song, or as the part of it that is made anew, which nobody knows here."""
    del manifest, identity
    from_a_song = SOURCE in request.files and request.params.get(MODE) != EXTEND
    return Plan(inputs={"text": request.script}, units=0.0 if from_a_song else float(request.params.get(LENGTH, 1.0)))


def _check_mode(wish: Wish, manifest: Manifest, *, has_source: bool) -> None:
    """Raise StudioError where a song is to be worked on and there is none, and the other way round."""
    param = next((p for p in manifest.params if p.name == MODE), None)
    if param is None or SOURCE not in manifest.files:
        return
    mode = wish.params.get(MODE, param.default)
    if has_source and mode == param.default:
        others = ", ".join(choice for choice in param.choices if choice != param.default)
        raise StudioError("It is not said what to do with the song.", f"Choose a {MODE}: {others}.")
    if not has_source and mode != param.default and mode in param.choices:
        raise StudioError(f"There is no song for the {MODE} {mode}.", "Name its file with --source FILE.")


WORK = Work(
    "audio",
    prepare,
    plan,
    SOUNDS,
    {
        SOURCE: Role("sound", "the song to work on", **_FORM, terms_of="the song"),
        REFERENCE: Role("sound", "the piece to sound like", **_FORM, terms_of="the reference"),
    },
)
