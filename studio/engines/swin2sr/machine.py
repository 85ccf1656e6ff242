# pyright: basic, reportMissingImports=false
"""Swin2SR itself: a picture made larger, tile by tile. The thread beside the worker's main one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from transformers import Swin2SRConfig
from transformers import Swin2SRForImageSuperResolution as Swin2SR

from studio.engines.shared import tiling
from studio.engines.shared.neural import checkpoint, loading, memory, placing
from studio.worker.failures import BadNumbers, UserMistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studio.engines.shared.tiling import Pixels

_COLOURS = 3
_SEEN = 8  # of 256: what differs by less may be one colour in the larger picture, too
_UNSEEN = 0.25  # of the overlap of two tiles, at either end
_SLICE = 64  # points a side of a tile where memory is short


@dataclass(frozen=True)
class Made:
    """A larger picture, and how many of its tiles came out right only in fp32."""

    pixels: Pixels
    redone: int


class Machine:
    """The loaded model. It enlarges by a factor of its own; other factors are made of it."""

    def __init__(self, folder: Path, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load it; every weight must be there."""
        self._form = checkpoint.dtype_of(form)
        self._device = device
        self._place = placing.torch_device(device)
        self._rungs = rungs
        self._look: Callable[[float], None] = lambda _share: None
        with loading.quiet():
            config = Swin2SRConfig.from_pretrained(str(folder), local_files_only=True)
            self.times = int(config.upscale)
            if (config.num_channels, config.num_channels_out) != (_COLOURS, _COLOURS) or self.times < 2:
                raise UserMistake("This Swin2SR enlarges no pictures in colour.", "Choose one of the engine's own.")
            self._model = loading.whole(Swin2SR, str(folder), dtype=self._form).to(self._place)
        placing.require_on(self._model, self._place)
        self._grid = int(config.window_size)  # tiles that begin at windows see the same as the whole would
        self._watch()

    def enlarge(self, pixels: Pixels, times: int, side: int, look: Callable[[float], None]) -> Made:
        """Return a picture so many times as large, made in tiles of about that side.

        `look` is told before each layer how far the whole is, and leaves by raising.
        """
        side = min(side, _SLICE) if "slicing" in self._rungs else side
        passes = [times] if self.times >= times else [2] * (times // 2)
        work = [4.0**number for number in range(len(passes))]  # each finds four times as many points as the one before
        redone = 0
        for number, factor in enumerate(passes):
            done, here = sum(work[:number]) / sum(work), work[number] / sum(work)
            made = self._once(pixels, factor, side, lambda share, done=done, here=here: look(done + here * share))
            pixels, redone = made.pixels, redone + made.redone
        return Made(pixels, redone)

    # ---- one pass

    def _once(self, pixels: Pixels, times: int, side: int, look: Callable[[float], None]) -> Made:
        high, wide = pixels.shape[:2]
        grid, redone = self._grid, 0
        side = max(grid, side // grid * grid)
        more = [(0, -high % grid), (0, -wide % grid), (0, 0)]

        def paint(number: int, count: int, under: Pixels) -> Pixels:
            nonlocal redone
            self._look = lambda share: look((number + share) / count)
            if "empty_cache" in self._rungs:
                memory.give_back()
            points, again = self._tile(under)
            redone += again
            tile = (points.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
            return tile if times == self.times else _resized(tile, under.shape[1] * times, under.shape[0] * times)

        try:
            canvas = np.pad(pixels, more, mode="symmetric")
            whole = tiling.painted(canvas, side, side, paint, times=times, grid=grid, unseen=_UNSEEN)
        finally:
            self._look = lambda _share: None
        return Made(np.ascontiguousarray(whole[: high * times, : wide * times]), redone)

    def _tile(self, under: Pixels) -> tuple[Any, bool]:
        """Return a tile as points from 0 to 1 on the processor, in fp32 where it comes to nothing otherwise."""
        points = self._points(under)
        if _is_picture(points, under):
            return points, False
        if self._form != torch.float32:
            with self._exact():
                points = self._points(under)
            if _is_picture(points, under):
                return points, True
        raise BadNumbers("NaN found in the larger picture, or one colour where there were several")

    def _points(self, under: Pixels) -> Any:
        given = torch.from_numpy(under).to(self._place).permute(2, 0, 1)[None]
        with placing.inferring(self._device), loading.quiet():
            made = self._model(pixel_values=given.to(self._model.dtype) / 255).reconstruction
        return made[0].float().cpu()

    @contextmanager
    def _exact(self) -> Iterator[None]:
        """Have the model compute in fp32 for a while."""
        self._model.to(torch.float32)
        try:
            yield
        finally:
            self._model.to(self._form)

    def _watch(self) -> None:
        """Look for a cancel before each layer: a tile may take longer than a cancel may."""
        layers = [layer for stage in self._model.swin2sr.encoder.stages for layer in stage.layers]
        steps = [*layers, self._model.upsample]
        shares = np.linspace(0, 1, len(steps), endpoint=False).tolist()
        for share, step in zip(shares, steps, strict=True):
            step.register_forward_pre_hook(lambda *_, share=share: self._look(share))


def _is_picture(points: Any, under: Pixels) -> bool:
    if not bool(torch.isfinite(points).all()):
        return False
    shown = points.clamp(0, 1)
    return float(shown.max()) > float(shown.min()) or int(under.max()) - int(under.min()) < _SEEN


def _resized(tile: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(Image.fromarray(tile).resize((width, height), Image.Resampling.LANCZOS))
