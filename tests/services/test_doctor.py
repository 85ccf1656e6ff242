"""The report to send: what was written or heard stays at home."""

from __future__ import annotations

import zipfile

import pytest

from studio.domain.requests import Request
from studio.services import doctor


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
    patient = doctor.Patient(
        paths=studio.paths, database=studio.database, registry=studio.registry, jobs=studio.jobs,
        library=studio.library, settings=studio.settings, sound=studio.sound, start_engine=lambda _manifest: "",
    )  # fmt: skip
    doctor.write_bundle(patient, [], tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as bundle:
        assert "Wilhelmina" not in bundle.read("report.json").decode()
