"""Any sound file as something to play and to draw: copied into the cache and checked there. Any thread."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from studio.domain.project import Clip, Media, Project, Track, media_length
from studio.events import JobSound
from studio.paths import DataPaths
from studio.services import peaks
from studio.services.project_sounds import Coming, Sounds
from studio.services.sound import SoundHost

_CLIP, _TRACK = "c1000", "t1001"


@dataclass(frozen=True)
class Single:
    """One sound as a project. `media` says where it lies, relative to `folder`."""

    project: Project
    folder: Path
    media: Media

    @property
    def file(self) -> Path:
        """The copy that is played."""
        return self.folder / self.media.file

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.media.frames / self.media.rate


def single(paths: DataPaths, sound: SoundHost, file: Path) -> Single:
    """Take a file in; raise StudioError for what is no sound."""
    folder = paths.heard
    (folder / "media").mkdir(parents=True, exist_ok=True)
    taken = Sounds(folder, sound).take_in(Project(file.stem), Coming(file))
    return of_media(next(m for m in taken.project.media if m.id == taken.media), folder)


def of_media(media: Media, folder: Path) -> Single:
    """Return media of a folder as a project of its own."""
    empty = Project(media.name or "sound")
    clip = Clip(_CLIP, 0, max(1, media_length(media, empty.rate)), media=media.id)
    track = Track(_TRACK, media.name or "sound", clips=(clip,))
    next_id = 1 + max(int(_TRACK[1:]), int(media.id[1:]))
    return Single(replace(empty, next_id=next_id, media=(media,), tracks=(track,)), folder, media)


def growing(sound: JobSound) -> Single:
    """Return what a running job brought so far; while it grows, what is longer is the same project edited."""
    file = Path(sound.file)
    name = hashlib.sha256(sound.file.encode()).hexdigest()  # of the place: nobody keeps anything by it
    media = Media("m1002", file.stem, f"{file.parent.name}/{file.name}", name, sound.rate, 1, sound.frames)
    return of_media(media, file.parent.parent)


def outline(paths: DataPaths, sound: SoundHost, file: Path, sha256: str, columns: int) -> tuple[tuple[int, int], ...]:
    """Return the least and the greatest sample of each of so many parts of a sound, -32768 to 32767."""
    from studio.services.peaks_reader import columns_of

    return columns_of(peaks.peaks_file(paths, sound, file, sha256), columns)
