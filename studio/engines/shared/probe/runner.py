# pyright: basic, reportMissingImports=false
"""The probe's runner: computes a little on a device in each precision, and compares with the processor.

Runs in an environment's own interpreter, started like an engine. Whatever it prints before it dies tells where.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from studio.engines.shared.probe.judging import (
    OPERATIONS,
    PRECISIONS,
    Check,
    Sight,
    after_computing,
    before_computing,
    error_of,
    notes,
)
from studio.protocol import messages
from studio.worker.answers import facts_only
from studio.worker.context import RunContext
from studio.worker.runner import Output
from studio.worker.runner import Runner as Base

if TYPE_CHECKING:
    import torch

_SEED = 20
_LONGEST = 200  # characters of what was raised
_ROUNDS = 3
_SIZE = 1024  # of the matrices that are timed
_STRIDE = 65_536  # between the numbers that are looked at in a large allocation


class Runner(Base):
    """Probes the device that its process was started for."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load torch."""
        import torch

        self._kind = load.device.rpartition("/")[2].rstrip("0123456789")
        if load.threads:
            torch.set_num_threads(load.threads)
        torch.set_grad_enabled(False)
        return {"torch": torch.__version__}

    def run(self, context: RunContext) -> Output:
        """Compute, compare, judge."""
        sight = _sight(self._kind, str(context.inputs.get("card", "")), str(context.inputs.get("gfx", "")))
        facts: dict[str, Any] = {"sight": asdict(sight)}
        verdict = before_computing(sight)
        if verdict is None:
            device = _device(self._kind)
            checks: list[Check] = []
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                for precision in PRECISIONS:
                    for operation in OPERATIONS:
                        context.check_cancelled()
                        context.log(f"probe: {operation} in {precision}")
                        context.progress(f"{operation} in {precision}")
                        checks.append(_check(device, precision, operation))
            context.log("probe: memory")
            wanted = int(context.inputs.get("allocate", 0))
            facts["allocated"] = _allocate(device, wanted)
            context.log("probe: time")
            here, processor = _seconds(device), _seconds(_device("cpu"))
            facts |= {"seconds": here, "seconds_cpu": processor, "checks": [asdict(c) for c in checks]}
            facts["fell_back"] = sorted(
                {str(w.message)[:_LONGEST] for w in warned if "run on the CPU" in str(w.message)}
            )
            verdict = after_computing(
                sight,
                checks,
                wanted_place=device.type,
                slower=here > processor,
                notes=notes(fell_back=bool(facts["fell_back"]), wanted=wanted, allocated=facts["allocated"]),
            )
        facts |= {"verdict": verdict.name, "sentence": verdict.sentence, "precisions": list(verdict.precisions)}
        return facts_only(context, facts)


def _sight(kind: str, card: str, gfx: str) -> Sight:
    import torch

    built_for, available, name, arch = _built_for(), True, "", ""
    if kind == "directml":
        built_for, available, name = _directml()
    elif kind == "mps":
        built_for = "mps" if torch.backends.mps.is_built() else built_for
        available = torch.backends.mps.is_available()
    elif kind in ("cuda", "rocm"):
        available = torch.cuda.is_available()
        if available:
            properties = torch.cuda.get_device_properties(0)
            name, arch = properties.name, getattr(properties, "gcnArchName", "") if kind == "rocm" else ""
    elif kind == "xpu":
        available = hasattr(torch, "xpu") and torch.xpu.is_available()
        name = torch.xpu.get_device_name(0) if available else ""
    return Sight(kind, card, gfx, torch.__version__, built_for, available, name, arch)


def _built_for() -> str:
    """Return what the installed torch was compiled for, as it says itself."""
    import torch

    if torch.version.hip:
        return "rocm"
    if torch.version.cuda:
        return "cuda"
    return "xpu" if getattr(torch.version, "xpu", None) else "cpu"


def _directml() -> tuple[str, bool, str]:
    try:
        import torch_directml
    except ImportError:
        return _built_for(), False, ""
    count = torch_directml.device_count()
    return "directml", count > 0, torch_directml.device_name(0) if count else ""


def _device(kind: str) -> torch.device:
    import torch

    if kind == "directml":
        import torch_directml

        return torch_directml.device()
    return torch.device("cuda" if kind == "rocm" else kind)


def _check(device: torch.device, precision: str, operation: str) -> Check:
    import torch

    kind = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[precision]
    compute = _COMPUTE[operation]
    # Rounded first, so that both compute with the same numbers.
    inputs = [value.to(kind) for value in _INPUTS[operation]()]
    try:
        made = compute(*(value.to(device) for value in inputs))
        got = made.to("cpu").to(torch.float32).flatten().tolist()
    except (RuntimeError, TypeError, ValueError, AssertionError) as e:
        return Check(precision, operation, failed=f"{type(e).__name__}: {e}"[:_LONGEST])
    wanted = compute(*(value.to(torch.float32) for value in inputs)).flatten().tolist()
    return Check(precision, operation, error_of(got, wanted), place=made.device.type)


def _some(*shapes: tuple[int, ...]) -> list[torch.Tensor]:
    import torch

    generator = torch.Generator("cpu").manual_seed(_SEED)
    return [torch.randn(*shape, generator=generator) for shape in shapes]


def _matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return a @ b


def _conv(image: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.nn.functional.conv2d(image, weight, padding=1)


def _attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.nn.functional.scaled_dot_product_attention(q, k, v)


_COMPUTE: dict[str, Callable[..., Any]] = {"matmul": _matmul, "conv": _conv, "attention": _attention}
_INPUTS: dict[str, Callable[[], list[Any]]] = {
    "matmul": lambda: _some((192, 256), (256, 160)),
    "conv": lambda: _some((2, 16, 32, 32), (24, 16, 3, 3)),
    "attention": lambda: _some((1, 4, 96, 64), (1, 4, 96, 64), (1, 4, 96, 64)),
}


def _allocate(device: torch.device, wanted: int) -> int:
    """Take memory, write to it, read some of it; return the bytes that held what was written."""
    import torch

    count = wanted // 4
    if not count:
        return 0
    try:
        block = torch.full((count,), 0.5, dtype=torch.float32, device=device)
        looked_at = block[::_STRIDE]
        return wanted if float(looked_at.sum().item()) == 0.5 * looked_at.numel() else 0
    except (RuntimeError, MemoryError):
        return 0


def _seconds(device: torch.device) -> float:
    """Return the best time of a product of matrices."""
    import torch

    a = torch.ones((_SIZE, _SIZE), device=device) / _SIZE
    best = float("inf")
    for _ in range(_ROUNDS + 1):
        begun = time.perf_counter()
        made = a
        for _ in range(4):
            made = made @ a
        made.sum().item()  # a card is done when a number has come back from it
        best = min(best, time.perf_counter() - begun)
    return best
