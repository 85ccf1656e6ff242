# pyright: basic, reportMissingImports=false
"""The model that reads a style, from words or from a sound, as a vector. On the thread that sings.

It computes on the processor: it is asked once a song, and would take as much of a card as the song itself. Left to
itself it fetches two more models from the network, only to put its own weights in their place; so they are made here
from their descriptions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from flowing import strictly
from places import Folders

from studio.engines.shared.neural import checkpoint, loading
from studio.worker.failures import UserMistake

_SECONDS = 10  # of a sound, which the song's makers take of it
_FILES = ("model.safetensors", "pytorch_model.bin")


class Reader:
    """A loaded model with the tokenizer of its words."""

    def __init__(self, folders: Folders) -> None:
        """Load all of it; every weight must be there."""
        from transformers import AutoTokenizer

        weights = _weights(folders.style)
        with loading.no_larger_than_its_files(folders.style):
            self._model = built(folders)
        strictly(self._model, weights, folders.style)
        self._model.eval()
        self.rate = int(self._model.sr)
        words = self._model.mulan.text
        words._tokenizer = AutoTokenizer.from_pretrained(folders.words, local_files_only=True)  # noqa: SLF001
        self._words: Any = words._tokenizer  # noqa: SLF001
        # It counts places from behind the number of its padding.
        self._most = int(words.model.config.max_position_embeddings) - int(words.model.config.pad_token_id) - 1

    def of_words(self, text: str) -> tuple[Any, bool]:
        """Return the style (1, width) that words describe, and whether all of them were read."""
        read = self._words(text, truncation=True, max_length=self._most, return_offsets_mapping=True)
        end = max(last for _, last in read["offset_mapping"])
        whole = len(self._words(text).input_ids) <= self._most
        with torch.no_grad():
            return self._model(texts=[text if whole else text[:end]]), whole

    def of_sound(self, sound: np.ndarray) -> Any:
        """Return the style of a sound (1, moments) at our rate: of ten seconds from its middle."""
        wanted = _SECONDS * self.rate
        begin = max(0, (sound.shape[1] - wanted) // 2)
        heard = np.resize(sound[0, begin : begin + wanted], wanted)  # a shorter one comes again and again
        with torch.no_grad():
            return self._model(wavs=torch.from_numpy(heard)[None])


def built(folders: Folders) -> Any:
    """Return the model without its weights."""
    from muq import MuQMuLan

    about = checkpoint.described(folders.style / "config.json", "mulan", "audio_model", "text_model")
    _made_from(folders)
    return MuQMuLan(about)


def _made_from(folders: Folders) -> None:
    """Have the two models inside made from their descriptions."""
    from muq.muq import MuQ, MuQConfig
    from muq.muq_mulan.models import audio, text
    from transformers import XLMRobertaConfig, XLMRobertaModel

    ears = MuQConfig(**checkpoint.described(folders.ears / "config.json"))
    words = XLMRobertaConfig.from_pretrained(folders.words, local_files_only=True)

    def hear(self: Any, name: str) -> None:
        if "muq" not in name.lower():
            raise UserMistake(
                f"The style model listens through {name}, which is unknown here.", "Take MuQ-MuLan large."
            )
        self.model = MuQ(ears)

    def read(self: Any) -> Any:
        if self.pretrained_model_type != text.TextPretrainedModelType.Roberta:
            raise UserMistake(
                f"The style model reads through {self.model_name}, which is unknown here.", "Take another."
            )
        return XLMRobertaModel(words)

    audio.AudioSpectrogramTransformerPretrained._init_pretrained_model = hear  # noqa: SLF001
    text.TextTransformerPretrained._init_pretrained_model = read  # noqa: SLF001


def _weights(folder: Path) -> dict[str, Any]:
    file = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if file is None:
        raise loading.IncompleteWeights(f"{folder} has no weights: neither {' nor '.join(_FILES)}")
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(file)
    return torch.load(file, map_location="cpu", weights_only=True)
