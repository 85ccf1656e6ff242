"""What is measured: sizes, steps, seconds of sound, checked before anything is started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.errors import StudioError
from studio.services.benchmark_order import BenchmarkOrder, prepared, shortened


def _order(studio: Studio, engine: str, **wanted: object) -> BenchmarkOrder:
    return prepared(studio.registry.manifest(engine), studio.settings, **wanted)  # type: ignore[arg-type]


def test_without_a_word_the_usual_sizes_and_steps_are_measured_the_smallest_first(studio: Studio) -> None:
    order = _order(studio, "diffusers")
    assert [(piece.size, piece.steps) for piece in order.pieces] == [
        (f"{side}x{side}", steps) for side in (512, 640, 768, 896, 1024) for steps in (10, 20, 50)
    ]
    assert order.pieces[0].params["width"] == 512
    assert order.pieces[0].params["steps"] == 10
    assert order.pieces[0].params["prompt"]
    assert [piece.units / order.pieces[0].units for piece in (*order.pieces[:3], order.pieces[-3])] == [1, 2, 5, 4]


def test_sizes_may_have_two_sides_and_double_ones_count_once(studio: Studio) -> None:
    order = _order(studio, "painter", sizes=["256", "128x96", "256x256"])
    assert [(piece.size, piece.steps) for piece in order.pieces] == [("128x96", None), ("256x256", None)]
    assert (order.pieces[0].params["width"], order.pieces[0].params["height"]) == (128, 96)


def test_sizes_of_sounds_are_seconds(studio: Studio) -> None:
    assert [piece.params["duration"] for piece in _order(studio, "acestep", steps=[8]).pieces] == [10.0, 30.0]
    spoken = _order(studio, "kokoro", sizes=["10", "3"]).pieces
    assert [piece.size for piece in spoken] == ["3", "10"]
    assert len(spoken[1].script) == pytest.approx(150, abs=20)
    assert [(piece.size, piece.steps) for piece in _order(studio, "verses").pieces] == [("", None)]


def test_own_models_and_values_are_taken(studio: Studio, tmp_path: Path) -> None:
    order = _order(studio, "diffusers", sizes=["64"], params={"model": str(tmp_path), "guidance": "3", "steps": 7})
    assert order.model == str(tmp_path)
    assert order.pieces[0].params["guidance"] == 3.0
    assert [piece.params["steps"] for piece in order.pieces] == [10, 20, 50]


def test_what_nobody_says_is_as_the_model_wants_it(studio: Studio) -> None:
    (piece,) = _order(studio, "diffusers", sizes=["64"], steps=[2], params={"model": "sdxl-turbo"}).pieces
    assert (piece.params["guidance"], piece.params["width"], piece.params["steps"]) == (0.0, 64, 2)


def test_what_nobody_says_is_as_the_model_that_is_loaded_wants_it(studio: Studio) -> None:
    order = _order(studio, "diffusers", sizes=["64"], steps=[2], loaded="sdxl-turbo")
    assert (order.model, order.pieces[0].params["guidance"]) == ("sdxl-turbo", 0.0)
    named = {"model": "sd-1.5"}
    order = _order(studio, "diffusers", sizes=["64"], steps=[2], loaded="sdxl-turbo", params=named)
    assert (order.model, order.pieces[0].params["guidance"]) == ("sd-1.5", 7.0)


@pytest.mark.parametrize(
    ("engine", "wanted", "little"),
    [
        ("diffusers", {"sizes": ["512x768"], "steps": [20]}, {"width": 512, "height": 768, "steps": 2}),
        ("diffusers", {"sizes": ["512"], "steps": [1]}, {"width": 512, "height": 512, "steps": 1}),
        ("stableaudio", {"sizes": ["30"], "steps": [50]}, {"duration": 2.0, "steps": 4}),
        ("acestep", {"sizes": ["30"], "steps": [8]}, {"duration": 10.0, "steps": 2}),
        ("composer", {"sizes": ["1"]}, {"duration": 1.0}),
    ],
)
def test_something_little_has_the_same_size_but_few_steps_and_seconds(
    studio: Studio, engine: str, wanted: dict[str, object], little: dict[str, object]
) -> None:
    order = _order(studio, engine, **wanted)
    piece = order.pieces[0]
    short = shortened(order.manifest, piece)
    assert short.params == {**piece.params, **little}
    assert (short.size, short.steps) == (piece.size, little.get("steps"))
    assert short.units <= piece.units


def test_where_an_engine_says_no_lowest_value_something_little_is_as_much(studio: Studio) -> None:
    order = _order(studio, "diffusers", sizes=["64"], steps=[1])
    few = tuple(replace(p, default=1, min=None, max=1) if p.name == "steps" else p for p in order.manifest.params)
    assert shortened(replace(order.manifest, params=few), order.pieces[0]).params["steps"] == 1


def test_something_little_to_say_is_one_sentence(studio: Studio) -> None:
    order = _order(studio, "kokoro", sizes=["10"])
    short = shortened(order.manifest, order.pieces[0])
    assert 0 < len(short.script) < 30 < len(order.pieces[0].script)
    assert short.params == order.pieces[0].params


def test_an_engine_that_none_of_the_usual_sizes_fits_is_told(studio: Studio) -> None:
    manifest = studio.registry.manifest("painter")
    sides = {"width", "height"}
    narrow = tuple(replace(p, default=64, max=64) if p.name in sides else p for p in manifest.params)
    with pytest.raises(StudioError, match="None of the usual sizes"):
        prepared(replace(manifest, params=narrow), studio.settings)


@pytest.mark.parametrize(
    ("engine", "wanted", "words"),
    [
        ("painter", {"sizes": ["9000"]}, "width is a whole number from 64 to 2048"),
        ("painter", {"sizes": ["big"]}, "'big' is no size"),
        ("painter", {"steps": [5]}, "has no steps"),
        ("diffusers", {"steps": [0]}, "steps is a whole number from 1 to 150"),
        ("diffusers", {"sizes": [str(64 + n) for n in range(70)]}, "64 is the most"),
        ("acestep", {"sizes": ["2"]}, "duration is a number from 10"),
        ("acestep", {"sizes": ["long"]}, "'long' is no length"),
        ("verses", {"sizes": ["5"]}, "has no size"),
        ("whisper", {}, "works on recordings"),
        ("painter", {"params": {"model": "/nowhere"}}, "/nowhere does not exist"),
        ("painter", {"params": {"colour": "red"}}, "colour"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_begins(
    studio: Studio, engine: str, wanted: dict[str, object], words: str
) -> None:
    with pytest.raises(StudioError, match=words):
        _order(studio, engine, **wanted)
