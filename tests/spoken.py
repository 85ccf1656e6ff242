"""Speech that nobody spoke, for tests of what listens: lines of the built-in engine, made once. 24 kHz, mono."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from studio.protocol.float_wav import read_samples
from tests.engines.harness import piece, started

RATE = 24_000
HER, HIM = "af_heart", "am_onyx"
LINES = (
    "The old lighthouse keeper climbed the stairs every evening, carrying a lamp and a small loaf of bread.",
    "When the storm arrived, the harbour was already empty, and only three boats were left along the wall.",
)


@cache
def lines(voice: str = HER) -> np.ndarray:
    """Return the lines in one voice, with pauses of 0.4 s: some eleven seconds."""
    return _made()[voice]


@cache
def _made() -> dict[str, np.ndarray]:
    """One process for both voices: loading it takes as long as what it says."""
    found: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as folder, started("kokoro") as worker:
        worker.load(threads=2)
        for number, voice in enumerate((HER, HIM)):
            pieces = [piece(text, voice=voice, language="en-us", line=n, before=0.4) for n, text in enumerate(LINES, 1)]
            reply = worker.run(Path(folder) / voice, pieces, job=number + 1, after=0.4)
            found[voice] = np.array(read_samples(reply.file), np.float32)
    return found


def at_snr(speech: np.ndarray, db: float, *, seed: int = 1, pink: float = 0.5) -> np.ndarray:
    """Return speech with noise, white and pink, so that speech with its pauses is `db` louder than the noise."""
    random = np.random.default_rng(seed)
    white = random.standard_normal(len(speech))
    spectrum = np.fft.rfft(random.standard_normal(len(speech)))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[:100] = 0.0
    coloured = np.fft.irfft(spectrum, len(speech))
    noise = (1 - pink) * white + pink * coloured / coloured.std()
    noise *= np.sqrt(np.mean(np.square(speech)) / np.mean(np.square(noise))) * 10 ** (-db / 20)
    return (speech + noise).astype(np.float32)
