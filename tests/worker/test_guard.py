"""Engines install nothing: what tries is refused, what got through another way is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.worker.guard import InstallGuard, is_install

ROOT = Path(__file__).parents[2]

INSTALLS = [
    "pip install torch", "pip3 install -U torch", "pip3.11 install torch", "/usr/bin/pip install torch",
    "python -m pip install torch", "/opt/env/bin/python -I -m pip --quiet install torch", "uv pip install torch",
    "uv add torch", "uv sync", "python -m uv pip install torch", "python -m ensurepip", "conda install -y torch",
    "mamba install torch", "poetry add torch", "pip download torch", "pip uninstall -y torch", "easy_install torch",
    "sh -c pip install torch", r"C:\env\Scripts\pip.exe install torch",
]  # fmt: skip
HARMLESS = [
    "", "ffmpeg -i in.wav out.wav", "pip --version", "python -m pip list", "uv --version", "python install.py",
    "python -m http.server", "git add file", "espeak-ng install", "nvidia-smi", "/opt/pip/tool install",
]  # fmt: skip

# Each way to start something, as a library would; prints what came of them.
_TRY = """
import json, os, subprocess, sys
from studio.worker.guard import InstallGuard

guard = InstallGuard()
guard.arm()
LINE = "pip install studio-test-wants-this --no-index"
WORDS = LINE.split()
PYTHON = [sys.executable, "-m", *WORDS]

def in_process():
    from pip._internal.cli.main import main

ways = {
    "Popen": lambda: subprocess.run(PYTHON),
    "shell": lambda: subprocess.run(LINE, shell=True),
    "system": lambda: os.system(LINE),
    "spawn": lambda: os.posix_spawn(sys.executable, PYTHON, {}),
    "exec": lambda: os.execv(sys.executable, PYTHON),
    "fork and exec": lambda: os.spawnv(os.P_WAIT, sys.executable, PYTHON),
    "import": in_process,
}
found = {}
for name, way in ways.items():
    try:
        found[name] = f"not refused: {way()}"
    except PermissionError as e:
        found[name] = "refused"
    except BaseException as e:
        found[name] = repr(e)
harmless = subprocess.run([sys.executable, "-c", "print('pip')"], capture_output=True).stdout.decode().strip()
print(json.dumps({"found": found, "harmless": harmless, "report": guard.report(), "again": guard.report()}))
"""


@pytest.mark.parametrize("line", INSTALLS)
def test_what_installs(line: str) -> None:
    assert is_install(line.split())


@pytest.mark.parametrize("line", HARMLESS)
def test_what_does_not(line: str) -> None:
    assert not is_install(line.split())


def test_every_way_to_start_an_installer_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRY], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    found = said["found"]
    # What forks by itself is refused in the child, which ends with a code of its own.
    assert found.pop("fork and exec") in {"refused", "not refused: 127"}
    assert set(found.values()) == {"refused"}, found
    assert said["harmless"] == "pip"
    assert len(said["report"]) >= 6
    assert all(sentence.startswith("an install was refused: ") for sentence in said["report"])
    assert said["again"] == []


def test_changed_packages_are_noticed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    for name in ("kept", "replaced", "removed"):
        (site / f"{name}-1.0.dist-info").mkdir(parents=True)
        (site / f"{name}-1.0.dist-info" / "RECORD").write_text("a.py,,\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(site), str(tmp_path / "missing" / "site-packages")])
    guard = InstallGuard()
    assert guard.report() == []
    (site / "replaced-1.0.dist-info" / "RECORD").write_text("another.py,,\n", encoding="utf-8")
    (site / "removed-1.0.dist-info" / "RECORD").unlink()
    (site / "new-1.0.dist-info").mkdir()
    (site / "new-1.0.dist-info" / "RECORD").touch()
    (sentence,) = guard.report()
    assert [name in sentence for name in ("kept", "replaced", "removed", "new")] == [False, True, True, True]
    assert guard.report() == []
