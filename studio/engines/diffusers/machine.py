# pyright: basic, reportMissingImports=false
"""The loaded model: fitted to its device, its LoRAs, and pictures from noise or from a start. The worker's main thread.

What the steps made is decoded here and not in the libraries' pipelines: one picture after the other, in a number format
of its own, and again in the exact one where the first gave no picture.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import checkpoint
import diffusers
import fast
import loras
import numpy as np
import reading
import saving
import scheduling
import torch
import weights
from fast import Fast
from order import Order
from previewing import Colours, Tiny
from reading import Read, Words
from starting import Start

from studio.engines.shared.neural import checkpoint as formats
from studio.engines.shared.neural import loading, memory, placing
from studio.worker.failures import BadNumbers, UserMistake

_TINY = {checkpoint.SMALL: "taesd", checkpoint.LARGE: "taesdxl", checkpoint.FLUX: "taef1"}
_MODES = ("text", "picture", "fill")
_FILLING_CHANNELS = 9  # of a model that was trained to fill in: what is there, where, and noise
_FAST_TOKENS, _TOKENS = 256, 512  # that Flux reads at most
_LEAST_STRENGTH = 0.005
_HOOK = "_hf_hook"


@dataclass(frozen=True)
class Fitting:
    """How the model is loaded."""

    form: str = "fp32"
    ways: frozenset[str] = frozenset()  # rungs of the ladder, whether it chose them or the user
    channels_last: bool = False
    own: tuple[Path, ...] = ()  # folders of the engine's own models, which describe what was trained from them
    beside: Path | None = None  # the folder in which a small decoder for looks may lie


@dataclass(frozen=True)
class Watch:
    """What is told meanwhile: `look` often, to leave by raising; `step` after each, with a look at the picture."""

    look: Callable[[], None]
    step: Callable[[int, int, Callable[[], Any] | None], None]


_NOBODY = Watch(lambda: None, lambda *_: None)


@dataclass(frozen=True)
class Made:
    """A picture as bytes; whether the model's own checker withheld it, and whether it was decoded twice."""

    pixels: Any
    withheld: bool = False
    redone: bool = False


def best_format(kind: str, family: str) -> str:
    """Return the number format that a kind of device and a family of models do well together."""
    if kind == "cpu":
        return "fp32"
    wide = family == checkpoint.FLUX  # its numbers do not fit into fp16
    able = kind in {"xpu", "mps"} or (kind in {"cuda", "rocm"} and torch.cuda.is_bf16_supported())
    return "bf16" if wide and able else "fp32" if wide else "fp16"


