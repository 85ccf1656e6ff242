"""Wishes for music: which files an engine takes, and what it is to do with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services.tasks import music
from studio.services.tasks.work import Wish
from studio.settings import Settings

_ENGINES = find_engines(RESOURCES / "no engines here")
_SONG = {"source": Path("song.wav")}


def _engine(name: str) -> Manifest:
    return _ENGINES.manifest(name)


def _prepared(engine: str, **wish: Any) -> dict[str, Any]:
    return music.prepare(Wish(task="music", script="La", **wish), _engine(engine), Settings())


@pytest.mark.parametrize("mode", ["cover", "repaint", "extend"])
def test_a_song_and_what_to_do_with_it_go_together(mode: str):
    assert _prepared("acestep", params={"mode": mode}, files=_SONG) == {"script": "La"}
    assert _prepared("acestep", params={"mode": mode}, kept={"source": "0" * 64 + ".wav"}) == {"script": "La"}
    with pytest.raises(StudioError, match=f"no song for the mode {mode}"):
        _prepared("acestep", params={"mode": mode})


@pytest.mark.parametrize("params", [{}, {"mode": "song"}])
def test_a_song_alone_says_too_little(params: dict[str, object]):
    assert _prepared("acestep", params=params, files={"reference": Path("like.wav")}) == {"script": "La"}
    with pytest.raises(StudioError, match="not said what to do") as told:
        _prepared("acestep", params=params, files=_SONG)
    assert "cover, repaint, extend" in told.value.hint


@pytest.mark.parametrize("role", ["source", "reference"])
def test_an_engine_that_takes_no_such_file_says_so(role: str):
    with pytest.raises(StudioError, match=f"The engine composer takes no {role}"):
        _prepared("composer", files={role: Path("a.wav")})


@pytest.mark.parametrize(
    ("mode", "files", "units"),
    [
        ("song", {}, 30.0), ("song", {"reference": "x"}, 30.0), ("extend", {"source": "x"}, 30.0),
        ("cover", {"source": "x"}, 0.0), ("repaint", {"source": "x", "reference": "y"}, 0.0),
    ],
)  # fmt: skip
def test_the_work_is_the_length_that_is_asked_for_and_unknown_where_a_song_has_one(mode, files, units):
    params = {"duration": 30.0, "mode": mode}
    plan = music.plan(Request("music", "acestep", params, 1, script="La", files=files), _engine("acestep"), {})
    assert (plan.units, plan.by_files) == (units, False)
