"""The project as a value: script, voices, media, takes, tracks with clips, markers. Pure; any thread.

All times are whole samples at the project's rate. An edit (studio.domain.edits) makes a new value out of an old one and
shares everything that did not change. Names from outside never decide a path: `Media.file` is made by the studio.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from studio.domain import samples

_T = TypeVar("_T", "Media", "Take")

RATE = 48_000
TRACK_KINDS = ("speech", "music", "sound")
CURVES = ("linear", "equal_power", "smooth", "exponential")
SILENT_DB = -90.0  # a gain at or below this is silence
LOUDEST_DB = 24.0
_DUCK_ATTACK_MS, _DUCK_RELEASE_MS = 200, 600


@dataclass(frozen=True)
class Media:
    """A sound file of the project. `frames` count at its own `rate`."""

    id: str
    name: str  # for people: what the file was called when it came
    file: str  # relative to the project's folder, "/" between the parts
    sha256: str
    rate: int
    channels: int
    frames: int
    recipe: dict[str, Any] | None = None  # how it was made, where the studio made it
    licence: str = ""  # an SPDX name, or what the user knows; empty is unknown
    source: str = ""  # the hash of the sound that it goes on from, or of which it is a part made anew


@dataclass(frozen=True)
class Picture:
    """The cover."""

    file: str
    sha256: str
    recipe: dict[str, Any] | None = None
    licence: str = ""


@dataclass(frozen=True)
class Voice:
    """Who speaks for a name of the script."""

    speaker: str
    voice: str
    engine: str = ""
    language: str = ""  # in which the lines are read; empty is the voice's own


@dataclass(frozen=True)
class Take:
    """One rendition of a spoken line. A line has many; a clip plays one of them."""

    id: str
    media: str
    speaker: str = ""
    text: str = ""
    line: str = ""  # which line of the script this is one of; takes of the same line can be swapped
    quality: dict[str, Any] | None = None


@dataclass(frozen=True)
class Fade:
    """A fade at one end of a clip."""

    length: int = 0
    curve: str = "linear"


@dataclass(frozen=True)
class Point:
    """A point of an automation; values run straight from one to the next."""

    at: int
    value: float


@dataclass(frozen=True)
class Effect:
    """One of studio.domain.effects.KINDS with its settings; what is not named has the effect's default."""

    id: str
    kind: str
    settings: dict[str, float] = field(default_factory=dict[str, float])
    on: bool = True


