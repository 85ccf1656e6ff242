"""What the room knows of a script, without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.edits import takes, whole
from studio.domain.lint import lint
from studio.domain.project import Media, Project, Voice
from studio.domain.voice import Binding, Consent, Profile
from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.ui.tabs.dialogue import model, problems
from studio.ui.tabs.dialogue.model import Cast, State

ENGINES = find_engines(RESOURCES / "no engines here")
KOKORO, LIKENESS = ENGINES.manifest("kokoro"), ENGINES.manifest("likeness")
SCRIPT = "# One\n[Anna] Hello there.\n[Ben] (sighs) Fine.\nAnd you?\n[pause 1s]"


def project_of(script: str = SCRIPT) -> Project:
    """Return a project with a script."""
    return whole.set_script(Project("a play"), script)


def with_take(project: Project, row: model.Row, **recipe: Any) -> Project:
    """Return it with a take of a line, made as now unless something else is said."""
    made = {"task": "speech", "script": row.script, "engine": "kokoro", "cast": {row.speaker: "af_heart"}, "params": {}}
    sha = f"{project.next_id:064x}"
    media = Media("", "", f"media/{sha}.wav", sha, 48_000, 1, 48_000, recipe={**made, **recipe})
    project, media_id = takes.add_media(project, media)
    return takes.add_take(project, media_id, speaker=row.speaker, text="Hello there.", line=row.id)[0]


CAST = Cast("kokoro", {"Anna": "af_heart", "Ben": "am_eric"}, {}, {"speed": 1.0}, frozenset({"sighs"}))


def test_each_turn_is_a_row_that_says_who_speaks() -> None:
    rows = model.rows_of(project_of())
    scripts = ["[Anna] Hello there.", "[Ben] (sighs) Fine.", "[Ben] And you?", "[Ben] [pause 1s]"]
    assert [row.script for row in rows] == scripts
    assert model.speakers_of(rows) == ("Anna", "Ben")


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({}, ""),
        ({"script": "[Anna] Hello."}, "words"),
        ({"engine": "likeness"}, "engine"),
        ({"cast": {"Anna": "bf_emma"}}, "voice"),
        ({"languages": {"Anna": "fr-fr"}}, "voice"),
        ({"params": {"speed": 1.5}}, "settings"),
    ],
)
def test_a_take_says_in_what_it_is_another_than_would_be_made_now(changed: dict[str, Any], difference: str) -> None:
    project = project_of()
    project = with_take(project, model.rows_of(project)[0], **changed)
    row = model.rows_of(project)[0]
    assert model.difference(project, row, CAST) == difference
    state = State.CHANGED if difference == "words" else State.MADE
    assert model.state_of(project, row, None, CAST) is state


def test_all_makes_what_is_missing_or_other_and_otherwise_everything_again() -> None:
    project = project_of("[Anna] One.\n[Anna] Two.")
    project = with_take(project, model.rows_of(project)[0])
    assert [row.script for row in model.to_make(project, model.rows_of(project), CAST)] == ["[Anna] Two."]
    project = with_take(project, model.rows_of(project)[1])
    assert len(model.to_make(project, model.rows_of(project), CAST)) == 2
    other = replace(CAST, voices={**CAST.voices, "Anna": "bf_emma"})
    assert len(model.to_make(project, model.rows_of(project), other)) == 2
    assert model.missing(project, model.rows_of(project), other) == []


def test_what_is_on_its_way_and_what_nobody_can_hear_is_not_missing() -> None:
    project = project_of()
    rows = model.rows_of(project)
    found = model.missing(project, rows, CAST, frozenset({rows[0].id}))
    assert [row.script for row in found] == ["[Ben] (sighs) Fine.", "[Ben] And you?"]
    assert model.state_of(project, rows[3], None, CAST) is State.SILENT


def test_speakers_get_different_voices_and_keep_chosen_ones() -> None:
    project = replace(project_of("[A] x\n[B] y\n[C] z"), voices=(Voice("B", "bf_emma", "kokoro", "en-gb"),))
    cast = model.cast_of(project, KOKORO, model.rows_of(project), [], {})
    assert cast.voices["B"] == "bf_emma"
    assert cast.languages == {"B": "en-gb"}
    assert len(set(cast.voices.values())) == 3


def test_a_kept_voice_is_used_where_the_engine_can_speak_with_it() -> None:
    profile = Profile("v1", "Grandma", Consent("My own voice.", "own"), "2026-01-01")
    project = replace(project_of("[A] x"), voices=(Voice("A", "Grandma"),))
    rows = model.rows_of(project)
    assert model.cast_of(project, LIKENESS, rows, [profile], {}).voices == {"A": "Grandma"}
    assert model.cast_of(project, KOKORO, rows, [profile], {}).voices != {"A": "Grandma"}
    bound = replace(profile, bindings=(Binding("kokoro", voice="bf_emma"),))
    assert model.cast_of(project, KOKORO, rows, [bound], {}).kept == {"Grandma"}


def test_without_an_engine_there_is_no_cast() -> None:
    assert model.cast_of(project_of(), None, model.rows_of(project_of()), [], {}) == Cast()


def test_a_damaged_judgement_is_none() -> None:
    project = project_of()
    project = with_take(project, model.rows_of(project)[0])
    take = replace(project.takes[0], quality={"qa": {"badge": "good"}})
    assert model.judgement(take) is None
    assert model.badge_of(take) == ""


@given(st.text(alphabet="ab\n😀é", max_size=20), st.text(alphabet="ab\n😀é", max_size=20))
def test_the_smallest_edit_makes_one_text_of_the_other_as_qt_counts(old: str, new: str) -> None:
    start, end, between = model.edit_between(old, new)
    counted = old.encode("utf-16-le")
    assert (counted[: 2 * start] + between.encode("utf-16-le") + counted[2 * end :]).decode("utf-16-le") == new


def test_several_speakers_of_a_line_are_put_on_lines_of_their_own() -> None:
    text = "# One\n[Anna] Hello. [Ben] Hi. [Anna] Bye.\nlast"
    assert model.split_turns(text, 2) == "# One\n[Anna] Hello.\n[Ben] Hi.\n[Anna] Bye.\nlast"


@pytest.mark.parametrize(
    "text", ["[Anna] (laghs) x [pause banana]", "Hello", "[Anna] [pause 2ms", "[A] \u200bx", "[A] []"]
)
def test_every_problem_has_words_and_a_stretch_of_its_line(text: str) -> None:
    found = [problem for problem in lint(text) if problem.rule not in model.WITHOUT]
    assert found
    for problem in found:
        start, end = problems.extent(text, problem)
        assert 0 <= start < end <= len(text)
        assert problems.words(problem, text)
        assert bool(problems.fix_words(problem)) == bool(problem.fix)
