"""What InvokeAI writes and wrote is read."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.made_elsewhere import invokeai
from studio.domain.picture_recipe import Lora
from tests.domain.made_elsewhere.texts import INVOKEAI


def test_today():
    found = invokeai.read(json.dumps(INVOKEAI))
    assert found is not None
    assert found.source == "InvokeAI"
    assert found.prompt == "a (fox:1.21) in (deep snow:1.3), well-known-"
    assert (found.negative, found.seed, found.steps, found.guidance) == ("fog", 42, 30, 7.5)
    assert (found.width, found.height, found.scheduler, found.clip_skip) == (768, 512, "dpmpp-2m-karras", 1)
    assert (found.model, found.model_hash) == ("Dreamer", "blake3:abc")
    assert found.loras == (Lora("ink", 0.75, "blake3:def"),)
    assert found.lost == ("ControlNet",)


def test_three():
    changes = {
        "model": {"model_name": "old-one", "base_model": "sd-1", "model_type": "main"},
        "loras": [{"lora": {"model_name": "paper", "base_model": "sd-1"}, "weight": -0.5}],
        "scheduler": "euler_a", "controlnets": [], "generation_mode": "img2img", "strength": 0.4,
    }  # fmt: skip
    found = invokeai.read(json.dumps({**INVOKEAI, **changes}))
    assert found is not None
    assert (found.model, found.loras, found.scheduler) == ("old-one", (Lora("paper", -0.5),), "euler-ancestral")
    assert (found.strength, found.lost) == (0.4, ("the picture that it started from",))


def test_two():
    image = {
        "prompt": [{"prompt": "a barn [cows, mud] at dusk", "weight": 1}], "steps": 50, "cfg_scale": 7.5,
        "height": 512, "width": 448, "seed": 9, "sampler": "k_euler_a", "type": "txt2img",
    }  # fmt: skip
    found = invokeai.read_older(
        json.dumps({"model": "stable diffusion", "model_weights": "sd-1.4", "model_hash": "fe4e", "image": image})
    )
    assert found is not None
    assert (found.prompt, found.negative) == ("a barn at dusk", "cows, mud")
    assert (found.scheduler, found.model, found.model_hash, found.seed) == ("euler-ancestral", "sd-1.4", "fe4e", 9)


def test_a_dream():
    found = invokeai.read_dream('"a "quoted" barn [cows]" -s 50 -S1234 -W 512 -H448 -C 7.5 -A k_lms -f 0.6')
    assert found is not None
    assert (found.prompt, found.negative) == ('a "quoted" barn', "cows")
    assert (found.steps, found.seed, found.width, found.height) == (50, 1234, 512, 448)
    assert (found.guidance, found.scheduler, found.strength) == (7.5, "lms", 0.6)


def test_other_texts_are_no_recipe():
    for text in ("", "[]", "{}", '"a"', '{"image": 3}', "-s 5", '{"positive_prompt": 7}'):
        assert invokeai.read(text) is None
        assert invokeai.read_older(text) is None
        assert invokeai.read_dream(text) is None


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries(dict.fromkeys(INVOKEAI, _ANYTHING)), st.text())
def test_nothing_inside_is_too_strange(table, text):
    invokeai.read(json.dumps(table))
    invokeai.read_older(json.dumps({"image": {**table, "prompt": table["positive_prompt"]}}))
    invokeai.read_dream(text)
    invokeai.read_dream(f'"a" {text} -S {text}')
