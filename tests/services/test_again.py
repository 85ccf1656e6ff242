"""Making a file again: what may be made again, and what differs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from studio.domain.recipe import Recipe
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services import again

_RECIPE = Recipe("speech", "fake", "1", "fake", "", {"seconds": 0.0}, 7, "local/cpu", "fp32", "MIT", script="Hi there.")
_FILE = Path("x.wav")


def test_speech_is_understood():
    assert again.understood(_RECIPE.to_dict(), _FILE) == _RECIPE


@pytest.mark.parametrize(
    ("changes", "words", "hint"),
    [
        ({"task": "export", "clips": []}, "is an export", "studio export"),
        ({"task": "knitting"}, "'knitting'", "newer"),
        ({"task": "m" * 5000}, "'m{40}'", "newer"),
        ({"task": 5}, "not whole", "again"),
        ({"seed": True}, "not whole", "again"),
        ({"params": {"model": "/etc"}}, "a folder of this computer", "studio speak"),
    ],
)
def test_what_cannot_or_must_not_be_made_again_is_refused_in_words(changes, words, hint):
    with pytest.raises(StudioError, match=words) as caught:
        again.understood(_RECIPE.to_dict() | changes, _FILE)
    assert hint in caught.value.hint


def test_an_export_is_told_even_though_its_recipe_is_of_another_form():
    with pytest.raises(StudioError, match="is an export"):
        again.understood({"task": "export", "schema": 1, "clips": []}, _FILE)


def test_a_file_is_never_compared_with_itself(tmp_path):
    file, link, hard, other = (tmp_path / name for name in "abcd")
    file.write_bytes(b"1")
    other.write_bytes(b"1")
    link.symlink_to(file)
    os.link(file, hard)
    for same in (file, link, hard, tmp_path / "." / "a"):
        with pytest.raises(StudioError, match="the file itself"):
            again.check_apart(file, same)
    again.check_apart(file, other)
    again.check_apart(file, tmp_path / "new")


def test_equal_work_is_identical_and_what_changed_is_named(studio, tmp_path):
    jobs = [
        again.ask(studio.generation, replace(_RECIPE, seed=seed), Target(str(tmp_path / "a.wav"), "wav"))
        for seed in (7, 7, 8)
    ]
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(jobs[-1]).settled)
    first, second, third = (studio.library.of_job(job)[0] for job in jobs)
    before = again.understood(first.recipe, first.file)
    assert before.seed == 7
    assert studio.jobs.get(jobs[0]).request.gaps == studio.jobs.get(jobs[1]).request.gaps
    same = again.compare(studio.makers("speech"), first.file, second.file, before, second.recipe)
    assert same == again.Verdict("identical", ())
    other = again.compare(
        studio.makers("speech"), first.file, third.file, before, third.recipe | {"engine_version": "2"}
    )
    assert other.verdict != "identical"
    assert "engine_version" in other.changed


def test_a_model_that_the_engine_does_not_bring_is_named_and_can_be_given(studio, tmp_path):
    made = Recipe("image", "diffusers", "1", "my-model", "", {"prompt": "a boat"}, 7, "local/cpu", "fp32", "x")
    for other_seed in (False, True):
        with pytest.raises(StudioError, match="made with the model 'my-model', which the engine diffusers") as caught:
            again.ask(studio.generation, made, None, other_seed=other_seed)
        assert "--set model=DIR" in caught.value.hint
    assert studio.jobs.newest(5) == []
    given = studio.jobs.get(again.ask(studio.generation, made, None, model=str(tmp_path)))
    assert given.request.model == str(tmp_path)
    own = studio.jobs.get(again.ask(studio.generation, replace(made, model="sdxl-turbo"), None))
    assert own.request.model == "sdxl-turbo"


def test_other_loras_are_told(studio, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("words")
    before = replace(_RECIPE, task="lyrics", loras={"ink": "0a" * 32})
    made = replace(before, loras={"ink": "0b" * 32}).to_dict()
    assert again.compare(studio.makers("lyrics"), file, file, before, made) == again.Verdict("identical", ("loras",))
