# pyright: basic, reportMissingImports=false
"""Pocket TTS by a plain script."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

LOOP = "transformers:PocketTTSForConditionalGeneration.sample_latent"
DECODER = "transformers:PocketTTSAudioTokenizerModel.decode"
TASK = "speech"
PARAMS: dict[str, Any] = {}
SHORT = ["The keeper walked slowly down to the harbour."]
LONG = [
    *SHORT,
    "She opened the window to the smell of the rain.",
    "Nobody knew why the machine had stopped at all.",
    "Please send me the report before the meeting.",
    "The train was late, so we talked about summer.",
    "There is a garden behind the house of stone.",
]

_ENGINE = Path(__file__).parents[3] / "studio" / "engines" / "pocket"
_RATE, _FRAMES_AFTER = 24000, 2
_NEVER = -20.0  # how likely an end is: the model speaks as long as it may


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test with other sizes."""
    from safetensors.torch import load_file, save_file

    smoke = _engine("smoke")
    sizes = {"_WIDTH": 512, "_LAYERS": 6, "_LATENT": 32, "_FLOW": 256, "_FILTERS": 32}
    was = {name: getattr(smoke, name) for name in sizes}
    vars(smoke).update(sizes)
    smoke.make(folder)
    vars(smoke).update(was)
    for file in folder.rglob("model.safetensors"):
        weights = load_file(file)
        weights["flow_lm.out_eos.bias"][:] = _NEVER
        save_file(weights, file)


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it. Published in a form of their own, the weights are laid out by the engine's module for both."""
        from tokenizers import Tokenizer
        from transformers import PocketTTSAudioTokenizerModel, PocketTTSConfig, PocketTTSForConditionalGeneration
        from transformers.models.pocket_tts_audio_tokenizer import configuration_pocket_tts_audio_tokenizer as codec

        weights, voices = _engine("weights"), _engine("voices")
        place = folder / "pocket" / "languages" / "english"
        found = weights.read(place / "model.safetensors")
        self._model = weights.built(
            PocketTTSForConditionalGeneration, PocketTTSConfig(**found.speaker_settings), found.speaker
        )
        about = codec.PocketTTSAudioTokenizerConfig(**found.codec_settings)
        self._codec = weights.built(PocketTTSAudioTokenizerModel, about, found.codec)
        self._words = Tokenizer.from_file(str(place / "tokenizer.json"))
        self._voice = voices.read(place / "embeddings" / "alba.safetensors", self._model)

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Speak sentence by sentence."""
        import copy

        import numpy as np
        import soundfile
        import torch

        del steps
        sounds: list[Any] = []
        with torch.inference_mode():
            torch.manual_seed(seed)
            for text in texts:
                asked = torch.tensor([[*self._words.encode(text).ids, self._model.config.audio_bos_token_id]])
                made = self._model.generate(
                    input_ids=asked, attention_mask=torch.ones_like(asked), past_key_values=copy.deepcopy(self._voice),
                    do_sample=True, temperature=0.3, frames_after_eos=_FRAMES_AFTER, return_dict_in_generate=True,
                )  # fmt: skip
                sounds.append(self._codec.decode(made.audio_latents).audio_values[0, 0].numpy())
        soundfile.write(out, np.concatenate(sounds), _RATE)


def _engine(name: str) -> Any:
    """Import a module of the engine's, as its own process does it: from its folder."""
    import importlib

    if str(_ENGINE) not in sys.path:
        sys.path.insert(1, str(_ENGINE))
    return importlib.import_module(name)
