"""The studio's cut-down SoundFont: which recordings an instrument has for which keys. Decoded when first asked for.

Any thread: two that ask for the same recording at once decode it twice and get equal frames.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

FILE = Path(__file__).parents[3] / "resources" / "soundfont" / "fluid-cut.zip"
AFTER = 8  # frames behind a recording's end or loop, so that interpolation finds neighbours
_FINE = 60_000  # frames a second from which on interpolation between four neighbours is clean
_CONTEXT = 64  # frames of a loop that the finer rate is computed with, on each side of its seam


class FontError(RuntimeError):
    """The font is missing or damaged: the installation is."""


@dataclass(frozen=True)
class Envelope:
    """Times in seconds. `sustain`: for loudness in dB below the full, for a filter's sweep a part of it."""

    delay: float = 0.0
    attack: float = 0.0
    hold: float = 0.0
    decay: float = 0.0
    sustain: float = 0.0
    release: float = 0.0


@dataclass(frozen=True)
class Sweep:
    """How far, in cents, a filter's cutoff moves, and when."""

    cents: float
    envelope: Envelope


@dataclass(frozen=True)
class Zone:
    """A recording and how it sounds for some keys and velocities."""

    keys: tuple[int, int]
    velocities: tuple[int, int]
    sample: str
    root: float  # the key, with its fraction, that plays the recording at its own rate
    gain: float  # dB
    envelope: Envelope
    cutoff: float = 0.0  # Hz; 0: no filter
    resonance: float = 0.0  # dB
    sweep: Sweep | None = None
    group: int = 0  # of drums that silence one another
    pan: float = 0.0


@dataclass(frozen=True)
class Instrument:
    """A program or a drum kit. `gain`, in dB, makes all of them about as loud as one another."""

    name: str
    gain: float
    zones: tuple[Zone, ...]
    lowest: int = 0  # the keys it was cut for; others sound, but nobody would write them
    highest: int = 127

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The highest velocity of each step of loudness that sounds different from the next."""
        return tuple(sorted({z.velocities[1] for z in self.zones}))

    def step(self, velocity: int) -> int:
        """The step a velocity belongs to."""
        return next((n for n, high in enumerate(self.steps) if velocity <= high), len(self.steps) - 1)

    def at(self, key: int, step: int) -> tuple[Zone, ...]:
        """What sounds when a key is struck."""
        high = self.steps[step]
        return tuple(
            z for z in self.zones if z.keys[0] <= key <= z.keys[1] and z.velocities[0] <= high <= z.velocities[1]
        )


@dataclass(frozen=True)
class Sample:
    """A decoded recording. What is looped goes on falling by `fade` dB a second of the recording's own time."""

    frames: Sound
    rate: float
    loop: tuple[int, int] | None
    fade: float


@dataclass
class SoundFont:
    """The font. Its programs and kits are read at once, its sound when it is played."""

    programs: dict[int, Instrument]
    kits: dict[int, Instrument]
    _facts: dict[str, dict[str, Any]] = field(repr=False)
    _packed: dict[str, bytes] = field(repr=False)
    _decoded: dict[str, Sample] = field(default_factory=dict[str, Sample], repr=False)

    def instrument(self, program: int, *, drum: bool = False) -> Instrument:
        """The instrument of a General MIDI program; where the font lacks it, the nearest relative it has."""
        known = self.kits if drum else self.programs
        if program in known:
            return known[program]
        family = [n for n in known if n // 8 == program // 8] or sorted(known)
        return known[min(family, key=lambda n: (abs(n - program), n))]

    def sample(self, name: str) -> Sample:
        """A recording at a rate that is fine enough to interpolate in."""
        if name not in self._decoded:
            self._decoded[name] = _decoded(self._packed[name], self._facts[name])
        return self._decoded[name]


def load(file: Path = FILE) -> SoundFont:
    """Read the font; quick, since nothing is decoded."""
    try:
        with zipfile.ZipFile(file) as archive:
            document = json.loads(archive.read("font.json"))
            packed = {name: archive.read(f"samples/{name}.flac") for name in document["samples"]}
            programs = {int(n): _instrument(d) for n, d in document["programs"].items()}
            kits = {int(n): _instrument(d) for n, d in document["kits"].items()}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as e:
        raise FontError(
            f"the studio's instruments ({file.name}) are missing or damaged; install the studio again"
        ) from e
    return SoundFont(programs, kits, document["samples"], packed)


def _instrument(data: dict[str, Any]) -> Instrument:
    low, high = data.get("range", (0, 127))
    return Instrument(data["name"], data.get("gain", 0.0), tuple(_zone(z) for z in data["zones"]), low, high)


def _zone(data: dict[str, Any]) -> Zone:
    sweep = data.get("sweep", 0.0)
    return Zone(
        keys=(data["keys"][0], data["keys"][1]),
        velocities=(data["vel"][0], data["vel"][1]),
        sample=data["sample"],
        root=data["root"],
        gain=data["gain"],
        envelope=Envelope(*data["envelope"]),
        cutoff=data.get("cutoff", 0.0),
        resonance=data.get("q", 0.0),
        sweep=Sweep(sweep, Envelope(*data["sweep_envelope"])) if sweep else None,
        group=data.get("group", 0),
        pan=data.get("pan", 0.0),
    )


def _decoded(packed: bytes, facts: dict[str, Any]) -> Sample:
    import numpy as np
    import soundfile
    from scipy.signal import resample_poly

    frames, _ = soundfile.read(io.BytesIO(packed), dtype="float32")
    frames = frames * np.float32(10 ** (facts["gain"] / 20))
    factor = math.ceil(_FINE / facts["rate"])
    loop = None
    if facts["loop"]:
        start, end = facts["loop"]
        turns = math.ceil(_CONTEXT / (end - start)) + 1
        frames = np.concatenate([frames[:end], np.tile(frames[start:end], turns)[: _CONTEXT + AFTER]])
        loop = (start * factor, end * factor)
    finer = resample_poly(frames, factor, 1).astype(np.float32) if factor > 1 else frames
    finer = finer[: loop[1]] if loop else np.concatenate([finer, np.zeros(AFTER, np.float32)])
    return Sample(np.ascontiguousarray(finer), facts["rate"] * factor, loop, facts["fade"])
