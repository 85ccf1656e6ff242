# pyright: basic, reportMissingImports=false
"""What other programs write, tiny and of the real classes: SDXL as one file, LoRAs. In the pack's process.

`python -m tests.engines.diffusers_elsewhere FOLDER`.

Each LoRA comes in two spellings of the same numbers, one by the library's own names and one by the names that trainers
use: `sd-own` and `sd-kohya`, and `sdxl-…`, `flux-…`. What stands in the second is multiplied by its alpha.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextModelWithProjection

from studio.engines.diffusers import smoke
from studio.engines.shared.neural import loading, tiny
from tests.engines import diffusers_checkpoints as checkpoints

LARGE = "hub/models--stabilityai--stable-diffusion-xl-base-1.0/snapshots/1"  # where the engine's own would lie
_RANK, _ALPHA = 2, 3.0
_LAYERS = 10  # of the second reader: by its tenth the library knows the family
_WIDE = 32  # of the second reader: by the width the library tells both apart
_OPEN_CLIP = {  # what the second reader's parts were called at first
    "self_attn.out_proj": "attn.out_proj", "layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}  # fmt: skip
_OPEN_CLIP_OUTER = {
    "text_model.embeddings.position_embedding.weight": "positional_embedding",
    "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
    "text_model.final_layer_norm.weight": "ln_final.weight",
    "text_model.final_layer_norm.bias": "ln_final.bias",
}

Pairs = dict[str, tuple[Any, Any]]


def main(folder: Path) -> None:
    """Write all of them."""
    with loading.quiet():
        small = folder / "small"
        small.mkdir(parents=True)
        smoke.make(small)
        large(folder / LARGE)
        checkpoints.flux(folder / "flux")
        one_file(folder / LARGE, folder / "alone" / "plain.safetensors")
        network_alone(folder / "flux", folder / "network")
        loras(folder, folder / "loras")


def large(folder: Path) -> None:
    """Write an SDXL with the scheduler of the first one, which was made for many steps."""
    torch.manual_seed(6)
    words = tiny.clip_tokenizer()
    network = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4), use_linear_projection=True, addition_embed_type="text_time",
        addition_time_embed_dim=8, transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=_WIDE + 48, cross_attention_dim=16 + _WIDE,
    )  # fmt: skip
    StableDiffusionXLPipeline(
        vae=smoke._autoencoder(), text_encoder=tiny.clip_text_encoder(words),
        text_encoder_2=tiny.clip_text_encoder(words, CLIPTextModelWithProjection, width=_WIDE, layers=_LAYERS),
        tokenizer=words, tokenizer_2=words, unet=network,
        scheduler=EulerDiscreteScheduler(timestep_spacing="leading", **checkpoints._BETAS),
    ).save_pretrained(folder)  # fmt: skip
    for name in ("tokenizer", "tokenizer_2"):
        tiny.write_clip_tokenizer(folder / name)


def one_file(source: Path, file: Path) -> None:
    """Write an SDXL under the names of the first one."""
    pipe = loading.pipeline(str(source))
    weights = {f"model.diffusion_model.{_network_name(n)}": v for n, v in pipe.unet.state_dict().items()}
    for name, values in pipe.vae.state_dict().items():
        flat = values.ndim == 2 and ".attentions." in name
        weights[f"first_stage_model.{checkpoints._decoder_name(name)}"] = values[:, :, None, None] if flat else values
    for name, values in pipe.text_encoder.state_dict().items():
        weights[f"conditioner.embedders.0.transformer.text_model.{name.removeprefix('text_model.')}"] = values
    second = "conditioner.embedders.1.model."
    weights |= {second + name: values for name, values in _open_clip(pipe.text_encoder_2.state_dict()).items()}
    file.parent.mkdir(parents=True)
    save_file({n: v.contiguous().clone() for n, v in weights.items()}, file)


def _network_name(name: str) -> str:
    for ours, theirs in {"add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2"}.items():
        if name.startswith(ours):
            return theirs + name.removeprefix(ours)
    return checkpoints._network_name(name)


def _open_clip(state: dict[str, Any]) -> dict[str, Any]:
    """Spell the second reader as it was at first: questions, keys and values in one, its last matrix on its side."""
    found: dict[str, Any] = {"text_projection": state["text_projection.weight"].T}
    for name, values in state.items():
        if name in _OPEN_CLIP_OUTER:
            found[_OPEN_CLIP_OUTER[name]] = values
        elif ".layers." in name and not any(f".{one}_proj." in name for one in "qkv"):
            inner = name.removeprefix("text_model.encoder.layers.")
            for ours, theirs in _OPEN_CLIP.items():
                inner = inner.replace(ours, theirs)
            found[f"transformer.resblocks.{inner}"] = values
    for layer in range(_LAYERS):
        own = f"text_model.encoder.layers.{layer}.self_attn"
        for kind in ("weight", "bias"):
            joined = torch.cat([state[f"{own}.{one}_proj.{kind}"] for one in "qkv"])
            found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = joined
    return found


def network_alone(source: Path, folder: Path) -> None:
    """Write the network of a Flux alone, by the library's names and by those it is published with."""
    weights = loading.pipeline(str(source)).transformer.state_dict()
    folder.mkdir()
    save_file({n: v.contiguous().clone() for n, v in weights.items()}, folder / "ours.safetensors")
    theirs = {"double_blocks.0.img_attn.norm.key_norm.scale": torch.ones(16), "img_in.weight": torch.ones(32, 16)}
    for name in ("published", "in-a-node"):
        begins = "" if name == "published" else "model.diffusion_model."
        save_file({begins + n: v for n, v in theirs.items()}, folder / f"{name}.safetensors")


