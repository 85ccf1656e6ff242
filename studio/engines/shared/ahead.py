"""The sound of a job while it is made, for whoever listens: the begin of the result, sample by sample.

Standard library; the worker's main thread. Where nobody listens it does nothing.
"""

from __future__ import annotations

import math

from studio.protocol import float_wav as wav
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers

_NAME = "ahead-{:05}.wav"


class Ahead:
    """Hands over bit by bit what is certain. An engine may `add` what it has of a sentence before that is whole."""

    def __init__(self, context: RunContext, rate: int) -> None:
        self._context = context
        self._rate = rate
        self._number = 0
        self._told = 0  # samples that were handed over
        self._silence = 0  # samples before what comes next
        self._begun = bytearray()  # what was handed over of the sentence that is being made

    @property
    def wanted(self) -> bool:
        """Whether somebody listens."""
        return self._context.ahead

    def silence(self, samples: int) -> None:
        """Note a pause; it is handed over with what follows."""
        self._silence += samples

    def add(self, samples: wav.Samples) -> None:
        """Hand over the next of a sentence that is being made."""
        if not self.wanted:
            return
        view = wav.as_view(samples)
        if not math.isfinite(sum(view)):  # a whole sentence is looked at by `speech`, but this is heard before
            raise BadNumbers("the sound holds values that are not finite")
        self._begun += view.cast("B")
        self._hand_over(view)

    def finish(self, samples: wav.Samples) -> None:
        """Hand over what is left of a sentence that is whole now."""
        if not self.wanted:
            return
        whole, begun = wav.as_view(samples).cast("B"), len(self._begun)
        if whole[:begun] != memoryview(self._begun):  # what is heard is kept; an engine that breaks this has a bug
            raise RuntimeError("what was heard of a sentence is not what was made of it")
        self._begun.clear()
        self._hand_over(whole[begun:].cast("f"))

    def end(self) -> None:
        """Hand over the pause at the end."""
        if self.wanted:
            self._hand_over(memoryview(b"").cast("f"))

    def _hand_over(self, samples: memoryview[float]) -> None:
        if not samples and not self._silence:
            return
        bit = bytes(self._silence * wav.SAMPLE_BYTES) + samples.tobytes()
        self._silence = 0
        name = _NAME.format(self._number)
        with self._context.create(name) as unfinished:
            wav.write_float_wav(unfinished, bit, rate=self._rate)
        self._context.tell_ahead(self._context.scratch / name, self._told)
        self._number += 1
        self._told += len(bit) // wav.SAMPLE_BYTES
