"""Sounds and what only looks like one, for every test that takes files from outside. Any thread.

`HOSTILE` maps a name to what such a file is and what has to come of it.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

RATE = 48_000


def noise(frames: int, channels: int = 2, *, seed: int = 1, level: float = 0.2) -> np.ndarray:
    """Return noise that is the same for the same seed."""
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).clip(-1, 1).astype(np.float32)


def programme(frames: int, channels: int = 2, *, seed: int = 1, rate: int = RATE) -> np.ndarray:
    """Return something that codecs are made for: tones that glide, some noise, a quiet stretch."""
    t = np.arange(frames)[:, None] / rate
    tones = np.sin(2 * np.pi * (180 + 90 * np.arange(channels) + 40 * np.sin(t)) * t)
    sound = 0.3 * tones * (np.sin(2 * np.pi * 0.7 * t) > -0.8)
    return (sound + noise(frames, channels, seed=seed, level=0.01)).astype(np.float32)


def wav(
    path: Path,
    data: bytes,
    *,
    channels: int = 1,
    rate: int = RATE,
    bits: int = 16,
    code: int = 1,
    claimed: int | None = None,
) -> Path:
    """Write a WAV file with any header at all."""
    align = channels * bits // 8
    fields = struct.pack("<HHIIHH", code, channels, rate, min(rate * align, 0xFFFFFFFF), align, bits)
    length = len(data) if claimed is None else claimed
    head = struct.pack("<4sI4s4sI", b"RIFF", min(36 + length, 0xFFFFFFFF), b"WAVE", b"fmt ", 16) + fields
    path.write_bytes(head + struct.pack("<4sI", b"data", length) + data)
    return path


def pcm(frames: int, channels: int = 1) -> bytes:
    """Return samples of 16 bits."""
    return (noise(frames, channels) * 32767).astype("<i2").tobytes()


def floats(values: list[float], frames: int = 4800) -> bytes:
    """Return floating point samples, the given ones among them."""
    sound = noise(frames, 1).reshape(-1)
    sound[100 : 100 + len(values)] = values
    return sound.astype("<f4").tobytes()


def encoded(path: Path, form: str, subtype: str | None = None, *, frames: int = RATE, channels: int = 2) -> Path:
    """Write a file with libsndfile."""
    sf.write(path, programme(frames, channels), RATE, subtype, format=form)
    return path


def png(side: int = 2) -> bytes:
    """Return a small picture."""
    row = b"\0" + bytes(range(3)) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg() -> bytes:
    """Return the beginning of a picture."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(200) + b"\xff\xd9"


@dataclass(frozen=True)
class Case:
    """A file from outside. `said` is in the message when it is refused, or in a note when it works."""

    name: str
    make: Callable[[Path], object]
    works: bool
    said: str = ""
    frames: int | None = None
    rewritten: bool = False


def _cut(form: str, ending: str, share: float) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        whole = encoded(path.with_name(f"whole.{ending}"), form).read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return make


def _renamed(form: str, subtype: str | None = None) -> Callable[[Path], object]:
    return lambda path: encoded(path, form, subtype, frames=9600)


