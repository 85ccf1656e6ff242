# pyright: basic, reportMissingImports=false
"""Schedulers by name, always made from the model's own configuration as it was loaded. The worker's main thread.

Made from each other, one would hand its settings to the next, and some then refuse to work. What a name says is set in
any case, since the model's own configuration may say otherwise.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

AUTO = "auto"
_EVEN = {"use_karras_sigmas": False, "use_exponential_sigmas": False, "use_beta_sigmas": False}
_KARRAS = _EVEN | {"use_karras_sigmas": True}
_SDE = {"algorithm_type": "sde-dpmsolver++"}
_PLAIN_DPM = {"algorithm_type": "dpmsolver++"}
_NAMES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "dpmpp-2m": ("DPMSolverMultistepScheduler", _PLAIN_DPM),
    "dpmpp-2m-karras": ("DPMSolverMultistepScheduler", _PLAIN_DPM | _KARRAS),
    "dpmpp-2m-sde": ("DPMSolverMultistepScheduler", _SDE),
    "dpmpp-2m-sde-karras": ("DPMSolverMultistepScheduler", _SDE | _KARRAS),
    "dpmpp-singlestep": ("DPMSolverSinglestepScheduler", _PLAIN_DPM),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "kdpm2": ("KDPM2DiscreteScheduler", {}),
    "lms": ("LMSDiscreteScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "deis": ("DEISMultistepScheduler", {"algorithm_type": "deis"}),
    "tcd": ("TCDScheduler", {}),
}
_DISTILLED = frozenset({"lcm", "tcd"})  # they skip over a row of moments, which is 50 long unless told
_MOMENTS = 50


def made(name: str, own: Any, *, steps: int) -> Any:
    """Return a new scheduler; `own` is the model's as it was loaded, and stays as it is."""
    import diffusers

    if name == AUTO:
        return type(own).from_config(own.config)
    kind = getattr(diffusers, _NAMES[name][0])
    settings = _EVEN | _NAMES[name][1]
    if name in _DISTILLED:
        settings["original_inference_steps"] = max(_MOMENTS, steps)
    known = inspect.signature(kind.__init__).parameters
    return kind.from_config(own.config, **{setting: value for setting, value in settings.items() if setting in known})
