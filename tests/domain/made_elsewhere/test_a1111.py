"""Texts of A1111 and its kin are read, and so is what the studio writes in their way."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export import a1111 as writing
from studio.domain.made_elsewhere import a1111
from studio.domain.picture_recipe import Lora
from studio.engines import manifest
from tests.domain.made_elsewhere.texts import A1111


def test_a_whole_text():
    found = a1111.read(A1111)
    assert found is not None
    assert found.prompt == "portrait of a (fox:1.2), forest\nsecond line"
    assert found.negative == "blurry,\nlow quality"
    assert (found.seed, found.steps, found.guidance) == (1234567, 28, 6.5)
    assert (found.width, found.height, found.scheduler) == (640, 960, "dpmpp-2m-sde-karras")
    assert (found.model, found.model_hash, found.clip_skip) == ("dreamer_8", "6ce0161689", 1)
    assert found.loras == (Lora("ink_v2", 0.8, "1a2b3c"),)
    assert found.lost == ("VAE: sharp.pt",)


def test_older_names_carry_their_schedule_and_new_ones_may_leave_it_to_the_program():
    def scheduler(values: str) -> str:
        found = a1111.read(f"a\nSteps: 4, {values}, Seed: 1, Size: 8x8")
        assert found is not None
        return found.scheduler

    assert scheduler("Sampler: DPM++ 2M Karras") == "dpmpp-2m-karras"
    assert scheduler("Sampler: DPM++ 2M, Schedule type: Automatic") == "dpmpp-2m-karras"
    assert scheduler("Sampler: DPM++ 2M") == "dpmpp-2m"
    assert scheduler("Sampler: Euler a, Schedule type: Automatic") == "euler-ancestral"
    assert scheduler("Sampler: Euler a, Schedule type: SGM Uniform") == "euler-ancestral-trailing"
    assert scheduler("Sampler: DPM++ 2M SGM Uniform") == "dpmpp-2m"
    assert scheduler("Sampler: Euler, Schedule type: Simple") == "euler-trailing"
    assert scheduler("Sampler: Restart") == ""


def test_a_schedule_that_a_sampler_here_does_not_have_is_said():
    for row in ("Simple", "SGM Uniform", "Beta"):
        found = a1111.read(f"a\nSteps: 20, Sampler: DPM++ 2M, Schedule type: {row}")
        assert found is not None
        assert (found.scheduler, found.lost) == ("dpmpp-2m", (f"the schedule {row.lower()} of the sampler DPM++ 2M",))


def test_what_cannot_be_followed_is_said():
    found = a1111.read(
        "a\nSteps: 20, Sampler: Restart, CFG scale: 7, Seed: 4294967296, Size: 64x64, Denoising strength: 0.4, "
        'Hires upscale: 2, ControlNet 0: "Module: canny, Weight: 1"'
    )
    assert found is not None
    assert found.seed is None
    assert found.strength is None, "it is that of the second pass"
    said = "; ".join(found.lost)
    for part in ("sampler Restart", "4294967296", "Hires upscale: 2", "ControlNet 0: Module: canny"):
        assert part in said


def test_the_largest_seed_that_it_draws_is_taken_as_it_is():
    found = a1111.read("a\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 4294967295, Size: 64x64")
    assert found is not None
    assert (found.seed, found.lost) == (2**32 - 1, ())


def test_prompts_may_hold_what_looks_like_values():
    found = a1111.read("Steps: 3, CFG scale: 4, Seed: 5\nSteps: 20, Sampler: Euler, Seed: 1")
    assert found is not None
    assert (found.prompt, found.steps) == ("Steps: 3, CFG scale: 4, Seed: 5", 20)


def test_plain_texts_are_no_recipe():
    assert a1111.read("A walk by the sea, at: dawn") is None
    assert a1111.read("") is None


# Signs that every line can hold; signs of their own syntax are tried above.
_WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" ,.()[]:-'!"), max_size=60)
_NAMES = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=9)
_DIFFUSERS = manifest.read_manifest(Path(manifest.__file__).parent / "diffusers")
_CHOICES = [name for param in _DIFFUSERS.params if param.name == "scheduler" for name in param.choices]
_SCHEDULERS = st.sampled_from([name for name in _CHOICES if name != "auto"])


@given(
    prompt=_WORDS, negative=_WORDS, seed=st.integers(0, 2**32 - 1), steps=st.integers(1, 150),
    guidance=st.floats(0, 30), scheduler=_SCHEDULERS, model=_WORDS,
    loras=st.dictionaries(_NAMES, st.integers(-20, 20).map(lambda n: n / 10), max_size=4),
)  # fmt: skip
def test_what_the_studio_writes_comes_back(prompt, negative, seed, steps, guidance, scheduler, model, loras):
    told = ", ".join(f"{name}:{strength:g}" for name, strength in loras.items())
    params = {
        "prompt": prompt, "negative": negative, "steps": steps, "guidance": guidance, "scheduler": scheduler,
        "lora": told,
    }  # fmt: skip
    recipe = {"engine": "diffusers", "model": model, "seed": seed, "params": params}
    found = a1111.read(writing.parameters(recipe, width=640, height=512))
    assert found is not None
    assert (found.prompt, found.negative) == (" ".join(prompt.split()), " ".join(negative.split()))
    assert (found.seed, found.steps, found.guidance) == (seed, steps, guidance)
    assert (found.scheduler, found.width, found.height) == (scheduler, 640, 512)
    assert [(one.name, f"{one.strength:g}") for one in found.loras] == [(n, f"{s:g}") for n, s in loras.items()]


def test_each_scheduler_has_a_name_there_and_comes_back():
    for name in _CHOICES:
        text = writing.parameters({"params": {"prompt": "a", "steps": 4, "scheduler": name}}, width=8, height=8)
        assert ("Sampler: " in text) == (name != "auto")
        found = a1111.read(text)
        assert found is not None
        assert (found.scheduler, found.lost) == ("" if name == "auto" else name, ())


@given(st.text())
def test_no_text_is_too_strange(text):
    a1111.read(text)
    a1111.read(f"{text}\nSteps: {text}, Seed: {text}, Size: {text}")
