"""An engine from outside can fail its own job and no more: other results, sentences, jobs and processes are safe."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from studio.app import Studio
from studio.events import Event, JobProgress
from studio.protocol import float_wav
from studio.services.generation import Wish
from tests.smoke import driver
from tests.smoke.driver import Ran, assert_clean, parts_kept
from tests.smoke.hostile_plugins import hostile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="links, signals and process groups of POSIX"),
]

_PATIENCE = 40.0
_PACK = ('pack = "app"', 'pack = "heavy"')


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which nobody listens to the lines: these engines say no words."""
    folder = tmp_path / "data"
    assert driver.studio("settings", "set", "speech.check_lines", "no", data=folder).code == 0
    return folder


def _speak(text: str, engine: str, data: Path, *args: str | Path, name: str = "said.wav") -> Ran:
    return driver.studio(
        "speak", text, "-o", data.parent / name, "--engine", engine, "--seed", "1", "--json", *args,
        data=data, seconds=_PATIENCE,
    )  # fmt: skip


def _detach(text: str, engine: str, data: Path, name: str) -> int:
    ran = _speak(text, engine, data, "--detach", name=name)
    assert ran.code == 0, ran
    return int(ran.json["job"])


def _jobs(data: Path) -> dict[int, str]:
    found = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
    return {int(j["id"]): str(j["state"]) for j in found}


def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + _PATIENCE
    while not condition():
        assert monotonic() < deadline, "it never came to that"


