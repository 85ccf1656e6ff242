"""A small piece of work for each engine that comes with the studio, and the files it needs."""

from __future__ import annotations

import math
import struct
import zlib
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.protocol.float_wav import write_float_wav
from studio.services.tasks.work import Wish

RATE = 24_000


@dataclass(frozen=True)
class Sample:
    """`small` is quickly made; `long` lasts long enough to be cancelled in the middle."""

    task: str
    small: dict[str, Any]
    long: dict[str, Any] = field(default_factory=dict[str, Any])
    files: tuple[str, ...] = ()  # roles
    next: dict[str, Any] = field(default_factory=dict[str, Any])  # makes `small` quicker, where that takes long


_LONG_SCRIPT = "\n".join(f"This is sentence number {n}, and it takes a moment to say." for n in range(60))
_LONG_SONG = "\n".join(f"[verse]\nA line about the sea, {n}\nAnother line for thee" for n in range(40))

SAMPLES: dict[str, Sample] = {
    "kokoro": Sample("speech", {"script": "[Ada] Hello there. [Ben] Good evening."}, {"script": _LONG_SCRIPT}),
    "hibari": Sample("speech", {"script": "Hello there."}, {"script": _LONG_SCRIPT * 20}),
    "likeness": Sample(
        "clone",
        {"script": "Hello there."},
        {"script": _LONG_SCRIPT},
        ("reference",),
        {"task": "speech", "files": {}},
    ),
    "whisper": Sample("transcribe", {}, {}, ("source",)),
    "speaker": Sample("embed", {}, {}, ("source",)),
    "deepfilter": Sample("clean", {}, {}, ("source",)),
    "composer": Sample(
        "music",
        {"params": {"style": "calm piano", "duration": 4.0}},
        {"params": {"style": "rock", "duration": 300.0}, "script": _LONG_SONG},
    ),
    "verses": Sample("lyrics", {"params": {"theme": "the sea at night"}}, {}),
    "painter": Sample(
        "image",
        {"params": {"prompt": "mountains at sunset", "width": 96, "height": 64}},
        {"params": {"prompt": "forest, lake, rain, night", "width": 2048, "height": 2048, "count": 4}},
    ),
    "fake": Sample("speech", {"script": "Hello there."}, {"script": _LONG_SCRIPT, "params": {"seconds": 0.3}}),
}


def wish(engine: str, folder: Path, *, long: bool = False, **changes: Any) -> Wish:
    """Return a sample's wish, its files written into a folder."""
    sample = SAMPLES[engine]
    given = {**sample.small, **sample.long} if long else sample.small
    files = {role: _file(role, folder, seconds=600.0 if long else 8.0) for role in sample.files}
    return Wish(**{"task": sample.task, "engine": engine, "seed": 7, "files": files, **given, **changes})


def _file(role: str, folder: Path, *, seconds: float) -> Path:
    if role in {"init", "mask"}:
        return write_png(folder / f"{role}.png")
    return write_voice(folder / f"{role}-{seconds:.0f}.wav", seconds)


def write_voice(path: Path, seconds: float) -> Path:
    """Write something that has the pitch, the resonances and the syllables of a voice."""
    if not path.exists():
        second = _syllables()
        whole = array("f")
        for _ in range(math.ceil(seconds / 2)):
            whole.extend(second)
        write_float_wav(path, whole[: int(seconds * RATE)], rate=RATE)
    return path


def _syllables() -> array[float]:
    """Two seconds: six syllables on a falling pitch, and a breath."""
    samples = array("f", bytes(4 * 2 * RATE))
    phase = 0.0
    for n in range(int(1.7 * RATE)):
        at = n / RATE
        phase += 2 * math.pi * (130 - 15 * at + 4 * math.sin(2 * math.pi * 3.1 * at)) / RATE
        loud = max(0.0, math.sin(math.pi * (at * 3.5 % 1.0))) ** 0.5
        shape = sum(math.sin(k * phase) * _vowel(k * 125, at) for k in range(1, 24))
        samples[n] = 0.06 * loud * shape
    return samples


def _vowel(frequency: float, at: float) -> float:
    first, second = (700, 1200) if int(at * 3.5) % 2 else (400, 2000)
    return math.exp(-(((frequency - first) / 180) ** 2)) + 0.6 * math.exp(-(((frequency - second) / 260) ** 2)) + 0.03


def write_png(path: Path, width: int = 32, height: int = 24) -> Path:
    """Write a small picture of many colours."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (8 * x % 256, 10 * y % 256, 99)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path
