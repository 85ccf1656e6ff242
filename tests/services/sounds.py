"""A stand-in for the sound process that knows plain WAV files, for tests of those who ask it; and such files."""

from __future__ import annotations

import wave
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.services.helper import Done


class StandIn:
    """Answers like the sound process; `facts` changes what it says, `rewrite` makes it hand over another file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.asked: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}
        self.rewrite: bytes | None = None

    @contextmanager
    def task(self, name, inputs, *, on_progress=None):
        """Check a file."""
        assert name == "take_in"
        del on_progress
        self.asked.append(dict(inputs))
        file = self._folder / "facts.json"
        file.write_bytes(self.rewrite or b"{}")
        facts = _facts(Path(inputs["file"]), inputs["name"]) | {"file": file.name if self.rewrite else None}
        yield Done(file, facts | self.facts, ("It is a test.",))


def _facts(file: Path, name: str) -> dict[str, Any]:
    try:
        with wave.open(str(file), "rb") as sound:
            rate, channels, frames = sound.getframerate(), sound.getnchannels(), sound.getnframes()
    except (wave.Error, EOFError) as e:
        raise StudioError(f"{name} is no sound file.", "Choose another one.") from e
    return {"rate": rate, "channels": channels, "frames": frames, "recipe": None, "ending": "wav"}


def write_wav(file: Path, *, frames: int = 2400, rate: int = 24_000, value: int = 7) -> Path:
    """Write a small sound; another `value` is another sound."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(value.to_bytes(2, "little", signed=True) * frames)
    return file
