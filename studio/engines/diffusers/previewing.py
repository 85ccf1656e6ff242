# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Rough looks at a picture that is growing. The worker's main thread.

Either a small decoder that was trained to look like the model's own (TAESD), where the user has one; or a point for
each cell of what is computed: a small matrix from a cell's numbers to a colour, fitted once to what the model's own
decoder makes of noise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoint
import torch

from studio.engines.shared.neural import loading
from studio.worker.failures import UserMistake

_SIDE = 8
_SAMPLES = 4
_SEED = 7
_LONGEST = 512  # points; a look is no result

Decode = Callable[[Any], Any]
"""From cells of the form (1, channels, high, wide) to points of the form (1, 3, ...), from 0 to 1."""


class Colours:
    """The matrix of one model."""

    def __init__(self, decode: Decode, channels: int) -> None:
        """Fit it: a few small decodings, which cost less than a step."""
        noise = torch.randn((_SAMPLES, channels, _SIDE, _SIDE), generator=torch.Generator().manual_seed(_SEED))
        smooth = torch.nn.functional.avg_pool2d(noise, 3, 1, 1, count_include_pad=False) * 2
        cells, points = [], []
        for one in (*noise.split(1), *smooth.split(1)):
            made = torch.nn.functional.adaptive_avg_pool2d(decode(one).float().cpu(), _SIDE)
            cells.append(one[0].flatten(1).T)
            points.append(made[0].flatten(1).T.nan_to_num())  # what cannot be seen is no reason to fail
        given = torch.cat(cells)
        given = torch.cat([given, torch.ones(given.shape[0], 1)], dim=1)
        self._matrix = torch.linalg.lstsq(given, torch.cat(points)).solution

    def look(self, cells: Any) -> Any:
        """Return the picture of the first of some cells as bytes: high, wide, 3."""
        found = cells[0].float().cpu()
        return _bytes(torch.einsum("chw,cr->rhw", found, self._matrix[:-1]) + self._matrix[-1][:, None, None])


class Tiny:
    """The small decoder of one family of models."""

    def __init__(self, decoder: Any, device: Any, form: Any) -> None:
        """Take it over, loaded."""
        self._decoder = decoder.to(device, form)
        self._device = device
        self._form = form

    @classmethod
    def of(cls, folder: Path, channels: int, device: Any, form: Any) -> Tiny | None:
        """Load it; None where the folder holds none for so many channels, since looks can be had without."""
        from diffusers import AutoencoderTiny

        try:
            decoder = loading.whole(AutoencoderTiny, str(folder))
        except (UserMistake, RuntimeError, *checkpoint.stumbles()):
            return None
        return cls(decoder, device, form) if decoder.config.latent_channels == channels else None

    def look(self, cells: Any) -> Any:
        """Return the picture of the first of some cells as bytes: high, wide, 3."""
        points = self._decoder.decode(cells[:1].to(self._device, self._form), return_dict=False)[0].float()
        longest = max(points.shape[-2:])
        if longest > _LONGEST:
            points = torch.nn.functional.interpolate(points, scale_factor=_LONGEST / longest, mode="area")
        return _bytes(points[0].cpu() / 2 + 0.5)


def _bytes(points: Any) -> Any:
    return (points.permute(1, 2, 0).nan_to_num().clamp(0, 1) * 255).round().to(torch.uint8).numpy()
