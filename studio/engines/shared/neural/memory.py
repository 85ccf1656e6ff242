# pyright: basic, reportMissingImports=false
"""What torch is told so that a model fits: each setting answers a rung of the ladder. The worker's main thread."""

from __future__ import annotations

import gc
from collections.abc import Collection
from typing import Any

from studio.engines.shared.neural import placing


def begin(threads: int) -> None:
    """Set up a process that only ever infers; 0 threads leaves the choice to torch."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    torch.set_grad_enabled(False)


def give_back() -> None:
    """Free what nobody holds, on whichever card this process has."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif hasattr(torch, "xpu") and torch.xpu.is_available():
        torch.xpu.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def math_attention() -> None:
    """Compute attention by plain matrix products: slower, and right where a fused kernel crashes or makes NaN."""
    import torch

    for kernel in ("flash", "mem_efficient", "cudnn"):
        choose = getattr(torch.backends.cuda, f"enable_{kernel}_sdp", None)  # older builds know fewer
        if choose is not None:
            choose(False)
    torch.backends.cuda.enable_math_sdp(True)


def make_ready(rungs: Collection[str]) -> None:
    """Do what the rungs want before a model is loaded."""
    if "math_attention" in rungs:
        math_attention()


def fit(pipe: Any, device: str, rungs: Collection[str]) -> None:
    """Put a diffusers pipeline on its device with the settings that the rungs name."""
    target = placing.torch_device(device)
    make_ready(rungs)
    if "slicing" in rungs:
        pipe.enable_attention_slicing()
        for name in ("enable_slicing", "enable_tiling"):
            enable = getattr(getattr(pipe, "vae", None), name, None)
            if enable is not None:
                enable()
    if "offload" in rungs and target.type != "cpu":
        pipe.enable_model_cpu_offload(device=target)  # it moves each part when its turn comes
    else:
        pipe.to(target)
