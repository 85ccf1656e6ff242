"""This machine. Each process gets a group (POSIX) or a job object (Windows), so that nothing it starts stays."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from studio.runtime.hosts.base import Completed
from studio.store import atomic
from studio.worker.loop import PARENT

_LOWER_PRIORITY = 5  # the window and the sound come first


class LocalHost:
    """The machine that the studio runs on. Paths are the same on both sides."""

    id = "local"

    def __init__(self, home: Path) -> None:
        self._home = home

    @property
    def home(self) -> str:
        """The scratch folder."""
        return str(self._home)

    def start(self, argv: Sequence[str], env: Mapping[str, str], *, urgent: bool = False) -> LocalChild:
        """Start a process in a group of its own, mostly at a lower priority."""
        return LocalChild(argv, env, urgent=urgent)

    def run(self, argv: Sequence[str], *, seconds: float) -> Completed:
        """Run a short command."""
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=seconds, check=False, errors="replace", **_quiet()
        )
        return Completed(done.returncode, done.stdout + done.stderr)

    def put(self, path: Path) -> str:
        """Nothing to do: an engine here can open our files."""
        return str(path)

    def get(self, path: str, target: Path) -> None:
        """Copy the file: an engine may go on to write into its own."""
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise FileNotFoundError(errno.ENOENT, "not a plain file", path)
        with atomic.written(target) as unfinished:
            shutil.copyfile(path, unfinished)

    def remove(self, path: str) -> None:
        """Delete something in the scratch folder. What is only reached from there, over a link, lies elsewhere."""
        found = Path(path)
        with suppress(OSError, ValueError):  # ValueError: a name that no system takes
            if not found.parent.resolve().is_relative_to(self._home.resolve()):
                return
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found, ignore_errors=True)
            else:
                found.unlink(missing_ok=True)


class LocalChild:
    """A process on this machine, with all that it starts."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], *, urgent: bool = False) -> None:
        options: dict[str, Any] = {"start_new_session": True} if sys.platform != "win32" else {}
        if threading.current_thread() is threading.main_thread():
            env = {**env, PARENT: str(os.getpid())}
        self._process: subprocess.Popen[bytes] = subprocess.Popen[bytes](
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            **options,
            **_quiet(suspended=True),
        )
        if sys.platform == "win32":
            from studio.runtime.hosts.job_object import JobObject

            self._job = JobObject()
            self._job.adopt_suspended(self._process)
        elif not urgent:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _LOWER_PRIORITY)
        self.stdin = cast("IO[bytes]", self._process.stdin)
        self.stdout = cast("IO[bytes]", self._process.stdout)
        self.stderr = cast("IO[bytes]", self._process.stderr)

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal."""
        return self._process.poll()

    def wait(self, seconds: float) -> bool:
        """Wait for the end."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def terminate(self) -> None:
        """Ask politely; Windows has no such thing, there the studio goes on to `kill`."""
        if sys.platform != "win32":
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group. It outlives its leader, so this is right after a clean end too."""
        if sys.platform == "win32":
            self._job.close()
        else:
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):  # gone, or (macOS) a group of zombies only
            os.killpg(self._process.pid, number)


def _quiet(*, suspended: bool = False) -> dict[str, Any]:
    """No console window for a child on Windows; suspended until it sits in its job."""
    if sys.platform != "win32":
        return {}
    return {"creationflags": subprocess.CREATE_NO_WINDOW | (0x4 if suspended else 0)}
