"""The line of parameters as other programs read it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export import a1111

# How the program that began with this reads a line's pairs.
_PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def _read(text: str) -> tuple[str, str, dict[str, str]]:
    *lines, last = text.split("\n")
    prompt, negative = [], []
    for line in lines:
        (negative if negative or line.startswith("Negative prompt:") else prompt).append(line)
    return "\n".join(prompt), "\n".join(negative)[16:].strip(), dict(_PAIR.findall(last))


def test_the_whole_line():
    params = {"prompt": "a cat", "negative": "dogs", "steps": 20, "sampler": "Euler a", "guidance": 7.0}
    recipe = {"engine": "diffusers", "engine_version": "2", "model": "sd, 1.5", "seed": 7, "params": params}
    assert a1111.parameters(recipe, width=512, height=768) == (
        "a cat\nNegative prompt: dogs\n"
        'Steps: 20, Sampler: Euler a, CFG scale: 7.0, Seed: 7, Size: 512x768, Model: "sd, 1.5", '
        "Version: Angen Studio diffusers 2"
    )


def test_schedulers_and_additions_have_their_names_there():
    params = {"prompt": "a cat", "scheduler": "dpmpp-2m-sde-karras", "lora": "ink:0.3, paper-cut", "clip_skip": 1}
    told = a1111.parameters({"engine": "diffusers", "params": params}, width=64, height=64)
    prompt, _, values = _read(told)
    assert prompt == "a cat <lora:ink:0.3><lora:paper-cut:1>"
    assert (values["Sampler"], values["Schedule type"], values["Clip skip"]) == ("DPM++ 2M SDE", "Karras", "2")
    trailing = a1111.parameters({"params": {"scheduler": "euler-trailing"}}, width=64, height=64)
    assert "Sampler: Euler, Schedule type: SGM Uniform, " in trailing
    assert "Schedule" not in a1111.parameters({"params": {"scheduler": "euler-ancestral"}}, width=64, height=64)
    assert "Sampler" not in a1111.parameters({"params": {"scheduler": "auto"}}, width=64, height=64)


@given(prompt=st.text(), negative=st.text())
def test_no_prompt_passes_for_something_else(prompt, negative):
    recipe = {"engine": "painter", "seed": 3, "params": {"prompt": prompt, "negative": negative}}
    read_prompt, read_negative, values = _read(a1111.parameters(recipe, width=64, height=64))
    if not prompt.strip().startswith("Negative prompt:"):
        assert read_prompt == " ".join(prompt.split())
    assert read_negative == " ".join(negative.split()) or prompt.strip().startswith("Negative prompt:")
    assert values["Seed"] == "3"
    assert values["Size"] == "64x64"


def test_the_seed_of_one_of_several_is_its_own():
    assert "Seed: 99" in a1111.parameters({"seed": 3, "engine": "painter"}, width=64, height=64, seed=99)
