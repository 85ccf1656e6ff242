# pyright: basic, reportMissingImports=false
"""Speech by XTTS: in the voices that come with the model, and in voices taken from recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import checkpoint
import latents
import saying
import spelling

from studio.engines.shared import portions, speech
from studio.engines.shared.ahead import Ahead
from studio.engines.shared.neural import memory
from studio.protocol import messages
from studio.protocol.recordings import is_reference, recordings_of
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_LISTENING = "listening to the voice"
_SHORTEST = 0.5  # seconds of a recording that can be used


@dataclass(frozen=True)
class _Text:
    """A sentence in the portions in which the model takes it."""

    portions: tuple[str, ...]
    language: str


class Runner(BaseRunner):
    """Holds the model."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load it from its folder."""
        folder = checkpoint.found(load.model)
        memory.begin(load.threads)
        model = checkpoint.load(folder)
        self._reading = spelling.Reading(model)
        self._model = saying.Model(model, load.device)
        self._voices = self._model.voices
        return {"precision": "fp32", "languages": len(self._reading.languages), "voices": len(self._voices)}

    def run(self, context: RunContext) -> Output:
        """Speak all sentences. What cannot be done as asked is said before any is made."""
        import torch

        if "math_attention" in context.rungs:
            memory.math_attention()
        pieces = speech.pieces_of(context)
        manner = saying.Manner.of(context.params)
        texts = {piece.number: self._text(context, piece) for piece in pieces}
        voices = {voice: self._voice(context, voice) for voice in dict.fromkeys(piece.voice for piece in pieces)}
        ahead = Ahead(context, saying.RATE)
        hear = ahead.add if ahead.wanted else None

        def make(piece: speech.Piece) -> Sound | None:
            if "empty_cache" in context.rungs:
                memory.give_back()
            torch.manual_seed(piece.seed)
            return self._said(context, piece, texts[piece.number], voices[piece.voice], manner, hear)

        return speech.speak(context, make, rate=saying.RATE, ahead=ahead)

    def clean_up(self) -> None:
        """Give memory back."""
        memory.give_back()

    def _text(self, context: RunContext, piece: speech.Piece) -> _Text:
        """Cut a sentence to what the model takes at once, or say that it may lose the end."""
        context.check_cancelled()
        reading = self._reading
        language = reading.language(piece.language)
        text, said = reading.readable(piece.text, language)
        if said:
            context.note(said, line=piece.line)
        if not text:
            return _Text((), language)
        if context.params.get("split_text", True):
            return _Text(tuple(portions.cut(text, lambda part: reading.fits(part, language))), language)
        if not reading.takes(text, language):
            raise UserMistake(
                f"Line {piece.line} is longer than XTTS takes at once.", "Switch splitting on, or make two of it."
            )
        limit = reading.limit(language)
        if len(text) > limit:
            context.note(f"It has {len(text)} characters, over {limit}: its end may be missing.", line=piece.line)
        return _Text((text,), language)

    def _said(
        self,
        context: RunContext,
        piece: speech.Piece,
        text: _Text,
        voice: latents.Voice,
        manner: saying.Manner,
        hear: Callable[[Sound], None] | None,
    ) -> Sound | None:
        import numpy as np

        made: list[Sound] = []
        total, done = sum(map(len, text.portions)) or 1, 0
        for portion in text.portions:

            def tell(share: float, done: int = done, portion: str = portion) -> None:
                through = (done + share * len(portion)) / total
                context.progress(speech.STAGE, piece.begin + (piece.end - piece.begin) * 0.99 * through)

            said = self._model.say(context, portion, text.language, voice, manner, tell, hear)
            if not said.ended:
                context.note(
                    "The model came to no end and was stopped. Another seed, or more against repeating, may help.",
                    line=piece.line,
                )
            made.append(said.sound)
            done += len(portion)
        return np.concatenate(made) if made else None

    def _voice(self, context: RunContext, voice: str) -> latents.Voice:
        """Return a voice: one of the model's, or what is heard in recordings now or was by an earlier run."""
        if not is_reference(voice):
            return self._own(voice)
        heard = latents.Heard(
            int(context.params.get("reference_seconds", 30)), int(context.params.get("reference_chunk", 4))
        )
        key = context.inputs.get("fits", {}).get(voice, "")
        kept = context.finished_part(key) if key else None
        if kept is not None:
            try:
                return latents.read(kept, heard, self._model.widths)
            except latents.Damaged as e:
                context.log(f"the voice of {voice} is taken from its recording again: {e}")
        context.progress(_LISTENING)
        found = self._model.heard(context, _recordings(context.inputs.get("files", {}), voice), heard)
        if key:
            name = f"voice-{sorted(context.inputs['fits']).index(voice):03}.bin"
            with context.create(name) as unfinished:
                latents.write(unfinished, found, heard)
            context.keep_part(key, context.scratch / name)
        return found

    def _own(self, voice: str) -> latents.Voice:
        own = self._voices.get(voice)
        if own is None:
            raise UserMistake(
                f"The model that was loaded has no voice {voice!r}.",
                "Speak from a recording, or use a model whose folder has speakers_xtts.pth with that voice.",
            )
        try:
            latents.check(own, self._model.widths)
        except latents.Damaged as e:
            raise UserMistake(f"The voice {voice!r} cannot be used: {e}.", checkpoint.WAY_OUT) from e
        return own


def _recordings(files: Mapping[str, str], voice: str) -> list[Path]:
    """Return a voice's recordings, the first of them first; each must be long enough to hear something."""
    import soundfile

    found = [Path(files[role]) for role in recordings_of(voice, files)]
    if not found:
        raise UserMistake("A voice is to be taken from a recording, but there is none.", "Name a sound file.")
    for file in found:
        try:
            about = soundfile.info(str(file))
        except (OSError, soundfile.LibsndfileError) as e:
            raise UserMistake(f"The recording {file.name} cannot be read: {e}", "Name another sound file.") from e
        if about.frames < _SHORTEST * about.samplerate:
            raise UserMistake("The recording is too short.", "Take 5 to 15 seconds of clear speech.")
    return found
