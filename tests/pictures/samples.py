"""Pictures of every kind, good and hostile, made on the spot."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studio.protocol import framing, messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext
from studio.worker.runner import Output

SIZE = (48, 32)


def picture(width: int = SIZE[0], height: int = SIZE[1], mode: str = "RGB") -> Image.Image:
    """A picture in which every place differs."""
    y, x = np.mgrid[:height, :width]
    channels = [x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x * y) % 256]
    image = Image.fromarray(np.stack(channels, 2).astype(np.uint8))
    if mode == "RGBA":
        image.putalpha(Image.fromarray(((x + y) * 3 % 256).astype(np.uint8)))
        return image
    return image.convert(mode)


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, rows: bytes | None = None) -> bytes:
    """A PNG of 8-bit grey, perhaps one that lies about its size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(rows if rows is not None else b"\0" * (width + 1) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file's bytes."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


class Task:
    """One task of the picture process, run in this one."""

    def __init__(self, scratch: Path, name: str, /, **inputs: Any) -> None:
        self._said = io.BytesIO()
        self.cancel = threading.Event()
        self._name = name
        run = messages.Run(job=1, task=name, params={}, inputs=inputs, seed=0, scratch=str(scratch), parts={})
        self._context = RunContext(run, Channel(io.BytesIO(), self._said), self.cancel)

    def do(self) -> Output:
        """Do it."""
        work: Callable[[RunContext], Output] = import_module(f"studio.pictures.tasks.{self._name}").run
        return work(self._context)

    @property
    def notes(self) -> list[str]:
        """What it had to say."""
        stream = io.BytesIO(self._said.getvalue())
        payloads = iter(lambda: framing.read_frame(stream), None)
        decoded = [messages.decode(payload) for payload in payloads if payload is not None]
        return [message.text for message in decoded if isinstance(message, messages.Note)]
