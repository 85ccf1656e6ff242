"""A library with many things in it, made at once: rows as jobs leave them, over a few files that they share."""

from __future__ import annotations

import hashlib
import json
import math
import struct
import time
import wave
import zlib
from array import array
from pathlib import Path

from studio.store.database import Database

_WORDS = ("harbour", "lantern", "winter", "orchard", "signal", "river", "market", "engine", "garden", "letter", "storm")
_ENGINES = {"speech": "kokoro", "music": "composer", "image": "painter", "lyrics": "verses"}
_KINDS = {"speech": "audio", "music": "audio", "image": "image", "lyrics": "text"}
_SHARED = 6  # files of each kind


def fill(root: Path, database: Database, count: int = 5000) -> None:
    """Add so many things to the library in a data folder; every tenth is starred, every fifth has tags."""
    files = {task: [_file(root, task, number) for number in range(_SHARED)] for task in _ENGINES}
    now = time.time()
    rows = [_row(files, number, now - 60.0 * (count - number)) for number in range(count)]
    with database.transaction() as connection:
        connection.executemany(
            "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created, starred, tags)"
            " values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _row(files: dict[str, list[tuple[str, str]]], number: int, created: float) -> tuple[object, ...]:
    task = tuple(_ENGINES)[number % len(_ENGINES)]
    place, digest = files[task][number % _SHARED]
    words = f"The {_WORDS[number % 11]} and the {_WORDS[(number // 11) % 11]}, number {number}"
    params = {"music": {"style": words, "duration": 30.0}, "image": {"prompt": words}, "lyrics": {"theme": words}}
    recipe = {
        "task": task, "engine": _ENGINES[task], "engine_version": "1", "model": "", "revision": "", "seed": number,
        "params": params.get(task, {"speed": 1.0}), "script": words if task == "speech" else "",
        "cast": {"": "af_heart"} if task == "speech" else {}, "device": "local/cpu", "precision": "fp32",
        "licence": "Apache-2.0", "rungs": [], "schema": 1,
    }  # fmt: skip
    facts = {"audio": {"seconds": 1.0 + number % 90, "sample_rate": 24000, "channels": 1}}.get(_KINDS[task], {})
    facts = {"width": 96, "height": 64} if task == "image" else facts
    tags = ["draft", _WORDS[number % 11]] if number % 5 == 0 else []
    facts_text, recipe_text = json.dumps(facts), json.dumps(recipe)
    starred = int(number % 10 == 0)
    return _KINDS[task], place, digest, place, digest, facts_text, recipe_text, created, starred, json.dumps(tags)


def _file(root: Path, task: str, number: int) -> tuple[str, str]:
    """Make a small file; return its place and its hash."""
    folder = root / "library" / "files"
    folder.mkdir(parents=True, exist_ok=True)
    ending = {"audio": "wav", "image": "png", "text": "txt"}[_KINDS[task]]
    fresh = folder / f"new-{task}-{number}.{ending}"
    if ending == "wav":
        _sound(fresh, 110.0 * (number + 1) * (2 if task == "music" else 1))
    elif ending == "png":
        fresh.write_bytes(_picture(96, 64, number))
    else:
        fresh.write_text(f"[verse]\nThe {_WORDS[number]} keeps a light for me\n", encoding="utf-8")
    digest = hashlib.sha256(fresh.read_bytes()).hexdigest()
    fresh.rename(folder / f"{digest}.{ending}")
    return f"library/files/{digest}.{ending}", digest


def _sound(file: Path, pitch: float) -> None:
    swell = [math.sin(math.pi * n / 24000) * (0.3 + 0.7 * abs(math.sin(n / 900))) for n in range(24000)]
    samples = array("h", (int(20000 * loud * math.sin(math.tau * pitch * n / 24000)) for n, loud in enumerate(swell)))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(24000)
        out.writeframes(samples.tobytes())


def _picture(width: int, height: int, number: int) -> bytes:
    """Return a PNG with a slope of colour."""
    lines = b"".join(
        b"\0" + bytes(channel for x in range(width) for channel in (40 * number, 255 * x // width, 255 * y // height))
        for y in range(height)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
