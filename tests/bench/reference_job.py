"""The reference job: clips of synthetic sources on eight tracks, the same bytes each time, and the project they make.

40 sources: 24, 44.1 and 48 kHz, mono and stereo, 16 and 24 bit; clips with gain, pan and fades, three in ten overlap
their neighbour.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from studio.domain.project import Clip, Fade, Media, Project, Track

RATE = 48_000
TRACKS = 8
SOURCES = 40
SEED = 7
_RATES = (24_000, 44_100, 48_000)


@dataclass(frozen=True)
class Piece:
    """A clip of the job. Times are whole milliseconds, which every program can hit."""

    track: int
    source: int
    start: int
    offset: int
    length: int
    gain_db: float
    pan: float
    fade_in: int
    fade_out: int


@dataclass(frozen=True)
class Job:
    """The job, without its sound."""

    seconds: float
    pieces: tuple[Piece, ...]


def rate_of(source: int) -> int:
    """Return a source's rate."""
    return _RATES[source % 3]


def channels_of(source: int) -> int:
    """Return how many channels a source has."""
    return 1 + source // 3 % 2


def name_of(source: int) -> str:
    """Return the name of a source's file, of the form that names in a project have."""
    return f"{source:016x}.wav"


def slot_of(minutes: float, clips: int) -> float:
    """Return the seconds that a clip may fill on its track."""
    return minutes * 60 / (clips // TRACKS)


def job(minutes: float, clips: int) -> Job:
    """Draw the clips."""
    a_track, slot = clips // TRACKS, slot_of(minutes, clips)
    dice = np.random.default_rng([SEED, 999])
    pieces: list[Piece] = []
    for number in range(a_track * TRACKS):
        track, at = divmod(number, a_track)
        last = at == a_track - 1
        source = int(dice.integers(SOURCES))
        length = slot
        if not last and dice.random() < 0.3:
            length += min(2.0, slot * 0.1)
        if dice.random() < 0.25:
            length = slot * dice.uniform(0.4, 0.9)
        if last:
            length = min(length, minutes * 60 - at * slot)
        seconds = _frames(source, slot) / rate_of(source)
        offset = dice.uniform(0, seconds - length - 0.1)
        pieces.append(
            Piece(
                track,
                source,
                _ms(at * slot),
                _ms(offset),
                _ms(length),
                gain_db=round(float(dice.uniform(-12, -3)), 2),
                pan=round(float(dice.uniform(-0.8, 0.8)), 2),
                fade_in=_ms(dice.uniform(0.01, 2)),
                fade_out=_ms(dice.uniform(0.01, 2)),
            )
        )
    return Job(minutes * 60, tuple(pieces))


def _ms(seconds: float) -> int:
    return round(float(seconds) * 1000)


def _frames(source: int, slot: float) -> int:
    return int((slot * 1.3 + 5) * rate_of(source))


def sound(source: int, slot: float) -> NDArray[np.float32]:
    """Return a source's samples: a tone with overtones and noise, that comes and goes four times a second."""
    rate, channels, frames = rate_of(source), channels_of(source), _frames(source, slot)
    dice = np.random.default_rng([SEED, source])
    steps = int((slot * 1.3 + 5) * 4) + 2
    on = dice.random(steps) > 0.25
    level = np.repeat(on * dice.uniform(0.2, 1, steps), rate // 4)[:frames].astype(np.float32)
    bell = np.hanning(max(8, rate // 200))
    level = np.convolve(level, bell.astype(np.float32) / bell.sum(), "same").astype(np.float32)
    pitch = dice.uniform(90, 260)
    # Single precision, as the samples' times always were: another rounding would be another job.
    times = (np.arange(frames, dtype=np.float32) / np.float32(rate)).astype(np.float64)
    found = np.zeros((frames, channels), np.float32)
    for channel in range(channels):
        wave = np.zeros(frames, np.float32)
        for overtone in range(1, 9):
            phase = (2 * np.pi * pitch * overtone) * times + channel * 0.3 * overtone
            wave += (np.sin(phase) / overtone**1.2).astype(np.float32)
        wave += 0.15 * dice.standard_normal(frames).astype(np.float32)
        found[:, channel] = wave * level
    return found * (0.5 / np.abs(found).max())


def make(folder: Path, *, minutes: float, clips: int) -> Project:
    """Write the sources into a project's folder, and return the project."""
    drawn, slot = job(minutes, clips), slot_of(minutes, clips)
    (folder / "media").mkdir(parents=True, exist_ok=True)
    media: list[Media] = []
    for source in range(SOURCES):
        file = folder / "media" / name_of(source)
        if not file.is_file():
            subtype = "PCM_24" if source // 6 % 2 else "PCM_16"
            sf.write(file, sound(source, slot), rate_of(source), subtype=subtype)
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        media.append(
            Media(
                f"m{source + 1}",
                name_of(source),
                f"media/{name_of(source)}",
                digest,
                rate_of(source),
                channels_of(source),
                _frames(source, slot),
            )
        )
    return project_of(drawn, tuple(media))


def project_of(drawn: Job, media: tuple[Media, ...]) -> Project:
    """Return the job as a project."""
    clips: dict[int, list[Clip]] = {track: [] for track in range(TRACKS)}
    for number, piece in enumerate(drawn.pieces):
        clips[piece.track].append(
            Clip(
                f"c{SOURCES + TRACKS + 1 + number}",
                start=_samples(piece.start),
                length=_samples(piece.length),
                offset=_samples(piece.offset),
                media=media[piece.source].id,
                gain_db=piece.gain_db,
                pan=piece.pan,
                fade_in=Fade(_samples(piece.fade_in)),
                fade_out=Fade(_samples(piece.fade_out)),
            )
        )
    tracks = tuple(Track(f"t{SOURCES + 1 + t}", f"Track {t + 1}", clips=tuple(clips[t])) for t in range(TRACKS))
    return Project("Reference", rate=RATE, next_id=10_000, media=media, tracks=tracks)


def _samples(milliseconds: int) -> int:
    return milliseconds * RATE // 1000
