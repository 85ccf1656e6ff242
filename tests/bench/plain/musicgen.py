# pyright: basic, reportMissingImports=false
"""MusicGen by a plain script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.plain import loops

LOOP = loops.SAMPLING
DECODER = "transformers:EncodecModel.decode"
TASK = "music"
_STYLE = "calm piano over soft strings"
PARAMS: dict[str, Any] = {"style": _STYLE, "duration": 2.0}
SHORT = [""]
LONG = SHORT

_RATE = 32000


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then one with a larger decoder in its place."""
    import torch
    from transformers import GenerationConfig, MusicgenConfig, MusicgenForConditionalGeneration

    from studio.engines.musicgen import smoke

    smoke.make(folder)
    place = folder / "musicgen"
    config = MusicgenConfig.from_pretrained(place)
    player = config.decoder
    player.hidden_size, player.ffn_dim, player.num_hidden_layers, player.num_attention_heads = 512, 2048, 8, 8
    torch.manual_seed(0)
    model = MusicgenForConditionalGeneration(config)
    for layer in model.audio_encoder.quantizer.layers:  # begins as zeros: silence
        layer.codebook.embed.normal_()
    model.generation_config = GenerationConfig.from_pretrained(place)
    model.save_pretrained(place)


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it, with what reads for it."""
        from transformers import AutoProcessor, MusicgenForConditionalGeneration

        self._model = MusicgenForConditionalGeneration.from_pretrained(folder / "musicgen").eval()
        self._processor = AutoProcessor.from_pretrained(folder / "musicgen")

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Play so many frames."""
        import soundfile
        import torch

        del texts
        with torch.inference_mode():
            torch.manual_seed(seed)
            given = self._processor(text=[_STYLE], padding=True, return_tensors="pt")
            sound = self._model.generate(
                **given, do_sample=True, guidance_scale=3.0, temperature=1.0, top_k=250, max_new_tokens=steps
            )[0, 0]
        soundfile.write(out, sound.float().numpy(), _RATE)
