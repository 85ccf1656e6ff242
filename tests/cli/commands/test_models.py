"""`studio models` as a person or a script calls it, with a hub of the test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli.main import run
from tests.runtime.downloads.fake_hub import COMMIT, serving
from tests.services.model_maker import FILES, engine

pytestmark = pytest.mark.slow

RAIL = """
[[models]]
id = "limited"
title = "Limited"
repo = "people/limited"
licence = "CreativeML Open RAIL-M"
"""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    engine(tmp_path / "data" / "engines" / "teller", RAIL)
    with serving(dict(FILES)) as running:
        for name, value in {
            "HF_ENDPOINT": running.url, "HF_HUB_OFFLINE": "0", "HF_HOME": str(tmp_path / "hf"), "NO_PROXY": "*",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def call(hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    del hub

    def do(*words: str, code: int = 0) -> dict:
        assert run(["--data-dir", str(tmp_path / "data"), "--json", "--quiet", "models", *words]) == code
        return json.loads(capsys.readouterr().out)

    return do


def test_the_list_names_licence_size_revision_and_state(call) -> None:
    shown = {m["id"]: m for m in call("list")["models"]}
    xtts = shown["xtts-v2.0.3"]
    assert (xtts["state"], xtts["licence"], xtts["commercial"], xtts["accepted"]) == ("missing", "CPML", False, False)
    assert xtts["revision"] == "v2.0.3"
    assert shown["flux.1-schnell"]["gated"]
    assert len(shown["sdxl-1.0"]["revision"]) == 40
    assert shown["kokoro-82m-int8"]["state"] == "ready"
    assert shown["kokoro-82m-int8"]["engines"] == ["kokoro", "likeness"]
    assert shown["dac-44khz"]["part_of"] == "dia-1.6b-0626"


def test_the_way_of_a_model_from_the_hub_to_another_disk_and_off_it(call, tmp_path) -> None:
    done = call("download", "small")
    assert (done["state"], done["revision"]) == ("ready", COMMIT)
    assert (Path(done["folder"]) / "config.json").read_bytes() == FILES["config.json"]
    shown = call("show", "small")
    assert {f["name"] for f in shown["files"]} == {"config.json", "sub/model.safetensors", "tokenizer.json"}
    assert shown["terms"]["title"] == "MIT Licence"
    moved = call("move", str(tmp_path / "far"))
    assert moved == {"folder": str(tmp_path / "far"), "moved": ["small"], "left": []}
    assert call("show", "small")["folder"].startswith(str(tmp_path / "far"))
    assert call("remove", "small")["freed"] > len(FILES["sub/model.safetensors"])
    assert call("show", "small")["state"] == "missing"


def test_terms_are_shown_and_nothing_is_loaded_without_a_yes(hub, call, capsys) -> None:
    failed = call("download", "limited", code=2)
    assert "--accept-licence" in failed["error"]["hint"]
    assert hub.asked == []
    assert call("show", "limited")["terms"]["accepted"] is None
    assert call("download", "limited", "--accept-licence")["state"] == "ready"
    assert call("show", "limited")["terms"]["accepted"]["licence"] == "creativeml-openrail-m"
    assert call("remove", "limited")["state"] == "missing"
    assert call("download", "limited")["state"] == "ready"  # remembered


def test_people_read_the_terms_before_they_are_asked(hub, tmp_path, capsys) -> None:
    del hub
    assert run(["--data-dir", str(tmp_path / "data"), "models", "download", "limited"]) == 2
    said = capsys.readouterr().err
    assert "may be sold" in said
    assert "https://huggingface.co/spaces/CompVis/stable-diffusion-license" in said
    assert said.count("error: ") == 1


def test_what_another_program_loaded_is_removed_only_on_purpose(call, tmp_path) -> None:
    folder = tmp_path / "hf" / "hub" / "models--people--model" / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_bytes(b"{}")
    assert "--yes" in call("remove", "small", code=2)["error"]["hint"]
    assert folder.exists()
    call("remove", "small", "--yes")
    assert not folder.exists()


def test_unknown_models_are_told_with_the_way_to_the_list(call) -> None:
    for words in (("show", "none"), ("download", "none"), ("remove", "none")):
        assert "studio models list" in call(*words, code=2)["error"]["hint"]
