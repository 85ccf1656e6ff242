"""Plays parts with the SoundFont: notes become sound. Deterministic; any thread, each with a `Player` of its own.

A tone (an instrument's sound of one key at one step of loudness) is made once and mixed for every note that wants it.
Each frame of a tone depends on nothing but its place, so it does not matter how far a tone is made, or which stretch of
a part is asked for: the frames are the same, to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from score import Note, Part
from soundfont import AFTER, Envelope, Sample, SoundFont, Zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_SILENT = 0.7  # of a release that takes 100 dB: below −70 dB nothing is heard
_SHORTEST_RELEASE = 0.012  # seconds; what ends faster clicks
_CHOKE = 0.03  # seconds in which a drum is silenced by another of its group
_ONSET = 0.0008  # seconds; recordings that begin in the middle of a wave would click
_LONGEST_DRUM = 6.0  # seconds
_LEVELS = 5  # places from left to right that notes are put to
_KEYBOARDS = frozenset({*range(16), 46, 108})  # what is heard from low on the left to high on the right
_WIDTH = 0.4
_OCTAVE = 1200.0


@dataclass(frozen=True)
class Tone:
    """The sound of a key that is held, and what becomes of it when it is let go."""

    frames: Sound
    release: float  # seconds for 100 dB
    group: int
    pan: float


@dataclass(frozen=True)
class _Struck:
    """A note in frames."""

    tone: tuple[int, int]  # key and step
    start: int
    held: int
    total: int
    gain: float
    choked: bool


def render(part: Part, *, frames: int, rate: int, font: SoundFont) -> NDArray[np.float32]:
    """Play a part from its beginning; what rings on after `frames` is cut. Shape (frames, 2)."""
    return Player(part, rate=rate, font=font).play(0, frames)


class Player:
    """Plays one part, as a whole or in stretches."""

    def __init__(self, part: Part, *, rate: int, font: SoundFont) -> None:
        self._rate = rate
        self._font = font
        self._drum = part.drum
        self._program = part.program
        self._instrument = font.instrument(part.program, drum=part.drum)
        self._tones: dict[tuple[int, int], Tone] = {}
        self._releases: dict[tuple[float, bool], Sound] = {}
        notes = sorted((n for n in part.notes if n.velocity > 0), key=lambda n: (n.start, n.pitch, n.velocity))
        self._notes = self._struck(notes)
        self._reach: dict[tuple[int, int], int] = {}
        for note in self._notes:
            self._reach[note.tone] = max(self._reach.get(note.tone, 0), note.total)

    @property
    def end(self) -> int:
        """The frame by which everything has faded away."""
        return max((n.start + n.total for n in self._notes), default=0)

    def play(self, start: int, frames: int) -> Sound:
        """The stretch of `frames` frames that begins at `start`."""
        lanes: dict[float, Sound] = {}
        for note in self._notes:
            if note.start >= start + frames or note.start + note.total <= start:
                continue
            tone = self._tone(note.tone)
            if tone.pan not in lanes:
                lanes[tone.pan] = np.zeros(frames, np.float32)
            self._mix(lanes[tone.pan], note, tone, start)
        left, right = np.zeros(frames, np.float32), np.zeros(frames, np.float32)
        for pan in sorted(lanes):
            angle = (pan + 1) * math.pi / 4
            left += lanes[pan] * np.float32(math.cos(angle))
            right += lanes[pan] * np.float32(math.sin(angle))
        return np.stack([left, right], axis=1)

    def _mix(self, lane: Sound, note: _Struck, tone: Tone, start: int) -> None:
        """Add a note to a lane, as much of it as lies there."""
        gain = np.float32(note.gain)
        first, last = max(0, start - note.start), min(note.total, tone.frames.size, start + lane.size - note.start)
        at = note.start - start
        held = min(note.held, last)
        if first < held:
            lane[at + first : at + held] += tone.frames[first:held] * gain
        first = max(first, note.held)
        if first < last:
            fall = self._release(tone.release, choked=note.choked)[first - note.held : last - note.held]
            lane[at + first : at + last] += tone.frames[first:last] * (fall * gain)

    def _struck(self, notes: Sequence[Note]) -> list[_Struck]:
        rate, instrument = self._rate, self._instrument
        chokes = self._chokes(notes) if self._drum else {}
        struck: list[_Struck] = []
        for number, note in enumerate(notes):
            step = instrument.step(note.velocity)
            zones = instrument.at(note.pitch, step)
            if not zones:
                continue
            start, held = round(note.start * rate), max(1, round(note.length * rate))
            release, choked = max(z.envelope.release for z in zones), False
            if self._drum:  # a drum rings as long as it does, unless its group silences it
                held = round(_LONGEST_DRUM * rate)
                choked = number in chokes
                held = chokes.get(number, start + held) - start if choked else held
            if start < 0 or (choked and held <= 0):
                continue
            total = held + self._release(release, choked=choked).size
            struck.append(_Struck((note.pitch, step), start, held, total, (note.velocity / 127) ** 2, choked))
        return struck

    def _chokes(self, notes: Sequence[Note]) -> dict[int, int]:
        """For notes that another of their group silences: the frame where that happens."""
        last: dict[int, int] = {}
        chokes: dict[int, int] = {}
        for number, note in enumerate(notes):
            zones = self._instrument.at(note.pitch, self._instrument.step(note.velocity))
            group = zones[0].group if zones else 0
            if group:
                frame = round(note.start * self._rate)
                if group in last and frame - round(notes[last[group]].start * self._rate) < _LONGEST_DRUM * self._rate:
                    chokes[last[group]] = frame
                last[group] = number
        return chokes

    def _release(self, seconds: float, *, choked: bool) -> Sound:
        """How a tone falls when it is let go: to nothing, so that it ends without a click."""
        key = (seconds, choked)
        if key not in self._releases:
            whole = _CHOKE if choked else max(_SHORTEST_RELEASE, seconds)
            frames = max(8, round(whole * _SILENT * self._rate))
            times = np.arange(frames, dtype=np.float64) / frames
            self._releases[key] = (10 ** (-5 * _SILENT * times) * (1 - times)).astype(np.float32)
        return self._releases[key]

    def _tone(self, key: tuple[int, int]) -> Tone:
        if key not in self._tones:
            zones = self._instrument.at(*key)
            frames = sum_of([_layer(self._font, z, key[0], self._reach[key], self._rate) for z in zones])
            frames = frames * np.float32(10 ** (self._instrument.gain / 20))
            pan = zones[0].pan if self._drum else _place(self._program, key[0])
            self._tones[key] = Tone(frames, max(z.envelope.release for z in zones), zones[0].group, pan)
        return self._tones[key]


def _place(program: int, key: int) -> float:
    """Where a key of a wide instrument is heard, in a few steps."""
    if program not in _KEYBOARDS:
        return 0.0
    place = min(1.0, max(-1.0, (key - 62) / 30))
    half = _LEVELS // 2
    return round(place * half) / half * _WIDTH


def sum_of(layers: Sequence[Sound]) -> Sound:
    """Layers of different lengths together."""
    whole = np.zeros(max(layer.size for layer in layers), np.float32)
    for layer in layers:
        whole[: layer.size] += layer
    return whole


def _layer(font: SoundFont, zone: Zone, key: int, frames: int, rate: int) -> Sound:
    """One zone's sound of a key that is held, as far as it is needed and as the recording goes."""
    sample = font.sample(zone.sample)
    ratio = sample.rate / rate * 2 ** ((key - zone.root) / 12)
    if sample.loop is None:
        frames = min(frames, math.ceil((sample.frames.size - AFTER) / ratio))
    sound = _resampled(sample, ratio, frames)
    if zone.cutoff:
        sound = _filtered(sound, zone, rate)
    _shape(sound, zone.envelope, rate, gain=zone.gain)
    if sample.loop is not None and sample.fade:
        first = min(frames, math.ceil(sample.loop[0] / ratio))
        times = np.arange(frames - first, dtype=np.float64) * (ratio / sample.rate)
        sound[first:] *= np.exp(times * (-sample.fade * math.log(10) / 20)).astype(np.float32)
    return sound


