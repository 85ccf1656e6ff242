"""What suits each card: accelerator, source of wheels, and why, in a sentence for the user. Pure; any thread.

A sentence is a text with places and their values, so that a window can say it in another language. What is advised here
is a plan; only the probe in the environment that was built proves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from studio.runtime.detection import found, names
from studio.runtime.detection.found import Card, Machine

ORDER = ("cuda", "rocm", "xpu", "mps", "directml", "cpu")

# AMD's own index has kernels for these; the others are in PyTorch's build for Linux.
_ROCM = frozenset({
    "gfx1010", "gfx1011", "gfx1012", "gfx1030", "gfx1031", "gfx1032",
    "gfx1034", "gfx1035", "gfx1100", "gfx1101", "gfx1102", "gfx1103", "gfx1150", "gfx1151", "gfx1152", "gfx1153",
    "gfx1200", "gfx1201",
})  # fmt: skip
_ROCM_GENERIC = frozenset({"gfx900", "gfx906", "gfx908", "gfx90a", "gfx942", "gfx950"})
_WRONG_NUMBERS = frozenset({"gfx1033"})
_VEGA_PARTS = frozenset({"gfx902", "gfx909", "gfx90c"})
_TINY = frozenset({"gfx1036"})
# Builds that lack a card's kernels can be told to use those of its nearest relative; above gfx10 that hangs the card.
_OVERRIDES: dict[str, str] = dict.fromkeys(
    ("gfx1010", "gfx1011", "gfx1012", "gfx1031", "gfx1032", "gfx1034", "gfx1035"), "10.3.0"
)  # fmt: skip

_CUDA13, _CUDA12_8 = (580, 0), (570, 0)  # drivers
_CUDA12 = {found.WINDOWS: (528, 33), found.WSL: (528, 33)}
_CUDA12_LINUX = (525, 60)
_TURING, _BLACKWELL, _MAXWELL = (7, 5), (10, 0), (5, 0)

ON_CPU = "Engines compute on the CPU."
NO_CARD = "No graphics card was found."
CUDA = "{card} computes with CUDA."
ROCM = "{card} computes with ROCm."
ROCM_SHARED = "{card} computes with ROCm and shares the computer’s memory."
XPU = "{card} computes with Intel’s build of PyTorch."
MPS = "{card} computes with Metal."
DIRECTML = "{card} computes with DirectML, because no build of ROCm for it is known."
WRONG_NUMBERS = "{card} of the Steam Deck computes wrong numbers with every build there is."
VEGA_PART = "There is no build of ROCm for {card}, and forcing another one crashes its driver."
TINY = "{card} is slower than the processor beside it."
NO_BUILD = "There is no current build for {card} any more."
UNKNOWN = "No build for {card} is known."
INTEL_PART = "Engines gain nothing from {card}."
OLD_DRIVER = "{card} needs driver {needed} or newer, and {driver} is installed."
IN_WSL = "WSL2 does not let {card} compute."
TROUBLES = {
    found.NO_DRIVER: "{card} has no driver that can compute.",
    found.NO_ACCESS: "{card} may not be used by this user.",
    found.NOT_PASSED: "{card} was not passed on to this container.",
    found.NO_COMPUTE: "The system’s driver does not let {card} compute.",
    found.NO_RUNTIME: "{card} lacks Intel’s compute library.",
    found.DRIVER_FAILED: "The driver of {card} does not answer.",
    found.RESTART: "The driver of {card} was updated while the system ran.",
}

NEWER_CUDA = "From driver 580 on, the newest build could be used."
TRY_DIRECTML = "DirectML can be tried by choosing the device directml."
IN_WINDOWS = "Use the studio in Windows itself; there it computes on this card."
IN_WINDOWS_OR_ROCM = "Use the studio in Windows itself, or set up ROCm for WSL (rocminfo must list the card)."
MAKERS_DRIVER = "Install the driver of the card’s maker, then restart the computer."
NEWER_KERNEL = "Update the system: its kernel or its firmware files are older than the card."
HINTS = {
    found.NO_DRIVER: MAKERS_DRIVER,
    found.NO_ACCESS: "Run `sudo usermod -aG render,video $USER`, then log out and in again.",
    found.NO_COMPUTE: "Update the system: its kernel is older than the card, or was built without KFD.",
    found.NO_RUNTIME: "Install Intel’s compute runtime (libze-intel-gpu1, or intel-level-zero-gpu).",
    found.DRIVER_FAILED: "Restart the computer; if that does not help, install the driver anew.",
    found.RESTART: "Restart the computer.",
}
CONTAINER_HINTS = {
    found.AMD: "Start it with `--device /dev/kfd --device /dev/dri --group-add video --group-add render`.",
    found.INTEL: "Start it with `--device /dev/dri --group-add render`.",
    found.NVIDIA: "Start it with `--gpus all`.",
}


@dataclass(frozen=True)
class Advice:
    """What suits a card. `source` is the id of an index of a pack; `also` can be asked for and is never chosen."""

    card: Card | None
    accelerator: str
    source: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    hint: str = ""
    also: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is planned and why."""
        return self.text.format(**self.values)

    @property
    def extra(self) -> str:
        """What AMD's index wants to know besides: the card's kernels."""
        return f"device-{self.card.gfx}" if self.card and self.source == "rocm-multi" else ""


