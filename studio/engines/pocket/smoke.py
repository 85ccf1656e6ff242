# pyright: basic, reportMissingImports=false
"""Tries Pocket TTS on a checkpoint of two languages, in the published form and of the real classes: 1 MB each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from machine import Machine, Manner
from weights import RATE

from studio.engines.shared.neural import memory, proof, tiny

_FOLDER, _LANGUAGES, _VOICES = "pocket", ("english", "german"), ("alba", "charles")
_WIDTH, _LAYERS, _LATENT, _FLOW, _FILTERS = 64, 2, 8, 32, 8
_TEXT = "Hello there, this is a test."
_MANNER = Manner(temperature=0.3, steps=1, end=-4.0)
_FREQS = 128  # in all published sizes
_VOICE_MOMENTS = 5
_LAST = "mimi.decoder.model.11.conv"
_SEED = 20


def make(folder: Path) -> None:
    """Write the files that a download would bring."""
    import torch
    from safetensors.torch import save_file

    for number, language in enumerate(_LANGUAGES):
        dice = torch.Generator().manual_seed(_SEED + number)
        place = folder / _FOLDER / "languages" / language
        (place / "embeddings").mkdir(parents=True, exist_ok=True)
        words = tiny.byte_tokenizer(eos="</s>", pad="<pad>").backend_tokenizer
        words.save(str(place / "tokenizer.json"))
        save_file(_weights(words.get_vocab_size(), dice), place / "model.safetensors")
        for voice in _VOICES:
            save_file(_voice(dice), place / "embeddings" / f"{voice}.safetensors")


def check(folder: Path, device: str) -> dict[str, Any]:
    """Speak in a voice that comes with it and in one from a recording; return facts, or raise what went wrong."""
    import numpy as np

    memory.begin(0)
    place = folder / _FOLDER / "languages" / _LANGUAGES[0]
    model = Machine(place / "model.safetensors", place / "tokenizer.json", device)
    own = model.own(place / "embeddings" / f"{_VOICES[0]}.safetensors")
    time = np.arange(2 * RATE) / RATE
    heard = model.heard((0.1 * np.sin(2 * np.pi * 180 * time)).astype(np.float32))

    def say(seed: int) -> Any:
        return model.say(_TEXT, own, _MANNER, seed, lambda _share: None).sound

    same = proof.repeats(say, "speech", device)
    cloned = proof.finite(model.say(_TEXT, heard, _MANNER, 7, lambda _share: None).sound, "speech in a cloned voice")
    return {
        **proof.versions("torch", "transformers"), "sample_rate": RATE, "samples": say(7).size,
        "cloned_samples": cloned.size, "same_seed_equal": same, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _voice(dice: Any) -> dict[str, Any]:
    """Make up what the layers have in mind after a voice."""
    import torch

    memory_of = (2, 1, _VOICE_MOMENTS, _WIDTH // 64, 64)
    return {
        f"transformer.layers.{layer}.self_attn/{name}": value
        for layer in range(_LAYERS)
        for name, value in (
            ("cache", torch.randn(memory_of, generator=dice)),
            ("offset", torch.tensor([_VOICE_MOMENTS])),
        )
    }


def _weights(words: int, dice: Any) -> dict[str, Any]:
    """Make up weights under their published names."""
    import torch

    shapes = {**_speaker_shapes(words), **_codec_shapes()}
    made = {name: torch.randn(shape, generator=dice) / max(1, shape[-1]) ** 0.5 for name, shape in shapes.items()}
    for name, value in made.items():
        if "norm" in name or "_ln" in name or "alpha" in name or "emb_std" in name:
            made[name] = value.abs() * 0.1 + 0.8
        if name.endswith("out_eos.bias"):
            made[name] = torch.full_like(value, 10.0)  # it ends as soon as it may
        if name.startswith(_LAST):
            made[name] = value * 2e-5  # as loud as speech
        if name.endswith("freqs"):
            made[name] = torch.logspace(0, -4, shapes[name][0])
    return made


def _attention(begin: str, width: int, inner: int) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, tuple[int, ...]] = {
        "self_attn.in_proj.weight": (3 * width, width), "self_attn.out_proj.weight": (width, width),
        "linear1.weight": (inner, width), "linear2.weight": (width, inner),
    }  # fmt: skip
    norms = {f"norm{number}.{part}": (width,) for number in (1, 2) for part in ("weight", "bias")}
    return {f"{begin}.{name}": size for name, size in {**sizes, **norms}.items()}


def _both(name: str, *size: int) -> dict[str, tuple[int, ...]]:
    """A layer with weight and bias."""
    return {f"{name}.weight": size, f"{name}.bias": size[:1]}


def _speaker_shapes(words: int) -> dict[str, tuple[int, ...]]:
    flow = "flow_lm.flow_net"
    found: dict[str, tuple[int, ...]] = {
        "flow_lm.bos_before_voice": (1, 1, _WIDTH), "flow_lm.conditioner.embed.weight": (words + 1, _WIDTH),
        "flow_lm.bos_emb": (_LATENT,), "flow_lm.emb_mean": (_LATENT,), "flow_lm.emb_std": (_LATENT,),
        "flow_lm.input_linear.weight": (_WIDTH, _LATENT), "flow_lm.speaker_proj_weight": (_WIDTH, _LATENT),
        **_both("flow_lm.out_eos", 1, _WIDTH), **_both(f"{flow}.cond_embed", _FLOW, _WIDTH),
        "flow_lm.out_norm.weight": (_WIDTH,), "flow_lm.out_norm.bias": (_WIDTH,),
        **_both(f"{flow}.input_proj", _FLOW, _LATENT), **_both(f"{flow}.final_layer.linear", _LATENT, _FLOW),
        **_both(f"{flow}.final_layer.adaLN_modulation.1", 2 * _FLOW, _FLOW),
    }  # fmt: skip
    for layer in range(_LAYERS):
        found.update(_attention(f"flow_lm.transformer.layers.{layer}", _WIDTH, 2 * _WIDTH))
        block = f"{flow}.res_blocks.{layer}"
        found.update(_both(f"{block}.mlp.0", _FLOW, _FLOW) | _both(f"{block}.mlp.2", _FLOW, _FLOW))
        found.update(_both(f"{block}.adaLN_modulation.1", 3 * _FLOW, _FLOW))
        found.update({f"{block}.in_ln.weight": (_FLOW,), f"{block}.in_ln.bias": (_FLOW,)})
    for time in range(2):
        embed = f"{flow}.time_embed.{time}"
        found.update(_both(f"{embed}.mlp.0", _FLOW, 2 * _FREQS) | _both(f"{embed}.mlp.2", _FLOW, _FLOW))
        found.update({f"{embed}.freqs": (_FREQS,), f"{embed}.mlp.3.alpha": (_FLOW,)})
    return found


def _codec_shapes() -> dict[str, tuple[int, ...]]:
    filters = _FILTERS
    found: dict[str, tuple[int, ...]] = {
        "mimi.downsample.conv.conv.weight": (_LATENT, _WIDTH, 32),
        "mimi.upsample.convtr.convtr.weight": (_WIDTH, 1, 32),
        "mimi.quantizer.output_proj.weight": (_WIDTH, _LATENT, 1),
        **_both("mimi.encoder.model.0.conv", filters, 1, 7),
        **_both("mimi.encoder.model.11.conv", _WIDTH, 8 * filters, 3),
        **_both("mimi.decoder.model.0.conv", 8 * filters, _WIDTH, 7),
        **_both("mimi.decoder.model.11.conv", 1, filters, 3),
    }  # fmt: skip
    for number, ratio in enumerate((4, 5, 6)):
        wide = filters * 2**number
        down, up = f"mimi.encoder.model.{1 + 3 * number}", f"mimi.decoder.model.{9 - 3 * number}"
        for block in (down, up):
            found.update(
                _both(f"{block}.block.1.conv", wide // 2, wide, 3) | _both(f"{block}.block.3.conv", wide, wide // 2, 1)
            )
        found.update(_both(f"mimi.encoder.model.{3 + 3 * number}.conv", 2 * wide, wide, 2 * ratio))
        grown = f"mimi.decoder.model.{8 - 3 * number}.convtr"
        found.update({f"{grown}.weight": (2 * wide, wide, 2 * ratio), f"{grown}.bias": (wide,)})
    for half in ("encoder", "decoder"):
        for layer in range(_LAYERS):
            begin = f"mimi.{half}_transformer.transformer.layers.{layer}"
            found.update(_attention(begin, _WIDTH, 2 * _WIDTH))
            found.update({f"{begin}.layer_scale_{number}.scale": (_WIDTH,) for number in (1, 2)})
    return found
