# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""ACE-Step by a plain script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LOOP = "diffusers:AceStepTransformer1DModel.forward"
DECODER = "diffusers:AutoencoderOobleck._decode"
TASK = "music"
_STYLE, _SECONDS = "slow folk, female vocal", 10.0
PARAMS: dict[str, Any] = {"style": _STYLE, "duration": _SECONDS, "steps": 8}
SHORT = ["[verse] Down by the river we wait."]
LONG = [*SHORT, *("The moon is a lantern, the night is a door." for _ in range(12))]

_SIZES: dict[str, Any] = {
    "hidden_size": 512, "intermediate_size": 1536, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 64,
    "rope_theta": 10000.0, "sliding_window": 128,
}  # fmt: skip


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then a larger network in its place."""
    import torch
    from diffusers import AceStepTransformer1DModel
    from diffusers.pipelines.ace_step import AceStepConditionEncoder

    from studio.engines.acestep import smoke

    smoke.make(folder)
    place = folder / "acestep"
    torch.manual_seed(0)
    AceStepTransformer1DModel(
        **_SIZES, num_hidden_layers=6, in_channels=24, audio_acoustic_hidden_dim=8, patch_size=2
    ).save_pretrained(place / "transformer")
    AceStepConditionEncoder(
        **_SIZES, num_lyric_encoder_hidden_layers=1, num_timbre_encoder_hidden_layers=1, text_hidden_dim=32,
        timbre_hidden_dim=8,
    ).save_pretrained(place / "condition_encoder")  # fmt: skip


class Script:
    """The loaded pipeline."""

    def __init__(self, folder: Path) -> None:
        """Load it."""
        from diffusers import AceStepPipeline

        self._pipe = AceStepPipeline.from_pretrained(folder / "acestep")
        self._pipe.set_progress_bar_config(disable=True)

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Sing all of it."""
        import soundfile
        import torch

        sound = self._pipe(
            prompt=_STYLE, lyrics=" ".join(texts), audio_duration=_SECONDS, num_inference_steps=steps,
            guidance_scale=1.0, generator=torch.Generator("cpu").manual_seed(seed), output_type="np",
        ).audios[0]  # fmt: skip
        soundfile.write(out, sound.T, self._pipe.sample_rate)
