# pyright: basic, reportMissingImports=false
"""Stable Audio Open itself: a loaded pipeline, asked for latents, of which only what is wanted is decoded.

The pipeline makes and decodes its full length each time. On the thread that plays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from studio.engines.shared import music
from studio.engines.shared.neural import loading, oobleck
from studio.engines.shared.neural.resident import Tell
from studio.worker.failures import UserMistake

_AFTER = 16  # latents behind the end that are decoded too, since they are heard in those before
_STEPS = 0.95  # share of a run


@dataclass(frozen=True)
class Order:
    """One piece of work."""

    style: str
    negative: str
    seconds: float
    steps: int
    guidance: float
    seed: int


class Machine:
    """A loaded pipeline."""

    def __init__(self, folder: Path, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load it whole and put it on its device."""
        self._rungs = rungs
        self._pipe = oobleck.pipeline(folder, device, form=form, rungs=rungs)
        self.rate = int(self._pipe.vae.sampling_rate)
        self._ratios: list[int] = list(self._pipe.vae.upsampling_ratios)

    def play(self, order: Order, tell: Tell) -> music.Sound:
        """Make a sound, exactly as long as that; what lay on a card only for this leaves it, come what may."""
        try:
            return self._played(order, tell)
        finally:
            self._pipe.maybe_free_model_hooks()

    def _played(self, order: Order, tell: Tell) -> music.Sound:
        frames = round(order.seconds * self.rate)
        count, most = oobleck.needed(frames, self._ratios), int(self._pipe.transformer.config.sample_size)
        longest = oobleck.sounding(most, self._ratios) / self.rate
        if order.seconds > longest:
            raise UserMistake(f"This model makes at most {longest:.1f} seconds.", "Choose a shorter duration.")

        def step(number: int, timestep: Any, latents: Any) -> None:
            del timestep, latents
            tell("making", _STEPS * (number + 1) / order.steps)

        def tile(share: float) -> None:
            tell("decoding", _STEPS + (1 - _STEPS) * share)

        tell("reading", 0.0)
        torch.manual_seed(order.seed)
        with torch.no_grad(), loading.quiet():
            made = self._pipe(
                order.style, negative_prompt=order.negative or None, audio_end_in_s=order.seconds,
                num_inference_steps=order.steps, guidance_scale=order.guidance,
                generator=torch.Generator("cpu").manual_seed(order.seed), output_type="latent", callback=step,
            )  # fmt: skip
        sound = oobleck.decoded(self._pipe.vae, made.audios[:, :, : count + _AFTER], self._rungs, tile)
        return music.no_louder(music.fitted(sound, frames), music.PEAK)
