"""From an engine's master to the user's file, by kind of media. Any thread that may use the helper processes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import studio
from studio.domain.recipe import Recipe
from studio.errors import EngineFailure
from studio.protocol.float_wav import read_float_wav
from studio.services.helper import HelperHost
from studio.services.tasks.work import Work

SOFTWARE = f"Angen Studio {studio.__version__}"
_MOST_TEXT = 100_000_000


@dataclass(frozen=True)
class Makers:
    """Who writes which kind of file, for one task."""

    work: Work
    sound: HelperHost
    pictures: HelperHost

    @property
    def media(self) -> str:
        """What the task makes."""
        return self.work.media

    def write(self, media: str, master: Path, made_by: Recipe, form: str, target: Path) -> dict[str, Any]:
        """Write the user's file, synced; return its facts. Raise WavError for a sound that is none."""
        if media == "audio":
            return self._sound(master, made_by, form, target)
        if media == "image":
            inputs = {"master": str(master), "format": {"kind": form}, "recipe": made_by.to_dict()}
            return _fetched(self.pictures, "write", inputs, target)
        if media == "text":
            return self._text(master, made_by, form, target)
        shutil.copyfile(master, target)
        _sync(target)
        return {}

    def _sound(self, master: Path, made_by: Recipe, form: str, target: Path) -> dict[str, Any]:
        """A plain WAV needs no foreign encoder, hence no other process."""
        from studio.audio import wav_file

        if form == "wav":
            made = wav_file.write(master, made_by, SOFTWARE, target)
            return {"seconds": made.seconds, "sample_rate": made.sample_rate, "channels": made.channels}
        found = read_float_wav(master)
        inputs = {"master": str(master), "format": {"kind": form}, "tags": {}, "recipe": made_by.to_dict()}
        _fetched(self.sound, "convert", inputs, target)
        return {"seconds": found.frames / found.rate, "sample_rate": found.rate, "channels": found.channels}

    def _text(self, master: Path, made_by: Recipe, form: str, target: Path) -> dict[str, Any]:
        try:
            if master.stat().st_size > _MOST_TEXT:
                raise EngineFailure(f"The engine {made_by.engine} made a text of over {_MOST_TEXT:,} bytes.")
            text = master.read_text(encoding="utf-8")
            write = self.work.write_text
            target.write_text(write(text, form, made_by.to_dict()) if write else text, encoding="utf-8", newline="\n")
        except ValueError as e:
            raise EngineFailure(f"The engine {made_by.engine} made a text that is damaged: {e}.") from e
        _sync(target)
        return {}


def _fetched(host: HelperHost, task: str, inputs: dict[str, Any], target: Path) -> dict[str, Any]:
    with host.task(task, inputs) as done:
        shutil.copyfile(done.file, target)
        _sync(target)
        return done.facts


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
