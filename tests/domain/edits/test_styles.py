"""Styles that a project keeps."""

from __future__ import annotations

import json

import pytest

from studio.domain import project_json, rules
from studio.domain.edits import styles
from studio.domain.project import Project, Style
from studio.errors import StudioError
from tests.domain.projects import small

CALM = Style("calm piano", 7, 76.0, "A minor", "m3", "Night drive")


def kept(*found: Style) -> Project:
    project = small()
    for style in found:
        project = styles.keep(project, style)
    return project


def test_a_style_is_kept_by_its_name_and_the_piece_is_in_it():
    project = kept(CALM, Style("loud", name="Anthem"))
    assert [style.name for style in project.styles] == ["Anthem", "Night drive"]
    assert project.style == project.styles[0]
    assert styles.named(project, "  night  DRIVE") == CALM
    again = styles.keep(project, Style("louder", name="ANTHEM"))
    assert [style.text for style in again.styles] == ["louder", "calm piano"], "the same name is the same style"
    assert rules.problems(again) == []
    assert project_json.from_dict(json.loads(json.dumps(project_json.to_dict(again)))) == again
    assert styles.use(again, "night drive").style == CALM


def test_a_style_that_is_forgotten_is_used_no_more_and_its_reference_stays_while_one_needs_it():
    project = kept(Style("loud", name="Anthem"), CALM)
    assert styles.remove(project, "Anthem").style == CALM, "it was in another"
    gone = styles.remove(project, "night drive")
    assert (gone.style, [one.name for one in gone.styles]) == (Style(), ["Anthem"])
    unused = styles.remove(styles.keep(gone, Style("x", reference="m3", name="Third")), "third")
    assert unused.media == project.media, "what was brought stays"
    with pytest.raises(StudioError, match="keeps no style") as told:
        styles.remove(project, "Polka")
    assert "Anthem, Night drive" in told.value.hint


@pytest.mark.parametrize("name", ["", "  ", "-x", "a\0b", "x" * 81])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(StudioError, match="no name"):
        kept(Style("x", name=name))


def test_a_name_that_is_taken_gets_a_number():
    assert styles.free_name("Dusk", ["Dawn"]) == "Dusk"
    assert styles.free_name("Dusk", ["DUSK", "dusk 2"]) == "Dusk 3"
    long = styles.free_name("x" * 80, ["x" * 80])
    assert (len(long), styles.plain_name(long)[-3:]) == (80, "x 2")


def test_a_style_must_fit_the_project():
    for wrong in (Style(reference="m9", name="a"), Style(bpm=-1.0, name="a")):
        with pytest.raises(StudioError):
            kept(wrong)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([{"name": "b"}, {"name": "a"}], "order"),
        ([{"name": "a"}, {"name": "A"}], "order"),
        ([{"name": ""}], "order"),
        ([{"name": "a", "reference": "m77"}], "reference"),
        ([{"name": "a", "bpm": -3.0}], "tempo"),
    ],
)
def test_a_file_with_styles_that_cannot_be_is_damaged(data, problem):
    with pytest.raises(StudioError, match=problem):
        project_json.from_dict(project_json.to_dict(small()) | {"styles": data})
