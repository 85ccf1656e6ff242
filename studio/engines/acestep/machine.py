# pyright: basic, reportMissingImports=false
"""ACE-Step itself: a loaded pipeline, asked for latents and decoded by us. On the thread that sings.

The pipeline would bring every result to one peak, the part made anew to another level than what stands around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from asking import COVER, EXTEND, REPAINT, Order

from studio.engines.shared import music
from studio.engines.shared.neural import loading, oobleck
from studio.engines.shared.neural.resident import Tell
from studio.worker.failures import UserMistake

_FADE = 0.05  # seconds in which a part made anew comes and goes
_AROUND = 64  # latents that are decoded before and after it, since each is heard in its neighbours too
_MOST_STYLE, _MOST_LYRICS = 256, 2048  # tokens, of which the model reads no more
_STEPS, _DECODING = 0.9, 0.1  # shares of a run


@dataclass(frozen=True)
class Made:
    """A sound, and the range of moments that is new in it."""

    sound: music.Sound
    anew: tuple[int, int] | None = None


class Machine:
    """A loaded pipeline."""

    def __init__(self, folder: Path, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load it whole and put it on its device."""
        self._rungs = rungs
        self._pipe = oobleck.pipeline(folder, device, form=form, rungs=rungs)
        self.rate = int(self._pipe.sample_rate)
        self._ratios: list[int] = list(self._pipe.vae.upsampling_ratios)
        self._hop = math.prod(self._ratios)

    @property
    def can_cover(self) -> bool:
        """Whether the model has the parts that hear what a song is made of."""
        return self._pipe.audio_tokenizer is not None and self._pipe.audio_token_detokenizer is not None

    def left_out(self, order: Order, seconds: float) -> list[str]:
        """Say what the model will not read, since it is too long: tempo, key and length stand behind the style."""
        style, lyrics = self._pipe._format_prompt(  # noqa: SLF001 — only the pipeline knows what it adds
            order.style, order.lyrics, order.language, seconds,
            self._pipe._get_task_instruction(task_type=order.way),  # noqa: SLF001
            order.bpm or None, order.key or None, order.metre or None,
        )  # fmt: skip
        words = self._pipe.tokenizer
        told: list[str] = []
        if len(words(style).input_ids) > _MOST_STYLE:
            told.append("The style is too long: the model does not read its end, nor all of tempo, key and metre.")
        if len(words(lyrics).input_ids) > _MOST_LYRICS:
            told.append("The lyrics are too long: the model does not sing their end.")
        return told

    def make(self, order: Order, source: music.Sound | None, reference: music.Sound | None, tell: Tell) -> Made:
        """Make what is asked for, exactly as long as that; what was moved to a card for it leaves it, come what may."""
        try:
            return self._made(order, source, reference, tell)
        finally:
            self._pipe.maybe_free_model_hooks()

    def _made(self, order: Order, source: music.Sound | None, reference: music.Sound | None, tell: Tell) -> Made:
        if order.mode == EXTEND:
            assert source is not None
            frames, begin = round(order.seconds * self.rate), source.shape[1]
            if frames <= begin:
                raise UserMistake(
                    f"The song lasts {begin / self.rate:.2f} seconds already.", "Name a longer duration for the whole."
                )
            span = (max(0, begin - round(_FADE * self.rate)), frames)
            return self._anew(order, music.fitted(source, frames), reference, span, tell)
        if order.mode == REPAINT:
            assert source is not None
            span = music.span_of(order.begin, order.end, frames=source.shape[1], rate=self.rate)
            return self._anew(order, source, reference, span, tell)
        frames = round(order.seconds * self.rate) if source is None else source.shape[1]
        latents = self._latents(order, frames, source, reference, (0, 0), tell)
        sound = music.fitted(self._decoded(latents, tell), frames)
        return Made(music.levelled(sound, music.PEAK))

    def _anew(
        self, order: Order, source: music.Sound, reference: music.Sound | None, span: tuple[int, int], tell: Tell
    ) -> Made:
        """Make a part of a song anew, and leave every sample of the rest as it is."""
        frames = source.shape[1]
        first, last = span[0] // self._hop, math.ceil(span[1] / self._hop)
        latents = self._latents(order, frames, source, reference, (first, last), tell)
        begin = max(0, first - _AROUND)
        near = self._decoded(latents[:, :, begin : last + _AROUND], tell)
        near /= max(1.0, float(np.abs(near).max(initial=0.0)))
        new = np.zeros_like(source)
        room = new[:, begin * self._hop :]
        length = min(room.shape[1], near.shape[1])
        room[:, :length] = near[:, :length]
        return Made(music.patched(source, new, span, round(_FADE * self.rate)), span)

    def _latents(
        self, order: Order, frames: int, source: music.Sound | None, reference: music.Sound | None,
        window: tuple[int, int], tell: Tell,
    ) -> Any:  # fmt: skip
        count = oobleck.needed(frames, self._ratios)
        second = self._pipe.latents_per_second
        seconds = frames / self.rate  # the model reads them too
        if math.ceil(seconds * second) != count:
            seconds = (count - 0.5) / second
        given: dict[str, Any] = {}
        if source is not None:
            given["src_audio"] = torch.from_numpy(music.fitted(source, count * self._hop))
        if reference is not None:
            given["reference_audio"] = torch.from_numpy(reference)
        if order.way == "repaint":  # a half more, since the pipeline cuts what it multiplies back
            given |= {"repainting_start": (window[0] + 0.5) / second, "repainting_end": (window[1] + 0.5) / second}
        if order.mode == COVER:
            given["audio_cover_strength"] = order.closeness

        def step(pipe: Any, number: int, timestep: float, values: dict[str, Any]) -> dict[str, Any]:
            del pipe, timestep
            tell("making", _STEPS * (number + 1) / order.steps)
            return values

        tell("reading", 0.0)  # and again with each tile of a sound that is given, which may take minutes
        torch.manual_seed(order.seed)  # sounds that are given are encoded by chance too, and take no dice of their own
        reading = oobleck.before_each(self._pipe.vae.encoder, lambda: tell("reading", 0.0))
        with torch.no_grad(), loading.quiet(), reading:
            made = self._pipe(
                prompt=order.style, lyrics=order.lyrics, vocal_language=order.language, task_type=order.way,
                audio_duration=seconds, bpm=order.bpm or None, keyscale=order.key or None,
                timesignature=order.metre or None, num_inference_steps=order.steps, guidance_scale=order.guidance,
                shift=order.shift, latents=self._noise(count, order.seed), output_type="latent",
                callback_on_step_end=step, **given,
            )  # fmt: skip
        return made.audios.transpose(1, 2)

    def _noise(self, count: int, seed: int) -> Any:
        """Throw the dice here: the pipeline divides the count and multiplies it back, and may come to one too many."""
        shape = (1, count, self._pipe.transformer.config.audio_acoustic_hidden_dim)
        return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed), dtype=torch.float32)

    def _decoded(self, latents: Any, tell: Tell) -> music.Sound:
        def tile(share: float) -> None:
            tell("decoding", _STEPS + _DECODING * share)

        return oobleck.decoded(self._pipe.vae, latents, self._rungs, tile)
