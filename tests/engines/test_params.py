"""Parameters: one place checks them, and says the range."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines import params
from studio.engines.params import Param
from studio.errors import StudioError

PARAMS = (
    Param("steps", "int", 20, min=1, max=100),
    Param("scale", "float", 3.0, min=1.0, max=10.0),
    Param("loud", "bool", default=False),
    Param("style", "choice", "calm", choices=("calm", "wild")),
    Param("prompt", "text", ""),
    Param("tempo", "float", 0.0, min=0.0, max=300.0, least=30.0),
)


def _complete(**given_values: object) -> dict[str, params.Value]:
    return params.complete(PARAMS, given_values, engine="hum")


def test_defaults_and_texts() -> None:
    assert _complete() == {"steps": 20, "scale": 3.0, "loud": False, "style": "calm", "prompt": "", "tempo": 0.0}
    assert _complete(steps="7", scale="2.5", loud="yes", style="wild", prompt="5") == {
        "steps": 7, "scale": 2.5, "loud": True, "style": "wild", "prompt": "5", "tempo": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("steps", "0", "from 1 to 100, not 0"),
        ("steps", "101", "from 1 to 100, not 101"),
        ("steps", "9" * 400, "from 1 to 100"),
        ("steps", "2.5", "whole number"),
        ("steps", True, "whole number"),
        ("scale", "nan", "from 1.0 to 10.0"),
        ("scale", "inf", "from 1.0 to 10.0"),
        ("scale", "lots", "from 1.0 to 10.0"),
        ("tempo", "29.9", "from 30.0 to 300.0, or 0.0, not 29.9"),
        ("tempo", "-1", "from 30.0 to 300.0, or 0.0, not -1"),
        ("tempo", "301", "from 30.0 to 300.0, or 0.0, not 301"),
        ("loud", "perhaps", "yes or no"),
        ("style", "wilt", "did you mean wild"),
        ("stps", "5", "no parameter 'stps'"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_range(name: str, value: object, said: str) -> None:
    with pytest.raises(StudioError) as caught:
        _complete(**{name: value})
    assert said in caught.value.message
    assert caught.value.hint


def test_a_number_may_stand_for_none_below_the_smallest() -> None:
    assert [_complete(tempo=text)["tempo"] for text in ("0", "30", "300")] == [0.0, 30.0, 300.0]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.sampled_from([p.name for p in PARAMS]),
    st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text())),
)
def test_what_is_accepted_fits(name: str, value: object) -> None:
    try:
        done = _complete(**{name: value})
    except StudioError:
        return
    param = next(p for p in PARAMS if p.name == name)
    assert not param.problem(done[name])


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "int", "default": 0, "min": 1},
        {"type": "int", "default": 1.5},
        {"type": "choice", "default": "a"},
        {"type": "choice", "default": "c", "choices": ("a", "b")},
        {"type": "thing", "default": 1},
        {"type": "int", "default": 1, "at": "noon"},
        {"type": "int", "default": 1, "max": "much"},
        {"type": "int", "default": 0, "least": "some"},
    ],
)
def test_a_description_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="param 'x'"):
        Param("x", **wrong)  # type: ignore[arg-type]
