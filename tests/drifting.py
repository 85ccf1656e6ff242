"""A project in which a voice becomes another one, with speech of the demo's, for tests of what notices it."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from studio.domain.edits import takes, whole
from studio.paths import RESOURCES
from studio.services.projects import OpenProject

WORDS = "This is what Ann says in line number"
STEADY, STRANGE = 6, 3  # takes
FIRST_STRANGE = STEADY + 1  # the line from which on it is another voice
HER = "af_heart"
_HERS = ("2b8abbc1104f64cd", "f10d98af6ef0f951", "91e2736deaf8c106")
_HIS = ("04ec344c3185345b", "b2a29e79205b662b", "8b054a215a2ae801")
_SECONDS = 4.5  # of a take
RECIPE: dict[str, Any] = {
    "task": "speech", "engine": "kokoro", "engine_version": "1", "model": "m", "revision": "r",
    "params": {"speed": 1.0}, "seed": 5, "device": "local/cpu", "precision": "int8", "licence": "Apache-2.0",
    "cast": {"Ann": HER},
}  # fmt: skip


def fill(project: OpenProject, folder: Path, *, count: int = STEADY + STRANGE) -> None:
    """Give a project a script of Ann's, and takes of its lines: hers first, then those of somebody else."""
    folder.mkdir(exist_ok=True)
    script = "".join(f"[Ann] {WORDS} {number}.\n" for number in range(1, count + 1))
    project.do("Write", whole.set_script(project.project, script))
    for number, line in enumerate(project.project.script_lines.split(), 1):
        file = folder / f"{number}.wav"
        sound, rate = _speech(_HERS if number <= STEADY else _HIS)
        begin = round(0.15 * number * rate)
        soundfile.write(file, sound[begin : begin + round(_SECONDS * rate)], rate)
        media = project.take_in(file, recipe={**RECIPE, "script": f"[Ann] {WORDS} {number}."})
        changed, _ = takes.add_take(project.project, media, speaker="Ann", text=f"{WORDS} {number}.", line=line)
        project.do("Add a take", changed)
    project.save()


def speech_of_hers() -> tuple[np.ndarray, int]:
    """Return what she says, fifteen seconds, and the rate."""
    return _speech(_HERS)


@cache
def _speech(names: tuple[str, ...]) -> tuple[np.ndarray, int]:
    """Return what somebody says in several sounds of the demo, together."""
    with zipfile.ZipFile(RESOURCES / "demo" / "demo.angen.zip") as packed:
        read = [soundfile.read(io.BytesIO(packed.read(f"media/{name}.flac")), dtype="float32") for name in names]
    return np.concatenate([sound for sound, _ in read]), read[0][1]
