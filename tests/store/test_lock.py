"""The lock between processes: one holder, freed by the kernel."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager

from studio.store.lock import FileLock

_HOLD = """
import sys
from pathlib import Path
from studio.store.lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.try_acquire(), flush=True)
sys.stdin.read()
"""


@contextmanager
def _other_process(path):
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(60)


def _got_it(process):
    return process.stdout.readline().strip() == b"True"


def test_only_one_process_holds_it(tmp_path):
    with _other_process(tmp_path / "lock") as other:
        assert _got_it(other)
        mine = FileLock(tmp_path / "lock")
        assert not mine.try_acquire()
        assert not mine.held


def test_only_one_object_of_a_process_holds_it(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    second.release()


def test_it_may_be_asked_for_again_by_its_holder(tmp_path):
    lock = FileLock(tmp_path / "lock")
    assert lock.try_acquire()
    assert lock.try_acquire()
    assert lock.held
    lock.release()
    assert not lock.held
    with _other_process(tmp_path / "lock") as other:
        assert _got_it(other)


def test_a_killed_holder_frees_it(tmp_path):
    with _other_process(tmp_path / "lock") as other:
        assert _got_it(other)
        other.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        other.wait(60)
        lock = FileLock(tmp_path / "lock")
        assert lock.try_acquire()
        lock.release()


def test_children_do_not_inherit_it(tmp_path):
    """Else an engine that outlives a killed studio would go on owning the data folder."""
    lock = FileLock(tmp_path / "lock")
    assert lock.try_acquire()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()  # by now it runs a program of its own
        lock.release()
        again = FileLock(tmp_path / "lock")
        assert again.try_acquire()
        again.release()
        assert child.stdin is not None
        child.stdin.close()
