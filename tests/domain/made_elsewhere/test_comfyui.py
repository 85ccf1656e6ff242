"""ComfyUI's graphs are walked from the sampler, however they are put together."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.made_elsewhere import comfyui
from studio.domain.picture_recipe import Lora, PictureRecipe
from tests.domain.made_elsewhere.graphs import drawing, node, run


def _read(**changes) -> PictureRecipe:
    found = comfyui.read(json.dumps(run(**changes)))
    assert found is not None
    return found


def test_a_plain_graph():
    found = _read()
    assert (found.source, found.negative) == ("ComfyUI", "blurry")
    assert found.prompt == "a (red:1.2) fox \\[in snow\\]", "square brackets mean nothing there"
    assert (found.steps, found.guidance, found.scheduler) == (20, 8.0, "dpmpp-2m-karras")
    assert (found.width, found.height, found.model) == (640, 448, "dreamer")
    assert found.loras == (Lora("ink", 0.7),)
    assert found.seed is None
    assert "156680208700286" in found.lost[0]


def test_values_and_texts_may_stand_in_nodes_of_their_own():
    sampler = {**run()["3"]["inputs"], "seed": ["20", 0]}
    found = _read(
        n3=node("KSampler", **sampler), n20=node("PrimitiveInt", value=["21", 0]), n21=node("Seed", seed=5),
        n6=node("CLIPTextEncode", text=["22", 0], clip=["23", 0]), n22=node("Text Multiline", text="a boat"),
        n23=node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=["10", 1]),
    )  # fmt: skip
    assert (found.seed, found.prompt, found.clip_skip) == (5, "a boat", 1)


def test_a_schedule_from_the_noisiest_moment_on_is_told_by_the_schedulers_that_have_it():
    def sampled(name: str) -> PictureRecipe:
        inputs = {**run()["3"]["inputs"], "seed": 1, "sampler_name": name, "scheduler": "sgm_uniform"}
        return _read(n3=node("KSampler", **inputs))

    for theirs, ours in (("euler", "euler"), ("euler_ancestral", "euler-ancestral"), ("ddim", "ddim")):
        assert (sampled(theirs).scheduler, sampled(theirs).lost) == (f"{ours}-trailing", ())
    assert (sampled("heun").scheduler, sampled("heun").lost) == (
        "heun", ("the schedule sgm_uniform of the sampler heun",),
    )  # fmt: skip


def test_samplers_of_several_nodes():
    found = _read(
        n3=node(
            "SamplerCustomAdvanced", noise=["30", 0], guider=["31", 0], sampler=["32", 0], sigmas=["33", 0],
            latent_image=["5", 0],
        ),
        n30=node("RandomNoise", noise_seed=11), n31=node("BasicGuider", model=["40", 0], conditioning=["34", 0]),
        n32=node("KSamplerSelect", sampler_name="euler"),
        n33=node("BasicScheduler", scheduler="simple", steps=4, denoise=1, model=["40", 0]),
        n34=node("FluxGuidance", guidance=3.5, conditioning=["6", 0]),
        n40=node("UNETLoader", unet_name="flux1-schnell.safetensors"), n7=None, n10=None,
    )  # fmt: skip
    assert (found.seed, found.steps, found.scheduler, found.guidance) == (11, 4, "euler-trailing", 3.5)
    assert (found.model, found.prompt) == ("flux1-schnell", "a (red:1.2) fox \\[in snow\\]")
    assert not any("schedule" in lost for lost in found.lost)


def test_of_two_passes_the_first_says_the_size_and_seed():
    second = {**run()["3"]["inputs"], "seed": 2, "steps": 9, "denoise": 0.4, "latent_image": ["50", 0]}
    first = {**run()["3"]["inputs"], "seed": 1}
    found = _read(
        n3=node("KSampler", **first), n50=node("LatentUpscale", samples=["3", 0], width=1280, height=896),
        n51=node("KSampler", **second), n8=node("VAEDecode", samples=["51", 0], vae=["4", 2]),
    )  # fmt: skip
    assert (found.seed, found.steps, found.width) == (1, 20, 640)
    assert any("further pass" in lost for lost in found.lost)
    assert found.strength is None


def test_a_start_picture_is_said_with_its_strength():
    sampler = {**run()["3"]["inputs"], "seed": 1, "denoise": 0.55, "latent_image": ["60", 0]}
    found = _read(
        n3=node("KSampler", **sampler), n60=node("VAEEncode", pixels=["61", 0], vae=["4", 2]),
        n61=node("LoadImage", image="cat.png"), n5=None,
    )  # fmt: skip
    assert (found.strength, found.width) == (0.55, None)
    assert "the picture that it started from" in found.lost


def test_conditionings_are_followed_and_additions_said():
    sampler = {**run()["3"]["inputs"], "seed": 1, "positive": ["70", 0], "negative": ["70", 1]}
    found = _read(
        n3=node("KSampler", **sampler),
        n70=node("ControlNetApplyAdvanced", positive=["71", 0], negative=["72", 0], control_net=["73", 0]),
        n71=node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["74", 0]),
        n72=node("ConditioningZeroOut", conditioning=["7", 0]),
        n74=node("CLIPTextEncode", text="stars", clip=["10", 1]),
    )  # fmt: skip
    assert found.prompt == "a (red:1.2) fox \\[in snow\\], stars"
    assert found.negative == ""
    assert "ControlNet" in found.lost


def test_a_drawing_is_read_where_nothing_else_is_there():
    found = comfyui.read_drawing(json.dumps(drawing()))
    assert found is not None
    assert (found.prompt, found.negative, found.model) == ("a heron", "fog", "other")
    assert (found.seed, found.steps, found.guidance, found.scheduler) == (77, 12, 6.5, "euler-ancestral")
    assert (found.width, found.height) == (512, 768)
    assert found.loras == (), "what is bypassed did nothing"


def test_numbers_that_json_does_not_know_do_no_harm():
    text = json.dumps(run(n3={**run()["3"], "is_changed": [float("nan")]}))
    assert "NaN" in text
    assert comfyui.read(text) is not None


def test_circles_end():
    round_and_round = {
        "1": node("KSampler", seed=["1", 0], steps=["2", 0], model=["2", 0], positive=["3", 0], latent_image=["1", 0]),
        "2": node("LoraLoader", lora_name="ink", model=["2", 0], value=["2", 0]),
        "3": node("ConditioningCombine", conditioning_1=["3", 0], conditioning_2=["4", 0]),
        "4": node("CLIPTextEncode", text="a", clip=["5", 0], conditioning=["3", 0]),
        "5": node("CLIPSetLastLayer", clip=["5", 0]),
    }
    found = comfyui.read(json.dumps(round_and_round))
    assert found is not None
    assert (found.prompt, found.seed, found.loras) == ("a", None, (Lora("ink"),))


def test_depth_and_size_have_an_end():
    assert comfyui.read('{"a":' * 100_000) is None
    assert comfyui.read('{"a":' * 20_000 + "1" + "}" * 20_000) is None
    chain = {str(n): node("Reroute", model=[str(n + 1), 0], latent_image=[str(n + 1), 0]) for n in range(20_000)}
    assert comfyui.read(json.dumps({**chain, "0": node("KSampler", seed=1, steps=["1", 0], latent_image=["1", 0])}))


_LINK = st.tuples(st.sampled_from([str(n) for n in range(6)]), st.just(0)).map(list)
_INPUTS = st.sampled_from([
    "model", "positive", "negative", "latent_image", "seed", "noise", "guider", "sampler", "sigmas", "text", "clip",
    "conditioning", "steps", "cfg", "lora_name", "ckpt_name", "value", "width", "height", "images", "",
])  # fmt: skip
_VALUES = _LINK | st.integers() | st.floats() | st.text(max_size=5) | st.none() | st.lists(st.integers(), max_size=3)
_KINDS = st.sampled_from(["KSampler", "SaveImage", "EmptyLatentImage", "CLIPTextEncode", "X"])
_NODES = st.builds(lambda kind, inputs: node(kind, **inputs), _KINDS, st.dictionaries(_INPUTS, _VALUES, max_size=6))


@given(st.dictionaries(st.sampled_from([str(n) for n in range(6)]), _NODES))
def test_any_tangle_of_nodes_ends(nodes):
    comfyui.read(json.dumps(nodes))


_DRAWN = st.tuples(st.integers(0, 5), _KINDS, st.dictionaries(_INPUTS, st.integers(0, 9), max_size=4))
_LINKS = st.lists(st.integers(0, 9) | st.text(max_size=2), max_size=6)


@given(st.lists(_DRAWN), st.lists(_LINKS), st.lists(_VALUES, max_size=8))
def test_any_drawing_ends(drawn, links, values):
    nodes = [
        {"id": n, "type": kind, "inputs": [{"name": k, "link": v} for k, v in given.items()], "widgets_values": values}
        for n, kind, given in drawn
    ]
    comfyui.read_drawing(json.dumps({"nodes": nodes, "links": links}))
