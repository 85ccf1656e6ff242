"""Spectrograms of sounds for the timeline: made once in the sound process, kept by content. Any thread.

A point is one byte, so that the window colours it as the theme is; nothing here needs numpy.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.sound import SoundHost

_HEAD = struct.Struct("<8sIId")  # as studio.audio.tasks.spectrogram writes it; a test compares the two
_MAGIC = b"AngenSp\1"
_LARGEST = 1 << 26  # bytes


@dataclass(frozen=True)
class Spectrogram:
    """Which pitches sound when. Rows from the highest pitch down; 0 is silent, 255 as loud as can be."""

    width: int
    height: int
    per_second: float  # columns
    levels: bytes


def spectrogram(
    paths: DataPaths, sound: SoundHost, file: Path, sha256: str, *, on_progress: Callable[[float], None] | None = None
) -> Spectrogram:
    """Return the spectrogram of a whole sound, made now if there is none yet; StudioError for what is no sound."""
    target = paths.peaks / f"{sha256}.spectrum"
    with suppress(OSError):
        os.utime(target)  # what is looked at is the last to leave the cache
    known = read(target)
    if known:
        return known
    target.parent.mkdir(parents=True, exist_ok=True)

    def listen(share: float | None) -> None:
        if on_progress and share is not None:
            on_progress(share)

    inputs = {"file": str(file), "target": str(target)}
    with sound.task("spectrogram", inputs, on_progress=lambda message: listen(message.fraction)):
        made = read(target)
    if made is None:
        raise StudioError("The spectrogram could not be read.", "Try again.")
    return made


def read(target: Path) -> Spectrogram | None:
    """Return what was kept; None for nothing, or for what is damaged."""
    try:
        with target.open("rb") as stream:
            data = stream.read(_LARGEST)
        magic, width, height, per_second = _HEAD.unpack_from(data)
    except (OSError, struct.error):
        return None
    levels = data[_HEAD.size :]
    if magic != _MAGIC or not width or not height or len(levels) != width * height or not 0 < per_second < 1e6:
        return None
    return Spectrogram(width, height, per_second, levels)


def argb(found: Spectrogram, colours: Sequence[int]) -> bytes:
    """Return the points in 256 colours 0xAARRGGBB, premultiplied, four bytes each: blue, green, red, alpha."""
    points = bytearray(4 * len(found.levels))
    for place in range(4):
        table = bytes(colour >> (8 * place) & 0xFF for colour in colours)
        points[place::4] = found.levels.translate(table)
    return bytes(points)
