# pyright: basic, reportMissingImports=false
"""DiffRhythm 2 by a plain script: the library's own loop and decoder."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

LOOP = "diffrhythm2.model.backbones.dit:DiT.forward"
DECODER = "diffrhythm2.bigvgan.model:BigVGAN.forward"
TASK = "music"
_STYLE, _SECONDS, _STEPS = "slow folk, female vocal", 10.0, 6
PARAMS: dict[str, Any] = {"style": _STYLE, "duration": _SECONDS, "steps": _STEPS}
SHORT = ["Down by the river we wait."]
LONG = [*SHORT, *("The moon is a lantern, the night is a door." for _ in range(12))]

_ENGINE = Path(__file__).parents[3] / "studio" / "engines" / "diffrhythm2"
_RATE = 48000
_A_SECOND = 5  # latents
_START, _END, _STOP = 500, 501, 511


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test with a larger network."""
    smoke = _engine("smoke")
    smoke._NETWORK |= {"dim": 384, "depth": 8, "heads": 6, "ff_mult": 3}
    smoke.make(folder)


class Script:
    """The loaded model. What surrounds it is the studio's, since it needs packages that fit no build of torch."""

    def __init__(self, folder: Path) -> None:
        """Load it, with what reads words and styles."""
        import torch
        from safetensors.torch import load_file

        _engine("surroundings").prepare()
        from diffrhythm2.bigvgan.model import Generator
        from diffrhythm2.g2p.g2p_generation import chn_eng_g2p
        from diffrhythm2.model.backbones.dit import DiT
        from diffrhythm2.model.cfm import CFM

        own = folder / "diffrhythm2"
        about = json.loads((own / "model.json").read_text(encoding="utf-8"))
        torch.set_grad_enabled(False)
        self._flow = CFM(DiT(**about), num_channels=about["mel_dim"], block_size=about["block_size"]).eval()
        self._flow.load_state_dict(load_file(own / "model.safetensors"))
        # Some of its times are half as fine as the weights.
        self._flow.transformer.time_embed.register_forward_pre_hook(lambda _part, given: (given[0].float(),))
        self._decoder = Generator(str(own / "decoder.json"), str(own / "decoder.bin")).eval()
        self._sounds = chn_eng_g2p
        self._style = _engine("styling").Reader(_engine("places").folders(str(folder), {}))._model

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Sing all of it."""
        import soundfile
        import torch

        del steps
        torch.manual_seed(seed)
        sounds = [number + 1 for number in self._sounds(" ".join(texts))[1]]
        words = torch.tensor([[_START, _STOP, *sounds, _STOP, _END, _STOP]])
        latents = self._flow.sample_block_cache(
            words, int(_SECONDS * _A_SECOND), self._style(texts=[_STYLE]), steps=_STEPS, cfg_strength=2.0,
            process_bar=False,
        )  # fmt: skip
        sound = self._decoder.decode_audio(latents.transpose(1, 2), overlap=5, chunk_size=20)
        soundfile.write(out, sound[0, 0].numpy(), _RATE)


def _engine(name: str) -> Any:
    """Import a module of the engine's, as its own process does it: from its folder."""
    if str(_ENGINE) not in sys.path:
        sys.path.insert(1, str(_ENGINE))
    return importlib.import_module(name)
