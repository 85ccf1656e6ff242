"""Measures a finished file by decoding it again, streamed. Any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from studio.audio import kinds, levels, loudness, reading
from studio.audio.finishing import Measured
from studio.audio.foreign import Decoder
from studio.audio.levels import Samples
from studio.audio.loudness import KWeighting
from studio.audio.true_peak import TruePeak

_BLOCK = 1 << 16


def measure(path: Path, told: Callable[[int], None] = lambda _: None) -> Measured:
    """Decode a file and measure it; `told` hears how many frames were decoded so far, and may raise."""
    kind = kinds.of(path)
    if kind.demuxer:
        with closing(Decoder(path, kind, stop=lambda: False)) as decoder:
            return _measured(decoder.blocks(), decoder.rate, decoder.channels, told)
    with reading.open_sound(path) as sound:
        return _measured(_blocks(sound), sound.rate, sound.channels, told)


def _blocks(sound: reading.Sound) -> Iterator[Samples]:
    at = 0
    while len(block := sound.read(at, _BLOCK)):
        yield block
        at += len(block)


def _measured(blocks: Iterator[Samples], rate: int, channels: int, told: Callable[[int], None]) -> Measured:
    level, weighting, peaks = levels.Levels(rate), KWeighting(rate, channels), TruePeak(channels)
    energies = [np.zeros(0)]
    for block in blocks:
        level.add(block)
        energies.append(weighting.add(block))
        peaks.add(block)
        told(level.frames)
    return Measured(
        level.frames,
        loudness.integrated(np.concatenate(energies)),
        levels.decibels(peaks.finish()),
        levels.decibels(level.peak),
        level.rms_db,
        level.noise_db,
        level.head,
        level.tail,
    )
