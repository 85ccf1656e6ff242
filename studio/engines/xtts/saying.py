# pyright: basic, reportMissingImports=false
"""The loaded model at work: a voice out of recordings, a portion of text in a voice. The worker's main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latents import Heard, Voice

from studio.engines.shared.neural import loading, placing, proof
from studio.worker.context import RunContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

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
        self, context: RunContext, text: str, language: str, voice: Voice, manner: Manner, tell: Callable[[float], None]
    ) -> Said:
        """Speak a portion, by the seed that torch has now; `tell` hears how far it is, from 0 to 1."""
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList

        expected = max(1.0, len(text) * _FRAMES_A_CHARACTER)
        frames = 0

        class Look(StoppingCriteria):
            def __call__(self, input_ids: Any, scores: Any, **_more: Any) -> Any:
                nonlocal frames
                del scores
                frames += 1
                context.check_cancelled()
                tell(min(1.0, frames / expected))
                return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

        self._context = context
        with loading.quiet():
            made = self._model.inference(
                text, language, voice.manner, voice.timbre,
                **manner.choosing, speed=manner.speed, enable_text_splitting=False,
                stopping_criteria=StoppingCriteriaList([Look()]),
            )  # fmt: skip
        return Said(_softened(made["wav"]), ended=frames < self._most_frames)

    def _look(self) -> None:
        if self._context is not None:
            self._context.check_cancelled()


def _softened(sound: Any) -> Sound:
    import numpy as np

    sound = np.array(np.atleast_1d(sound), np.float32)
    count = min(round(_FADE * RATE), sound.size // 2)
    rise = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
    sound[:count] *= rise
    sound[sound.size - count :] *= rise[::-1]
    return sound
