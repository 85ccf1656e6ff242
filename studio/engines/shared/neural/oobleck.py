# pyright: basic, reportMissingImports=false
"""The autoencoder of ACE-Step and Stable Audio: loading, lengths, tiles, and decoding that tells how far it is.

The pipelines decode by themselves as well, but in one go: no cancel is heard in it, and all of a fixed length is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_SMALL_TILE, _SMALL_OVERLAP = 192, 32  # latents; a third of what the library takes
_SMALL_SECONDS = 10  # of sound that is encoded at once


def pipeline(folder: Path, device: str, *, form: str, rungs: Collection[str]) -> Any:
    """Load a diffusers pipeline with such an autoencoder whole, and put it on its device."""
    from studio.engines.shared.neural import checkpoint, loading, memory, placing

    with loading.quiet():
        pipe: Any = loading.pipeline(str(folder), dtype=checkpoint.dtype_of(form))
        memory.fit(pipe, device, rungs)
    prepare(pipe.vae, rungs)
    if "offload" not in rungs:
        placing.require_on(pipe.transformer, placing.torch_device(device))
    return pipe


def prepare(vae: Any, rungs: Collection[str]) -> None:
    """Have long sounds go through in tiles, since minutes at once take more memory than most cards have."""
    vae.enable_tiling()
    if "slicing" in rungs:
        vae.tile_latent_min_length, vae.tile_latent_overlap = _SMALL_TILE, _SMALL_OVERLAP
        vae.tile_sample_min_length = _SMALL_SECONDS * vae.sampling_rate


def sounding(latents: int, ratios: Sequence[int]) -> int:
    """Return how many moments come of so many latents: a layer that stretches by an odd number leaves one out."""
    for ratio in ratios:
        latents = latents * ratio - ratio % 2
    return latents


def needed(frames: int, ratios: Sequence[int]) -> int:
    """Return how many latents it takes for so many moments at least."""
    count = max(1, math.ceil(frames / math.prod(ratios)))
    while sounding(count, ratios) < frames:
        count += 1
    return count


def decoded(vae: Any, latents: Any, rungs: Collection[str], on_tile: Callable[[float], None]) -> np.ndarray:
    """Turn latents of one sound (1, width, count) into samples (channels, moments); it tells the share that is done."""
    import torch

    count = latents.shape[-1]
    tiled = vae.use_tiling and count > vae.tile_latent_min_length
    tiles = math.ceil(count / (vae.tile_latent_min_length - 2 * vae.tile_latent_overlap)) if tiled else 1
    done = 0

    def step() -> None:
        nonlocal done
        on_tile(done / tiles)
        done += 1

    with torch.no_grad(), before_each(vae.decoder, step):
        on_cpu = "decode_cpu" in rungs
        made = _on_the_processor(vae, latents) if on_cpu else vae.decode(latents.to(vae.dtype)).sample
    return made[0].float().cpu().numpy()


def _on_the_processor(vae: Any, latents: Any) -> Any:
    """Decode where memory is plenty; past the hooks that would bring the weights back to the card."""
    import torch

    place, form = vae.device, vae.dtype
    vae.to("cpu", torch.float32)
    try:
        return vae._decode(latents.to("cpu", torch.float32)).sample  # noqa: SLF001 — the hooks are around decode
    finally:
        vae.to(place, form)


@contextmanager
def before_each(part: Any, step: Callable[[], None]) -> Generator[None, None, None]:
    """Call something before each tile that a half of the autoencoder takes in; what it raises ends the work."""

    def before(module: Any, given: Any) -> None:
        del module, given
        step()

    hook = part.register_forward_pre_hook(before)
    try:
        yield
    finally:
        hook.remove()
