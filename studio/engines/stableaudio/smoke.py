# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""Tries Stable Audio Open on a tiny checkpoint of the real classes: a sound of a second and a half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, proof, tiny

_MODEL = "stableaudio"
_RATE = 8  # of the tiny one
_SECONDS = 1.5


def make(folder: Path) -> None:
    """Write a checkpoint of a tenth of a megabyte."""
    import torch
    from diffusers import CosineDPMSolverMultistepScheduler, StableAudioPipeline
    from diffusers.pipelines.stable_audio import StableAudioProjectionModel
    from transformers import T5Config, T5EncoderModel

    with loading.quiet():
        torch.manual_seed(0)
        reader = T5Config(vocab_size=300, d_model=8, d_ff=16, d_kv=4, num_layers=1, num_heads=2)
        StableAudioPipeline(
            vae=tiny.oobleck(rate=_RATE, ratios=[2, 2], width=4, inner=4), transformer=_network(),
            text_encoder=T5EncoderModel(reader),
            tokenizer=tiny.byte_tokenizer(eos="</s>", pad="<pad>", model_max_length=64),
            projection_model=StableAudioProjectionModel(
                text_encoder_dim=8, conditioning_dim=8, min_value=0, max_value=32
            ),
            scheduler=CosineDPMSolverMultistepScheduler(
                solver_order=2, prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
            ),
        ).save_pretrained(folder / _MODEL)  # fmt: skip


def check(folder: Path, device: str) -> dict[str, Any]:
    """Make a sound; return facts, or raise what went wrong."""
    import torch

    with loading.quiet():
        pipe = tiny.pipeline_on(folder / _MODEL, device)

        def strike(seed: int) -> Any:
            return pipe(
                "a hammer", negative_prompt="low quality", num_inference_steps=4, audio_end_in_s=_SECONDS,
                guidance_scale=7.0, generator=torch.Generator("cpu").manual_seed(seed),
            ).audios  # fmt: skip

        same = proof.repeats(strike, "the sound", device)
        sound = proof.finite(strike(7), "the sound")
    if sound.shape != (1, 2, int(_SECONDS * _RATE)):
        raise ValueError(f"{_SECONDS} seconds in stereo at {_RATE} a second came out as {sound.shape}")
    return {
        **proof.versions("torch", "diffusers", "transformers", "torchsde"), "device": device,
        "samples": sound.shape[-1], "same_seed_equal": same, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _network() -> Any:
    from diffusers import StableAudioDiTModel

    return StableAudioDiTModel(
        sample_size=8, in_channels=4, out_channels=4, num_layers=1, attention_head_dim=8, num_attention_heads=2,
        num_key_value_attention_heads=2, cross_attention_dim=8, cross_attention_input_dim=8, time_proj_dim=16,
        global_states_input_dim=16,
    )  # fmt: skip
