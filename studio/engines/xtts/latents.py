# pyright: basic, reportMissingImports=false
"""What the model works out about a voice, and its form as a file, so that the next lines begin at once. No state.

A line with the hash of what follows, a line of JSON, then the numbers: what is damaged is not taken for whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_FORM = 1
_MOST_BYTES = 20_000_000
_TYPE = "<f4"


class Damaged(Exception):
    """The file holds no whole voice."""


@dataclass(frozen=True)
class Heard:
    """How recordings were listened to."""

    seconds: int  # of each
    chunk: int  # seconds at once


@dataclass(frozen=True)
class Voice:
    """A voice as the model takes it: how it speaks, and how it sounds."""

    manner: torch.Tensor
    timbre: torch.Tensor


def write(path: Path, voice: Voice, heard: Heard) -> None:
    """Write a voice; equal voices make equal bytes."""
    arrays = [tensor.detach().cpu().float().contiguous().numpy().astype(_TYPE) for tensor in _tensors(voice)]
    about = {"form": _FORM, "heard": [heard.seconds, heard.chunk], "shapes": [array.shape for array in arrays]}
    body = json.dumps(about).encode() + b"\n" + b"".join(array.tobytes() for array in arrays)
    path.write_bytes(_digest(body) + b"\n" + body)


def read(path: Path, heard: Heard, like: tuple[int, int]) -> Voice:
    """Read a voice; raise Damaged for anything but a whole one of these widths that was heard in this way."""
    import numpy as np
    import torch

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Damaged("it is too long")
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest != _digest(body):
            raise Damaged("its hash is another")
        head, _, numbers = body.partition(b"\n")
        about: dict[str, Any] = json.loads(head)
        if about["form"] != _FORM or about["heard"] != [heard.seconds, heard.chunk]:
            raise Damaged("it has another form, or was heard in another way")
        values = np.frombuffer(numbers, _TYPE)
        first, second = (tuple(int(size) for size in shape) for shape in about["shapes"])
        middle = int(np.prod(first))
        manner, timbre = values[:middle].reshape(first), values[middle:].reshape(second)
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise Damaged(f"{type(e).__name__}: {e}") from e
    voice = Voice(torch.tensor(manner), torch.tensor(timbre))
    check(voice, like)
    return voice


def check(voice: Voice, like: tuple[int, int]) -> None:
    """Raise Damaged where a model of these widths would make noise of it, or nothing."""
    manner, timbre = voice.manner, voice.timbre
    if manner.ndim != 3 or timbre.ndim != 3 or (manner.shape[2], timbre.shape[1]) != like:
        raise Damaged("it is of another model")
    if not (bool(manner.isfinite().all()) and bool(timbre.isfinite().all())):
        raise Damaged("it holds values that are not finite")


def _tensors(voice: Voice) -> tuple[torch.Tensor, torch.Tensor]:
    return voice.manner, voice.timbre


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
