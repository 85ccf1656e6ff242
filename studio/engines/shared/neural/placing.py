# pyright: basic, reportMissingImports=false
"""Where a model computes: the torch device that belongs to a device of the studio. The worker's main thread.

Nothing falls to the CPU in silence: a device that the installed torch cannot use is an error, and so is a model that
lies elsewhere than it was sent.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_AS_CUDA = frozenset({"cuda", "rocm"})  # torch calls AMD's cards by NVIDIA's name


class WrongBuild(RuntimeError):
    """The installed torch was built for something else than the device (the ladder knows this by its text)."""


def kind_of(device: str) -> str:
    """Return what a device of the studio is: `local/cuda0` is a cuda."""
    return device.rpartition("/")[2].rstrip("0123456789")


def torch_device(device: str) -> torch.device:
    """Return torch's name for a device of the studio, of which the process sees only this one."""
    import torch

    kind = kind_of(device)
    if kind == "cpu":
        return torch.device("cpu")
    if kind == "directml":
        import torch_directml

        return torch_directml.device()
    if kind in _AS_CUDA:
        return _there("cuda", torch.cuda.is_available(), kind)
    if kind == "xpu":
        return _there("xpu", torch.xpu.is_available(), kind)
    if kind == "mps":
        return _there("mps", torch.backends.mps.is_available(), kind)
    raise WrongBuild(f"torch not compiled with CUDA or any other way to compute on {device!r}")


def inferring(device: str) -> AbstractContextManager[object]:
    """Return what a model computes under where no gradients are wanted.

    Less is kept of each step than without gradients alone; DirectML's build of torch cannot do without that.
    """
    import torch

    return torch.no_grad() if kind_of(device) == "directml" else torch.inference_mode()


def require_on(module: torch.nn.Module, wanted: torch.device) -> None:
    """Raise when a part of a model lies on another device than it was sent to."""
    elsewhere = sorted({p.device.type for p in module.parameters()} - {wanted.type})
    if elsewhere:
        raise WrongBuild(f"the model was to compute on {wanted.type} and lies on {', '.join(elsewhere)}")


def _there(name: str, usable: bool, kind: str) -> torch.device:  # noqa: FBT001 — called in one place, in order
    import torch

    if not usable:
        raise WrongBuild(f"no kernel image for {kind}: torch {torch.__version__} finds no such device here")
    return torch.device(name)
