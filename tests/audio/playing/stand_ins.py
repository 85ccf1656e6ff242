"""A mixer of known samples, and a device whose clock the test turns."""

from __future__ import annotations

import numpy as np

from studio.audio.playing.outlet import Outlet
from studio.audio.playing.source import Mix
from studio.audio.playing.transport import Transport

RATE = 48_000


def noise(frames: int, seed: int = 5) -> np.ndarray:
    """Stereo samples of which no two are alike, and none is silent."""
    found = (np.random.default_rng(seed).standard_normal((frames, 2)) * 0.1).astype(np.float32)
    found[found == 0] = 0.01
    return found


class KnownMixer:
    """Mixes nothing: it holds the samples."""

    def __init__(self, samples: np.ndarray) -> None:
        self.samples = samples
        self.closed = False
        self.rendered = 0

    def render(self, start: int, frames: int) -> np.ndarray:
        """Return samples as the mixer does: silence outside."""
        assert start >= 0
        assert frames > 0
        assert not self.closed
        self.rendered += frames
        piece = self.samples[start : start + frames]
        return np.concatenate((piece, np.zeros((frames - len(piece), 2), np.float32)))

    def levels(self, start: int, end: int) -> dict[str, float]:
        """Return the peak of the one track there is."""
        return {"t1": float(np.abs(self.samples[start:end]).max(initial=0.0))}

    def close(self) -> None:
        """Remember it."""
        self.closed = True


def mix_of(samples: np.ndarray) -> Mix:
    """A mix of known samples."""
    return Mix(KnownMixer(samples), RATE, len(samples))


class FakeDevice:
    """Asks a transport for frames whenever the test lets time pass, and keeps what it got."""

    def __init__(self, latency: float = 0.0, block: int = 1024) -> None:
        self.time = 0.0
        self.latency = latency
        self.block = block
        self.transport = Transport(RATE, self.now)
        self.got: list[np.ndarray] = []

    def now(self) -> float:
        """The clock."""
        return self.time

    @property
    def outlet(self) -> Outlet:
        """What it asks."""
        return self.transport.outlet

    @property
    def heard(self) -> np.ndarray:
        """All that was asked for, without the silence around it."""
        everything = np.concatenate(self.got) if self.got else np.zeros((0, 2), np.float32)
        loud = np.flatnonzero(everything.any(axis=1))
        return everything[loud[0] : loud[-1] + 1] if len(loud) else everything[:0]

    def feed(self) -> None:
        """Let the feeder do all it can."""
        while self.transport.feed():
            pass

    def run(self, frames: int, *, feeding: bool = True) -> None:
        """Let time pass."""
        for _ in range(-(-frames // self.block)):
            if feeding:
                self.feed()
            out = np.full((self.block, 2), np.nan, np.float32)
            self.outlet.pull(out, self.latency)
            self.got.append(out)
            self.time += self.block / RATE

    def run_out(self) -> bool:
        """Let time pass until all was heard; say whether playing ended by that."""
        for _ in range(10_000):
            self.run(1)
            was_open = self.outlet.is_open
            if self.transport.settle():
                return True
            if was_open and not self.outlet.is_open:
                return False
        raise AssertionError("it never ends")
