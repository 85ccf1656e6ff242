"""Any process can die anywhere: what was finished stays, the rest is made when the user asks, nothing lies about."""

from __future__ import annotations

import random
import select
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest

from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="looks at processes through /proc")]

_SENTENCES = 40
_SCRIPT = " ".join(f"This is sentence number {n} of the story." for n in range(_SENTENCES))
_FAST = ("--engine", "fake", "--set", "seconds=0.01", "--seed", "5")
_ENDLESS = ("--engine", "fake", "--set", "seconds=30")
_PATIENCE = 60.0
_RANDOM = random.Random(20)
_POINTS = [(_RANDOM.randrange(_SENTENCES + 1), _RANDOM.random() * 0.04) for _ in range(20)]

# Runs a command, and dies by SIGKILL where a function is called for the first time: before it, or right after it.
_DIE_AT = """
import importlib, os, signal, sys
module, name, when, *argv = sys.argv[1:]
owner = importlib.import_module(module)
*classes, name = name.split(".")
for part in classes:
    owner = getattr(owner, part)
real = getattr(owner, name)
def dying(*args, **kwargs):
    if when == "after":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dying)
from studio.launch import main
sys.exit(main(argv))
"""


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    _wait_for_engines_to_leave(tmp_path / "data")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the story sounds like when nothing happens."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert driver.studio("speak", _SCRIPT, "-o", folder / "x.wav", *_FAST, data=folder / "data").code == 0
    return (folder / "x.wav").read_bytes()


def _rows(data: Path, sql: str) -> list[tuple]:
    """Look into the database as a stranger; nothing while there is none."""
    if not (data / "studio.db").exists():
        return []
    with closing(sqlite3.connect(f"file:{data / 'studio.db'}?mode=ro", uri=True, timeout=30)) as database:
        try:
            return database.execute(sql).fetchall()
        except sqlite3.OperationalError as e:
            if "no such table" in str(e):
                return []
            raise


def _state(data: Path, job: int = 1) -> str:
    return next((row[0] for row in _rows(data, f"select state from jobs where id = {job}")), "")


def _parts(data: Path) -> dict[str, int]:
    """The finished sentences; one that is made again is another file under the same name."""
    return {key: (data / "cache" / "parts" / key[:2] / f"{key}.piece").stat().st_ino for key in driver.parts_kept(data)}


