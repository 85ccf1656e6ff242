"""Every way in which an engine can go wrong, with real processes, from the command line to the file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
import soundfile

from studio.engines.manifest import read_manifest
from tests.smoke.behaviours import ROWS, SCRIPT, TYPICAL, assert_notes
from tests.smoke.driver import ROOT, Ran, assert_clean, finish, left_naming, parts_kept, processes_naming, start, studio

pytestmark = pytest.mark.slow  # many processes


@dataclass(frozen=True)
class Place:
    """Where a test speaks: a data folder, and a folder for its output."""

    root: Path
    data: Path = field(init=False)
    out: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", self.root / "data")
        object.__setattr__(self, "out", self.root / "said.wav")

    def speak(self, *settings: str, text: str = SCRIPT, engine: str = "fake") -> Ran:
        """Speak with the fake engine; whatever it starts carries this place's name in a variable."""
        chosen = [word for setting in settings for word in ("--set", setting)]
        return studio(
            "speak", text, "-o", self.out, "--engine", engine, "--seed", "7", "--json", *chosen,
            data=self.data, env={"STUDIO_ENV_MARKER": str(self.root)},
        )  # fmt: skip


@pytest.fixture(name="place")
def _make_place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def assert_sound(ran: Ran, file: Path) -> None:
    """The file that a result names is whole, readable and the one that was announced."""
    (output,) = ran.json["outputs"]
    assert Path(output["path"]) == file
    assert hashlib.sha256(file.read_bytes()).hexdigest() == output["sha256"]
    samples, rate = soundfile.read(file)
    assert rate == output["sample_rate"] == 24000
    assert abs(samples).max() > 0.1
    assert len(samples) / rate == pytest.approx(output["seconds"], abs=0.001)


def test_the_rows_are_all_there_are() -> None:
    behaviour = next(p for p in read_manifest(ROOT / "studio" / "engines" / "fake").params if p.name == "behaviour")
    assert set(behaviour.choices) == set(ROWS)


# Those left out of the fast tests run there without the command line, in test_second_host.
@pytest.mark.parametrize(
    "behaviour", [pytest.param(name, marks=[] if name in TYPICAL else [pytest.mark.slow]) for name in ROWS]
)
def test_behaviour(behaviour: str, place: Place) -> None:
    row = ROWS[behaviour]
    ran = place.speak(f"behaviour={behaviour}")
    assert ran.code == (3 if row.error else 0), ran.err
    assert "Traceback" not in ran.err
    assert_notes(ran.notes, row.notes)
    if row.state == "succeeded":
        assert set(ran.json) == {"job", "state", "outputs", "notes", "timing"}
        assert (ran.json["job"], ran.json["state"]) == (1, "succeeded")
        assert_sound(ran, place.out)
    else:
        assert set(ran.json) == {"error", "job", "state", "notes"}
        assert (ran.json["job"], ran.json["state"]) == (1, "failed")
        assert set(ran.error) == {"message", "hint", "details", "log"}
        assert re.search(row.error, ran.error["message"]), ran.error
        assert ran.error["hint"]
        assert f"error: {ran.error['message']}" in ran.err
        assert not place.out.exists()
    assert len(parts_kept(place.data)) == row.kept
    assert left_naming(str(place.root)) == []
    assert_clean(place.root, place.data)
    assert list((place.data / "scratch").glob("*")) == []


def test_a_failure_names_the_log_of_its_engine(place: Place) -> None:
    ran = place.speak("behaviour=segfault")
    log = Path(ran.error["log"])
    assert f"log: {log}" in ran.err
    assert "Segmentation fault" in log.read_text(errors="replace")
    assert "Segmentation fault" in ran.error["details"]


def test_the_job_after_a_crash_in_cleanup_runs(place: Place) -> None:
    first = place.speak("behaviour=abort_in_cleanup")
    place.out.unlink()
    second = place.speak("behaviour=ok")
    assert (first.code, second.code, second.notes) == (0, 0, [])
    assert_sound(second, place.out)


def test_what_worked_is_remembered_and_said(place: Place) -> None:
    first = place.speak("behaviour=out_of_memory", "until=offload")
    place.out.unlink()
    second = place.speak("behaviour=out_of_memory", "until=offload", text="Something else. And more.")
    rungs = ["empty_cache", "slicing", "smaller_batch", "offload"]
    assert_notes(first.notes, tuple(rf"\(out_of_memory\).*Trying again with {rung}\." for rung in rungs))
    assert_notes(second.notes, (f"started with {', '.join(rungs)}, which worked here before",))
    assert (second.code, second.json["outputs"][0]["recipe"]["rungs"]) == (0, rungs)


def test_a_ladder_that_ends_is_a_failure(place: Place) -> None:
    ran = place.speak("behaviour=wrong_build", "until=slicing")  # a rung of another class
    assert (ran.code, ran.json["state"]) == (3, "failed")
    assert_notes(ran.notes, tuple(f"with {rung}" for rung in ("other_build", "override", "cpu")))
    assert "hipErrorNoBinaryForGpu" in ran.error["message"]


@pytest.mark.slow
def test_a_failed_job_leaves_nothing_remembered(place: Place) -> None:
    place.speak("behaviour=wrong_build", "until=slicing")
    assert place.speak("behaviour=ok").notes == []


def test_without_the_cpu_nothing_is_queued(place: Place) -> None:
    ran = studio(
        "speak", SCRIPT, "-o", place.out, "--engine", "fake", "--no-cpu", "--json", data=place.data
    )  # fmt: skip
    assert (ran.code, ran.json["job"], ran.json["state"]) == (2, None, None)
    assert "CPU is not allowed" in ran.error["message"]
    assert studio("jobs", "list", "--json", data=place.data).json["jobs"] == []


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["hang", "hang_silent", "no_hello"])
def test_a_stuck_engine_dies_with_the_studio(behaviour: str, place: Place) -> None:
    process = start(
        "speak", SCRIPT, "-o", place.out, "--engine", "fake", "--set", f"behaviour={behaviour}",
        data=place.data, env={"STUDIO_ENV_MARKER": str(place.root)},
    )  # fmt: skip
    try:
        deadline = monotonic() + 30
        wanted = 0 if behaviour == "no_hello" else ROWS[behaviour].kept
        while len(processes_naming(str(place.root))) < 2 or len(parts_kept(place.data)) < wanted:
            assert monotonic() < deadline, "the engine never came to be stuck"
    finally:
        process.kill()
        finish(process)
    assert left_naming(str(place.root), 60.0) == []
