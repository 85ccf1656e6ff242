"""Records a microphone into a WAV file of floats. Owned by one thread; a thread of its own writes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.audio.playing import devices
from studio.audio.playing.meters import peak_of
from studio.audio.playing.ring import Ring
from studio.audio.playing.wav_stream import WavStream
from studio.errors import StudioError
from studio.store import atomic

_BUFFER = 10.0  # seconds that a slow disk may keep us waiting
_TICK = 0.05  # seconds between two writes
Tell = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class Wish:
    """What is to be recorded, and where to."""

    file: Path
    device: str
    rate: int
    channels: int


class Recorder:
    """One recording: begins when it is made, ends with `finish`."""

    def __init__(self, wish: Wish, tell: Tell) -> None:
        self._wish = wish
        self._tell = tell
        self._ring = Ring(int(_BUFFER * wish.rate), wish.channels)
        self._ending = threading.Event()
        self.lost = 0  # frames that came while there was no room
        self.frames = 0
        self._peak = peak_of(np.zeros(0))
        self._input = devices.open_input(wish.device, wish.rate, wish.channels, self._taken)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def state(self) -> dict[str, Any]:
        """How far it is, and how loud it was lately."""
        peak, self._peak = self._peak, peak_of(np.zeros(0))
        return {"seconds": self.frames / self._wish.rate, "peak": peak, "lost": self.lost}

    def finish(self) -> None:
        """End it; afterwards the file is whole, and a report has said so or why not."""
        self._input.close()
        self._ending.set()
        self._thread.join()

    def _taken(self, block: np.ndarray) -> None:
        """Take what was heard. The device's thread."""
        if len(block) <= _room(self._ring, self._wish.rate):
            self._ring.put(block)
        else:
            self.lost += len(block)

    def _run(self) -> None:
        wish = self._wish
        try:
            with WavStream(wish.file, wish.rate, wish.channels, replace=False) as out:
                self._tell("recording", {"file": str(wish.file), "device": self._input.name})
                while not self._ending.wait(_TICK) and out.room:
                    self._write(out)
                self._write(out)
        except FileExistsError:
            self._fail(StudioError(f"{wish.file} exists.", "Choose another name."))
        except OSError as e:
            self._fail(atomic.explain(e, f"{wish.file} could not be recorded"))
        else:
            seconds = out.frames / wish.rate
            facts = {"file": str(wish.file), "seconds": seconds, "frames": out.frames, "rate": wish.rate}
            self._tell("recorded", {**facts, "channels": wish.channels, "lost": self.lost})

    def _fail(self, error: StudioError) -> None:
        self._tell("failed", {"order": "record", "message": error.message, "hint": error.hint})

    def _write(self, out: WavStream) -> None:
        block = np.zeros((self._ring.waiting, self._wish.channels), np.float32)
        block = block[: self._ring.take(block)]
        out.write(block)
        self.frames = out.frames
        self._peak = max(self._peak, peak_of(block))


def _room(ring: Ring, rate: int) -> int:
    return int(_BUFFER * rate) - ring.waiting
