"""Pictures in their real environment: the real classes with random weights, one process for all tests of this file."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.engines.registry import find_engines
from studio.engines.shared.pictures import seed_of
from studio.paths import RESOURCES
from studio.protocol import messages
from studio.worker import failures
from studio.worker.context import sha256_of
from tests.engines.diffusers_place import SIDE, Place, gradient, pixels, spied, texts
from tests.engines.harness import Reply

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BASE = "hub/models--stable-diffusion-v1-5--stable-diffusion-v1-5/snapshots/1"  # where the engine's own model would lie
PackPython = Callable[[str], Path]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("diffusers")
    own = {"sdxl-1.0": "large", "sd-1.5": BASE}
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("HF_HOME", str(root / "models" / "hf"))
        with spied(pack_python("core"), root, "diffusers_checkpoints", own) as found:
            yield found


def masked(file: Path, width: int = SIDE, height: int = SIDE) -> Path:
    """Write a mask: paint in the left half."""
    where = np.zeros((height, width), np.uint8)
    where[:, : width // 2] = 255
    Image.fromarray(where).save(file)
    return file


class _Bomb:
    """What a file of another kind may hold."""

    def __init__(self, mark: Path) -> None:
        self.mark = str(mark)

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.mark, "w")


class TestFromWords:
    """Text to picture."""

    def test_what_is_asked_reaches_the_pipeline(self, place: Place, tmp_path: Path):
        reply = place.paint(tmp_path, steps=5, guidance=4.5, width=72, height=64, count=2, batch=2, negative="fog")
        (call,) = place.calls()
        assert (call["num_inference_steps"], call["guidance_scale"], call["width"], call["height"]) == (5, 4.5, 72, 64)
        assert call["generator"] == [7, seed_of(7, 1)]
        assert call["prompt_embeds"] == call["negative_prompt_embeds"] == [2, 77, 16]
        assert reply.result is not None
        assert reply.result.facts == {"width": 72, "height": 64, "seed": 7}
        assert reply.result.more[0]["facts"] == {"width": 72, "height": 64, "seed": seed_of(7, 1)}
        assert reply.result.media == reply.result.more[0]["media"] == "image"
        fractions = [told.fraction or 0.0 for told in reply.progress]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        plain = place.paint(tmp_path, steps=5, guidance=4.5, width=72, height=64)
        assert not np.array_equal(pixels(reply), pixels(plain))  # the words that must not appear are felt
        place.paint(tmp_path, guidance=1.0)
        assert "negative_prompt_embeds" not in place.calls()[0]

    def test_one_of_several_is_what_its_seed_gives_alone(self, place: Place, tmp_path: Path):
        three = place.paint(tmp_path, count=3)
        together = place.paint(tmp_path, count=3, batch=3)
        smaller = place.paint(tmp_path, count=3, batch=3, _rungs=["smaller_batch"])
        alone = [pixels(place.paint(tmp_path, _seed=seed_of(7, n))) for n in range(3)]
        assert not np.array_equal(alone[0], alone[1])
        for n, one in enumerate(alone):
            assert np.array_equal(pixels(three, n), one)
            assert np.array_equal(pixels(smaller, n), one)
            assert np.abs(pixels(together, n).astype(int) - one).max() <= 1
        assert three.result is not None
        assert [Path(more["file"]).name for more in three.result.more] == ["picture-02.png", "picture-03.png"]

    @pytest.mark.parametrize("model", ["small", "large", "flux"])
    def test_sizes_are_exact_in_each_family(self, place: Place, tmp_path: Path, model: str):
        reply = place.paint(tmp_path, model, width=70, height=101, steps=2, count=2, batch=2)
        (call,) = place.calls()
        made, other = pixels(reply), pixels(reply, 1)
        assert made.shape == other.shape == (101, 70, 3)
        assert not np.array_equal(made, other)
        assert (call["width"], call["height"]) == ((80, 112) if model == "flux" else (72, 104))
        assert made.std() > 0

    def test_each_way_of_keeping_a_model_is_loaded(self, place: Place, tmp_path: Path):
        plain = pixels(place.paint(tmp_path))
        alone = place.paint(tmp_path, "alone")
        file = place.paint(tmp_path, "alone/everything.safetensors")
        halved = place.paint(tmp_path, "halved")
        assert np.array_equal(pixels(alone), plain)
        assert np.array_equal(pixels(file), plain)
        assert np.abs(pixels(halved).astype(int) - plain).mean() < 4
        for unknown in ("loras", "small/sd/vae"):
            reply = place.paint(tmp_path, unknown)
            assert reply.failed is not None
            assert (reply.failed.failure, "model_index.json" in reply.failed.hint) == (failures.USER, True)

    def test_a_file_alone_is_described_by_the_model_that_it_was_trained_from(self, place: Place, tmp_path: Path):
        (place.models / "bare").mkdir()
        shutil.copy(place.models / "alone" / "everything.safetensors", place.models / "bare")
        lacking = place.paint(tmp_path, "bare")
        assert lacking.failed is not None
        assert (lacking.failed.failure, "stable-diffusion-v1-5" in lacking.failed.message) == (failures.USER, True)
        elsewhere, known = place.models / "hf" / BASE, place.models / BASE
        shutil.copytree(place.models / "small" / "sd", elsewhere, ignore=shutil.ignore_patterns("*.safetensors"))
        unpinned = place.paint(tmp_path, "bare")  # what lies in the hub's cache may be of any state
        assert unpinned.failed is not None
        known.parent.mkdir(parents=True)
        elsewhere.rename(known)
        assert np.array_equal(pixels(place.paint(tmp_path, "bare")), pixels(place.paint(tmp_path)))

    def test_descriptions_that_are_missing_or_say_odd_things_are_refused(self, place: Place, tmp_path: Path):
        for name in ("wordless", "odd"):
            shutil.copytree(place.models / "small" / "sd", place.models / name)
        shutil.rmtree(place.models / "wordless" / "tokenizer")
        about = place.models / "odd" / "unet" / "config.json"
        about.write_text(json.dumps({**json.loads(about.read_text()), "norm_num_groups": 0}))
        for name, words in (("wordless", "knows no words"), ("odd", "cannot be loaded")):
            reply = place.paint(tmp_path, name)
            assert reply.failed is not None, name
            assert (reply.failed.failure, words in reply.failed.message) == (failures.USER, True), reply.failed

    def test_what_can_hold_programs_is_not_opened(self, place: Place, tmp_path: Path):
        folder, mark = place.models / "pickled", tmp_path / "it ran"
        shutil.copytree(place.models / "small" / "sd", folder)
        weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
        weights.unlink()
        weights.with_suffix(".bin").write_bytes(pickle.dumps(_Bomb(mark)))
        reply = place.paint(tmp_path, "pickled")
        assert reply.failed is not None
        assert (reply.failed.failure, "can hold programs" in reply.failed.hint) == (failures.USER, True), reply.failed
        assert not mark.exists()
        cut = place.models / "cut"
        shutil.copytree(place.models / "small" / "sd", cut)
        (cut / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"half of it")
        broken = place.paint(tmp_path, "cut")
        assert broken.failed is not None
        assert (broken.failed.failure, "than its files hold" in broken.failed.message) == (failures.USER, True)

    def test_a_family_that_it_does_not_know_is_refused(self, place: Place, tmp_path: Path):
        folder = place.models / "strange"
        (folder / "vae").mkdir(parents=True)
        (folder / "model_index.json").write_text('{"_class_name": "StableCascadePipeline"}')
        (folder / "vae" / "x.safetensors").write_bytes(b"")
        reply = place.paint(tmp_path, "strange")
        assert reply.failed is not None
        assert (reply.failed.failure, "SDXL and Flux" in reply.failed.hint) == (failures.USER, True)

    def test_a_model_for_few_steps_says_so(self, place: Place, tmp_path: Path):
        many = place.paint(tmp_path, "large", steps=9)
        few = place.paint(tmp_path, "large", steps=2, guidance=0.0)
        assert "made for 1 to 4 steps" in texts(many)
        assert texts(few) == ""
        (call,) = place.calls()
        assert (call["num_inference_steps"], call["guidance_scale"]) == (2, 0.0)
        assert not [name for name in call if name.startswith("negative")]


class TestSchedulers:
    """All of them, each from the model's own settings."""

    def test_each_works_from_the_pristine_settings(self, place: Place, tmp_path: Path):
        manifest = find_engines(RESOURCES / "no engines here").manifest("diffusers")
        names = next(p for p in manifest.params if p.name == "scheduler").choices
        init = gradient(tmp_path / "init.png")
        first = pixels(place.paint(tmp_path, scheduler="auto"))
        own = place.calls()[0]["config"]
        used: dict[str, str] = {}
        made: dict[bytes, list[str]] = {}
        for name in names:
            picture = pixels(place.paint(tmp_path, scheduler=name, steps=4))
            made.setdefault(picture.tobytes(), []).append(name)
            (call,) = place.calls()
            config = call["config"]
            used[name] = _kind(call["scheduler"], config)
            assert {k: v for k, v in config.items() if k in _NOISE} == {k: v for k, v in own.items() if k in _NOISE}
            again = pixels(place.paint(tmp_path, scheduler=name, steps=4, strength=0.5, _init=init))
            assert again.std() > 0, name
        assert used == _KINDS
        assert [alike for alike in made.values() if len(alike) > 1] == [["auto", "pndm"]]  # the model's own is that one
        assert np.array_equal(pixels(place.paint(tmp_path, scheduler="auto")), first)

    def test_what_the_model_s_own_says_does_not_sway_others(self, place: Place, tmp_path: Path):
        used: dict[str, tuple[bool, str]] = {}
        for name in ("auto", "dpmpp-2m", "deis", "unipc", "euler", "heun", "kdpm2", "lms", "dpmpp-2m-karras", "ddim"):
            assert pixels(place.paint(tmp_path, "swayed", scheduler=name)).std() > 0
            config = place.calls()[0]["config"]
            used[name] = (config["use_karras_sigmas"], config["algorithm_type"])
        assert used["auto"] == (True, "sde-dpmsolver++")
        assert used["dpmpp-2m"] == (False, "dpmsolver++")
        assert used["dpmpp-2m-karras"] == (True, "dpmsolver++")
        assert used["deis"] == (False, "deis")
        assert not any(used[name][0] for name in ("unipc", "euler", "heun", "kdpm2", "lms"))

    def test_more_steps_than_a_fast_scheduler_expects(self, place: Place, tmp_path: Path):
        assert place.paint(tmp_path, scheduler="lcm", steps=60).result is not None

    def test_flux_keeps_its_own_and_says_so(self, place: Place, tmp_path: Path):
        prompt = "a (red:1.4) lighthouse"
        reply = place.paint(tmp_path, "flux", prompt=prompt, scheduler="heun", negative="fog", clip_skip=1, steps=2)
        assert place.calls()[0]["scheduler"] == "FlowMatchEulerDiscreteScheduler"
        assert "keeps its own scheduler" in texts(reply)
        assert "What must not appear has no effect" in texts(reply)
        assert "their weights have no effect" in texts(reply)
        assert "skips no layers" in texts(reply)
        assert texts(place.paint(tmp_path, "flux", steps=2, guidance=0.0)) == ""


