"""Starts the studio's command line as its users do, and looks at what it leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from studio.paths import DataPaths
from tests.processes import wait_gone

ROOT = Path(__file__).parents[2]
_PATIENCE = 250.0  # seconds after which a command that does not end is ended, so that a broken test ends too


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    raw: bytes  # stdout as it came
    err: str

    @property
    def out(self) -> str:
        """What it wrote to stdout, as text."""
        return self.raw.decode(errors="replace")

    @property
    def json(self) -> dict[str, Any]:
        """The object on stdout; there must be exactly one and nothing else."""
        found = json.loads(self.raw)
        assert isinstance(found, dict), self.out
        assert self.raw.count(b"\n") == 1, self.out
        return found

    @property
    def notes(self) -> list[str]:
        """The texts of the job's notes."""
        return [str(note["text"]) for note in self.json["notes"]]

    @property
    def error(self) -> dict[str, str]:
        """What went wrong, of a command that failed."""
        return self.json["error"]


def command(*args: str | Path, data: Path | None = None) -> list[str]:
    """The words that start the studio; nothing of the folder they are said in is imported."""
    place = [] if data is None else ["--data-dir", str(data)]
    return [sys.executable, "-P", "-m", "studio", *place, *map(str, args)]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables for a studio that is started from this checkout."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(changes or {})}


def start(
    *args: str | Path,
    data: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own and do not wait; end it with `end`."""
    return subprocess.Popen(
        command(*args, data=data), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(env), cwd=cwd, start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[bytes], seconds: float = _PATIENCE) -> Ran:
    """Wait for a started command."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        end(process)
        raise
    return Ran(process.returncode, out, err.decode(errors="replace"))


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a started command, as a power cut would; its engine processes are left to notice."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def studio(
    *args: str | Path,
    data: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    cwd: Path | None = None,
    seconds: float = _PATIENCE,
) -> Ran:
    """Run a command to its end."""
    done = subprocess.run(
        command(*args, data=data), input=stdin or b"", capture_output=True, env=environment(env), cwd=cwd,
        timeout=seconds, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def with_packs(data: Path, packs: Path, *names: str) -> Path:
    """Make a data folder in which these packs, which are built elsewhere, are installed; return it."""
    environments = DataPaths(data).environments
    environments.mkdir(parents=True)
    for name in names:
        (environments / name).symlink_to(packs / name, target_is_directory=True)
    return data


def in_pack(python: Path, script: str, *args: str | Path) -> None:
    """Run a script with the interpreter of a pack."""
    variables = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([python, "-c", script, *args], check=True, env=variables, timeout=300)


def as_downloaded(hf: Path, repo: str, folder: Path, revision: str) -> None:
    """Copy a model to where it would lie after its download by whichever program."""
    place = hf / "hub" / f"models--{repo.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(revision, encoding="utf-8")
    shutil.copytree(folder, place / "snapshots" / revision)


def assert_clean(*folders: Path) -> None:
    """No unfinished file lies about, and a data folder's database is sound."""
    for folder in folders:
        unfinished = [str(p) for p in folder.rglob("*") if p.name.endswith(".part")]
        assert not unfinished, f"unfinished files were left: {unfinished}"
        if (folder / "studio.db").is_file():
            with closing(sqlite3.connect(folder / "studio.db")) as database:
                assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


def processes_naming(text: str) -> list[int]:
    """The processes, whoever started them, whose command line or variables hold a text: a data folder, a marker."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
            if text.encode() in said and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def left_naming(text: str, seconds: float = 5.0) -> list[int]:
    """Wait for the end of all that hold a text; return those that have not ended.

    Even of a group that was killed at once one may end a moment after the others. What is to notice by itself that the
    studio was killed gets longer.
    """
    deadline = monotonic() + seconds
    while (left := processes_naming(text)) and (patience := deadline - monotonic()) > 0:
        wait_gone(left[:1], patience)
    return left


def parts_kept(data: Path) -> set[str]:
    """The keys of the finished sentences in the cache."""
    return {p.stem for p in (data / "cache" / "parts").rglob("*.piece")}
