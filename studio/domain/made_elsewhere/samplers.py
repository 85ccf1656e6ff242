"""What other programs call their samplers, and which of our schedulers that is. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping

# By their letters and digits alone, which all these programs agree on.
_SAME: Mapping[str, str] = {
    "euler": "euler", "eulera": "euler-ancestral", "eulerancestral": "euler-ancestral", "heun": "heun", "lms": "lms",
    "ddim": "ddim", "unipc": "unipc", "plms": "pndm", "pndm": "pndm", "lcm": "lcm", "deis": "deis", "tcd": "tcd",
    "dpm2": "kdpm2", "kdpm2": "kdpm2", "dpmpp2m": "dpmpp-2m", "dpmpp2": "dpmpp-2m", "dpmpp2msde": "dpmpp-2m-sde",
    "dpmpp2s": "dpmpp-singlestep",
}  # fmt: skip
_NEAR: Mapping[str, str] = {
    "dpm2a": "kdpm2", "dpm2ancestral": "kdpm2", "kdpm2a": "kdpm2", "dpmpp2sa": "dpmpp-singlestep",
    "dpmpp2sancestral": "dpmpp-singlestep", "dpmppsde": "dpmpp-2m-sde", "dpmpp3msde": "dpmpp-2m-sde",
    "unipcbh2": "unipc", "dpmpp2msdeheun": "dpmpp-2m-sde",
}  # fmt: skip
_KARRAS = "karras"
_WITH_KARRAS = frozenset({"dpmpp-2m", "dpmpp-2m-sde"})
_PLAIN_ROWS = frozenset({"", "normal", "uniform", "automatic", "none"})
_NO_LETTER = re.compile(r"[^a-z0-9]")


def from_names(sampler: object, row: object = "") -> tuple[str, str]:
    """Return our scheduler for a sampler and its row of noise, "" for none, and what there is to say about it."""
    if not isinstance(sampler, str) or not sampler.strip():
        return "", ""
    told = " ".join(sampler.split())[:60]
    wanted = row.strip().lower() if isinstance(row, str) else ""
    name = told.lower()
    if name.endswith(_KARRAS):
        name, wanted = name.removesuffix(_KARRAS), _KARRAS
    key = _NO_LETTER.sub("", name.removesuffix("_gpu").removeprefix("k_").replace("++", "pp"))
    found = _SAME.get(key) or _NEAR.get(key, "")
    if not found:
        return "", f"the sampler {told}, which is not known here"
    lost = "" if key in _SAME else f"the sampler {told}; {found} is near to it"
    if wanted == _KARRAS and found in _WITH_KARRAS:
        found = f"{found}-{_KARRAS}"
    elif wanted not in _PLAIN_ROWS:
        lost = f"{lost}; and " * bool(lost) + f"the schedule {' '.join(wanted.split())[:40]} of the sampler {told}"
    return found, lost


def from_a1111(sampler: object, row: object) -> tuple[str, str]:
    """Likewise, where no choice of a row of noise is that which the program holds to be the best."""
    automatic = isinstance(row, str) and row.strip().lower() == "automatic"
    found, lost = from_names(sampler, row)
    return (f"{found}-{_KARRAS}" if automatic and found in _WITH_KARRAS else found), lost


def from_invoke(sampler: object) -> tuple[str, str]:
    """Likewise, where the end of a name says which row of noise."""
    if isinstance(sampler, str) and sampler.endswith("_k"):
        return from_names(sampler.removesuffix("_k"), _KARRAS)
    return from_names(sampler)
