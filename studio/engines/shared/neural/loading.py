# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Loading that does not look away: weights that are missing or do not fit are an error. The worker's main thread.

transformers fills what it does not find with random numbers and only warns; the model then runs, and makes noise.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.engines.shared.neural.checkpoint import described
from studio.worker.failures import UserMistake

_SAFE = ".safetensors"
_WEIGHTS = (f"*{_SAFE}", "*.bin")
_INDEX = "model_index.json"
_NUMBERS_A_BYTE = 4  # of the files; the densest files have two, and what is shared by two layers is built twice
NO_PROGRAMS = f"Weights are read from {_SAFE} files alone, since others can hold programs."
_LIBRARIES = frozenset({"diffusers", "transformers"})
_MAKERS = ("empty", "zeros", "ones", "full", "rand", "randn", "randint", "randperm", "arange", "linspace", "eye")
_NEW = ("new_empty", "new_zeros", "new_ones", "new_full")  # of the same, asked of a tensor
_NO_SIZE = frozenset({"generator", "out", "pin_memory"})  # what takes no part in it, and has to suit the device


class IncompleteWeights(RuntimeError):
    """A checkpoint lacks weights, or holds some of another form."""


def whole(kind: Any, folder: str, **how: Any) -> Any:
    """Load a model from a folder; every weight must come from there, and from no file that can hold programs."""
    if not any(Path(folder).glob(f"*{_SAFE}")):
        raise UserMistake(f"There are no weights in {Path(folder).name} that are safe to read.", NO_PROGRAMS)
    with no_larger_than_its_files(Path(folder)):
        model, info = kind.from_pretrained(
            folder, output_loading_info=True, local_files_only=True, use_safetensors=True, **how
        )
    missing = [*info["missing_keys"], *(str(one) for one in info["mismatched_keys"])]
    if missing:
        raise IncompleteWeights(f"{folder} lacks {len(missing)} weights of {kind.__name__}: {', '.join(missing[:3])}")
    return model.eval()


@contextmanager
def no_larger_than_its_files(folder: Path) -> Generator[None, None, None]:
    """Have a model that is built here end before it takes far more memory than the weights in its folder are worth.

    Libraries build a model as its description says, and only then look at the weights: a description with a layer a
    million times as wide would take all memory there is. Raise UserMistake for that.
    """
    import torch
    from torch.overrides import TorchFunctionMode

    makers = {*(getattr(torch, name) for name in _MAKERS), *(getattr(torch.Tensor, name) for name in _NEW)}
    left = _NUMBERS_A_BYTE * sum(file.stat().st_size for kind in _WEIGHTS for file in folder.glob(kind))

    class Counted(TorchFunctionMode):
        """Sees each place for numbers before it is made: first without any memory, where no dice are thrown either."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            nonlocal left
            if func in makers:
                form = {name: value for name, value in (kwargs or {}).items() if name not in _NO_SIZE}
                left -= func(*args, **{**form, "device": "meta"}).numel()
                if left < 0:
                    raise UserMistake(
                        f"The description of the model in {folder.name} asks for far more weights than its files hold.",
                        "Load the model again.",
                    )
            return func(*args, **(kwargs or {}))

    with Counted():
        yield


def pipeline(folder: str, **how: Any) -> Any:
    """Load a diffusers pipeline from a folder, each of its models whole."""
    from diffusers import DiffusionPipeline

    refuse_programs(Path(folder))
    parts = {name: whole(kind, str(Path(folder) / name), **how) for name, kind in parts_of(Path(folder))}
    pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True, **parts, **how)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def parts_of(folder: Path) -> Iterator[tuple[str, Any]]:
    """Return the parts of a pipeline that have weights, with their classes."""
    for name, library, kind in _named_in(described(folder / _INDEX)):
        if any((folder / name).glob(f"*{_SAFE}")):
            home = library if library in _LIBRARIES else f"diffusers.pipelines.{library}"
            yield name, getattr(importlib.import_module(home), kind)


def refuse_programs(folder: Path) -> None:
    """Raise UserMistake for a pipeline that would run what lies beside its weights, which older libraries do unasked.

    They take a class from a file of Python in the part's folder that is called as the part's library; the pipeline's
    own from one that is called as the pipeline that nobody named, or as its kind says. A part that is a pipeline may do
    all that again.
    """
    from diffusers import pipelines

    index = described(folder / _INDEX)
    strange = not isinstance(index.get("_class_name"), str) or (folder / f"{None}.py").exists()
    for name, library, kind in _named_in(index):
        known = library in _LIBRARIES or hasattr(pipelines, library)
        programs = (folder / name / place for place in (f"{library}.py", _INDEX))
        strange = strange or not known or "Pipeline" in kind or any(place.exists() for place in programs)
    if strange:
        raise UserMistake(f"The model in {folder.name} brings programs, and would run them.", NO_PROGRAMS)


def _named_in(index: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Return the parts that an index names, each with its library and its class."""
    for name, about in index.items():
        if isinstance(about, list) and len(about) == 2 and all(isinstance(one, str) for one in about):
            yield name, *about


@contextmanager
def quiet() -> Generator[None, None, None]:
    """Keep bars and advice of the libraries out of the log."""
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        import diffusers
    except ImportError:  # not every environment has it
        pass
    else:
        diffusers.utils.logging.set_verbosity_error()
        diffusers.utils.logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
