# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""Tries ACE-Step 1.5 on a tiny checkpoint of the real classes: a song of two seconds, and a part of it made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, proof, tiny

_MODEL = "acestep"
_RATE = 48_000
_SECONDS = 2.0
_SONG: dict[str, Any] = {
    "prompt": "lofi piano, female vocal", "lyrics": "[verse]\nhello\n[chorus]\nla la", "audio_duration": _SECONDS,
    "num_inference_steps": 3, "bpm": 120, "keyscale": "C major", "timesignature": "4", "vocal_language": "en",
}  # fmt: skip


def make(folder: Path) -> None:
    """Write a checkpoint of 1.3 megabytes, with the parts that covers take."""
    import torch
    from diffusers import AceStepPipeline, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.ace_step import AceStepAudioTokenDetokenizer, AceStepAudioTokenizer

    with loading.quiet():
        torch.manual_seed(0)
        AceStepPipeline(
            vae=tiny.oobleck(rate=_RATE, ratios=[2, 4, 4, 6, 10], width=8, inner=4),
            text_encoder=_reader(), tokenizer=tiny.byte_tokenizer(eos="<|endoftext|>"),
            transformer=_network(), condition_encoder=_conditions(),
            scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
            audio_tokenizer=AceStepAudioTokenizer(**_CODES, fsq_dim=32),
            audio_token_detokenizer=AceStepAudioTokenDetokenizer(**_CODES),
        ).save_pretrained(folder / _MODEL)  # fmt: skip


def check(folder: Path, device: str) -> dict[str, Any]:
    """Make a song and repaint half a second of it; return facts, or raise what went wrong."""
    import torch

    with loading.quiet():
        pipe = tiny.pipeline_on(folder / _MODEL, device)

        def sing(seed: int) -> Any:
            return pipe(**_SONG, generator=torch.Generator("cpu").manual_seed(seed)).audios

        same = proof.repeats(sing, "the song", device)
        song = sing(7)
        sound = proof.finite(song, "the song")
        repainted = pipe(
            prompt="drums", lyrics="", task_type="repaint", src_audio=song[0], repainting_start=0.5,
            repainting_end=1.0, num_inference_steps=2,
        ).audios  # fmt: skip
        proof.finite(repainted, "the repainted song")
    if sound.shape != (1, 2, int(_SECONDS * _RATE)):
        raise ValueError(f"{_SECONDS} seconds in stereo at {_RATE} a second came out as {sound.shape}")
    return {
        **proof.versions("torch", "diffusers", "transformers"), "device": device, "sample_rate": pipe.sample_rate,
        "samples": sound.shape[-1], "same_seed_equal": same, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


_HEADS: dict[str, Any] = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
_WIDTHS: dict[str, Any] = {**_HEADS, "hidden_size": 32, "intermediate_size": 64}
_FLOW: dict[str, Any] = {**_WIDTHS, "rope_theta": 10000.0, "sliding_window": 16}
_CODES: dict[str, Any] = {**_FLOW, "audio_acoustic_hidden_dim": 8, "num_attention_pooler_hidden_layers": 1}


def _reader() -> Any:
    from transformers import Qwen3Config, Qwen3Model

    return Qwen3Model(Qwen3Config(**_WIDTHS, num_hidden_layers=1, vocab_size=300, max_position_embeddings=4096))


def _network() -> Any:
    from diffusers import AceStepTransformer1DModel

    return AceStepTransformer1DModel(
        **_FLOW, num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, patch_size=2
    )


def _conditions() -> Any:
    from diffusers.pipelines.ace_step import AceStepConditionEncoder

    layers = {"num_lyric_encoder_hidden_layers": 2, "num_timbre_encoder_hidden_layers": 2}
    return AceStepConditionEncoder(**_FLOW, **layers, text_hidden_dim=32, timbre_hidden_dim=8)