def _assert_whole(data: Path) -> None:
    """Every file of the library is what its name says."""
    for file in (data / "library").rglob("*.wav"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.stem, file
    assert_clean(data)


def _peaks(file: Path) -> list[float]:
    """The peaks of what a file of 16 bits holds, in their order, without silence."""
    import soundfile

    samples, _ = soundfile.read(file)
    return list(dict.fromkeys(round(float(s), 2) for s in samples if s > 0))


# ------------------------------------------------------------------------------------------------------------- results


@pytest.mark.parametrize(
    ("trick", "words"),
    [
        ("impostor", "another than announced"),
        ("link", "no such file"),
        ("outside", "outside its folder"),
        ("climber", "outside its folder"),
        ("folder", "no such file"),
        ("nameless", "its name is none"),
        ("half_a_letter", "its name is none"),
        ("not_finite", "not finite"),
        ("empty", "no sound"),
        ("fast", "no WAV of floats"),
        ("short", "not whole"),
        ("self_cancelled", "CancelledRun"),
    ],
)
def test_a_bad_result_fails_its_job_and_harms_no_other(data: Path, trick: str, words: str) -> None:
    assert _speak("Earlier.", "fake", data, name="earlier.wav").code == 0
    (master,) = (data / "library" / "masters").iterdir()
    earlier = master.read_bytes()
    failed = _speak("Hello there.", hostile(data, trick), data)
    assert (failed.code, failed.json["state"]) == (3, "failed"), failed
    assert words in failed.error["message"]
    assert "mistake" not in failed.err
    assert master.read_bytes() == earlier
    assert [f.name for f in data.parent.glob("*.wav") if f.name != "elsewhere.wav"] == ["earlier.wav"]
    assert len(list((data / "library" / "masters").iterdir())) == 1
    _assert_whole(data)


# ----------------------------------------------------------------------------------------------------------- sentences


def test_an_engine_that_writes_on_in_its_files_changes_nothing_that_was_kept(data: Path) -> None:
    hostile(data, "one_file")
    assert _speak("One. Two. Three.", "one_file", data, name="first.wav").code == 0
    assert len(parts_kept(data)) == 3
    assert _speak("One. Two. Three.", "one_file", data, name="second.wav").code == 0
    assert _peaks(data.parent / "second.wav") == pytest.approx([0.1, 0.2, 0.3], abs=0.02)
    _assert_whole(data)


def test_sentences_that_are_not_of_this_job_or_not_its_files_are_not_kept(data: Path) -> None:
    ran = _speak("Hello.", hostile(data, "smuggler"), data)
    assert ran.code == 0, ran
    assert parts_kept(data) == set()
    assert not list(data.parent.rglob("*stolen*"))
    _assert_whole(data)


def test_models_of_one_name_share_no_sentences(data: Path) -> None:
    hostile(data, "loud")
    for parent, peak in (("a", 0.2), ("b", 0.4)):
        model = data.parent / parent / "model"
        model.mkdir(parents=True)
        (model / "peak").write_text(str(peak))
        assert _speak("Hi.", "loud", data, "--set", f"model={model}", name=f"{parent}.wav").code == 0
        assert _peaks(data.parent / f"{parent}.wav") == pytest.approx([peak], abs=0.02)


def test_changed_code_of_the_same_version_makes_its_own_sentences(data: Path) -> None:
    hostile(data, "honest")
    assert _speak("Hi.", "honest", data, name="before.wav").code == 0
    runner = data / "engines" / "honest" / "runner.py"
    runner.write_text(runner.read_text().replace("peak=0.25", "peak=0.5"))
    assert _speak("Hi.", "honest", data, name="after.wav").code == 0
    assert _peaks(data.parent / "before.wav") == pytest.approx([0.25], abs=0.02)
    assert _peaks(data.parent / "after.wav") == pytest.approx([0.5], abs=0.02)


# --------------------------------------------------------------------------------------------------------------- words


def test_what_an_engine_says_of_other_jobs_is_ignored(data: Path) -> None:
    ran = _speak("Hello.", hostile(data, "confused"), data)
    assert ran.code == 0, ran
    assert ran.json["notes"] == []
    assert _peaks(data.parent / "said.wav") == pytest.approx([0.25], abs=0.02)
    (kept,) = (data / "cache" / "parts").rglob("*.piece")
    assert max(float_wav.read_samples(kept)) == 0.25
    _assert_whole(data)


def test_odd_progress_and_a_flood_of_odd_notes(data: Path) -> None:
    ran = _speak("Hello.", hostile(data, "babbler"), data)
    assert ran.code == 0, ran
    notes: list[dict[str, Any]] = ran.json["notes"]
    assert len(notes) <= 200
    assert "the rest was left out" in notes[-1]["text"]
    assert {n["level"] for n in notes} <= {"info", "warning", "error"}
    assert all(n["text"].isprintable() and len(n["text"]) <= 2000 for n in notes)
    assert all(line.isprintable() and len(line) < 3000 for line in ran.err.splitlines())
    progress = driver.studio("jobs", "show", "1", "--json", data=data).json["progress"]
    assert progress["fraction"] is None or 0 <= progress["fraction"] <= 1


@pytest.fixture
def opened(data: Path) -> Iterator[Studio]:
    studio = Studio(data)
    yield studio
    studio.close()


def test_after_a_bug_of_ours_the_next_job_gets_its_own_sound(opened: Studio) -> None:
    hostile(opened.paths.root, "counting")
    first, second = (
        opened.generation.ask(Wish(script=text, engine="counting", seed=1)) for text in ("Stay.", "Hello there.")
    )

    def broken(event: Event) -> None:
        if isinstance(event, JobProgress) and event.job == first:
            raise ZeroDivisionError("our own mistake")

    opened.bus.subscribe(broken)
    assert opened.ownership.try_take()
    opened.dispatcher.run(until=lambda: opened.jobs.get(second).settled)
    assert opened.jobs.get(first).state == "failed"
    assert "our own mistake" in json.dumps(opened.jobs.get(first).error)
    (made,) = opened.library.of_job(second)
    assert max(float_wav.read_samples(made.master)) == pytest.approx(0.12)
    assert opened.jobs.get(second).notes == ()  # of a process that was still busy, and a second try


def test_a_model_that_changes_under_a_warm_engine_is_loaded_anew(opened: Studio, tmp_path: Path) -> None:
    hostile(opened.paths.root, "loud")
    assert opened.ownership.try_take()
    for peak in ("0.2", "0.44"):
        (tmp_path / "peak").write_text(peak)
        job = opened.generation.ask(Wish(script="Hi.", engine="loud", seed=1, params={"model": str(tmp_path)}))
        opened.dispatcher.run(until=lambda job=job: opened.jobs.get(job).settled)
        (made,) = opened.library.of_job(job)
        assert max(float_wav.read_samples(made.master)) == pytest.approx(float(peak))


# ----------------------------------------------------------------------------------------------------------- processes


def test_an_engine_that_does_not_read_is_stopped_by_its_limit(data: Path) -> None:
    hostile(data, "deaf", ("first_step = 10", "first_step = 1"))
    script = data.parent / "long.txt"
    script.write_text("Go on and on! " * 1500)
    ran = driver.studio(
        "speak", "--script", script, "-o", data.parent / "said.wav", "--engine", "deaf", "--json",
        data=data, seconds=_PATIENCE,
    )  # fmt: skip
    assert (ran.code, ran.json["state"]) == (3, "failed"), ran
    assert "for 1 s" in ran.error["message"]
    assert _speak("Hi.", "fake", data).code == 0


@pytest.mark.slow
def test_a_child_that_left_its_group_with_our_pipes_does_not_keep_the_studio(data: Path) -> None:
    try:
        assert _speak("Hello.", hostile(data, "leaver"), data).code == 0
    finally:
        os.kill(int((data.parent / "left").read_text()), signal.SIGKILL)
    assert_clean(data)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process that cannot read its pipe outlives us")
@pytest.mark.parametrize("trick", ["parent_of_a_program", "parent_of_a_copy"])
def test_nothing_of_an_engine_outlives_a_killed_studio(data: Path, trick: str) -> None:
    hostile(data, trick)
    marker = str(data.parent)
    process = driver.start(
        "speak", "Hello.", "-o", data.parent / "said.wav", "--engine", trick,
        data=data, env={"STUDIO_ENV_MARKER": marker},
    )  # fmt: skip
    try:
        _until((data.parent / "begun").exists)
        process.kill()
        driver.finish(process)
        assert driver.left_naming(marker, _PATIENCE) == []
    finally:
        driver.end(process)
        for left in driver.processes_naming(marker):
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


# --------------------------------------------------------------------------------------------------------------- queue


def test_who_watches_hears_of_the_cleanup_and_clearing_leaves_what_is_needed(data: Path) -> None:
    hostile(data, "gate")
    hostile(data, "untidy")
    hostile(data, "honest", _PACK)
    gate = _detach("Hi.", "gate", data, "gate.wav")
    owner = driver.start("jobs", "run", "--json", data=data)
    try:
        _until((data.parent / "begun").exists)
        watcher = driver.start(
            "speak", "Hi.", "-o", data.parent / "untidy.wav", "--engine", "untidy", "--json", data=data
        )
        try:
            _until(lambda: len(_jobs(data)) == 2)
            blocked = _speak("Hi.", "honest", data, "--detach", name="blocked.wav")
            (data.parent / "go").touch()
            _until(lambda: _jobs(data) == {gate: "succeeded", 2: "succeeded", 3: "blocked"})
            cleared = driver.studio("jobs", "clear", "--json", data=data)
            left = _jobs(data)
            (data.parent / "go tidy").touch()
            watched = driver.finish(watcher, _PATIENCE)
        finally:
            driver.end(watcher)
        owned = driver.finish(owner, _PATIENCE)
    finally:
        driver.end(owner)
    assert (blocked.code, blocked.json["state"], blocked.json["job"]) == (2, "blocked", 3)
    assert "studio engines install honest" in blocked.error["hint"]
    assert (cleared.json, left) == ({"cleared": 1}, {2: "succeeded", 3: "blocked"})
    assert watched.code == 0, watched
    assert any("while it cleaned up" in note and "The result is whole" in note for note in watched.notes)
    assert owned.code == 0, owned


def test_running_the_queue_tells_of_failures(data: Path) -> None:
    _detach("Hi.", hostile(data, "empty"), data, "a.wav")
    _detach("Hi.", hostile(data, "honest"), data, "b.wav")
    ran = driver.studio("jobs", "run", "--json", data=data)
    assert (ran.code, [j["state"] for j in ran.json["jobs"]]) == (3, ["failed", "succeeded"])
    assert (data.parent / "b.wav").exists()


def test_stopping_the_queue_leaves_later_jobs_waiting(data: Path) -> None:
    _detach("Hi.", hostile(data, "gate"), data, "a.wav")
    _detach("Hi.", "fake", data, "b.wav")
    running = driver.start("jobs", "run", "--json", data=data)
    try:
        _until((data.parent / "begun").exists)
        running.send_signal(signal.SIGINT)
        ran = driver.finish(running, _PATIENCE)
    finally:
        driver.end(running)
    assert ran.code == 4, ran
    assert _jobs(data) == {1: "cancelled", 2: "queued"}
    assert not list(data.parent.glob("*.wav"))


def test_a_retry_leaves_alone_what_the_user_put_in_the_place_of_a_result(data: Path) -> None:
    said = data.parent / "said.wav"
    assert _speak("Hi.", "fake", data).code == 0
    whole = said.read_bytes()
    for number in (1, 2):  # a retry has no more rights than the job it repeats
        said.write_bytes(whole)
        again = driver.studio("jobs", "retry", str(number), "--json", data=data)
        assert (again.code, again.json["job"]) == (0, number + 1), again
        said.write_bytes(b"mine")
        for job in range(1, number + 2):
            refused = driver.studio("jobs", "retry", str(job), "--json", data=data)
            assert (refused.code, said.read_bytes()) == (2, b"mine"), refused
            assert "exists" in refused.error["message"]


# --------------------------------------------------------------------------------------------------------- descriptions


def test_odd_descriptions_are_broken_engines_and_no_more(data: Path) -> None:
    changes = {
        "nan": ("hello = 10", "hello = nan"),
        "negative": ("load = 10", "load = -1"),
        "zero": ("cleanup = 10", "cleanup = 0"),
        "endless": ("cleanup = 10", "cleanup = inf"),
        "huge": ("hello = 10", f"hello = {'9' * 400}"),
        "variable": ("[licence]", 'environment = {{"A=B" = "x"}}\n[licence]'),
        "value": ("[licence]", 'environment = {{"A" = "x\\u0000y"}}\n[licence]'),
        "resources": ("[licence]", 'resources = ["../studio"]\n[licence]'),
        "nothing": ("[licence]", 'resources = ["none"]\n[licence]'),
        "taken": ('id = "{id}"', 'id = "shared"'),
        "climbing": ('id = "{id}"', 'id = "../../x"'),
    }
    for name, change in changes.items():
        hostile(data, "honest", change)
        (data / "engines" / "honest").rename(data / "engines" / name)
    listed = driver.studio("engines", "list", "--all", "--json", data=data)
    assert listed.code == 0, listed
    found = {e["id"]: e for e in listed.json["engines"]}
    assert {n for n in changes if found[n]["environment"] == "broken" and found[n]["error"]} == set(changes)
    for command in (("voices", "list"), ("devices",), ("engines", "show", "fake")):
        assert driver.studio(*command, "--json", data=data).code == 0
    assert _speak("Hi.", "fake", data).code == 0
    refused = _speak("Hi.", "nan", data, name="other.wav")
    assert (refused.code, refused.json["job"]) == (2, None)


def test_too_many_sentences_are_refused(data: Path) -> None:
    script = data.parent / "short words.txt"
    script.write_text("Go! " * 30_000)
    ran = driver.studio("speak", "--script", script, "-o", data.parent / "said.wav", "--engine", "fake", data=data)
    assert ran.code == 2
    assert "30,000 sentences" in ran.err
    assert "20,000" in ran.err
    assert _jobs(data) == {}