def _flac_that_lies(path: Path) -> None:
    data = bytearray(encoded(path.with_name("honest.flac"), "FLAC", frames=9600).read_bytes())
    data[21] |= 0x0F  # the upper bits of how many samples there are
    data[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(data)


def _flac_that_does_not_say(path: Path) -> None:
    data = bytearray(encoded(path.with_name("honest.flac"), "FLAC", frames=9600).read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)


def _with_a_hole(form: str, length: int) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        data = bytearray(encoded(path.with_name(f"honest{path.suffix}"), form, frames=4 * RATE).read_bytes())
        data[len(data) // 2 : len(data) // 2 + length] = bytes(length)
        path.write_bytes(data)

    return make


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _floats(*values: float) -> Callable[[Path], object]:
    return lambda path: wav(path, floats(list(values)), bits=32, code=3)


def _dust(head: bytes, length: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(head + np.random.default_rng(3).bytes(length))


def _list(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text.format(__file__))


HOSTILE: tuple[Case, ...] = (
    Case("empty.wav", lambda p: p.write_bytes(b""), works=False, said="is empty"),
    Case("half-a-header.wav", lambda p: p.write_bytes(wav(p, pcm(9)).read_bytes()[:20]), works=False, said="damaged"),
    Case("truncated.wav", lambda p: wav(p, pcm(4800), claimed=96_000), works=True, frames=4800),
    Case("truncated.flac", _cut("FLAC", "flac", 0.5), works=True, said="truncated.flac"),
    Case("truncated.mp3", _cut("MP3", "mp3", 0.5), works=True, said="truncated.mp3"),
    Case("truncated.ogg", _cut("OGG", "ogg", 0.6), works=True, said="here and there", rewritten=True),
    Case("hole.flac", _with_a_hole("FLAC", 20_000), works=True, said="is damaged after", rewritten=True),
    Case("hole.ogg", _with_a_hole("OGG", 3000), works=True, said="here and there", rewritten=True),
    Case("hole.mp3", _with_a_hole("MP3", 700), works=True, said="here and there", rewritten=True),
    Case("really-flac.wav", _renamed("FLAC"), works=True, frames=9600),
    Case("really-wav.mp3", _renamed("WAV"), works=True, frames=9600),
    Case("really-wav.raw", _renamed("WAV"), works=True, frames=9600),
    Case("really-ogg", _renamed("OGG"), works=True, frames=9600),
    Case("one-sample.wav", lambda p: wav(p, b"\1\2"), works=True, frames=1),
    Case("no-samples.wav", lambda p: wav(p, b""), works=False, said="holds no sound"),
    Case("no-channels.wav", lambda p: wav(p, pcm(100), channels=0), works=False, said="damaged"),
    Case("64-channels.wav", lambda p: wav(p, pcm(480, 64), channels=64), works=True, frames=480),
    Case("65-channels.wav", lambda p: wav(p, pcm(480, 65), channels=65), works=False, said="65 channels"),
    Case("8-khz.wav", lambda p: wav(p, pcm(800), rate=8000), works=True, frames=800),
    Case("384-khz.wav", lambda p: wav(p, pcm(3840), rate=384_000), works=True, frames=3840),
    Case("rate-0.wav", lambda p: wav(p, pcm(100), rate=0), works=False),
    Case("rate-4-billion.wav", lambda p: wav(p, pcm(100), rate=0xFFFFFFFF), works=False),
    Case("no-bits.wav", lambda p: wav(p, pcm(100), bits=0), works=False, said="damaged"),
    Case("nan.wav", _floats(np.nan, np.nan, np.nan), works=True, said="3 samples", rewritten=True),
    Case("infinity.wav", _floats(np.inf, -np.inf), works=True, said="2 samples", rewritten=True),
    Case("enormous.wav", _floats(1e30), works=True, said="1 samples", rewritten=True),
    Case("offset.wav", lambda p: wav(p, np.full(4800, 9000, "<i2").tobytes()), works=True, said="off centre"),
    Case("silent.wav", lambda p: wav(p, bytes(9600)), works=True, said="silent"),
    Case("claims-4-billion.wav", lambda p: wav(p, pcm(4800), claimed=0xFFFFFFFF), works=True, frames=4800),
    Case("claims-too-much.flac", _flac_that_lies, works=True, said="claims to last", frames=9600),
    Case("does-not-say.flac", _flac_that_does_not_say, works=True, frames=9600),
    Case("photo.wav", lambda p: p.write_bytes(jpeg()), works=False, said="is a JPEG picture"),
    Case("picture.mp3", lambda p: p.write_bytes(png()), works=False, said="is a PNG picture"),
    Case("letter.wav", lambda p: p.write_text("Dear all, this is a letter.\n" * 50), works=False, said="is a text"),
    Case("dust.wav", _dust(b"", 50_000), works=False),
    Case("dust-in-riff.wav", _dust(b"RIFF\0\0\0\0WAVE", 9000), works=False),
    Case("list.m4a", _list("#EXTM3U\n{}\n"), works=False, said="is a playlist"),
    Case("list.webm", _list("ffconcat version 1.0\nfile {}\n"), works=False, said="is a playlist"),
    Case("dust.m4a", _dust(b"\0\0\0\x18ftypM4A ", 9000), works=False),
    Case("tags-alone.mp3", lambda p: p.write_bytes(b"ID3\4\0\0\0\0\0\x0a" + bytes(10)), works=False, said="tags"),
    Case("tags-that-lie.mp3", lambda p: p.write_bytes(b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(10)), works=False),
    Case("a-folder.wav", Path.mkdir, works=False, said="is a folder"),
    Case("a-loop.wav", _loop, works=False, said="cannot be read"),
    Case("a-pipe.wav", os.mkfifo, works=False, said="no plain file"),
    Case("nothing.wav", lambda p: None, works=False, said="There is no file"),
    Case("x" * 300 + ".wav", lambda p: None, works=False, said="cannot be read"),
    Case("control\n\x1b[31m.wav", lambda p: p.write_bytes(jpeg()), works=False, said="control??[31m.wav"),
)  # fmt: skip
