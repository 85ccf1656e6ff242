"""Frames of MP3 files: found behind junk, counted, and told to players."""

from __future__ import annotations

import io
import struct

import pytest

from studio.audio import mp3_frames, writing
from studio.audio.writing import Format
from tests.audio import sounds


def _bare(tmp_path, rate: int = 48_000, **quality) -> bytes:
    path = tmp_path / "x.mp3"
    with writing.open_encoder(path, Format("mp3", **quality), rate=rate, channels=2) as encoder:
        encoder.write(sounds.programme(rate, rate=rate))
    return path.read_bytes()


@pytest.mark.parametrize("rate", mp3_frames.rates())
@pytest.mark.parametrize("quality", [{}, {"vbr": 3.0}])
def test_the_frame_in_front_counts_the_others(rate: int, quality, tmp_path) -> None:
    data = _bare(tmp_path, rate, **quality)
    file = io.BytesIO(data)
    first = mp3_frames.parse(int.from_bytes(data[:4], "big"))
    assert first
    assert (first.rate, first.channels) == (rate, 2)
    at = 4 + first.side_info
    assert data[at : at + 4] == (b"Xing" if quality else b"Info")
    _, frames, size = struct.unpack_from(">III", data, at + 4)
    assert size == len(data)
    assert mp3_frames.count(file, first.length) == frames
    assert mp3_frames.has_index(file, 0)
    assert not mp3_frames.has_index(file, first.length)
    table = data[at + 16 : at + 116]
    assert list(table) == sorted(table)
    delay = int.from_bytes(data[at + 141 : at + 144], "big")
    assert frames * first.samples - (delay >> 12) - (delay & 0xFFF) == rate


def test_the_first_frame_is_found_behind_tags_and_junk(tmp_path) -> None:
    data = _bare(tmp_path)
    junk = b"ID3\3\0\0\0\0\1\0" + bytes(128) + b"\xff\xfb\x90\x64" + bytes(50)
    file = io.BytesIO(junk + data)
    assert mp3_frames.after_id3(file) == 138
    assert mp3_frames.find_first(file, 138) == len(junk)


@pytest.mark.parametrize("header", [0, 0xFFFFFFFF, 0xFFFB0000, 0xFFFBF000, 0xFFEB9000, 0xFFFD9000, 0xFFFB9C00])
def test_what_is_no_header_is_none(header: int) -> None:
    assert mp3_frames.parse(header) is None


def test_bit_rates_follow_the_rate() -> None:
    assert mp3_frames.bitrates(48_000)[-1] == 320
    assert mp3_frames.bitrates(22_050)[-1] == 160
    assert mp3_frames.rates() == (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
