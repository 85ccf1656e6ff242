# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Stable Audio by a plain script. It makes sound of all its latents each time, as its pipeline does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LOOP = "diffusers:StableAudioDiTModel.forward"
DECODER = "diffusers:AutoencoderOobleck._decode"
TASK = "music"
_RATE = 44100
_STYLE, _SECONDS, _GUIDANCE = "a hammer on wood", 5.0, 7.0
PARAMS: dict[str, Any] = {"style": _STYLE, "duration": _SECONDS, "steps": 12, "guidance": _GUIDANCE}
SHORT = [""]
LONG = SHORT


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then a larger network in its place, at the real rate."""
    import torch
    from diffusers import StableAudioDiTModel

    from studio.engines.shared.neural import tiny
    from studio.engines.stableaudio import smoke

    smoke.make(folder)
    place = folder / "stableaudio"
    torch.manual_seed(0)
    tiny.oobleck(rate=_RATE, ratios=[2, 4, 4, 8, 8], width=4, inner=4).save_pretrained(place / "vae")
    StableAudioDiTModel(
        sample_size=128, in_channels=4, out_channels=4, num_layers=8, attention_head_dim=64, num_attention_heads=8,
        num_key_value_attention_heads=8, cross_attention_dim=8, cross_attention_input_dim=8, time_proj_dim=16,
        global_states_input_dim=16,
    ).save_pretrained(place / "transformer")  # fmt: skip


class Script:
    """The loaded pipeline."""

    def __init__(self, folder: Path) -> None:
        """Load it."""
        from diffusers import StableAudioPipeline

        self._pipe = StableAudioPipeline.from_pretrained(folder / "stableaudio")
        self._pipe.set_progress_bar_config(disable=True)

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Make one sound."""
        import soundfile
        import torch

        del texts
        torch.manual_seed(seed)
        sound = self._pipe(
            _STYLE, audio_end_in_s=_SECONDS, num_inference_steps=steps, guidance_scale=_GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).audios[0]  # fmt: skip
        soundfile.write(out, sound.float().numpy().T, _RATE)
