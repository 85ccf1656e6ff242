"""What was made for a few steps, known by its name; and weights in a prompt that go too far. Without a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.engines.registry import find_engines
from tests.engines.harness import modules_of


@pytest.fixture(scope="module")
def parts() -> Iterator[Any]:
    """Its modules without torch."""
    with modules_of("diffusers", "fast", "weights") as found:
        yield found


def _of_file(parts: Any, name: str) -> Any:
    file = Path("models", f"{name}.safetensors")
    return parts.fast.of_model(file, Path("base"), file)


_TURBO, _LIGHTNING, _HYPER = "euler-ancestral-trailing", "euler-trailing", "ddim-trailing"


@pytest.mark.parametrize(
    ("name", "scheduler", "steps"),
    [
        ("sd_xl_turbo_1.0_fp16", _TURBO, 0), ("sdxlturbo", _TURBO, 0), ("DreamShaperXL_Turbo_v2_1", _TURBO, 0),
        ("turboVisionXL_v431", _TURBO, 0), ("sdxl_lightning_4step", _LIGHTNING, 4),
        ("SDXL-Lightning-8steps", _LIGHTNING, 8), ("realvisxlV40_v40LightningBakedvae", _LIGHTNING, 0),
        ("juggernautXL_v9Rdphoto2Lightning", _LIGHTNING, 0), ("Hyper-SDXL-1step", _HYPER, 1),
        ("hyperSDXL_8 steps", _HYPER, 8), ("dreamshaper_8LCM", "lcm", 0), ("SDXL-TCD", "tcd", 0),
    ],
)  # fmt: skip
def test_models_for_few_steps_are_known_by_their_names(parts: Any, name: str, scheduler: str, steps: int):
    found = _of_file(parts, name)
    assert (found.name, found.scheduler, found.steps) == (name, scheduler, steps)


@pytest.mark.parametrize(
    "name",
    [
        "sd_xl_base_1.0", "hyperrealism_v3", "HyperRealistic", "epicphotogasm_hyperDetail", "turbojet-engines",
        "v1-5-pruned", "flux1-schnell", "20step", "steps", "everything", "",
    ],
)  # fmt: skip
def test_other_models_are_not(parts: Any, name: str):
    assert _of_file(parts, name) is None


@pytest.mark.parametrize(
    ("name", "scheduler", "steps"),
    [
        ("sdxl_lightning_4step_lora", _LIGHTNING, 4), ("Hyper-SDXL-8steps-lora", _HYPER, 8),
        ("Hyper-SD15-2steps-lora", _HYPER, 2), ("lcm-lora-sdv1-5", "lcm", 0), ("sd_xl_turbo_lora_v1", _TURBO, 0),
        ("TCD-SD15-LoRA", "tcd", 0), ("lcm", "lcm", 0), ("Hyper-FLUX.1-dev-8steps-lora", _HYPER, 8),
    ],
)  # fmt: skip
def test_loras_for_few_steps_are_known_where_they_are_felt(parts: Any, name: str, scheduler: str, steps: int):
    found = parts.fast.of_loras([("paper-cut", 1.0), (name, 0.75)])
    assert (found.name, found.scheduler, found.steps) == (name, scheduler, steps)
    for strength in (0.0, -1.0):
        assert parts.fast.of_loras([("paper-cut", 1.0), (name, strength)]) is None


@pytest.mark.parametrize("name", ["lightning", "lightning_storm", "turbo-car", "hyper", "hyperdetailed_xl", "ink"])
def test_loras_of_lightning_and_turbos_as_things_to_be_seen_are_not(parts: Any, name: str):
    assert parts.fast.of_loras([(name, 1.0)]) is None


def test_a_folder_is_known_by_its_own_name_and_by_the_hub_s(parts: Any, tmp_path: Path):
    hub = tmp_path / "models--someone--sdxl-lightning-2step" / "snapshots" / "1a2b"
    inner = tmp_path / "my turbo XL" / "model"
    for folder in (hub, inner):
        folder.mkdir(parents=True)
    assert parts.fast.of_model(hub, hub, None).steps == 2
    assert parts.fast.of_model(inner.parent, inner, None).scheduler == _TURBO
    lone = inner.parent / "model.safetensors"  # the one file of a named folder, described by what it was trained from
    assert parts.fast.of_model(inner.parent, tmp_path / "base", lone).scheduler == _TURBO
    assert parts.fast.of_model(inner, inner, None) is None


def _advice(parts: Any, name: str, *, steps: int, guidance: float = 0.0, flux: bool = False) -> str:
    return " ".join(parts.fast.advice(_of_file(parts, name), steps, guidance, flux=flux))


def test_advice_comes_where_something_else_would_suit_better_and_only_there(parts: Any):
    plain, known, guided = "xl_lightning", "xl_lightning_4step", "Hyper-SDXL-8steps-CFG"
    for steps in (1, 8):
        assert _advice(parts, plain, steps=steps, guidance=2.0) == ""
    assert _advice(parts, plain, steps=9) == "Steps that xl_lightning was made for, at most: 8."
    assert _advice(parts, known, steps=4) == ""
    for steps in (3, 5, 25):
        assert _advice(parts, known, steps=steps) == "Steps that xl_lightning_4step was made for: 4."
    assert "Closeness to the text" in _advice(parts, known, steps=4, guidance=7.0)
    assert _advice(parts, guided, steps=8, guidance=7.0) == ""  # such are made to be pushed
    assert _advice(parts, known, steps=4, guidance=7.0, flux=True) == ""  # Flux takes it another way


def test_what_is_chosen_for_them_is_among_the_schedulers(parts: Any):
    manifest = find_engines(Path("nowhere")).manifest("diffusers")
    choices = next(param.choices for param in manifest.params if param.name == "scheduler")
    assert set(parts.fast._SCHEDULERS.values()) <= set(choices)


@pytest.mark.parametrize(
    ("prompt", "weight", "cut"),
    [
        ("a (red:10)", 10.0, False), ("a (red:10.1)", 10.0, True), ("(red:9e99)", 10.0, True),
        ("(red:-1e2)", -10.0, True), ("((red:9e999):0)", 0.0, False), ("((red:40):0.1)", 4.0, False),
        ("(((red:5):3))", 10.0, True), ("(red:1.5e0)", 1.5, False), ("( :99) red", 1.0, False),
        ("(" * 400 + "red" + ":9e99)" * 400, 10.0, True),
    ],
)  # fmt: skip
def test_weights_that_go_too_far_are_cut_and_known(parts: Any, prompt: str, weight: float, cut: bool):
    found = [part.weight for part in parts.weights.read(prompt) if "red" in part.text]
    assert found == [pytest.approx(weight)]
    assert parts.weights.cut(prompt) is cut
