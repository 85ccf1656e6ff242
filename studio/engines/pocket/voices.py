# pyright: basic, reportMissingImports=false
"""Voices that come with the model: what its layers had in mind after they had heard one. The worker's main thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weights import turned

from studio.worker.failures import UserMistake

_MOST_BYTES = 200_000_000
_MOST_MOMENTS = 4096


def read(file: Path, speaker: Any) -> Any:
    """Read a voice as what a model goes on from."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import DynamicCache

    about = speaker.config
    cache = DynamicCache(config=about)
    try:
        kept = load_file(file) if file.stat().st_size <= _MOST_BYTES else {}
        for layer in range(about.num_hidden_layers):
            moments = _moments(
                kept, f"transformer.layers.{layer}.self_attn", (about.num_attention_heads, about.head_dim)
            )
            keys, values = moments.to(speaker.device, speaker.dtype).transpose(2, 3)
            cache.update(turned(keys.permute(3, 0, 1, 2)).permute(1, 2, 3, 0).contiguous(), values.contiguous(), layer)
    except (SafetensorError, OSError, LookupError, ValueError, RuntimeError) as e:
        raise UserMistake(f"The voice {file.stem} is damaged, or of another model: {e}", "Download it again.") from e
    return cache


def _moments(kept: dict[str, Any], layer: str, heads: tuple[int, int]) -> Any:
    """Return the part of a layer's memory that was in use: keys and values, moment by moment."""
    import torch

    offset, old = kept.get(f"{layer}/offset"), kept.get(f"{layer}/current_end")
    used = int(offset.reshape(-1)[0]) if offset is not None else len(old) if old is not None else 0
    moments = kept[f"{layer}/cache"]
    expected = (2, 1, moments.shape[2] if moments.ndim == 5 else 0, *heads)
    if moments.shape != expected or not 0 < used <= min(moments.shape[2], _MOST_MOMENTS):
        raise ValueError("its shape is another")
    if not torch.isfinite(moments[:, :, :used]).all():
        raise ValueError("it holds values that are not finite")
    return moments[:, :, :used]
