# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""Tries Swin2SR on a tiny checkpoint of the real classes: a picture whole and in tiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from machine import Machine

from studio.engines.shared.neural import loading, memory, proof

_FOLDER = "swin2sr"
_WIDE, _HIGH = 75, 61  # of the picture; no multiples of anything
_TILE = 48
_SPREAD = 0.15  # of what comes out, between 0 and 1
_CLOSE = 24  # of 255, what the border of a tile may change


def make(folder: Path, *, times: int = 2, name: str = _FOLDER, **sizes: Any) -> None:
    """Write a checkpoint of less than a megabyte."""
    import torch
    from transformers import Swin2SRConfig, Swin2SRForImageSuperResolution

    with loading.quiet():
        torch.manual_seed(0)
        tiny: dict[str, Any] = {"embed_dim": 16, "depths": [2, 2], "num_heads": [2, 2], "upscale": times, **sizes}
        model = Swin2SRForImageSuperResolution(Swin2SRConfig(**tiny))
        with torch.no_grad():
            for weight in model.parameters():
                if weight.ndim > 1:  # as they are made, all that layers compute is next to nothing
                    weight.mul_(2.0)
            points = torch.rand(1, 3, 8, 8).repeat_interleave(6, 2).repeat_interleave(6, 3)
            last = model.upsample.final_convolution  # so that a picture of blotches has some contrast when it comes out
            spread = model.eval()(points).reconstruction.std((2, 3)).mean()
            last.weight.mul_(_SPREAD / spread)
            last.bias.mul_(_SPREAD / spread)
        model.save_pretrained(folder / name)


def check(folder: Path, device: str) -> dict[str, Any]:
    """Enlarge; return facts, or raise what went wrong."""
    import numpy as np

    memory.begin(0)
    model = Machine(folder / _FOLDER, device, form="fp32", rungs=frozenset())

    def enlarge(seed: int, side: int = 1024) -> Any:
        dice = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
        pixels = dice.repeat(10, axis=0).repeat(10, axis=1)[:_HIGH, :_WIDE]
        return model.enlarge(pixels, 2, side, lambda _share: None).pixels

    same = proof.repeats(enlarge, "the larger picture", device)
    whole, tiled = enlarge(7), enlarge(7, _TILE)
    if whole.shape != (2 * _HIGH, 2 * _WIDE, 3):
        raise ValueError(f"the larger picture has the form {whole.shape}")
    apart = int(np.abs(whole.astype(int) - tiled).max())
    if apart > _CLOSE:
        raise ValueError(f"in tiles the picture is another one: points differ by up to {apart}")
    return {
        **proof.versions("torch", "transformers"), "device": device, "width": whole.shape[1],
        "same_seed_equal": same, "difference_in_tiles": apart, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip
