"""Models and LoRAs as other programs write them, and those for a few steps, in the engine's real environment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.worker import failures
from tests.engines.diffusers_place import Place, gradient, pixels, spied, texts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LARGE = "hub/models--stabilityai--stable-diffusion-xl-base-1.0/snapshots/1"
LEADING = [751.0, 501.0, 251.0, 1.0]  # of four steps, by the settings of the first SDXL
TRAILING = [999.0, 749.0, 499.0, 249.0]
FEW: dict[str, Any] = {"steps": 4, "guidance": 1.0}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, pack_python: Callable[[str], Path]) -> Iterator[Place]:
    """The spied engine at work, with an SDXL that is its own."""
    root = tmp_path_factory.mktemp("elsewhere")
    with spied(pack_python("core"), root, "diffusers_elsewhere", {"sdxl-1.0": LARGE}) as found:
        yield found


def moments(place: Place) -> list[float]:
    """Which moments reached the network in the last job."""
    lines = [json.loads(line) for line in Path(f"{place.log}.moments").read_text().splitlines()]
    (found,) = (line["moments"] for line in lines if line["job"] == place.jobs)
    return found


def named(place: Place, name: str) -> str:
    """Return a file that holds a whole SDXL under this name; nothing lies beside it."""
    folder = place.models / f"as {name}"
    folder.mkdir(exist_ok=True)
    shutil.copy(place.models / "alone" / "plain.safetensors", folder / f"{name}.safetensors")
    return f"{folder.name}/{name}.safetensors"


@pytest.fixture
def lora_named(place: Place) -> Iterator[Callable[[str], str]]:
    """Give a LoRA of the SDXL another name for a while."""
    made: list[Path] = []

    def give(name: str) -> str:
        made.append(place.models / "loras" / f"{name}.safetensors")
        shutil.copy(place.models / "loras" / "sdxl-own.safetensors", made[-1])
        return name

    yield give
    for file in made:
        file.unlink()


class TestOneFile:
    """Models as one file."""

    def test_an_sdxl_is_the_same_as_in_a_folder(self, place: Place, tmp_path: Path):
        whole = place.paint(tmp_path, LARGE)
        alone = place.paint(tmp_path, "alone/plain.safetensors")
        assert np.array_equal(pixels(alone), pixels(whole))
        assert pixels(alone).std() > 0
        assert "XL" in place.calls()[0]["pipeline"]
        assert texts(alone) == ""

    def test_it_paints_from_pictures_and_in_smaller_numbers_too(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png")
        for more in ({"_init": init, "strength": 0.7}, {"_rungs": ["int8"]}):
            whole = place.paint(tmp_path, LARGE, **dict(more))
            assert np.array_equal(pixels(place.paint(tmp_path, "alone", **dict(more))), pixels(whole))

    @pytest.mark.parametrize("name", ["ours", "published", "in-a-node"])
    def test_the_network_of_a_flux_alone_is_refused_with_what_to_do(self, place: Place, tmp_path: Path, name: str):
        reply = place.paint(tmp_path, f"network/{name}.safetensors")
        assert reply.failed is not None
        assert reply.failed.failure == failures.USER
        assert "holds a part of a model alone" in reply.failed.message
        assert "the text readers and the decoder lie together" in reply.failed.hint

    def test_a_lora_is_no_model(self, place: Place, tmp_path: Path):
        for name in ("sdxl-own", "sdxl-kohya"):
            reply = place.paint(tmp_path, f"loras/{name}.safetensors")
            assert reply.failed is not None
            assert (reply.failed.failure, "is a LoRA and no model" in reply.failed.message) == (failures.USER, True)


class TestFewSteps:
    """What was made for a few steps begins at the noisiest moment."""

    def test_a_model_for_many_steps_keeps_its_own_moments(self, place: Place, tmp_path: Path):
        reply = place.paint(tmp_path, LARGE, **FEW)
        assert (moments(place), texts(reply)) == (LEADING, "")
        place.paint(tmp_path, LARGE, scheduler="euler", **FEW)
        assert moments(place) == LEADING

    @pytest.mark.parametrize(
        ("name", "kind", "chosen"),
        [
            ("sd_xl_turbo_1.0_fp16", "EulerAncestralDiscreteScheduler", "euler-ancestral-trailing"),
            ("sdxl_lightning_4step", "EulerDiscreteScheduler", "euler-trailing"),
            ("Hyper-SDXL-4steps", "DDIMScheduler", "ddim-trailing"),
        ],
    )
    def test_a_file_that_says_so_begins_at_the_noisiest_moment(
        self, place: Place, tmp_path: Path, name: str, kind: str, chosen: str
    ):
        reply = place.paint(tmp_path, named(place, name), **FEW)
        (call,) = place.calls()
        assert (call["scheduler"], moments(place)) == (kind, TRAILING)
        assert texts(reply) == f"{name} was made for a few steps, so the scheduler is {chosen}."

    def test_so_does_a_lora_for_few_steps_and_only_while_it_is_felt(
        self, place: Place, tmp_path: Path, lora_named: Callable[[str], str]
    ):
        name = lora_named("sdxl_lightning_4step_lora")
        reply = place.paint(tmp_path, LARGE, lora=f"sdxl-kohya:0.2, {name}", **FEW)
        assert moments(place) == TRAILING
        assert texts(reply) == f"{name} was made for a few steps, so the scheduler is euler-trailing."
        for lora in (f"{name}:0", "sdxl-own", ""):
            reply = place.paint(tmp_path, LARGE, lora=lora, **FEW)
            assert (moments(place), texts(reply)) == (LEADING, ""), lora

    @pytest.mark.parametrize(("name", "kind"), [("lcm-lora-sdxl", "LCMScheduler"), ("TCD-SDXL-LoRA", "TCDScheduler")])
    def test_a_lora_of_another_kind_brings_its_scheduler(
        self, place: Place, tmp_path: Path, lora_named: Callable[[str], str], name: str, kind: str
    ):
        place.paint(tmp_path, LARGE, lora=lora_named(name), **FEW)
        assert (place.calls()[0]["scheduler"], moments(place)[0]) == (kind, 999.0)

    def test_what_the_user_chose_is_done(self, place: Place, tmp_path: Path):
        model = named(place, "sdxl_lightning_4step")
        for scheduler, expected in (("euler", LEADING), ("ddim-trailing", TRAILING), ("euler-trailing", TRAILING)):
            reply = place.paint(tmp_path, model, scheduler=scheduler, **FEW)
            assert (moments(place), texts(reply)) == (expected, ""), scheduler

    def test_a_scheduler_that_suits_stays_the_model_s_own(self, place: Place, tmp_path: Path):
        folder = place.models / "my-lightning-xl"
        shutil.copytree(place.models / LARGE, folder)
        about = folder / "scheduler" / "scheduler_config.json"
        place.paint(tmp_path, folder.name, **FEW)
        assert moments(place) == TRAILING  # by the name of the folder
        config = json.loads(about.read_text()) | {"timestep_spacing": "trailing", "interpolation_type": "log_linear"}
        about.write_text(json.dumps(config))
        reply = place.paint(tmp_path, folder.name, _settings={"number_format": "fp32"}, **FEW)
        assert (moments(place), place.calls()[0]["config"]["interpolation_type"]) == (TRAILING, "log_linear")
        assert texts(reply) == ""

    def test_one_that_says_what_the_picture_is_is_read_so(self, place: Place, tmp_path: Path):
        place.paint(tmp_path, named(place, "sdxl_lightning_1step_x0"), steps=1, guidance=0.0)
        assert (place.calls()[0]["config"]["prediction_type"], moments(place)) == ("sample", [999.0])
        place.paint(tmp_path, named(place, "sdxl_lightning_4step"), **FEW)
        assert place.calls()[0]["config"]["prediction_type"] == "epsilon"

    def test_other_steps_and_a_push_towards_the_text_are_advised_against(self, place: Place, tmp_path: Path):
        model = named(place, "sdxl_lightning_4step")
        told = texts(place.paint(tmp_path, model, steps=3, guidance=7.0))
        assert "Steps that sdxl_lightning_4step was made for: 4." in told
        assert "Closeness to the text that sdxl_lightning_4step was made for: 0 to 2." in told

    def test_weights_that_are_cut_are_told(self, place: Place, tmp_path: Path):
        told = "Weights beyond 10 in the text count as 10."
        cut = place.paint(tmp_path, prompt="a (sea:9e99)", steps=2)
        most = place.paint(tmp_path, prompt="a (sea:10)", steps=2)
        assert (texts(cut), texts(most)) == (told, "")
        assert np.array_equal(pixels(cut), pixels(most))
        assert texts(place.paint(tmp_path, negative="(fog:-11)", steps=2)) == told


SOURCES = {"sd": "small", "sdxl": LARGE, "flux": "flux"}
ALONE = ["sd-text_encoder", "sdxl-text_encoder", "sdxl-text_encoder_2"]


def painted(place: Place, scratch: Path, family: str, lora: str = "", **more: Any) -> tuple[np.ndarray, Any]:
    """Paint with a LoRA; return the picture, and what the weights of all parts come to."""
    reply = place.paint(scratch, SOURCES[family], lora=lora, steps=2, _digest=True, **more)
    assert reply.result is not None, reply.failed
    return pixels(reply).astype(int), reply.result.facts["weights"]


class TestLoras:
    """By whatever names, on networks and text readers."""

    @pytest.mark.parametrize("name", ["sd", "sdxl", "flux", *ALONE])
    def test_the_same_numbers_do_the_same_by_either_names(self, place: Place, tmp_path: Path, name: str):
        family = name.partition("-")[0]
        plain, _ = painted(place, tmp_path, family)
        own, _ = painted(place, tmp_path, family, f"{name}-own")
        kohya, _ = painted(place, tmp_path, family, f"{name}-kohya")
        felt = np.abs(own - plain).mean()
        assert felt > 0
        assert np.abs(kohya - own).max() <= 1
        assert np.abs(kohya - own).mean() < 0.1 * felt

    @pytest.mark.parametrize("name", ["sd-own", "sd-kohya", "sdxl-own", "sdxl-kohya", "flux-own", "flux-kohya"])
    def test_taken_off_not_a_bit_of_it_stays(self, place: Place, tmp_path: Path, name: str):
        family = name.partition("-")[0]
        plain, before = painted(place, tmp_path, family)
        strong, on = painted(place, tmp_path, family, name)
        scales = place.calls()[0]["lora_scales"]
        assert scales
        weak, _ = painted(place, tmp_path, family, f"{name}:0.3")
        assert place.calls()[0]["lora_scales"] == pytest.approx([0.3 * scale for scale in scales])
        none, _ = painted(place, tmp_path, family, f"{name}:0")
        after, left = painted(place, tmp_path, family)
        assert len({picture.tobytes() for picture in (plain, strong, weak)}) == 3
        changed = {part for part in before if before[part] != on[part]}
        readers = {"text_encoder", "text_encoder_2"} if family == "sdxl" else {"text_encoder"}
        assert changed == {*readers, "transformer" if family == "flux" else "unet"}
        assert np.array_equal(none, plain)
        assert np.array_equal(after, plain)
        assert left == before

    @pytest.mark.parametrize("name", ["sd-kohya", "sdxl-kohya", "flux-kohya"])
    def test_in_weights_of_a_byte_it_does_about_the_same_and_leaves_no_trace(
        self, place: Place, tmp_path: Path, name: str
    ):
        family = name.partition("-")[0]
        small: dict[str, Any] = {"_rungs": ["int8"]}
        exact, _ = painted(place, tmp_path, family, name)
        plain, before = painted(place, tmp_path, family, **dict(small))
        on, _ = painted(place, tmp_path, family, name, **dict(small))
        _, left = painted(place, tmp_path, family, **dict(small))
        assert np.abs(on - exact).mean() < np.abs(on - plain).mean()
        assert left == before

    def test_why_a_library_cannot_read_one_is_said_and_nothing_of_it_stays(self, place: Place, tmp_path: Path):
        plain, before = painted(place, tmp_path, "sd")
        reply = place.paint(tmp_path, lora="sd-lacking")
        assert reply.failed is not None
        assert reply.failed.failure == failures.USER
        assert "LoRA sd-lacking does not fit this model: Could not automatically infer" in reply.failed.message
        after, left = painted(place, tmp_path, "sd")
        assert np.array_equal(after, plain)
        assert left == before

    def test_one_for_another_family_is_refused_with_a_reason(self, place: Place, tmp_path: Path):
        for model, lora in (("small", "flux-own"), ("flux", "sd-own"), ("small", "sdxl-own"), (LARGE, "sd-kohya")):
            reply = place.paint(tmp_path, model, lora=lora, steps=2)
            assert reply.failed is not None, (model, lora)
            assert reply.failed.failure == failures.USER
            assert len(reply.failed.message.partition("does not fit this model: ")[2]) > 10, reply.failed
