"""Engines from outside: a folder in the data directory, or an installed package. The studio runs none of their code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.smoke.driver import Ran, assert_clean, studio
from tests.smoke.plugins import TOML, TONE, sick_engine, write_engine

pytestmark = pytest.mark.slow  # many processes

# Wherever this line runs in the studio's own process, it ends it.
_ENDS_THE_STUDIO = """
import os, sys
if "studio.app" in sys.modules or "studio.cli.main" in sys.modules:
    os._exit(99)
"""


def engines(data: Path, env: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    ran = studio("engines", "list", "--all", "--json", data=data, env=env)
    assert ran.code == 0, ran.err
    return {e["id"]: e for e in ran.json["engines"]}


def speak(engine: str, data: Path, out: Path, env: dict[str, str] | None = None) -> Ran:
    return studio("speak", "Hello there.", "-o", out, "--engine", engine, "--json", data=data, env=env)


def test_a_folder_in_the_data_directory_is_an_engine(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "said.wav"
    write_engine(data / "engines" / "square", runner=_ENDS_THE_STUDIO + TONE)
    found = engines(data)["square"]
    assert (found["builtin"], found["usable"], found["error"]) == (False, True, None)
    ran = speak("square", data, out)
    assert ran.code == 0, ran.err
    assert ran.json["outputs"][0]["recipe"]["engine"] == "square"
    assert soundfile.info(out).frames == 12000
    assert_clean(tmp_path, data)


def test_a_broken_one_is_listed_and_disturbs_nobody(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_engine(data / "engines" / "square")
    write_engine(data / "engines" / "torn", toml="id = ")
    write_engine(data / "engines" / "odd", toml="surprise = 1\n" + TOML)
    (write_engine(data / "engines" / "empty") / "runner.py").unlink()
    (data / "engines" / "bare").mkdir()
    found = engines(data)
    for name, problem in {
        "torn": "not valid", "odd": "surprise", "empty": "runner.py is missing", "bare": "cannot be read",
    }.items():  # fmt: skip
        assert (found[name]["environment"], found[name]["usable"]) == ("broken", False)
        assert problem in found[name]["error"]
    assert found["square"]["usable"]
    assert found["fake"]["usable"]
    assert speak("square", data, tmp_path / "said.wav").code == 0
    refused = speak("odd", data, tmp_path / "other.wav")
    assert (refused.code, refused.json["job"]) == (2, None)
    assert "surprise" in refused.error["message"]


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "said.wav"
    impostor = write_engine(data / "engines" / "fake", runner="raise SystemExit('an impostor')")
    found = engines(data)
    assert found["fake"]["builtin"]
    (refused,) = [e for name, e in found.items() if name != "fake" and name.startswith("fake")]
    assert (refused["environment"], refused["usable"]) == ("broken", False)
    assert "taken" in refused["error"]
    assert str(impostor) in refused["id"]
    assert speak("fake", data, out).code == 0


def test_an_installed_package_brings_an_engine(tmp_path: Path) -> None:
    data, out, site = tmp_path / "data", tmp_path / "said.wav", tmp_path / "site"
    package = write_engine(site / "hummer", runner=_ENDS_THE_STUDIO + TONE)
    (package / "__init__.py").write_text(_ENDS_THE_STUDIO, encoding="utf-8")
    described = site / "hummer-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: hummer\nVersion: 1.0\n", encoding="utf-8")
    (described / "entry_points.txt").write_text("[studio.engines]\nhummer = hummer\n", encoding="utf-8")
    root = str(Path(__file__).parents[2])
    env = {"PYTHONPATH": f"{root}:{site}"}
    assert "hummer" not in engines(data)
    assert engines(data, env)["hummer"]["usable"]
    ran = speak("hummer", data, out, env)
    assert ran.code == 0, ran.err
    assert soundfile.info(out).frames == 12000


def test_dying_in_the_middle_of_a_file_leaves_none_of_it(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "said.wav"
    data.mkdir()
    engine = sick_engine(data, tmp_path / "notebook")
    failed = studio("speak", "One. Two. Three. Four.", "-o", out, "--engine", "sick", "--json", data=data)
    assert (failed.code, failed.json["state"]) == (3, "failed")
    assert engine.died_writing().endswith(".part")
    assert not out.exists()
    assert_clean(tmp_path, data)
    engine.heal()
    retried = studio("jobs", "retry", "1", "--json", data=data)
    assert (retried.code, retried.json["job"], retried.json["state"]) == (0, 2, "succeeded")
    assert soundfile.info(out).frames > 0
    assert engine.made() == [0, 1, 2, 3]
