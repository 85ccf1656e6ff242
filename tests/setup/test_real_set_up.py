"""The launchers with the real uv and other Pythons, and under another system's command processor. Soak only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.setup.checkout import AWKWARD, ROOT

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform == "win32", reason="runs on Linux")]

# Looked up here because a test has another home.
PYTHONS = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
WINE = "apt-get install -y --no-install-recommends wine64 wine gcc-mingw-w64-x86-64"


def find_python(version: str) -> str:
    """Find an interpreter that really runs: a name on the PATH may be a script that only complains."""
    for candidate in [shutil.which(f"python{version}"), *map(str, PYTHONS.glob(f"{version}.*/bin/python3"))]:
        if candidate and subprocess.run([candidate, "-c", ""], check=False, capture_output=True).returncode == 0:
            return candidate
    pytest.fail(f"this needs a Python {version}: install one, on the PATH or by pyenv")


def copy_of_the_tree(folder: Path) -> Path:
    root = folder / AWKWARD
    root.mkdir()
    for name in ("studio", "installers", "resources"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "launch_wsl.sh", root)
    return root


@pytest.mark.timeout(900)
@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_set_up_with_another_python(tmp_path: Path, version: str):
    root = copy_of_the_tree(tmp_path)
    command = [root / "launch_wsl.sh", "--version"]
    env = {**os.environ, "STUDIO_PYTHON": find_python(version)}
    first, second = (subprocess.run(command, check=False, capture_output=True, text=True, env=env) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "[5/5]" in first.stderr
    assert second.stdout == first.stdout
    assert second.stderr == ""
    python = root / ".venv" / "bin" / "python"
    said = subprocess.run([python, "--version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith(f"Python {version}.")


@dataclass(frozen=True)
class Windows:
    """A folder with the batch file in it, seen by wine's cmd; each call of a stand-in is a line of the log."""

    root: Path
    log: Path
    env: dict[str, str]

    @property
    def calls(self) -> list[str]:
        """Every call of uv.exe and python.exe so far, arguments parted by bars."""
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def run(self, *arguments: str, folder: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Run cmd.exe with these arguments, in the folder of the batch file; a variable set to "" is not there."""
        return subprocess.run(
            ["wine", "cmd", "/c", *arguments],
            check=False,
            cwd=folder or self.root,
            env={name: value for name, value in {**self.env, **env}.items() if value},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Make the folder in which wine keeps its Windows, and end what it left running there."""
    if not (shutil.which("wine") and shutil.which("x86_64-w64-mingw32-gcc")):
        pytest.fail(f"this needs wine and mingw: {WINE}")
    env = {**os.environ, "WINEPREFIX": str(tmp_path_factory.mktemp("wine")), "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8"}
    subprocess.run(["wineboot", "-i"], check=True, env=env, capture_output=True)
    yield env
    subprocess.run(["wineboot", "-k"], check=False, env=env, capture_output=True)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("stand-in") / "uv.exe"
    source = Path(__file__).with_name("stand_in.c")
    subprocess.run(["x86_64-w64-mingw32-gcc", "-municode", "-O1", "-o", program, source], check=True)
    return program


@pytest.fixture
def windows(wine: dict[str, str], stand_in: Path, tmp_path: Path) -> Windows:
    root = tmp_path / AWKWARD
    (root / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "launch.cmd", root)
    shutil.copy(ROOT / "launch.ps1", root)
    shutil.copy(stand_in, root / "bin")
    log = tmp_path / "calls.log"
    env = {**wine, "STAND_IN_LOG": f"Z:{log}", "STUDIO_NO_PAUSE": "1"}
    return Windows(root, log, env)


def test_batch_file_sets_up_and_starts(windows: Windows):
    done = windows.run("launch.cmd", "speak", "a  b & c", "-o", "x.wav", STAND_IN_CODE="3")
    assert done.returncode == 3
    assert done.stdout.split() == ["studio", "was", "here"]
    assert [f"[{number}/5]" in done.stderr for number in range(1, 6)] == [True] * 5
    assert "local/cpu" in done.stderr
    venv, pip, finish, devices, studio = windows.calls
    assert venv.startswith("uv|venv|")
    assert "|--relocatable|" in venv
    assert "|>=3.11,<3.14|" in venv
    assert pip.startswith("uv|pip|install|")
    assert "|--require-hashes|" in pip
    assert finish.startswith("python|-I|installers\\environment.py|finish|")
    assert devices == "python|-P|-m|studio|--quiet|devices"
    assert studio == "python|-P|-m|studio|speak|a  b & c|-o|x.wav"


def test_second_start_of_the_batch_file_needs_no_uv(windows: Windows):
    windows.run("launch.cmd", "--version")
    before = len(windows.calls)
    done = windows.run("launch.cmd", "--version")
    assert done.returncode == 0
    assert done.stderr == ""
    check, studio = windows.calls[before:]
    assert f"{AWKWARD}\\installers\\environment.py|check|" in check
    assert studio == "python|-P|-m|studio|--version"


def test_batch_file_starts_from_another_folder(windows: Windows):
    windows.run("launch.cmd", "--version")
    done = windows.run("call", f"{AWKWARD}\\launch.cmd", "jobs", "list", folder=windows.root.parent)
    assert "studio was here" in done.stdout
    assert windows.calls[-1] == "python|-P|-m|studio|jobs|list"


def test_failed_set_up_stays_on_the_screen_and_resumes(windows: Windows):
    failed = windows.run("launch.cmd", STAND_IN_UV_CODE="1", STUDIO_NO_PAUSE="")
    assert failed.returncode == 2
    assert "error: " in failed.stderr
    assert "hint: " in failed.stderr
    assert "press" in failed.stdout.lower()
    assert not (windows.root / ".venv").exists()
    again = windows.run("launch.cmd")
    assert again.returncode == 0
    assert "press" not in again.stdout.lower()


def test_batch_file_repairs_and_adds_the_tools(windows: Windows):
    windows.run("launch.cmd", "--version")
    (windows.root / ".venv" / "whole").unlink()
    assert windows.run("launch.cmd", "--version").returncode == 0
    assert len([call for call in windows.calls if call.startswith("uv|venv|")]) == 2
    assert windows.run("launch.cmd", "repair").returncode == 0
    assert any("|--no-cache|" in call for call in windows.calls)
    assert windows.run("launch.cmd", "test", "--fast").returncode == 0
    assert windows.calls[-1] == "python|-P|-m|tests.check|--fast"
