"""Sounds that are no words, made from noise and sines: breath, hands, whistles, a hum. No state; any thread.

Each follows what is known of the real sound: how long it lasts, how its loudness goes, where its energy lies. The seed
decides the details. Where a voice is needed (laughs, groans, screams), nothing is made: it would not be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Random = np.random.Generator

RATE = 24000
WOMAN, MAN = 205.0, 115.0  # Hz, a usual pitch
USUAL_LEVEL = 0.1  # root mean square of a voice, where a sound stands alone
_AROUND = 0.09  # seconds of silence between words and a sound

_Points = Sequence[tuple[float, float]]


def made(name: str, seed: int, *, voice_level: float, pitch: float = WOMAN) -> Sound:
    """Make one of NAMES at its natural loudness beside a voice whose root mean square is `voice_level`."""
    import numpy as np

    random = np.random.default_rng([abs(seed), *name.encode()])
    make, decibels = _SOUNDS[name]
    sound = make(random, pitch)
    power = sound**2
    loud = power[power > 0.01 * float(power.max())]
    sound *= voice_level * 10 ** (decibels / 20) / float(np.sqrt(loud.mean()))
    edge = RATE // 200
    slope = np.linspace(0.0, 1.0, edge)
    sound[:edge] *= slope
    sound[-edge:] *= slope[::-1]
    return np.clip(sound, -0.98, 0.98).astype(np.float32)


def sentence(
    text: str,
    names: Collection[str],
    *,
    say: Callable[[str], Sound | None],
    sound: Callable[[str, int, float], Sound | None],
) -> Sound | None:
    """Speak the words of a sentence with `say`, and put its sounds among them; None when nothing can be heard.

    `sound(name, n, level)` makes the n-th sound beside a voice of that level.
    """
    import numpy as np

    parts = split(text, names)
    words = [say(part) if part else None for part in parts[::2]]
    heard = [w for w in words if w is not None and w.size]
    level = active_level(np.concatenate(heard)) if heard else USUAL_LEVEL
    sounds = [sound(name, number, level) for number, name in enumerate(parts[1::2])]
    row: list[Sound] = []
    for place in range(len(parts)):
        item = sounds[place // 2] if place % 2 else words[place // 2]
        if item is None:
            continue
        if row:
            row.append(np.zeros(round(_AROUND * RATE), np.float32))
        row.append(item)
    return np.concatenate(row) if row else None


def active_level(samples: Sound) -> float:
    """Return the root mean square of the louder half of a voice's sound, so that pauses do not count."""
    import numpy as np

    frames = samples[: samples.size // 240 * 240].reshape(-1, 240).astype(np.float64)
    if not frames.size:
        return USUAL_LEVEL
    power = np.sort((frames**2).mean(1))
    return float(np.sqrt(power[power.size // 2 :].mean())) or USUAL_LEVEL


def split(text: str, names: Collection[str]) -> list[str]:
    """Cut a sentence at its sounds: words stand at even places (perhaps none), names of sounds at odd ones.

    A mark that follows a sound goes with the words before it: the sound interrupts, it does not end anything.
    """
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    parts = re.split(rf"\s*\(({pattern})\)", text) if names else [text]
    for place in range(2, len(parts), 2):
        marks = re.match(r"[\s,.;:!?…]*", parts[place])
        end = marks.end() if marks else 0
        between, parts[place] = parts[place][:end].strip(), parts[place][end:]
        if between and parts[place - 2].strip():
            parts[place - 2] = parts[place - 2].rstrip() + between
    return [part.strip() for part in parts]


# ---------------------------------------------------------------------------------------------------------- building


def _curve(points: _Points, length: int) -> Floats:
    import numpy as np

    return np.interp(np.linspace(0.0, 1.0, length), [p[0] for p in points], [p[1] for p in points])


def _length(seconds: float) -> int:
    return max(RATE // 50, round(seconds * RATE))


def _noise(random: Random, seconds: float, spectrum: _Points, *, until: _Points | None = None) -> Floats:
    """Noise whose loudness over frequency goes through points (Hz, dB); towards the end through those of `until`."""
    import numpy as np

    length = _length(seconds)
    white = np.fft.rfft(random.standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    sounds: list[Floats] = []
    for points in (spectrum, until):
        if points is not None:
            decibels = np.interp(frequencies, [p[0] for p in points], [p[1] for p in points])
            sounds.append(np.fft.irfft(white * 10 ** (decibels / 20), length))
    if len(sounds) == 1:
        return sounds[0]
    way = np.linspace(0.0, 1.0, length)
    return sounds[0] * (1 - way) + sounds[1] * way


def _placed(seconds: float, events: Sequence[tuple[float, Floats]]) -> Floats:
    import numpy as np

    out = np.zeros(_length(seconds))
    for start, sound in events:
        place = round(start * RATE)
        end = min(out.size, place + sound.size)
        if end > place:
            out[place:end] += sound[: end - place]
    return out


def _fluttered(random: Random, sound: Floats, depth: float) -> Floats:
    """Let the loudness waver a little, as no breath is even."""
    steps = max(4, round(sound.size / RATE * 14))
    return sound * (1 + depth * _curve([(n / (steps - 1), random.uniform(-1, 1)) for n in range(steps)], sound.size))


# Turbulence in the throat and mouth: resonances of the open tract on top of a slope. (Hz, dB)
_IN = (
    (0, -60),
    (250, -40),
    (500, -14),
    (800, -8),
    (1300, -10),
    (1700, 0),
    (2300, -6),
    (3000, -1),
    (4200, -8),
    (6500, -14),
    (12000, -34),
)
_OUT = (
    (0, -60),
    (150, -34),
    (450, -3),
    (700, 0),
    (1100, -6),
    (1400, -4),
    (2100, -12),
    (2700, -10),
    (4000, -19),
    (7000, -28),
    (12000, -46),
)
_OUT_LATE = (
    (0, -60),
    (150, -34),
    (400, -2),
    (600, -1),
    (1000, -10),
    (1300, -9),
    (2100, -20),
    (4000, -30),
    (12000, -56),
)
_NOSE = ((0, -60), (300, -30), (900, -14), (1800, -5), (2800, 0), (4500, -3), (7000, -8), (12000, -24))


def _inhales(random: Random, _: float) -> Floats:
    sound = _noise(random, random.uniform(0.65, 0.85), _IN)
    return _fluttered(random, sound, 0.12) * _curve(((0, 0), (0.25, 0.45), (0.7, 1), (0.88, 0.7), (1, 0)), sound.size)


def _exhales(random: Random, _: float) -> Floats:
    sound = _noise(random, random.uniform(0.9, 1.2), _OUT, until=_OUT_LATE)
    shape = ((0, 0), (0.1, 1), (0.35, 0.62), (0.7, 0.25), (1, 0))
    return _fluttered(random, sound, 0.12) * _curve(shape, sound.size)


def _sighs(random: Random, _: float) -> Floats:
    before = _noise(random, random.uniform(0.45, 0.6), _IN)
    before *= 0.5 * _curve(((0, 0), (0.65, 1), (0.85, 0.7), (1, 0)), before.size)
    after = _noise(random, random.uniform(1.1, 1.4), _OUT, until=_OUT_LATE)
    after = _fluttered(random, after, 0.1) * _curve(((0, 0), (0.07, 1), (0.3, 0.7), (0.65, 0.25), (1, 0)), after.size)
    start = before.size / RATE + random.uniform(0.06, 0.12)
    return _placed(start + after.size / RATE, [(0, before), (start, after)])


def _gasps(random: Random, _: float) -> Floats:
    brighter = tuple((hz * 1.25, db) for hz, db in _IN)
    sound = _noise(random, random.uniform(0.32, 0.42), _IN, until=brighter)
    return sound * _curve(((0, 0), (0.12, 0.5), (0.55, 1), (0.85, 0.8), (1, 0)), sound.size)


def _sniffs(random: Random, _: float) -> Floats:
    events: list[tuple[float, Floats]] = []
    start = 0.0
    for strength in (1.0, random.uniform(0.6, 0.8)):
        sniff = _noise(random, random.uniform(0.17, 0.24), _NOSE)
        sniff *= strength * _curve(((0, 0), (0.2, 0.5), (0.6, 1), (0.9, 0.5), (1, 0)), sniff.size)
        events.append((start, sniff))
        start += sniff.size / RATE + random.uniform(0.12, 0.2)
    return _placed(start, events)


def _cough(random: Random, pitch: float) -> Floats:
    """Three phases: a burst as the glottis opens, breath through the tract, and its closing, half voiced."""
    import numpy as np

    bursts = ((0, -40), (250, -6), (500, 0), (900, -2), (1500, -3), (2800, -6), (5000, -10), (12000, -24))
    burst = _noise(random, 0.06, bursts) * _curve(((0, 0), (0.08, 1), (0.4, 0.6), (1, 0)), _length(0.06))
    seconds = random.uniform(0.16, 0.22)
    breath = _noise(random, seconds, _OUT) * _curve(((0, 0), (0.15, 0.5), (0.5, 0.32), (1, 0)), _length(seconds))
    buzz = _hummed(random, [(pitch * 0.9, 0.09)], _THROAT, wobble=0.04)
    buzz *= 0.25 * float(np.abs(breath).max()) / float(np.abs(buzz).max())
    return _placed(0.05 + seconds + 0.05, [(0, burst), (0.035, breath), (seconds - 0.03, buzz)])


def _coughs(random: Random, pitch: float) -> Floats:
    second = random.uniform(0.32, 0.4)
    events = [(0.0, _cough(random, pitch)), (second, random.uniform(0.6, 0.8) * _cough(random, pitch))]
    return _placed(second + 0.34, events)


def _clap(random: Random, *, far: bool = False) -> Floats:
    """Two hands: a short burst around the resonance of the hollow between them, then the room."""
    import numpy as np

    hollow = random.uniform(700, 1500)
    spectrum = (
        (0, -50),
        (hollow * 0.5, -12),
        (hollow, 0),
        (hollow * 1.8, -5),
        (hollow * 3, -11),
        (8000, -18),
        (12000, -30),
    )
    near = _noise(random, 0.16, spectrum)
    time = np.arange(near.size) / RATE
    room = _noise(random, 0.16, ((0, -40), (400, -6), (1500, 0), (4000, -8), (12000, -30)))
    attack = np.minimum(1.0, time / 0.0008)
    direct = near * attack * np.exp(-time / random.uniform(0.004, 0.008))
    return direct + (0.16 if far else 0.07) * room * attack * np.exp(-time / 0.035)


def _claps(random: Random, _: float) -> Floats:
    hits = [n * 0.29 + random.uniform(-0.012, 0.012) + 0.015 for n in range(5)]
    return _placed(hits[-1] + 0.17, [(at, random.uniform(0.75, 1.0) * _clap(random)) for at in hits])


def _applause(random: Random, _: float) -> Floats:
    import numpy as np

    seconds = 3.0
    events: list[tuple[float, Floats]] = []
    for _person in range(45):
        strength, gap = 10 ** random.uniform(-1.1, 0.0), random.uniform(0.19, 0.3)
        hand = _clap(random, far=True)  # a person's hands keep their sound
        at = random.uniform(0.0, 0.5)
        stop = seconds - random.uniform(0.15, 1.2)
        while at < stop:
            events.append((at, strength * random.uniform(0.8, 1.0) * hand))
            at += gap * random.uniform(0.93, 1.07)
    sound = _placed(seconds, events)
    return sound * np.interp(np.linspace(0, seconds, sound.size), [0, 0.35, seconds - 0.6, seconds], [0.3, 1, 0.8, 0])


def _beep(_: Random, __: float) -> Floats:
    import numpy as np

    time = np.arange(_length(0.6)) / RATE
    return np.sin(2 * np.pi * 1000 * time)


def _whistles(random: Random, _: float) -> Floats:
    """A call of two notes: up quickly, over, and down. Lips give a sine, with breath around it."""
    import numpy as np

    low, high = random.uniform(1250, 1450), random.uniform(2100, 2400)
    seconds = random.uniform(0.95, 1.15)
    length = _length(seconds)
    path = ((0, low), (0.12, low * 1.02), (0.34, high), (0.45, high), (0.56, low * 1.15), (0.8, high * 0.9), (1, low))
    time = np.arange(length) / RATE
    pitch = _curve(path, length) * (1 + 0.004 * np.sin(2 * np.pi * 5.5 * time))
    tone = np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    tone += 0.01 * np.sin(4 * np.pi * np.cumsum(pitch) / RATE)
    loud = _curve(((0, 0), (0.06, 1), (0.44, 1), (0.5, 0.35), (0.56, 0.9), (0.9, 0.8), (1, 0)), length)
    breath = _noise(random, seconds, ((0, -60), (900, -20), (2000, 0), (4000, -6), (12000, -20)))
    return (tone + 0.05 * breath / float(np.abs(breath).max())) * loud


# Resonances (Hz, width in Hz, gain) of a closed mouth, and of a half-open throat.
_MURMUR = ((260.0, 90.0, 1.0), (1050.0, 300.0, 0.10), (2200.0, 400.0, 0.04))
_THROAT = ((600.0, 150.0, 1.0), (1150.0, 200.0, 0.5), (2500.0, 300.0, 0.2))


def _hummed(
    random: Random, notes: Sequence[tuple[float, float]], mouth: Sequence[tuple[float, float, float]], *, wobble: float
) -> Floats:
    """Vocal folds as a row of harmonics under resonances; notes are (Hz, seconds), one sliding into the next."""
    import numpy as np

    pitch = np.concatenate([np.full(_length(seconds), hz) for hz, seconds in notes])
    window = np.hanning(_length(0.09))
    pitch = np.convolve(np.pad(pitch, window.size, "edge"), window / window.sum(), "same")[window.size : -window.size]
    time = np.arange(pitch.size) / RATE
    pitch *= 1 + 0.006 * np.sin(2 * np.pi * 5.2 * time + random.uniform(0, 6))
    pitch *= 1 + wobble * _curve([(n / 30, random.uniform(-1, 1)) for n in range(31)], pitch.size)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.zeros(pitch.size)
    for harmonic in range(1, 24):
        hz = pitch * harmonic
        gain = sum(g / np.sqrt(1 + ((hz - f) / (width / 2)) ** 2) for f, width, g in mouth) / harmonic**1.1
        sound += np.where(hz < 0.45 * RATE, gain, 0.0) * np.sin(harmonic * phase)
    return sound


def _humming(random: Random, pitch: float) -> Floats:
    import numpy as np

    tunes = ((0, 4, 7, 5, 4), (0, 2, 4, 2, 0), (7, 5, 4, 2, 0), (0, 5, 4, 7, 5))
    tune = tunes[int(random.integers(len(tunes)))]
    lengths = [0.42, 0.3, 0.42, 0.3, 0.75]
    notes = [(pitch * 2 ** (step / 12), seconds) for step, seconds in zip(tune, lengths, strict=True)]
    sound = _hummed(random, notes, _MURMUR, wobble=0.004)
    dips = np.cumsum([0.0, *lengths]) / sum(lengths)
    shape: list[tuple[float, float]] = [(0.0, 0.0), (0.03, 1.0)]
    for dip in dips[1:-1]:
        shape += [(dip - 0.02, 0.85), (float(dip), 0.55), (dip + 0.02, 1.0)]
    sound *= _curve([*shape, (0.85, 0.8), (1.0, 0.0)], sound.size)
    breath = _noise(random, sound.size / RATE, _NOSE)[: sound.size]
    return sound + 0.01 * float(np.abs(sound).max()) / float(np.abs(breath).max()) * breath


# What makes a sound, and its loudness beside the voice, in dB.
_SOUNDS: dict[str, tuple[Callable[[Random, float], Floats], float]] = {
    "inhales": (_inhales, -19.0),
    "exhales": (_exhales, -17.0),
    "sighs": (_sighs, -14.0),
    "gasps": (_gasps, -10.0),
    "sniffs": (_sniffs, -15.0),
    "coughs": (_coughs, 0.0),
    "claps": (_claps, 0.0),
    "applause": (_applause, -3.0),
    "beep": (_beep, -4.0),
    "whistles": (_whistles, -4.0),
    "humming": (_humming, -3.0),
}
NAMES = frozenset(_SOUNDS)
