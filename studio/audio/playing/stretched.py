"""Faster and slower at the same pitch, as a stream: for listening, not for what is exported. The source's thread.

Overlapping windows are taken from the sound at the speed wanted; each is moved by up to a few milliseconds to where it
fits best to what would have followed the window before (waveform similarity). The stretcher that clips go through works
on whole sounds only, so it cannot serve here: in pieces its tones come out broken.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import next_fast_len

from studio.audio.playing.source import Block, Straight, Turn

_STEP = 0.02  # seconds of output a window
_SEARCH = 0.012  # seconds a window may move either way


class Stretched:
    """A source that passes another at `speed`."""

    def __init__(self, source: Straight, speed: float, rate: int) -> None:
        self.speed = speed
        self._source = source
        self._step = max(2, round(_STEP * rate))
        self._search = max(1, round(_SEARCH * rate))
        self._window = (0.5 - 0.5 * np.cos(np.arange(2 * self._step) * np.pi / self._step)).astype(np.float32)[:, None]
        self._fft = next_fast_len(2 * self._step + 2 * self._search + 1, real=True)
        # Of the sound: what is in memory, from where on, and how long it is, once that is known.
        self._sound = np.zeros((0, 2), np.float32)
        self._from = 0
        self._length: int | None = None
        self._turns: list[Turn] = []
        self._windows = 0
        self._last = 0  # where in the sound the last window began
        self._tail = np.zeros((self._step, 2), np.float32)  # its second half, faded out
        self._ready = np.zeros((0, 2), np.float32)
        self._given = 0

    def next(self, frames: int) -> Block:
        """Return the next frames."""
        parts = [self._ready]
        have = len(self._ready)
        while have < frames and not self._over():
            parts.append(self._one_step())
            have += self._step
        ready = np.concatenate(parts)
        if self._length is not None:
            ready = ready[: max(0, round(self._length / self.speed) - self._given)]
        block, self._ready = ready[:frames], ready[frames:]
        turns = self._take_turns(self._given + len(block))
        self._given += len(block)
        return Block(block, turns)

    def _over(self) -> bool:
        return self._length is not None and self._windows * self._step >= self._length / self.speed

    def _one_step(self) -> np.ndarray:
        wanted = round(self._windows * self._step * self.speed)
        if self._windows:
            start = self._best_near(wanted)
            out = self._tail + self._at(start, self._step) * self._window[: self._step]
        else:
            start = 0
            out = self._at(0, self._step)  # begins at once, as it is
        self._tail = self._at(start + self._step, self._step) * self._window[self._step :]
        self._last = start
        self._windows += 1
        self._forget(min(start, round(self._windows * self._step * self.speed) - self._search))
        return out

    def _best_near(self, wanted: int) -> int:
        """Return where near a place the sound is most like what follows the last window."""
        natural = self._last + self._step
        lowest = max(0, wanted - self._search)
        span = wanted + self._search - lowest
        size = 2 * self._step
        template = self._at(natural, size)
        if not template.any():
            return wanted  # after silence anything fits
        sound = self._at(lowest, span + size)
        # A channel each, since two that are each other's opposite would cancel in a sum.
        both = np.fft.rfft(sound, self._fft, axis=0) * np.conj(np.fft.rfft(template, self._fft, axis=0))
        fits = np.fft.irfft(both.sum(axis=1), self._fft)[: span + 1]
        power = np.concatenate(([0.0], np.cumsum(np.einsum("ij,ij->i", sound, sound, dtype=np.float64))))
        energy = power[size : size + span + 1] - power[: span + 1]
        score = fits / np.sqrt(np.maximum(energy, 1e-9))
        return lowest + int(np.argmax(score))

    def _at(self, place: int, count: int) -> np.ndarray:
        """Return a piece of the sound; silence after its end."""
        missing = place + count - self._from - len(self._sound)
        if missing > 0 and self._length is None:
            block = self._source.next(missing)
            begin = self._from + len(self._sound)
            self._turns += [Turn(begin + turn.offset, turn.position) for turn in block.turns]
            self._sound = np.concatenate((self._sound, block.frames))
            if len(block.frames) < missing:
                self._length = begin + len(block.frames)
        piece = self._sound[place - self._from : place - self._from + count]
        if len(piece) < count:
            piece = np.concatenate((piece, np.zeros((count - len(piece), 2), np.float32)))
        return piece

    def _forget(self, before: int) -> None:
        drop = min(before - self._from, len(self._sound))
        if drop > 0:
            self._sound = self._sound[drop:]
            self._from += drop

    def _take_turns(self, until: int) -> tuple[Turn, ...]:
        """Return the turns of the sound that fall into the block, as places in it."""
        due = [turn for turn in self._turns if turn.offset / self.speed < until]
        self._turns = self._turns[len(due) :]
        return tuple(Turn(max(0, round(turn.offset / self.speed) - self._given), turn.position) for turn in due)
