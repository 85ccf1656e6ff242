"""The timeline as OpenTimelineIO, for editors of film and sound: a JSON object, made by hand. Pure; any thread.

Clips that overlap on a track cannot stand on one of OTIO's tracks: they go to further ones, named after the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.domain import samples
from studio.domain.project import Clip, Marker, Media, Project, Region, Take, Track, media_length, sounding

Address = Callable[[Media], str]
OWN = "angen"  # where our own facts stand among the metadata


def timeline(project: Project, start: int, end: int, *, address: Address) -> dict[str, Any]:
    """Return the object of a stretch of the project; `address` says where media is, as a relative reference."""
    tracks = [made for track in project.tracks for made in _tracks(project, track, start, end, address)]
    markers = [_marker(m, start, project.rate) for m in project.markers if start <= m.at < end]
    markers += [_region(r, start, end, project.rate) for r in project.regions if r.start < end and r.end > start]
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "name": project.metadata.title or project.name,
        "metadata": {OWN: {"rate": project.rate, "start": start}},
        "global_start_time": None,
        "tracks": _item("Stack.1", "tracks", children=tracks, markers=markers),
    }


def _tracks(project: Project, track: Track, start: int, end: int, address: Address) -> list[dict[str, Any]]:
    heard = {t.id for t in sounding(project.tracks)}
    media = {m.id: m for m in project.media}
    takes = {t.id: t for t in project.takes}
    lanes: list[list[Clip]] = []
    for clip in track.clips:
        if clip.start < end and clip.end > start:
            lane = next((lane for lane in lanes if lane[-1].end <= clip.start), None)
            if lane is None:
                lanes.append([clip])
            else:
                lane.append(clip)
    found: list[dict[str, Any]] = []
    for number, lane in enumerate(lanes or [[]], 1):
        children: list[dict[str, Any]] = []
        at = start
        for clip in lane:
            if clip.start > at:
                children.append(_gap(clip.start - at, project.rate))
            children.append(_clip(project, clip, media, takes, (start, end), address))
            at = min(clip.end, end)
        name = track.name if number == 1 else f"{track.name} ({number})"
        own = {"id": track.id, "kind": track.kind, "gain_db": track.gain_db, "pan": track.pan}
        found.append(
            _item("Track.1", name, children=children, kind="Audio", enabled=track.id in heard, metadata={OWN: own})
        )
    return found


def _clip(
    project: Project,
    clip: Clip,
    media: dict[str, Media],
    takes: dict[str, Take],
    window: tuple[int, int],
    address: Address,
) -> dict[str, Any]:
    take = takes.get(clip.take)
    played = media.get(take.media if take else clip.media)
    first, last = max(clip.start, window[0]), min(clip.end, window[1])
    begins = samples.unstretched(samples.stretched(clip.offset, clip.stretch) + first - clip.start, clip.stretch)
    own: dict[str, Any] = {
        "id": clip.id,
        "gain_db": clip.gain_db,
        "pan": clip.pan,
        "pitch": clip.pitch,
        "fade_in": {"length": clip.fade_in.length, "curve": clip.fade_in.curve},
        "fade_out": {"length": clip.fade_out.length, "curve": clip.fade_out.curve},
    }
    if take:
        own |= {"speaker": take.speaker, "text": take.text}
    warp = _warp(clip.stretch)
    return _item(
        "Clip.1",
        clip.name or (played.name if played else "") or clip.id,
        source_range=_range(begins, last - first, project.rate),
        effects=[warp] if warp else [],
        enabled=not clip.mute,
        metadata={OWN: own},
        media_reference=_reference(played, project.rate, address),
    )


def _reference(media: Media | None, rate: int, address: Address) -> dict[str, Any]:
    if media is None:
        return {"OTIO_SCHEMA": "MissingReference.1", "name": "", "metadata": {}, "available_range": None}
    return {
        "OTIO_SCHEMA": "ExternalReference.1",
        "name": media.name,
        "metadata": {OWN: {"id": media.id, "sha256": media.sha256, "rate": media.rate, "licence": media.licence}},
        "available_range": _range(0, media_length(media, rate), rate),
        "target_url": address(media),
    }


def _warp(stretch: float) -> dict[str, Any] | None:
    if stretch == 1.0:
        return None
    return {
        "OTIO_SCHEMA": "LinearTimeWarp.1",
        "name": "stretch",
        "effect_name": "LinearTimeWarp",
        "time_scalar": 1.0 / stretch,
        "metadata": {},
    }


def _marker(marker: Marker, start: int, rate: int) -> dict[str, Any]:
    return _mark(marker.id, marker.name, (marker.at - start, 0), rate, "GREEN" if marker.chapter else "RED")


def _region(region: Region, start: int, end: int, rate: int) -> dict[str, Any]:
    first, last = max(region.start, start), min(region.end, end)
    return _mark(region.id, region.name, (first - start, last - first), rate, "BLUE")


def _mark(mark: str, name: str, place: tuple[int, int], rate: int, colour: str) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": name,
        "color": colour,
        "marked_range": _range(*place, rate),
        "comment": "",
        "metadata": {OWN: {"id": mark}},
    }


def _gap(length: int, rate: int) -> dict[str, Any]:
    return _item("Gap.1", "", source_range=_range(0, length, rate))


def _item(schema: str, name: str, **values: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": name,
        "metadata": {},
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
    }
    return {"OTIO_SCHEMA": schema, **plain, **values}


def _range(start: int, length: int, rate: int) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(start, rate), "duration": _time(length, rate)}


def _time(samples: int, rate: int) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(samples), "rate": float(rate)}
