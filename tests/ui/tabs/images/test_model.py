"""What the room of pictures knows without widgets."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.domain import seeds
from studio.engines.manifest import read_manifest
from studio.services.envelope import Experience, Situation
from studio.ui.tabs.images import experience, making, model
from studio.ui.tabs.images.model import Lora
from studio.worker.failures import UserMistake


@pytest.fixture
def painter():
    return read_manifest(Path(model.__file__).parents[3] / "engines" / "painter")


def test_only_sizes_that_the_engine_makes_are_offered(painter):
    assert ("Cover", 1400, 1400) in model.presets_of(painter)
    small = tuple(replace(p, default=512, max=800) if p.name in {"width", "height"} else p for p in painter.params)
    assert model.presets_of(replace(painter, params=small)) == [("Square", 768, 768)]
    fixed = tuple(p for p in painter.params if p.name != "width")
    assert model.presets_of(replace(painter, params=fixed)) == []


def test_several_pictures_are_one_job_or_several(painter):
    (one,) = model.wishes(painter, {"prompt": "a"}, seed=3, init={}, count=4)
    assert one.seed == 3
    alone = replace(painter, params=tuple(p for p in painter.params if p.name != "count"))
    made = model.wishes(alone, {"prompt": "a"}, seed=3, init={"init": Path("a.png")}, count=4)
    assert made[0].seed == 3
    assert len({wish.seed for wish in made}) == 4
    assert all(wish.files == {"init": Path("a.png")} for wish in made)


@pytest.mark.parametrize(
    ("size", "room", "scale"),
    [
        ((100, 50), (400, 400), 1.0),
        ((800, 400), (400, 400), 0.5),
        ((400, 800), (400, 400), 0.5),
        ((0, 0), (10, 10), 1.0),
    ],
)
def test_a_picture_is_fitted_but_never_blown_up(size, room, scale):
    assert model.fitted(*size, *room) == scale


@pytest.fixture
def diffusers():
    return read_manifest(Path(model.__file__).parents[3] / "engines" / "diffusers")


def test_what_means_nothing_without_a_picture_is_asked_for_as_the_engine_has_it(diffusers):
    values = {"steps": 9, "fit": "outpaint", "place": "left"}
    assert model.in_mode(diffusers, values, started=False) == {"steps": 9, "fit": "crop", "place": "centre"}
    assert model.in_mode(diffusers, values, started=True) == values
    cropped = values | {"fit": "crop"}
    assert model.in_mode(diffusers, cropped, started=True)["place"] == "centre"


def test_what_an_engine_can_is_told_by_its_parameters(diffusers, painter):
    assert (model.takes_loras(diffusers), model.takes_loras(painter)) == (True, False)
    assert (model.continues(diffusers), model.continues(painter)) == (True, False)
    assert model.sides(painter) == (64, 2048)
    assert model.sides(replace(painter, params=())) == (0, 0)
    assert model.needs_prompt({"upscale": "2"}, started=False)
    assert not model.needs_prompt({"upscale": "2"}, started=True)
    assert model.needs_prompt({"upscale": "no"}, started=True)


def test_a_picture_is_enlarged_with_the_words_it_was_made_from(diffusers, painter):
    form = {"prompt": "a cat", "negative": "rain", "width": 512, "fit": "outpaint", "count": 4}
    made = model.enlarging(diffusers, form, {"prompt": "hills", "negative": "fog"})
    assert made == {
        "upscale": "2", "strength": 0.3, "count": 1, "fit": "crop", "prompt": "hills", "negative": "fog",
    }  # fmt: skip
    other = model.enlarging(diffusers, form, {"caption": "hills"})
    assert other["negative"] == "", "nothing of what the form holds by chance"
    assert "fit" not in model.enlarging(painter, form, {}), "nothing that the engine does not know"


def test_an_engine_that_only_enlarges_is_asked_for_that_alone(diffusers, painter):
    engine = read_manifest(Path(model.__file__).parents[3] / "engines" / "swin2sr")
    assert [model.only_enlarges(one) for one in (engine, diffusers, painter)] == [True, False, False]
    assert model.starts_from_picture(engine)
    form = {param.name: param.default for param in engine.params} | {"upscale": "4"}
    asked = form | model.enlarging(engine, form, {"prompt": "hills"})
    assert asked == form | {"upscale": "2"}
    (wish,) = model.wishes(engine, asked, seed=3, init={"init": "a.png"}, count=5)
    assert (wish.engine, wish.params, wish.files) == ("swin2sr", asked, {"init": "a.png"})


def test_loras_are_read_and_spelled_as_an_engine_takes_them():
    text = "paper cut:0.8, ink:-0.25, sun:1"
    assert model.loras_to_text(model.loras_in(text)) == text
    assert model.loras_in(" a:nan, ,b:90, a:0.1") == (Lora("a", 1.0), Lora("b", model.STRONGEST))
    assert model.too_strong("a:10, b:-10.5, c, d:nan, e:11, :30") == [("b", "-10.5"), ("e", "11")]


def test_variations_are_the_same_picture_with_other_seeds():
    recipe = {"engine": "painter", "model": "", "params": {"prompt": "a", "count": 3}, "seed": 5}
    recipe["files"] = {"init": "a.png"}
    recipe["rights"] = {"init": "own work"}
    made = making.variations(recipe, seed=2**31 - 2)
    assert [wish.seed for wish in made] == [seeds.of_take(2**31 - 2, number) for number in range(4)]
    assert all(wish.params == {"prompt": "a", "count": 1} for wish in made)
    assert all((wish.kept, wish.rights) == ({"init": "a.png"}, {"init": "own work"}) for wish in made)


def _known(size, updated, **values):
    return Experience(Situation("diffusers", "sd", size, "local/cuda0", "", "fp16"), updated=updated, **values)


def test_what_was_learned_at_a_size_is_said_with_what_it_started_with():
    crashed = _known("1024x1024", 2.0, rungs=("slicing",), worked=3, dirty=2, dirty_now=2)
    known = [_known("1024x1024", 1.0, worked=1), crashed, _known("512x512", 3.0, worked=5)]
    assert experience.sentence(known, "1024x1024") == (
        "At this size it worked here: in slices. It crashed 2 times in a row while it cleaned up; every picture was"
        " kept. The next one starts with safer settings."
    )
    assert experience.sentence(known, "512x512") == ""
    assert experience.sentence([_known("64x64", 1.0, failures={"hang": 1})], "64x64") == ""


def test_the_form_takes_loras_as_strong_as_the_engine_does():
    file = Path(model.__file__).parents[3] / "engines" / "diffusers" / "order.py"
    spec = importlib.util.spec_from_file_location("diffusers_order", file)
    assert spec is not None
    assert spec.loader is not None
    order = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as known:
        known.setitem(sys.modules, "diffusers_order", order)  # dataclasses look for it there
        spec.loader.exec_module(order)
    for strongest in (model.STRONGEST, -model.STRONGEST):
        assert order.read({"prompt": "a", "lora": f"ink:{strongest}"}, {}, "").loras == (("ink", strongest),)
    with pytest.raises(UserMistake):
        order.read({"prompt": "a", "lora": f"ink:{model.STRONGEST + 0.01}"}, {}, "")