def _wait_until(condition, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + _PATIENCE
    while not condition():
        assert monotonic() < deadline
        try:
            process.wait(0.005)
        except subprocess.TimeoutExpired:
            continue
        assert condition(), driver.finish(process)


def _wait_for_engines_to_leave(data: Path) -> None:
    """Nobody ends them: they must notice by themselves that the studio is gone."""
    assert driver.left_naming(str(data / "kits"), _PATIENCE) == []


@contextmanager
def _running(*args, data):
    """A command in the background, which is gone at the end in any case."""
    process = driver.start(*args, data=data)
    try:
        yield process
    finally:
        if process.poll() is None:
            driver.end(process)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _die_at(place: str, when: str, *args, data):
    module, _, name = place.partition(":")
    done = subprocess.run(
        [sys.executable, "-c", _DIE_AT, module, name, when, "--data-dir", str(data), *map(str, args)],
        env=driver.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done
    _wait_for_engines_to_leave(data)


def _check_retry(data, out, undisturbed, *, made_before):
    """The retry makes what is missing and nothing else, and the result is as if nothing had happened."""
    ran = driver.studio("jobs", "retry", "1", "--json", data=data)
    assert ran.code == 0, ran
    assert ran.json["state"] == "succeeded"
    assert (out / "x.wav").read_bytes() == undisturbed
    now = _parts(data)
    assert len(now) == _SENTENCES
    assert {key: now[key] for key in made_before} == made_before
    driver.assert_clean(data, out)
    assert sorted(p.name for p in out.iterdir()) == ["x.wav"]
    assert not driver.left_naming(str(data))


@pytest.mark.parametrize(
    ("sentences", "later"),
    [
        _POINTS[0],
        *(pytest.param(*p, marks=pytest.mark.slow) for p in _POINTS[1:3]),
        *(pytest.param(*p, marks=pytest.mark.soak) for p in _POINTS[3:]),
    ],
)
def test_killed_at_a_random_point(data, out, undisturbed, sentences, later):
    with _running("speak", _SCRIPT, "-o", out / "x.wav", *_FAST, data=data) as process:
        _wait_until(lambda: _state(data) and len(_parts(data)) >= sentences, process)
        select.select([], [], [], later)
        driver.end(process)
        _wait_for_engines_to_leave(data)
    made = _parts(data)
    ran = driver.studio("jobs", "show", "1", "--json", data=data)
    if ran.json["state"] == "succeeded":  # the kill came late
        assert len(made) == _SENTENCES
        (out / "x.wav").unlink(missing_ok=True)
    else:
        assert ran.json["state"] == "interrupted"
        assert not (out / "x.wav").exists()
    _check_retry(data, out, undisturbed, made_before=made)


@pytest.mark.parametrize(
    ("place", "when", "state"),
    [
        pytest.param("studio.services.jobs:Jobs.claim", "before", "queued", marks=pytest.mark.slow),
        ("studio.services.jobs:Jobs.claim", "after", "interrupted"),
        pytest.param("studio.runtime.kit:_copy", "before", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.runtime.hosts.local:LocalHost.start", "after", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.runtime.supervisor:Worker.load", "after", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.store.atomic:move", "before", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.store.atomic:move", "after", "interrupted", marks=pytest.mark.slow),
        ("studio.services.library:Library.take_in", "before", "interrupted"),
        pytest.param("studio.audio.wav_file:write", "after", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.services.library:Library.take_in", "after", "interrupted", marks=pytest.mark.slow),
        pytest.param("studio.services.library:deliver", "before", "succeeded", marks=pytest.mark.slow),
        ("studio.store.atomic:_move_new", "before", "succeeded"),  # the output file lies there under another name
        pytest.param("studio.services.library:deliver", "after", "succeeded", marks=pytest.mark.slow),
    ],
)
def test_killed_at_a_chosen_point(data, out, undisturbed, place, when, state):
    _die_at(place, when, "speak", _SCRIPT, "-o", out / "x.wav", *_FAST, "--quiet", data=data)
    made = _parts(data)
    ran = driver.studio("jobs", "list", "--json", data=data)
    (job,) = ran.json["jobs"]
    assert job["state"] == state
    assert not list(out.glob(".*")), "what lay beside the output was not removed"
    if state == "queued":
        assert driver.studio("jobs", "retry", "1", data=data).code == 2
        assert driver.studio("jobs", "run", data=data).code == 0
        made = _parts(data)
    if state == "interrupted":
        assert "jobs retry" in job["error"]["hint"]
    _check_retry(data, out, undisturbed, made_before=made)


def test_the_owner_is_killed_while_another_waits(data, out):
    with _running("speak", "Hello there.", "-o", out / "a.wav", *_ENDLESS, data=data) as owner:
        _wait_until(lambda: _state(data) == "running", owner)
        with _running("speak", "Hello you.", "-o", out / "b.wav", "--engine", "fake", "--json", data=data) as other:
            _wait_until(lambda: _state(data, 2) == "queued", other)
            driver.end(owner)
            ran = driver.finish(other)
    assert ran.code == 0, ran
    assert ran.json["job"] == 2
    assert (_state(data, 1), _state(data, 2)) == ("interrupted", "succeeded")
    assert sorted(p.name for p in out.iterdir()) == ["b.wav"]
    driver.assert_clean(data, out)


def _watch_states(data):
    """Have the database itself write down every change of a job's state, whoever makes it."""
    assert driver.studio("jobs", "list", data=data).code == 0
    with closing(sqlite3.connect(data / "studio.db")) as database:
        database.executescript(
            "create table seen (job, state); create trigger see after update of state on jobs begin"
            " insert into seen values (new.id, new.state); end;"
        )


def test_commands_at_once_all_finish_and_no_job_runs_twice_or_beside_another(data, out):
    _watch_states(data)
    processes = [
        driver.start("speak", f"Hello number {n}. And bye.", "-o", out / f"{n}.wav", *_FAST, "--json", data=data)
        for n in range(4)
    ]
    rans = [driver.finish(p) for p in processes]
    assert [r.code for r in rans] == [0] * 4, rans
    assert sorted(r.json["job"] for r in rans) == [1, 2, 3, 4]
    assert sorted(p.name for p in out.iterdir()) == [f"{n}.wav" for n in range(4)]
    seen = _rows(data, "select job, state from seen order by rowid")
    way = ["preparing", "running", "succeeded"]
    assert len(seen) == 12
    assert [state for _, state in seen] == way * 4
    assert [job for job, _ in seen] == [job for job in (1, 2, 3, 4) for _ in way]
    driver.assert_clean(data, out)


def test_ctrl_c_ends_a_running_job_and_keeps_what_is_finished(data, out, undisturbed):
    with _running("speak", _SCRIPT, "-o", out / "x.wav", *_FAST, "--json", data=data) as process:
        _wait_until(lambda: len(_parts(data)) >= 3, process)
        process.send_signal(signal.SIGINT)
        ran = driver.finish(process)
    assert ran.code == 4
    assert ran.json["state"] == "cancelled"
    assert ran.json["job"] == 1
    assert ran.err.count("error: ") == ran.err.count("hint: ") == 1
    assert _state(data) == "cancelled"
    made = _parts(data)
    assert 3 <= len(made) < _SENTENCES
    assert list(out.iterdir()) == []
    _check_retry(data, out, undisturbed, made_before=made)


def test_ctrl_c_of_one_that_waits_ends_its_own_job_only(data, out):
    with _running("speak", "Hello there.", "-o", out / "a.wav", *_ENDLESS, data=data) as owner:
        _wait_until(lambda: _state(data) == "running", owner)
        with _running("speak", "Hello you.", "-o", out / "b.wav", "--engine", "fake", "--json", data=data) as other:
            _wait_until(lambda: _state(data, 2) == "queued", other)
            # A signal before the command waits finds the same way out, with no job to name.
            assert other.stderr is not None
            other.stderr.readline()
            other.send_signal(signal.SIGINT)
            ran = driver.finish(other)
        assert ran.code == 4, ran
        assert (ran.json["job"], ran.json["state"]) == (2, "cancelled")
        assert (_state(data, 1), _state(data, 2)) == ("running", "cancelled")
        assert driver.studio("jobs", "cancel", "1", data=data).code == 0
        assert driver.finish(owner).code == 4
    assert _state(data) == "cancelled"
    assert list(out.iterdir()) == []


def test_a_waiting_job_is_cancelled_by_number_and_a_final_one_stays_what_it_is(data, out):
    assert driver.studio("speak", "Hi.", "-o", out / "a.wav", "--engine", "fake", "--detach", data=data).code == 0
    for _ in range(2):
        ran = driver.studio("jobs", "cancel", "1", "--json", data=data)
        assert (ran.code, ran.json["state"]) == (0, "cancelled")
    assert driver.studio("speak", "Hi.", "-o", out / "b.wav", "--engine", "fake", data=data).code == 0
    assert driver.studio("jobs", "cancel", "2", "--json", data=data).json["state"] == "succeeded"


def test_detached_jobs_are_run_in_order_by_whoever_comes_and_their_files_written(data, out):
    _watch_states(data)
    for name in ("a", "b"):
        ran = driver.studio("speak", "Hi.", "-o", out / f"{name}.wav", *_FAST, "--detach", "--json", data=data)
        assert (ran.code, ran.json["state"], ran.json["outputs"]) == (0, "queued", [])
    assert list(out.iterdir()) == []
    assert driver.studio("speak", "Hi.", "-o", out / "c.wav", *_FAST, data=data).code == 0
    assert sorted(p.name for p in out.iterdir()) == ["a.wav", "b.wav", "c.wav"]
    assert [j for (j,) in _rows(data, "select job from seen where state = 'running' order by rowid")] == [1, 2, 3]


def test_jobs_run_works_on_what_waits(data, out):
    assert driver.studio("jobs", "run", "--json", data=data).json == {"jobs": []}
    driver.studio("speak", "Hi.", "-o", out / "a.wav", *_FAST, "--detach", data=data)
    ran = driver.studio("jobs", "run", "--json", data=data)
    assert [(j["id"], j["state"]) for j in ran.json["jobs"]] == [(1, "succeeded")]
    assert [p.name for p in out.iterdir()] == ["a.wav"]


@pytest.mark.slow
def test_a_detached_job_that_was_interrupted_is_retried(data, out, undisturbed):
    driver.studio("speak", _SCRIPT, "-o", out / "x.wav", *_FAST, "--detach", data=data)
    _die_at("studio.services.library:Library.take_in", "before", "jobs", "run", "--quiet", data=data)
    assert driver.studio("jobs", "list", "--json", data=data).json["jobs"][0]["state"] == "interrupted"
    _check_retry(data, out, undisturbed, made_before=_parts(data))


@pytest.mark.slow
def test_retries_point_to_what_they_retry_and_clearing_forgets_rows_not_files(data, out):
    speak = ("speak", "Hi.", "-o", out / "x.wav", "--engine", "fake", "--seed", "3", "--set", "behaviour=wrong_hash")
    ran = driver.studio(*speak, "--json", data=data)
    assert (ran.code, ran.json["state"], ran.json["job"]) == (3, "failed", 1)
    for number in (1, 2):
        ran = driver.studio("jobs", "retry", str(number), "--json", data=data)
        assert (ran.code, ran.json["state"], ran.json["job"]) == (3, "failed", number + 1)
    assert driver.studio("speak", "Hi.", "-o", out / "y.wav", "--engine", "fake", data=data).code == 0
    driver.studio("speak", "Hi.", "-o", out / "z.wav", "--engine", "fake", "--detach", data=data)
    listed = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
    assert [(j["id"], j["retry_of"], j["state"]) for j in listed] == [
        (5, None, "queued"),
        (4, None, "succeeded"),
        (3, 2, "failed"),
        (2, 1, "failed"),
        (1, None, "failed"),
    ]
    shown = driver.studio("jobs", "show", "3", "--json", data=data).json
    assert shown["request"]["seed"] == 3
    assert shown["request"]["script"] == "Hi."
    assert shown["notes"] == []
    assert shown["error"]["message"]
    assert driver.studio("jobs", "clear", "--json", data=data).json == {"cleared": 4}
    assert [j["id"] for j in driver.studio("jobs", "list", "--json", data=data).json["jobs"]] == [5]
    assert (out / "y.wav").exists()
    assert len(list((data / "library" / "files").iterdir())) == 1
    for verb in ("show", "cancel", "retry"):
        ran = driver.studio("jobs", verb, "4", data=data)
        assert (ran.code, ran.err.count("hint: ")) == (2, 1)


def test_a_succeeded_job_is_retried_unless_the_user_put_something_else_in_its_place(data, out):
    assert driver.studio("speak", "Hi.", "-o", out / "x.wav", *_FAST, data=data).code == 0
    whole = (out / "x.wav").read_bytes()
    assert driver.studio("jobs", "retry", "1", data=data).code == 0
    (out / "x.wav").unlink()
    assert driver.studio("jobs", "retry", "1", data=data).code == 0
    assert (out / "x.wav").read_bytes() == whole
    (out / "x.wav").write_bytes(b"mine now")
    assert driver.studio("jobs", "retry", "1", data=data).code == 2
    assert (out / "x.wav").read_bytes() == b"mine now"


def test_a_failed_job_does_not_replace_a_file_that_came_meanwhile(data, out):
    args = ("speak", "Hi.", "-o", out / "x.wav", "--engine", "fake", "--set", "behaviour=wrong_hash")
    assert driver.studio(*args, data=data).code == 3
    (out / "x.wav").write_bytes(b"mine now")
    assert driver.studio("jobs", "retry", "1", data=data).code == 2
    assert (out / "x.wav").read_bytes() == b"mine now"


@pytest.mark.slow
def test_a_job_whose_pack_is_missing_is_blocked_with_the_way_out(data, out):
    folder = data / "engines" / "packed"
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(
        'id = "packed"\ntitle = "P"\nversion = "1"\ntasks = ["speech"]\npack = "heavy"\n'
        '[licence]\ncode = "MIT"\nweights = "MIT"\n[[voices]]\nid = "v"\ntitle = "V"\nlanguage = "en"\n'
    )
    (folder / "runner.py").write_text("")
    ran = driver.studio("speak", "Hi.", "-o", out / "x.wav", "--engine", "packed", "--json", data=data)
    assert (ran.code, ran.json["state"], ran.json["job"]) == (2, "blocked", 1)
    assert "studio engines install packed" in ran.json["error"]["hint"]
    assert "studio engines install packed" in ran.err
    ran = driver.studio("jobs", "retry", "1", "--json", data=data)
    assert (ran.code, ran.json["state"], ran.json["job"]) == (2, "blocked", 2)
    assert "studio engines install packed" in ran.json["error"]["hint"]
    ran = driver.studio("speak", "Hi.", "-o", out / "y.wav", "--engine", "packed", "--detach", "--json", data=data)
    assert ran.json["state"] == "blocked"
    assert driver.studio("jobs", "run", "--json", data=data).json == {"jobs": []}
    assert driver.studio("jobs", "cancel", "1", "--json", data=data).json["state"] == "cancelled"
    assert [s for (s,) in _rows(data, "select state from jobs order by id")] == ["cancelled", "blocked", "blocked"]
    assert list(out.iterdir()) == []
