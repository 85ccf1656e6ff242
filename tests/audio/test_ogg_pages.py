"""Pages of Ogg files: ours are whole and numbered alike; of foreign ones, what is missing is seen."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from studio.audio import ogg_pages, writing
from studio.audio.writing import Format
from tests.audio import sounds


def _made(path: Path, kind: str = "ogg") -> bytes:
    with writing.open_encoder(path, Format(kind), rate=48_000, channels=2) as encoder:
        encoder.write(sounds.programme(60_000))
    return path.read_bytes()


def _pages(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    while data:
        lengths = data[27 : 27 + data[26]]
        size = 27 + len(lengths) + sum(lengths)
        found.append(data[:size])
        data = data[size:]
    return found


def _slow_checksum(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


@pytest.mark.parametrize("kind", ["ogg", "opus"])
def test_our_pages_are_whole_and_bear_one_number(kind: str, tmp_path: Path) -> None:
    pages = _pages(_made(tmp_path / "x", kind))
    assert len(pages) > 3
    for page in pages:
        (said,) = struct.unpack_from("<I", page, 22)
        bare = page[:22] + bytes(4) + page[26:]
        assert said == _slow_checksum(bare) == ogg_pages.checksum(bare)
    assert len({page[14:18] for page in pages}) == 1
    assert ogg_pages.broken(tmp_path / "x") == 0


@pytest.mark.parametrize("broken", ["flipped", "missing", "junk", "cut", "none"])
def test_what_is_broken_is_counted(broken: str, tmp_path: Path) -> None:
    pages = _pages(_made(tmp_path / "x"))
    middle = len(pages) // 2
    if broken == "flipped":
        pages[middle] = pages[middle][:-5] + bytes([pages[middle][-5] ^ 1]) + pages[middle][-4:]
    if broken == "missing":
        del pages[middle]
    if broken == "junk":
        pages.insert(middle, b"Og" + bytes(70_000) + b"Ogg")
    if broken == "cut":
        pages[-1] = pages[-1][:-1]
    (tmp_path / "x").write_bytes(b"".join(pages))
    assert ogg_pages.broken(tmp_path / "x") == (broken != "none")
