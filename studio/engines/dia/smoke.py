# pyright: reportMissingImports=false
"""Tries Dia on a tiny checkpoint of the real classes: 2.5 megabytes of random weights, a codec and the tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, memory, placing, proof

RATE = 44100
_END, _PAD, _BEGIN = 1024, 1025, 1026  # of a code book of 1024 sounds
_FRAMES = 40
_MODEL, _CODEC = "dia", "codec"


def make(folder: Path) -> None:
    """Write `dia` and `codec`, as they would lie after a download."""
    import torch
    from transformers import DiaFeatureExtractor, DiaProcessor, DiaTokenizer

    with loading.quiet():
        torch.manual_seed(0)
        _model().save_pretrained(folder / _MODEL)
        codec = _saved_codec(folder / _CODEC)
        ears = DiaFeatureExtractor(feature_size=1, sampling_rate=RATE, hop_length=512)
        DiaProcessor(ears, DiaTokenizer(), codec).save_pretrained(folder / _MODEL)


def check(folder: Path, device: str) -> dict[str, Any]:
    """Speak one line twice, and once in the voice of a prompt; return facts, or raise what went wrong."""
    import numpy as np
    import torch
    from transformers import DiaForConditionalGeneration

    memory.begin(0)
    place = placing.torch_device(device)
    with loading.quiet():
        model = loading.whole(DiaForConditionalGeneration, str(folder / _MODEL)).to(place)
        processor = _processor(folder, place)
        placing.require_on(model, place)

        def say(seed: int, *, text: str = "[S1] Hello there. [S2] (laughs) Hi.", **prompt: Any) -> Any:
            given = processor(text=[text], padding=True, return_tensors="pt", **prompt).to(place)
            torch.manual_seed(seed)
            codes = model.generate(**given, max_new_tokens=_FRAMES, guidance_scale=3.0, top_k=45)
            told = processor.get_audio_prompt_len(given["decoder_attention_mask"]) if prompt else None
            return processor.batch_decode(codes, audio_prompt_len=told)[0]

        same = proof.repeats(say, "speech", device)
        sound = proof.finite(say(7), "speech")
        voice = (0.1 * np.sin(2 * np.pi * 220 * np.arange(RATE // 2) / RATE)).astype(np.float32)
        cloned = proof.finite(say(7, text="[S1] A. [S1] B.", audio=voice, sampling_rate=RATE), "speech after a prompt")
    return {
        **proof.versions("torch", "transformers"), "device": str(place), "sample_rate": RATE, "samples": sound.size,
        "samples_after_prompt": cloned.size, "same_seed_equal": same, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _model() -> Any:
    from transformers import (
        DiaConfig,
        DiaDecoderConfig,
        DiaEncoderConfig,
        DiaForConditionalGeneration,
        GenerationConfig,
    )

    heads: dict[str, Any] = {"num_hidden_layers": 2, "hidden_size": 32, "num_attention_heads": 2, "head_dim": 16}
    across = {"cross_num_attention_heads": 2, "cross_num_key_value_heads": 2, "cross_head_dim": 16}
    listener = DiaEncoderConfig(**heads, num_key_value_heads=2, intermediate_size=64, max_position_embeddings=1024)
    speaker = DiaDecoderConfig(
        **heads, **across, num_key_value_heads=1, intermediate_size=64, cross_hidden_size=32,
        max_position_embeddings=3072,
    )  # fmt: skip
    model = DiaForConditionalGeneration(DiaConfig(encoder_config=listener, decoder_config=speaker))
    model.generation_config = GenerationConfig(
        bos_token_id=_BEGIN, eos_token_id=_END, pad_token_id=_PAD, decoder_start_token_id=_BEGIN,
        do_sample=True, guidance_scale=3.0, temperature=1.8, top_p=0.9, top_k=45, max_new_tokens=_FRAMES,
    )  # fmt: skip
    return model


def _saved_codec(folder: Path) -> Any:
    """Save a codec and load it again: a processor remembers from where its codec came."""
    from transformers import DacConfig, DacModel

    DacModel(
        DacConfig(
            sampling_rate=RATE, downsampling_ratios=[2, 4, 8, 8], n_codebooks=9, codebook_size=1024, codebook_dim=4,
            encoder_hidden_size=4, decoder_hidden_size=64,
        )
    ).save_pretrained(folder)  # fmt: skip
    return DacModel.from_pretrained(folder)


def _processor(folder: Path, place: Any) -> Any:
    """Put the processor together by hand: left to itself it would fetch the codec by its name on the network."""
    from transformers import AutoFeatureExtractor, AutoTokenizer, DacModel, DiaProcessor

    codec = loading.whole(DacModel, str(folder / _CODEC)).to(place)
    ears = AutoFeatureExtractor.from_pretrained(folder / _MODEL, local_files_only=True)
    return DiaProcessor(ears, AutoTokenizer.from_pretrained(folder / _MODEL, local_files_only=True), codec)
