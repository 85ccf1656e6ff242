# pyright: basic, reportMissingImports=false
"""From the published weights to the classes of transformers: other names, other places, the same numbers.

The publisher's own program and transformers turn pairs of numbers for a position in different order; keys and queries
are laid out anew for it. How large the model is, is read off its weights. The worker's main thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading
from studio.worker.failures import UserMistake

RATE = 24_000  # of what all published sizes speak, and hear
HEAD = 64  # numbers of one head of attention, in all published sizes
_PLACEHOLDERS = 4  # of voice, sound, the beginning of a voice, the beginning of sound: after the words, in this order
_MOST_WORDS, _WIDEST, _MOST_LAYERS = 100_000, 16_384, 200
_VOICE_BEGIN = "flow_lm.bos_before_voice"
_WORDS = "flow_lm.conditioner.embed.weight"
_SPLIT = re.compile(r"(.*self_attn)\.in_proj\.weight")
_LAYER = (
    ("norm1", "input_layernorm"),
    ("norm2", "post_attention_layernorm"),
    ("linear1", "mlp.fc1"),
    ("linear2", "mlp.fc2"),
    ("self_attn.out_proj", "self_attn.o_proj"),
    ("layer_scale_1", "self_attn_layer_scale"),
    ("layer_scale_2", "mlp_layer_scale"),
)
_SPEAKER = (
    ("transformer.layers.", "model.layers."),
    ("out_norm.", "model.norm."),
    ("input_linear.", "model.audio_latent_proj."),
    ("speaker_proj_weight", "model.audio_prompt_proj.weight"),
    ("bos_emb", "model.bos_latent"),
    ("out_eos.", "eos_head."),
    ("emb_mean", "latent_mean"),
    ("emb_std", "latent_std"),
    ("flow_net.cond_embed.", "flow_head.cond_proj."),
    ("flow_net.input_proj.", "flow_head.input_proj."),
    ("flow_net.final_layer.linear.", "flow_head.final_layer.proj."),
    ("flow_net.final_layer.adaLN_modulation.1.", "flow_head.final_layer.adaln_proj."),
    ("flow_net.res_blocks.", "flow_head.layers."),
    ("flow_net.time_embed.", "flow_head.timestep_embeddings."),
)
_FLOW = (
    (".in_ln.", ".norm."),
    (".adaLN_modulation.1.", ".adaln_proj."),
    (".mlp.3.alpha", ".norm.weight"),
    (".mlp.0.", ".fc1."),
    (".mlp.2.", ".fc2."),
)
_CODEC = (
    ("encoder.model.", "encoder.encoder_seanet.layers."),
    ("decoder.model.", "decoder.decoder_seanet.layers."),
    ("encoder_transformer.transformer.", "encoder.encoder_transformer."),
    ("decoder_transformer.transformer.", "decoder.decoder_transformer."),
    ("downsample.conv.conv.", "encoder.downsample.conv."),
    ("upsample.convtr.convtr.", "decoder.upsample.conv."),
    ("quantizer.output_proj.", "latent_proj."),
)


@dataclass(frozen=True)
class Weights:
    """What makes the two models: their settings, and their numbers by the names that transformers has for them."""

    speaker: dict[str, Any]
    codec: dict[str, Any]
    speaker_settings: dict[str, Any]
    codec_settings: dict[str, Any]

    @property
    def hears(self) -> bool:
        """Whether they can take a voice from a recording; what is given without that has nothing there."""
        return bool(self.speaker["model.audio_prompt_proj.weight"].any())


def read(file: Path) -> Weights:
    """Read published weights."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        given: dict[str, Any] = load_file(file)
    except (SafetensorError, OSError) as e:
        raise UserMistake(f"{file.name} in {file.parent} is damaged.", "Download the model again.") from e
    try:
        return _arranged(given)
    except (LookupError, ValueError, RuntimeError, TypeError) as e:
        raise UserMistake(
            f"{file.name} in {file.parent} holds another model than Pocket TTS.",
            "`studio models download pocket` loads the right one.",
        ) from e


def _arranged(given: Mapping[str, Any]) -> Weights:
    import torch

    speaker: dict[str, Any] = {}
    codec: dict[str, Any] = {}
    for name, value in given.items():
        if name.startswith("mimi."):
            codec.update(_parted(_codec_name(name.removeprefix("mimi.")), value.float()))
        elif name.startswith("flow_lm.") and name not in {_VOICE_BEGIN, _WORDS}:
            speaker.update(_parted(_speaker_name(name.removeprefix("flow_lm.")), value.float()))
    words = given[_WORDS].float()[:-1]  # the last is for padding, which is never asked for
    more = words.new_zeros(_PLACEHOLDERS, words.shape[1])
    more[2] = given[_VOICE_BEGIN].float().reshape(-1)
    speaker["model.embed_tokens.weight"] = torch.cat([words, more])
    return Weights(speaker, codec, _speaker_settings(speaker, len(words)), _codec_settings(codec))


