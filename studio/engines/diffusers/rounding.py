# pyright: basic, reportMissingImports=false
"""Weights rounded to whole numbers of one byte, with a scale for each output of a layer. The worker's main thread.

A layer multiplies its weights out when it is called, in the number format in which it was loaded. That takes half the
memory of fp16 or a quarter of fp32 on any device, for another pass over the weights at each call. What lies beside a
layer (a LoRA) is not rounded, and taking it off leaves no trace, as the weights themselves are never touched.
"""

from __future__ import annotations

from typing import Any

import torch

_MOST = 127  # either way, so that zero stays zero
# A power of two, so this alone changes no digit. The scale is kept 128 times as large as it would be without: fp16
# holds the largest weight of an output well, where the 127th part of it may be too small for some devices.
_STEP = 1 / 128
_NETWORKS = frozenset({"unet", "transformer"})
_READER = "text_encoder"


class _Rounded(torch.nn.Module):
    """What rounded layers have in common: whole numbers as `weight`, and a `scale` for each output."""

    weight: Any
    scale: Any

    @property
    def compute_dtype(self) -> Any:
        """The number format in which it computes. The library of LoRAs looks for it under this name."""
        return self.scale.dtype

    def multiplied(self) -> Any:
        """Return the weights as numbers to compute with; nobody keeps them."""
        return self.weight.to(self.scale.dtype).mul_(_STEP).mul_(self.scale)


class RoundedLinear(_Rounded, torch.nn.Linear):
    """A matrix."""

    def forward(self, given: Any) -> Any:
        """Compute as the layer did before."""
        return torch.nn.functional.linear(given.to(self.scale.dtype), self.multiplied(), self.bias)


class RoundedConv2d(_Rounded, torch.nn.Conv2d):
    """A convolution of pictures."""

    def forward(self, given: Any) -> Any:
        """Compute as the layer did before."""
        return self._conv_forward(given.to(self.scale.dtype), self.multiplied(), self.bias)


# Exactly these: what is made from them may reach for its weights itself.
_KINDS: dict[type, type] = {torch.nn.Linear: RoundedLinear, torch.nn.Conv2d: RoundedConv2d}


def worth_it(name: str) -> bool:
    """Whether a pipeline's part of this name is large, and does well with rounded weights: it paints or reads."""
    return name in _NETWORKS or name.startswith(_READER)


def round_weights(part: torch.nn.Module) -> None:
    """Round the weights of all layers that can be; each one's old weights are free before the next one's turn."""
    for layer in part.modules():
        if type(layer) in _KINDS:
            _round(layer)


def _round(layer: Any) -> None:
    weight = layer.weight.detach()
    largest = weight.abs().amax(dim=tuple(range(1, weight.ndim)), keepdim=True).float()
    # Rounded to its format before the weights are rounded by it; else outputs would be a little too large or too small.
    scale = (largest / (_MOST * _STEP)).to(weight.dtype)
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    whole = (weight.float() / (scale.float() * _STEP)).round_().clamp_(-_MOST, _MOST).to(torch.int8)
    layer.weight = torch.nn.Parameter(whole, requires_grad=False)
    layer.register_buffer("scale", scale)
    layer.__class__ = _KINDS[type(layer)]
