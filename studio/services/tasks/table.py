"""All tasks by name. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping

from studio.services.tasks import clean, clone, embed, image, lyrics, music, speech, transcribe
from studio.services.tasks.work import Work

TASKS: Mapping[str, Work] = {
    "speech": speech.WORK,
    "clone": clone.WORK,
    "transcribe": transcribe.WORK,
    "clean": clean.WORK,
    "embed": embed.WORK,
    "music": music.WORK,
    "lyrics": lyrics.WORK,
    "image": image.WORK,
}
