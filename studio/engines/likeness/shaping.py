"""Pitch and spectrum of speech: measured, and moved from one voice's towards another's. No state.

Pitch, its spread and the size of the mouth are changed by taking the sound apart and putting it together again (WORLD);
the average spectrum by a filter. What is measured of a voice decides the change; each sentence is changed alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]
    Floats = NDArray[np.float64]

RATE = 24000
_FRAME_MS = 5.0
_LOWEST, _HIGHEST = 55.0, 520.0  # Hz, of voices
_AROUND = 0.9  # of the logarithm of the frequency, on both sides of a voice's middle: what it may reach
_FFT = 1024
BINS = _FFT // 2 + 1
_SMOOTH = 31  # bins over which a spectrum is averaged: 0.7 kHz
_HEARD = 7000 * _FFT // RATE  # bins
_HOLDS_NOTHING = 11.5  # nepers of power below the loudest: 50 dB
_MOST_GAIN = 2.3  # in nepers of power: 10 dB
_MATCHED = 0.5  # of a difference in power is taken away: half in power is all of it in amplitude
_SLICE = 3.0  # seconds taken apart at once, so that a cancel is heard
_BESIDE = RATE // 10  # samples heard before and after a slice
_CROSSING = RATE // 200
_VOICED_FRAMES = 20  # fewer tell no pitch


@dataclass(frozen=True)
class Traits:
    """What was measured of a voice."""

    pitch: float  # middle of the logarithm of the frequency; 0 when nothing is voiced
    spread: float  # how far it strays
    spectrum: Floats  # logarithm of the power at each bin, smoothed, its mean 0


@dataclass(frozen=True)
class Shaping:
    """A change. The plain one changes nothing."""

    pitch: float = 0.0  # added to the logarithm of the frequency
    spread: float = 1.0  # factor on its distance from `centre`
    centre: float = 4.9  # the middle of the voice to be changed
    formants: float = 1.0  # factor on the frequencies of the resonances
    gains: Floats | None = None  # factor on the amplitude at each bin

    @property
    def takes_apart(self) -> bool:
        """Whether the sound has to be put together anew."""
        return self.pitch != 0.0 or self.spread != 1.0 or self.formants != 1.0


Check = Callable[[], None]


@dataclass(frozen=True)
class Part:
    """A slice of a sound, taken apart, with some of its neighbours. Frequencies are 0 where nothing is voiced."""

    begin: int  # in samples: the slice itself
    end: int
    first: int  # with its neighbours
    last: int
    pitch: Floats
    envelope: Floats
    breath: Floats


def measured(sound: Sound, check: Check) -> Traits:
    """Measure a voice."""
    import numpy as np

    pitches: list[Floats] = []
    for begin, end in slices(sound):
        check()
        pitches.append(_pitch(np.ascontiguousarray(sound[begin:end], np.float64))[0])
    return _traits(pitches, average_spectrum(sound))


def traits_of(parts: list[Part], sound: Sound) -> Traits:
    """Measure a voice whose sound is taken apart already."""
    return _traits([part.pitch for part in parts], average_spectrum(sound))


def _traits(pitches: list[Floats], spectrum: Floats) -> Traits:
    import numpy as np

    voiced = np.concatenate([np.log(pitch[pitch > 0]) for pitch in pitches])
    if voiced.size < _VOICED_FRAMES:
        return Traits(0.0, 0.0, spectrum)
    middle = float(np.median(voiced))
    near = voiced[np.abs(voiced - middle) < np.log(1.9)]  # errors of pitch detection are octaves
    return Traits(middle, float(near.std()), spectrum)


def towards(base: Traits, wanted: Traits, *, formants: float = 1.0) -> Shaping:
    """Return what brings the pitch of one voice to another's."""
    spread = min(1.25, max(0.8, wanted.spread / max(base.spread, 1e-3)))
    return Shaping(wanted.pitch - base.pitch, spread, base.pitch, formants)


