"""Settings: values of the right kind in their ranges, and only what differs is kept."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.settings import Settings, changed, to_dict, with_device, with_value, with_values

_NAMES = [f"{group}.{name}" for group, values in to_dict(Settings()).items() for name in values]


def _value(settings, name):
    group, _, field = name.partition(".")
    return to_dict(settings)[group][field]


def _tried(name, value):
    try:
        return with_value(Settings(), name, value), None
    except StudioError as e:
        return Settings(), e


@pytest.mark.parametrize("name", _NAMES)
def test_every_setting_says_what_it_is_for_and_takes_its_own_default(name):
    group, _, field = name.partition(".")
    (spec,) = [f for f in fields(getattr(Settings(), group)) if f.name == field]
    assert spec.metadata["help"]
    default = _value(Settings(), name)
    assert with_value(Settings(), name, default) == Settings()
    assert with_value(Settings(), name, str(default)) == Settings()


@given(st.sampled_from(_NAMES), st.one_of(st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_taken_within_its_range_or_refused_with_a_hint(name, value):
    after, refused = _tried(name, value)
    if refused is not None:
        assert name in refused.message
        assert refused.hint
        return
    found = _value(after, name)
    assert type(found) is type(_value(Settings(), name))
    assert found == found
    assert with_value(Settings(), name, found) == after
    others = {n for n in _NAMES if _value(after, n) != _value(Settings(), n)}
    assert others <= {name}


@pytest.mark.parametrize("value", ["-0.1", "10.01", "inf", "-inf", "nan"])
def test_a_value_out_of_range_names_the_range(value):
    with pytest.raises(StudioError) as raised:
        with_value(Settings(), "speech.turn_gap", value)
    assert value == "nan" or "from 0.0 to 10.0" in raised.value.message


def test_a_number_that_is_no_choice_names_those_there_are():
    with pytest.raises(StudioError, match="one of 100, 115, 130, 150, not 125"):
        with_value(Settings(), "window.text_size", 125)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "speech",
        "speech.",
        ".turn_gap",
        "speech.turn_gap.x",
        "__class__.x",
        "__doc__.x",
        "__class__.speech",
        "x.y",
    ],
)
def test_unknown_names_are_refused_with_all_there_are(name):
    with pytest.raises(StudioError) as raised:
        with_value(Settings(), name, "1")
    assert all(known in raised.value.hint for known in _NAMES)


def test_single_engines_have_devices_of_their_own_and_lose_them_again():
    settings = with_device(with_device(Settings(), "xtts", "cpu"), "dia", "local/cuda1")
    assert settings.engines.devices == "dia=local/cuda1 xtts=cpu"
    assert settings.engines.by_engine == {"dia": "local/cuda1", "xtts": "cpu"}
    assert with_device(with_device(settings, "dia", ""), "xtts", "") == Settings()


@pytest.mark.parametrize("value", ["dia", "=cpu", "dia=", "dia=cpu,xtts=cpu", "dia=cpu=cuda", "dia =cpu"])
def test_devices_of_single_engines_have_one_form(value):
    with pytest.raises(StudioError, match=r"engines\.devices") as raised:
        with_value(Settings(), "engines.devices", value)
    assert "dia=cuda1 xtts=cpu" in raised.value.hint


def test_only_what_differs_is_kept():
    assert changed(Settings()) == {}
    settings = with_value(Settings(), "engines.allow_cpu", "off")
    assert changed(settings) == {"engines": {"allow_cpu": False}}
    assert with_values(Settings(), changed(settings)) == (settings, [])


def test_values_of_a_file_are_taken_one_by_one():
    settings, wrong = with_values(Settings(), {"speech": {"turn_gap": 1, "nothing": 1}, "engines": {"threads": "many"}})
    assert changed(settings) == {"speech": {"turn_gap": 1.0}}
    assert len(wrong) == 2
