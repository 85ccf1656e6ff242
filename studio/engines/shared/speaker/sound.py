"""What both encoders hear: speech at 16 kHz and one level, without long pauses, as energies in mel bands. No state."""

# The libraries carry no types.
# pyright: standard
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]
    Floats = NDArray[np.float32]

RATE = 16000
HOP = 160  # samples from one frame to the next
BANDS = 40
SHORTEST = RATE // 5  # samples of speech below which nobody could tell a voice
_LEVEL = 0.05  # root mean square of what the encoders get: about what they were trained on
_QUIET = 10 ** (-40 / 20)  # below the loudest frame: a pause
_KEPT = 15  # frames of a pause left beside speech
_GROUP = 24  # windows computed at once
_SILENT = 1e-6  # root mean square of the loudest frame


def go_on() -> None:
    """Check nothing."""


class NoSpeech(ValueError):
    """There is not enough sound to tell a voice by."""


def speech_only(samples: Sound, rate: int) -> Sound:
    """Bring to 16 kHz, shorten pauses, set the level; raise NoSpeech when next to nothing is left."""
    import numpy as np

    sound = np.ascontiguousarray(samples, np.float32)
    if sound.ndim != 1 or not np.isfinite(sound).all():
        raise NoSpeech("the sound is not one channel of finite numbers")
    if rate != RATE and sound.size:
        import soxr

        sound = np.asarray(soxr.resample(sound, rate, RATE), np.float32)
    whole = sound[: sound.size // HOP * HOP].reshape(-1, HOP)
    if not whole.size:
        raise NoSpeech("the sound is too short")
    power = np.sqrt((whole.astype(np.float64) ** 2).mean(1))
    if power.max() < _SILENT:
        raise NoSpeech("the sound is silent")
    near = np.convolve(power > _QUIET * power.max(), np.ones(2 * _KEPT + 1))[_KEPT:-_KEPT] > 0
    heard = whole[near].ravel()
    if heard.size < SHORTEST:
        raise NoSpeech("there is too little speech")
    return heard * np.float32(_LEVEL / np.sqrt((heard.astype(np.float64) ** 2).mean()))


def spoken_seconds(sounds: Iterable[Sound], rate: int) -> float:
    """Return how long is spoken in several sounds, long pauses left out."""
    total = 0
    for one in sounds:
        with suppress(NoSpeech):
            total += speech_only(one, rate).size
    return total / RATE


def in_groups(windows: Floats, check: Callable[[], None]) -> Iterator[Floats]:
    """Give windows a few at a time: that bounds the memory, and the time until a cancel is heard."""
    for begin in range(0, len(windows), _GROUP):
        check()
        yield windows[begin : begin + _GROUP]


def mel_filters(bins: int) -> Floats:
    """Return the weights (bands, bins) of triangles on Slaney's mel scale up to 8 kHz, each of equal area."""
    import numpy as np

    frequencies = np.linspace(0.0, RATE / 2, bins)
    edges = _hertz(np.linspace(0.0, float(_mel(np.array(RATE / 2))), BANDS + 2))
    slopes = edges[:, None] - frequencies[None]
    widths = np.diff(edges)
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def mel_power(sound: Sound, *, window: Floats, bins: int, centred: bool) -> Floats:
    """Return the energy in each band for each frame: (frames, bands)."""
    import numpy as np

    size = window.size
    if centred:
        sound = np.pad(sound, size // 2)
    if sound.size < size:
        sound = np.pad(sound, (0, size - sound.size))
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::HOP]
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    return power @ mel_filters(bins).T


# The scale is linear up to 1 kHz (15 mels) and logarithmic above it (27 mels for a factor of 6.4).
_LINEAR = 200.0 / 3
_KNEE = 1000.0


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    above = _KNEE / _LINEAR + np.log(np.maximum(hertz, _KNEE) / _KNEE) * 27.0 / np.log(6.4)
    return np.where(hertz < _KNEE, hertz / _LINEAR, above)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    knee = _KNEE / _LINEAR
    above = _KNEE * np.exp(np.maximum(mels - knee, 0.0) * np.log(6.4) / 27.0)
    return np.where(mels < knee, mels * _LINEAR, above)
