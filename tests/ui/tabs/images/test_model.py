"""What the room of pictures knows without widgets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines.manifest import read_manifest
from studio.ui.tabs.images import model


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
