"""Tests of what belongs to a project as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain import rules
from studio.domain.edits import whole
from studio.domain.project import Picture, Style, Voice
from studio.errors import StudioError
from tests.domain.projects import small


def test_name_and_script() -> None:
    project = whole.set_script(whole.rename(small(), "New"), "[Ada] Bye.\ud800")
    assert (project.name, project.script) == ("New", "[Ada] Bye.\N{REPLACEMENT CHARACTER}")


def test_voices() -> None:
    project = whole.set_voice(small(), "Ada", "bella")
    project = whole.set_voice(project, "Cem", "adam", engine="kokoro")
    assert project.voices == (Voice("Ada", "bella"), Voice("Ben", "puck"), Voice("Cem", "adam", "kokoro"))


def test_style() -> None:
    style = Style("calm", 7, 90.0, "C minor", "m3")
    assert whole.set_style(small(), style).style == style
    for wrong in (Style(reference="m9"), Style(bpm=-1.0), Style(bpm=float("nan")), Style(seed=2**32), Style(seed=-5)):
        with pytest.raises(StudioError):
            whole.set_style(small(), wrong)


def test_a_tempo_has_one_range_and_a_piece_may_have_none() -> None:
    for right in (0.0, 30.0, 76.5, 300.0):
        assert whole.set_style(small(), Style(bpm=right)).style.bpm == right
    for wrong in (0.5, 1.0, 29.9, 300.5, 1e300, float("inf")):
        with pytest.raises(StudioError, match="The tempo cannot be") as caught:
            whole.set_style(small(), Style(bpm=wrong))
        assert "between 30 and 300; 0 is none" in caught.value.hint


def test_a_project_with_a_tempo_of_earlier_is_read_and_can_be_given_another() -> None:
    old = replace(small(), style=Style("fast", bpm=400.0), styles=(Style("slow", bpm=20.0, name="Slow"),))
    assert rules.problems(old) == []
    assert whole.set_style(old, replace(old.style, bpm=120.0)).style == Style("fast", bpm=120.0)


def test_cover() -> None:
    cover = Picture("media/0123456789abcdef.png", "0" * 64, {"engine": "painter"})
    project = whole.set_cover(small(), cover)
    assert project.cover == cover
    assert whole.set_cover(project, None).cover is None
    for file in ("../x.png", "/x.png", "C:/x.png", "a//b", ""):
        with pytest.raises(StudioError, match="outside"):
            whole.set_cover(small(), Picture(file, ""))


def test_metadata() -> None:
    project = whole.set_metadata(whole.set_metadata(small(), title="T"), artist="A\udc80")
    assert (project.metadata.title, project.metadata.artist) == ("T", "A\N{REPLACEMENT CHARACTER}")
    with pytest.raises(StudioError, match="nothing about 'mood'"):
        whole.set_metadata(small(), mood="calm")
