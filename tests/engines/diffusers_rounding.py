# pyright: basic, reportMissingImports=false
"""What the tests of rounded weights measure, as JSON. In the pack's process, the engine's folder on its path.

`python -m tests.engines.diffusers_rounding FOLDER`.
"""

from __future__ import annotations

import copy
import json
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoint
import rounding
import torch
from diffusers import FluxTransformer2DModel, UNet2DConditionModel
from torch.nn import functional

from studio.engines.shared.neural import loading, memory, tiny
from tests.engines import diffusers_checkpoints

_FORMS = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
_RANK = 4
_WORDS = 7


def main(folder: Path) -> None:
    """Measure, and write it down."""
    memory.begin(1)
    with loading.quiet():
        found = {
            "networks": {
                name: {form: _network(make, run, kind) for form, kind in _FORMS.items()}
                for name, (make, run) in _NETWORKS.items()
            },
            "layers": {form: _layers(kind) for form, kind in _FORMS.items()},
            "attention": _attention(),
            "parts": _parts(folder),
        }
    print(json.dumps(found))


def _unet() -> Any:
    return UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, block_out_channels=(64, 128), layers_per_block=1,
        norm_num_groups=8, cross_attention_dim=64, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip


def _run_unet(network: Any) -> Any:
    torch.manual_seed(1)
    cells, words = torch.randn(2, 4, 16, 16), torch.randn(2, _WORDS, 64)
    return network(cells.to(network.dtype), 500, words.to(network.dtype)).sample


def _transformer() -> Any:
    return FluxTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=1, num_single_layers=1, attention_head_dim=64, num_attention_heads=4,
        joint_attention_dim=128, pooled_projection_dim=64, axes_dims_rope=[16, 24, 24],
    )  # fmt: skip


def _run_transformer(network: Any) -> Any:
    torch.manual_seed(1)
    cells, words, whole = torch.randn(1, 64, 64), torch.randn(1, _WORDS, 128), torch.randn(1, 64)
    places, order = torch.zeros(64, 3), torch.zeros(_WORDS, 3)
    places[:, 1:] = torch.cartesian_prod(torch.arange(8.0), torch.arange(8.0))
    form = network.dtype
    return network(
        hidden_states=cells.to(form), encoder_hidden_states=words.to(form), pooled_projections=whole.to(form),
        timestep=torch.tensor([0.5], dtype=form), img_ids=places, txt_ids=order,
    ).sample  # fmt: skip


def _reader() -> Any:
    return tiny.clip_text_encoder(tiny.clip_tokenizer(), width=128, layers=2)


def _run_reader(network: Any) -> Any:
    return network(torch.arange(_WORDS)[None]).last_hidden_state


_NETWORKS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "unet": (_unet, _run_unet),
    "transformer": (_transformer, _run_transformer),
    "reader": (_reader, _run_reader),
}


def _network(make: Callable[[], Any], run: Callable[[Any], Any], form: Any) -> dict[str, Any]:
    """How small a network becomes, how near it stays to what it was, and what a LoRA does to it."""
    torch.manual_seed(0)
    network = make().eval().to(form)
    before, exact = _bytes(network), run(network)
    small = copy.deepcopy(network)
    rounding.round_weights(small)
    made = run(small)
    found = {
        "size": _bytes(small) / before,
        "apart": _apart(made, exact),
        "same_again": torch.equal(run(small), made),
        "same_format": (made.dtype, small.dtype) == (exact.dtype, network.dtype),
        "left": [n for n, part in small.named_modules() if _large(part) and part.weight.dtype != torch.int8],
    }
    if hasattr(network, "enable_layerwise_casting"):  # one of those that paint
        cast = copy.deepcopy(network)
        cast.enable_layerwise_casting(torch.float8_e4m3fn, compute_dtype=form)
        found["float8_apart"] = _apart(run(cast), exact)
        found |= _with_lora(network, small, run, made)
    return found


def _with_lora(network: Any, small: Any, run: Callable[[Any], Any], before: Any) -> dict[str, Any]:
    from peft import LoraConfig

    made: list[Any] = []
    formats: set[str] = set()
    for one in (network, small):
        torch.manual_seed(2)
        one.add_adapter(LoraConfig(r=_RANK, init_lora_weights="gaussian", target_modules=["to_q", "to_v"]), "ink")
        for name, values in one.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(values, std=0.5)
            if "lora_" in name:
                formats.add(str(values.dtype))
        made.append(run(one))
    small.delete_adapters("ink")
    return {
        "lora_apart": _apart(made[1], made[0]),
        "lora_felt": _apart(made[1], before),
        "lora_formats": sorted(formats),
        "as_before": torch.equal(run(small), before),
    }