def _resampled(sample: Sample, ratio: float, frames: int) -> Sound:
    """Read a recording at another pace, going round its loop: a cubic through the four neighbours of each place."""
    source = sample.frames
    needed = math.ceil(frames * ratio) + AFTER
    if sample.loop is not None:
        start, end = sample.loop
        turns = max(1, math.ceil((needed - end) / (end - start)) + 1)
        source = np.concatenate([source[:1], source, np.tile(source[start:end], turns)])
    else:
        source = np.concatenate([source[:1], source])
    places = np.arange(frames, dtype=np.float64) * ratio
    whole = places.astype(np.int64)
    x: Sound = (places - whole).astype(np.float32)
    neighbours: list[Sound] = [source[n:].take(whole) for n in range(4)]
    a, b, c, d = neighbours
    half = np.float32(0.5)
    slope = (c - a) * half
    bend = a - b * np.float32(2.5) + c * np.float32(2) - d * half
    twist = (d - a) * half + (b - c) * np.float32(1.5)
    twist *= x
    twist += bend
    twist *= x
    twist += slope
    twist *= x
    twist += b
    return twist.astype(np.float32, copy=False)


def _shape(sound: Sound, envelope: Envelope, rate: int, *, gain: float) -> None:
    """Lay the loudness of a held key over a sound."""
    delay, attack = round(envelope.delay * rate), max(2, round(max(_ONSET, envelope.attack) * rate))
    sound[:delay] = 0
    rise = sound[delay : delay + attack]
    rise *= (np.arange(rise.size, dtype=np.float32) + np.float32(0.5)) / np.float32(attack)
    sound *= np.float32(10 ** (gain / 20))
    first = delay + attack + round(envelope.hold * rate)
    if envelope.sustain <= 0 or first >= sound.size:
        return
    falling = max(1, round(envelope.decay * envelope.sustain / 100 * rate))
    part = sound[first : first + falling]
    times = np.arange(part.size, dtype=np.float64)
    part *= np.exp(times * (-envelope.sustain / 20 * math.log(10) / falling)).astype(np.float32)
    sound[first + falling :] *= np.float32(0 if envelope.sustain >= 99 else 10 ** (-envelope.sustain / 20))


