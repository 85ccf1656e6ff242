# pyright: basic, reportMissingImports=false
"""LoRAs beside a model's weights, never in them, so that taking them off leaves no trace. The worker's main thread."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.worker import failures
from studio.worker.context import sha256_of
from studio.worker.failures import UserMistake

_CAST = "layerwise_casting"  # the library's hook on layers that are kept in smaller numbers
_ENDING = ".safetensors"
_SHOWN = 8
_MOST_SAID = 200  # signs of what a library says of a file
# What the libraries raise for files that hold other things than they look for.
_STUMBLES = (ValueError, RuntimeError, LookupError, TypeError, AttributeError, OSError)


class Loras:
    """Which LoRAs a pipeline has on."""

    def __init__(self, pipe: Any, painter: Any, device: Any, form: Any) -> None:
        self._pipe = pipe
        self._painter = painter
        self._form = form
        self._device = device
        self._on: tuple[tuple[Path, int], ...] = ()  # files with their times
        self._hashes: dict[Path, str] = {}  # of those that are on

    def use(self, wanted: Sequence[tuple[str, float]], folder: str) -> dict[str, str]:
        """Put these on with their strengths, and take off what is on besides; return the hash of each one's file."""
        files = [_file(name, folder) for name, _ in wanted]
        key = tuple((file, file.stat().st_mtime_ns) for file in files)
        if key != self._on:
            with self._kept_still(), self._widened():
                self._change(files)
            self._on = key
        if files:
            self._pipe.set_adapters([f"lora{n}" for n in range(len(files))], [strength for _, strength in wanted])
        return {name: self._hashes[file] for (name, _), file in zip(wanted, files, strict=True)}

    def _change(self, files: Sequence[Path]) -> None:
        self._take_off()
        self._hashes = {file: sha256_of(file) for file in files}
        try:
            for number, file in enumerate(files):
                self._put_on(file, f"lora{number}")
        except BaseException:
            self._take_off()
            raise

    @contextmanager
    def _kept_still(self) -> Generator[None, None, None]:
        """Keep parts from moving to the card and back; the library itself would guess to which card they go after."""
        moving = bool(getattr(self._pipe, "_all_hooks", None))
        if moving:
            self._pipe.remove_all_hooks()
        try:
            yield
        finally:
            if moving:
                self._pipe.enable_model_cpu_offload(device=self._device)

    @contextmanager
    def _widened(self) -> Generator[None, None, None]:
        """Lift layers that are kept in smaller numbers: what is put beside a layer takes over its format.

        Not on the card, where there is little room.
        """
        layers = [
            m for m in self._painter.modules() if _CAST in getattr(getattr(m, "_diffusers_hook", None), "hooks", {})
        ]
        kept = [(layer.weight.device, layer.weight.dtype) for layer in layers]
        for layer in layers:
            layer.to("cpu", self._form)
        try:
            yield
        finally:
            for layer, (place, form) in zip(layers, kept, strict=True):
                layer.to(place, form)
            for part in self._painter.modules() if layers else ():
                if hasattr(part, "lora_A"):
                    for beside in (part.lora_A, part.lora_B):
                        beside.to(part.base_layer.weight.device)

    def _put_on(self, file: Path, name: str) -> None:
        from safetensors import SafetensorError

        try:
            self._pipe.load_lora_weights(
                str(file.parent), weight_name=file.name, adapter_name=name, local_files_only=True
            )
        except (*_STUMBLES, SafetensorError) as e:
            if failures.classify_text(f"{type(e).__name__}: {e}"):  # of the device, not of the file
                raise
            raise _unsuitable(file, str(e)) from e
        if not any(name in names for names in self._pipe.get_list_adapters().values()):
            raise _unsuitable(file, "none of its weights belongs to a part of this model")

    def _take_off(self) -> None:
        self._pipe.unload_lora_weights()
        self._on = ()


def _unsuitable(file: Path, reason: str) -> UserMistake:
    shown = " ".join(reason.split())[:_MOST_SAID].rstrip(".")
    return UserMistake(
        f"The LoRA {file.stem} does not fit this model: {shown}.",
        "A LoRA fits models of the kind that it was made for.",
    )


def _file(name: str, folder: str) -> Path:
    """Find a LoRA; it lies in the one folder for them, or in a folder there."""
    place = Path(folder) if folder else None
    there = sorted(place.rglob(f"*{_ENDING}")) if place else []
    for file in there:
        if file.name == name + _ENDING:
            return file
    names = ", ".join(file.stem for file in there[:_SHOWN]) or "none"
    raise UserMistake(
        f"There is no LoRA {name!r}.",
        f"Put its {_ENDING} file into {folder or 'the folder for LoRAs'}. There: {names}.",
    )
