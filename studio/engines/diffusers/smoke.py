# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""Tries pictures on a tiny Stable Diffusion of the real classes, plain and with what makes it fit on small cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, memory, placing, proof, tiny

_STEPS = 3
_SIDE = 64
_CLOSE = 0.02  # of 1, what half precision may make of a point
_MODEL = "sd"
_THRIFTY = ("slicing", "math_attention")


def make(folder: Path) -> None:
    """Write a checkpoint of less than a megabyte, laid out like a published one."""
    import torch
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    with loading.quiet():
        torch.manual_seed(0)
        words = tiny.clip_tokenizer()
        noise: dict[str, Any] = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
        StableDiffusionPipeline(
            vae=_autoencoder(), text_encoder=tiny.clip_text_encoder(words), tokenizer=words, unet=_network(),
            scheduler=PNDMScheduler(skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1, **noise),
            safety_checker=None, feature_extractor=None, requires_safety_checker=False,
        ).save_pretrained(folder / _MODEL)  # fmt: skip
        tiny.write_clip_tokenizer(folder / _MODEL / "tokenizer")


def check(folder: Path, device: str) -> dict[str, Any]:
    """Paint from words and from a picture, plain and thrifty; return facts, or raise what went wrong."""
    import numpy as np
    import torch
    from diffusers import AutoPipelineForImage2Image

    memory.begin(0)
    with loading.quiet():
        pipe = loading.pipeline(str(folder / _MODEL))
        memory.fit(pipe, device, ())
        for part in (pipe.unet, pipe.vae, pipe.text_encoder):
            placing.require_on(part, placing.torch_device(device))
        steps: list[int] = []

        def paint(seed: int) -> Any:
            return pipe(
                "a lighthouse at dawn", width=_SIDE, height=_SIDE, num_inference_steps=_STEPS, output_type="np",
                generator=torch.Generator("cpu").manual_seed(seed),
                callback_on_step_end=lambda _pipe, step, _time, kept: (steps.append(step), kept)[1],
            ).images[0]  # fmt: skip

        same = proof.repeats(paint, "the picture", device)
        plain = proof.finite(paint(7), "the picture")
        memory.fit(pipe, device, _THRIFTY)
        thrifty = proof.finite(paint(7), "the picture with slices")
        again = AutoPipelineForImage2Image.from_pipe(pipe)
        again.set_progress_bar_config(disable=True)
        given = {"image": plain[None].astype(np.float32), "strength": 0.7, "num_inference_steps": 4}
        proof.finite(again("dusk", output_type="np", **given).images[0], "the picture from a picture")
    if plain.shape != (_SIDE, _SIDE, 3):
        raise ValueError(f"the picture has the form {plain.shape}, not {(_SIDE, _SIDE, 3)}")
    apart = float(np.abs(plain - thrifty).max())
    if apart > _CLOSE:
        raise ValueError(f"with slices the picture is another one: points differ by up to {apart:.3f}")
    return {
        **proof.versions("torch", "diffusers", "transformers", "accelerate", "peft"), "device": device,
        "steps_seen": len(steps), "same_seed_equal": same, "difference_with_slices": apart,
        "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _autoencoder() -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        sample_size=_SIDE, in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(8, 16, 16, 16),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip


def _network() -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16), layers_per_block=1,
        norm_num_groups=4, cross_attention_dim=16, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
