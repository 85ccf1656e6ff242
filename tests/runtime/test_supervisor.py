"""Engine processes are kept warm, watched and ended. Real processes with small runners."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.protocol import messages
from studio.runtime import memory_kills
from studio.runtime import process as process_module
from studio.runtime import supervisor as supervisor_module
from studio.runtime.hosts.local import LocalHost
from studio.runtime.supervisor import Start, Supervisor, Watch, Worker, WorkerCancelled, WorkerFailed
from tests.processes import wait_gone
from tests.runtime.starts import run_of, start_of, watch
from tests.smoke.driver import ROOT, processes_naming
from tests.smoke.plugins import TOML

pytestmark = pytest.mark.slow

WELL = """
class Runner(Base):
    def load(self, load):
        return {"pid": os.getpid()}

    def run(self, context):
        return tone(context)
"""
MakeSupervisor = Callable[[float], Supervisor]


@pytest.fixture(name="supervise")
def _make_supervise(tmp_path: Path) -> Iterator[MakeSupervisor]:
    made: list[Supervisor] = []

    def make(idle_seconds: float) -> Supervisor:
        made.append(Supervisor(LocalHost(tmp_path / "scratch"), logs=tmp_path / "logs", idle_seconds=idle_seconds))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.close()


def begun(supervisor: Supervisor, start: Start) -> tuple[Worker, int]:
    """A loaded worker, and its process's number."""
    worker = supervisor.begin(start)
    return worker, int(worker.load(watch()).get("pid", 0))


def settle(worker: Worker, job: int = 1, *, heard: list[messages.Note] | None = None) -> str:
    return worker.settle(job, (heard if heard is not None else []).append)


def test_an_equal_start_shares_the_warm_process(tmp_path: Path, supervise: MakeSupervisor) -> None:
    supervisor = supervise(60)
    start = start_of(tmp_path, WELL)
    assert supervisor.warm(start) is None
    worker, _ = begun(supervisor, start)
    for job in (1, 2):
        result = worker.run(run_of(tmp_path / f"out-{job}", job=job), watch())
        assert (result.job, Path(result.file).is_file(), settle(worker, job)) == (job, True, "")
        assert supervisor.warm(start) is worker
    assert supervisor.warm(start_of(tmp_path, WELL, settings=(("voice", "other"),))) is None


def test_a_few_small_engines_wait_beside_each_other_the_longest_idle_leaves(
    tmp_path: Path, supervise: MakeSupervisor
) -> None:
    supervisor = supervise(60)
    begun_in_order = [
        begun(supervisor, start_of(tmp_path, WELL, settings=(("voice", str(n)),)))
        for n in range(supervisor_module._MOST_SMALL + 1)
    ]
    assert wait_gone([begun_in_order[0][1]]) == []
    assert [worker.alive for worker, _ in begun_in_order] == [False] + [True] * supervisor_module._MOST_SMALL


def test_where_no_size_is_known_another_start_on_the_card_ends_the_idle_process(
    tmp_path: Path, supervise: MakeSupervisor
) -> None:
    supervisor = supervise(60)
    small, _ = begun(supervisor, start_of(tmp_path, WELL))
    first, pid = begun(supervisor, start_of(tmp_path, WELL, device="local/cuda0"))
    second, _ = begun(supervisor, start_of(tmp_path, WELL, device="local/cuda0"))
    assert (small.alive, first.alive, second.alive, wait_gone([pid])) == (True, False, True, [])


def test_on_a_card_the_longest_idle_leaves_until_the_next_fits(tmp_path: Path) -> None:
    free = {"local/cuda0": 1_000_000_000}
    supervisor = Supervisor(
        LocalHost(tmp_path / "scratch"), logs=tmp_path / "logs", idle_seconds=60, free=lambda device: free[device]
    )

    def needing(gigabytes: int) -> Start:
        return start_of(tmp_path, WELL, toml=f"{TOML}[memory]\nplain = {gigabytes}\n", device="local/cuda0")

    try:
        free["local/cuda0"] = 12_000_000_000
        oldest, _ = begun(supervisor, needing(4))
        middle, _ = begun(supervisor, needing(3))
        elsewhere, _ = begun(supervisor, start_of(tmp_path, WELL))
        free["local/cuda0"] = 5_000_000_000
        newest, _ = begun(supervisor, needing(8))
        assert [w.alive for w in (oldest, middle, elsewhere, newest)] == [False, True, True, True]
        assert supervisor.idle_bytes("local/cuda0") == 11_000_000_000
        assert len(supervisor.warm_engines()) == 2
    finally:
        supervisor.close()


def test_a_process_that_died_is_not_warm(tmp_path: Path, supervise: MakeSupervisor) -> None:
    supervisor = supervise(60)
    start = start_of(tmp_path, WELL)
    _, pid = begun(supervisor, start)
    os.kill(pid, signal.SIGKILL)
    wait_gone([pid])
    assert supervisor.warm(start) is None