# Of each: its class, its way where it has several, and whether its moments lie unevenly, or begin at the noisiest.
_KINDS = {
    "auto": "PNDM",
    "dpmpp-2m": "DPMSolverMultistep dpmsolver++",
    "dpmpp-2m-karras": "DPMSolverMultistep dpmsolver++ karras",
    "dpmpp-2m-sde": "DPMSolverMultistep sde-dpmsolver++",
    "dpmpp-2m-sde-karras": "DPMSolverMultistep sde-dpmsolver++ karras",
    "dpmpp-singlestep": "DPMSolverSinglestep dpmsolver++",
    "euler": "EulerDiscrete",
    "euler-trailing": "EulerDiscrete trailing",
    "euler-ancestral": "EulerAncestralDiscrete",
    "euler-ancestral-trailing": "EulerAncestralDiscrete trailing",
    "unipc": "UniPCMultistep",
    "ddim": "DDIM",
    "ddim-trailing": "DDIM trailing",
    "heun": "HeunDiscrete",
    "lcm": "LCM",
    "kdpm2": "KDPM2Discrete",
    "lms": "LMSDiscrete",
    "pndm": "PNDM",
    "deis": "DEISMultistep deis",
    "tcd": "TCD",
}


def _kind(name: str, config: dict[str, Any]) -> str:
    """What a scheduler is, in the words of that table."""
    said = [name.removesuffix("Scheduler"), config.get("algorithm_type", "")]
    said += ["karras"] if config.get("use_karras_sigmas") else []
    said += ["trailing"] if config.get("timestep_spacing") == "trailing" else []
    return " ".join(filter(None, said))


