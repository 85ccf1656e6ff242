# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Pictures by a plain script: Stable Diffusion by diffusers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LOOP = "diffusers:UNet2DConditionModel.forward"
DECODER = "diffusers:AutoencoderKL.decode"
TASK = "image"
_PROMPT, _SIZE, _GUIDANCE = "a lighthouse in a storm, watercolour", 256, 7.0
# Looks while it grows stay on: they are part of what the studio costs.
PARAMS: dict[str, Any] = {
    "prompt": _PROMPT, "width": _SIZE, "height": _SIZE, "steps": 12, "guidance": _GUIDANCE, "preview": True,
}  # fmt: skip
SHORT = ["A picture."]
LONG = SHORT


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then a larger network in its place."""
    import torch
    from diffusers import EulerDiscreteScheduler, UNet2DConditionModel

    from studio.engines.diffusers import smoke

    smoke.make(folder)
    place = folder / "sd"
    torch.manual_seed(0)
    UNet2DConditionModel(
        sample_size=32, in_channels=4, out_channels=4, block_out_channels=(32, 64, 64), layers_per_block=1,
        norm_num_groups=8, cross_attention_dim=16, attention_head_dim=8,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    ).save_pretrained(place / "unet")  # fmt: skip
    EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
    ).save_pretrained(place / "scheduler")
    index = place / "model_index.json"
    index.write_text(index.read_text(encoding="utf-8").replace("PNDMScheduler", "EulerDiscreteScheduler"), "utf-8")


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it."""
        from diffusers import StableDiffusionPipeline

        self._pipe = StableDiffusionPipeline.from_pretrained(folder / "sd")
        self._pipe.set_progress_bar_config(disable=True)

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Paint one picture."""
        import torch

        del texts
        image = self._pipe(
            _PROMPT, width=_SIZE, height=_SIZE, num_inference_steps=steps, guidance_scale=_GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).images[0]  # fmt: skip
        image.save(out, "PNG")
