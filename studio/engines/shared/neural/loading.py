# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Loading that does not look away: weights that are missing or do not fit are an error. The worker's main thread.

transformers fills what it does not find with random numbers and only warns; the model then runs, and makes noise.
"""

from __future__ import annotations

import importlib
import json
import math
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.worker.failures import UserMistake

_SAFE = ".safetensors"
_NUMBERS_A_BYTE = 4  # of the files; the densest files have two, and what is shared by two layers is built twice
NO_PROGRAMS = f"Weights are read from {_SAFE} files alone, since others can hold programs."
_LIBRARIES = frozenset({"diffusers", "transformers"})


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
    from torch import empty
    from torch.overrides import TorchFunctionMode

    left = _NUMBERS_A_BYTE * sum(file.stat().st_size for file in folder.glob(f"*{_SAFE}"))

    class Counted(TorchFunctionMode):
        """Sees each place for weights before it is made."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            nonlocal left
            if func is empty:
                size = args[0] if args and isinstance(args[0], (tuple, list)) else args
                left -= math.prod(map(int, size))
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

    parts = {name: whole(kind, str(Path(folder) / name), **how) for name, kind in parts_of(Path(folder))}
    pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True, **parts, **how)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def parts_of(folder: Path) -> Iterator[tuple[str, Any]]:
    """Return the parts of a pipeline that have weights, with their classes."""
    index: dict[str, Any] = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    for name, about in index.items():
        place = folder / name
        if isinstance(about, list) and len(about) == 2 and any(place.glob(f"*{_SAFE}")):
            library, kind = map(str, about)
            home = library if library in _LIBRARIES else f"diffusers.pipelines.{library}"
            yield name, getattr(importlib.import_module(home), kind)


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