def _speaker_name(name: str) -> str:
    name = _begun(name, _SPEAKER)
    if name.startswith("flow_head."):
        for old, new in _FLOW:
            name = name.replace(old, new)
        return name
    return _layer_name(name)


def _codec_name(name: str) -> str:
    name = _begun(name, _CODEC)
    return _layer_name(name.replace(".convtr.", ".conv.") if "_seanet" in name else name)


def _layer_name(name: str) -> str:
    for old, new in _LAYER:
        name = name.replace(f".{old}.", f".{new}.")
    return name


def _begun(name: str, table: tuple[tuple[str, str], ...]) -> str:
    for old, new in table:
        if name.startswith(old):
            return new + name.removeprefix(old)
    raise ValueError(f"nothing is known of {name}")


def _parted(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Give queries, keys and values names of their own; all else as it is."""
    found = _SPLIT.fullmatch(name)
    if found is None:
        yield name, value
        return
    for part, rows in zip("qkv", value.chunk(3), strict=True):
        yield f"{found[1]}.{part}_proj.weight", rows if part == "v" else turned(rows)


def turned(rows: Any) -> Any:
    """Lay out queries or keys, head by head along the first side, for halves that are turned instead of neighbours."""
    pairs = rows.reshape(-1, HEAD // 2, 2, *rows.shape[1:])
    return pairs.transpose(1, 2).reshape(rows.shape)


def _speaker_settings(found: Mapping[str, Any], words: int) -> dict[str, Any]:
    width = found["model.norm.weight"].shape[0]
    flow_width, latent = found["flow_head.input_proj.weight"].shape
    return {
        "vocab_size": _within(words, _MOST_WORDS) + _PLACEHOLDERS,
        "hidden_size": _within(width, _WIDEST),
        "num_hidden_layers": _layers(found, "model.layers."),
        "num_attention_heads": width // HEAD,
        "head_dim": HEAD,
        "intermediate_size": found["model.layers.0.mlp.fc1.weight"].shape[0],
        "latent_dim": latent,
        "audio_prompt_token_id": words,
        "audio_latent_token_id": words + 1,
        "audio_prompt_bos_token_id": words + 2,
        "audio_bos_token_id": words + 3,
        "flow_head_config": {
            "hidden_size": flow_width,
            "num_hidden_layers": _layers(found, "flow_head.layers."),
            "latent_dim": latent,
            "condition_dim": width,
            "frequency_embedding_size": 2 * found["flow_head.timestep_embeddings.0.freqs"].shape[0],
        },
    }


def _codec_settings(found: Mapping[str, Any]) -> dict[str, Any]:
    width, latent = found["latent_proj.weight"].shape[:2]
    grows = "decoder.decoder_seanet.layers.{}.conv.weight"
    ratios = [found[grows.format(number)].shape[2] // 2 for number in (2, 5, 8)]
    return {
        "hidden_size": _within(width, _WIDEST),
        "upsample_groups": width,
        "num_filters": found["encoder.encoder_seanet.layers.0.conv.weight"].shape[0],
        "upsampling_ratios": ratios,
        "num_hidden_layers": _layers(found, "decoder.decoder_transformer.layers."),
        "num_attention_heads": width // HEAD,
        "num_key_value_heads": width // HEAD,
        "head_dim": HEAD,
        "intermediate_size": found["decoder.decoder_transformer.layers.0.mlp.fc1.weight"].shape[0],
        "latent_stride": found["decoder.upsample.conv.weight"].shape[2] // 2,
        "latent_dim": latent,
    }


def _layers(found: Mapping[str, Any], begin: str) -> int:
    return _within(
        1 + max(int(name[len(begin) :].split(".")[0]) for name in found if name.startswith(begin)), _MOST_LAYERS
    )


def _within(number: int, most: int) -> int:
    if not 0 < number <= most:
        raise ValueError(f"{number} is no size")
    return number


def built(kind: Any, settings: Any, weights: Mapping[str, Any]) -> Any:
    """Make a model of these settings with these weights, all of them and no other."""
    model = kind(settings)
    own = set(model.state_dict())
    training = {name for name in own if name.startswith("loss_weighting.") or name == "latent_stats_num_updates"}
    lacking = sorted(own - training - set(weights))
    if lacking:
        raise loading.IncompleteWeights(
            f"{len(lacking)} weights of {kind.__name__} are missing: {', '.join(lacking[:3])}"
        )
    model.load_state_dict(weights, strict=False, assign=True)
    return model.eval()
