# pyright: reportMissingImports=false
"""Tries MusicGen on a tiny checkpoint of the real classes: from words, and going on from a sound."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, memory, placing, proof, tiny

RATE = 32000
_MODEL = "musicgen"
_SOUNDS = 64  # in a code book
_BOOKS = 4
_A_SECOND = 50  # frames
_FRAMES = 25


def make(folder: Path) -> None:
    """Write a checkpoint of a megabyte."""
    import torch
    from transformers import EncodecFeatureExtractor, MusicgenProcessor

    with loading.quiet():
        torch.manual_seed(0)
        _model().save_pretrained(folder / _MODEL)
        words = tiny.byte_tokenizer(eos="</s>", pad="<pad>", model_max_length=256)
        ears = EncodecFeatureExtractor(feature_size=1, sampling_rate=RATE)
        MusicgenProcessor(ears, words).save_pretrained(folder / _MODEL)


def check(folder: Path, device: str) -> dict[str, Any]:
    """Make half a second of music, and go on from half a second; return facts, or raise what went wrong."""
    import torch
    from transformers import AutoProcessor, MusicgenForConditionalGeneration

    memory.begin(0)
    place = placing.torch_device(device)
    with loading.quiet():
        model = loading.whole(MusicgenForConditionalGeneration, str(folder / _MODEL)).to(place)
        placing.require_on(model, place)
        processor = AutoProcessor.from_pretrained(folder / _MODEL, local_files_only=True)

        def play(seed: int, **prompt: Any) -> Any:
            given = processor(text=["80s pop with bassy drums"], padding=True, return_tensors="pt", **prompt).to(place)
            torch.manual_seed(seed)
            return model.generate(**given, do_sample=True, guidance_scale=3.0, top_k=50, max_new_tokens=_FRAMES)

        same = proof.repeats(play, "the music", device)
        first = play(7)
        sound = proof.finite(first, "the music")
        longer = proof.finite(play(7, audio=first[0, 0].cpu().numpy(), sampling_rate=RATE), "the music that goes on")
    if longer.shape[-1] <= sound.shape[-1]:
        raise ValueError(f"music that goes on has {longer.shape[-1]} samples after {sound.shape[-1]}")
    return {
        **proof.versions("torch", "transformers"), "device": str(place), "sample_rate": RATE,
        "samples": sound.shape[-1], "same_seed_equal": same, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _model() -> Any:
    from transformers import (
        EncodecConfig,
        GenerationConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    reader = T5Config(vocab_size=300, d_model=32, d_ff=37, d_kv=8, num_layers=2, num_heads=4)
    # A sound to go on from is read in as many code books as this many kilobits a second pay for.
    bandwidth = _BOOKS * _A_SECOND * math.log2(_SOUNDS) / 1000
    codec = EncodecConfig(
        sampling_rate=RATE, target_bandwidths=[bandwidth], audio_channels=1, hidden_size=16, num_filters=4,
        num_residual_layers=1, num_lstm_layers=1, upsampling_ratios=[8, 5, 4, 4], codebook_size=_SOUNDS,
        codebook_dim=16, normalize=False, use_causal_conv=False,
    )  # fmt: skip
    player = MusicgenDecoderConfig(
        vocab_size=_SOUNDS, num_codebooks=_BOOKS, hidden_size=16, ffn_dim=32, num_hidden_layers=2,
        num_attention_heads=4, pad_token_id=_SOUNDS, bos_token_id=_SOUNDS, max_position_embeddings=2048,
    )  # fmt: skip
    parts = {"text_encoder": reader.to_dict(), "audio_encoder": codec.to_dict(), "decoder": player.to_dict()}
    model = MusicgenForConditionalGeneration(MusicgenConfig(**parts))
    for layer in model.audio_encoder.quantizer.layers:  # begins as zeros: every sound would be the same
        layer.codebook.embed.normal_()
    model.generation_config = GenerationConfig(
        decoder_start_token_id=_SOUNDS, pad_token_id=_SOUNDS, bos_token_id=_SOUNDS, do_sample=True,
        guidance_scale=3.0, max_length=1500,
    )  # fmt: skip
    return model
