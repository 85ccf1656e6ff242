# pyright: basic, reportMissingImports=false
"""XTTS by a plain script."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.bench.plain import loops

LOOP = loops.SAMPLING
DECODER = "TTS.vocoder.models.hifigan_generator:HifiganGenerator.forward"
TASK = "speech"
PARAMS: dict[str, Any] = {}
SHORT = ["The old lighthouse keeper walked slowly down the stairs to the harbour."]
LONG = [
    *SHORT,
    "She opened the window, and a cool breeze filled the whole kitchen with the smell of rain.",
    "Nobody knew why the machine had stopped, but everyone had an opinion about it.",
    "Please send the final report to my office before the meeting on Friday afternoon.",
    "Music is a language that does not need to be translated.",
    "The train was late again, so we sat in the cold and talked about the summer.",
    "There is a garden behind the house, where nobody has been for years.",
    "He read the letter twice, folded it, and put it back into the drawer.",
]

_ENGINE = Path(__file__).parents[3] / "studio" / "engines" / "xtts"
_RATE = 24000
_VOICE = "Claribel Dervla"  # the first of the engine's default voices
_END = 1025
_NEVER = -1e4  # how likely an end is: the model speaks as long as it can


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test with other sizes."""
    import torch

    smoke = _engine("smoke")
    shrink = smoke._shrink

    def grow(about: Any, words: Any) -> None:
        shrink(about, words)
        sizes = about.model_args
        sizes.gpt_layers, sizes.gpt_n_heads = 8, 8
        sizes.gpt_n_model_channels = sizes.decoder_input_dim = 512
        sizes.gpt_max_text_tokens = 402
        sizes.gpt_max_audio_tokens = 40  # so long is each sentence; the vocoder is of full size, and slow
        sizes.gpt_num_audio_tokens, sizes.gpt_start_audio_token, sizes.gpt_stop_audio_token = 1026, 1024, _END

    smoke._shrink = grow
    smoke.make(folder)
    file = folder / "xtts" / "model.pth"
    from TTS.tts.models import xtts

    with xtts._legacy_safe_globals():
        weights = torch.load(file, weights_only=True)["model"]
    for name, values in weights.items():
        if name.endswith(("mel_head.bias", "lm_head.1.bias")):
            values[_END] = _NEVER
    torch.save({"model": weights}, file)  # the library would write a file anew that holds settings as well


class Script:
    """The loaded model. There is no torchaudio for every build of torch, so the studio's stand-in serves both."""

    def __init__(self, folder: Path) -> None:
        """Load it."""
        from studio.engines.shared.neural import mojimoji_standin, torchaudio_standin

        torchaudio_standin.install()
        mojimoji_standin.install()
        from TTS.tts.configs.xtts_config import XttsConfig
        from TTS.tts.models.xtts import Xtts

        about = XttsConfig()
        about.load_json(str(folder / "xtts" / "config.json"))
        self._model = Xtts(about)
        self._model.load_checkpoint(about, checkpoint_dir=str(folder / "xtts"), eval=True)

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Speak sentence by sentence, as long as the model speaks."""
        import numpy as np
        import soundfile
        import torch

        del steps
        voice = self._model.speaker_manager.speakers[_VOICE]
        with torch.inference_mode():
            torch.manual_seed(seed)
            sounds = [
                self._model.inference(
                    text, "en", voice["gpt_cond_latent"], voice["speaker_embedding"], temperature=0.65,
                    length_penalty=1.0, repetition_penalty=2.0, top_k=50, top_p=0.85,
                )["wav"]
                for text in texts
            ]  # fmt: skip
        soundfile.write(out, np.concatenate(sounds), _RATE)


def _engine(name: str) -> Any:
    """Import a module of the engine's, as its own process does it: from its folder."""
    import importlib

    sys.path.insert(1, str(_ENGINE))
    return importlib.import_module(name)
