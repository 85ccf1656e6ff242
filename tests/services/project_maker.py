"""Small projects on disk with real sound, for the tests of what is made from them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from studio.domain.project import Clip, Marker, Media, Metadata, Picture, Project, Take, Track
from studio.services.projects import Projects

RATE = 48_000


def tone(seconds: float, hertz: float, level: float = 0.2) -> np.ndarray:
    """A sine, one channel of float32."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def sound_file(number: int) -> str:
    """Return where media m<number> lies in its project."""
    return f"media/{number:016}.wav"


def put(folder: Path, number: int, sound: np.ndarray, *, licence: str = "", recipe: dict | None = None) -> Media:
    """Lay a sound into a project's folder; return media m<number>."""
    file = folder / sound_file(number)
    file.parent.mkdir(exist_ok=True)
    soundfile.write(file, sound, RATE, subtype="FLOAT")
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    name = f"sound {number}.wav"
    return Media(f"m{number}", name, sound_file(number), digest, RATE, channels, len(sound), recipe, licence)


def save(projects: Projects, folder: Path, project: Project) -> Path:
    """Make a project folder that holds a value."""
    with projects.create(folder) as opened:
        opened.do("Make it", replace(project, name=opened.project.name))
        opened.save()
    return folder


def show(projects: Projects, folder: Path, *, licence: str = "CC-BY-4.0") -> Path:
    """Two seconds of a voice, one and a half of music, two chapters, a cover."""
    folder.mkdir()
    recipe = {"schema": 1, "task": "speech", "engine": "fake", "seed": 5, "licence": "MIT"}
    voice = put(folder, 1, tone(3.0, 300), recipe=recipe)
    music = put(folder, 2, tone(2.0, 500, 0.1), licence=licence)
    cover = cover_picture(folder / "media" / f"{'c' * 16}.png")
    project = Project(
        "Show",
        next_id=100,
        media=(voice, music),
        takes=(Take("t3", "m1", "Ada", "Hello there."),),
        tracks=(
            Track("k4", "Talk", kind="speech", clips=(Clip("c5", 24_000, 72_000, take="t3", offset=4_800),)),
            Track("k6", "Music", clips=(Clip("c7", 0, 72_000, media="m2", gain_db=-6.0),)),
        ),
        markers=(Marker("x8", 0, "One", chapter=True), Marker("x9", 48_000, "Two", chapter=True)),
        metadata=Metadata(title="A show", artist="Ada", album="Shows", year="2026", genre="Talk", language="en"),
        cover=cover,
    )
    return into(projects, folder, project)


def long_show(projects: Projects, folder: Path, *, minutes: float) -> Path:
    """A tone that lasts long enough to be stopped in the middle."""
    folder.mkdir()
    length = 10 * RATE
    count = round(minutes * 6)
    sound = put(folder, 1, tone(10.0, 300), licence="CC0-1.0")
    clips = tuple(Clip(f"c{n + 10}", n * length, length, media="m1") for n in range(count))
    project = Project("Long", next_id=count + 10, media=(sound,), tracks=(Track("k2", "Tone", clips=clips),))
    return into(projects, folder, project)


def cover_picture(file: Path) -> Picture:
    """A PNG of one grey point."""
    data = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
        "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
    )
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    return Picture(f"media/{file.name}", hashlib.sha256(data).hexdigest(), licence="CC0-1.0")


def into(projects: Projects, folder: Path, project: Project) -> Path:
    """Make a project in a folder that has its media already, and nothing else."""
    media = folder / "media"
    aside = media.rename(folder.with_name(f"{folder.name}.media"))
    save(projects, folder, project)
    aside.rename(folder / "media")
    return folder
