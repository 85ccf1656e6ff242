"""Comparing voices: one or two, or many by name, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.services.tasks import embed
from studio.services.tasks.work import Wish, role_of
from studio.settings import Settings

FILE = Path("a.wav")


def prepare(tmp_path: Path, *roles: str) -> None:
    speaker = find_engines(tmp_path).manifest("speaker")
    embed.prepare(Wish(task="embed", files=dict.fromkeys(roles, FILE)), speaker, Settings())


def test_one_two_or_many(tmp_path):
    for roles in (("source",), ("source", "other"), ("sound:a", "sound:b")):
        prepare(tmp_path, *roles)


@pytest.mark.parametrize("roles", [(), ("other",), ("source", "sound:a")])
def test_what_says_nothing_is_refused(tmp_path, roles):
    with pytest.raises(StudioError) as caught:
        prepare(tmp_path, *roles)
    assert caught.value.hint


def test_a_name_makes_one_of_many():
    many = embed.WORK.roles[embed.SOUND]
    assert role_of(embed.WORK, "sound:abc") is many
    for name in ("sound", "sound:", "sound+2:a", "source:a", "other+2"):
        assert role_of(embed.WORK, name) is None
