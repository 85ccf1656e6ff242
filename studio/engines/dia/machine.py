# pyright: basic, reportMissingImports=false
"""Dia itself: loaded whole, and asked frame by frame with chance of its own for each stretch. The worker's main thread.

`generate` runs on a thread beside it, since a step may take longer than a cancel may.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from calling import DELAY, RATE, Call, Folders, Limits
from transformers import (
    AutoFeatureExtractor,
    AutoTokenizer,
    DacModel,
    DiaForConditionalGeneration,
    DiaProcessor,
    LogitsProcessor,
)

from studio.engines.shared.neural import checkpoint, loading, memory, placing
from studio.worker.failures import BadNumbers

_BELOW_ONE = 1.0 - 2.0**-20  # so that no rounding leads past the last choice
_LOOK = 16  # frames between two looks for unusable numbers: each look waits for the card


@dataclass(frozen=True)
class Settings:
    """How the model chooses."""

    cfg_scale: float
    temperature: float
    top_p: float
    top_k: int


class Steps(LogitsProcessor):
    """The last word on each frame: chooses with the dice of each stretch, so that a batch changes nobody's voice.

    The dice are thrown on the processor, where every device throws the same. It also counts, and looks for a cancel.
    """

    def __init__(self, seeds: Sequence[int], temperature: float, on_frame: Callable[[int], None]) -> None:
        self.temperature = temperature
        self._dice = [torch.Generator().manual_seed(seed) for seed in seeds]
        self._on_frame = on_frame
        self._frames = 0
        self._bad: Any = None

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Leave one choice in each row."""
        self._frames += 1
        self._on_frame(self._frames)
        strange = torch.isnan(scores).any()
        self._bad = strange if self._bad is None else self._bad | strange
        if self._frames % _LOOK == 1 and bool(self._bad):
            raise BadNumbers("NaN found among what the model says of the next sound")
        rows = scores.shape[0] // len(self._dice)
        thrown = _BELOW_ONE * torch.cat([torch.rand(rows, 1, generator=dice) for dice in self._dice])
        reached = scores.float().softmax(dim=-1).cumsum(dim=-1)
        chosen = (reached > thrown.to(scores.device) * reached[:, -1:]).int().argmax(dim=-1, keepdim=True)
        return torch.full_like(scores, -float("inf")).scatter(-1, chosen, 0.0)


class Dia(DiaForConditionalGeneration):
    """The model with our last word on each frame."""

    steps: Steps

    def _get_logits_processor(self, generation_config: Any, *more: Any, **how: Any) -> Any:
        # The library raises a temperature below 1 to 1 before this, and leaves out what a caller adds.
        generation_config.temperature = self.steps.temperature
        processors = super()._get_logits_processor(generation_config, *more, **how)
        processors.append(self.steps)
        generation_config.do_sample = False  # one choice is left: to draw among all would only take time
        return processors


class Machine:
    """A loaded model with its codec."""

    def __init__(self, folders: Folders, device: str, *, form: str, rungs: Collection[str], static: bool) -> None:
        """Load both; every weight must be there."""
        self._static = static
        self._place = placing.torch_device(device)
        self._device = device
        memory.make_ready(rungs)
        with loading.quiet():
            codec = loading.whole(DacModel, str(folders.codec)).to(self._place)
            model = loading.whole(Dia, str(folders.model), dtype=checkpoint.dtype_of(form))
            ears = AutoFeatureExtractor.from_pretrained(folders.model, local_files_only=True)
            words = AutoTokenizer.from_pretrained(folders.model, local_files_only=True)
        if "offload" in rungs:
            from accelerate import cpu_offload

            cpu_offload(model, self._place)
        else:
            placing.require_on(model.to(self._place), self._place)
        self._model = model
        # By hand: left to itself it would look for the codec by its name on the network.
        self._processor = DiaProcessor(ears, words, codec)
        config = model.config
        self.limits = Limits(
            config.encoder_config.max_position_embeddings, config.decoder_config.max_position_embeddings
        )

    def speak(
        self, calls: Sequence[Call], seeds: Sequence[int], settings: Settings, on_frame: Callable[[int], None]
    ) -> list[np.ndarray]:
        """Make the sound of each call. All have prompts, or none has."""
        sounds = [np.concatenate([p.sound for p in call.prompts]) for call in calls if call.prompts]
        prompt = {"audio": sounds, "sampling_rate": RATE} if sounds else {}
        with placing.inferring(self._device), loading.quiet():
            given = self._processor(text=[call.text for call in calls], padding=True, return_tensors="pt", **prompt)
            self._model.steps = Steps(seeds, settings.temperature, on_frame)
            codes = self._model.generate(
                **given.to(self._place),
                max_new_tokens=max(call.frames for call in calls) + DELAY + 1,
                do_sample=True,
                guidance_scale=settings.cfg_scale,
                temperature=settings.temperature,
                top_p=settings.top_p,
                top_k=settings.top_k,
                **({"cache_implementation": "static"} if self._static else {}),
            )
            told = self._processor.get_audio_prompt_len(given["decoder_attention_mask"]) if sounds else None
            made = [self._decoded(codes[number : number + 1], told) for number in range(len(calls))]
        return [sound[: call.frames * 512] for sound, call in zip(made, calls, strict=True)]

    def _decoded(self, codes: Any, told: int | None) -> np.ndarray:
        """Turn the codes of one call into a sound; one that ended at once has none."""
        pad, end = (_sign(self._model.config, name) for name in ("pad_token_id", "eos_token_id"))
        first = codes[0, :, 0]
        begin = told if told is not None else 1
        if int(((first != pad) & (first != end)).sum()) <= begin:
            return np.zeros(0, np.float32)
        sound = self._processor.batch_decode(codes, audio_prompt_len=told)[0]
        return np.atleast_1d(sound.float().numpy()).astype(np.float32)


def _sign(config: Any, name: str) -> int:
    """Return the number of a sign among the codes; before version 5 the library keeps it beside the decoder's."""
    own = getattr(config.decoder_config, name, None)
    return int(getattr(config, name) if own is None else own)
