"""Sounds of the library into a project in two steps: `fetched` copies the file on any thread, the rest makes values.

The project belongs to one thread; so what takes long is done before it is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.domain.edits import place, takes, tracks
from studio.domain.project import Media, Project
from studio.services.project_sounds import Coming, Sounds
from studio.services.sound import SoundHost


def fetched(
    folder: Path, project: Project, sound: SoundHost, file: Path, *, name: str, recipe: Mapping[str, Any]
) -> Media:
    """Copy a sound into the project's folder; the project itself stays as it is. Any thread."""
    taken = Sounds(folder, sound).take_in(project, Coming(file, name, dict(recipe) or None))
    return next(media for media in taken.project.media if media.id == taken.media)


def with_media(project: Project, media: Media) -> tuple[Project, str]:
    """Return the project with the media, and what it is called there; the same sound is one media. Pure."""
    known = next((one.id for one in project.media if one.sha256 == media.sha256), "")
    return (project, known) if known else takes.add_media(project, media)


def on_track(project: Project, media: Media, *, kind: str, name: str) -> Project:
    """Return the project with the media after the last clip of such a track, made where there is none. Pure."""
    project, known = with_media(project, media)
    track = next((one.id for one in project.tracks if one.kind == kind and not one.locked), "")
    if not track:
        project, track = tracks.add_track(project, name, kind=kind)
    return place.media(project, known, track=track)[0]


def together(project: Project, sounds: Mapping[str, Media], silent: frozenset[str] = frozenset()) -> Project:
    """Return a project in which sounds begin together, each on a track of its name, some of them muted. Pure."""
    for name, media in sounds.items():
        project, known = with_media(project, media)
        project, track = tracks.add_track(project, name)
        project = place.media(project, known, track=track, at=0)[0]
        project = tracks.set_track(project, track, mute=name in silent)
    return project
