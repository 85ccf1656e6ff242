"""FLAC, Ogg Vorbis and Opus files, through libsndfile."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from studio.audio import ogg_pages
from studio.audio.dither import Quantiser
from studio.audio.reading import Block
from studio.audio.resampling import Stream
from studio.audio.sinks import SinkWriter
from studio.audio.writing import OPUS_RATES, Encoder, Format

_OPUS_RATE = 48_000
_OPUS_DEFAULT = 64  # kbit/s a channel
_VORBIS_DEFAULT = 0.5
# What Vorbis spends on two channels at its qualities -0.1, 0, ..., 1.
_VORBIS_BITRATES = (45, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)


class FlacEncoder(Encoder):
    """16 or 24 bits with dither, without loss beyond that."""

    def __init__(self, path: Path, bits: int, rate: int, channels: int) -> None:
        super().__init__(rate, channels)
        self._quantise = Quantiser(bits, channels)
        self._bits = bits
        self._file = SinkWriter(path, rate, channels, f"PCM_{bits}", "FLAC")

    @property
    def clipped(self) -> int:
        """How many samples did not fit."""
        return self._quantise.clipped

    def _encode(self, chunk: Block) -> None:
        numbers = self._quantise(chunk).reshape(-1, self.channels)
        self._file.write(numbers.astype(np.int16) if self._bits == 16 else numbers << 8)

    def _finish(self) -> None:
        if not self.frames:
            self._file.write(np.zeros((1, self.channels), np.int16))  # without a sample it would be no file
        self._file.finish()

    def _release(self) -> None:
        self._file.release()


class OggEncoder(Encoder):
    """Vorbis at a quality, or Opus at a bit rate; Opus knows few rates, so it is brought to one."""

    def __init__(self, path: Path, form: Format, rate: int, channels: int) -> None:
        super().__init__(rate, channels)
        self._path = path
        opus = form.kind == "opus"
        kept = not opus or rate in OPUS_RATES
        self._resample = Stream(rate, rate if kept else _OPUS_RATE, channels)
        level = _opus_level(form, channels) if opus else 1.0 - _vorbis_quality(form, channels)
        subtype = "OPUS" if opus else "VORBIS"
        self._file = SinkWriter(path, rate if kept else _OPUS_RATE, channels, subtype, "OGG", compression_level=level)

    def _encode(self, chunk: Block) -> None:
        self._put(self._resample(chunk))

    def _finish(self) -> None:
        if not self.frames:
            self._put(np.zeros((1, self.channels), np.float32))  # without a sample it would be no file
        self._put(self._resample(np.zeros((0, self.channels), np.float32), last=True))
        self._file.finish()
        ogg_pages.renumber(self._path)

    def _release(self) -> None:
        self._file.release()

    def _put(self, block: Block) -> None:
        if len(block):
            self._file.write(self._within(block))


def _opus_level(form: Format, channels: int) -> float:
    """Return libsndfile's number for a bit rate: 0 for 256 kbit/s a channel, 1 for 6."""
    per_channel = form.bitrate / channels if form.bitrate else _OPUS_DEFAULT
    if form.vbr is not None:
        per_channel = 192 * (1 - form.vbr / 10)
    return 1.0 - min(max((per_channel - 6) / 250, 0.0), 1.0)


def _vorbis_quality(form: Format, channels: int) -> float:
    """Return Vorbis's quality, 0 to 1, for what was asked for."""
    if form.vbr is not None:
        return 1.0 - form.vbr / 10
    if not form.bitrate:
        return _VORBIS_DEFAULT
    wanted = form.bitrate * 2 / channels
    for step, (low, high) in enumerate(pairwise(_VORBIS_BITRATES)):
        if wanted < high:
            return min(max((step - 1 + (wanted - low) / (high - low)) / 10, 0.0), 1.0)
    return 1.0
