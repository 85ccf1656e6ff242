"""What holds for a result because of what it was made with: terms, revision, number format, LoRAs. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from studio.domain.requests import Request
from studio.engines.manifest import Manifest, Model
from studio.runtime import ladder

AUTO = "auto"  # of a description: the engine takes what the device does well, and says what that was
_FORM = re.compile(r"[a-z0-9]{1,20}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_LORAS = 32
_LONGEST_NAME = 200


def licence(manifest: Manifest, model: Model | None, request: Request, loras: Mapping[str, str]) -> str:
    """Return what holds for the result: the weights' terms, and those of everything else it was made from.

    `model` is one of the engine's own; of a folder or a file of the user's nobody knows the terms.
    """
    own = "unstated licence of the model" if request.model and model is None else _of_engine(manifest, model)
    beside = [f"unstated licence of LoRA {name}" for name in loras]
    found = dict.fromkeys([own, *_of_parts(manifest, model), *beside, *request.rights.values()])
    # AND binds tighter than OR, and the choice is not between one licence and all the rest.
    return " AND ".join(f"({one})" if len(found) > 1 and " OR " in one else one for one in found)


def model_id(manifest: Manifest, model: Model | None, named: str) -> str:
    """Return what a model is called: one of the engine's own, or the folder or file of the user's that is named.

    One of the user's that is called like the engine or a model of its own must not be taken for that: `./name`.
    """
    if model or not named:
        return model.id if model else manifest.id
    name = Path(named).name
    return name if name and name not in {manifest.id, *(m.id for m in manifest.models)} else f"./{name}"


def revision(model: Model | None) -> str:
    """Return which state of a model it was; nobody knows that of the user's."""
    return model.revision if model else ""


def precision(manifest: Manifest, rungs: tuple[str, ...], loaded: Mapping[str, Any] | None = None) -> str:
    """Return the number format: what an engine said when it had loaded, where it chooses for itself."""
    if "precision" in rungs:
        return "fp32"
    said = str((loaded or {}).get("precision", ""))
    return said if manifest.precision == AUTO and _FORM.fullmatch(said) else manifest.precision


def earlier(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a recipe is another for a picture that an earlier run of the job made, on another rung mostly."""
    told = facts.get("made_under")
    made = cast("dict[object, object]", told) if isinstance(told, dict) else {}
    device, form, rungs = (made.get(name) for name in ("device", "precision", "rungs"))
    if not (isinstance(device, str) and 0 < len(device) <= _LONGEST_NAME and device.isprintable()):
        return {}
    if not (isinstance(form, str) and _FORM.fullmatch(form) and isinstance(rungs, list)):
        return {}
    known = {rung for climbed in ladder.RUNGS.values() for rung in climbed}
    named = tuple(rung for rung in cast("list[object]", rungs) if isinstance(rung, str) and rung in known)
    return {"device": device, "precision": form, "rungs": named}


def loras(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the LoRAs that an engine says it used, by name, each with the hash of its file."""
    told = facts.get("loras")
    found = cast("dict[object, object]", told) if isinstance(told, dict) else {}
    kept = {
        name: value
        for name, value in found.items()
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable()
        if isinstance(value, str) and _HASH.fullmatch(value)
    }
    return dict(sorted(kept.items())[:_MOST_LORAS])


def _of_engine(manifest: Manifest, model: Model | None) -> str:
    terms = manifest.licence
    weights = (model.licence if model else "") or terms.weights
    return terms.output or (weights if weights != "none" else terms.code)


def _of_parts(manifest: Manifest, model: Model | None) -> list[str]:
    """Return the terms of what belongs to a model and allows less than it: nothing is made without that."""
    parts = [part for part in manifest.models if model and part.part_of == model.id and not part.commercial]
    return [] if manifest.licence.output else [part.licence for part in parts if part.licence]
