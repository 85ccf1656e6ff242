"""Tests of the table of effects."""

from __future__ import annotations

import pytest

from studio.domain import effects
from studio.errors import StudioError


@pytest.mark.parametrize("kind", effects.KINDS)
def test_settings_are_whole(kind: str) -> None:
    settings = effects.KINDS[kind]
    assert len({s.name for s in settings}) == len(settings)
    for setting in settings:
        assert setting.low <= setting.default <= setting.high
        assert setting.title
    effects.check(kind, effects.full(kind, {}))


def test_full_keeps_what_is_given() -> None:
    found = effects.full("limiter", {"threshold_db": -9.0})
    assert found == {"threshold_db": -9.0, "release_ms": 100.0}


@pytest.mark.parametrize(
    ("kind", "settings", "told"),
    [
        ("fuzz", {}, "no effect 'fuzz'"),
        ("eq", {"treble": 1.0}, "no setting 'treble'"),
        ("gate", {"ratio": 0.5}, "not between 1 and 100"),
        ("delay", {"mix": float("nan")}, "not between"),
        ("delay", {"seconds": float("inf")}, "not between"),
    ],
)
def test_what_there_is_not(kind: str, settings: dict[str, float], told: str) -> None:
    with pytest.raises(StudioError, match=told) as caught:
        effects.check(kind, settings)
    assert caught.value.hint