@dataclass(frozen=True)
class Duck:
    """How far a track goes down while somebody speaks on a speech track, and how fast."""

    depth_db: float = -12.0
    attack: int = RATE * _DUCK_ATTACK_MS // 1000
    release: int = RATE * _DUCK_RELEASE_MS // 1000

    @classmethod
    def at_rate(cls, rate: int, *, depth_db: float = -12.0) -> Duck:
        """Return one that is as fast as the default, whatever the rate."""
        return cls(depth_db, rate * _DUCK_ATTACK_MS // 1000, rate * _DUCK_RELEASE_MS // 1000)


@dataclass(frozen=True)
class Clip:
    """A piece of media on a track.

    `length` is what one hears on the timeline. `offset` is where in the media it begins, before stretching: the clip
    plays `length` samples of the stretched media from `samples.stretched(offset, stretch)`.
    """

    id: str
    start: int
    length: int
    offset: int = 0
    media: str = ""  # either this
    take: str = ""  # or this
    name: str = ""
    gain_db: float = 0.0
    pan: float = 0.0  # -1 left, 1 right
    mute: bool = False
    fade_in: Fade = Fade()
    fade_out: Fade = Fade()
    stretch: float = 1.0  # 2.0 lasts twice as long, at the same pitch
    pitch: float = 0.0  # semitones
    effects: tuple[Effect, ...] = ()
    volume: tuple[Point, ...] = ()  # dB; `at` counts from the clip's start; points outside it still shape its ends
    group: str = ""
    locked: bool = False

    @property
    def end(self) -> int:
        """The first sample after the clip."""
        return self.start + self.length


@dataclass(frozen=True)
class Track:
    """Clips that are mixed together, ordered by start, then by id."""

    id: str
    name: str
    kind: str = "sound"
    clips: tuple[Clip, ...] = ()
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    effects: tuple[Effect, ...] = ()
    volume: tuple[Point, ...] = ()  # dB, added to the gain
    panning: tuple[Point, ...] = ()  # -1 to 1, added to the pan and held within that range
    duck: Duck | None = None
    colour: str = ""
    height: int = 0
    locked: bool = False


@dataclass(frozen=True)
class Marker:
    """A named moment; a chapter begins at its moment and lasts to the next one."""

    id: str
    at: int
    name: str = ""
    chapter: bool = False


@dataclass(frozen=True)
class Region:
    """A named stretch of time."""

    id: str
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Metadata:
    """What exported files say of themselves."""

    title: str = ""
    artist: str = ""
    album: str = ""
    year: str = ""
    genre: str = ""
    comment: str = ""
    language: str = ""


@dataclass(frozen=True)
class Style:
    """What keeps several pieces of music alike, whichever engine makes them."""

    text: str = ""
    seed: int = -1
    bpm: float = 0.0
    key: str = ""
    reference: str = ""  # media
    name: str = ""  # under which it is kept


@dataclass(frozen=True)
class Project:
    """Everything that a project is."""

    name: str
    rate: int = RATE
    next_id: int = 1  # ids are a letter and a number that no other thing of the project has; an undo gives them back
    script: str = ""
    script_lines: str = ""  # the ids of the script's lines in their order, a space between
    voices: tuple[Voice, ...] = ()
    media: tuple[Media, ...] = ()
    takes: tuple[Take, ...] = ()
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()  # ordered by time, then by id
    regions: tuple[Region, ...] = ()  # likewise
    style: Style = Style()  # the one that the piece is in; its tempo is the timeline's
    styles: tuple[Style, ...] = ()  # those that are kept, by name
    cover: Picture | None = None
    metadata: Metadata = Metadata()

    @property
    def length(self) -> int:
        """The first sample after the last clip."""
        return max((clip.end for track in self.tracks for clip in track.clips), default=0)


def licence_of(thing: Media | Picture) -> str:
    """Return what the user knows of a licence, else what the recipe says."""
    stored: object = (thing.recipe or {}).get("licence", "")
    return thing.licence or (stored if isinstance(stored, str) else "")


class _Index(Generic[_T]):
    """Finds things by their ids, and keeps the last table it made: media and takes change seldom, edits ask often.

    The table is replaced as a whole, so that threads need no lock.
    """

    def __init__(self) -> None:
        self._kept: tuple[tuple[_T, ...], dict[str, _T]] = ((), {})

    def find(self, things: tuple[_T, ...], wanted: str) -> _T | None:
        kept = self._kept
        if kept[0] is not things:
            kept = self._kept = (things, {thing.id: thing for thing in things})
        return kept[1].get(wanted)


_media = _Index[Media]()
_takes = _Index[Take]()


def media_called(project: Project, media_id: str) -> Media | None:
    """Return media by its id."""
    return _media.find(project.media, media_id)


def take_called(project: Project, take_id: str) -> Take | None:
    """Return a take by its id."""
    return _takes.find(project.takes, take_id)


def media_of(project: Project, clip: Clip) -> Media | None:
    """Return what a clip plays; None when it names nothing that the project has."""
    if not clip.take:
        return media_called(project, clip.media)
    take = take_called(project, clip.take)
    return None if take is None else media_called(project, take.media)


def sounding(tracks: Iterable[Track]) -> tuple[Track, ...]:
    """Return the tracks that are not silenced: where some are solo, the others are; the muted always."""
    tracks = tuple(tracks)
    solo = any(track.solo for track in tracks)
    return tuple(track for track in tracks if not track.mute and (track.solo or not solo))


def playable(media: Media, rate: int, stretch: float = 1.0) -> int:
    """Return how long media lasts on the timeline once it is stretched."""
    return samples.stretched(media_length(media, rate), stretch)


def media_length(media: Media, rate: int) -> int:
    """Return how long media lasts, in samples of the project's rate; a started sample counts."""
    return -(-media.frames * rate // media.rate)
