# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownParameterType=false
"""Where a model lies, and in which numbers it is loaded. The worker's main thread."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from studio.engines.shared.neural import placing
from studio.protocol import messages
from studio.worker.failures import UserMistake

if TYPE_CHECKING:
    import torch

AUTO = "auto"
_LONGEST = 1_000_000  # bytes of a description
_SHOWN = 60  # signs of a class's name


def folder_of(load: messages.Load, *, name: str, marker: str, title: str, model: str, kind: str) -> Path:
    """Find a model: the folder itself, or the one called `name` in it.

    Raise UserMistake where there is no `marker`, or where it describes another kind of model: loaded as what it is not,
    it would fail in some library's words.
    """
    way = f"`studio models download {model}` loads it; `--set model=DIR` names a folder that has it."
    if not load.model:
        raise UserMistake(f"There is no model for {title}.", way)
    root = Path(load.model)
    found = next((place for place in (root, root / name) if (place / marker).is_file()), None)
    if found is None:
        raise UserMistake(f"There is no {title} in {root}: {marker} is missing.", way)
    said = _kinds_in(found / marker)
    if not any(one.endswith(kind) for one in said):
        raise UserMistake(f"The model in {found} is no {title}: it says of itself {', '.join(said) or 'nothing'}.", way)
    return found


def _kinds_in(file: Path) -> list[str]:
    """Return the classes that a description names."""
    found = described(file)
    classes: Any = found.get("architectures") or [found.get("_class_name")]
    return [str(one)[:_SHOWN] for one in cast("list[Any]", classes) if one] if isinstance(classes, list) else []


def described(file: Path, *needed: str) -> dict[str, Any]:
    """Read a model's description; raise UserMistake for what is none, or says nothing of what is needed."""
    try:
        about: Any = json.loads(file.read_text(encoding="utf-8")) if file.stat().st_size < _LONGEST else None
    except (OSError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise UserMistake(f"{file.name} in {file.parent} cannot be read.", "Load the model again.")
    found = cast("dict[str, Any]", about)
    lacking = [name for name in needed if name not in found]
    if lacking:
        raise UserMistake(f"{file.name} in {file.parent} says nothing of {lacking[0]}.", "Load the model again.")
    return found


def parts_of(load: messages.Load) -> dict[str, Path]:
    """Return the folders of the models that belong to the one that is loaded, by their names."""
    return {
        k.removeprefix(messages.PART): Path(str(v)) for k, v in load.settings.items() if k.startswith(messages.PART)
    }


def wanted_format(load: messages.Load, rungs: Collection[str]) -> str:
    """Return bf16, fp16 or fp32, or "auto" where the device is to decide."""
    return "fp32" if "precision" in rungs else str(load.settings.get("number_format", AUTO))


def number_format(load: messages.Load, rungs: Collection[str]) -> str:
    """Return bf16, fp16 or fp32: what is wanted, or what the device does well."""
    import torch

    wanted = wanted_format(load, rungs)
    if wanted != AUTO:
        return wanted
    kind = placing.kind_of(load.device)
    if kind in {"cuda", "rocm"}:
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return {"xpu": "bf16", "mps": "fp16", "directml": "fp16"}.get(kind, "fp32")


def dtype_of(form: str) -> torch.dtype:
    """Return torch's type for a number format."""
    import torch

    forms: dict[str, Any] = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
    return forms[form]
