"""Recipes as values, and what files from anywhere may pass off as one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from studio.domain import recipe
from studio.domain.recipe import Recipe

_RECIPE = Recipe(
    "speech", "fake", "1", "m", "", {"speed": 1.5, "loud": True, "how": "so", "steps": 7}, 7, "local/cpu", "fp32",
    "MIT", script="Hi. 🎙", cast={"Ada": "plain"}, gaps={"sentence": 0.25, "turn": 0}, rungs=("precision",),
)  # fmt: skip


def test_what_is_written_is_read():
    assert recipe.from_dict(recipe.parsed(_RECIPE.to_json())) == _RECIPE
    assert "loras" not in _RECIPE.to_dict()
    with_lora = replace(_RECIPE, loras={"ink": "0a" * 32})
    assert recipe.from_dict(recipe.parsed(with_lora.to_json())) == with_lora


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": True}, {"seed": -1}, {"seed": 2**32}, {"seed": 10**400}, {"schema": True}, {"schema": 0},
        {"gaps": {"turn": True}}, {"gaps": {"turn": -0.1}}, {"gaps": {"turn": 60.1}}, {"gaps": {"turn": "1"}},
        {"gaps": {"turn": float("nan")}}, {"gaps": {"turn": float("inf")}}, {"gaps": {"turn": 10**400}},
        {"cast": {"Ada": 5}}, {"cast": {"Ada": None}}, {"cast": {"Ada": "x" * 20_001}},
        {"cast": {str(n): "x" for n in range(1001)}},
        {"script": "\ud800"}, {"script": "x" * 1_000_001}, {"engine": "\udfff"}, {"engine": "x" * 20_001},
        {"params": {"x": float("nan")}}, {"params": {"x": 10**400}}, {"params": {"x": {}}}, {"params": {"x": None}},
        {"params": {"\ud800": 1}}, {"rungs": [5]}, {"rungs": ["x"] * 1001}, {"task": 5},
        {"loras": {"ink": "ab"}}, {"loras": {"ink": 5}}, {"loras": ["ink"]}, {"loras": {"ink": "A" * 64}},
    ],
)  # fmt: skip
def test_values_that_nothing_can_work_with_make_it_none(changes):
    assert recipe.from_dict(_RECIPE.to_dict() | changes) is None


@pytest.mark.parametrize(
    "text",
    ['{"a": NaN}', '{"a": [-Infinity]}', '{"a": Infinity}', '{"a": 1e999}', '{"a": "\\ud800"}', "[]", "5", "{", b"\xff",
     '{"a":' * 5000 + "1" + "}" * 5000],
)  # fmt: skip
def test_json_that_could_not_be_written_again_is_none(text):
    assert recipe.parsed(text) is None


def test_json_of_any_kind_is_read():
    assert recipe.parsed(json.dumps({"a": [1, 2.5, None, "ü"]})) == {"a": [1, 2.5, None, "ü"]}