_NOISE = {"beta_start", "beta_end", "beta_schedule", "num_train_timesteps", "steps_offset", "prediction_type"}


class TestFromPictures:
    """A picture to start from, a mask, a picture to continue."""

    @pytest.mark.parametrize("model", ["small", "large", "flux"])
    def test_each_mode_in_each_family(self, place: Place, tmp_path: Path, model: str):
        init, mask = gradient(tmp_path / "init.png", 90, 68), masked(tmp_path / "mask.png", 90, 68)
        size = {"width": 90, "height": 68, "steps": 4, "guidance": 2.0}
        changed = place.paint(tmp_path, model, **size, strength=0.5, _init=init)
        (call,) = place.calls()
        assert (call["strength"], "Img2Img" in call["pipeline"]) == (0.5, True)
        filled = pixels(place.paint(tmp_path, model, **size, strength=0.9, _init=init, _mask=mask))
        assert "Inpaint" in place.calls()[0]["pipeline"]
        before = np.asarray(Image.open(init))
        assert pixels(changed).shape == filled.shape == before.shape
        assert not np.array_equal(pixels(changed), before)
        assert np.array_equal(filled[:, 45:], before[:, 45:])  # to the bit
        assert np.abs(filled[:, :45].astype(int) - before[:, :45]).mean() > 1

    def test_strength_says_how_much_is_kept(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png")
        before = np.asarray(Image.open(init)).astype(int)
        other = tmp_path / "other.png"
        Image.fromarray(255 - before.astype(np.uint8)).save(other)
        assert np.array_equal(pixels(place.paint(tmp_path, strength=0.0, steps=2, _init=init)), before)
        felt: list[float] = []  # how much depends on which picture it was
        for strength in (0.1, 1.0):
            one, two = (pixels(place.paint(tmp_path, strength=strength, steps=2, _init=f)) for f in (init, other))
            assert not np.array_equal(one, before)
            felt.append(float(np.abs(one.astype(int) - two).mean()))
            assert place.calls()[0]["num_inference_steps"] == (10 if strength == 0.1 else 2)  # a tenth is one step
        assert felt[0] > 2 * felt[1]

    def test_several_from_a_picture_are_each_what_their_seed_gives(self, place: Place, tmp_path: Path):
        init, mask = gradient(tmp_path / "init.png"), masked(tmp_path / "mask.png")
        given: list[dict[str, Any]] = [{"_init": init}, {"_init": init, "_mask": mask}]
        for files in given:
            together = place.paint(tmp_path, count=2, batch=2, **files)
            alone = pixels(place.paint(tmp_path, _seed=seed_of(7, 1), **files))
            assert np.abs(pixels(together, 1).astype(int) - alone).max() <= 1
            assert not np.array_equal(pixels(together), alone)

    @pytest.mark.parametrize(("at", "kept"), [("left", slice(0, 48)), ("right", slice(80, 128))])
    def test_a_picture_is_continued_where_it_ends(self, place: Place, tmp_path: Path, at: str, kept: slice):
        init = gradient(tmp_path / "init.png", SIDE, SIDE)
        made = pixels(place.paint(tmp_path, width=128, fit="outpaint", place=at, strength=0.2, _init=init))
        (call,) = place.calls()
        assert (call["strength"], call["image"]) == (1.0, [[128, 64]])
        before = np.asarray(Image.open(init))
        own = slice(0, 48) if at == "left" else slice(16, 64)
        assert np.array_equal(made[:, kept], before[:, own])
        new = made[:, 80:] if at == "left" else made[:, :48]
        assert new.std() > 0

    def test_clear_parts_are_painted(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png", hole=True)
        made = pixels(place.paint(tmp_path, _init=init))
        assert "Inpaint" in place.calls()[0]["pipeline"]
        assert np.array_equal(made[:, :16], np.asarray(Image.open(init))[:, :16, :3])

    def test_a_model_made_for_filling_in_does_only_that(self, place: Place, tmp_path: Path):
        init, mask = gradient(tmp_path / "init.png"), masked(tmp_path / "mask.png")
        made = pixels(place.paint(tmp_path, "filling", _init=init, _mask=mask))
        assert np.array_equal(made[:, 32:], np.asarray(Image.open(init))[:, 32:])
        refused = place.paint(tmp_path, "filling")
        assert refused.failed is not None
        assert (refused.failed.failure, "--mask" in refused.failed.hint) == (failures.USER, True)

    def test_what_cannot_be_is_said(self, place: Place, tmp_path: Path):
        init, black = gradient(tmp_path / "init.png"), tmp_path / "black.png"
        Image.new("L", (SIDE, SIDE)).save(black)
        (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
        given: list[tuple[dict[str, Any], str]] = [
            ({"_mask": black}, "needs a picture"),
            ({"_init": init, "_mask": black}, "nothing to paint"),
            ({"_init": tmp_path / "broken.png"}, "cannot be read"),
        ]
        for files, words in given:
            reply = place.paint(tmp_path, **files)
            assert reply.failed is not None
            assert (reply.failed.failure, words in reply.failed.message) == (failures.USER, True), reply.failed


class TestEnlarging:
    """Tile by tile over the plain enlargement."""

    def test_tiles_cover_the_whole_in_order_each_with_a_seed_of_its_own(self, place: Place, tmp_path: Path):
        given: dict[str, Any] = {"_init": gradient(tmp_path / "init.png", 48, 40), "upscale": "2", "prompt": ""}
        reply = place.paint(tmp_path, strength=0.5, **given)
        assert reply.result is not None, reply.failed
        assert (reply.result.facts["width"], reply.result.facts["height"]) == (96, 80)
        calls = place.calls()
        assert [call["generator"] for call in calls] == [[seed_of(7, tile)] for tile in range(4)]
        assert all((call["image"], call["strength"]) == ([[SIDE, SIDE]], 0.5) for call in calls)
        fractions = [told.fraction for told in reply.progress if told.fraction is not None]
        assert fractions == sorted(fractions)
        assert len({round(fraction, 2) for fraction in fractions}) >= 4
        assert np.array_equal(pixels(place.paint(tmp_path, strength=0.5, **given)), pixels(reply))
        assert not np.array_equal(pixels(place.paint(tmp_path, strength=0.5, _seed=8, **given)), pixels(reply))

    @pytest.mark.parametrize("model", ["small", "large", "flux"])
    def test_one_tile_is_a_picture_from_a_picture(self, place: Place, tmp_path: Path, model: str):
        init = gradient(tmp_path / "init.png", 33, 37)
        Image.open(init).resize((66, 74), Image.Resampling.LANCZOS).save(tmp_path / "larger.png")
        ways: dict[str, Any] = {"strength": 0.7, "width": 66, "height": 74}
        tiled = pixels(place.paint(tmp_path, model, _init=init, upscale="2", **ways))
        plain = pixels(place.paint(tmp_path, model, _init=tmp_path / "larger.png", **ways))
        assert np.array_equal(tiled, plain)

    def test_without_strength_it_is_the_plain_enlargement(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png", 50, 30)
        larger = np.asarray(Image.open(init).resize((200, 120), Image.Resampling.LANCZOS))
        assert np.array_equal(pixels(place.paint(tmp_path, _init=init, upscale="4", strength=0.0)), larger)

    @pytest.mark.parametrize("preview", [True, False])
    def test_the_tiles_done_so_far_are_seen_meanwhile_if_wanted(self, place: Place, tmp_path: Path, *, preview: bool):
        init = gradient(tmp_path / "init.png", 48, 40)
        plain = np.asarray(Image.open(init).resize((96, 80), Image.Resampling.LANCZOS))
        job = place.start(tmp_path, _init=init, upscale="2", strength=1.0, preview=preview)
        looks: list[np.ndarray] = []
        whole = plain
        while not isinstance(message := place.worker.receive(), messages.Idle):
            assert not isinstance(message, messages.Failed), message
            if isinstance(message, messages.Preview):
                assert message.job == job
                looks.append(np.asarray(Image.open(message.file)))
            if isinstance(message, messages.Result):
                whole = np.asarray(Image.open(message.file))
        if not preview:
            assert looks == []
            return
        assert len(looks) == 3, "after each of four tiles but the last"
        assert all(look.shape == whole.shape == plain.shape for look in looks)
        assert np.array_equal(looks[0][-8:, -8:], plain[-8:, -8:]), "not painted yet"
        assert np.array_equal(looks[0][:16, :32], whole[:16, :32]), "nothing comes over this part any more"
        assert not np.array_equal(whole[:16, :32], plain[:16, :32])

    def test_a_cancel_keeps_nothing_half(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png")
        job = place.start(tmp_path, _init=init, upscale="4", strength=1.0, steps=30, scheduler="ddim")
        while not isinstance(message := place.worker.receive(), messages.Progress) or (message.fraction or 0) < 0.1:
            assert not isinstance(message, messages.Failed), message
        place.worker.send(messages.Cancel(job))
        stopped = place.worker.finish()
        assert stopped.failed is not None
        assert (stopped.failed.failure, stopped.idle) == (failures.CANCELLED, True)
        assert not list((tmp_path / str(job)).glob("*.png*"))


class TestLoras:
    """Beside the weights, never in them."""

    def test_they_are_applied_by_their_strength_together_and_taken_off_without_a_trace(
        self, place: Place, tmp_path: Path
    ):
        plain = place.paint(tmp_path, _digest=True)
        first = place.paint(tmp_path, lora="paper-cut", count=2)
        one = pixels(first)
        assert first.result is not None
        assert first.result.facts["loras"] == first.result.more[0]["facts"]["loras"] == {
            "paper-cut": sha256_of(place.models / "loras" / "paper-cut.safetensors")
        }  # fmt: skip
        assert place.calls()[0]["lora_scales"] == [1.0]
        weak = pixels(place.paint(tmp_path, lora="paper-cut:0.3"))
        assert place.calls()[0]["lora_scales"] == [0.3]
        none = pixels(place.paint(tmp_path, lora="paper-cut:0"))
        both = pixels(place.paint(tmp_path, lora="paper-cut:0.8, ink:0.5"))
        assert place.calls()[0]["lora_scales"] == [0.5, 0.8]
        prompted = pixels(place.paint(tmp_path, prompt="a lighthouse<lora:paper-cut:0.8><lora:ink:0.5>"))
        other = pixels(place.paint(tmp_path, lora="ink:0.5"))
        after = place.paint(tmp_path, _digest=True)
        assert len({p.tobytes() for p in (pixels(plain), one, weak, both, other)}) == 5
        assert np.array_equal(none, pixels(plain))
        assert np.array_equal(both, prompted)
        assert np.array_equal(pixels(after), pixels(plain))
        assert plain.result is not None
        assert after.result is not None
        assert "loras" not in after.result.facts
        assert after.result.facts["weights"] == plain.result.facts["weights"]

    def test_one_that_is_not_there_or_does_not_fit_is_said(self, place: Place, tmp_path: Path):
        for model, text, words in (
            ("small", "oil", "There: ink, paper-cut"),
            ("small", "../ink", "without their folder"),
            ("small", "ink:much", "paper-cut:0.8"),
            ("flux", "ink", "of the kind that it was made for"),
        ):
            reply = place.paint(tmp_path, model, lora=text)
            assert reply.failed is not None, text
            assert (reply.failed.failure, words in reply.failed.hint) == (failures.USER, True), reply.failed
        head = json.dumps({"unet.odd.lora_A.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}})
        odd = place.models / "loras" / "odd.safetensors"
        odd.write_bytes(len(head).to_bytes(8, "little") + head.encode() + bytes(16))
        reply = place.paint(tmp_path, lora="ink, odd")  # the libraries stumble over it
        odd.unlink()
        assert reply.failed is not None
        assert (reply.failed.failure, "LoRA odd does not fit" in reply.failed.message) == (failures.USER, True)
        assert place.paint(tmp_path).result is not None


class TestReading:
    """Prompts."""

    @pytest.mark.parametrize("negative", ["", "fog"])
    @pytest.mark.parametrize("model", ["small", "large"])
    def test_plain_prompts_are_read_as_by_the_library(self, place: Place, tmp_path: Path, model: str, negative: str):
        reply = place.paint(tmp_path, model, steps=1, negative=negative, _compare=True)
        assert reply.result is not None, reply.failed
        assert reply.result.facts["unlike"] == []

    def test_long_prompts_count_to_their_end_and_weights_are_felt(self, place: Place, tmp_path: Path):
        long = "a red house by the sea, " * 12
        first = pixels(place.paint(tmp_path, prompt=long + "at dawn"))
        shape = place.calls()[0]["prompt_embeds"]
        second = pixels(place.paint(tmp_path, prompt=long + "at dusk"))
        assert shape[1] > 77
        assert shape[1] % 77 == 0
        assert place.calls()[0]["negative_prompt_embeds"] == shape
        assert not np.array_equal(first, second)
        plain, weighed, bracketed = (
            pixels(place.paint(tmp_path, prompt=text)) for text in ("a red sea", "a (red:1.5) sea", "a \\(red\\) sea")
        )
        assert not np.array_equal(plain, weighed)
        assert not np.array_equal(plain, bracketed)
        skipped = pixels(place.paint(tmp_path, prompt="a red sea", clip_skip=1))
        assert not np.array_equal(plain, skipped)


class TestWhatGoesWrong:
    """Cancels, numbers, memory."""

    def test_what_is_cancelled_before_it_begins_is_not_even_read(self, place: Place, tmp_path: Path):
        early = place.paint(tmp_path, _broken="early")
        assert early.failed is not None
        assert (early.failed.failure, place.calls()) == (failures.CANCELLED, [])

    @pytest.mark.parametrize("model", ["small", "large", "flux"])
    def test_a_cancel_comes_within_a_step_in_each_family(self, place: Place, tmp_path: Path, model: str):
        stopped = place.paint(tmp_path, model, _broken="cancel")
        after = place.paint(tmp_path, model, _before=True)
        assert stopped.failed is not None
        assert (stopped.failed.failure, stopped.idle) == (failures.CANCELLED, True)
        assert after.result is not None
        assert after.result.facts["before"] == "cancelled"  # and the network's middle was never reached

    def test_a_cancel_in_a_long_run_leaves_the_model_as_it_was(self, place: Place, tmp_path: Path):
        plain = pixels(place.paint(tmp_path))
        job = place.start(tmp_path, steps=150, width=512, height=512, scheduler="ddim")
        while not isinstance(message := place.worker.receive(), messages.Progress) or not message.fraction:
            assert not isinstance(message, messages.Failed), message
        place.worker.send(messages.Cancel(job))
        stopped = place.worker.finish()
        assert stopped.failed is not None
        assert (stopped.failed.failure, stopped.idle) == (failures.CANCELLED, True)
        assert max(told.fraction or 0.0 for told in stopped.progress or [message]) < 0.5
        assert np.array_equal(pixels(place.paint(tmp_path)), plain)

    def test_a_picture_that_came_to_nothing_is_decoded_again(self, place: Place, tmp_path: Path):
        half = {"number_format": "bf16"}
        whole = pixels(place.paint(tmp_path, _settings=half))
        reply = place.paint(tmp_path, _settings=half, _broken="narrow")
        assert place.calls()[0]["dtype"] == "torch.bfloat16"
        decoded = Path(f"{place.log}.decoded").read_text().splitlines()
        assert decoded[-3:] == ["torch.bfloat16", "torch.bfloat16", "torch.float32"]
        assert "decoded again in fp32" in texts(reply)
        assert np.abs(pixels(reply).astype(int) - whole).mean() < 4
        exact = place.paint(tmp_path, _settings=half, _rungs=["precision"])
        assert place.calls()[0]["dtype"] == "torch.float32"
        assert exact.result is not None

    def test_a_decoder_whose_numbers_do_not_fit_is_asked_in_larger_ones(self, place: Place, tmp_path: Path):
        half, exact = ({"number_format": form} for form in ("fp16", "fp32"))
        whole = pixels(place.paint(tmp_path, "overflowing", _settings=exact))
        half["loras"] = str(tmp_path / "loras")  # without a small decoder beside them looks are fitted to the large one
        reply = place.paint(tmp_path, "overflowing", _settings=half, preview=True)
        assert "decoded again in fp32" in texts(reply)
        assert place.calls()[0]["dtype"] == "torch.float16"
        assert whole.std() > 0
        assert np.abs(pixels(reply).astype(int) - whole).mean() < 4
        assert texts(place.paint(tmp_path, _settings=half)) == ""  # an ordinary one is not

    @pytest.mark.parametrize(
        ("broken", "failure"),
        [("nan", failures.BAD_NUMBERS), ("black", failures.BAD_NUMBERS), ("memory", failures.OUT_OF_MEMORY)],
    )
    def test_a_failure_has_its_class(self, place: Place, tmp_path: Path, broken: str, failure: str):
        reply = place.paint(tmp_path, _broken=broken)
        assert reply.failed is not None
        assert (reply.failed.failure, reply.idle) == (failure, True)

    def test_what_the_model_s_own_checker_withholds_is_black_and_said(self, place: Place, tmp_path: Path):
        passed = place.paint(tmp_path, "checked")
        assert (pixels(passed).std() > 0, texts(passed)) == (True, "")
        strict = place.models / "checked strictly"  # the other stays as it is for the other tests
        shutil.copytree(place.models / "checked", strict)
        (strict / "strict" / "model.safetensors").replace(strict / "safety_checker" / "model.safetensors")
        withheld = place.paint(tmp_path, strict.name, count=2)
        assert pixels(withheld).max() == pixels(withheld, 1).max() == 0
        assert "checker withheld it" in texts(withheld)
        assert len(withheld.notes) == 2
        init = gradient(tmp_path / "init.png")
        enlarged = place.paint(tmp_path, strict.name, upscale="2", width=128, height=128, _init=init)
        larger = Image.open(tmp_path / "init.png").resize((128, 128), Image.Resampling.LANCZOS)
        assert "checker withheld tiles of it (1)" in texts(enlarged)
        assert np.array_equal(pixels(enlarged), np.asarray(larger))


def _ways(init: Path) -> list[dict[str, Any]]:
    return [{}, {"_init": init, "lora": "ink:0.5"}]


class TestSaving:
    """Ways to save memory give the same picture."""

    def test_on_rungs_of_the_ladder(self, place: Place, tmp_path: Path):
        plain = place.paint(tmp_path, _loaded=True)
        before = _ways_in_force(place)
        assert before == _UNSAVED
        assert _facts(plain)["loaded"]["saving"] == []
        assert _facts(plain)["freed"] == 0
        for rungs, changed in (
            (["slicing"], {"sliced": True}),
            (["math_attention"], {"attention": [False, True]}),
            (["offload", "decode_cpu"], {"offloaded": True}),
            (["offload", "group_offload"], {"hooks": ["group_offloading"]}),
        ):
            reply = place.paint(tmp_path, _rungs=rungs, _loaded=True)
            found = _ways_in_force(place)
            assert found == _UNSAVED | changed, rungs
            saving = [rung for rung in rungs if rung != "math_attention"]
            assert _facts(reply)["loaded"]["saving"] == saving
            assert _facts(reply).get("saving", "") == ", ".join(saving)
            assert np.abs(pixels(reply).astype(int) - pixels(plain)).max() <= 3, rungs
        assert _facts(place.paint(tmp_path, _rungs=["empty_cache"], _loaded=True))["freed"] == 1

    def test_smaller_numbers_by_the_ladder_go_with_a_lora(self, place: Place, tmp_path: Path):
        wishes: list[dict[str, Any]] = [{}, {"lora": "paper-cut:0.5"}, {"lora": "ink:0.5"}, {}]
        exact = [pixels(place.paint(tmp_path, **more)).astype(int) for more in wishes]
        smaller = []
        for more in wishes:
            smaller.append(pixels(place.paint(tmp_path, _rungs=["float8"], **more)).astype(int))
            assert place.calls()[0]["float8"]
        for one, two in zip(exact, smaller, strict=True):
            assert 0 < np.abs(one - two).mean() < 20
        for n in (1, 2):  # each is nearer to what it is to be than to the picture without
            assert np.abs(smaller[n] - exact[n]).mean() < np.abs(smaller[n] - smaller[0]).mean()
        assert np.array_equal(smaller[0], smaller[3])

    @pytest.mark.parametrize("form", ["fp32", "fp16", "bf16"])
    def test_weights_of_a_byte_go_with_loras_and_whatever_else_saves(self, place: Place, tmp_path: Path, form: str):
        wishes: list[dict[str, Any]] = [{}, {"lora": "paper-cut:0.5"}, {"lora": "ink:0.5, paper-cut:0.2"}, {}]
        exact = [_points(place, tmp_path, form, **more) for more in wishes]
        small = [_points(place, tmp_path, form, quantised="int8", **more) for more in wishes]
        assert place.calls()[0]["int8"] == ["text_encoder", "unet"]
        assert 0 < np.abs(exact[0] - small[0]).mean() < 1
        for n in (1, 2):  # each is nearer to what it is to be than to the picture without
            assert np.abs(small[n] - small[0]).mean() > 3 * np.abs(small[n] - exact[n]).mean()
        assert np.array_equal(small[0], small[3])
        for rung, hooks in (("offload", []), ("group_offload", ["group_offloading"])):
            for n in (0, 1):
                made = _points(place, tmp_path, form, quantised="int8", _rungs=[rung], **wishes[n])
                call = place.calls()[0]
                assert (call["int8"], call["hooks"]) == (["text_encoder", "unet"], hooks)
                assert call["offloaded"] == (rung == "offload")
                assert np.abs(made - small[n]).max() <= 1, (rung, n)
        again = _points(place, tmp_path, form, quantised="int8")  # loaded anew
        assert np.array_equal(again, small[0])

    @pytest.mark.parametrize(
        ("model", "parts"),
        [
            ("large", ["text_encoder", "text_encoder_2", "unet"]),
            ("flux", ["text_encoder", "text_encoder_2", "transformer"]),
            ("alone/everything.safetensors", ["text_encoder", "unet"]),
            ("checked", ["text_encoder", "unet"]),
        ],
    )
    def test_weights_of_a_byte_by_the_ladder_in_each_family(
        self, place: Place, tmp_path: Path, model: str, parts: list[str]
    ):
        exact = pixels(place.paint(tmp_path, model)).astype(int)
        reply = place.paint(tmp_path, model, _rungs=["int8"], _loaded=True)
        assert place.calls()[0]["int8"] == parts
        assert _facts(reply)["loaded"]["saving"] == ["int8"]
        assert _facts(reply)["saving"] == "int8"
        assert 0 < np.abs(pixels(reply) - exact).mean() < 1

    def test_parts_that_come_when_their_turn_is(self, place: Place, tmp_path: Path):
        init = gradient(tmp_path / "init.png")
        half = {"number_format": "bf16"}
        plain = [pixels(place.paint(tmp_path, _settings=half, **more)) for more in _ways(init)]
        for more, before in zip(_ways(init), plain, strict=True):
            for broken in ("", "narrow"):
                reply = place.paint(tmp_path, _settings=half, _rungs=["offload"], _broken=broken, **more)
                assert reply.result is not None, reply.failed
                assert place.calls()[0]["offloaded"]
                assert np.abs(pixels(reply).astype(int) - before).mean() < 4
        on_the_processor = place.paint(tmp_path, _settings=half, _rungs=["offload", "decode_cpu"], _broken="narrow")
        assert texts(on_the_processor) == ""  # it is decoded in fp32 there

    def test_by_settings(self, place: Place, tmp_path: Path):
        plain = pixels(place.paint(tmp_path))
        added = pixels(place.paint(tmp_path, lora="ink:0.5"))
        found: dict[str, tuple[int, dict[str, Any]]] = {}
        for settings in ({"memory": "slicing"}, {"memory": "group-offload"}, {"channels_last": True}):
            made = pixels(place.paint(tmp_path, _settings=settings))
            found[str(settings)] = (int(np.abs(made.astype(int) - plain).max()), place.calls()[0])
            made = pixels(place.paint(tmp_path, _settings=settings, lora="ink:0.5"))
            assert np.abs(made.astype(int) - added).max() <= 3, settings
        assert all(apart <= 3 for apart, _ in found.values())
        assert found["{'memory': 'slicing'}"][1]["sliced"]
        assert "group_offloading" in found["{'memory': 'group-offload'}"][1]["hooks"]
        assert found["{'channels_last': True}"][1]["channels_last"]
        place.paint(tmp_path, _settings={"quantised": "float8"})
        assert place.calls()[0]["float8"]
        made = pixels(place.paint(tmp_path, _settings={"quantised": "int8", "channels_last": True}))
        assert (place.calls()[0]["int8"], place.calls()[0]["channels_last"]) == (["text_encoder", "unet"], True)
        assert np.abs(made.astype(int) - plain).mean() < 1


_UNSAVED = {"sliced": False, "offloaded": False, "hooks": [], "float8": False, "int8": [], "attention": [True, True]}


def _points(place: Place, scratch: Path, form: str, *, quantised: str = "no", **more: Any) -> np.ndarray:
    """Paint in a number format, with the weights as they are or smaller."""
    settings = {"number_format": form, "quantised": quantised}
    return pixels(place.paint(scratch, _settings=settings, **more)).astype(int)


def _ways_in_force(place: Place) -> dict[str, Any]:
    (call,) = place.calls()
    return {name: call[name] for name in _UNSAVED}


def _facts(reply: Reply) -> dict[str, Any]:
    assert reply.result is not None, reply.failed
    return reply.result.facts


@pytest.mark.parametrize(
    ("model", "side", "kind"), [("small", 64, "taesd"), ("flux", 8, "colours"), ("checked", 8, "colours")]
)
def test_it_is_shown_while_it_grows(place: Place, tmp_path: Path, model: str, side: int, kind: str):
    job = place.start(tmp_path, model, steps=4, preview=True, scheduler="ddim", _loaded=True)
    looks: list[np.ndarray] = []
    while not isinstance(message := place.worker.receive(), messages.Idle):
        assert not isinstance(message, messages.Failed), message
        if isinstance(message, messages.Preview):
            assert message.job == job
            looks.append(np.asarray(Image.open(message.file)))
        if isinstance(message, messages.Result):
            assert message.facts["loaded"]["looks"] == kind
    assert len(looks) == 3  # after each step but the last
    assert all(look.shape == (side, side, 3) and look.std() > 0 for look in looks)
