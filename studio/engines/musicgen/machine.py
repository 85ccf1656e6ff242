# pyright: basic, reportMissingImports=false
"""MusicGen itself: loaded whole, asked frame by frame. On the thread that plays."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoProcessor, MusicgenForConditionalGeneration, StoppingCriteria, StoppingCriteriaList

from studio.engines.shared import music
from studio.engines.shared.neural import checkpoint, loading, memory, placing

Tell = Callable[[float], None]
"""Hears how far it is; raises where the job was cancelled."""


@dataclass(frozen=True)
class Order:
    """One piece of work."""

    style: str
    seconds: float
    guidance: float
    temperature: float
    top_k: int
    seed: int


class _Steps(StoppingCriteria):
    """Tells of each frame. It never says stop: what was stopped cannot be decoded, so a cancel is raised."""

    def __init__(self, frames: int, tell: Tell) -> None:
        self._frames = frames
        self._tell = tell
        self._done = 0

    def __call__(self, ids: Any, scores: Any, **more: Any) -> Any:
        """Count one."""
        del scores, more
        self._done += 1
        self._tell(min(1.0, self._done / self._frames))
        return torch.zeros((ids.shape[0],), dtype=torch.bool, device=ids.device)


class Machine:
    """A loaded model with its processor."""

    def __init__(self, folder: Path, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load both; every weight must be there."""
        self._place = placing.torch_device(device)
        memory.make_ready(rungs)
        with loading.quiet():
            self._processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
            dtype = checkpoint.dtype_of(form)
            self._model = loading.whole(MusicgenForConditionalGeneration, str(folder), dtype=dtype)
            placing.require_on(self._model.to(self._place), self._place)
        codec = self._model.config.audio_encoder
        self.rate = int(codec.sampling_rate)
        self._a_second = int(codec.frame_rate)
        # The code books come one frame after another, so the last one needs that many more.
        self._late = int(self._model.config.decoder.num_codebooks)

    def play(self, order: Order, tell: Tell) -> music.Sound:
        """Make a piece, exactly as long as that."""
        frames = math.ceil(order.seconds * self._a_second) + self._late
        with torch.no_grad(), loading.quiet():
            given = self._processor(text=[order.style], padding=True, return_tensors="pt").to(self._place)
            torch.manual_seed(order.seed)
            made = self._model.generate(
                **given, do_sample=True, guidance_scale=order.guidance, temperature=order.temperature,
                top_k=order.top_k, max_new_tokens=frames,
                stopping_criteria=StoppingCriteriaList([_Steps(frames, tell)]),
            )  # fmt: skip
        sound = made[0].float().cpu().numpy()
        return music.no_louder(music.fitted(sound, round(order.seconds * self.rate)), music.PEAK)
