"""The variables with which an engine's process sees one device, and its libraries behave on it. Pure."""

from __future__ import annotations

from studio.runtime.detection import found
from studio.runtime.detection.found import Card

_ALLOCATION = "max_split_size_mb:512,garbage_collection_threshold:0.8"
# The compiler of AMD's fast attention; cards that it is not made for compute wrong numbers with it.
_AOTRITON = ("gfx1100", "gfx1101", "gfx1102", "gfx1103", "gfx1150", "gfx1151", "gfx1200", "gfx1201")
# MIOpen otherwise tries every kernel there is with the first picture, for many minutes.
_MIOPEN = {"MIOPEN_FIND_MODE": "2", "MIOPEN_SEARCH_CUTOFF": "1", "MIOPEN_FIND_ENFORCE": "1"}


def of(card: Card, kind: str, system: str) -> dict[str, str]:
    """Return the variables for a card that computes as `kind`."""
    if kind == "cuda":
        return {
            "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
            "CUDA_VISIBLE_DEVICES": card.uuid or str(card.index),
            "PYTORCH_ALLOC_CONF": _ALLOCATION,
        }
    if kind == "rocm":
        return _rocm(card, system)
    if kind == "xpu":
        return {"ZE_AFFINITY_MASK": str(card.index)}
    if kind == "mps":
        return {"PYTORCH_ENABLE_MPS_FALLBACK": "1"}
    return {}


def _rocm(card: Card, system: str) -> dict[str, str]:
    # Never both of these: the second would count among what the first has left.
    visible = "HIP_VISIBLE_DEVICES" if system == found.WINDOWS else "ROCR_VISIBLE_DEVICES"
    variables = {visible: str(card.index), "PYTORCH_ALLOC_CONF": _ALLOCATION, **_MIOPEN}
    if card.gfx in _AOTRITON:
        variables["TORCH_ROCM_AOTRITON_ENABLE_EXPERIMENTAL"] = "1"
    if system == found.WSL:
        variables["HSA_ENABLE_DXG_DETECTION"] = "1"
    return variables
