"""What other programs call our schedulers, and which of them their samplers are. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Our schedulers, without the row of noise that the end of a name may say; and how A1111 and its kin call them.
_CALLED: Mapping[str, str] = {
    "dpmpp-2m": "DPM++ 2M", "dpmpp-2m-sde": "DPM++ 2M SDE", "dpmpp-singlestep": "DPM++ 2S", "euler": "Euler",
    "euler-ancestral": "Euler a", "unipc": "UniPC", "ddim": "DDIM", "heun": "Heun", "lcm": "LCM", "kdpm2": "DPM2",
    "lms": "LMS", "pndm": "PLMS", "deis": "DEIS", "tcd": "TCD",
}  # fmt: skip
_KARRAS = "karras"
# Rows of noise by the ends of our names: how they are called there, and which schedulers there are with them.
_ROWS: Mapping[str, tuple[str, frozenset[str]]] = {
    _KARRAS: ("Karras", frozenset({"dpmpp-2m", "dpmpp-2m-sde"})),
    "trailing": ("SGM Uniform", frozenset({"euler", "euler-ancestral", "ddim"})),
}
_NO_LETTER = re.compile(r"[^a-z0-9]")


def _letters(name: str) -> str:
    """Return what all these programs agree on: small letters and digits alone."""
    return _NO_LETTER.sub("", name.lower().replace("++", "pp"))


_SAME: Mapping[str, str] = {_letters(title): name for name, title in _CALLED.items()} | {
    "eulerancestral": "euler-ancestral", "pndm": "pndm", "kdpm2": "kdpm2", "dpmpp2": "dpmpp-2m",
}  # fmt: skip
_NEAR: Mapping[str, str] = {
    "dpm2a": "kdpm2", "dpm2ancestral": "kdpm2", "kdpm2a": "kdpm2", "dpmpp2sa": "dpmpp-singlestep",
    "dpmpp2sancestral": "dpmpp-singlestep", "dpmppsde": "dpmpp-2m-sde", "dpmpp3msde": "dpmpp-2m-sde",
    "unipcbh2": "unipc", "dpmpp2msdeheun": "dpmpp-2m-sde",
}  # fmt: skip
_ENDINGS: Mapping[str, str] = {_letters(title): ending for ending, (title, _) in _ROWS.items()}
_SAME_ROWS: Mapping[str, str] = _ENDINGS | {"simple": "trailing"}  # to one moment in a thousand
_PLAIN_ROWS = frozenset({"", "normal", "uniform", "automatic", "none"})


def called(scheduler: str) -> tuple[str, str]:
    """Return what A1111 calls a scheduler of ours and its row of noise, "" for each that it has no name for."""
    name, _, ending = scheduler.rpartition("-")
    if ending in _ROWS:
        return _CALLED.get(name, ""), _ROWS[ending][0]
    return _CALLED.get(scheduler, ""), ""


def from_names(sampler: object, row: object = "") -> tuple[str, str]:
    """Return our scheduler for a sampler and its row of noise, "" for none, and what there is to say about it."""
    if not isinstance(sampler, str) or not sampler.strip():
        return "", ""
    told = " ".join(sampler.split())[:60]
    wanted = " ".join(row.split())[:40] if isinstance(row, str) else ""
    key = _letters(told.lower().removesuffix("_gpu").removeprefix("k_"))
    for letters, ending in _ENDINGS.items():
        if key.endswith(letters):
            key, wanted = key.removesuffix(letters), _ROWS[ending][0]
    found = _SAME.get(key) or _NEAR.get(key, "")
    if not found:
        return "", f"the sampler {told}, which is not known here"
    lost = "" if key in _SAME else f"the sampler {told}; {found} is near to it"
    ending = _SAME_ROWS.get(_letters(wanted), "")
    if ending and found in _ROWS[ending][1]:
        found = f"{found}-{ending}"
    elif _letters(wanted) not in _PLAIN_ROWS:
        lost = f"{lost}; and " * bool(lost) + f"the schedule {wanted.lower()} of the sampler {told}"
    return found, lost


def from_a1111(sampler: object, row: object) -> tuple[str, str]:
    """Likewise, where no choice of a row of noise is that which the program holds to be the best."""
    automatic = isinstance(row, str) and row.strip().lower() == "automatic"
    found, lost = from_names(sampler, row)
    return (f"{found}-{_KARRAS}" if automatic and found in _ROWS[_KARRAS][1] else found), lost


def from_invoke(sampler: object) -> tuple[str, str]:
    """Likewise, where the end of a name says which row of noise."""
    if isinstance(sampler, str) and sampler.endswith("_k"):
        return from_names(sampler.removesuffix("_k"), _KARRAS)
    return from_names(sampler)
