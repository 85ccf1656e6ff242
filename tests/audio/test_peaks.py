"""The picture of a sound, against the plainest way to draw it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio import peaks
from studio.audio.peaks import BASE, STEP, PeaksError
from studio.audio.reading import open_sound
from tests.audio import sounds

_FILES = {
    "16.wav": ("WAV", "PCM_16", 2), "24.wav": ("WAV", "PCM_24", 2), "mono.wav": ("WAV", "PCM_24", 1),
    "six.wav": ("WAV", "PCM_16", 6), "float.wav": ("WAV", "FLOAT", 2), "16.flac": ("FLAC", "PCM_16", 2),
    "24.flac": ("FLAC", "PCM_24", 1), "x.mp3": ("MP3", None, 2), "x.ogg": ("OGG", "VORBIS", 1),
    "x.aiff": ("AIFF", "PCM_24", 2),
}  # fmt: skip


def _plain(path: Path, size: int) -> np.ndarray:
    """Cut to 16 bits, then the least and greatest of every `size` samples, one by one."""
    with open_sound(path) as sound:
        whole = np.clip(np.floor(sound.read(0, sound.frames).astype(np.float64) * 32768), -32768, 32767)
    cuts = range(0, len(whole), size)
    return np.array([[whole[at : at + size].min(axis=0), whole[at : at + size].max(axis=0)] for at in cuts])


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("frames", [1, 255, 256, 257, 70_001, 65_536])
def test_every_bin_of_every_level_is_exact(name: str, frames: int, tmp_path: Path) -> None:
    form, subtype, channels = _FILES[name]
    path = sounds.encoded(tmp_path / name, form, subtype, frames=frames, channels=channels)
    peaks.make(path, tmp_path / "p")
    found = peaks.load(tmp_path / "p")
    assert (found.rate, found.channels) == (sounds.RATE, channels)
    for number, level in enumerate(found.levels):
        np.testing.assert_array_equal(level, _plain(path, BASE * STEP**number))
    assert len(found.levels[-1]) <= 64
    assert found.frames == frames


@pytest.mark.parametrize("name", ["16.wav", "24.flac"])
def test_two_halves_at_once_give_the_same(name: str, tmp_path: Path, monkeypatch) -> None:
    form, subtype, channels = _FILES[name]
    path = sounds.encoded(tmp_path / name, form, subtype, frames=200_001, channels=channels)
    peaks.make(path, tmp_path / "one")
    monkeypatch.setattr(peaks, "_WORTH_SPLITTING", 0)
    shares: list[float] = []
    peaks.make(path, tmp_path / "two", step=shares.append)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_header_that_lies_gives_the_peaks_of_what_is_there(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(peaks, "_WORTH_SPLITTING", 0)
    for case in (c for c in sounds.HOSTILE if c.name in {"claims-too-much.flac", "does-not-say.flac"}):
        case.make(tmp_path / case.name)
        peaks.make(tmp_path / case.name, tmp_path / "p")
        assert peaks.load(tmp_path / "p").frames == 9600


@settings(max_examples=settings().max_examples)
@given(data=st.data())
def test_a_view_holds_every_sample_and_not_much_more(data: st.DataObject, tmp_path_factory) -> None:
    folder = tmp_path_factory.getbasetemp()
    path, made = folder / "view.wav", folder / "view.peaks"
    if not made.exists():
        sounds.encoded(path, "WAV", "PCM_16", frames=300_000)
        peaks.make(path, made)
    with open_sound(path) as sound:
        whole = np.pad(sound.read(0, sound.frames), ((5000, 5000), (0, 0)))
    start = data.draw(st.integers(-5000, 300_000))
    end = data.draw(st.integers(start + 1, 305_000))
    columns = data.draw(st.integers(1, 300))
    shown = peaks.load(made).view(start, end, columns)
    assert shown.shape == (columns, 2, 2)
    per_column = (end - start) / columns
    slack = int(max(2 * BASE, STEP * per_column)) + 1
    for column in range(0, columns, 17):
        a, b = start + (end - start) * column // columns, start + (end - start) * (column + 1) // columns
        heard = whole[5000 + a : 5000 + b]
        if len(heard) and a >= 0 and b <= 300_000:
            assert (shown[column, 0] <= heard.min(axis=0) + 1e-9).all()
            assert (shown[column, 1] >= heard.max(axis=0) - 2**-15).all()
            around = whole[max(0, 5000 + a - slack) : 5000 + b + slack]
            assert (shown[column, 0] >= around.min(axis=0) - 2**-15).all()
            assert (shown[column, 1] <= around.max(axis=0) + 1e-9).all()
        if b <= 0 or a >= 300_000:
            assert not shown[column].any()


def test_views_of_nothing_are_empty(tmp_path: Path) -> None:
    peaks.make(sounds.encoded(tmp_path / "a.wav", "WAV", frames=1000), tmp_path / "p")
    found = peaks.load(tmp_path / "p")
    assert found.view(0, 1000, 0).shape == (0, 2, 2)
    assert not found.view(10, 10, 4).any()
    assert not found.view(2000, 3000, 4).any()


@settings(max_examples=settings().max_examples)
@given(data=st.data())
def test_a_file_of_peaks_that_is_none_is_refused(data: st.DataObject, tmp_path_factory) -> None:
    folder = tmp_path_factory.getbasetemp()
    made = folder / "whole.peaks"
    if not made.exists():
        peaks.make(sounds.encoded(folder / "a.wav", "WAV", frames=50_000), made)
    raw = bytearray(made.read_bytes())
    if data.draw(st.booleans()):
        raw[data.draw(st.integers(0, 27))] = data.draw(st.integers(0, 255))
    else:
        raw = raw[: data.draw(st.integers(0, len(raw) - 1))]
    target = folder / "changed.peaks"
    target.write_bytes(raw)
    try:
        found = peaks.load(target)
    except PeaksError:
        return
    assert found.view(0, max(1, found.frames), 50).shape[0] == 50


def test_an_enormous_claim_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(struct.pack("<8sIIIQ", b"AngenPk\1", 256, 48_000, 64, 2**47) + bytes(1000))
    with pytest.raises(PeaksError):
        peaks.load(tmp_path / "p")


def test_what_stops_it_leaves_no_file(tmp_path: Path) -> None:
    path = sounds.encoded(tmp_path / "a.wav", "WAV", frames=200_000)

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        peaks.make(path, tmp_path / "p", step=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]
