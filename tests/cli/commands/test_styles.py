"""`studio styles`, and music in a style that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main
from studio.domain.edits import styles, tracks
from studio.domain.project import Project
from studio.services.projects import Projects


@pytest.fixture
def studio(tmp_path, capsys):
    """Run a command; return its exit code, its object, and what it told."""

    def run(*words: str | Path, code: int = 0) -> dict:
        capsys.readouterr()
        assert main.run(["--data-dir", str(tmp_path / "data"), "--json", *map(str, words)]) == code
        said = capsys.readouterr()
        return json.loads(said.out) | {"said": said.err}

    return run


def project_at(folder: Path) -> Project:
    """Read a project."""
    from studio.app import Studio

    found = Studio(folder.parent / "data")
    try:
        projects: Projects = found.projects
        with projects.open(folder, writing=False) as opened:
            return opened.project
    finally:
        found.close()


def lock(folder: Path) -> None:
    """Lock the first track of a project."""
    from studio.app import Studio

    found = Studio(folder.parent / "data")
    try:
        with found.projects.open(folder) as opened:
            opened.do("Lock", tracks.set_track(opened.project, opened.project.tracks[0].id, locked=True))
            opened.save()
    finally:
        found.close()


def test_a_style_is_kept_shown_for_an_engine_and_removed(studio):
    words = ("--text", "lofi, calm", "--bpm", "76", "--key", "A minor", "--seed", "7")
    kept = studio("styles", "save", "Night drive", *words)
    assert (kept["name"], kept["bpm"], kept["reference"], kept["where"]) == ("Night drive", 76.0, None, "library")
    assert "already" in studio("styles", "save", "night DRIVE", "--text", "x", code=2)["error"]["message"]
    assert [row["name"] for row in studio("styles", "list")["styles"]] == ["Night drive"]
    shown = studio("styles", "show", "night drive", "--engine", "musicgen")
    assert shown["params"] == {"style": "lofi, calm, 76 bpm, A minor"}
    assert (shown["in_words"], shown["left_out"]) == (["tempo", "key"], [])
    painted = studio("styles", "show", "night drive", "--engine", "diffusers", code=2)
    assert "does not do music" in painted["error"]["message"]
    assert studio("styles", "save", "Nothing", code=2)["error"]["hint"]
    refused = studio("styles", "save", "Slow", "--bpm", "20", code=2)["error"]
    assert "cannot be 20 beats" in refused["message"]
    assert "between 30 and 300" in refused["hint"]
    studio("styles", "remove", "Night drive")
    assert studio("styles", "list")["styles"] == []
    assert studio("styles", "show", "Night drive", code=2)["error"]["hint"]


@pytest.mark.slow
def test_music_is_made_in_a_style_by_its_name_and_a_projects_clips_come_in_it(studio, tmp_path):
    piece, project = tmp_path / "a.wav", tmp_path / "A.angen"
    studio("styles", "save", "Dusk", "--text", "jazz", "--bpm", "90", "--seed", "7")
    made = studio("music", "--style", "dusk", "--duration", "2", "--bpm", "100", "-o", piece)
    recipe = made["outputs"][0]["recipe"]
    assert (recipe["params"]["style"], recipe["params"]["bpm"], recipe["seed"]) == ("jazz", 100.0, 7)
    assert "kept as Dusk" in made["said"]

    studio("project", "new", project)
    kept = studio("styles", "save", "Like it", "--from", piece, "--text", "waltz", "--project", project)
    assert (kept["text"], kept["bpm"], kept["seed"], kept["where"]) == ("waltz", 100.0, 7, "project")
    assert kept["reference"].startswith("media/")
    assert [row["where"] for row in studio("styles", "list", "--project", project)["styles"]] == ["library", "project"]
    info = studio("project", "add", project, piece)
    (clip,) = info["tracks"][0]["clips"]
    applied = studio("styles", "apply", "like it", clip["id"], "--project", project)
    assert applied["said"].count("reference") == 1, "the composer listens to nothing, and that is said"
    after = project_at(project)
    style = styles.named(after, "Like it")
    assert style == after.style
    recipes = {media.id: media.recipe or {} for media in after.media}
    assert recipes[after.tracks[0].clips[0].media]["params"]["style"] == "waltz"
    studio("project", "undo", project)
    assert project_at(project).tracks[0].clips[0].media == clip["media"]
    lock(project)
    refused = studio("styles", "apply", "like it", clip["id"], "--project", project, code=2)
    assert "locked" in refused["error"]["message"], "nothing is made that nobody would hear"
    studio("styles", "remove", "like it", "--project", project)
    assert project_at(project).styles == ()