def _large(part: Any) -> bool:
    return isinstance(part, (torch.nn.Linear, torch.nn.Conv2d)) and "lora" not in type(part).__module__


def _bytes(network: Any) -> int:
    return sum(t.numel() * t.element_size() for t in (*network.parameters(), *network.buffers()))


def _apart(one: Any, other: Any) -> float:
    """How far two results lie apart, as a part of how large they are."""
    one, other = one.double(), other.double()
    return float((one - other).norm() / other.norm())


def _layers(form: Any) -> dict[str, Any]:
    """What becomes of single layers."""
    torch.manual_seed(0)
    even = torch.nn.Linear(64, 8)
    even.weight.data = torch.randint(-127, 128, (8, 64)) / 512
    even.weight.data[:, 0] = 127 / 512
    even.weight.data[0] = 0
    faint = torch.nn.Linear(64, 8)
    faint.weight.data = torch.randn(8, 64) * 1e-4
    conv = torch.nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=2, padding_mode="circular")
    kept = [copy.deepcopy(layer.to(form)) for layer in (even, faint, conv)]
    for layer in (even, faint, conv):
        rounding.round_weights(layer)
    cells = torch.randn(1, 8, 9, 9).to(form)
    plain = kept[2]
    plain.weight.data = conv.multiplied()
    return {
        "even_exact": torch.equal(even.multiplied(), kept[0].weight),
        "faint_apart": _apart(faint.multiplied(), kept[1].weight),
        "outputs": _outputs(form),
        "scale_holds": all(float(layer.scale.min()) >= torch.finfo(form).tiny for layer in (even, faint, conv)),
        "conv_alike": torch.equal(conv(cells), plain(cells)),
        "wide_given": str(even(torch.ones(1, 64)).dtype) == str(form),
        "linear_alike": torch.equal(
            faint(cells.flatten()[None, :64]),
            functional.linear(cells.flatten()[None, :64], faint.multiplied(), faint.bias),
        ),
    }


def _outputs(form: Any) -> dict[str, float]:
    """How far outputs of very different sizes are from what they were at worst, and how much longer or shorter."""
    layer = torch.nn.Linear(4096, 256).to(form)
    layer.weight.data = (torch.randn(256, 4096) * torch.logspace(-3, 1, 256)[:, None]).to(form)
    before = layer.weight.double()
    rounding.round_weights(layer)
    after = layer.multiplied().double()
    longer = (after * before).sum(dim=1) / (before * before).sum(dim=1)
    return {
        "apart": max(_apart(one, other) for one, other in zip(after, before, strict=True)),
        "longer": float((longer - 1).square().mean().sqrt()),
    }


def _attention() -> bool:
    """Whether what is made from a layer, and reaches for its weights itself, is left alone."""
    both = torch.nn.MultiheadAttention(8, 2).eval()
    given = torch.randn(3, 1, 8)
    before = both(given, given, given)[0]
    rounding.round_weights(both)
    return torch.equal(both(given, given, given)[0], before)


def _parts(folder: Path) -> dict[str, Any]:
    """Which parts of a model are small before the next one is read, and how many old weights there are meanwhile."""
    diffusers_checkpoints.flux(folder / "flux")
    read: dict[str, Any] = {}
    order: list[tuple[str, list[str]]] = []
    old: list[Any] = []
    alive: list[int] = []
    load, rounded = checkpoint._part, rounding._round

    def part(kind: Any, place: Path, form: Any) -> Any:
        order.append((place.name, [name for name, one in read.items() if _is_small(one)]))
        read[place.name] = load(kind, place, form)
        return read[place.name]

    def rounds(layer: Any) -> None:
        alive.append(sum(one() is not None for one in old))
        old.append(weakref.ref(layer.weight))
        rounded(layer)

    checkpoint._part, rounding._round = part, rounds
    pipe = checkpoint.load(checkpoint.find(str(folder / "flux"), ()), torch.float32, rounded=True)
    return {
        "order": order,
        "small": sorted(name for name, one in pipe.components.items() if _is_small(one)),
        "layers": len(alive),
        "alive": max(alive),
    }


def _is_small(part: Any) -> bool:
    return isinstance(part, torch.nn.Module) and any(p.dtype == torch.int8 for p in part.parameters())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
