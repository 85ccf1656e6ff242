# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""Pictures made larger by a plain script: Swin2SR by transformers, one tile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

LOOP = "transformers:Swin2SRForImageSuperResolution.forward"
DECODER = ""
TASK = "image"
_SIDE = 96
_PICTURE = "picture.png"
PARAMS: dict[str, Any] = {"upscale": "2", "tile": _SIDE}
FILES = {"init": _PICTURE}  # beside the checkpoint
SHORT = ["A picture."]
LONG = SHORT

_ENGINE = Path(__file__).parents[3] / "studio" / "engines" / "swin2sr"


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test with other sizes, and the picture that is made larger."""
    import numpy as np
    from PIL import Image

    sys.path.insert(1, str(_ENGINE))
    import smoke

    smoke.make(folder, embed_dim=60, depths=[4, 4], num_heads=[6, 6])
    dice = np.random.default_rng(3).integers(0, 256, (_SIDE // 8, _SIDE // 8, 3), np.uint8)
    Image.fromarray(dice).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(folder / _PICTURE)


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it."""
        from transformers import Swin2SRForImageSuperResolution

        self._model = Swin2SRForImageSuperResolution.from_pretrained(folder / "swin2sr")
        self._picture = folder / _PICTURE

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Make one picture larger."""
        import numpy as np
        import torch
        from PIL import Image

        del texts, seed, steps
        with Image.open(self._picture) as image:
            pixels = torch.from_numpy(np.asarray(image.convert("RGB")).astype(np.float32) / 255)
        with torch.inference_mode():
            made = self._model(pixel_values=pixels.permute(2, 0, 1)[None]).reconstruction[0]
        larger = (made.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
        Image.fromarray(larger).save(out, "PNG")
