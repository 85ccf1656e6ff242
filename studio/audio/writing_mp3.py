"""MP3 files, through LAME. In front goes a frame that says how long the sound really is, and how to seek in it."""

from __future__ import annotations

import struct
from pathlib import Path

import lameenc
import numpy as np

from studio.audio import mp3_frames
from studio.audio.dither import Quantiser
from studio.audio.reading import Block
from studio.audio.writing import Encoder
from studio.worker.failures import UserMistake

_EFFORT = 5  # LAME's scale; 2 costs more than twice the time
_DEFAULT_BITRATE = 96  # kbit/s a channel
_MTRH = 4
_PREFERRED = 64  # kbit/s that there are at every rate


class Mp3Encoder(Encoder):
    """A constant bit rate, or a quality with a variable one."""

    def __init__(self, path: Path, rate: int, channels: int, *, bitrate: int, vbr: float | None) -> None:
        super().__init__(rate, channels)
        self._bitrate = bitrate or min(_DEFAULT_BITRATE * channels, mp3_frames.bitrates(rate)[-1])
        self._vbr = vbr
        self._lame = self._encoder()
        # The encoder takes 16 bits. What rounding to them adds is far below what the encoding itself does.
        self._quantise = Quantiser(16, channels, dithered=False)
        self._file = path.open("wb")
        self._rest = b""  # of a frame that is not yet whole
        self._sizes: list[int] = []
        self._first: mp3_frames.Frame | None = None

    @property
    def clipped(self) -> int:
        """How many samples did not fit."""
        return self._quantise.clipped

    def _encoder(self) -> lameenc.Encoder:
        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_channels(self.channels)
        encoder.set_in_sample_rate(self.rate)
        encoder.set_out_sample_rate(self.rate)
        encoder.set_quality(_EFFORT)
        if self._vbr is None:
            encoder.set_bit_rate(self._bitrate)
        else:
            encoder.set_vbr(_MTRH)
            encoder.set_vbr_quality(self._vbr)
        return encoder

    def _encode(self, chunk: Block) -> None:
        self._take(bytes(self._lame.encode(self._quantise(chunk).astype("<i2").tobytes())))

    def _take(self, data: bytes) -> None:
        """Write what the encoder gave, and note where its frames end."""
        if self._first is None and len(data) >= 4:
            self._first = mp3_frames.parse(int.from_bytes(data[:4], "big"))
            if self._first:
                self._file.write(self._index())  # the same size again when all is known
        self._file.write(data)
        data = self._rest + data
        at = 0
        while at + 4 <= len(data):
            frame = mp3_frames.parse(struct.unpack_from(">I", data, at)[0])
            if frame is None or at + frame.length > len(data):
                break
            self._sizes.append(frame.length)
            at += frame.length
        self._rest = data[at:]

    def _finish(self) -> None:
        if not self.frames:
            self._take(bytes(self._lame.encode(np.zeros((1, self.channels), "<i2").tobytes())))
        self._take(bytes(self._lame.flush()))
        if self._first is None:
            raise UserMistake("The MP3 encoder gave nothing.", "Choose another bit rate.")
        self._file.seek(0)
        self._file.write(self._index())

    def _index(self) -> bytes:
        assert self._first is not None
        return mp3_frames.full_index(
            self._first,
            frames=len(self._sizes),
            samples=self.frames,
            sizes=self._sizes or [1],
            variable=self._vbr is not None,
            quality=100 - round(10 * self._vbr) if self._vbr is not None else 50,
            bitrate=self._bitrate if self._vbr is None else _PREFERRED,
        )

    def _release(self) -> None:
        self._file.close()