def _filtered(sound: Sound, zone: Zone, rate: int) -> Sound:
    """Take what lies above the cutoff; one that moves is blended from filters an octave apart."""
    if zone.sweep is None:
        return _low_passed(sound, zone.cutoff, zone.resonance, rate)
    cents = _sweep(zone.sweep.envelope, sound.size, rate) * zone.sweep.cents
    octaves = np.clip(np.log2(zone.cutoff) + cents / _OCTAVE, math.log2(30), math.log2(0.45 * rate))
    low, high = math.floor(float(octaves.min())), math.floor(float(octaves.max())) + 1
    out = np.zeros(sound.size, np.float32)
    for octave in range(low, high + 1):
        weight = np.maximum(0, 1 - np.abs(octaves - octave)).astype(np.float32)
        if weight.any():
            out += _low_passed(sound, min(2.0**octave, 0.45 * rate), zone.resonance, rate) * weight
    return out


def _sweep(envelope: Envelope, frames: int, rate: int) -> NDArray[np.float64]:
    """How far a filter has moved, from 0 to 1, at each frame of a held key."""
    ends = np.cumsum([envelope.delay, envelope.attack, envelope.hold, envelope.decay * (1 - envelope.sustain)])
    times = np.arange(frames, dtype=np.float64) / rate
    steps = ends + np.arange(4) * 1e-9  # places have to grow
    return np.interp(times, steps, [0.0, 1.0, 1.0, envelope.sustain])


def _low_passed(sound: Sound, cutoff: float, resonance: float, rate: int) -> Sound:
    from scipy.signal import lfilter

    if cutoff >= 0.45 * rate:
        return sound
    turn = 2 * math.pi * cutoff / rate
    alpha = math.sin(turn) / (2 * 10 ** ((resonance - 3.01) / 20))
    up = (1 - math.cos(turn)) / 2
    scale = 1 + alpha
    b = [up / scale, 2 * up / scale, up / scale]
    a = [1.0, -2 * math.cos(turn) / scale, (1 - alpha) / scale]
    return lfilter(b, a, sound.astype(np.float64)).astype(np.float32)  # type: ignore[union-attr]
