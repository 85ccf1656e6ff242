# pyright: basic, reportMissingImports=false
"""Speech by Pocket TTS, in voices that come with it and in voices taken from recordings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import wording
from weights import RATE

from studio.engines.shared import portions, speech
from studio.engines.shared.neural import checkpoint, memory, proof
from studio.protocol import float_wav, messages
from studio.protocol.recordings import is_reference
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from machine import Machine, Manner, Voice
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_OWN_FOLDER = "pocket"  # a folder may hold the model under this name
_LANGUAGES = "languages"
_WEIGHTS, _WORDS, _VOICES = "model.safetensors", "tokenizer.json", "embeddings"
_WAY_OUT = "`studio models download pocket` loads it; `--set model=DIR` names a folder that has it."
_CLONING = "`studio models download pocket-cloning` loads one that can; choose it with `--set model=pocket-cloning`."
_SHORTEST, _LONGEST = 1.0, 30.0  # seconds of a recording that are heard


class Runner(BaseRunner):
    """Holds the models of the languages that the last job spoke."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Find the folders; which languages are wanted, a job says."""
        if not load.model:
            raise UserMistake("There is no model for Pocket TTS.", _WAY_OUT)
        root = Path(load.model)
        self._roots = [root, root / _OWN_FOLDER, *checkpoint.parts_of(load).values()]
        if not any((place / _LANGUAGES).is_dir() for place in self._roots):
            raise UserMistake(f"There is no Pocket TTS in {root}: it has no folder {_LANGUAGES}.", _WAY_OUT)
        self._device = load.device
        self._machines: dict[str, Machine] = {}
        memory.begin(load.threads)
        return {**proof.versions("torch", "transformers"), "precision": "fp32", "sample_rate": RATE}

    def run(self, context: RunContext) -> Output:
        """Speak all sentences. What cannot be done as asked is said before any is made."""
        from machine import Manner

        if "math_attention" in context.rungs:
            memory.math_attention()
        pieces = speech.pieces_of(context)
        params = context.params
        manner = Manner(
            float(params.get("temperature", 0.3)), int(params.get("steps", 1)), float(params.get("end_threshold", -4.0))
        )
        wanted = dict.fromkeys(_language(piece) for piece in pieces)
        self._machines = {language: made for language, made in self._machines.items() if language in wanted}
        for language in wanted:
            context.progress(speech.STAGE)
            context.check_cancelled()
            if language not in self._machines:
                self._machines[language] = self._loaded(language)
        found: dict[tuple[str, str], Voice] = {}
        for piece in pieces:
            language = _language(piece)
            if (piece.voice, language) not in found:
                context.check_cancelled()
                found[piece.voice, language] = self._voice(context, piece.voice, language)

        def make(piece: speech.Piece) -> Sound | None:
            if "empty_cache" in context.rungs:
                self.clean_up()
            language = _language(piece)
            return self._said(context, piece, self._machines[language], found[piece.voice, language], manner)

        return speech.speak(context, make, rate=RATE)

    def clean_up(self) -> None:
        """Give memory back."""
        memory.give_back()

    def _loaded(self, language: str) -> Machine:
        from machine import Machine

        return Machine(self._file(language, _WEIGHTS), self._file(language, _WORDS), self._device)

    def _said(
        self, context: RunContext, piece: speech.Piece, machine: Machine, voice: Voice, manner: Manner
    ) -> Sound | None:
        import numpy as np

        parts = _portions(piece, machine)
        total, done = sum(map(len, parts)) or 1, 0
        sounds: list[Sound] = []
        for number, part in enumerate(parts):

            def look(share: float, done: int = done, part: str = part) -> None:
                context.check_cancelled()
                through = (done + share * len(part)) / total
                context.progress(speech.STAGE, piece.begin + (piece.end - piece.begin) * 0.99 * through)

            said = machine.say(part, voice, manner, piece.seed + number, look)
            if not said.ended:
                context.note("The model came to no end and was stopped. Another seed may help.", line=piece.line)
            sounds.append(said.sound)
            done += len(part)
        return np.concatenate(sounds) if sounds else None

    def _voice(self, context: RunContext, voice: str, language: str) -> Voice:
        """Return a voice: one of the model's, or what is heard in a recording."""
        machine = self._machines[language]
        if not is_reference(voice):
            return machine.own(self._file(language, _VOICES, f"{voice.replace('-', '_')}.safetensors"))
        if not machine.hears:
            raise UserMistake("The model that was loaded cannot take a voice from a recording.", _CLONING)
        files: dict[str, str] = context.inputs.get("files", {})
        if not files.get(voice):
            raise UserMistake("A voice is to be taken from a recording, but there is none.", "Name a sound file.")
        context.progress("listening to the voice")
        return machine.heard(_recording(Path(files[voice])))

    def _file(self, language: str, *names: str) -> Path:
        """Return a file of a language, wherever it is: the weights may lie apart from the words and voices."""
        path = Path(_LANGUAGES, wording.FOLDERS[language], *names)
        found = next((root / path for root in self._roots if (root / path).is_file()), None)
        if found is None:
            raise UserMistake(f"The model that was loaded has no {path.as_posix()}.", _WAY_OUT)
        return found


def _portions(piece: speech.Piece, machine: Machine) -> list[str]:
    """Return a sentence as the model reads it, in portions that fit as they are read: an end may have been added."""
    language = _language(piece)

    def read(part: str) -> str:
        return wording.readable(part, language)

    parts = portions.cut(piece.text, lambda part: machine.takes(read(part)))
    return [readable for part in parts if (readable := read(part))]


def _language(piece: speech.Piece) -> str:
    code = piece.language.partition("-")[0].lower()
    if code not in wording.FOLDERS:
        raise UserMistake(
            f"Pocket TTS does not speak {piece.language!r}, which line {piece.line} is in.",
            f"It speaks {', '.join(wording.FOLDERS)}.",
        )
    return code


def _recording(file: Path) -> Sound:
    """Read a recording as the studio prepares it; no more than the model listens to."""
    import numpy as np

    about = float_wav.read_float_wav(file)
    if about.rate != RATE or about.channels != 1:
        raise UserMistake(f"The recording is not one channel at {RATE / 1000:.0f} kHz.", "Let the studio prepare it.")
    if about.frames < _SHORTEST * RATE:
        raise UserMistake("The recording is too short.", "Take 5 to 15 seconds of clear speech.")
    samples: Sequence[float] = float_wav.read_samples(file)
    return np.array(samples, np.float32)[: round(_LONGEST * RATE)]
