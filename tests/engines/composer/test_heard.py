"""What is heard in the finished sound: tempo, key, loudness, length; and whether styles can be told apart."""

from functools import cache

import numpy as np
import pytest
from scipy import signal

from studio.audio import loudness
from tests.bench import music
from tests.engines.composer import analysis, band

SEEDS = (1, 2, 3)
STYLES = (
    "lofi", "rock", "ambient", "cinematic", "jazz", "techno", "waltz", "folk", "blues", "chiptune", "classical piano",
    "orchestral march", "trap",
)  # fmt: skip

pytestmark = pytest.mark.slow


@cache
def made() -> tuple[music.Made, ...]:
    """Some pieces of each style, made once."""
    return tuple(music.measured(style, seed, 16.0) for style in STYLES for seed in SEEDS)


def test_styles_can_be_told_apart():
    share, found = music.classified(list(made()), "plain")
    assert share >= 0.8, [pair for pair in found if pair[0] != pair[1]]


def test_the_tempo_is_heard():
    """At the beat itself, twice or half of it: which of these is the beat, listeners disagree about too."""
    levels = [analysis.relation(m.heard.tempo, m.bpm) for m in made()]
    assert sum(level in {"1", "2", "1/2"} for level in levels) >= 0.9 * len(levels)
    assert sum(level == "1" for level in levels) >= 0.6 * len(levels)


@pytest.mark.parametrize(("style", "bpm"), [("rock", 97.0), ("techno", 133.0), ("pop", 118.5), ("country", 104.0)])
def test_the_tempo_asked_for_is_the_beat_that_is_heard(style, bpm):
    piece, mix = band.play(style, 20.0, 2, bpm=bpm)
    assert piece.score.bpm == bpm
    heard = analysis.tempo(analysis.novelty(mix.mean(axis=1).astype(np.float64), band.RATE))
    assert heard == pytest.approx(bpm, rel=0.02)


def test_loudness_is_what_it_should_be():
    assert all(m.loudness == pytest.approx(-14.0, abs=0.3) for m in made())


@pytest.mark.parametrize(
    ("style", "key", "tonic", "mode"),
    [("pop", "C", 0, "major"), ("folk", "Eb", 3, "major"), ("cinematic", "A minor", 9, "minor"),
     ("synthwave", "F# minor", 6, "minor"), ("waltz", "B minor", 11, "minor"), ("", "G", 7, "major")],
)  # fmt: skip
def test_the_key_asked_for_is_heard(style, key, tonic, mode):
    _, mix = band.play(style, 20.0, 3, key=key)
    assert analysis.key_of(analysis.chroma(mix.mean(axis=1).astype(np.float64), band.RATE)) == (tonic, mode)


@pytest.mark.parametrize("seconds", [1.0, 1.7, 4.2])
@pytest.mark.parametrize("style", ["rock", "ambient", "orchestral march"])
def test_short_pieces_are_whole(style, seconds):
    _, mix = band.play(style, seconds, 5)
    assert len(mix) == round(seconds * band.RATE)
    peak = 20 * np.log10(np.abs(signal.resample_poly(mix, 8, 1, axis=0)).max())
    assert peak < -1.0
    assert loudness.integrated(loudness.segment_energies(mix, band.RATE)) == pytest.approx(-14.0, abs=1.0)
    assert np.abs(mix[-20:]).max() < 0.01


def test_the_estimators_hear_what_is_there():
    """Clicks of a known tempo, and chords of a known key: the test's own ears are tested."""
    rate, rng = 44_100, np.random.default_rng(1)
    sound = np.zeros((rate * 15, 2), np.float32)
    for n in range(25):
        at = round(n * 60 / 103 * rate)
        sound[at : at + 2000] += (rng.standard_normal((2000, 1)) * np.exp(-np.arange(2000) / 300)[:, None]).astype(
            np.float32
        )
    curve = analysis.novelty(sound.mean(axis=1).astype(np.float64), rate)
    assert analysis.tempo(curve) == pytest.approx(103, rel=0.01)
    times = np.arange(rate * 4) / rate
    chords = [(0, 4, 7), (5, 9, 0), (7, 11, 2), (0, 4, 7)]
    sung = np.concatenate([sum(np.sin(2 * np.pi * 261.63 * 2 ** (p / 12) * times) for p in chord) for chord in chords])
    assert analysis.key_of(analysis.chroma(sung, rate)) == (0, "major")
