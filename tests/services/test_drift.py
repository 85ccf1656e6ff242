"""Takes held against a voice: by real jobs, once; a take becomes the voice that carries, and lines are made with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.app import Studio
from studio.domain.edits import whole
from studio.domain.project import media_called
from studio.domain.voice import Binding, Consent
from studio.errors import StudioError
from studio.services import anchoring, drift, voice_prints
from studio.services.drift import Look
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.projects import OpenProject
from studio.services.voice_prints import Print
from studio.services.voices import NewVoice
from tests import drifting

pytestmark = pytest.mark.slow
MINE = Consent("My own voice.", "own")


@pytest.fixture
def project(studio: Studio, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenProject]:
    with studio.projects.create(tmp_path / "A.angen") as opened:
        drifting.fill(opened, tmp_path / "sounds", count=getattr(request, "param", 9))
        yield opened


def look(studio: Studio, project: OpenProject) -> Look:
    """Listen to what nobody has listened to, and look."""
    found = drift.look(project.project, project.folder, studio.voices, studio.prints)
    for wish in voice_prints.wishes(drift.sure(found.missing)):
        job = studio.generation.ask(wish)
        assert studio.ownership.try_take()
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
        studio.prints.keep(studio.library.of_job(job))
    return drift.look(project.project, project.folder, studio.voices, studio.prints)


def test_drift_is_found_kept_and_led_back_to_an_anchor(studio: Studio, project: OpenProject) -> None:
    assert len(drift.look(project.project, project.folder, studio.voices, studio.prints).missing) == 9
    (ann,) = look(studio, project).speakers
    assert [p.number for p in ann.drifted] == list(range(drifting.FIRST_STRANGE, 10))
    assert (ann.voice, ann.points[0].held_against, ann.points[0].likeness) == ("", True, pytest.approx(1.0, abs=1e-3))
    assert ann.best == ann.points[0].take
    jobs = len(studio.jobs.newest(99))
    assert look(studio, project).missing == {}
    assert len(studio.jobs.newest(99)) == jobs

    second = ann.points[1].take
    plan = anchoring.plan(
        project.project, project.folder, "Ann", second, voices=studio.voices, registry=studio.registry
    )
    assert (plan.name, plan.licence, plan.consent and plan.consent.kind) == ("Ann anchor", "Apache-2.0", "synthetic")
    kept = anchoring.keep(plan, studio.voices).profile
    assert kept.samples[0].original_transcript == f"{drifting.WORDS} 2."
    assert kept.bindings == (Binding("kokoro", voice=drifting.HER),)  # which cannot imitate, and goes on as before
    assert anchoring.keep(plan, studio.voices).profile == kept

    at = project.history.at
    project.do("Re-anchor", anchoring.cast_with(project.project, "Ann", kept.name))
    (carried,) = look(studio, project).speakers
    assert carried.voice == "Ann anchor"
    assert carried.points[1].likeness == pytest.approx(1.0, abs=0.1)
    assert [p.number for p in carried.drifted] == [p.number for p in ann.drifted]
    wishes = anchoring.wishes(
        project.project, project.folder, "Ann", [p.take for p in carried.drifted],
        registry=studio.registry, cloning="likeness",
    )  # fmt: skip
    assert [wish.line for wish in wishes] == project.project.script_lines.split()[6:]
    assert {(wish.engine, wish.voices["Ann"]) for wish in wishes} == {("likeness", "Ann anchor")}
    job = studio.jobs.get(studio.generation.ask(wishes[0]))
    assert job.request.cast == {"Ann": "reference:Ann"}
    assert job.request.files["reference:Ann"] == kept.samples[0].file
    assert (job.request.project, job.request.line) == (str(project.folder), wishes[0].line)
    studio.jobs.cancel(job.id)
    project.undo()
    assert (project.history.at, project.project.voices) == (at, ())


@pytest.mark.parametrize("project", [1], indirect=True)
def test_a_damaged_note_and_a_changed_sound_are_not_believed(
    studio: Studio, project: OpenProject, tmp_path: Path
) -> None:
    sha256 = project.project.media[0].sha256
    (tmp_path / "voices.json").write_text(json.dumps({"sounds": {sha256: [0.0625] * 256, "../../x": None}}))
    studio.prints.keep([Media("text", tmp_path / "voices.json", "", tmp_path, "", {}, {})])
    assert studio.prints.find(sha256) == Print((0.0625,) * 256)
    assert [*tmp_path.rglob("x.json")] == []
    note = next(studio.paths.prints.rglob(f"{sha256}.json"))
    good = note.read_bytes()
    for bad in (
        b"",
        b"[1]",
        b'{"vector": [1.0]}',
        b'{"vector": "x"}',
        good.replace(b"0.", b"NaN,0.", 1),
        b'{"vector": [1' + b"0" * 400 + b"]}",
    ):
        note.write_bytes(bad)
        assert studio.prints.find(sha256) is None
    note.write_bytes(json.dumps({"vector": []}).encode())
    assert studio.prints.find(sha256) == Print()
    file = project.file_of(project.project.media[0])
    assert drift.sure({sha256: file, "0" * 64: file, "1" * 64: Path("gone.wav")}) == {sha256: file}


@pytest.mark.parametrize("project", [1], indirect=True)
def test_whose_voice_it_is_must_be_known(studio: Studio, project: OpenProject) -> None:
    changed, media = project.project, project.project.media[0]
    unknown = replace(changed, media=(replace(media, recipe=None), *changed.media[1:]))
    take = changed.takes[0].id
    plan = anchoring.plan(unknown, project.folder, "Ann", take, voices=studio.voices, registry=studio.registry)
    assert plan.consent is None
    with pytest.raises(StudioError, match="whose voice"):
        anchoring.keep(replace(plan, name="Stranger"), studio.voices)
    assert plan.name == "Ann anchor"
    assert studio.voices.free_name("reference", otherwise="Voice") == "Voice", "the word means something else"
    gone = drift.spoken_takes(whole.set_script(changed, ""))
    assert [(one.line, one.number) for one in gone["Ann"]] == [("", 1)], "no line is told where there is none"
    assert drift.spoken_takes(changed)["Ann"][0].line == changed.script_lines.split()[0]
    for speaker, wanted in (("Ann", "k999"), ("Bob", take), ("", take)):
        with pytest.raises(StudioError, match="no take"):
            anchoring.plan(unknown, project.folder, speaker, wanted, voices=studio.voices, registry=studio.registry)


@pytest.mark.parametrize("project", [2], indirect=True)
def test_a_take_in_a_kept_voice_has_that_voices_consent(studio: Studio, project: OpenProject) -> None:
    sound = project.file_of(project.project.media[0])
    may = studio.voices.add(NewVoice("May", MINE, "en", "CC0-1.0"), [sound]).profile
    assert studio.voices.free_name(" may. ", otherwise="Voice") == "may 2"
    job = studio.jobs.get(studio.generation.ask(Wish("[Ann] Hi.", voices={"Ann": "May"})))
    studio.jobs.cancel(job.id)
    recipe = {**drifting.RECIPE, "engine": "likeness", "cast": job.request.cast, "files": job.request.files}
    changed = project.project
    media = media_called(changed, changed.takes[1].media)
    assert media is not None
    take = changed.takes[1].id

    def planned(told: dict[str, Any]) -> anchoring.Anchor:
        other = replace(media, recipe=told)
        of_it = replace(changed, media=tuple(other if one is media else one for one in changed.media))
        return anchoring.plan(of_it, project.folder, "Ann", take, voices=studio.voices, registry=studio.registry)

    plan = planned(recipe)
    assert (plan.consent, plan.language) == (may.consent, "en")
    kept = anchoring.keep(plan, studio.voices, consent=Consent("Somebody said so.", "stated")).profile
    assert kept.consent == may.consent
    beside = {**recipe, "cast": {"Ann": "reference:Ann"}, "files": {"reference:Bob": may.samples[0].file}}
    assert planned(beside).consent is None  # a recording that somebody else was spoken with
    with pytest.raises(StudioError, match="Several people"):
        planned({**recipe, "cast": {**recipe["cast"], "Bob": "reference:Bob"}})
