"""Which picture takes the place of which: a key for each of several, by all that decides about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.domain.requests import Request
from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.services.tasks import image

_ENGINE = find_engines(RESOURCES / "no engines here").manifest("painter")
_PARAMS: dict[str, Any] = {"prompt": "a sea", "width": 64, "height": 64, "count": 4, "batch": 1, "preview": True}
_REQUEST = Request(task="image", engine="painter", params=_PARAMS, seed=7, device="", files={"init": "a.png"})
_IDENTITY = {"engine": "painter", "model": "one", "content": "c", "device": "local/cuda0", "precision": "fp16"}


def _keys(request: Request = _REQUEST, **identity: str) -> tuple[str, ...]:
    plan = image.plan(request, _ENGINE, {**_IDENTITY, **identity})
    assert plan.inputs["keys"] == list(plan.keys)
    assert plan.parts == len(plan.keys)
    return plan.keys


def _with(**params: Any) -> Request:
    return replace(_REQUEST, params={**_PARAMS, **params})


def test_each_of_several_has_a_key_and_the_only_one_has_none() -> None:
    assert len(set(_keys())) == 4
    assert _keys(_with(count=1)) == ()


def test_what_decides_nothing_about_a_picture_changes_no_key() -> None:
    assert _keys(_with(preview=False)) == _keys()
    assert _keys(_with(count=6))[:4] == _keys()
    assert _keys(device="local/cpu", precision="fp32") == _keys()  # where the ladder leads


@pytest.mark.parametrize(
    "other",
    [
        _with(prompt="a lake"), _with(width=72), _with(steps=3), _with(lora="ink:0.5"), _with(batch=2),
        _with(number_format="fp32"), replace(_REQUEST, seed=8), replace(_REQUEST, files={"init": "b.png"}),
        replace(_REQUEST, files={"init": "a.png", "mask": "m.png"}), replace(_REQUEST, device="cpu"),
    ],
)  # fmt: skip
def test_what_decides_about_it_changes_every_key(other: Request) -> None:
    assert not set(_keys(other)) & set(_keys())


def test_so_does_another_model_or_engine() -> None:
    for other in (_keys(engine="other"), _keys(model="other"), _keys(content="other")):
        assert not set(other) & set(_keys())


def test_pictures_that_are_computed_together_hang_on_how_many_there_are() -> None:
    assert not set(_keys(_with(batch=3))) & set(_keys(_with(batch=3, count=5)))
