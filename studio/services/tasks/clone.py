"""Lines in a voice that was given by its sound. Pure; any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.protocol.recordings import REFERENCE
from studio.services.tasks import speech
from studio.services.tasks.work import SOUNDS, Wish, Work
from studio.settings import Settings


def prepare(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Cast every speaker with the one reference."""
    if REFERENCE not in {*wish.files, *wish.kept}:
        raise StudioError("There is no voice to speak in.", "Name a sound file with --reference FILE.")
    voices = dict.fromkeys(speech.speakers(wish.script), REFERENCE)
    return speech.prepare(replace(wish, voices=voices), manifest, settings)


WORK = Work("audio", prepare, speech.plan, SOUNDS, {REFERENCE: speech.VOICE}, part="sentence")
