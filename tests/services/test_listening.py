"""Any sound as something to play and to draw; the outline is read without numpy, and must say what numpy says."""

from __future__ import annotations

import random

import numpy as np
import pytest
import soundfile

from studio.audio import peaks as reference
from studio.errors import StudioError
from studio.services import listening
from studio.services.peaks_reader import columns_of

FULL = 32768


def _peaks(folder, samples, rate=24_000):
    """Write a sound and its peaks; return the file of the peaks."""
    sound, target = folder / "a.wav", folder / "a.peaks"
    soundfile.write(sound, samples, rate, subtype="FLOAT")
    reference.make(sound, target)
    return target


@pytest.mark.parametrize("seed", range(12))
def test_the_outline_encloses_what_numpy_finds(seed, tmp_path):
    chance = random.Random(seed)
    frames = chance.choice([1, 255, 256, 257, 5000, 66_000, 400_000, 1_100_000])
    channels = chance.choice([1, 1, 2, 3])
    noise = np.random.default_rng(seed).normal(0, 0.2, (frames, channels)) * np.linspace(0, 1, frames)[:, None]
    file = _peaks(tmp_path, np.clip(noise, -1, 1).astype(np.float32))
    columns = chance.choice([1, 3, 48, 140, 480, 1000])
    found = np.array(columns_of(file, columns))
    assert found.shape == (columns, 2)
    exact = reference.load(file).view(0, frames, columns)
    least, most = exact[:, 0].min(axis=1) * FULL, exact[:, 1].max(axis=1) * FULL
    bins = -(-frames // reference.BASE)
    near = max(2, -(-columns // bins) + 1)  # columns: the reader's borders lie on bins, numpy's on frames
    for n in range(columns):
        around = slice(max(0, n - near), n + near + 1)
        assert found[around, 0].min() <= least[n] + 1
        assert found[around, 1].max() >= most[n] - 1
        assert found[n, 0] >= least[around].min() - 1, "nothing louder is drawn than there is"
        assert found[n, 1] <= most[around].max() + 1
    assert found[:, 0].min() == pytest.approx(least.min(), abs=1)
    assert found[:, 1].max() == pytest.approx(most.max(), abs=1)


def test_a_part_of_the_sound_is_drawn_alone(tmp_path):
    samples = np.zeros(256 * 400, np.float32)
    samples[256 * 100 : 256 * 200] = 0.5
    file = _peaks(tmp_path, samples)
    quiet = columns_of(file, 20, start=0.55, end=1.0)
    loud = columns_of(file, 20, start=0.26, end=0.49)
    assert {high for _, high in quiet} == {0}
    assert min(high for _, high in loud) > 16_000


@pytest.mark.parametrize("data", [b"", b"x" * 10, b"AngenPk\1" + b"\xff" * 40, b"y" * 4000])
def test_damaged_peaks_are_no_outline(data, tmp_path):
    file = tmp_path / "a.peaks"
    file.write_bytes(data)
    assert columns_of(file, 100) == ()
    assert columns_of(tmp_path / "none.peaks", 100) == ()


def test_cut_peaks_are_no_outline(tmp_path):
    file = _peaks(tmp_path, np.full(256 * 500, 0.5, np.float32))
    file.write_bytes(file.read_bytes()[:700])
    assert columns_of(file, 10) == ()


def test_a_file_becomes_a_project_that_plays_it_whole(studio, tmp_path):
    file = tmp_path / "hello.wav"
    soundfile.write(file, np.full((44_100, 2), 0.25, np.float32), 44_100)
    one = listening.single(studio.paths, studio.sound, file)
    assert one.seconds == pytest.approx(1.0)
    (track,) = one.project.tracks
    (clip,) = track.clips
    assert (clip.start, clip.length) == (0, 48_000)
    assert one.file.read_bytes() == file.read_bytes(), "it plays a copy: the original may go"
    file.unlink()
    outline = listening.outline(studio.paths, studio.sound, one.file, one.media.sha256, 10)
    assert len(outline) == 10
    assert {round(high / FULL, 2) for _, high in outline} == {0.25}


def test_what_is_no_sound_is_refused_in_words(studio, tmp_path):
    file = tmp_path / "a.wav"
    file.write_text("no sound at all", encoding="utf-8")
    with pytest.raises(StudioError):
        listening.single(studio.paths, studio.sound, file)
