"""A sentence in a voice, its sounds that are no words included: what every engine with this model does. Any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.engines.shared import nonverbals, speech
from studio.engines.shared.kokoro import model, variation, voiced
from studio.worker.context import RunContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SOUNDS = nonverbals.NAMES | voiced.NAMES
"""What an engine with this model can name as its `nonverbals`."""


@dataclass(frozen=True)
class Voice:
    """A voice and how it speaks. `variation` is how far the seed may change the reading, 0 to 1."""

    kokoro: model.Kokoro
    style: Floats
    pitch: float
    speed: float = 1.0
    variation: float = 0.0

    def say(self, context: RunContext, piece: speech.Piece, text: str) -> Floats | None:
        """Speak a piece's text, which `reading.readable` has been through; None when nothing in it can be heard."""
        style, pace = variation.reading_of(self.style, piece.seed, self.variation)

        def words(part: str) -> Floats | None:
            portions, lost = self.kokoro.phonemes(part, piece.language)
            for word in lost:
                context.note(f"{word!r} cannot be read; left out.", line=piece.line)
            made: list[Floats] = []
            for portion in portions:
                context.check_cancelled()
                if made:
                    context.progress(speech.STAGE)
                made.append(self.kokoro.sound(portion, style, self.speed * pace))
            return model.joined(made)

        def sound(name: str, number: int, level: float) -> Floats:
            seed = piece.seed + number
            if name in voiced.NAMES:
                return voiced.made(self.kokoro, name, style, seed, self.pitch)
            return nonverbals.made(name, seed, voice_level=level, pitch=self.pitch)

        return nonverbals.sentence(text, SOUNDS, say=words, sound=sound)
