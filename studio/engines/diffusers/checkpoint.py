# pyright: basic, reportMissingImports=false
"""From a folder or a file to a pipeline of a known family, each weight of it there. The worker's main thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading
from studio.engines.shared.neural.checkpoint import described
from studio.worker import failures
from studio.worker.failures import UserMistake

SMALL, LARGE, FLUX = "sd", "sdxl", "flux"
_INDEX = "model_index.json"
PIPELINES = {  # of a family, by mode: from words, from a picture, filling in
    SMALL: ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline"),
    LARGE: ("StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline"),
    FLUX: ("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"),
}  # fmt: skip
_KNOWN = "This engine knows Stable Diffusion 1 and 2, SDXL and Flux.1, and what was trained from them."
_HALF = "fp16"
_LORA = ("lora_down", "lora_up", "lora_A", "lora_B", "lora.down", "lora.up")  # in names of weights
_PARTS = (  # what a whole file's weights are called at their beginning: text readers, decoder, and network
    ("cond_stage_model.", "conditioner.", "text_encoders."),
    ("first_stage_model.", "vae."),
    ("model.diffusion_model.",),
)
_MOST_SAID = 200  # signs of what a library says of a model


@dataclass(frozen=True)
class Place:
    """Where a model lies: a folder of parts; or one file, and the folder that describes its parts."""

    folder: Path
    family: str
    file: Path | None = None


def find(model: str, own: Sequence[Path]) -> Place:
    """Look at what the user named; raise UserMistake where it holds no model that can be loaded.

    `own` are the folders of the engine's own models: one file alone was trained from one of them.
    """
    if not model:
        raise UserMistake("There is no model to paint with.", "`studio models list` shows those that can be loaded.")
    named = Path(model)
    if not named.is_file():
        inside = [named] if (named / _INDEX).is_file() else sorted(p.parent for p in named.glob(f"*/{_INDEX}"))
        if len(inside) == 1 and any(inside[0].glob("*/*.safetensors")):
            return Place(inside[0], _family(inside[0]))
        files = sorted(named.glob("*.safetensors"))
        if len(files) != 1:
            raise UserMistake(
                f"There is no model of diffusers in {named.name}.",
                f"Name the folder in which {_INDEX} lies with the parts beside it, or one .safetensors file alone.",
            )
        named = files[0]
    if named.suffix != ".safetensors":
        raise UserMistake(f"{named.name} is no .safetensors file.", "Other kinds of files can hold programs.")
    shapes = _shapes(named)
    _require_parts(named, shapes)
    folder = named.parent if (named.parent / _INDEX).is_file() else _described(named, shapes, own)
    return Place(folder, _family(folder), named)


def load(place: Place, form: Any, *, rounded: bool = False) -> Any:
    """Load a pipeline in a number format; raise where a weight is missing.

    With `rounded`, the weights of its large parts are made small; those of a folder each before the next part is read.
    """
    loading.refuse_programs(place.folder)
    try:
        pipe = (
            _from_file(place, place.file, form, rounded=rounded) if place.file
            else _from_folder(place, form, rounded=rounded)
        )  # fmt: skip
    except stumbles() as e:
        if failures.classify_text(f"{type(e).__name__}: {e}"):  # of the device, not of the files
            raise
        raise UserMistake(
            f"The model in {(place.file or place.folder).name} cannot be loaded: {str(e)[:_MOST_SAID]}",
            f"{loading.NO_PROGRAMS} {_KNOWN}",
        ) from e
    _require_words(pipe, place)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def stumbles() -> tuple[type[Exception], ...]:
    """Return what the libraries raise for weights and descriptions that say other things than they look for."""
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError

    return (
        OSError, ValueError, AttributeError, ImportError, TypeError, LookupError, ArithmeticError, NotImplementedError,
        SafetensorError, StrictDataclassError,
    )  # fmt: skip


def _from_file(place: Place, file: Path, form: Any, *, rounded: bool) -> Any:
    import diffusers

    kind = getattr(diffusers, PIPELINES[place.family][0])
    pipe = kind.from_single_file(str(file), config=str(place.folder), local_files_only=True, torch_dtype=form)
    _require_whole(pipe, file)
    if rounded:
        for name, part in pipe.components.items():
            _round(name, part)
    return pipe


def _from_folder(place: Place, form: Any, *, rounded: bool) -> Any:
    import diffusers

    parts: dict[str, Any] = {}
    for name, kind in loading.parts_of(place.folder):
        parts[name] = _part(kind, place.folder / name, form)
        if rounded:
            _round(name, parts[name])
    kind = getattr(diffusers, PIPELINES[place.family][0])
    return kind.from_pretrained(
        str(place.folder), local_files_only=True, torch_dtype=form, use_safetensors=True, **parts
    )


def _part(kind: Any, folder: Path, form: Any) -> Any:
    """Load one part, from the half precision files where there are no others."""
    files = [file.name for file in folder.glob("*.safetensors")]
    halved = bool(files) and all(f".{_HALF}." in name or f".{_HALF}-" in name for name in files)
    how = {"variant": _HALF} if halved else {}
    named = "torch_dtype" if kind.__module__.startswith("diffusers.models") else "dtype"
    return loading.whole(kind, str(folder), **how, **{named: form})


def _round(name: str, part: Any) -> None:
    import rounding

    if part is not None and rounding.worth_it(name):
        rounding.round_weights(part)


def _family(folder: Path) -> str:
    kind = str(described(folder / _INDEX).get("_class_name", ""))
    for family, names in PIPELINES.items():
        if kind in names:
            return family
    raise UserMistake(f"The model in {folder.name} is of the kind {kind[:60] or 'unknown'}.", _KNOWN)


def _require_parts(file: Path, names: Iterable[str]) -> None:
    """Refuse a LoRA, and one part alone: a transformer of Flux is often given so, and the libraries would guess."""
    if any(mark in name for name in names for mark in _LORA):
        raise UserMistake(f"{file.name} is a LoRA and no model.", "Choose a model, and put this file among the LoRAs.")
    if not all(any(name.startswith(begins) for name in names) for begins in _PARTS):
        raise UserMistake(
            f"{file.name} holds a part of a model alone.",
            "Name a file in which the network, the text readers and the decoder lie together, "
            f"or the folder of a whole model with its {_INDEX}.",
        )


def _described(file: Path, shapes: dict[str, Any], own: Sequence[Path]) -> Path:
    """Return the folder of the model that a file was trained from, which describes its parts."""
    from diffusers.loaders.single_file_utils import fetch_diffusers_config

    repo = str(fetch_diffusers_config(shapes)["pretrained_model_name_or_path"])
    in_the_hub = f"models--{repo.replace('/', '--')}"
    for folder in own:
        if in_the_hub in folder.parts and (folder / _INDEX).is_file():
            return folder
    raise UserMistake(
        f"{file.name} holds weights alone; how they are put together is described in {repo}, which is not here.",
        f"Load that model once, or copy its {_INDEX} with all descriptions and tokenizers beside the file.",
    )


def _shapes(file: Path) -> dict[str, Any]:
    """Return the weights of a file without their numbers, which say what it is."""
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "pt") as weights:
            return {name: torch.empty(weights.get_slice(name).get_shape(), device="meta") for name in weights.keys()}  # noqa: SIM118 — it is no dict
    except (OSError, SafetensorError) as e:
        raise UserMistake(f"{file.name} cannot be read: {str(e)[:_MOST_SAID]}", "Load the file again.") from e


def _require_whole(pipe: Any, file: Path) -> None:
    for name, part in pipe.components.items():
        missing = [n for n, p in part.named_parameters() if p.device.type == "meta"] if hasattr(part, "modules") else []
        if missing:
            raise loading.IncompleteWeights(f"{file.name} lacks {len(missing)} weights of {name}: {missing[0]}")


def _require_words(pipe: Any, place: Place) -> None:
    """Refuse a model without its vocabulary: the library makes do with an empty one, and no prompt would matter."""
    for name, part in pipe.components.items():
        if name.startswith("tokenizer") and part is not None:
            found = part("a lighthouse", add_special_tokens=False).input_ids
            if set(found) <= set(part.all_special_ids):
                raise UserMistake(
                    f"The model in {(place.file or place.folder).name} knows no words: its {name} is missing or empty.",
                    f"Copy the folder {name} of the model beside its other parts.",
                )
