"""Projects for the tests of exports: small, but with one of everything."""

from __future__ import annotations

from typing import Any

from studio.domain.project import Clip, Marker, Media, Project, Region, Take, Track

RATE = 48_000
SECOND = RATE


def media(number: int, *, seconds: float = 60.0, rate: int = RATE, **values: Any) -> Media:
    """Media m<number>."""
    plain: dict[str, Any] = {
        "name": f"sound {number}.wav",
        "file": f"media/{number}.wav",
        "sha256": f"{number:064x}",
    }
    return Media(id=f"m{number}", rate=rate, channels=1, frames=round(seconds * rate), **{**plain, **values})


def clip(number: int, start: float, length: float, **values: Any) -> Clip:
    """Clip c<number>, with times in seconds."""
    plain: dict[str, Any] = {} if "take" in values or "media" in values else {"media": "m1"}
    return Clip(id=f"c{number}", start=round(start * RATE), length=round(length * RATE), **plain, **values)


def chapter(number: int, at: float, name: str) -> Marker:
    """A chapter marker x<number>."""
    return Marker(f"x{number}", round(at * RATE), name, chapter=True)


def spoken(*said: tuple[float, float, str, str]) -> Project:
    """A project in which speakers say things: start, length, speaker, text."""
    takes = tuple(Take(f"t{n}", "m1", speaker=s, text=text) for n, (_, _, s, text) in enumerate(said, 1))
    tracks = tuple(
        Track(f"k{n}", f"Voice {n}", clips=(clip(n, start, length, take=f"t{n}"),))
        for n, (start, length, _, _) in enumerate(said, 1)
    )
    return Project("Talk", next_id=1000, media=(media(1, seconds=10_000),), takes=takes, tracks=tracks)


def plain(*clips: Clip, **values: Any) -> Project:
    """A project with one track."""
    given: dict[str, Any] = {"media": (media(1), media(2)), "tracks": (Track("k1", "Sound", clips=clips),), **values}
    return Project("Plain", next_id=1000, **given)


def region(number: int, start: float, end: float, name: str) -> Region:
    """Region r<number>."""
    return Region(f"r{number}", round(start * RATE), round(end * RATE), name)