class Machine:
    """A model, ready to paint."""

    def __init__(self, model: str, device: str, fitting: Fitting) -> None:
        """Load and fit; every weight must be there."""
        place = checkpoint.find(model, fitting.own)
        self.family = place.family
        self._named = fast.of_model(Path(model), place.folder, place.file)
        self.form = best_format(placing.kind_of(device), place.family) if fitting.form == formats.AUTO else fitting.form
        self._form = formats.dtype_of(self.form)
        self._device = placing.torch_device(device)
        self._fitting = fitting
        self._watch = _NOBODY
        self._looks: Colours | Tiny | None = None
        with loading.quiet():
            self._pipe = checkpoint.load(place, self._form, rounded=saving.INT8 in fitting.ways)
            self._own = self._pipe.scheduler
            self._fit(device)
            # A fine look would show what the model's own checker may withhold.
            if fitting.beside and getattr(self._pipe, "safety_checker", None) is None:
                folder, channels = fitting.beside / _TINY[self.family], int(self._pipe.vae.config.latent_channels)
                self._looks = Tiny.of(folder, channels, self._device, self._form)
        self.looks = "taesd" if self._looks else "colours"
        self._pipes = {"text": self._pipe}
        self._loras = loras.Loras(self._pipe, self._painter, self._device, self._form)
        for part in self._pipe.components.values():
            if isinstance(part, torch.nn.Module):
                self._watched(part)

    @property
    def multiple(self) -> int:
        """What width and height are multiples of, in what is computed."""
        return int(self._pipe.vae_scale_factor) * (2 if self.is_flux else 1)

    @property
    def distilled(self) -> bool:
        """Whether the model was made for a few steps, and to follow the text without being pushed."""
        if self.is_flux:
            return not self._painter.config.guidance_embeds
        return scheduling.made_for_few(self._own)

    @property
    def is_flux(self) -> bool:
        """Whether it keeps its scheduler, knows no negatives, and reads words without weights or layers to skip."""
        return self.family == checkpoint.FLUX

    @property
    def only_fills(self) -> bool:
        """Whether it was trained to fill in, and does nothing else."""
        return not self.is_flux and self._painter.config.in_channels == _FILLING_CHANNELS

    @property
    def saving(self) -> list[str]:
        """Which ways to save memory are in force."""
        return [way for way in saving.SAVING if way in self._fitting.ways]

    def use(self, wanted: Sequence[tuple[str, float]], folder: str) -> dict[str, str]:
        """Apply these LoRAs, and no others; return the hash of each one's file."""
        with loading.quiet():
            return self._loras.use(wanted, folder)

    def advice(self, order: Order) -> Iterator[str]:
        """Say what was chosen for an order, and what of it does not suit the model."""
        found = self._fast(order)
        if found:
            if self._scheduler(order) != order.scheduler and not self.is_flux:
                yield fast.taken(found)
            yield from fast.advice(found, order.steps, order.guidance, flux=self.is_flux)
        elif self.distilled and fast.too_much(order.steps, 0.0 if self.is_flux else order.guidance):
            yield "This model was made for 1 to 4 steps and a closeness to the text of 0 to 2."
        if not self.is_flux and (weights.cut(order.prompt) or weights.cut(order.negative)):
            yield f"Weights beyond {weights.MOST:g} in the text count as {weights.MOST:g}."
        if self.is_flux and self._flux_tokens(order) > self._flux_room:
            yield "The prompt is too long: the model does not read its end."

    def read(self, order: Order, look: Callable[[], None]) -> dict[str, Any]:
        """Read the texts of an order, for all its pictures; `look` leaves by raising."""
        self._watch = Watch(look, lambda *_: None)
        try:
            with loading.quiet():
                return self._flux_texts(order) if self.is_flux else self._texts(order)
        finally:
            self._watch = _NOBODY

    def paint(
        self, order: Order, texts: dict[str, Any], seeds: Sequence[int], start: Start | None, watch: Watch
    ) -> list[Made]:
        """Make a picture for each seed, together."""
        mode = "text" if start is None else "picture" if start.where is None else "fill"
        strength = 1.0 if start is not None and start.empty else order.strength
        if start is not None and strength < _LEAST_STRENGTH:
            return [Made(start.pixels) for _ in seeds]
        wide, high = (-(-side // self.multiple) * self.multiple for side in (order.width, order.height))
        pipe = self._pipe_for(mode)
        steps = order.steps
        given: dict[str, Any] = {name: each.repeat_interleave(len(seeds), dim=0) for name, each in texts.items()}
        if start is not None:
            while int(steps * strength) < 1:
                steps += 1
            given |= {"image": [start.image(wide, high)] * len(seeds), "strength": strength}
        if start is not None and mode == "fill":
            given["mask_image"] = [start.mask(wide, high)] * len(seeds)
        if mode != "picture" or self.is_flux:
            given |= {"width": wide, "height": high}
        pipe.scheduler = self._scheduled(order, steps)
        self._watch = watch
        try:
            look = self._look(order, wide, high)
            with loading.quiet():
                latents = pipe(
                    **given, num_inference_steps=steps, guidance_scale=order.guidance, output_type="latent",
                    generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
                    callback_on_step_end=lambda _pipe, step, _time, kept: self._stepped(pipe, step, kept, look),
                ).images  # fmt: skip
                self._pipe.maybe_free_model_hooks()  # what has been at work leaves the card before the decoder comes
                if "empty_cache" in self._fitting.ways:
                    memory.give_back()
                made = [self._picture(cells) for cells in self._cells(latents, wide, high).split(1)]
        finally:
            self._watch = _NOBODY
            self._pipe.maybe_free_model_hooks()
        return [self._finished(one, order, start) for one in made]

    # ------------------------------------------------------------------------------------------------------- fitting

    @property
    def _painter(self) -> Any:
        return self._pipe.transformer if self.is_flux else self._pipe.unet

    def _fit(self, device: str) -> None:
        fitting, pipe, ways = self._fitting, self._pipe, self._fitting.ways
        if fitting.channels_last and not self.is_flux:
            pipe.unet.to(memory_format=torch.channels_last)
            pipe.vae.to(memory_format=torch.channels_last)
        if saving.FLOAT8 in ways:
            self._painter.enable_layerwise_casting(torch.float8_e4m3fn, compute_dtype=self._form)
        if "group_offload" in ways:
            memory.fit(pipe, "local/cpu", ways - {"offload"})
            pipe.enable_group_offload(
                onload_device=self._device, offload_device=torch.device("cpu"), offload_type="leaf_level",
                exclude_modules=["vae"],
            )  # fmt: skip
            pipe.vae.to(self._device)
            return
        memory.fit(pipe, device, ways)
        if "offload" not in ways:
            placing.require_on(self._painter, self._device)

    def _watched(self, part: Any) -> None:
        """Look for a cancel before each block of a network: a step may take longer than a cancel may."""
        for inner in part.modules():
            if isinstance(inner, torch.nn.ModuleList):
                for block in inner:
                    block.register_forward_pre_hook(lambda *_: self._watch.look())

    def _pipe_for(self, mode: str) -> Any:
        """Return the pipeline of a mode, made of the parts of the first."""
        if self.only_fills and mode != "fill":
            raise UserMistake("This model only fills in.", "Give it a picture and a mask, with --init and --mask.")
        if mode not in self._pipes:
            kind = getattr(diffusers, checkpoint.PIPELINES[self.family][_MODES.index(mode)])
            known = inspect.signature(kind.__init__).parameters
            parts = {name: part for name, part in self._pipe.components.items() if name in known}
            if "requires_safety_checker" in known:
                parts["requires_safety_checker"] = parts.get("safety_checker") is not None
            made = kind(**parts)
            made.set_progress_bar_config(disable=True)
            self._pipes[mode] = made
        return self._pipes[mode]

    # ---------------------------------------------------------------------------------------------------- scheduling

    def _fast(self, order: Order) -> Fast | None:
        """Return what was made for a few steps, by its name: a LoRA that is on, or the model."""
        return fast.of_loras(order.loras) or self._named

    def _scheduler(self, order: Order) -> str:
        """Return the name of the scheduler; auto stays where the model's own is right."""
        if self.is_flux:
            return scheduling.AUTO
        found = self._fast(order)
        if found is None or order.scheduler != scheduling.AUTO or scheduling.does(self._own, found.scheduler):
            return order.scheduler
        return found.scheduler

    def _scheduled(self, order: Order, steps: int) -> Any:
        found = self._fast(order)
        sample = found is not None and found.sample and not self.is_flux
        return scheduling.made(self._scheduler(order), self._own, steps=steps, sample=sample)

    # ------------------------------------------------------------------------------------------------------- reading

    def _texts(self, order: Order) -> dict[str, Any]:
        pipe, large = self._pipe, self.family == checkpoint.LARGE
        of = [Words(pipe.tokenizer, pipe.text_encoder)] if pipe.text_encoder is not None else []
        if large:
            of.append(Words(pipe.tokenizer_2, pipe.text_encoder_2))
        positive, negative = reading.clip(
            order.prompt, order.negative, of, self._device, skip=order.clip_skip, large=large
        )
        if large and not order.negative.strip() and pipe.config.force_zeros_for_empty_prompt:
            negative = Read(torch.zeros_like(positive.each), torch.zeros_like(positive.pooled))
        given = {"prompt_embeds": positive.each}
        if order.guidance > 1.0:
            given["negative_prompt_embeds"] = negative.each
        if large:
            given["pooled_prompt_embeds"] = positive.pooled
        if large and order.guidance > 1.0:
            given["negative_pooled_prompt_embeds"] = negative.pooled
        return given

    @property
    def _flux_room(self) -> int:
        """How many tokens of a prompt it reads."""
        return _FAST_TOKENS if self.distilled else _TOKENS

    def _flux_tokens(self, order: Order) -> int:
        with loading.quiet():  # the tokenizer, too, says that it is much
            return len(self._pipe.tokenizer_2(weights.plain(order.prompt)).input_ids)

    def _flux_texts(self, order: Order) -> dict[str, Any]:
        embeds, pooled, _ = self._pipe.encode_prompt(
            weights.plain(order.prompt), prompt_2=None, device=self._device, max_sequence_length=self._flux_room
        )
        return {"prompt_embeds": embeds, "pooled_prompt_embeds": pooled}

    # --------------------------------------------------------------------------------------- steps, and what they give

    def _stepped(self, pipe: Any, step: int, kept: dict[str, Any], look: Callable[[Any], Any] | None) -> dict[str, Any]:
        latents = kept["latents"]
        self._watch.look()
        self._watch.step(step + 1, pipe.num_timesteps, (lambda: look(latents)) if look else None)
        return kept

    def _look(self, order: Order, wide: int, high: int) -> Callable[[Any], Any] | None:
        if not order.preview:
            return None
        looks = self._looks
        if looks is None:  # before the steps: the decoder would drive the rest of the model off a small card
            channels = int(self._pipe.vae.config.latent_channels)
            self._looks = looks = Colours(self._sample, channels)
        return lambda latents: looks.look(self._cells(latents, wide, high))

    def _sample(self, cells: Any) -> Any:
        """Decode what looks are fitted to, in fp32 where it comes to nothing otherwise."""
        points = self._points(cells)
        return (points if bool(torch.isfinite(points).all()) else self._points(cells, exact=True)) / 2 + 0.5

    def _cells(self, latents: Any, wide: int, high: int) -> Any:
        """Return what was computed as channels of a small picture."""
        if not self.is_flux:
            return latents
        high, wide = high // self.multiple, wide // self.multiple  # each of what it computes is a square of four
        squares = latents.reshape(latents.shape[0], high, wide, -1, 2, 2)
        return squares.permute(0, 3, 1, 4, 2, 5).reshape(latents.shape[0], -1, 2 * high, 2 * wide)

    def _picture(self, cells: Any) -> Made:
        """Decode one picture, in fp32 where it comes to nothing otherwise; withhold what the model's checker says."""
        self._watch.look()
        if not bool(torch.isfinite(cells).all()):
            raise BadNumbers("NaN found among what the steps computed")
        points = self._points(cells)
        redone = False
        if not _is_picture(points) and self._decoding()[0] != torch.float32:
            points, redone = self._points(cells, exact=True), True
        if not _is_picture(points):
            raise BadNumbers("NaN found in the picture, or one colour everywhere")
        withheld = self._withheld(points)
        pixels = (points[0].permute(1, 2, 0) / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8).numpy()
        return Made(np.zeros_like(pixels) if withheld else pixels, withheld, redone)

    def _withheld(self, points: Any) -> bool:
        if getattr(self._pipe, "safety_checker", None) is None:
            return False
        _, found = self._pipe.run_safety_checker(points.clone().to(self._device), self._device, self._form)
        return bool(found and found[0])

    def _finished(self, made: Made, order: Order, start: Start | None) -> Made:
        pixels = made.pixels[: order.height, : order.width]
        if start is not None and not made.withheld:
            pixels = start.kept(pixels)
        return Made(pixels, made.withheld, made.redone)

    # ------------------------------------------------------------------------------------------------------- decoding

    def _decoding(self) -> tuple[Any, torch.device]:
        """Return the number format and the device for the decoder."""
        if "decode_cpu" in self._fitting.ways:
            return torch.float32, torch.device("cpu")
        # Those of SDXL say of themselves where fp16 is too small for them; those before it say nothing that counts.
        asked = self.family == checkpoint.LARGE and getattr(self._pipe.vae.config, "force_upcast", False)
        upcast = self.form == "fp16" and asked
        return torch.float32 if upcast else self._form, self._device

    def _points(self, cells: Any, *, exact: bool = False) -> Any:
        """Decode to points from -1 to 1, on the processor."""
        config = self._pipe.vae.config
        form, place = self._decoding()
        form = torch.float32 if exact else form
        latents = cells.float()
        if getattr(config, "latents_mean", None) and getattr(config, "latents_std", None):
            mean, deviation = (
                torch.tensor(values, device=latents.device).view(1, -1, 1, 1)
                for values in (config.latents_mean, config.latents_std)
            )
            latents = latents * deviation / config.scaling_factor + mean
        else:
            latents = latents / config.scaling_factor + (getattr(config, "shift_factor", None) or 0.0)
        with self._decoder(form, place) as vae:
            return vae.decode(latents.to(place, form), return_dict=False)[0].float().cpu()

    @contextmanager
    def _decoder(self, form: Any, place: torch.device) -> Generator[Any, None, None]:
        """Lend the decoder in a number format on a device."""
        vae = self._pipe.vae
        own, home = vae.dtype, vae.device
        if form == own and place == self._device:
            yield vae
            return
        hook = vars(vae).pop(_HOOK, None)  # what moves it to the card when its turn comes
        try:
            yield vae.to(device=place, dtype=form)
        finally:
            vae.to(device=home, dtype=own)
            if hook is not None:
                vars(vae)[_HOOK] = hook


def _is_picture(points: Any) -> bool:
    return bool(torch.isfinite(points).all()) and float(points.max()) > float(points.min())
