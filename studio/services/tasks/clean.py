"""Speech without its noise. Pure; any thread."""

from __future__ import annotations

from studio.services.tasks.work import SOUNDS, Role, Work, nothing_more, plain_plan

_NOISY = Role(
    "sound", "the sound to clean", required=True, rate=48_000, channels=2, most_seconds=2 * 3600.0, terms_of="the sound"
)

WORK = Work("audio", nothing_more, plain_plan, SOUNDS, {"source": _NOISY})
