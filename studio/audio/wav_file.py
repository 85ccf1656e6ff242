"""The user's WAV files: 16-bit sound with the recipe inside, made from a plain master. Any thread.

The recipe is the comment of a LIST INFO chunk, so that other programs show it and keep it.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from studio.audio import riff
from studio.domain import recipe
from studio.domain.recipe import Recipe
from studio.protocol import float_wav as wav

_BLOCK = 1 << 18  # samples
_FULL_SCALE = 32767.0
_RECIPE_NAME = "angen_recipe"


@dataclass(frozen=True)
class Sound:
    """What a written file holds."""

    sample_rate: int
    frames: int
    channels: int = 1

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / self.sample_rate


def write(master: Path, made_by: Recipe, software: str, target: Path) -> Sound:
    """Write the user's file for a master, synced. Equal masters and recipes give equal bytes."""
    import numpy as np  # 0.1 s that no other command should pay

    found = wav.read_float_wav(master)
    if not found.frames:
        raise wav.WavError(f"{master.name} holds no sound")
    info = riff.info(
        ((b"ISFT", software), (b"ICMT", json.dumps({_RECIPE_NAME: made_by.to_dict()}, ensure_ascii=False)))
    )
    data_bytes = found.frames * found.channels * 2
    with target.open("wb") as out, master.open("rb") as source:
        out.write(_header(found.rate, found.channels, data_bytes, info))
        source.seek(found.offset)
        left = found.frames * found.channels
        while left > 0:
            block = np.frombuffer(source.read(min(left, _BLOCK) * wav.SAMPLE_BYTES), "<f4")
            if not block.size:
                raise wav.WavError(f"{master.name} became shorter while it was read")
            if not np.isfinite(block).all():
                raise wav.WavError(f"{master.name} holds values that are not finite")
            out.write(np.rint(np.clip(block, -1.0, 1.0) * _FULL_SCALE).astype("<i2").tobytes())
            left -= block.size
        out.flush()
        os.fsync(out.fileno())
    return Sound(found.rate, found.frames, found.channels)


def read_recipe(path: Path) -> Recipe | None:
    """Return the recipe in a WAV file that may come from anywhere; None when it holds none."""
    with path.open("rb") as file:
        for name, value in riff.info_texts(file):
            if name == b"ICMT":
                found = _recipe_in(value)
                if found:
                    return found
    return None


def _recipe_in(text: bytes) -> Recipe | None:
    data = recipe.parsed(text.rstrip(b"\0"))
    return recipe.from_dict(data.get(_RECIPE_NAME)) if data else None


def _header(rate: int, channels: int, data_bytes: int, info: bytes) -> bytes:
    step = 2 * channels
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * step, step, 16)
    size = 4 + len(form) + len(info) + 8 + data_bytes
    return struct.pack("<4sI4s", b"RIFF", size, b"WAVE") + form + info + struct.pack("<4sI", b"data", data_bytes)