def equalised(shaping: Shaping, got: Floats, wanted: Floats) -> Shaping:
    """Add the filter that brings an average spectrum to another; not all the way, and by 10 dB at most.

    Above what the recording holds, and above what encoders hear, everything stays as it is beside what lies below: a
    recording of a narrow band is of a dull microphone, not of a dull voice.
    """
    import numpy as np

    held = np.flatnonzero(wanted[:_HEARD] > wanted[:_HEARD].max() - _HOLDS_NOTHING)
    edge = max(_SMOOTH, int(held[-1]) - _SMOOTH // 2)
    difference = wanted - got
    difference = difference - difference[:edge].mean()
    difference[edge:] = difference[edge - 1]
    return replace(shaping, gains=np.exp(np.clip(difference, -_MOST_GAIN, _MOST_GAIN) * _MATCHED))


def shaped(sound: Sound, shaping: Shaping, check: Check) -> Sound:
    """Change a sound: equal in length and in loudness."""
    import numpy as np

    made = sound
    if shaping.takes_apart:
        # Pitch is looked for near where it is known to lie: that is quicker, and surer.
        low, high = (float(np.exp(shaping.centre + side)) for side in (-_AROUND, _AROUND))
        parts = taken_apart(sound, check, lowest=max(_LOWEST, low), highest=min(_HIGHEST, high))
        made = put_together(parts, shaping, check)
    if shaping.gains is not None:
        check()
        made = _filtered(made, shaping.gains)
    return as_loud(made, sound)


def as_loud(made: Sound, sound: Sound) -> Sound:
    """Give a changed sound the loudness of what it was made from."""
    import numpy as np

    before, after = (float(np.sqrt((one.astype(np.float64) ** 2).mean())) for one in (sound, made))
    return made if made is sound else (made * (before / max(after, 1e-9))).astype(np.float32)


def slices(sound: Sound) -> Iterator[tuple[int, int]]:
    """Cut where it is quietest, into slices of between half of and the whole `_SLICE`."""
    import numpy as np

    most, step, begin = int(_SLICE * RATE), RATE // 100, 0
    while sound.size - begin > most:
        part = sound[begin + most // 2 : begin + most]
        power = (part[: part.size // step * step].reshape(-1, step) ** 2).sum(1)
        end = begin + most // 2 + int(np.argmin(power)) * step + step // 2
        yield begin, end
        begin = end
    yield begin, sound.size


def average_spectrum(sound: Sound) -> Floats:
    """Return the logarithm of the mean power at each bin of the louder moments, smoothed, its mean 0."""
    import numpy as np
    from scipy.ndimage import uniform_filter1d

    power = np.abs(_spectra(sound)) ** 2
    energy = power.sum(1)
    loud = power[energy >= np.percentile(energy, 40)].mean(0)
    smooth = uniform_filter1d(np.log(loud + 1e-9), _SMOOTH, mode="nearest")
    return smooth - smooth.mean()


def _spectra(sound: Sound) -> Any:
    import numpy as np

    padded = np.pad(sound, (0, max(0, _FFT - sound.size)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[:: _FFT // 4]
    return np.fft.rfft(frames * np.hanning(_FFT).astype(np.float32), axis=1)


def _pitch(sound: Floats, lowest: float = _LOWEST, highest: float = _HIGHEST) -> tuple[Floats, Floats]:
    import pyworld

    return pyworld.harvest(sound, RATE, f0_floor=lowest, f0_ceil=highest, frame_period=_FRAME_MS)


def taken_apart(sound: Sound, check: Check, *, lowest: float = _LOWEST, highest: float = _HIGHEST) -> list[Part]:
    """Take a sound apart, slice by slice."""
    import numpy as np
    import pyworld

    parts: list[Part] = []
    for begin, end in slices(sound):
        check()
        first, last = max(0, begin - _BESIDE), min(sound.size, end + _BESIDE)
        own = np.ascontiguousarray(sound[first:last], np.float64)
        pitch, times = _pitch(own, lowest, highest)
        check()
        envelope = pyworld.cheaptrick(own, pitch, times, RATE)
        breath = pyworld.d4c(own, pitch, times, RATE)
        parts.append(Part(begin, end, first, last, pitch, envelope, breath))
    return parts


def put_together(parts: list[Part], shaping: Shaping, check: Check) -> Sound:
    """Make a sound of its parts with another pitch and other resonances; cross from one slice to the next."""
    import numpy as np

    size = parts[-1].end
    made = np.zeros(size, np.float64)
    for part in parts:
        check()
        places = np.arange(part.first, part.last)
        rise = np.clip((places - part.begin + _CROSSING) / (2 * _CROSSING), 0.0, 1.0) if part.begin else 1.0
        fall = np.clip((part.end + _CROSSING - places) / (2 * _CROSSING), 0.0, 1.0) if part.end < size else 1.0
        made[part.first : part.last] += _changed(part, shaping) * rise * fall
    return made.astype(np.float32)


def _changed(part: Part, shaping: Shaping) -> Floats:
    import numpy as np
    import pyworld

    voiced = part.pitch > 0
    logs = np.log(np.where(voiced, part.pitch, 1.0))
    moved = np.exp(shaping.centre + (logs - shaping.centre) * shaping.spread + shaping.pitch)
    envelope, breath = (_stretched(one, shaping.formants) for one in (part.envelope, part.breath))
    made = pyworld.synthesize(np.where(voiced, moved, 0.0), envelope, breath, RATE, _FRAME_MS)
    length = part.last - part.first
    return np.pad(made[:length], (0, max(0, length - made.size)))


def _stretched(frames: Floats, factor: float) -> Floats:
    """Move what stands at a frequency to `factor` times that frequency."""
    import numpy as np

    if factor == 1.0:
        return frames
    places = np.minimum(np.arange(frames.shape[1]) / factor, frames.shape[1] - 1.0)
    low = places.astype(int)
    high = np.minimum(low + 1, frames.shape[1] - 1)
    part = places - low
    return np.ascontiguousarray(frames[:, low] * (1 - part) + frames[:, high] * part)


def _filtered(sound: Sound, gains: Floats) -> Sound:
    """Apply a filter without delay whose amplitude at each bin is given."""
    import numpy as np
    from scipy.signal import oaconvolve

    answer = np.roll(np.fft.irfft(gains, _FFT), _FFT // 2) * np.hanning(_FFT + 1)[:_FFT]
    return np.asarray(oaconvolve(sound, answer)[_FFT // 2 : _FFT // 2 + sound.size], np.float32)
