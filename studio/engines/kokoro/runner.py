"""Speech with Kokoro-82M: eight-bit weights that come with the installation, packed voices. No torch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from studio.engines.shared import nonverbals, speech
from studio.engines.shared.kokoro import model, reading, saying
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_MOST_WORKERS = 4  # each takes some 50 MB


class Runner(BaseRunner):
    """Speaks with the model, several sentences at once where there are several cores."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model and its voices."""
        self._workers = min(_MOST_WORKERS, load.threads or os.cpu_count() or 1)
        self._kokoro = model.Kokoro()
        return self._kokoro.load(load.threads)

    def run(self, context: RunContext) -> Output:
        """Speak all sentences. What cannot be read is said for each, also for those made by an earlier run."""
        texts: dict[int, str] = {}
        styles: dict[str, Sound] = {}
        for piece in speech.pieces_of(context):
            if piece.voice not in self._kokoro.names:
                raise UserMistake(f"Kokoro has no voice {piece.voice!r}.", "`studio voices list` shows the voices.")
            styles[piece.voice] = self._kokoro.style(piece.voice)
            texts[piece.number], lost = reading.readable(piece.text, piece.language)
            if lost:
                context.note(f"{' '.join(lost[:12])} cannot be spoken by this engine; left out.", line=piece.line)
        speed = float(context.params.get("speed", 1.0))
        variation = float(context.params.get("variation", 0.0))
        self._kokoro.start()

        def make(piece: speech.Piece) -> Sound | None:
            voice = saying.Voice(
                self._kokoro,
                styles[piece.voice],
                pitch=nonverbals.MAN if piece.voice[1] == "m" else nonverbals.WOMAN,
                speed=speed,
                variation=variation,
            )
            return voice.say(context, piece, texts[piece.number])

        return speech.speak(context, make, rate=model.RATE, workers=self._workers, stop=self._kokoro.stop)

    def clean_up(self) -> None:
        """Give memory back."""
        self._kokoro.shrink()

    def try_out(self) -> float:
        """Speak a word and return its length in seconds; for the check of an installation."""
        return self._kokoro.try_out()
