"""A voice and its files, for tests of where voices are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from studio.domain.voice import Consent, Profile, Sample


def files(folder: Path, *, count: int = 2, size: int = 1000) -> dict[str, Path]:
    """Write so many files, each named by its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for n in range(count):
        content = bytes([n]) * size
        name = f"{hashlib.sha256(content).hexdigest()}.wav"
        (folder / name).write_bytes(content)
        found[name] = folder / name
    return found


def profile(found: Iterable[str], name: str = "Ann") -> Profile:
    """A voice that needs these files, two for each recording."""
    names = list(found)
    samples = tuple(
        Sample(f"s{n // 2 + 1}", names[n], names[n + 1], f"{n}.wav", 6.0, "Words.") for n in range(0, len(names) - 1, 2)
    )
    return Profile("v0", name, Consent("Made by a machine.", "synthetic"), "2026-01-31", "en", "CC0-1.0", "", samples)
