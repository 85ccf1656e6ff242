"""Makes resemblyzer-fp16.npz anew from the original weights. Needs torch and numpy; not part of the studio.

pip download --no-deps Resemblyzer==0.1.4 && unzip Resemblyzer-0.1.4-py3-none-any.whl
python make.py resemblyzer/pretrained.pt
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch  # pyright: ignore[reportMissingImports]


def main(pretrained: Path) -> None:
    """Convert; the two biases of each layer are added, since the network only ever adds them."""
    state = torch.load(pretrained, map_location="cpu", weights_only=True)["model_state"]
    kept = {name: state[name].numpy() for name in state if name.startswith(("lstm.weight", "linear."))}
    for layer in range(3):
        kept[f"lstm.bias_l{layer}"] = (state[f"lstm.bias_ih_l{layer}"] + state[f"lstm.bias_hh_l{layer}"]).numpy()
    packed = {name: kept[name].astype(np.float16) for name in sorted(kept)}
    np.savez_compressed(Path(__file__).with_name("resemblyzer-fp16.npz"), **packed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
