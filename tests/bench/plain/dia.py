# pyright: basic, reportMissingImports=false
"""Dia by a plain script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.plain import loops

LOOP = loops.SAMPLING
DECODER = "transformers:DacModel.decode"
TASK = "speech"
# A random model never comes to an end by itself, which is a fault that the engine would try to mend.
PARAMS: dict[str, Any] = {"retries": 0}
SHORT = ["Hi."]
LONG = ["The old lighthouse keeper walked slowly down the stairs to the harbour."]

_RATE = 44100


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then a larger model in its place."""
    import torch
    from transformers import DiaConfig, DiaForConditionalGeneration, GenerationConfig

    from studio.engines.dia import smoke

    smoke.make(folder)
    place = folder / "dia"
    config = DiaConfig.from_pretrained(place)
    for part, layers in ((config.encoder_config, 3), (config.decoder_config, 6)):
        part.hidden_size, part.intermediate_size, part.num_hidden_layers = 384, 1536, layers
        part.num_attention_heads, part.num_key_value_heads, part.head_dim = 6, 6, 64
    decoder = config.decoder_config
    decoder.num_key_value_heads, decoder.cross_hidden_size = 2, 384
    decoder.cross_num_attention_heads, decoder.cross_num_key_value_heads, decoder.cross_head_dim = 6, 6, 64
    torch.manual_seed(0)
    model = DiaForConditionalGeneration(config)
    model.generation_config = GenerationConfig.from_pretrained(place)
    model.save_pretrained(place)


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it, with its codec."""
        from transformers import (
            AutoFeatureExtractor,
            AutoTokenizer,
            DacModel,
            DiaForConditionalGeneration,
            DiaProcessor,
        )

        self._model = DiaForConditionalGeneration.from_pretrained(folder / "dia").eval()
        ears = AutoFeatureExtractor.from_pretrained(folder / "dia")
        words = AutoTokenizer.from_pretrained(folder / "dia")
        self._processor = DiaProcessor(ears, words, DacModel.from_pretrained(folder / "codec").eval())

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Speak all of it in one go."""
        import soundfile
        import torch

        with torch.inference_mode():
            torch.manual_seed(seed)
            given = self._processor(text=["[S1] " + " ".join(texts)], padding=True, return_tensors="pt")
            codes = self._model.generate(
                **given, max_new_tokens=steps, do_sample=True, guidance_scale=3.0, temperature=1.8, top_p=0.9, top_k=45
            )
            sound = self._processor.batch_decode(codes)[0]
        soundfile.write(out, sound.float().numpy(), _RATE)