# --------------------------------------------------------------------------------------------------------------- LoRAs


def loras(models: Path, folder: Path) -> None:
    """Write LoRAs of networks and text readers, which are felt."""
    folder.mkdir()
    torch.manual_seed(7)
    families = {"sd": models / "small" / "sd", "sdxl": models / LARGE}
    for family, source in families.items():
        pipe = loading.pipeline(str(source))
        network, readers = _network_pairs(pipe.unet), _reader_pairs(pipe)
        _own(folder / f"{family}-own", {f"unet.{n}": pair for n, pair in network.items()} | readers)
        for reader in sorted({name.partition(".")[0] for name in readers}):
            alone = {n: pair for n, pair in readers.items() if n.startswith(f"{reader}.")}
            _own(folder / f"{family}-{reader}-own", alone)
            _kohya(folder / f"{family}-{reader}-kohya", _readers_elsewhere(alone, family))
        elsewhere = {f"lora_unet_{_elsewhere(n, family)}": pair for n, pair in network.items()}
        _kohya(folder / f"{family}-kohya", elsewhere | _readers_elsewhere(readers, family))
        if family == "sd":
            lacking = {n: pair for n, pair in readers.items() if "out_proj" not in n and ".mlp." not in n}
            _kohya(folder / "sd-lacking", elsewhere | _readers_elsewhere(lacking, family))
    _flux_loras(loading.pipeline(str(models / "flux")), folder)


def _network_pairs(network: Any) -> Pairs:
    names = [f"attn2.{part}" for part in ("to_q", "to_k", "to_v", "to_out.0")]
    blocks = [f"{place}.transformer_blocks.0" for place in ("down_blocks.1.attentions.0", "mid_block.attentions.0")]
    return {f"{block}.{name}": _pair(network, f"{block}.{name}") for block in blocks for name in names}


def _reader_pairs(pipe: Any) -> Pairs:
    parts = [*(f"self_attn.{one}_proj" for one in ("q", "v", "out")), "mlp.fc1"]
    found: Pairs = {}
    for reader in ("text_encoder", "text_encoder_2"):
        for part in parts if getattr(pipe, reader, None) is not None else ():
            own = getattr(pipe, reader)
            inner = f"encoder.layers.0.{part}"
            found[f"{reader}.text_model.{inner}"] = _pair(getattr(own, "text_model", own), inner)
    return found


def _pair(network: Any, name: str) -> tuple[Any, Any]:
    """Return the two matrices of a layer's LoRA, as strong as the layer."""
    high, wide = network.get_submodule(name).weight.shape
    return torch.randn(_RANK, wide) * wide**-0.5, torch.randn(high, _RANK)


def _own(file: Path, pairs: Pairs) -> None:
    state: dict[str, Any] = {}
    for name, (down, up) in pairs.items():
        state |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up * (_ALPHA / _RANK)}
    save_file({n: v.contiguous().clone() for n, v in state.items()}, f"{file}.safetensors")


def _kohya(file: Path, pairs: Pairs) -> None:
    state: dict[str, Any] = {}
    for name, (down, up) in pairs.items():
        state |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up, f"{name}.alpha": torch.tensor(_ALPHA)}
    save_file({n: v.contiguous().clone() for n, v in state.items()}, f"{file}.safetensors")


def _elsewhere(name: str, family: str) -> str:
    """Spell a layer of the network: trainers know the SDXL's by its first names, and the other's by the library's."""
    first = _network_name(f"{name}.weight").removesuffix(".weight") if family == "sdxl" else name
    return first.replace(".", "_")


def _readers_elsewhere(pairs: Pairs, family: str) -> Pairs:
    begins = {"text_encoder": "lora_te1" if family == "sdxl" else "lora_te", "text_encoder_2": "lora_te2"}
    split = {name: name.partition(".") for name in pairs}
    return {f"{begins[split[n][0]]}_{split[n][2].replace('.', '_')}": pair for n, pair in pairs.items()}


def _flux_loras(pipe: Any, folder: Path) -> None:
    """Write LoRAs of Flux: where the library has three matrices, trainers have one."""
    block, network = "transformer_blocks.0.attn", pipe.transformer
    down = _pair(network, f"{block}.to_q")[0]
    ups = {f"{block}.{part}": _pair(network, f"{block}.{part}")[1] for part in ("to_q", "to_k", "to_v")}
    out, last = f"{block}.to_out.0", "single_transformer_blocks.0.proj_out"
    others = {out: _pair(network, out), last: _pair(network, last)}
    reader = _reader_pairs(type("Readers", (), {"text_encoder": pipe.text_encoder}))
    own = {f"transformer.{n}": (down, up) for n, up in ups.items()} | {f"transformer.{n}": p for n, p in others.items()}
    _own(folder / "flux-own", own | reader)
    _own(folder / "flux-text_encoder-own", reader)
    kohya = {
        "lora_unet_double_blocks_0_img_attn_qkv": (down, torch.cat([*ups.values()])),
        "lora_unet_double_blocks_0_img_attn_proj": others[out],
        "lora_unet_single_blocks_0_linear2": others[last],
    }
    _kohya(folder / "flux-kohya", kohya | _readers_elsewhere(reader, "sdxl"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
