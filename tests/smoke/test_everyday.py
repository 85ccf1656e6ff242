"""The commands of a first day: demo, doctor, settings, devices, engines, voices, recipe. Real processes, real sound."""

from __future__ import annotations

import getpass
import json
import zipfile
from pathlib import Path

import mutagen
import pytest
import soundfile

from tests.smoke import driver

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.timeout(900)
def test_the_demo_speaks_a_dialogue_arranges_and_exports_it(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "demo"
    ran = driver.studio("demo", "-o", folder, "--json", data=data, seconds=600.0)  # it makes some of everything
    assert ran.code == 0
    made = ran.json["outputs"][0]
    samples, rate = soundfile.read(folder / "demo.mp3")
    assert (rate, made["path"]) == (48000, str(folder / "demo.mp3"))
    assert made["seconds"] == pytest.approx(len(samples) / rate, abs=0.1)
    assert made["seconds"] >= 30
    assert ran.json["loudness"] == pytest.approx(-16, abs=0.15)
    clips = made["recipe"]["clips"]
    assert {clip["recipe"]["task"] for clip in clips} == {"speech", "clone", "music"}
    assert {voice for clip in clips for voice in clip["recipe"]["cast"].values()} == {
        "af_heart", "am_eric", "reference",
    }  # fmt: skip
    assert made["recipe"]["cover"]["recipe"]["task"] == "image"
    assert made["recipe"]["commercial"] == "yes"
    (cover,) = mutagen.File(folder / "demo.mp3").tags.getall("APIC")
    assert cover.data.startswith(b"\x89PNG")
    assert driver.studio("recipe", folder / "demo.mp3", "--json", data=data).json == made["recipe"]
    shown = driver.studio("project", "info", folder / "Demo.angen", "--json", data=data).json
    assert {c["id"] for t in shown["tracks"] for c in t["clips"]} == {clip["clip"] for clip in clips}
    assert sum(marker["chapter"] for marker in shown["markers"]) == 3
    assert (folder / "demo.mp3.CREDITS.txt").is_file()
    again = driver.studio("demo", "-o", folder, data=data)
    assert again.code == 2
    assert "--force" in again.err
    forced = driver.studio("demo", "-o", folder, "--force", "--json", data=data)
    assert forced.code == 0, forced.err
    assert (soundfile.read(folder / "demo.mp3")[0] == samples).all(), "equal work gives equal sound"


@pytest.mark.slow
def test_a_file_is_made_again_in_any_format_and_compared(tmp_path: Path, data: Path) -> None:
    first = driver.studio("speak", "[S1] One. [S2] Two.", "-o", tmp_path / "a.flac", "--seed", "3", data=data)
    assert first.code == 0, first.err
    again = driver.studio("again", tmp_path / "a.flac", "-o", tmp_path / "b.flac", "--json", data=data)
    assert again.code == 0, again.err
    assert (again.json["verdict"], again.json["changed"]) == ("identical", [])
    assert again.json["outputs"][0]["recipe"]["seed"] == 3
    lossy = driver.studio("again", tmp_path / "a.flac", "-o", tmp_path / "c.mp3", "--json", data=data)
    assert lossy.json["verdict"] in {"similar", "different"}
    assert driver.studio("recipe", tmp_path / "c.mp3", "--json", data=data).json == again.json["outputs"][0]["recipe"]
    other = driver.studio("speak", "Three.", "-o", tmp_path / "d.flac", data=data)
    assert other.code == 0
    for file, told in (("none.wav", "not there"), ("a.txt", "")):
        (tmp_path / "a.txt").write_text("no sound", "utf-8")
        ran = driver.studio("again", tmp_path / file, "-o", tmp_path / "e.wav", data=data)
        assert ran.code == 2
        assert told in ran.err


@pytest.mark.slow
def test_a_line_is_stored_as_a_take_of_a_project(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "P.angen"
    assert driver.studio("project", "new", folder, data=data).code == 0
    spoken = ("speak", "[Ada] Hello there.", "--engine", "fake", "-o", tmp_path / "a.wav", "--project", folder)
    ran = driver.studio(*spoken, "--json", data=data)
    assert ran.code == 0, ran.err
    take = json.loads((folder / "project.json").read_text("utf-8"))["project"]["takes"][0]
    assert (take["id"], take["speaker"], take["text"]) == (ran.json["take"], "Ada", "Hello there.")


@pytest.mark.slow
def test_the_doctor_finds_a_whole_studio_whole_and_its_report_tells_nothing_private(tmp_path: Path, data: Path) -> None:
    secret = "Xylophone rendezvous"
    args = ("speak", f"{secret}. 漢字漢字.", "-o", tmp_path / "x.wav")
    assert driver.studio(*args, data=data).code == 0
    ran = driver.studio("doctor", "--bundle", tmp_path / "report.zip", "--json", data=data)
    assert ran.code == 0
    assert ran.json["ok"]
    assert {"engine process", "sound process", "ffmpeg"} <= {check["name"] for check in ran.json["checks"]}
    with zipfile.ZipFile(tmp_path / "report.zip") as bundle:
        everything = "\n".join(bundle.read(name).decode() for name in bundle.namelist())
    assert json.loads(everything[: everything.rindex("}") + 1])["jobs"][0]["state"] == "succeeded"
    for private in (secret, "漢字", str(tmp_path), getpass.getuser() + "/"):
        assert private not in everything


def test_the_doctor_names_what_is_broken_and_the_way_out(tmp_path: Path, data: Path) -> None:
    (data / "engines" / "odd").mkdir(parents=True)
    (data / "engines" / "odd" / "engine.toml").write_text("id = 5", encoding="utf-8")
    assert driver.studio("speak", "Hi.", "--engine", "fake", "-o", tmp_path / "x.wav", data=data).code == 0
    for file in (data / "library").rglob("*.wav"):
        file.unlink()
    ran = driver.studio("settings", "set", "speech.engine", "fake", data=data)
    assert ran.code == 0
    ran = driver.studio("doctor", "--json", data=data)
    assert ran.code == 2
    bad = {c["name"]: c for c in ran.json["checks"] if not c["ok"]}
    assert set(bad) == {"library", "engine odd"}
    assert all(c["hint"] for c in bad.values())


def test_settings_are_kept_and_used(tmp_path: Path, data: Path) -> None:
    assert driver.studio("settings", "set", "speech.engine", "fake", data=data).code == 0
    assert driver.studio("settings", "set", "speech.sentence_gap", "2", data=data).code == 0
    shown = driver.studio("settings", "--json", data=data).json["settings"]
    assert (shown["speech"]["engine"], shown["speech"]["sentence_gap"]) == ("fake", 2.0)
    made = driver.studio("speak", "One. Two.", "-o", tmp_path / "x.wav", "--json", data=data).json["outputs"][0]
    assert (made["recipe"]["engine"], made["recipe"]["gaps"]["sentence"]) == ("fake", 2.0)
    assert made["seconds"] > 2
    assert driver.studio("settings", "reset", data=data).code == 0
    assert driver.studio("settings", "--json", data=data).json["settings"]["speech"]["engine"] == "kokoro"


def test_what_is_here_and_what_would_run_where(data: Path) -> None:
    shown = driver.studio("devices", "--json", data=data).json
    processor = next(d for d in shown["devices"] if d["id"] == "local/cpu")
    assert processor["memory"] > processor["free"] > 100_000_000
    assert shown["cards"][0]["text"]
    assert ("kokoro", "local/cpu") in [(p["engine"], p["device"]) for p in shown["plan"]]
    assert {p["device"] for p in shown["plan"]} == {"local/cpu"}
    engines = {e["id"]: e for e in driver.studio("engines", "list", "--json", data=data).json["engines"]}
    assert "fake" not in engines
    assert engines["kokoro"] | {"licence": 0, "size": 0} == {
        "id": "kokoro", "title": "Kokoro", "tasks": ["speech"], "builtin": True, "pack": "app", "environment": "ready",
        "models": "ready", "usable": True, "error": None, "accelerators": ["cpu"], "licence": 0, "size": 0,
    }  # fmt: skip
    everything = driver.studio("engines", "list", "--all", "--json", data=data).json["engines"]
    assert "fake" in [e["id"] for e in everything]
    voices = driver.studio("voices", "list", "--engine", "kokoro", "--json", data=data).json["voices"]
    assert sum(v["language"] in {"en-us", "en-gb"} for v in voices) == 28
    assert {v["language"] for v in voices} == {"en-us", "en-gb", "es", "fr-fr", "hi", "it", "ja", "pt-br"}
