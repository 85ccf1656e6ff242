"""Stands in for torch in a process of its own: as little as the probe touches, and whatever may be wrong with it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

# HOW is one of the ways in which a build may be wrong, BUILT what it was built for.
_TORCH = """
import os
from types import SimpleNamespace as N
HOW, BUILT = {how!r}, {built!r}
if HOW == "broken":
    raise ImportError("libamdhip64.so.7: cannot open shared object file")
__version__ = "2.13.0+" + BUILT
version = N(hip="7.13" if BUILT == "rocm" else None, cuda="13.0" if BUILT == "cu130" else None, xpu=None)
float32, float16, bfloat16 = "fp32", "fp16", "bf16"
Tensor = object

class device:
    def __init__(self, type):
        self.type = type

CPU = device("cpu")

class T:
    def __init__(self, values, kind="fp32", on=CPU):
        self.values, self.kind, self.device = values, kind, on
    def to(self, what):
        if isinstance(what, device):
            return T(self.values, self.kind, CPU if HOW == "elsewhere" else what)
        return T(self.values, self.kind, CPU) if what == "cpu" else T(self.values, what, self.device)
    def flatten(self):
        return self
    def tolist(self):
        return self.values
    def sum(self):
        return T([sum(self.values)], self.kind, self.device)
    def item(self):
        return self.values[0]
    def numel(self):
        return len(self.values)
    def __getitem__(self, at):
        return T(self.values[at], self.kind, self.device)
    def __truediv__(self, by):
        return self
    def __matmul__(self, other):
        if self.device.type == "cpu" and len(self.values) == 1:  # the product that is timed
            sum(range(50_000))
        return compute("matmul", self, other)

def compute(operation, *values):
    first, here = values[0], values[0].device.type != "cpu"
    at = operation + " " + first.kind
    if here and HOW == "abort" and at == "conv fp16":
        os.abort()
    if here and HOW == "raises" and at == "attention bf16":
        raise RuntimeError("no kernel for bf16")
    made = [float(sum(parts)) for parts in zip(*(v.values for v in values))]
    if here and HOW == "wrong":
        made = [value + 1.0 for value in made]
    if here and HOW == "nan" and first.kind == "fp16":
        made[0] = float("nan")
    return T(made, first.kind, first.device)

class Generator:
    def __init__(self, where):
        pass
    def manual_seed(self, seed):
        return self

def randn(*shape, generator):
    return T([0.5, -1.0, 2.0])
def ones(shape, device):
    return T([1.0], on=device)
def full(shape, value, dtype, device):
    if HOW == "small":
        raise RuntimeError("HIP out of memory")
    return T([value] * 4, on=device)
def set_grad_enabled(on):
    pass
def set_num_threads(count):
    pass

functional = N(conv2d=lambda image, weight, padding: compute("conv", image, weight),
               scaled_dot_product_attention=lambda q, k, v: compute("attention", q, k, v))
nn = N(functional=functional)
cuda = N(is_available=lambda: HOW != "no card",
         get_device_properties=lambda n: N(name="AMD Radeon RX 6700 XT",
                                           gcnArchName="gfx1036" if HOW == "other card" else "gfx1031:xnack-"))
"""


def interpreter(folder: Path, how: str, built: str) -> Path:
    """Make an interpreter that finds such a torch, and nothing of ours."""
    package = folder / "site/torch"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_TORCH.format(how=how, built=built), encoding="utf-8")
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{package.parent}" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return Path(os.path.abspath(script))  # noqa: PTH100 — no link may be followed
