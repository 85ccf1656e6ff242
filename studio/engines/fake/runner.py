"""The fake engine: a tone for each sentence, its first half ahead, and any misbehaviour. Standard library only."""

from __future__ import annotations

import hashlib
import math
from array import array
from typing import Any

import misbehaviour

from studio.engines.shared import speech
from studio.engines.shared.ahead import Ahead
from studio.protocol import messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

RATE = 24000
_BASES = {"low": 160.0, "high": 400.0}  # Hz; each voice keeps to its octave
_FADE = RATE // 200
_STEP = 0.2  # seconds between two reports of progress
_SLOW = 1.0


class Runner(BaseRunner):
    """Behaves as `load.settings["behaviour"]` says."""

    _behaviour = "ok"

    def greet(self, channel: Channel, hello: messages.Hello, load: messages.Load) -> None:
        """Say hello, or what stands in its place."""
        self._behaviour = str(load.settings.get("behaviour", "ok"))
        greeting = misbehaviour.GREETINGS.get(self._behaviour)
        if greeting:
            greeting(channel, hello)
        else:
            channel.send(hello)

    def load(self, load: messages.Load) -> dict[str, Any]:
        """There is no model; the facts are those that were asked for."""
        return {"precision": load.precision}

    def run(self, context: RunContext) -> Output:
        """Speak, with the misfortune before the middle sentence, so that some are finished and some are not."""
        middle = len(context.inputs["pieces"]) // 2
        ahead = Ahead(context, RATE)

        def make(piece: speech.Piece) -> array[float]:
            if piece.number == middle:
                spoiled = self._misfortune(context)
                if spoiled is not None:
                    return spoiled
            sound = _tone(piece)
            ahead.add(sound[: len(sound) // 2])
            self._take_time(context, piece)
            return sound

        output = speech.speak(context, make, rate=RATE, ahead=ahead)
        announce = misbehaviour.RESULTS.get(self._behaviour)
        return announce(output) if announce else output

    def clean_up(self) -> None:
        """Nothing to free; may crash."""
        misfortune = misbehaviour.CLEAN_UPS.get(self._behaviour)
        if misfortune:
            misfortune()

    def _misfortune(self, context: RunContext) -> array[float] | None:
        misfortune = misbehaviour.MID_RUN.get(self._behaviour)
        if misfortune:
            misfortune()
        ailment = misbehaviour.AILMENTS.get(self._behaviour)
        cure = context.params.get("until") or misbehaviour.FIRST_RUNGS.get(self._behaviour)
        return ailment() if ailment and cure not in context.rungs else None

    def _take_time(self, context: RunContext, piece: speech.Piece) -> None:
        seconds = float(context.params.get("seconds", 0.0))
        if self._behaviour == "slow":
            seconds = max(seconds, _SLOW)
        steps = math.ceil(seconds / _STEP)
        for step in range(steps):
            context.progress(speech.STAGE, piece.begin + (piece.end - piece.begin) * step / steps)
            context.wait(seconds / steps)


def _tone(piece: speech.Piece) -> array[float]:
    """A tone whose pitch tells voice, text and seed, as long as the text is."""
    digest = hashlib.sha256(f"{piece.voice}\n{piece.seed}\n{piece.text}".encode()).digest()
    base = _BASES.get(piece.voice, 250.0)
    step = 2 * math.pi * base * 2 ** (int.from_bytes(digest[:4], "little") / 2**32) / RATE
    frames = int(RATE * min(1.0, max(0.1, 0.06 * len(piece.text))))
    samples = array("f", (0.2 * math.sin(step * n) for n in range(frames)))
    for n in range(_FADE):
        samples[n] *= n / _FADE
        samples[-1 - n] *= n / _FADE
    return samples
