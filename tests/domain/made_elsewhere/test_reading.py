"""Which of the texts in a picture is believed."""

from __future__ import annotations

import json

from studio.domain import picture_recipe
from studio.domain.made_elsewhere import reading
from tests.domain.made_elsewhere.graphs import drawing, run

OWN = {
    "task": "image", "engine": "painter", "engine_version": "1", "model": "", "revision": "", "seed": 7,
    "device": "local/cpu", "precision": "fp32", "licence": "x",
    "params": {
        "prompt": "a cat", "negative": "dogs", "width": 320, "height": 256, "count": 1, "style": "ink",
        "strength": 0.6, "lora": "ink:0.5, paper", "scheduler": "auto",
    },
}  # fmt: skip


def test_our_own_recipe_comes_first_with_all_that_its_engine_knows():
    found = reading.read(OWN, {"parameters": "b\nSteps: 1, Seed: 2, Size: 3x4"}, (9, 9))
    assert found is not None
    assert (found.source, found.prompt, found.engine, found.more) == (
        "Angen Studio",
        "a cat",
        "painter",
        {"style": "ink"},
    )
    assert (found.seed, found.width, found.height, found.scheduler) == (7, 320, 256, "")
    assert [(one.name, one.strength) for one in found.loras] == [("ink", 0.5), ("paper", 1.0)]
    assert found.strength is None, "nothing was started from"


def test_a_start_picture_is_lost_and_its_strength_is_not():
    found = reading.read({**OWN, "files": {"init": "ab" * 32 + ".png"}}, {}, (9, 9))
    assert found is not None
    assert (found.strength, found.lost) == (0.6, ("the picture that it started from",))


def test_no_folder_of_this_computer_comes_out_of_a_picture():
    found = reading.read({**OWN, "params": {**OWN["params"], "model": "/etc"}}, {}, (9, 9))
    assert found is not None
    assert "model" not in found.more


def test_a_recipe_that_says_far_too_much_is_cut():
    long = {f"{n}" * 5_000: 1 for n in range(9)} | {"said": "x" * 20_000}
    many = {f"further {n}": n for n in range(900)}
    loras = ",".join(f"lora{n}" for n in range(2_000))
    params = {**OWN["params"], **long, **many, "scheduler": "y" * 20_000, "lora": loras}
    found = reading.read({**OWN, "params": params}, {}, (9, 9))
    assert found is not None
    assert found.more == {"style": "ink", **{f"further {n}": n for n in range(49)}}
    assert (len(found.scheduler), len(found.loras), len(found.lost)) == (60, 10, 20)


def test_other_texts_follow_in_their_order_and_the_size_is_the_pictures_own():
    graph, drawn = json.dumps(run()), json.dumps(drawing())
    line = "b\nSteps: 1, Sampler: Euler, Seed: 2"
    for texts, source in (
        ({"prompt": graph, "parameters": line}, "A1111"),
        ({"workflow": drawn, "prompt": graph}, "ComfyUI"),
        ({"workflow": drawn, "prompt": "just words"}, "ComfyUI"),
        ({"dream": '"a" -s 5 -S 6', "sd-metadata": "{}"}, "InvokeAI"),
    ):
        found = reading.read(None, texts, (30, 20))
        assert found is not None
        assert found.source == source
    plain = reading.read({"task": "speech"}, {"parameters": line}, (30, 20))
    assert plain is not None
    assert (plain.width, plain.height) == (30, 20)
    assert reading.read(None, {"parameters": "words", "prompt": "[]"}, (30, 20)) is None


def test_it_crosses_between_processes_whole():
    found = reading.read(OWN, {}, (9, 9))
    assert found is not None
    assert picture_recipe.from_dict(json.loads(json.dumps(found.to_dict()))) == found
