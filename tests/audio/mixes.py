"""Small projects with real files, for the tests of planning, mixing and exporting. Each test's own thread."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from studio.domain.project import Clip, Fade, Media, Project, Track

RATE = 48_000


def noise(seed: int, *, frames: int, channels: int = 1, level: float = 0.25) -> np.ndarray:
    """Return noise that is the same for the same seed."""
    return np.random.default_rng(seed).uniform(-level, level, (frames, channels)).astype(np.float32)


def tones(*, rate: int, frames: int, channels: int = 1) -> np.ndarray:
    """Return a chord, another one in each channel."""
    t = np.arange(frames) / rate
    return np.stack(
        [sum(np.sin(2 * np.pi * f * (c + 2) * t) for f in (110.0, 277.2, 415.3)) * 0.15 for c in range(channels)],
        axis=1,
    ).astype(np.float32)


def file_of(name: str, kind: str = "WAV") -> str:
    """Return where media lie in a project's folder; their files are called by a hash."""
    return f"media/{hashlib.sha256(name.encode()).hexdigest()}.{kind.lower()}"


def add_media(
    folder: Path, name: str, sound: np.ndarray, *, rate: int = RATE, subtype: str = "FLOAT", kind: str = "WAV"
) -> Media:
    """Write a file into a project's folder and return its media; the name becomes its id."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    file = folder / file_of(name, kind)
    sf.write(file, sound, rate, subtype=subtype, format=kind)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Media(name, name, file_of(name, kind), digest, rate, sound.shape[1], len(sound))


def track(name: str, clips: Sequence[Clip], **more: Any) -> Track:
    """Return a track with clips in their order."""
    return Track(id=name, name=name, clips=tuple(sorted(clips, key=lambda c: (c.start, c.id))), **more)


def project(media: Sequence[Media], tracks: Sequence[Track], *, rate: int = RATE) -> Project:
    """Return a project of these."""
    return Project("Mix", rate=rate, next_id=1_000_000, media=tuple(media), tracks=tuple(tracks))


def reference(folder: Path) -> Project:
    """Return the project of a reference job: a `job.json` and its sources in one folder."""
    job = json.loads((folder / "job.json").read_text())
    media: dict[str, Media] = {}
    clips: dict[int, list[Clip]] = {}
    for number, c in enumerate(job["clips"]):
        if c["file"] not in media:
            frames = sf.info(str(folder / c["file"])).frames
            name = f"m{len(media)}"
            media[c["file"]] = Media(name, c["file"], c["file"], c["file"], c["rate"], c["ch"], frames)
        clip = Clip(
            id=f"c{1000 + number}",
            start=round(c["start"] * 1000) * job["rate"] // 1000,
            length=round(c["length"] * 1000) * job["rate"] // 1000,
            offset=round(c["offset"] * 1000) * job["rate"] // 1000,
            media=media[c["file"]].id,
            gain_db=c["gain_db"],
            pan=c["pan"],
            fade_in=Fade(round(c["fade_in"] * 1000) * job["rate"] // 1000),
            fade_out=Fade(round(c["fade_out"] * 1000) * job["rate"] // 1000),
        )
        clips.setdefault(c["track"], []).append(clip)
    return project(
        list(media.values()), [track(f"t{i}", found) for i, found in sorted(clips.items())], rate=job["rate"]
    )
