# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Pieces of which smoke tests build checkpoints of the real classes, a few hundred kilobytes each. The main thread."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, memory, placing

_CLIP_START, _CLIP_END = "<|startoftext|>", "<|endoftext|>"


def byte_tokenizer(*, eos: str, pad: str = "", special: tuple[str, ...] = (), **settings: Any) -> Any:
    """Return a fast tokenizer with a token for each byte, so that any text has one."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *special, *(w for w in (eos, pad) if w and w not in special)]
    inner = Tokenizer(models.BPE(vocab={word: number for number, word in enumerate(words)}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(list(special))
    return PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=eos, pad_token=pad or eos, **settings)


def write_clip_tokenizer(folder: Path) -> None:
    """Write a CLIP tokenizer as published models ship it: a vocabulary and merges, which all transformers read."""
    for old in folder.iterdir() if folder.is_dir() else ():
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    letters = [*"abcdefghijklmnopqrstuvwxyz", *"0123456789.,!()"]
    words = [*letters, *(letter + "</w>" for letter in letters), _CLIP_START, _CLIP_END]
    (folder / "vocab.json").write_text(json.dumps({word: n for n, word in enumerate(words)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    about = {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "bos_token": _CLIP_START, "eos_token": _CLIP_END,
        "pad_token": _CLIP_END, "unk_token": _CLIP_END,
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")


def clip_tokenizer() -> Any:
    """Return a CLIP tokenizer that knows letters."""
    from transformers import CLIPTokenizer

    with tempfile.TemporaryDirectory() as folder:
        write_clip_tokenizer(Path(folder))
        return CLIPTokenizer.from_pretrained(folder)


def clip_text_encoder(tokenizer: Any, kind: Any = None, *, width: int = 16, layers: int = 2) -> Any:
    """Return a CLIP text encoder for that tokenizer."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return (kind or CLIPTextModel)(
        CLIPTextConfig(
            vocab_size=len(tokenizer), hidden_size=width, projection_dim=width, intermediate_size=2 * width,
            num_hidden_layers=layers, num_attention_heads=2, max_position_embeddings=77,
            bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        )
    )  # fmt: skip


def oobleck(*, rate: int, ratios: list[int], width: int, inner: int) -> Any:
    """Return an autoencoder of sounds in stereo: `width` is that of its latents, `inner` that of its decoder."""
    from diffusers import AutoencoderOobleck

    return AutoencoderOobleck(
        sampling_rate=rate, audio_channels=2, encoder_hidden_size=2 * width, downsampling_ratios=ratios,
        channel_multiples=[1] * len(ratios), decoder_channels=inner, decoder_input_channels=width,
    )  # fmt: skip


def pipeline_on(folder: Path, device: str) -> Any:
    """Load a pipeline that was just made, and see that each part of it is on the device."""
    import torch

    memory.begin(0)
    pipe = loading.pipeline(str(folder))
    memory.fit(pipe, device, ())
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            placing.require_on(part, placing.torch_device(device))
    return pipe
