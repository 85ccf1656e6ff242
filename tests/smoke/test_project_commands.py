"""The timeline by command line: real commands, real files, one after the other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.smoke import driver

pytestmark = pytest.mark.slow  # many processes

RATE = 48_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Piece.angen"


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Two seconds of stereo at another rate than the project's."""
    t = np.arange(2 * 44_100) / 44_100
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.3 * np.stack([np.sin(2 * np.pi * f * t) for f in (220, 330)], 1), 44_100, "PCM_16")
    return path


def project(*args: str | Path, data: Path, code: int = 0) -> dict[str, Any]:
    """Run a verb; return the object it prints."""
    ran = driver.studio("project", *args, "--json", data=data)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    return ran.json


def clips(shown: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Id, start and length of each clip, in order."""
    return [(c["id"], c["start"], c["length"]) for t in shown["tracks"] for c in t["clips"]]


@pytest.mark.slow
def test_a_timeline_is_built_changed_and_taken_back(folder: Path, tone: Path, data: Path) -> None:
    shown = project("new", folder, data=data)
    assert (shown["name"], shown["rate"], shown["seconds"], shown["can_undo"]) == ("Piece", RATE, 0.0, False)
    shown = project("add", folder, tone, tone, data=data)
    (first, *_), (second, start, length) = clips(shown)
    assert (start, length) == (2.0, 2.0)
    assert len(shown["media"]) == 1, "the same sound twice is one file"
    states = [shown]
    for words in (
        ("split", first, "--at", "0.5"),
        ("trim", second, "--start", "2.25", "--end", "3.5"),
        ("move", second, "--at", "5"),
        ("gain", second, "--db", "-6"),
        ("fade", second, "--in", "0.1", "--out", "0.2"),
        ("move", second, "--at", "6", "--track", "Sound"),
        ("remove", first, "--ripple"),
    ):
        states.append(project(words[0], folder, *words[1:], data=data))
    last = states[-1]["tracks"][0]["clips"]
    assert [c["start"] for c in last] == [0.0, 5.5]
    assert last[1] | {"gain_db": -6.0, "fade_in": 0.1, "fade_out": 0.2, "offset": 0.25, "length": 1.25} == last[1]
    assert clips(states[1])[0] == (first, 0.0, 0.5), "the left part keeps the id"
    for before in reversed(states[:-1]):
        shown = project("undo", folder, data=data)
        assert (shown["tracks"], shown["can_redo"]) == (before["tracks"], True)
    for after in states[1:]:
        assert project("redo", folder, data=data)["tracks"] == after["tracks"]


def test_a_project_moves_in_one_file_and_finds_media_again(
    folder: Path, tone: Path, data: Path, tmp_path: Path
) -> None:
    project("new", folder, data=data)
    before = project("add", folder, tone, "--track", "Music", "--at", "1.5", data=data)
    project("collect", folder, tmp_path / "piece.zip", data=data)
    after = project("expand", tmp_path / "Other.angen", tmp_path / "piece.zip", data=data)
    assert after["tracks"] == before["tracks"]
    shutil.rmtree(folder / "media")
    told = project("check", folder, data=data, code=2)
    assert "missing" in told["problems"][0]
    assert project("relink", folder, before["media"][0]["id"], tone, data=data)["tracks"] == before["tracks"]
    assert project("check", folder, data=data)["problems"] == []


@pytest.mark.parametrize("depth", ["9", pytest.param("-9", marks=pytest.mark.slow)])
def test_ducking_goes_down_whatever_the_sign(folder: Path, data: Path, depth: str) -> None:
    project("new", folder, data=data)
    project("track", folder, "Music", "--kind", "music", "--duck", depth, data=data)
    stored = json.loads((folder / "project.json").read_text("utf-8"))
    assert stored["project"]["tracks"][0]["duck"]["depth_db"] == -9.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("info", "{none}"), "no project"),
        (("undo", "{folder}"), "nothing"),
        (("split", "{folder}", "c99", "--at", "1"), "c99"),
        (("gain", "{folder}", "c99", "--db", "nan"), ""),
        (("add", "{folder}", "{none}"), ""),
        (("add", "{folder}", "{folder}"), "folder"),
        (("new", "{folder}"), ""),
        (("new", "{none}", "--rate", "1"), "rate"),
        (("meta", "{folder}", "title"), "NAME=VALUE"),
        (("relink", "{folder}", "m9", "{tone}"), "m9"),
        (("expand", "{none}", "{tone}"), ""),
        (("add", "{folder}", "{tone}", "--at", "-1"), "before"),
    ],
)
def test_what_cannot_be_done_is_said_in_two_lines(
    words: tuple[str, ...], told: str, folder: Path, tone: Path, data: Path, tmp_path: Path
) -> None:
    project("new", folder, data=data)
    before = (folder / "project.json").read_bytes()
    places = {"folder": folder, "none": tmp_path / "nothing here", "tone": tone}
    ran = driver.studio("project", *(w.format(**places) for w in words), data=data)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    lines = [line for line in ran.err.splitlines() if line.startswith(("error: ", "hint: "))]
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"], ran.err
    assert told in lines[0]
    assert (folder / "project.json").read_bytes() == before


def test_a_newer_project_is_shown_and_never_written(folder: Path, tone: Path, data: Path) -> None:
    project("new", folder, data=data)
    file = folder / "project.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"schema": 99}), "utf-8")
    before = file.read_bytes()
    assert driver.studio("project", "info", folder, data=data).code == 0
    ran = driver.studio("project", "add", folder, tone, data=data)
    assert ran.code == 2
    assert "newer" in ran.err
    assert file.read_bytes() == before


def test_what_is_known_of_sounds_and_the_cover_can_be_said_and_what_is_gone_is_marked(
    folder: Path, tone: Path, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    project("new", folder, data=data)
    media = project("add", folder, tone, "--licence", "CC0-1.0", data=data)["media"][0]
    assert (media["licence"], media["missing"]) == ("CC0-1.0", False)
    assert project("licence", folder, media["id"], "CC-BY-4.0", data=data)["media"][0]["licence"] == "CC-BY-4.0"
    project("cover", folder, data=data, code=2)
    cover = project("cover", folder, tmp_path / "cover.png", data=data)["cover"]
    assert cover == {"file": cover["file"], "licence": "", "missing": False}
    (tmp_path / "piece.zip").write_bytes(b"old")
    project("collect", folder, tmp_path / "piece.zip", data=data, code=2)
    project("collect", folder, tmp_path / "piece.zip", "--force", data=data)
    (folder / cover["file"]).unlink()
    (folder / media["file"]).unlink()
    shown = project("info", folder, data=data)
    assert [shown["media"][0]["missing"], shown["tracks"][0]["clips"][0]["missing"]] == [True, True]
    assert shown["cover"]["missing"]
    assert len(project("check", folder, data=data, code=2)["problems"]) == 2
    assert project("cover", folder, "--remove", data=data)["cover"] is None
    shutil.rmtree(folder / "history")
    told = project("check", folder, data=data, code=2)
    assert "cannot be undone" in told["problems"][0]
    assert told["told"] == told["problems"][:1]


def test_a_damaged_step_is_met_once(folder: Path, data: Path) -> None:
    project("new", folder, data=data)
    project("track", folder, "One", data=data)
    steps = next((folder / "history").iterdir())
    steps.write_text(json.dumps(json.loads(steps.read_text("utf-8")) | {"deltas": [{"rate": 5}]}), "utf-8")
    assert "damaged" in project("check", folder, data=data, code=2)["problems"][0]
    assert "damaged" in driver.studio("project", "undo", folder, data=data).err
    assert "nothing to undo" in driver.studio("project", "undo", folder, data=data).err
    assert project("check", folder, data=data)["problems"] == []


def test_music_goes_down_under_what_was_spoken(folder: Path, tone: Path, data: Path, tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.wav"
    said = driver.studio("speak", "Hello there.", "--engine", "fake", "-o", spoken, data=data)
    assert said.code == 0, said.err
    project("new", folder, data=data)
    project("add", folder, spoken, data=data)
    project("add", folder, tone, "--track", "Rain", "--at", "0", data=data)
    shown = project("track", folder, "Rain", "--kind", "music", "--duck", "12", data=data)
    assert [(t["name"], t["kind"]) for t in shown["tracks"]] == [("Speech", "speech"), ("Rain", "music")]
    length = shown["tracks"][0]["clips"][0]["length"]
    ran = driver.studio("export", folder, "-o", tmp_path / "mix.wav", "--stems", tmp_path, "--bits", "32", data=data)
    assert ran.code == 0, ran.err
    rain, rate = soundfile.read(tmp_path / "Rain.wav")
    under, after = np.abs(rain[: int(length * rate)]).max(), np.abs(rain[-rate // 4 :]).max()
    assert 20 * np.log10(under / after) == pytest.approx(-12, abs=0.2)


def _talk(folder: Path, data: Path) -> None:
    """A project whose script has two lines, each with a take: one loud, one soft, with a silence in it."""
    from studio.app import Studio
    from studio.domain.edits import whole
    from studio.domain.project import Project, Take
    from tests.services import project_maker

    folder.mkdir()
    hum = project_maker.tone(1.0, 300, 0.4)
    gap = np.zeros(RATE * 3 // 2, np.float32)
    media = tuple(
        project_maker.put(folder, n + 1, np.concatenate([hum, gap, hum]) * level) for n, level in enumerate((1.0, 0.1))
    )
    made = whole.set_script(Project("Talk", next_id=10, media=media), "# Begin\n[Ann] One.\n[Ben] Two.")
    lines = made.script_lines.split()
    takes = tuple(Take(f"k{n + 50}", f"m{n + 1}", who, "Words.", lines[n]) for n, who in enumerate(("Ann", "Ben")))
    studio = Studio(data)
    try:
        project_maker.into(studio.projects, folder, replace(made, takes=takes, next_id=100))
    finally:
        studio.close()


def test_a_script_is_assembled_levelled_and_tightened(folder: Path, data: Path) -> None:
    _talk(folder, data)
    shown = project("assemble", folder, "--per-speaker", data=data)
    assert [track["name"] for track in shown["tracks"]] == ["Ann", "Ben"]
    assert [(m["name"], m["at"], m["chapter"]) for m in shown["markers"]] == [("Begin", 0.0, True)]
    (first, _, _), (second, start, _) = clips(shown)
    assert start > 3.5
    assert clips(project("assemble", folder, "--per-speaker", data=data)) == clips(shown)
    gains = [c["gain_db"] for t in project("level", folder, data=data)["tracks"] for c in t["clips"]]
    assert gains[1] - gains[0] == pytest.approx(20.0, abs=0.1)
    shown = project("silences", folder, "--keep", "0.5", "--everywhere", data=data)
    assert shown["seconds"] == pytest.approx(7.0 + start - 3.5 - 2.0, abs=0.3)
    assert [(name in {first, second}) for name, _, _ in clips(shown)] == [True, False, True, False]
    closed = project("close-gaps", folder, "--longest", "0", data=data)
    assert closed["seconds"] == pytest.approx(5.0, abs=0.3)
    project("level", folder, "--track", "Nobody", data=data, code=2)
    assert project("undo", folder, data=data)["seconds"] == shown["seconds"]
