"""Who and what is in an export."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from studio.domain.export.credits import attributions, page, roll_up, verdict
from studio.domain.export.heard import heard
from studio.domain.project import Picture, Project, Take, Track
from studio.domain.recipe import canonical
from tests.domain.export.projects import SECOND, clip, media

_RECIPE = {"schema": 1, "task": "speech", "engine": "kokoro", "model": "kokoro-82m", "seed": 7, "licence": "Apache-2.0",
           "script": "Hello. " * 200, "cast": {"S1": "af_heart"}, "params": {"speed": 1.0}}  # fmt: skip
_ALL = (0, 10 * SECOND)


def _project(**licences: str) -> Project:
    return Project(
        "Show",
        media=(
            media(1, name="hello.wav", recipe=_RECIPE, licence=licences.get("speech", "")),
            media(2, name="jingle.mp3", licence=licences.get("jingle", "CC0-1.0")),
        ),
        takes=(Take("t1", "m1", "Ada", "Hello."),),
        tracks=(
            Track("k1", "Talk", clips=(clip(1, 1, 2, take="t1"), clip(3, 5, 2, take="t1"))),
            Track("k2", "Music", clips=(clip(2, 2, 2, media="m2", name="Jingle"),)),
        ),
    )


def _rolled(project, most=1_000_000, start=0, **settings):
    clips = heard(project, start, _ALL[1])
    return roll_up(project, clips, start=start, end=_ALL[1], settings=settings, most_bytes=most)


def test_the_recipe_tells_every_clip():
    found = _rolled(_project(), kind="mp3")
    assert found | {"clips": []} == {
        "schema": 1, "task": "export", "project": "Show", "rate": 48_000, "start": 0, "length": 480_000,
        "settings": {"kind": "mp3"}, "commercial": "yes", "clips": [],
    }  # fmt: skip
    assert found["clips"][1] == {
        "number": 2, "clip": "c2", "track": "Music", "start": 96_000, "length": 96_000, "media": "jingle.mp3",
        "recipe": None, "licence": "CC0-1.0",
    }  # fmt: skip
    assert found["clips"][0]["recipe"] == _RECIPE
    assert found["clips"][0]["licence"] == "Apache-2.0"
    assert found["clips"][0]["speaker"] == "Ada"
    assert [c["start"] for c in _rolled(_project(), start=2 * SECOND)["clips"]] == [-SECOND, 0, 3 * SECOND]


def test_equal_runs_give_equal_bytes_and_no_path():
    assert canonical(_rolled(_project())) == canonical(_rolled(_project()))
    assert "media/" not in canonical(_rolled(_project()))


def test_a_long_one_is_shortened_step_by_step():
    whole = len(canonical(_rolled(_project())).encode())
    texts = _rolled(_project(), most=whole - 1)
    assert texts["shortened"] == "long texts are cut"
    assert len(texts["clips"][0]["recipe"]["script"]) == 300
    assert texts["clips"][0]["recipe"]["params"] == {"speed": 1.0}
    briefly = _rolled(_project(), most=len(canonical(texts).encode()) - 1)
    kept = briefly["clips"][0]["recipe"]
    assert {k: kept[k] for k in ("engine", "seed", "licence")} == {
        "engine": "kokoro",
        "seed": 7,
        "licence": "Apache-2.0",
    }
    assert len(kept["sha256"]) == 64
    assert "script" not in kept
    fewer = _rolled(_project(), most=len(canonical(briefly).encode()) - 1)
    assert fewer["clips_in_all"] == 3
    assert len(fewer["clips"]) < 3


@pytest.mark.parametrize("most", [20_000, 100_000, 1_000_000])
def test_none_is_longer_than_allowed(most):
    track = Track("k1", "Talk", clips=tuple(clip(n, n / 100, 0.01, take="t1") for n in range(1, 900)))
    found = _rolled(replace(_project(), tracks=(track,)), most=most)
    assert len(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()) <= most
    assert found["clips"]


def test_commercial_use_is_judged_by_the_worst_clip():
    def of(project):
        return verdict(heard(project, *_ALL), project.cover)

    assert of(_project()).sentence == "May be used commercially: yes."
    found = of(_project(jingle="CC-BY-NC-4.0"))
    assert found.answer == "no"
    assert found.sentence == (
        "May be used commercially: no, because clip 2 (Jingle) is under CC-BY-NC-4.0, which does not allow it."
    )
    assert of(_project(speech="CPML")).sentence == (
        "May be used commercially: no, because clip 1 (hello.wav) is under CPML, which does not allow it; "
        "likewise clip 3."
    )
    assert of(_project(jingle="whatever")).sentence == (
        "May be used commercially: unknown, because clip 2 (Jingle) is under 'whatever', "
        "which this studio does not know."
    )
    assert of(_project(jingle=" ")).answer == "unknown"
    pictured = replace(_project(), cover=Picture("media/0123456789abcdef.png", "0" * 64, licence="CC-BY-NC-4.0"))
    assert "because the cover picture is under CC-BY-NC-4.0" in of(pictured).sentence


def test_what_is_not_heard_counts_for_nothing():
    project = _project(jingle="CC-BY-NC-4.0")
    talk, music = project.tracks
    assert verdict(heard(replace(project, tracks=(talk, replace(music, mute=True))), *_ALL), None).answer == "yes"
    assert verdict(heard(project, 5 * SECOND, 9 * SECOND), None).answer == "yes"


def test_the_page_names_who_what_and_under_which_licence():
    project = _project(jingle="CC-BY-4.0")
    text = page(project, heard(project, *_ALL), title="Credits of Show")
    assert text.startswith("Credits of Show\n===============\n\nMay be used commercially: yes.\n\n1. hello.wav\n")
    assert "   speaker: Ada\n   made by: kokoro, kokoro-82m, voice af_heart\n   licence: Apache-2.0\n" in text
    assert "2. Jingle\n   from: jingle.mp3\n   licence: CC-BY-4.0\n" in text
    assert "“jingle.mp3”, by [name its author here], is licensed under CC-BY-4.0: https://creative" in text
    assert attributions(heard(_project(), *_ALL), None) == []


def test_odd_recipes_do_no_harm():
    odd = {"licence": 5, "engine": ["x"], "cast": "nobody", "model": None, "deep": [{"a": ["x" * 1000]}]}
    project = replace(_project(), media=(media(1, recipe=odd), media(2)))
    clips = heard(project, *_ALL)
    assert verdict(clips, None).answer == "unknown"
    assert page(project, clips, title="")
    assert roll_up(project, clips, start=0, end=5, settings={}, most_bytes=2_500)["shortened"]
