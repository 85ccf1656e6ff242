"""Which part of a recording shows a voice best, and what there is to say about it. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.audio import reference_speech
from studio.audio.reference_frames import PER_SECOND, Frames
from studio.audio.reference_speech import Numbers, Places, Speech

SHORTEST, LONGEST = 5.0, 15.0  # seconds that one wants
_BEST, _ENOUGH = 8.0, 12.0
_ENOUGH_SNR_DB = 35.0  # more is not heard
_BEFORE, _AFTER = 4, 6  # moments around the speech that stay
_CHUNK = PER_SECOND
_LEAST_VOICED = 12  # moments of a chunk, to tell its pitch
_LEAST_CHUNKS = 6
_APART, _APART_BY = 7.0, 4.5  # semitones, and how many times the spread within a voice: one voice stays below both
_LEAST_SHARE, _MOST_SWITCHES = 0.15, 0.6


@dataclass(frozen=True)
class Choice:
    """A part of a recording, in moments, and what it is like."""

    start: int
    end: int
    snr_db: float
    speech: float  # seconds of it
    clipped: float  # share of its samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / PER_SECOND


@dataclass(frozen=True)
class Voices:
    """Whether pitch tells two speakers apart: which one speaks in each moment, as 0 or 1, and -1 where unknown."""

    two: bool
    who: NDArray[np.int8]


def choose(frames: Frames, speech: Speech, voices: Voices) -> Choice | None:
    """Return the cleanest part of 5 to 15 s that begins and ends in a pause; all there is when that is less."""
    segments = _split(speech.segments, frames)
    if not len(segments):
        return None
    sums = _Sums(frames, speech, voices)
    most = int(LONGEST * PER_SECOND) - _BEFORE - _AFTER
    best: tuple[float, int, int] | None = None
    for further in range(len(segments)):
        starts, ends = segments[: len(segments) - further, 0], segments[further:, 1]
        fits = ends - starts <= most
        if not fits.any():
            break
        scores = np.where(fits, sums.scores(starts, ends), -np.inf)
        at = int(scores.argmax())
        if best is None or scores[at] > best[0]:
            best = (float(scores[at]), int(starts[at]), int(ends[at]))
    assert best is not None  # a segment by itself always fits
    start, end = max(0, best[1] - _BEFORE), min(frames.count, best[2] + _AFTER)
    return sums.described(start, end)


def listen_for_two(frames: Frames, speech: Speech) -> Voices:
    """Look for two voices at two pitches that take turns. Two of one pitch are not told apart, nor by chance one."""
    who = np.full(frames.count, -1, np.int8)
    at: list[int] = []
    tones: list[float] = []
    for start in range(0, frames.count, _CHUNK):
        voiced = speech.voiced[start : start + _CHUNK]
        if voiced.sum() >= _LEAST_VOICED:
            at.append(start)
            tones.append(float(np.median(12.0 * np.log2(frames.pitch[start : start + _CHUNK][voiced]))))
    if len(tones) < _LEAST_CHUNKS:
        return Voices(two=False, who=who)
    heights = np.array(tones)
    border, apart, spread = _parted(heights)
    high = heights > border
    share = float(high.mean())
    by_chance = 2 * share * (1 - share) * (len(high) - 1)
    switches = int((high[1:] != high[:-1]).sum())
    two = (
        min(share, 1 - share) >= _LEAST_SHARE
        and apart >= max(_APART, _APART_BY * spread)
        and switches <= _MOST_SWITCHES * by_chance
    )
    for start, is_high in zip(at, high, strict=True):
        who[start : start + _CHUNK] = int(is_high)
    return Voices(two=two, who=who)


def _parted(values: Numbers) -> tuple[float, float, float]:
    """Part numbers in two so that each part is as narrow as can be: the border, the distance, the spread within."""
    ordered = np.sort(values)
    count = np.arange(1, len(ordered))
    sums, squares = np.cumsum(ordered), np.cumsum(ordered**2)
    low, high = sums[:-1] / count, (sums[-1] - sums[:-1]) / (len(ordered) - count)
    within = squares[-1] - count * low**2 - (len(ordered) - count) * high**2
    at = int(within.argmin())
    spread = float(np.sqrt(max(0.0, within[at]) / len(ordered)))
    return float(ordered[at] + ordered[at + 1]) / 2, float(high[at] - low[at]), spread


def _split(segments: Places, frames: Frames) -> Places:
    """Cut what is spoken without a pause where it is quietest, so that no piece is longer than what one wants."""
    most = int(_ENOUGH * PER_SECOND)
    level = np.convolve(frames.speech_db, np.full(5, 0.2), "same")
    waiting = [(int(start), int(end)) for start, end in segments[::-1]]
    found: list[tuple[int, int]] = []
    while waiting:
        start, end = waiting.pop()
        if end - start <= most:
            found.append((start, end))
            continue
        first, last = start + most // 2, min(start + most, end - PER_SECOND)
        cut = first + int(level[first:last].argmin())
        waiting.append((cut, end))
        found.append((start, cut))
    return np.array(found, np.int64).reshape(-1, 2)


class _Sums:
    """Running sums, from which any part's figures follow at once."""

    def __init__(self, frames: Frames, speech: Speech, voices: Voices) -> None:
        self._power = _running(frames.power)
        self._noise = _running(speech.noise)
        self._spoken = _running(speech.spoken)
        self._clipped = _running(frames.clipped)
        self._high, self._low = (_running(voices.who == n) for n in (1, 0))
        self._two = voices.two
        self._samples = max(1.0, frames.source_rate / PER_SECOND)
        whole = slice(None) if not speech.spoken.any() else speech.spoken
        self._usual = float(np.mean(frames.power[whole]))

    def scores(self, starts: Places, ends: Places) -> Numbers:
        """Return how well parts would do, in something like decibels."""
        seconds = (ends - starts) / PER_SECOND
        spoken = (self._spoken[ends] - self._spoken[starts]) / PER_SECOND
        power = (self._power[ends] - self._power[starts]) / (ends - starts)
        noise = (self._noise[ends] - self._noise[starts]) / (ends - starts)
        snr = 10 * np.log10(np.maximum(power - noise, 1e-12) / np.maximum(noise, 1e-12))
        score = np.minimum(snr, _ENOUGH_SNR_DB)
        score -= 3.0 * np.maximum(0.0, _BEST - spoken) + 1.0 * np.maximum(0.0, seconds - _ENOUGH)
        score -= 20.0 * (1 - spoken / seconds)
        clipped = (self._clipped[ends] - self._clipped[starts]) / (ends - starts) / self._samples
        score -= np.minimum(20.0, 2000.0 * clipped)
        score -= 0.5 * np.abs(10 * np.log10(np.maximum(power, 1e-12) / self._usual))
        if self._two:
            high, low = self._high[ends] - self._high[starts], self._low[ends] - self._low[starts]
            score -= 60.0 * np.minimum(high, low) / np.maximum(1.0, high + low)
        return score

    def described(self, start: int, end: int) -> Choice:
        """Return a part with its figures."""
        length = max(1, end - start)
        power, noise, spoken, clipped = (
            float(sums[end] - sums[start]) for sums in (self._power, self._noise, self._spoken, self._clipped)
        )
        snr = reference_speech.snr_db(power / length, noise / length)
        return Choice(start, end, snr, spoken / PER_SECOND, clipped / length / self._samples)


def _running(values: NDArray[np.float64] | NDArray[np.float32] | NDArray[np.bool_]) -> Numbers:
    found: Numbers = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return found
