"""Pictures of sound for the timeline: made once a file, in the sound process, kept by content. Its owner's thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from studio.paths import DataPaths
from studio.services.sound import SoundHost


def peaks_file(
    paths: DataPaths, sound: SoundHost, media: Path, sha256: str, *, on_progress: Callable[[float], None] | None = None
) -> Path:
    """Return the file with a sound's peaks, made now if there is none yet."""
    target = paths.peaks / f"{sha256}.peaks"
    with suppress(OSError):
        os.utime(target)  # what is looked at is the last to leave the cache
        return target
    target.parent.mkdir(parents=True, exist_ok=True)

    def listen(share: float | None) -> None:
        if on_progress and share is not None:
            on_progress(share)

    inputs = {"file": str(media), "target": str(target)}
    with sound.task("peaks", inputs, on_progress=lambda message: listen(message.fraction)):
        return target
