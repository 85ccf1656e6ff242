"""`studio music`: what a piece must be told, and songs that are worked on as they were made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.cli import main
from tests import band

Said = tuple[int, dict[str, Any], str]


@pytest.fixture
def music(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    Path("words.txt").write_text("[verse]\nLa\n", encoding="utf-8")
    Path("empty.txt").write_text("\n", encoding="utf-8")

    def run(*words: str, command: str = "music") -> Said:
        capsys.readouterr()
        code = main.run(["--data-dir", str(tmp_path / "data"), "--json", command, *words])
        told = capsys.readouterr()
        return code, json.loads(told.out), told.err

    return run


@pytest.mark.parametrize("engine", ["acestep", "musicgen", "stableaudio", "diffrhythm2"])
@pytest.mark.parametrize("more", [(), ("--style", " "), ("--lyrics", "empty.txt")])
def test_a_piece_is_never_made_by_the_example_of_the_form(music, engine: str, more: tuple[str, ...]) -> None:
    code, said, _ = music("--engine", engine, "--duration", "10", *more, "-o", "a.wav")
    assert (code, said["job"], said["error"]["message"]) == (2, None, "It is not said what is to be heard.")
    assert "--style" in said["error"]["hint"]


def test_lyrics_are_enough_for_an_engine_that_sings_in_any_style(music) -> None:
    code, said, _ = music("--engine", "acestep", "--duration", "10", "--lyrics", "words.txt", "-o", "a.wav")
    assert (code, said["state"]) == (2, "blocked"), "only its packages are missing"
    _, stored, _ = music("show", str(said["job"]), command="jobs")
    assert stored["request"]["params"]["style"] == ""
    assert music("--engine", "musicgen", "--duration", "10", "--lyrics", "words.txt", "-o", "a.wav")[1]["job"] is None


@pytest.mark.slow
def test_a_song_is_worked_on_as_it_was_made_but_for_what_is_named(music, tmp_path: Path) -> None:
    band.join(tmp_path / "data")
    first = ("--style", "folk", "--bpm", "84", "--lyrics", "words.txt", "--duration", "3", "-o", "s.wav")
    assert music("--engine", "band", *first)[0] == 0
    part = ("--source", "s.wav", "--set", "mode=repaint", "--set", "from_second=1", "--set", "to_second=2")

    def made(*words: str) -> dict[str, Any]:
        code, said, err = music(*words)
        assert code == 0, err
        return said["outputs"][0]

    anew = made(*part, "-o", "a.wav")
    recipe = anew["recipe"]
    params = recipe["params"]
    assert (recipe["engine"], recipe["script"], anew["seconds"]) == ("band", "[verse]\nLa\n", 3.0)
    assert (params["style"], params["bpm"], params["mode"], params["to_second"]) == ("folk", 84.0, "repaint", 2.0)

    other = made("--source", "a.wav", "--set", "mode=extend", "--duration", "4", "--style", "jazz", "-o", "b.wav")
    params = other["recipe"]["params"]
    assert (params["style"], params["bpm"], params["from_second"], other["seconds"]) == ("jazz", 84.0, 0.0, 4.0)
    cover = ("--source", "b.wav", "--set", "mode=cover")
    assert made(*cover, "--lyrics", "empty.txt", "-o", "c.wav")["recipe"]["script"].strip() == ""

    for words, said in (
        ((*part, "--duration", "300"), "In the mode repaint a song stays as long as it is."),
        ((*cover, "--set", "duration=9"), "In the mode cover a song stays as long as it is."),
        (("--source", "b.wav", "--set", "mode=extend"), "It is not said how long the whole is to be."),
        ((*cover, "--set", "to_second=1"), "to_second: without a meaning in the mode cover."),
        (("--engine", "band", "--source", "b.wav"), "It is not said what to do with the song."),
    ):
        code, refused, _ = music(*words, "-o", "d.wav")
        assert (code, refused["job"], refused["error"]["message"]) == (2, None, said)


@pytest.mark.slow
def test_another_engine_takes_style_and_lyrics_and_the_hint_says_how(music, tmp_path: Path) -> None:
    assert music("--style", "jazz", "--lyrics", "words.txt", "--duration", "2", "-o", "s.wav")[0] == 0
    code, said, _ = music("again", "s.wav", "--line", "2", "-o", "a.wav", command="songs")
    hint = said["error"]["hint"]
    assert (code, "--engine acestep --source s.wav --set mode=repaint --set from_second=A" in hint) == (2, True)
    band.join(tmp_path / "data")
    words = ("--source", "s.wav", "--set", "mode=cover", "-o", "a.wav")
    recipe = music("--engine", "band", *words)[1]["outputs"][0]["recipe"]
    assert (recipe["params"]["style"], recipe["script"]) == ("jazz", "[verse]\nLa\n")
    assert "takes no source" in music("--duration", "2", "--source", "s.wav", "-o", "b.wav")[1]["error"]["message"]


@pytest.mark.slow
def test_what_a_song_was_made_by_and_is_not_here_is_said(music, tmp_path: Path) -> None:
    band.join(tmp_path / "data")
    Path("mine").mkdir()
    first = ("--engine", "band", "--style", "folk", "--duration", "2")
    assert music(*first, "-o", "like.wav")[0] == 0
    assert music(*first, "--reference", "like.wav", "--set", "model=mine", "-o", "s.wav")[0] == 0
    for kept in (tmp_path / "data").rglob("inputs/*/*.wav"):
        kept.unlink()
    cover = ("--source", "s.wav", "--set", "mode=cover", "-o", "a.wav")
    code, said, _ = music(*cover)
    assert (code, said["job"], said["error"]["hint"]) == (2, None, "Say where it lies: --set model=DIR.")
    code, said, err = music(*cover, "--set", "model=mine")
    assert code == 0, err
    assert "sounds like is no longer kept; --reference FILE names it" in err
    assert [*said["outputs"][0]["recipe"]["files"]] == ["source"]


def test_a_style_that_is_kept_says_enough_without_words(music) -> None:
    assert music("save", "Slow", "--bpm", "60", command="styles")[0] == 0
    code, said, _ = music("--engine", "acestep", "--style", "slow", "--duration", "10", "-o", "a.wav")
    assert (code, said["state"]) == (2, "blocked"), "only its packages are missing"
