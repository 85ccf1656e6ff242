"""Waveforms as pixels, against the peaks that studio.audio.peaks reads from the same file."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from studio.audio import peaks
from studio.services import wave_tiles
from studio.services.wave_tiles import FINEST, WIDTH, Tile, Wanted

RATE = 48_000
COLOUR = 0x3366CC


def _peaks(folder: Path, *, frames: int, channels: int = 1) -> Path:
    noise = np.random.default_rng(3).uniform(-1, 1, (frames, channels)) * np.linspace(0, 0.9, frames)[:, None]
    shape = noise * (np.arange(frames) // 9_000 % 2)[:, None]  # bursts: no column is like the next bin
    with wave.open(str(folder / "a.wav"), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((shape * 32_767).astype("<i2").tobytes())
    peaks.make(folder / "a.wav", folder / "a.peaks")
    return folder / "a.peaks"


def _picture(tile: Tile | None) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    assert tile is not None
    return np.frombuffer(tile.pixels, np.uint32).reshape(tile.height, tile.width)


@pytest.mark.parametrize(("level", "channels"), [(8, 1), (9, 2), (10, 1), (12, 2)])
def test_each_column_is_filled_from_the_least_to_the_greatest_sample(tmp_path: Path, level: int, channels: int) -> None:
    frames, height, index = 1_000_000, 201, int(level < 11)
    file = _peaks(tmp_path, frames=frames, channels=channels)
    alpha = _picture(wave_tiles.pixels(file, Wanted(level, index, height, COLOUR))) >> 24
    first = index * WIDTH << level
    columns = min(WIDTH, -(-(frames - first) // (1 << level)))
    assert alpha.shape == (height, columns)
    wanted = peaks.load(file).view(first, first + (columns << level), columns)
    least, most = wanted[:, 0].min(axis=1), wanted[:, 1].max(axis=1)
    drawn = alpha > 127
    tops, bottoms = drawn.argmax(axis=0), height - drawn[::-1].argmax(axis=0)
    assert np.abs(tops - (1 - most) * height / 2).max() <= 1.5
    assert np.abs(bottoms - (1 - least) * height / 2).max() <= 1.5


def test_the_last_tile_is_as_wide_as_what_is_left(tmp_path: Path) -> None:
    file = _peaks(tmp_path, frames=(WIDTH << 8) + 1_000)
    assert _picture(wave_tiles.pixels(file, Wanted(8, 1, 20, COLOUR))).shape == (20, 4)
    assert wave_tiles.pixels(file, Wanted(8, 2, 20, COLOUR)) is None


def test_the_colour_is_multiplied_in(tmp_path: Path) -> None:
    picture = _picture(wave_tiles.pixels(_peaks(tmp_path, frames=200_000), Wanted(9, 0, 64, COLOUR)))
    alpha = picture >> 24
    for shift, whole in ((16, 0x33), (8, 0x66), (0, 0xCC)):
        assert np.abs((picture >> shift & 0xFF).astype(int) - alpha * whole / 255).max() <= 1
    assert (alpha == 255).any()
    assert (alpha == 0).any()


def test_finer_than_the_peaks_there_are_it_goes_straight(tmp_path: Path) -> None:
    file = _peaks(tmp_path, frames=500_000)
    fine = _picture(wave_tiles.pixels(file, Wanted(FINEST, 10, 400, COLOUR))) >> 24
    heights = (fine > 127).sum(axis=0).astype(int)
    assert heights.max() - heights.min() > 0
    assert np.abs(np.diff(heights)).max() <= 40


def test_silence_is_a_line(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(200_000))
    peaks.make(tmp_path / "a.wav", tmp_path / "a.peaks")
    alpha = _picture(wave_tiles.pixels(tmp_path / "a.peaks", Wanted(9, 0, 63, COLOUR))) >> 24
    assert (alpha[31] == 255).all()
    assert not alpha[:30].any()


@pytest.mark.parametrize("damage", ["gone", "empty", "short", "magic", "channels"])
def test_what_is_no_file_of_peaks_is_not_drawn(tmp_path: Path, damage: str) -> None:
    file = _peaks(tmp_path, frames=200_000)
    data = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    else:
        if damage == "magic":
            data[0] ^= 1
        elif damage == "channels":
            data[16:20] = (200).to_bytes(4, "little")
        file.write_bytes({"empty": b"", "short": bytes(data[:60])}.get(damage, bytes(data)))
    assert wave_tiles.pixels(file, Wanted(9, 0, 32, COLOUR)) is None


@pytest.mark.parametrize(
    "wanted", [Wanted(3, 0, 32, 0), Wanted(40, 0, 32, 0), Wanted(9, -1, 32, 0), Wanted(9, 0, 0, 0)]
)
def test_what_nobody_should_ask_for_is_not_drawn(tmp_path: Path, wanted: Wanted) -> None:
    assert wave_tiles.pixels(_peaks(tmp_path, frames=200_000), wanted) is None