@pytest.mark.parametrize(("before", "meanwhile", "failure"), [(2, 3, "out_of_memory"), (3, 3, "native_crash")])
def test_a_kill_while_the_system_ended_something_for_memory_is_a_lack_of_it(
    before: int,
    meanwhile: int,
    failure: str,
    tmp_path: Path,
    supervise: MakeSupervisor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counters = tmp_path / "vmstat"
    monkeypatch.setattr(memory_kills, "_COUNTERS", counters)
    counters.write_text(f"nr_free_pages 91520\noom_kill {before}\n", encoding="ascii")
    dying = f"""
class Runner(Base):
    def run(self, context):
        from pathlib import Path
        Path({str(counters)!r}).write_text("nr_free_pages 120\\noom_kill {meanwhile}\\n")
        os.kill(os.getpid(), 9)
"""
    worker = supervise(60).begin(start_of(tmp_path, dying))
    worker.load(watch())
    with pytest.raises(WorkerFailed) as ended:
        worker.run(run_of(tmp_path), watch())
    assert ended.value.failure == failure


def test_what_is_idle_for_too_long_is_ended(tmp_path: Path, supervise: MakeSupervisor) -> None:
    patient, hasty = supervise(3600), supervise(0)
    start = start_of(tmp_path, WELL)
    kept, _ = begun(patient, start)
    ended, pid = begun(hasty, start)
    for supervisor in (patient, hasty):
        supervisor.tick()
    assert (kept.alive, ended.alive, wait_gone([pid]), hasty.warm(start)) == (True, False, [], None)


def test_a_cancelled_run_that_listens_leaves_the_process_warm(tmp_path: Path, supervise: MakeSupervisor) -> None:
    supervisor = supervise(60)
    start = start_of(tmp_path, WELL + "    def run(self, context):\n        context.wait(60)\n")
    worker, _ = begun(supervisor, start)
    with pytest.raises(WorkerCancelled):
        worker.run(run_of(tmp_path / "out"), watch(cancelled=lambda: True))
    assert (settle(worker), supervisor.warm(start)) == ("", worker)


@pytest.mark.parametrize(
    ("on_term", "ended_by"), [("signal.SIG_DFL", -signal.SIGTERM), ("signal.SIG_IGN", -signal.SIGKILL)]
)
def test_a_cancelled_run_that_does_not_listen_is_ended(
    on_term: str, ended_by: int, tmp_path: Path, supervise: MakeSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "TERMINATE_AFTER", 0.5)
    monkeypatch.setattr(process_module, "KILL_AFTER", 5.0)
    stubborn = f"""
    def run(self, context):
        signal.signal(signal.SIGTERM, {on_term})
        while True:
            time.sleep(1)
"""
    worker, pid = begun(supervise(60), start_of(tmp_path, WELL + stubborn))
    with pytest.raises(WorkerCancelled):
        worker.run(run_of(tmp_path / "out"), watch(cancelled=lambda: True))
    assert worker._process.code == ended_by
    assert wait_gone([pid]) == []


def test_a_cancel_ends_the_loading(tmp_path: Path, supervise: MakeSupervisor) -> None:
    worker = supervise(60).begin(start_of(tmp_path, WELL + "    def load(self, load):\n        time.sleep(600)\n"))
    with pytest.raises(WorkerCancelled):
        worker.load(watch(cancelled=lambda: True))
    assert not worker.alive


def test_a_hung_process_tells_where_it_hangs(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = WELL + "    def run(self, context):\n        self.the_place_that_hangs()\n"
    code += "    def the_place_that_hangs(self):\n        time.sleep(600)\n"
    start = start_of(tmp_path, code, toml=TOML.replace("first_step = 10", "first_step = 0.5"))
    worker, _ = begun(supervise(60), start)
    with pytest.raises(WorkerFailed) as failed:
        worker.run(run_of(tmp_path / "out"), watch())
    assert failed.value.failure == "hang"
    assert "for 0.5 s in the middle of its work" in failed.value.message
    assert "the_place_that_hangs" in failed.value.details
    assert "the_place_that_hangs" in Path(failed.value.log).read_text(encoding="utf-8")
    assert not worker.alive


def test_each_sign_of_progress_starts_the_limit_anew(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = """
class Runner(Base):
    def run(self, context):
        for step in range(12):
            context.wait(0.1)
            context.progress("speaking", step / 12)
        return tone(context)
"""
    limits = TOML.replace("first_step = 10", "first_step = 1").replace("\nstep = 10", "\nstep = 1")
    worker, _ = begun(supervise(60), start_of(tmp_path, code, toml=limits))
    assert worker.run(run_of(tmp_path / "out"), watch()).job == 1


def test_a_cleanup_without_end_is_a_sentence(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = WELL + "    def clean_up(self):\n        time.sleep(600)\n"
    worker, _ = begun(supervise(60), start_of(tmp_path, code, toml=TOML.replace("cleanup = 10", "cleanup = 0.3")))
    worker.run(run_of(tmp_path / "out"), watch())
    assert "0.3 s while it cleaned up after its work and was stopped" in settle(worker)
    assert not worker.alive


def test_an_error_in_the_cleanup_is_a_note(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = WELL + "    def clean_up(self):\n        raise RuntimeError('the card is busy')\n"
    heard: list[messages.Note] = []
    worker, _ = begun(supervise(60), start_of(tmp_path, code))
    worker.run(run_of(tmp_path / "out"), watch())
    assert settle(worker, heard=heard) == ""
    assert [note.text for note in heard] == ["cleaning up failed: RuntimeError: the card is busy"]


def test_what_the_processor_does_for_a_device_is_a_note_once(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = WELL.replace(
        "        return tone",
        """        import warnings
        for _ in range(2):
            warnings.simplefilter("always")
            warnings.warn("The operator 'aten::_fft' will fall back to run on the CPU.")
            warnings.warn("something else is deprecated")
        return tone""",
    )
    heard: list[messages.Message] = []
    worker, _ = begun(supervise(60), start_of(tmp_path, code))
    for job in (1, 2):
        worker.run(run_of(tmp_path / "out", job=job), watch(heard))
        settle(worker, job)
    notes = [(m.job, m.text) for m in heard if isinstance(m, messages.Note)]
    text = "slower than it should be: The operator 'aten::_fft' will fall back to run on the CPU."
    assert notes == [(1, text), (2, text)]
    assert "something else is deprecated" in worker.log_tail


def test_what_was_printed_last_tells_more_than_an_exit_code(tmp_path: Path, supervise: MakeSupervisor) -> None:
    code = (
        WELL
        + """
    def run(self, context):
        os.write(2, b"HIP error: hipErrorNoBinaryForGpu: Unable to find code object\\n")
        os.abort()
"""
    )
    worker, _ = begun(supervise(60), start_of(tmp_path, code))
    with pytest.raises(WorkerFailed) as failed:
        worker.run(run_of(tmp_path / "out"), watch())
    assert failed.value.failure == "wrong_build"
    assert "SIGABRT" in failed.value.message


def test_a_process_leaves_with_all_it_started_when_the_studio_closes_the_channel(
    tmp_path: Path, supervise: MakeSupervisor
) -> None:
    code = """
class Runner(Base):
    def run(self, context):
        child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])
        context.note(str(child.pid))
        while True:
            time.sleep(1)
"""
    start = start_of(tmp_path, code, environment={"MARKER": str(tmp_path)})
    worker, _ = begun(supervise(60), start)

    family: list[int] = []
    grandchild: list[int] = []
    left: list[int] = []

    def let_go(message: messages.Message) -> None:
        assert isinstance(message, messages.Note)
        grandchild.append(int(message.text))
        while not set(grandchild) <= set(family):  # the system shows a new process's variables a moment later
            family[:] = processes_naming(str(tmp_path))
        worker._process._child.stdin.close()
        left.extend(wait_gone(family))  # here, before the supervisor notices and sees to it as well

    with pytest.raises(WorkerFailed) as failed:
        worker.run(run_of(tmp_path / "out"), Watch(let_go, lambda: False))
    assert failed.value.failure == "native_crash"
    assert len(family) >= 2
    assert set(grandchild) <= set(family)
    assert left == []


@pytest.fixture(name="bare_python", scope="module")
def _make_bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment with nothing in it."""
    place = tmp_path_factory.mktemp("environment") / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    return str(place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def test_an_engine_works_in_an_environment_of_its_own(
    tmp_path: Path, supervise: MakeSupervisor, bare_python: str
) -> None:
    worker, _ = begun(supervise(60), start_of(tmp_path, WELL, python=(bare_python,)))
    assert worker.run(run_of(tmp_path / "out"), watch()).media == "audio"


@pytest.mark.parametrize("where", ["class Runner(Base):", "class Runner(Base):\n    def load(self, _):",
                                   "class Runner(Base):\n    def run(self, _):"])  # fmt: skip
def test_an_engine_does_not_see_the_packages_of_the_studio(
    where: str, tmp_path: Path, supervise: MakeSupervisor, bare_python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    packages = str(Path(np.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", packages)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    worker = supervise(60).begin(start_of(tmp_path, f"{where}\n        import numpy\n", python=(bare_python,)))
    with pytest.raises(WorkerFailed) as failed:
        worker.load(watch())
        worker.run(run_of(tmp_path / "out"), watch())
    assert "No module named 'numpy'" in failed.value.message
    assert failed.value.failure == "engine"


def test_an_engine_sees_the_kit_and_nothing_of_the_shell(
    tmp_path: Path, supervise: MakeSupervisor, bare_python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
class Runner(Base):
    def load(self, load):
        import studio
        return {"path": sys.path, "studio": studio.__file__, "names": sorted(os.environ)}
"""
    monkeypatch.setenv("SECRET_TOKEN", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for python in (bare_python, sys.executable):
        start = start_of(tmp_path, code, python=(python,))
        facts = supervise(60).begin(start).load(watch())
        assert Path(facts["studio"]).is_relative_to(start.kit)
        assert Path(facts["path"][0]) == start.kit
        assert not {"SECRET_TOKEN", "PYTHONPATH", "STUDIO_PARENT"} & set(facts["names"])
        if python == bare_python:
            assert not [p for p in facts["path"] if p in {"", str(ROOT)}]
