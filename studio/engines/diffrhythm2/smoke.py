# pyright: reportMissingImports=false
"""Tries DiffRhythm2 on a tiny checkpoint of the real classes: eight seconds of a song from words and a style vector.

The words go through the real reading rules. The style is a vector given from outside: of the model that makes one from
words or from a sound only the code is loaded, for its weights have terms of their own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import surroundings

from studio.engines.shared.neural import loading, memory, placing, proof

RATE = 48000
_STRIDE = 9600  # samples that one latent stands for, so there are five a second
_STYLE = 512  # numbers that say how it is to sound
_SECONDS = 8
_STEPS = 4
_BEGIN, _VERSE, _BREAK = 500, 503, 511  # of the numbers that stand for parts of a song and ends of lines
_LINES = ("Summer rain is falling", "你好")
_NETWORK = {
    "dim": 64, "depth": 2, "heads": 4, "ff_mult": 2, "mel_dim": 16, "text_num_embeds": 700, "conv_layers": 0,
    "block_size": 10, "use_flex_attn": False,
}  # fmt: skip
_DECODER = {
    "in_channels": 16, "num_mels": 16, "upsample_rates": [10, 10, 8, 4, 3],
    "upsample_kernel_sizes": [20, 20, 16, 8, 7], "upsample_initial_channel": 64, "resblock": "1",
    "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]], "activation": "snakebeta",
    "snake_logscale": True, "use_tanh_at_final": False, "use_bias_at_final": False, "sampling_rate": RATE,
    "use_cuda_kernel": False,
}  # fmt: skip


def make(folder: Path) -> None:
    """Write the four files that a download would bring."""
    import torch
    from diffrhythm2.bigvgan.env import AttrDict
    from diffrhythm2.bigvgan.model import BigVGAN
    from safetensors.torch import save_file

    with loading.quiet():
        torch.manual_seed(0)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.json").write_text(json.dumps(_NETWORK), encoding="utf-8")
        (folder / "decoder.json").write_text(json.dumps(_DECODER), encoding="utf-8")
        save_file(_flow(_NETWORK).state_dict(), folder / "model.safetensors")
        torch.save({"generator": BigVGAN(AttrDict(_DECODER)).state_dict()}, folder / "decoder.bin")


def check(folder: Path, device: str) -> dict[str, Any]:
    """Make eight seconds; return facts, or raise what went wrong."""
    import torch
    from diffrhythm2.bigvgan.model import Generator

    memory.begin(0)
    place = placing.torch_device(device)
    with loading.quiet():
        surroundings.prepare(folder)
        sounds = [surroundings.phonemes(line) for line in _LINES]
        surroundings.style_model()
        flow = _loaded(folder).to(place)
        decoder = Generator(str(folder / "decoder.json"), str(folder / "decoder.bin")).to(place)
        for part in (flow, decoder):
            placing.require_on(part, place)
        style = torch.linspace(-1, 1, _STYLE)[None].to(place)
        lines = [number for line in sounds for number in (*line, _BREAK)]
        words = torch.tensor([[_BEGIN, _BREAK, _VERSE, _BREAK, *lines]], device=place)

        def sing(seed: int) -> Any:
            torch.manual_seed(seed)
            latents = flow.sample_block_cache(
                text=words, duration=_SECONDS * RATE // _STRIDE, style_prompt=style, steps=_STEPS, cfg_strength=2.0,
                process_bar=False,
            )  # fmt: skip
            return decoder.decode_audio(latents.transpose(1, 2).float(), overlap=5, chunk_size=20)

        same = proof.repeats(sing, "the song", device)
        sound = proof.finite(sing(7), "the song")
    if sound.shape != (1, 1, _SECONDS * RATE):
        raise ValueError(f"{_SECONDS} seconds at {RATE} a second came out as {sound.shape}")
    return {
        **proof.versions("torch", "transformers", "diffrhythm2-fork", "torchdiffeq", "muq"), "device": str(place),
        "sample_rate": RATE, "samples": sound.shape[-1], "same_seed_equal": same,
        "phonemes": [len(line) for line in sounds], "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _flow(about: dict[str, Any]) -> Any:
    from diffrhythm2.model.backbones.dit import DiT
    from diffrhythm2.model.cfm import CFM

    return CFM(transformer=DiT(**about), num_channels=about["mel_dim"], block_size=about["block_size"]).eval()


def _loaded(folder: Path) -> Any:
    """Load the network strictly, able to run in single precision."""
    from safetensors.torch import load_file

    about: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    flow = _flow({**about, "use_flex_attn": False})
    flow.load_state_dict(load_file(folder / "model.safetensors"))  # raises for a weight that is missing or left over

    def as_its_weights(part: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        wanted = next(part.parameters()).dtype
        return tuple(one.to(wanted) for one in given)

    # Some times of the flow arrive in half precision, whatever the weights are in.
    flow.transformer.time_embed.register_forward_pre_hook(as_its_weights)
    return flow
