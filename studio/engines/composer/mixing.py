"""From parts to a finished stereo mix: balance, reverb, and a master that is one gain over time.

The master multiplies the mix by a curve, and nothing else. So the stems, under the same curve, sum to the mix. Large
arrays are worked through in slices of some seconds; between slices the caller may leave. The main thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import synth
from levels import Curve, master
from score import Part, Score
from stylebook import Style

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 44_100
SLICE = 1 << 18  # frames that are worked on at once
_FIRST = 1 << 13  # the first stretch of a part is short: recordings are decoded when they are first needed
_SENDS = {"drums": 0.35, "bass": 0.06, "chords": 0.8, "pad": 1.0, "lead": 0.9, "counter": 1.0, "arpeggio": 1.0}
_PREDELAY = 0.018  # seconds
_ROOM_SEED = 20  # of the reverb's noise: one room for all pieces
_TILT_AT = 1200.0  # Hz
_FADE = 0.55  # of the last chord's time: how much of it fades away
_LONGEST_FADE = 3.5  # seconds

Step = Callable[[float], None]
"""Told the part that is done, between slices; may raise to end the work."""


@dataclass(frozen=True)
class Bus:
    """What a mix is made of before the master: dry sound, and what goes to the reverb."""

    dry: Sound  # (frames, 2)
    send: Sound  # (frames,)


def frames_of(seconds: float) -> int:
    """Return the exact length in frames."""
    return math.floor(seconds * RATE + 0.5)


def render(part: Part, bus: Sequence[Bus], font: Any, step: Step) -> None:
    """Play a part, place it, and add it to buses."""
    import numpy as np

    player = synth.Player(part, rate=RATE, font=font)
    level = 10 ** (part.gain / 20)
    left, right = (np.float32(level * side) for side in _sides(part.pan))
    send = np.float32(_SENDS[part.role])
    frames = len(bus[0].dry)
    at, size = 0, _FIRST
    while at < frames:
        step(at / frames)
        block = player.play(at, min(size, frames - at))
        block[:, 0] *= left
        block[:, 1] *= right
        mono = block.sum(axis=1) * send
        for one in bus:
            one.dry[at : at + len(block)] += block
            one.send[at : at + len(block)] += mono
        at, size = at + len(block), min(SLICE, 2 * size)


def _sides(pan: float) -> tuple[float, float]:
    """Gains of a balance control: the middle leaves both as they are."""
    angle = (pan + 1) * math.pi / 4
    return min(1.0, math.sqrt(2) * math.cos(angle)), min(1.0, math.sqrt(2) * math.sin(angle))


def new_bus(frames: int) -> Bus:
    """A silent one."""
    import numpy as np

    return Bus(np.zeros((frames, 2), np.float32), np.zeros(frames, np.float32))


def finish_bus(bus: Bus, style: Style, step: Step) -> Sound:
    """Add the room and the style's colour. Both are linear: the buses of all parts sum to that of their sum."""
    _reverberate(bus, style, step)
    if style.tilt:
        _colour(bus.dry, style.tilt, step)
    return bus.dry


def _reverberate(bus: Bus, style: Style, step: Step) -> None:
    """Convolve the send with the room, slice by slice, and add it to the dry sound in place."""
    import numpy as np
    from scipy import fft

    room = _room(style.room) * np.float32(style.reverb)
    size = fft.next_fast_len(SLICE + len(room), real=True)
    spectra: Any = fft.rfft(room.T, size)
    frames = len(bus.dry)
    for at in range(0, frames, SLICE):
        step(at / frames)
        spectrum: Any = fft.rfft(bus.send[at : at + SLICE], size)
        for side in (0, 1):
            wet: Any = fft.irfft(spectrum * spectra[side], size)[: frames - at]
            bus.dry[at : at + len(wet), side] += wet


def _room(seconds: float) -> Sound:
    """The answer of a room to a click: noise that dies away, its treble sooner, without rumble."""
    import numpy as np
    from scipy import signal

    frames = int(seconds * RATE)
    noise = np.random.default_rng(_ROOM_SEED).standard_normal((frames, 2))
    times = np.arange(frames)[:, None] / RATE
    low = signal.sosfilt(signal.butter(1, 2500, fs=RATE, output="sos"), noise, axis=0)
    mixed = low * np.exp(-6.9 * times / seconds) + 0.5 * (noise - low) * np.exp(-6.9 * times / (0.45 * seconds))
    room: Any = signal.sosfilt(signal.butter(2, 220, "highpass", fs=RATE, output="sos"), mixed, axis=0)
    room[: int(0.006 * RATE)] *= np.linspace(0, 1, int(0.006 * RATE))[:, None]
    room /= np.sqrt((room**2).sum(axis=0).mean())
    return np.concatenate([np.zeros((int(_PREDELAY * RATE), 2)), room]).astype(np.float32)


def _colour(sound: Sound, tilt: float, step: Step) -> None:
    """A shelf over the treble, in place."""
    import numpy as np
    from scipy import signal

    gain = 10 ** (tilt / 20)
    k = math.tan(math.pi * _TILT_AT / RATE)
    b = np.array([gain + k, k - gain]) / (1 + k)
    a = np.array([1.0, (k - 1) / (1 + k)])
    state = np.zeros((1, 2))
    for at in range(0, len(sound), SLICE):
        step(at / len(sound))
        sound[at : at + SLICE], state = signal.lfilter(b, a, sound[at : at + SLICE], axis=0, zi=state)


def curve_of(mix: Sound, score: Score, style: Style, step: Step) -> Curve:
    """Find the gain over time that makes the mix a master: loudness, peaks, and the end's fade."""
    close = score.sections[-1].end if score.sections else 0.0
    ring = score.seconds - close
    fade = max(0.01, min(_LONGEST_FADE, _FADE * ring))
    return master(mix, rate=RATE, squeeze=style.squeeze, fade=fade, step=step)


def apply(sound: Sound, curve: Curve, step: Step) -> None:
    """Lay a master's curve over a sound, in place."""
    for at in range(0, len(sound), SLICE):
        step(at / len(sound))
        sound[at : at + SLICE] *= curve.gains(at, min(SLICE, len(sound) - at))[:, None]


class Shelf:
    """Keeps stems on disk until the master is known: ten minutes of a band do not fit into memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []

    def put(self, sound: Sound) -> None:
        """Keep one more."""
        import numpy as np

        path = self._folder / f"stem-{len(self._files)}.npy"
        self._files.append(path)
        np.save(path, sound)

    def take(self, number: int) -> Sound:
        """Get one back, and forget it."""
        import numpy as np

        sound: Sound = np.load(self._files[number])
        self._files[number].unlink()
        return sound

    def clear(self) -> None:
        """Remove what is left."""
        for path in self._files:
            with suppress(OSError):
                path.unlink()
