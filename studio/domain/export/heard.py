"""Which clips an export lets one hear: those of tracks that sound, within a stretch of time. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.domain.project import Clip, Media, Project, Take, Track, sounding


@dataclass(frozen=True)
class Heard:
    """A clip with what it plays. `number` counts the clips of an export in the order of time, from 1."""

    number: int
    track: Track
    clip: Clip
    media: Media | None
    take: Take | None


def heard(project: Project, start: int, end: int, *, tracks: frozenset[str] | None = None) -> list[Heard]:
    """Return the clips one hears between two samples, by time; `tracks` names the only ones wanted, None is all."""
    media = {m.id: m for m in project.media}
    takes = {t.id: t for t in project.takes}
    found = [
        (track, clip)
        for track in sounding(project.tracks)
        if tracks is None or track.id in tracks
        for clip in track.clips
        if not clip.mute and clip.start < end and clip.end > start
    ]
    found.sort(key=lambda pair: pair[1].start)  # stable: tracks keep their order among clips that begin at once
    return [
        Heard(
            number, track, clip, media.get(take.media if (take := takes.get(clip.take)) else clip.media),
            takes.get(clip.take),
        )
        for number, (track, clip) in enumerate(found, 1)
    ]  # fmt: skip


def name_of(item: Heard) -> str:
    """Return what people call a clip."""
    return item.clip.name or (item.media.name if item.media else "") or item.clip.id
