"""Making speech equally loud, and music soft under it. Pure; any thread.

What was measured comes in as numbers: the loudness of what a clip plays, before its own gain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.domain.edits import find, parts, tracks
from studio.domain.project import LOUDEST_DB, SILENT_DB, Duck, Project
from studio.errors import StudioError

TARGET = -20.0  # LUFS of each clip; leaves room for peaks, and the export brings the whole to what is asked for
SILENT = -70.0  # LUFS; what reads no more holds nothing that could be made louder
_LOWEST_TARGET, _HIGHEST_TARGET = -60.0, 0.0


def level(project: Project, measured: Mapping[str, float], *, target: float = TARGET) -> Project:
    """Give clips the gain with which each is as loud as the target; `measured` says how loud each is without."""
    target = parts.number(target, low=_LOWEST_TARGET, high=_HIGHEST_TARGET, what="The loudness")
    spots = find.spots(project, measured)
    parts.check_unlocked(project, spots.values())
    changed = {
        spot: replace(
            project.tracks[spot.track].clips[spot.clip],
            gain_db=round(min(max(target - measured[clip], SILENT_DB), LOUDEST_DB), 2),
        )
        for clip, spot in spots.items()
        if measured[clip] > SILENT
    }
    return parts.put_clips(project, changed)


def duck_music(project: Project, *, depth_db: float | None = -12.0) -> Project:
    """Let the tracks for music go down while somebody speaks on a track for speech; without a depth no longer."""
    music = [track for track in project.tracks if track.kind == "music"]
    if not music:
        raise StudioError("There is no track for music.", "Say of the track with the music that it is one.")
    if depth_db is not None and all(track.kind != "speech" for track in project.tracks):
        raise StudioError("There is no track for speech.", "Say of the track with the voices that it is one.")
    for track in music:
        fresh = Duck.at_rate(project.rate)
        duck = None if depth_db is None else replace(track.duck or fresh, depth_db=-abs(depth_db))
        project = tracks.set_track(project, track.id, duck=duck)
    return project


def spoken_clips(project: Project) -> tuple[str, ...]:
    """Return the clips in which somebody speaks and that may be changed: takes, and all on tracks for speech."""
    return tuple(
        clip.id
        for track in project.tracks
        for clip in track.clips
        if not track.locked and not clip.locked and (clip.take or track.kind == "speech")
    )
