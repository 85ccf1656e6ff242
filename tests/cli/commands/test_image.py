"""`studio image` refuses what cannot be, before anything is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.cli.main import run


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    Image.new("RGB", (64, 64)).save(tmp_path / "plain.png")

    def do(*words: str) -> str:
        before = sorted(tmp_path.glob("*.png"))
        places = [str(tmp_path / word) if word.endswith(".png") else word for word in words]
        code = run(["--data-dir", str(tmp_path / "data"), "--json", "image", *places, "-o", str(tmp_path / "g.png")])
        error = json.loads(capsys.readouterr().out)["error"]
        assert code == 2
        assert error["hint"]
        assert sorted(tmp_path.glob("*.png")) == before
        return error["message"]

    return do


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a cat", "--upscale", "2"], "--upscale needs a picture"),
        (["a cat", "--seeds", "2"], "--seeds is for a --grid"),
        (["a cat", "--grid"], "nothing to lay out"),
        (["a {cat", "--grid"], "opened and not closed"),
        (["a {cat|dog}", "--grid", "--seeds", "0"], "--seeds is a whole number"),
        (["a {cat|dog}", "--grid", "--seeds", "33"], "more than 64"),
        (["a {cat|dog}", "--grid", "--count", "2"], "one picture for each"),
        (["a {cat|dog}", "--grid", "--detach"], "--grid needs jobs"),
        (["a cat", "--upscale", "2", "--init", "plain.png", "--engine", "fake"], "does not do image"),
        ([" "], "prompt is empty"),
    ],
)
def test_what_cannot_be_is_said(refused, words: list[str], said: str) -> None:
    assert said in refused(*words)


def test_a_picture_that_does_not_tell(refused) -> None:
    assert "does not tell how it was made" in refused("--like", "plain.png")


def test_a_prompt_of_spaces_takes_nothing_away_from_the_picture_to_be_like(refused, tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("parameters", "a {fox\nSteps: 3, Sampler: Euler, Seed: 8")
    Image.new("RGB", (64, 64)).save(tmp_path / "like.png", pnginfo=info)
    said = refused(" ", "--like", "like.png", "--engine", "painter", "--grid")
    assert "opened and not closed" in said, "its prompt is read"


def test_a_picture_by_a_model_of_somebodys_asks_for_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    (tmp_path / "mine").mkdir()
    info = PngInfo()
    info.add_text("parameters", "a fox\nSteps: 3, Sampler: Euler, Seed: 8, Model: somebodys")
    Image.new("RGB", (64, 64)).save(tmp_path / "like.png", pnginfo=info)
    words = ["image", "--like", str(tmp_path / "like.png"), "--engine", "diffusers", "-o", str(tmp_path / "g.png")]
    assert run(["--data-dir", str(tmp_path / "data"), *words]) == 2
    told = capsys.readouterr().err
    assert "made with the model somebodys, which" in told
    assert "--set model=DIR" in told
    assert run(["--data-dir", str(tmp_path / "data"), *words, "--set", f"model={tmp_path / 'mine'}"]) == 2
    told = capsys.readouterr().err
    assert "somebodys; choose" not in told
    assert "needs the pack" in told, "all else is there"


def test_a_grid_writes_over_nothing(refused, tmp_path: Path) -> None:
    (tmp_path / "g-2.png").write_text("mine", encoding="utf-8")
    assert "g-2.png exists" in refused("a {cat|dog}", "--grid")
