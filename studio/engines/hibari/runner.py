"""Draft speech with hibari: a model of eight megabytes that comes with the installation. No torch."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from studio.engines.shared import nonverbals, speech
from studio.engines.shared.kokoro import fronts, model, reading
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

VOICE = "heart"
LONGEST = 400  # phonemes the model takes
_LANGUAGE = "en-us"


class Runner(BaseRunner):
    """Speaks with the one voice that the package brings."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model; it is small enough for one thread."""
        import onnxruntime

        assets = model.folder_of("hibari") / "assets"
        weights = (assets / "hibari.onnx").read_bytes()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._net = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokens: dict[str, int] = json.loads((assets / "vocab.json").read_text("utf-8"))
        self._fronts = fronts.FrontEnds()
        return {"precision": "int8", "sha256": hashlib.sha256(weights).hexdigest()}

    def run(self, context: RunContext) -> Output:
        """Speak all sentences. What cannot be read is said for each, also for those made by an earlier run."""
        texts: dict[int, str] = {}
        for piece in speech.pieces_of(context):
            if piece.voice != VOICE:
                raise UserMistake(f"Hibari has no voice {piece.voice!r}.", f"Its one voice is {VOICE}.")
            if not piece.language.startswith("en"):
                raise UserMistake(f"Hibari does not speak {piece.language!r}.", "It speaks English; Kokoro knows more.")
            texts[piece.number], lost = reading.readable(piece.text)
            if lost:
                context.note(f"{' '.join(lost[:12])} cannot be spoken by this engine; left out.", line=piece.line)
        speed = float(context.params.get("speed", 1.0))

        def make(piece: speech.Piece) -> Sound | None:
            def say(words: str) -> Sound | None:
                return self._said(context, piece, words, speed)

            def sound(name: str, number: int, level: float) -> Sound:
                return nonverbals.made(name, piece.seed + number, voice_level=level)

            return nonverbals.sentence(texts[piece.number], nonverbals.NAMES, say=say, sound=sound)

        return speech.speak(context, make, rate=model.RATE)

    def try_out(self) -> float:
        """Speak a word and return its length in seconds; for the check of an installation."""
        import numpy as np

        portions, _ = self._phonemes("Hello.")
        sound = self._sound(portions[0], seed=1, speed=1.0)
        if not np.isfinite(sound).all() or float(np.abs(sound).max(initial=0.0)) < 0.01:
            raise BadNumbers("the word that was spoken for a check is not a sound")
        return sound.size / model.RATE

    def _said(self, context: RunContext, piece: speech.Piece, words: str, speed: float) -> Sound | None:
        portions, lost = self._phonemes(words)
        for word in lost:
            context.note(f"{word!r} cannot be read; left out.", line=piece.line)
        made: list[Sound] = []
        for portion in portions:
            context.check_cancelled()
            made.append(self._sound(portion, seed=piece.seed, speed=speed))
        return model.joined(made)

    def _phonemes(self, words: str) -> tuple[list[str], list[str]]:
        return reading.phonemes(words, self._fronts[_LANGUAGE], frozenset(self._tokens), longest=LONGEST)

    def _sound(self, phonemes: str, *, seed: int, speed: float) -> Sound:
        """Run the network, which gives spectra and pitch, and make sound of them; the seed is for its noise."""
        import numpy as np
        from hibari import dsp

        ids = np.array([[0, *(self._tokens[c] for c in phonemes), 0]], np.int64)
        given = {"ids": ids, "speed": np.array([speed], np.float32)}
        outputs: Any = self._net.run(None, given)
        lh, th, ln, lr, phi, pitch = (part[0] for part in outputs)
        noise = np.random.default_rng(abs(seed))
        return model.trimmed(np.asarray(dsp.synth(lh, th, ln, lr, phi, pitch, noise), np.float32))
