"""A project as the object that commands and the service show. Pure; any thread."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from studio.domain.history import History
from studio.domain.project import Clip, Media, Picture, Project, Track, media_of


def info(history: History, *, missing: Iterable[Media | Picture] = ()) -> dict[str, Any]:
    """Return the object of `studio project info`; times in seconds. `missing` is what has no file any more."""
    project = history.now
    gone = {one.id if isinstance(one, Media) else "cover" for one in missing}
    return {
        "name": project.name,
        "rate": project.rate,
        "seconds": _seconds(project.length, project),
        "tracks": [_track(project, track, gone) for track in project.tracks],
        "markers": [
            {"id": m.id, "at": _seconds(m.at, project), "name": m.name, "chapter": m.chapter} for m in project.markers
        ],
        "media": [
            {"id": m.id, "name": m.name, "file": m.file, "seconds": round(m.frames / m.rate, 6), "rate": m.rate,
             "channels": m.channels, "licence": m.licence, "missing": m.id in gone}
            for m in project.media
        ],
        "cover": None if project.cover is None else
        {"file": project.cover.file, "licence": project.cover.licence, "missing": "cover" in gone},
        "can_undo": history.can_undo,
        "can_redo": history.can_redo,
    }  # fmt: skip


def _track(project: Project, track: Track, gone: Container[str]) -> dict[str, Any]:
    return {
        "id": track.id,
        "name": track.name,
        "kind": track.kind,
        "mute": track.mute,
        "solo": track.solo,
        "gain_db": track.gain_db,
        "pan": track.pan,
        "clips": [_clip(project, clip, gone) for clip in track.clips],
    }


def _clip(project: Project, clip: Clip, gone: Container[str]) -> dict[str, Any]:
    media = media_of(project, clip)
    return {
        "id": clip.id,
        "media": media.id if media else "",
        "missing": media is None or media.id in gone,
        "name": clip.name or (media.name if media else ""),
        "start": _seconds(clip.start, project),
        "length": _seconds(clip.length, project),
        "offset": _seconds(clip.offset, project),
        "gain_db": clip.gain_db,
        "pan": clip.pan,
        "mute": clip.mute,
        "fade_in": _seconds(clip.fade_in.length, project),
        "fade_out": _seconds(clip.fade_out.length, project),
    }


def _seconds(samples: int, project: Project) -> float:
    return round(samples / project.rate, 6)
