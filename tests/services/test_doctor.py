"""The report to send: what was written or heard stays at home."""

from __future__ import annotations

import zipfile

import pytest

from studio.domain.requests import Request
from studio.runtime.detection.machine import look
from studio.services import doctor
from studio.settings import with_value
from tests.runtime.detection.fakes import Setting, sources_of


@pytest.mark.parametrize(
    "note",
    [
        "This line may be unclear: heard “don't tell Wilhelmina”.",
        "This line may be unclear: heard “she said ”Wilhelmina” twice”.",
        "There is no 'Wilhelmina' here.",
    ],
)
def test_what_notes_quote_is_not_in_the_report(studio, tmp_path, note):
    job = studio.jobs.enqueue(Request(task="speech", engine="fake", params={}, seed=1), units=1.0)
    studio.jobs.note(job, note)
    patient = _patient(studio, studio.machine)
    doctor.write_bundle(patient, [], tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as bundle:
        assert "Wilhelmina" not in bundle.read("report.json").decode()


def test_the_password_of_a_mirror_is_not_in_the_report(studio, tmp_path):
    studio.settings = with_value(studio.settings, "engines.mirror", "https://anna:geheim@mirror.example/simple")
    studio.paths.logs.mkdir(parents=True, exist_ok=True)
    (studio.paths.logs / "engine-x.log").write_text("asked https://anna:geheim@mirror.example/simple/torch/", "utf-8")
    doctor.write_bundle(_patient(studio, studio.machine), [], tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as bundle:
        said = "".join(bundle.read(name).decode() for name in bundle.namelist())
    assert "geheim" not in said
    assert said.count("https://mirror.example/simple") == 2


def _patient(studio, machine):
    return doctor.Patient(
        paths=studio.paths, database=studio.database, registry=studio.registry, jobs=studio.jobs,
        library=studio.library, settings=studio.settings, sound=studio.sound, machine=machine,
        start_engine=lambda _manifest: "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "setting", "ok", "hint"),
    [
        (["RX 6700 XT"], Setting(), [True], ""),
        (["RX 6700 XT"], Setting(groups=False), [False, True], "usermod"),
        (["RTX 3060"], Setting(nvidia="470.256.02"), [False, True], "driver"),
        (["RTX 4090"], Setting(system="windows", nvidia="552.44"), [True], "580"),
        (["Vega 8"], Setting(system="windows"), [True, True], "directml"),
        ([], Setting(), [True, True], ""),
    ],
)
def test_a_card_that_could_compute_and_does_not_is_a_finding(cards, setting, ok, hint, studio, tmp_path):
    machine = look(sources_of(tmp_path / "machine", cards, setting))
    found = doctor._devices(_patient(studio, machine))
    assert [f.ok for f in found] == ok
    assert hint in found[0].hint