def plan(machine: Machine) -> tuple[Advice, ...]:
    """Return an advice for each card, the best first; for a machine without cards one for its processor."""
    ranked = sorted((advise(card, machine) for card in machine.cards), key=_rank)
    if not ranked:
        return (Advice(None, "cpu", "cpu", NO_CARD),)
    if ranked[0].accelerator != "cpu":  # then nobody needs to try anything with the others
        ranked = [replace(a, hint="") if a.hint == TRY_DIRECTML else a for a in ranked]
    return tuple(ranked)


def sentences(advised: Sequence[Advice]) -> list[str]:
    """Return what a plan comes to, card after card."""
    return [a.sentence for a in advised] + ([ON_CPU] if advised[0].accelerator == "cpu" else [])


def advise(card: Card, machine: Machine) -> Advice:
    """Say what suits one card."""
    by_vendor = {found.AMD: _amd, found.NVIDIA: _nvidia, found.INTEL: _intel, found.APPLE: _apple}
    return by_vendor.get(card.vendor, _trouble)(card, machine)


def override(gfx: str, system: str) -> str:
    """Return HSA_OVERRIDE_GFX_VERSION for a build without a card's kernels, the last resort; mostly nothing."""
    return _OVERRIDES.get(gfx, "") if system == found.LINUX else ""


def _rank(advice: Advice) -> tuple[int, bool, int]:
    card = advice.card
    return ORDER.index(advice.accelerator), bool(card and card.integrated), -card.memory if card else 0


def _amd(card: Card, machine: Machine) -> Advice:
    on_request = ("directml",) if machine.system == found.WINDOWS else ()
    if card.gfx in _WRONG_NUMBERS:
        return _cpu(card, WRONG_NUMBERS)
    if card.gfx in _VEGA_PARTS | _TINY:
        text = TINY if card.gfx in _TINY else VEGA_PART
        return _cpu(card, text, hint=TRY_DIRECTML if on_request else "", also=on_request)
    generic = card.gfx in _ROCM_GENERIC and machine.system != found.WINDOWS
    if card.gfx not in _ROCM and not generic:
        return _amd_without_rocm(card, machine)
    if machine.system == found.WSL and card.trouble:
        reachable = card.gfx.startswith(("gfx11", "gfx12"))
        return _cpu(card, IN_WSL, hint=IN_WINDOWS_OR_ROCM if reachable else IN_WINDOWS)
    if card.trouble:
        return _trouble(card, machine)
    text = ROCM_SHARED if card.integrated else ROCM
    source = "rocm-generic" if generic else "rocm-multi"
    return Advice(card, "rocm", source, text, {"card": card.name}, also=on_request)


def _amd_without_rocm(card: Card, machine: Machine) -> Advice:
    if machine.system == found.WINDOWS:
        return Advice(card, "directml", "directml", DIRECTML, {"card": card.name})
    old = re.fullmatch(r"gfx[6-9]..", card.gfx) is not None
    return _cpu(card, NO_BUILD if old else UNKNOWN, hint=IN_WINDOWS if machine.system == found.WSL else "")


def _nvidia(card: Card, machine: Machine) -> Advice:
    able, driver = card.capability, _numbers(card.driver)
    if able != (0, 0) and able < _MAXWELL:
        return _cpu(card, NO_BUILD)
    if card.trouble or not card.driver:
        return _trouble(card, machine)
    recent = able == (0, 0) or able >= _TURING
    oldest = _CUDA12_8 if able >= _BLACKWELL else _CUDA12.get(machine.system, _CUDA12_LINUX)
    if driver < oldest:
        needed = ".".join(str(part) for part in oldest if part)
        values = {"card": card.name, "needed": needed, "driver": card.driver}
        return Advice(card, "cpu", "cpu", OLD_DRIVER, values, MAKERS_DRIVER)
    newest = recent and driver >= _CUDA13
    source = "cu130" if newest else "cu128" if able >= _BLACKWELL else "cu126"
    hint = NEWER_CUDA if recent and not newest else ""
    return Advice(card, "cuda", source, CUDA, {"card": card.name}, hint)


def _intel(card: Card, machine: Machine) -> Advice:
    on_request = ("directml",) if machine.system == found.WINDOWS else ()
    device = int(card.pci.partition(":")[2] or "0", 16)
    if not names.intel_computes(device):
        return _cpu(card, INTEL_PART, hint=TRY_DIRECTML if on_request else "", also=on_request)
    if machine.system == found.WSL:
        return _cpu(card, IN_WSL, hint=IN_WINDOWS)
    if card.trouble:
        return _trouble(card, machine)
    return Advice(card, "xpu", "xpu", XPU, {"card": card.name}, also=on_request)


def _apple(card: Card, _machine: Machine) -> Advice:
    return Advice(card, "mps", "mps", MPS, {"card": card.name})


def _trouble(card: Card, machine: Machine) -> Advice:
    trouble = card.trouble or found.NO_DRIVER
    if machine.container and trouble in {found.NOT_PASSED, found.NO_ACCESS}:
        hint = CONTAINER_HINTS[card.vendor]
    elif trouble == found.NO_DRIVER and machine.system == found.LINUX and card.vendor != found.NVIDIA:
        hint = NEWER_KERNEL  # the drivers of the others are a part of it
    else:
        hint = HINTS[trouble]
    return _cpu(card, TROUBLES[trouble], hint=hint)


def _cpu(card: Card, text: str, *, hint: str = "", also: tuple[str, ...] = ()) -> Advice:
    return Advice(card, "cpu", "cpu", text, {"card": card.name}, hint, also)


def _numbers(version: str) -> tuple[int, int]:
    parts = [*re.findall(r"\d+", version)[:2], "0", "0"]
    return int(parts[0]), int(parts[1])
