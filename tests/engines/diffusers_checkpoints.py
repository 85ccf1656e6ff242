# pyright: basic, reportMissingImports=false
"""Tiny models of the real classes for the tests of pictures: each family, one file alone, LoRAs. In the pack's process.

`python -m tests.engines.diffusers_checkpoints FOLDER`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextModelWithProjection

from studio.engines.diffusers import smoke
from studio.engines.shared.neural import loading, tiny

_BETAS: dict[str, Any] = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
_BEYOND = 60_000.0  # just what fp16 can hold; sums of such it cannot
_LETTERS = "▁abcdefghijklmnopqrstuvwxyz.,"


def main(folder: Path) -> None:
    """Write all of them."""
    with loading.quiet():
        small = folder / "small"
        small.mkdir(parents=True)
        smoke.make(small)  # a folder with the model's folder in it
        large(folder / "large")
        flux(folder / "flux")
        checked(small / "sd", folder / "checked")
        halved(small / "sd", folder / "halved")
        filling(folder / "filling")
        swayed(small / "sd", folder / "swayed")
        overflowing(small / "sd", folder / "overflowing")
        tiny_decoder(folder / "taesd")
        alone(small / "sd", folder / "alone")
        for number, seed in enumerate((1, 2)):
            lora(small / "sd", folder / "loras", "paper-cut" if number == 0 else "ink", seed)


def large(folder: Path, variant: str | None = None) -> None:
    """Write an SDXL whose scheduler says that it was made for few steps."""
    torch.manual_seed(1)
    words = tiny.clip_tokenizer()
    network = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4), use_linear_projection=True, addition_embed_type="text_time",
        addition_time_embed_dim=8, transformer_layers_per_block=(1, 2), projection_class_embeddings_input_dim=16 + 48,
        cross_attention_dim=32,
    )  # fmt: skip
    StableDiffusionXLPipeline(
        vae=smoke._autoencoder(), text_encoder=tiny.clip_text_encoder(words),
        text_encoder_2=tiny.clip_text_encoder(words, CLIPTextModelWithProjection), tokenizer=words, tokenizer_2=words,
        unet=network, scheduler=EulerDiscreteScheduler(timestep_spacing="trailing", **_BETAS),
    ).save_pretrained(folder, variant=variant)  # fmt: skip
    for name in ("tokenizer", "tokenizer_2"):
        tiny.write_clip_tokenizer(folder / name)


def flux(folder: Path) -> None:
    """Write a Flux.1 of the fast kind."""
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    torch.manual_seed(2)
    words = tiny.clip_tokenizer()
    known = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((letter, -1.0) for letter in _LETTERS)]
    reader = T5EncoderModel(T5Config(vocab_size=200, d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=2))
    network = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=[4, 4, 8],
    )  # fmt: skip
    decoder = AutoencoderKL(
        block_out_channels=(4, 4, 4, 4), sample_size=32, in_channels=3, out_channels=3, layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4,
        norm_num_groups=1, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06, scaling_factor=1.5,
    )  # fmt: skip
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=decoder,
        text_encoder=tiny.clip_text_encoder(words, width=32, layers=1), tokenizer=words, text_encoder_2=reader,
        tokenizer_2=T5TokenizerFast(vocab=known), transformer=network,
    ).save_pretrained(folder)  # fmt: skip
    tiny.write_clip_tokenizer(folder / "tokenizer")


def checked(source: Path, folder: Path) -> None:
    """Write a model with a checker that withholds about half of all pictures."""
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    torch.manual_seed(3)
    sides = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={**sides, "projection_dim": 16}, projection_dim=16,
        vision_config={**sides, "projection_dim": 16, "image_size": 32, "patch_size": 16},
    )  # fmt: skip
    checker = StableDiffusionSafetyChecker(config)
    checker.special_care_embeds_weights.data[:] = 2.0
    checker.concept_embeds_weights.data[:] = 2.0  # nothing is as alike as that
    pipe = loading.pipeline(str(source))
    StableDiffusionPipeline(
        **{**pipe.components, "safety_checker": checker, "feature_extractor": CLIPImageProcessor(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})},
        requires_safety_checker=True,
    ).save_pretrained(folder)  # fmt: skip
    tiny.write_clip_tokenizer(folder / "tokenizer")
    checker.concept_embeds_weights.data[:] = -2.0  # everything is
    checker.save_pretrained(folder / "strict")


def halved(source: Path, folder: Path) -> None:
    """Write a model as repositories hold it that give half precision alone."""
    pipe = loading.pipeline(str(source))
    pipe.to(torch.float16)
    pipe.save_pretrained(folder, variant="fp16")
    tiny.write_clip_tokenizer(folder / "tokenizer")


def swayed(source: Path, folder: Path) -> None:
    """Write a model whose own scheduler has settings of its own in all that others could take over."""
    pipe = loading.pipeline(str(source))
    pipe.scheduler = DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++", use_karras_sigmas=True, **_BETAS)
    pipe.save_pretrained(folder)
    tiny.write_clip_tokenizer(folder / "tokenizer")


def overflowing(source: Path, folder: Path) -> None:
    """Write a model whose decoder comes to numbers on its way that fp16 cannot hold, as that of SDXL does.

    What follows brings them back to the usual size, so the picture is an ordinary one where they are held.
    """
    pipe = loading.pipeline(str(source))
    for part in (pipe.vae.decoder.conv_in.weight, pipe.vae.decoder.conv_in.bias):
        part.data *= _BEYOND / float(pipe.vae.decoder.conv_in.weight.abs().max())
    pipe.save_pretrained(folder)
    tiny.write_clip_tokenizer(folder / "tokenizer")


def tiny_decoder(folder: Path) -> None:
    """Write a small decoder for looks."""
    torch.manual_seed(5)
    AutoencoderTiny(
        encoder_block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4, num_encoder_blocks=(1,) * 4,
        num_decoder_blocks=(1,) * 4,
    ).save_pretrained(folder)  # fmt: skip


def filling(folder: Path) -> None:
    """Write a model that was made to fill in: it sees what is there, and where to paint."""
    torch.manual_seed(4)
    words = tiny.clip_tokenizer()
    network = smoke._network()
    network = UNet2DConditionModel.from_config({**network.config, "in_channels": 9})
    StableDiffusionPipeline(
        vae=smoke._autoencoder(), text_encoder=tiny.clip_text_encoder(words), tokenizer=words, unet=network,
        scheduler=PNDMScheduler(skip_prk_steps=True, set_alpha_to_one=False, **_BETAS),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip
    tiny.write_clip_tokenizer(folder / "tokenizer")
    index = folder / "model_index.json"
    told = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps({**told, "_class_name": "StableDiffusionInpaintPipeline"}), encoding="utf-8")


def lora(source: Path, folder: Path, name: str, seed: int) -> None:
    """Write a LoRA of the network that is felt."""
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(seed)
    pipe = loading.pipeline(str(source))
    wanted = ["to_q", "to_k", "to_v", "to_out.0"]
    pipe.unet.add_adapter(LoraConfig(r=2, lora_alpha=2, init_lora_weights="gaussian", target_modules=wanted))
    for inner, values in pipe.unet.named_parameters():
        if "lora_B" in inner:
            torch.nn.init.normal_(values, std=1.0)
    state = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipe.unet))
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=state, weight_name=f"{name}.safetensors")


def alone(source: Path, folder: Path) -> None:
    """Write all weights as one file under the names of the first Stable Diffusion, its description beside it."""
    from safetensors.torch import save_file

    pipe = loading.pipeline(str(source))
    shutil.copytree(source, folder, ignore=lambda _, names: [n for n in names if n.endswith(".safetensors")])
    weights = {f"model.diffusion_model.{_network_name(n)}": v for n, v in pipe.unet.state_dict().items()}
    for name, values in pipe.vae.state_dict().items():
        weights[f"first_stage_model.{_decoder_name(name)}"] = (
            values[:, :, None, None] if values.ndim == 2 and ".attentions." in name else values
        )
    for name, values in pipe.text_encoder.state_dict().items():
        weights[f"cond_stage_model.transformer.text_model.{name.removeprefix('text_model.')}"] = values
    save_file({n: v.contiguous().clone() for n, v in weights.items()}, folder / "everything.safetensors")


_RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
    "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
_OUTER = {
    "conv_in": "input_blocks.0.0", "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "conv_norm_out": "out.0", "conv_out": "out.2",
}  # fmt: skip


def _network_name(name: str) -> str:
    """Return what a weight of the network with one layer a block was called at first."""
    for ours, theirs in _OUTER.items():
        if name.startswith(ours + "."):
            return theirs + name.removeprefix(ours)
    parts = name.split(".")
    if parts[0] == "mid_block":
        at = {"resnets.0": 0, "attentions.0": 1, "resnets.1": 2}[f"{parts[1]}.{parts[2]}"]
        return f"middle_block.{at}.{_inner(parts[1], parts[3:])}"
    block, kind, number = int(parts[1]), parts[2], int(parts[3])
    if parts[0] == "down_blocks":
        if kind == "downsamplers":
            return f"input_blocks.{2 * block + 2}.0.op.{parts[-1]}"
        return f"input_blocks.{2 * block + 1 + number}.{int(kind == 'attentions')}.{_inner(kind, parts[4:])}"
    if kind == "upsamplers":
        return f"output_blocks.{2 * block + 1}.{2 if block == 0 else 1}.conv.{parts[-1]}"
    return f"output_blocks.{2 * block + number}.{int(kind == 'attentions')}.{_inner(kind, parts[4:])}"


def _inner(kind: str, rest: list[str]) -> str:
    return ".".join([_RESNET[rest[0]], *rest[1:]] if kind == "resnets" else rest)


def _decoder_name(name: str) -> str:
    """Return what a weight of the decoder with four blocks was called at first."""
    parts = name.split(".")
    if parts[1] == "mid_block":
        if parts[2] == "resnets":
            return f"{parts[0]}.mid.block_{int(parts[3]) + 1}.{_shortcut('.'.join(parts[4:]))}"
        inner = ".".join(parts[4:])
        for ours, theirs in {
            "group_norm": "norm",
            "to_q": "q",
            "to_k": "k",
            "to_v": "v",
            "to_out.0": "proj_out",
        }.items():
            inner = inner.replace(ours + ".", theirs + ".")
        return f"{parts[0]}.mid.attn_1.{inner}"
    if parts[1] in {"down_blocks", "up_blocks"}:
        up = parts[1] == "up_blocks"
        place = f"{parts[0]}.{'up' if up else 'down'}.{3 - int(parts[2]) if up else parts[2]}"
        if parts[3] == "resnets":
            return f"{place}.block.{parts[4]}.{_shortcut('.'.join(parts[5:]))}"
        return f"{place}.{'upsample' if up else 'downsample'}.conv.{parts[-1]}"
    return name.replace("conv_norm_out", "norm_out")


def _shortcut(name: str) -> str:
    return name.replace("conv_shortcut", "nin_shortcut")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
