# pyright: basic, reportMissingImports=false
"""The model from its folder: loaded whole, without a question on a terminal and without a change to its files.

The worker's main thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, mojimoji_standin, torchaudio_standin
from studio.worker import failures
from studio.worker.failures import UserMistake

FILES = ("model.pth", "config.json", "vocab.json")
WAY_OUT = "`studio models download xtts-v2.0.3` loads the model, and mends one that is damaged."
_DAMAGED = (AttributeError, EOFError, LookupError, RuntimeError, TypeError, ValueError)
_MOST_TOLD = 500  # characters: a model of another form is told of weight by weight
_OWN_FOLDER = "xtts"  # a folder may hold the model under this name


def found(folder: str) -> Path:
    """Return the folder in which the model's files lie; raise UserMistake where they do not."""
    if not folder:
        raise UserMistake("XTTS was given no model.", WAY_OUT)
    place = Path(folder)
    if not (place / FILES[0]).exists() and (place / _OWN_FOLDER / FILES[0]).is_file():
        place /= _OWN_FOLDER
    missing = [name for name in FILES if not (place / name).is_file()]
    if missing:
        raise UserMistake(f"The folder {place} holds no whole XTTS: it lacks {', '.join(missing)}.", WAY_OUT)
    return place


def load(folder: Path) -> Any:
    """Load the model, every weight of it from the folder."""
    torchaudio_standin.install()
    mojimoji_standin.install()
    with loading.quiet():
        from TTS.tts.configs.xtts_config import XttsConfig
        from TTS.tts.models import xtts

        xtts.load_audio = _read
        about = XttsConfig()
        try:
            about.load_json(str(folder / "config.json"))
            model = xtts.Xtts(about)
            model._load_checkpoint = _weights  # noqa: SLF001 — the library's own writes the file anew
            model.load_checkpoint(about, checkpoint_dir=str(folder), eval=True)
        except (*_DAMAGED, xtts.pickle.UnpicklingError) as e:
            if failures.classify_text(f"{type(e).__name__}: {e}"):  # a lack of memory is no damage
                raise
            told = f"{type(e).__name__}: {str(e)[:_MOST_TOLD]}"
            raise UserMistake(f"The model in {folder} is damaged, or another one: {told}", WAY_OUT) from e
    return model


def _weights(file: Path) -> dict[str, Any]:
    """Read the weights. The published file holds settings as well, of classes that have moved since."""
    import torch
    from TTS.tts.models import xtts

    with xtts._legacy_safe_globals():  # noqa: SLF001 — there is no other way to their old names
        return torch.load(file, map_location="cpu", weights_only=True)["model"]


def _read(file: Any, rate: int) -> Any:
    """Read a recording as one channel; the library's own way wants a decoder that is built for one accelerator."""
    sound, had = torchaudio_standin.load(file)
    return torchaudio_standin.resample(sound.mean(0, keepdim=True), had, rate).clip_(-1, 1)
