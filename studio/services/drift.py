"""How alike the takes of each speaker of a project are, over the script. Any thread that may read the voice library.

What is held against what: the recording of the kept voice that a speaker is cast with; without one, the speaker's first
take that is long enough to tell a voice by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.domain import drift, script_lines
from studio.domain.drift import Point, Verdict
from studio.domain.edits import lines as line_edits
from studio.domain.project import Media, Project, Take, media_called
from studio.errors import StudioError
from studio.services.tasks.embed import LONGEST
from studio.services.voice_prints import Print, Prints
from studio.services.voices import Voices
from studio.store import project_media
from studio.worker.context import sha256_of

_SHORTEST = 0.2  # seconds that can be listened to
ANCHOR_FROM = 3.5  # seconds of a take that can become a voice
_GOOD_LENGTH = 6.0  # seconds from which a take tells a voice whole
_SHORTER = 0.02  # of likeness, for each second that is missing


@dataclass(frozen=True)
class Spoken:
    """A take in its place in the script. Without such a line, `number` says which take it is."""

    take: Take
    media: Media
    number: int
    line: str = ""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.media.frames / self.media.rate if self.media.rate else 0.0

    @property
    def can_be_heard(self) -> bool:
        """Whether it is neither nearly nothing nor an hour."""
        return _SHORTEST <= self.seconds < LONGEST


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks in a project. `voice` is the kept voice that is meant, "" without one."""

    name: str
    points: tuple[Point, ...]
    verdict: Verdict
    voice: str = ""
    best: str = ""  # the take that is most alike of those that can become a voice

    @property
    def drifted(self) -> tuple[Point, ...]:
        """The takes that are another voice by now."""
        return self.verdict.drifted(self.points)

    def point(self, take: str) -> Point | None:
        """Return what is known of a take."""
        return next((point for point in self.points if point.take == take), None)


@dataclass(frozen=True)
class Look:
    """All speakers, and the sounds that nobody has listened to yet, by their hashes."""

    speakers: tuple[Speaker, ...] = ()
    missing: Mapping[str, Path] = field(default_factory=dict[str, Path])

    def speaker(self, name: str) -> Speaker | None:
        """Return a speaker by name."""
        return next((one for one in self.speakers if one.name == name), None)


def spoken_takes(project: Project) -> dict[str, list[Spoken]]:
    """Return the chosen takes of each speaker in the script's order; without a script, all takes as they were made."""
    found: dict[str, list[Spoken]] = {}
    chosen = line_edits.chosen(project)
    for line, line_id in zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False):
        if line_id in chosen:
            _add(found, project, chosen[line_id], line.number, line.speaker or "", line_id)
    if not found:
        for number, take in enumerate(project.takes, 1):
            _add(found, project, take, number, take.speaker, "")
    return found


def look(project: Project, folder: Path, voices: Voices, prints: Prints) -> Look:
    """Hold each speaker's takes against the voice that is meant, as far as somebody has listened to them."""
    missing: dict[str, Path] = {}
    speakers: list[Speaker] = []
    for name, spoken in spoken_takes(project).items():
        voice, sound = _kept(project, name, voices)
        wanted = {one.media.sha256: project_media.path_of(folder, one.media.file) for one in spoken if one.can_be_heard}
        if sound:
            wanted[sound.stem] = sound
        heard = {sha256: prints.find(sha256) for sha256 in wanted}
        missing |= {sha256: wanted[sha256] for sha256, found in heard.items() if found is None}
        speakers.append(_speaker(name, voice, spoken, heard, sound.stem if sound else ""))
    return Look(tuple(speakers), missing)


def sure(sounds: Mapping[str, Path]) -> dict[str, Path]:
    """Return those of the sounds that are what their hashes say; one that is gone or changed tells nothing."""
    found: dict[str, Path] = {}
    for sha256, file in sounds.items():
        try:
            if sha256_of(file) == sha256:
                found[sha256] = file
        except OSError:
            continue
    return found


def _add(found: dict[str, list[Spoken]], project: Project, take: Take, number: int, speaker: str, line: str) -> None:
    media = media_called(project, take.media)
    if media is not None:
        found.setdefault(take.speaker or speaker, []).append(Spoken(take, media, number, line))


def _kept(project: Project, speaker: str, voices: Voices) -> tuple[str, Path | None]:
    """Return the kept voice of a speaker, and its recording; a voice without a sound one is none."""
    cast = next((one for one in project.voices if one.speaker == speaker), None)
    profile = voices.find(cast.voice) if cast and cast.voice else None
    if profile is None:
        return "", None
    try:
        return profile.name, voices.reference(profile.name)[0]
    except StudioError:
        return "", None


def _speaker(name: str, voice: str, spoken: list[Spoken], heard: Mapping[str, Print | None], reference: str) -> Speaker:
    first = "" if reference else _first(spoken, heard)
    held = heard.get(reference or first)
    points = tuple(_point(one, heard, held, first) for one in spoken)
    return Speaker(name, points, drift.judge(points), voice if reference else "", _best(points))


def _first(spoken: list[Spoken], heard: Mapping[str, Print | None]) -> str:
    """Return the sound that the others are held against where no voice is meant."""
    long = (one.media.sha256 for one in spoken if one.seconds >= ANCHOR_FROM and _vector(heard, one))
    telling = (one.media.sha256 for one in spoken if one.seconds >= drift.TELLING and _vector(heard, one))
    return next(long, "") or next(telling, "")


def _vector(heard: Mapping[str, Print | None], one: Spoken) -> tuple[float, ...]:
    found = heard.get(one.media.sha256)
    return found.vector if found else ()


def _point(one: Spoken, heard: Mapping[str, Print | None], held: Print | None, first: str) -> Point:
    vector = _vector(heard, one)
    alike = drift.likeness(vector, held.vector) if vector and held and held.vector else None
    return Point(one.take.id, one.line, one.number, one.seconds, alike, one.media.sha256 == first)


def _best(points: tuple[Point, ...]) -> str:
    """Return the take that would carry the voice best: very alike, and long enough to tell it whole."""

    def worth(point: Point) -> float:
        return (point.likeness or 0.0) - _SHORTER * max(0.0, _GOOD_LENGTH - point.seconds)

    able = [point for point in points if point.likeness is not None and point.seconds >= ANCHOR_FROM]
    found = max(able, key=worth, default=None)
    return found.take if found else ""
