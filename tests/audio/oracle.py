"""What a mix is, in float64 and as plainly as it can be said; slow, and written without a look at the mixer.

It knows everything but effects and stretching. Media of another rate is resampled as a whole, before it is cut.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from studio.domain.project import Clip, Duck, Fade, Point, Project, Track, media_of


def render(project: Project, folder: Path, *, only: frozenset[str] | None = None) -> np.ndarray:
    """Return the whole mix, in rows of left and right."""
    mix = np.zeros((project.length, 2))
    for track in project.tracks:
        if heard(project, track) and (only is None or track.id in only):
            mix += _track(project, track, folder)
    return mix


def heard(project: Project, track: Track) -> bool:
    """Whether a track sounds among the others."""
    if track.mute:
        return False
    return track.solo or not any(other.solo for other in project.tracks)


def speech_near(project: Project, ducked: Track) -> list[tuple[int, int]]:
    """Return where somebody speaks that a track goes down for."""
    found: list[tuple[int, int]] = []
    for track in project.tracks:
        if track.kind == "speech" and heard(project, track) and track is not ducked:
            found += [(clip.start, clip.end) for clip in track.clips if not clip.mute]
    return found


def ducked_db(at: int, speech: list[tuple[int, int]], duck: Duck) -> float:
    """Return how far down a track is at a sample: as far as any one clip brings it."""
    return min((duck.depth_db * _nearness(at, start, end, duck) for start, end in speech), default=0.0)


def faded(curve: str, t: float) -> float:
    """Return a fade's gain at a part of its length."""
    t = min(max(t, 0.0), 1.0)
    if curve == "equal_power":
        return math.sin(math.pi / 2 * t)
    if curve == "smooth":
        return 0.5 - 0.5 * math.cos(math.pi * t)
    if curve == "exponential":
        return (10.0 ** (3.0 * t) - 1.0) / 999.0
    return t


def interpolated(points: tuple[Point, ...], at: int) -> float:
    """Return the value of an automation at a sample."""
    if at <= points[0].at:
        return points[0].value
    for before, after in pairwise(points):
        if at <= after.at:
            part = (at - before.at) / (after.at - before.at)
            return before.value + part * (after.value - before.value)
    return points[-1].value


def gain(db: float) -> float:
    """Return the factor for a gain in dB."""
    return 0.0 if db <= -90.0 else 10.0 ** (db / 20.0)


def panned(pan: float) -> tuple[float, float]:
    """Return the factors of left and right."""
    angle = (min(max(pan, -1.0), 1.0) + 1.0) * math.pi / 4
    return math.sqrt(2.0) * math.cos(angle), math.sqrt(2.0) * math.sin(angle)


def _nearness(at: int, start: int, end: int, duck: Duck) -> float:
    if start <= at < end:
        return 1.0
    if at < start:
        return max(0.0, 1.0 - (start - at) / duck.attack) if duck.attack else 0.0
    return max(0.0, 1.0 - (at - end) / duck.release) if duck.release else 0.0


def _track(project: Project, track: Track, folder: Path) -> np.ndarray:
    total = np.zeros((project.length, 2))
    for clip in track.clips:
        if not clip.mute:
            total[clip.start : clip.end] += _clip(project, clip, folder)
    times = range(project.length)
    factor = np.full(project.length, gain(track.gain_db))
    if track.volume:
        factor *= [gain(interpolated(track.volume, at)) for at in times]
    if track.duck:
        speech = speech_near(project, track)
        factor *= [gain(ducked_db(at, speech, track.duck)) for at in times]
    sides = [panned(track.pan + (interpolated(track.panning, at) if track.panning else 0.0)) for at in times]
    return total * factor[:, None] * np.array(sides).reshape(-1, 2)


def _clip(project: Project, clip: Clip, folder: Path) -> np.ndarray:
    sound = _media(project, clip, folder)
    if sound.shape[1] == 1:
        sound = np.repeat(sound, 2, axis=1)
    factor = np.full(clip.length, gain(clip.gain_db))
    if clip.volume:
        factor *= [gain(interpolated(clip.volume, i)) for i in range(clip.length)]
    factor *= _fade(clip.fade_in, clip.length)
    factor *= _fade(clip.fade_out, clip.length + 1)[:0:-1]
    return sound * factor[:, None] * np.array(panned(clip.pan))


def _fade(fade: Fade, length: int) -> np.ndarray:
    gains = np.ones(length)
    for i in range(min(fade.length, length)):
        gains[i] = faded(fade.curve, i / fade.length)
    return gains


def _media(project: Project, clip: Clip, folder: Path) -> np.ndarray:
    """Return what the clip plays before any gain, with silence after the media's end."""
    media = media_of(project, clip)
    assert media
    sound, rate = sf.read(folder / media.file, dtype="float64", always_2d=True)
    first = clip.offset
    if rate != project.rate:
        # A file lies in silence: the first samples that soxr makes of a file without any before it are a little off.
        # Where the file begins, frames of both rates have to meet.
        down = rate // math.gcd(rate, project.rate)
        silence = math.ceil(1_000 / down) * down
        sound = np.concatenate([np.zeros((silence, sound.shape[1])), sound])
        sound = soxr.resample(sound, rate, project.rate, "HQ")
        first += silence * project.rate // rate
    heard_part = sound[first : first + clip.length]
    return np.concatenate([heard_part, np.zeros((clip.length - len(heard_part), sound.shape[1]))])
