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
_UNCUT = {"clip_sample": False}  # what is computed here goes beyond the range of a picture's points
# From the noisiest moment on; otherwise a run of few steps begins far behind it.
_TRAILING = {"timestep_spacing": "trailing"}
_NAMES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "dpmpp-2m": ("DPMSolverMultistepScheduler", _PLAIN_DPM),
    "dpmpp-2m-karras": ("DPMSolverMultistepScheduler", _PLAIN_DPM | _KARRAS),
    "dpmpp-2m-sde": ("DPMSolverMultistepScheduler", _SDE),
    "dpmpp-2m-sde-karras": ("DPMSolverMultistepScheduler", _SDE | _KARRAS),
    "dpmpp-singlestep": ("DPMSolverSinglestepScheduler", _PLAIN_DPM),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-trailing": ("EulerDiscreteScheduler", _TRAILING),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "euler-ancestral-trailing": ("EulerAncestralDiscreteScheduler", _TRAILING),
    "unipc": ("UniPCMultistepScheduler", {}),
    "ddim": ("DDIMScheduler", _UNCUT),
    "ddim-trailing": ("DDIMScheduler", _UNCUT | _TRAILING),
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


def made(name: str, own: Any, *, steps: int, sample: bool = False) -> Any:
    """Return a new scheduler; `own` is the model's as it was loaded, and stays as it is.

    With `sample`, the network says what the picture is, not what the noise is.
    """
    import diffusers

    says = {"prediction_type": "sample"} if sample else {}
    if name == AUTO:
        return type(own).from_config(own.config, **says)
    kind = getattr(diffusers, _NAMES[name][0])
    settings = _EVEN | _NAMES[name][1] | says
    if name in _DISTILLED:
        settings["original_inference_steps"] = max(_MOMENTS, steps)
    known = inspect.signature(kind.__init__).parameters
    return kind.from_config(own.config, **{setting: value for setting, value in settings.items() if setting in known})


def made_for_few(own: Any) -> bool:
    """Whether a model's own scheduler says that the model was made for a few steps."""
    return _spaced(own) or type(own).__name__ in {_NAMES[name][0] for name in _DISTILLED}


def does(own: Any, name: str) -> bool:
    """Whether a model's own scheduler does already what one of these is chosen for."""
    kind, settings = _NAMES[name]
    return _spaced(own) if settings.keys() & _TRAILING else type(own).__name__ == kind


def _spaced(own: Any) -> bool:
    return all(own.config.get(setting) == value for setting, value in _TRAILING.items())
