"""What the mixer needs of a project: whole samples, paths and gains. Pure, but for a look whether files are there.

A plan is a plain value: any number of mixers, in any threads or processes, may work from one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.audio import ducking, effects, envelopes
from studio.audio.sources import File
from studio.audio.stretching import Stretched
from studio.domain import samples
from studio.domain.effects import LONGEST_TAIL
from studio.domain.project import Clip, Effect, Fade, Media, Point, Project, Track, sounding
from studio.store import project_media


@dataclass(frozen=True)
class Source:
    """A file that clips play."""

    media: str
    file: File
    stretched: Stretched | None = None  # what is played in its stead


@dataclass(frozen=True)
class PlannedClip:
    """A clip that sounds. Of the whole source at the plan's rate, sample `first` is heard at `start`."""

    id: str
    start: int
    length: int
    source: Source
    first: int
    left: float  # factors: gain and pan
    right: float
    fade_in: Fade
    fade_out: Fade
    volume: tuple[Point, ...]
    effects: tuple[Effect, ...]

    @property
    def end(self) -> int:
        """The first sample after the clip."""
        return self.start + self.length


@dataclass(frozen=True)
class PlannedTrack:
    """A track that sounds, with the clips that do, ordered by start."""

    id: str
    clips: tuple[PlannedClip, ...]
    gain: float
    pan: float
    volume: tuple[Point, ...]
    panning: tuple[Point, ...]
    ducked: tuple[tuple[float, float], ...]  # sample, dB; joined by straight lines
    effects: tuple[Effect, ...]

    @property
    def end(self) -> int:
        """The first sample after its last clip."""
        return max((clip.end for clip in self.clips), default=0)


@dataclass(frozen=True)
class Plan:
    """A mix. `length` holds the tails of effects; `missing` names the media whose files are not there."""

    rate: int
    length: int
    tracks: tuple[PlannedTrack, ...]
    missing: tuple[str, ...]


def make(project: Project, folder: Path, *, cache: Path, only: frozenset[str] | None = None) -> Plan:
    """Plan the mix of a project whose media lie under `folder`; stretched sound is kept in `cache`.

    `only` leaves the named tracks, each as it is in the whole mix: muted and ducked by the others.
    """
    heard = sounding(project.tracks)
    finder = _Finder(project, folder, cache)
    planned: list[PlannedTrack] = []
    for track in heard:
        clips = tuple(c for clip in track.clips if not clip.mute and (c := finder.planned(clip)))
        if only is None or track.id in only:
            planned.append(_track(track, clips, heard))
    tracks = tuple(planned)
    return Plan(project.rate, _length(project, tracks), tracks, tuple(sorted(finder.missing)))


def _track(track: Track, clips: tuple[PlannedClip, ...], heard: tuple[Track, ...]) -> PlannedTrack:
    ducked: tuple[tuple[float, float], ...] = ()
    if track.duck:
        speech = ducking.spoken(t for t in heard if t.kind == "speech" and t.id != track.id)
        ducked = ducking.points(speech, track.duck)
    return PlannedTrack(
        id=track.id,
        clips=clips,
        gain=envelopes.amplitude(track.gain_db),
        pan=track.pan,
        volume=track.volume,
        panning=track.panning,
        ducked=ducked,
        effects=_heard(track.effects),
    )


def _heard(chain: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(effect for effect in chain if effect.on)


def _length(project: Project, tracks: tuple[PlannedTrack, ...]) -> int:
    longest = LONGEST_TAIL * project.rate
    tails = (t.end + min(longest, effects.tail(t.effects, project.rate)) for t in tracks if t.effects and t.clips)
    return max(project.length, *tails, 0)


class _Finder:
    """Finds what each clip plays; a project has many clips and few media."""

    def __init__(self, project: Project, folder: Path, cache: Path) -> None:
        self._rate = project.rate
        self._folder = folder
        self._cache = cache
        self._media = {media.id: media for media in project.media}
        self._takes = {take.id: take.media for take in project.takes}
        self._there: dict[str, bool] = {}
        self._sources: dict[tuple[str, float, float], Source] = {}
        self.missing: set[str] = set()

    def planned(self, clip: Clip) -> PlannedClip | None:
        """Return the clip as the mixer needs it; None when there is nothing to play."""
        name = self._takes.get(clip.take, "") if clip.take else clip.media
        media = self._media.get(name)
        if media is None or not self._is_there(media):
            self.missing.add(name)
            return None
        source = self._source(media, clip)
        gain = envelopes.amplitude(clip.gain_db)
        left, right = envelopes.pan_gains(clip.pan)
        return PlannedClip(
            id=clip.id,
            start=clip.start,
            length=clip.length,
            source=source,
            first=samples.stretched(clip.offset, clip.stretch),
            left=gain * left,
            right=gain * right,
            fade_in=clip.fade_in,
            fade_out=clip.fade_out,
            volume=clip.volume,
            effects=_heard(clip.effects),
        )

    def _is_there(self, media: Media) -> bool:
        found = self._there.get(media.id)
        if found is None:
            found = self._there[media.id] = project_media.is_there(self._folder, media.file)
        return found

    def _source(self, media: Media, clip: Clip) -> Source:
        key = media.id, clip.stretch, clip.pitch
        found = self._sources.get(key)
        if found is None:
            found = self._sources[key] = self._new_source(media, clip)
        return found

    def _new_source(self, media: Media, clip: Clip) -> Source:
        file = File(str(self._folder / media.file), media.rate, media.channels, media.frames)
        if clip.stretch == 1.0 and clip.pitch == 0.0:
            return Source(media.id, file)
        stretched = Stretched(
            path=file.path,
            sha256=media.sha256,
            media_rate=file.rate,
            media_channels=file.channels,
            media_frames=file.frames,
            rate=self._rate,
            stretch=clip.stretch,
            pitch=clip.pitch,
            folder=str(self._cache),
        )
        return Source(media.id, file, stretched)
