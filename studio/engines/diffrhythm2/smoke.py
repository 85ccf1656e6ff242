# pyright: reportMissingImports=false
"""Tries DiffRhythm 2 on a tiny checkpoint of the real classes: eight seconds of a song from words and a style.

The words go through the real reading rules, the style through the real style model, from words and from a sound.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import surroundings

from studio.engines.shared.neural import loading, memory, proof, tiny

RATE = 48000
_SECONDS = 8
_STEPS = 4
_LINES = ("Summer rain is falling", "你好")
_NETWORK = {
    "dim": 64, "depth": 2, "heads": 4, "ff_mult": 2, "mel_dim": 16, "text_num_embeds": 700, "conv_layers": 0,
    "block_size": 10, "use_flex_attn": False,
}  # fmt: skip
_DECODER = {
    "in_channels": 16, "num_mels": 16, "upsample_rates": [10, 10, 8, 4, 3],
    "upsample_kernel_sizes": [20, 20, 16, 8, 7], "upsample_initial_channel": 32, "resblock": "1",
    "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]], "activation": "snakebeta",
    "snake_logscale": True, "use_tanh_at_final": False, "use_bias_at_final": False, "sampling_rate": RATE,
    "use_cuda_kernel": False,
}  # fmt: skip
_WIDTH = 16  # of all that reads a style
_TOWER: dict[str, Any] = {"dim": _WIDTH, "tf_depth": 1, "heads": 2, "dim_head": 8}
_STYLE: dict[str, Any] = {
    "mulan": {"sr": 24000, "clip_secs": 10, "dim_latent": 512, "rank_contrast": True},
    "audio_model": {"name": "OpenMuQ/MuQ-large-msd-iter", "model_dim": _WIDTH, "use_layer_idx": -1},
    "text_model": {"name": "xlm-roberta-base", "model_dim": _WIDTH, "use_layer_idx": -1},
    "audio_transformer": {**_TOWER, "attn_dropout": 0.0, "ff_dropout": 0.0, "ff_mult": 2},
    "text_transformer": {**_TOWER, "attn_dropout": 0.0, "ff_dropout": 0.0, "ff_mult": 2, "max_seq_len": 64},
}
_EARS: dict[str, Any] = {
    "num_codebooks": 1, "codebook_dim": 4, "codebook_size": 8, "conv_dim": 8, "encoder_dim": _WIDTH, "encoder_depth": 1,
    "stat": {"melspec_2048_mean": 6.8, "melspec_2048_std": 18.4},
}  # fmt: skip


def make(folder: Path) -> None:
    """Write the model as a download would bring it, with what belongs to it beside it."""
    import torch
    from diffrhythm2.bigvgan.env import AttrDict
    from diffrhythm2.bigvgan.model import BigVGAN
    from diffrhythm2.model.backbones.dit import DiT
    from diffrhythm2.model.cfm import CFM
    from safetensors.torch import save_file

    own = folder / "diffrhythm2"
    with loading.quiet():
        torch.manual_seed(0)
        own.mkdir(parents=True)
        _describe(own / "model.json", _NETWORK)
        _describe(own / "decoder.json", _DECODER)
        flow = CFM(transformer=DiT(**_NETWORK), num_channels=_NETWORK["mel_dim"], block_size=_NETWORK["block_size"])
        save_file(flow.state_dict(), own / "model.safetensors")
        torch.save({"generator": BigVGAN(AttrDict(_DECODER)).state_dict()}, own / "decoder.bin")
        _make_style(folder)


def check(folder: Path, device: str) -> dict[str, Any]:
    """Make eight seconds; return facts, or raise what went wrong."""
    import asking
    import numpy as np
    import places
    from machine import Machine

    memory.begin(0)
    surroundings.keep_tables_in(folder)
    machine = Machine(places.folders(str(folder), {}), device, form="fp32", rungs=frozenset())
    lyrics = "[verse]\n" + "\n".join(_LINES)
    params = {"style": "folk", "duration": _SECONDS, "steps": _STEPS, "guidance": 2.0}
    noise = np.random.default_rng(0).standard_normal((1, RATE)).astype(np.float32)

    songs: list[Any] = []

    def sing(seed: int, reference: Any = None) -> Any:
        order = asking.order(params, lyrics, seed)
        songs.append(machine.sing(order, reference, lambda *_: None, lambda _: None))
        return songs[-1]

    same = proof.repeats(sing, "the song", device)
    sound = proof.finite(sing(7, noise), "the song after another")
    if np.array_equal(songs[0], sound):
        raise ValueError("a song sounds the same whatever its style")
    if sound.shape != (1, _SECONDS * RATE):
        raise ValueError(f"{_SECONDS} seconds at {RATE} a second came out as {sound.shape}")
    return {
        **proof.versions("torch", "transformers", "diffrhythm2-fork", "torchdiffeq", "muq"), "device": device,
        "sample_rate": machine.rate, "samples": sound.shape[-1], "same_seed_equal": same,
        "phonemes": [len(surroundings.phonemes(line)) for line in _LINES], "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _make_style(folder: Path) -> None:
    """Write the style model, and the descriptions of the two that it is made of."""
    import places
    from transformers import Wav2Vec2ConformerConfig, XLMRobertaConfig

    surroundings.prepare()
    ears, words, style = (folder / name for name in ("MuQ-large-msd-iter", "xlm-roberta-base", "MuQ-MuLan-large"))
    for place in (ears, words, style):
        place.mkdir()
    inner = Wav2Vec2ConformerConfig(
        hidden_size=_WIDTH, num_attention_heads=2, intermediate_size=32, num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
    )  # fmt: skip
    _describe(ears / "config.json", {**_EARS, "w2v2_config": inner.to_dict()})
    letters = tiny.byte_tokenizer(eos="</s>", pad="<pad>")
    letters.save_pretrained(words)
    XLMRobertaConfig(
        vocab_size=len(letters), hidden_size=_WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=len(letters) + 64, pad_token_id=letters.pad_token_id,
    ).save_pretrained(words)  # fmt: skip
    _describe(style / "config.json", _STYLE)

    from safetensors.torch import save_file
    from styling import built

    made = built(places.Folders(folder, style, ears, words))
    save_file(made.state_dict(), style / "model.safetensors")


def _describe(file: Path, about: dict[str, Any]) -> None:
    file.write_text(json.dumps(about), encoding="utf-8")
