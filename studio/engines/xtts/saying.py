# pyright: basic, reportMissingImports=false
"""The loaded model at work: a voice out of recordings, a portion of text in a voice. The worker's main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sounding
from latents import Heard, Voice

from studio.engines.shared.neural import loading, placing, proof
from studio.worker.context import RunContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

Look = Callable[[], None]

RATE = 24_000
_FADE = 0.004  # seconds at both ends of a portion, so that no two meet in a click
_FRAMES_A_CHARACTER = 1.5  # some 21 frames of the model are a second, and some 15 characters


@dataclass(frozen=True)
class Manner:
    """How the model chooses, by its own names, and the pace of what comes of it."""

    choosing: Mapping[str, Any]
    speed: float

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Manner:
        """Take it from a job's parameters."""
        numbers = {"temperature": 0.65, "repetition_penalty": 2.0, "length_penalty": 1.0, "top_p": 0.85}
        counts = {"top_k": 50, "num_beams": 1}
        return cls(
            {
                **{name: float(params.get(name, plain)) for name, plain in numbers.items()},
                **{name: int(params.get(name, plain)) for name, plain in counts.items()},
            },
            float(params.get("speed", 1.0)),
        )


@dataclass(frozen=True)
class Said:
    """A portion as sound; `ended`: whether the model came to an end by itself."""

    sound: Sound
    ended: bool


class Model:
    """XTTS on its device. Between its layers it looks whether the job is to end."""

    def __init__(self, model: Any, device: str) -> None:
        place = placing.torch_device(device)
        self._model = model.to(place)
        placing.require_on(self._model, place)
        self._context: RunContext | None = None
        self._most_frames = int(model.gpt.max_gen_mel_tokens)
        for part in (*model.gpt.gpt.h, *model.hifigan_decoder.modules()):
            part.register_forward_pre_hook(lambda *_: self._look())

    @property
    def widths(self) -> tuple[int, int]:
        """How wide the two halves of a voice are for this model."""
        arguments = self._model.args
        return int(arguments.gpt_n_model_channels), int(arguments.d_vector_dim)

    @property
    def voices(self) -> dict[str, Voice]:
        """The voices that come with the model, by their ids."""
        manager = self._model.speaker_manager
        named = manager.speakers if manager else {}
        return {
            str(name).casefold().replace(" ", "-"): Voice(about["gpt_cond_latent"], about["speaker_embedding"])
            for name, about in named.items()
        }

    def heard(self, context: RunContext, files: Sequence[Path], heard: Heard) -> Voice:
        """Take a voice from recordings."""
        self._context = context
        manner, timbre = self._model.get_conditioning_latents(
            audio_path=[str(file) for file in files],
            max_ref_length=heard.seconds,
            gpt_cond_len=heard.seconds * len(files),
            gpt_cond_chunk_len=min(heard.chunk, heard.seconds),
        )
        for values in (manner, timbre):
            proof.finite(values, "what was taken from the recording")
        return Voice(manner, timbre)

    def say(
        self,
        context: RunContext,
        text: str,
        language: str,
        voice: Voice,
        manner: Manner,
        tell: Callable[[float], None],
        hear: Callable[[Sound], None] | None = None,
    ) -> Said:
        """Speak a portion, by the seed that torch has now; `tell` hears how far it is, from 0 to 1.

        `hear` is given the sound while it is made, as far as it is certain; what is made is the same without it. With
        several beams nothing is certain before the end.
        """
        expected = max(1.0, len(text) * _FRAMES_A_CHARACTER)
        frames = 0

        def look() -> None:
            nonlocal frames
            frames += 1
            context.check_cancelled()
            tell(min(1.0, frames / expected))

        self._context = context
        speak = self._at_once if manner.choosing["num_beams"] > 1 else self._bit_by_bit
        with loading.quiet():
            sound = speak(text, language, voice, manner, look, hear)
        return Said(sound, ended=frames < self._most_frames)

    def _bit_by_bit(
        self, text: str, language: str, voice: Voice, manner: Manner, look: Look, hear: Callable[[Sound], None] | None
    ) -> Sound:
        """Decode what the model thinks as it goes; the library has it think all of it a second time for that."""
        import numpy as np
        import torch

        model = self._model
        decoding = sounding.Decoding(model.hifigan_decoder, voice.timbre.to(model.device), manner.speed)
        bits: list[Sound] = []

        def take(bit: Sound) -> None:
            if bit.size:
                if not bits:
                    _fade(bit)
                bits.append(bit)
                if hear:
                    hear(bit)

        def step() -> None:
            look()
            while hear and decoding.due:
                take(decoding.next())

        def think(_layer: Any, _given: Any, thought: Any) -> None:
            decoding.add(thought[:, -1])

        language = language.partition("-")[0]
        signs = torch.IntTensor(model.tokenizer.encode(text.strip().lower(), lang=language))[None].to(model.device)
        thinking = model.gpt.final_norm.register_forward_hook(think)
        try:
            with torch.inference_mode():
                model.gpt.generate(
                    cond_latents=voice.manner.to(model.device), text_inputs=signs, do_sample=True,
                    num_return_sequences=1, **manner.choosing, stopping_criteria=_each_frame(step),
                )  # fmt: skip
        finally:
            thinking.remove()
        *rest, last = decoding.rest()
        _fade(last[::-1])
        for bit in (*rest, last):
            take(bit)
        return np.concatenate(bits)

    def _at_once(
        self, text: str, language: str, voice: Voice, manner: Manner, look: Look, hear: Callable[[Sound], None] | None
    ) -> Sound:
        """Speak with several beams, of which only the end says which one counts."""
        import numpy as np

        made = self._model.inference(
            text, language, voice.manner, voice.timbre,
            **manner.choosing, speed=manner.speed, enable_text_splitting=False, stopping_criteria=_each_frame(look),
        )  # fmt: skip
        sound = np.array(np.atleast_1d(made["wav"]), np.float32)
        _fade(sound)
        _fade(sound[::-1])
        if hear:
            hear(sound)
        return sound

    def _look(self) -> None:
        if self._context is not None:
            self._context.check_cancelled()


def _each_frame(look: Look) -> Any:
    """Return what has the library call this after each frame, and end by itself."""
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList

    class Each(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **_more: Any) -> Any:
            del scores
            look()
            return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    return StoppingCriteriaList([Each()])


def _fade(sound: Sound) -> None:
    """Let a sound come up from silence."""
    import numpy as np

    count = min(round(_FADE * RATE), sound.size // 2)
    sound[:count] *= np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
