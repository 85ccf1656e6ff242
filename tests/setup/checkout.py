"""A small copy of the checkout with a uv that only plays, for tests that start the real launcher."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AWKWARD = "Ümläut & so on"

# Plays uv: an environment without packages, then a few modules in the place of the packages. A set-up that shall be met
# midway tells so through one pipe, and goes on when it may read from the other.
STAND_IN_UV = """#!/bin/bash
if [ "$1" = --version ]; then echo "uv 9.9.9"; exit 0; fi
printf '%s|' "$@" >>"$STAND_IN_LOG"; echo >>"$STAND_IN_LOG"
arguments=("$@")
while [ $# -gt 0 ]; do
    if [ "$1" = --python ]; then python=$2; fi
    shift
done
if [ "${arguments[0]}" = venv ]; then
    exec "$python" -I -m venv --without-pip "${arguments[-1]}"
fi
if [ -n "$STAND_IN_PIPES" ]; then
    echo started >"$STAND_IN_PIPES/started"
    read -r _ <"$STAND_IN_PIPES/go"
fi
packages=$(echo "${python%/bin/python}"/lib/python3.*/site-packages)
mkdir -p "$packages/PySide6"
for name in numpy onnxruntime PySide6/__init__ PySide6/QtWidgets PySide6/QtSvg; do
    echo "$STAND_IN_MODULE" >"$packages/$name.py"
done
exit "${STAND_IN_UV_CODE:-0}"
"""

STUDIO = """
import json, os, sys
import studio
if "devices" in sys.argv:
    print("local/cpu  stand-in")
    sys.exit()
print(json.dumps({
    "arguments": sys.argv[1:],
    "folder": os.getcwd(),
    "package": os.path.dirname(studio.__file__),
    "safe_path": sys.flags.safe_path,
    "bytecode": not sys.dont_write_bytecode,
    "prefix": sys.prefix,
}))
sys.exit(int(os.environ.get("STAND_IN_CODE", "0")))
"""

CHECK = "import os, sys\nprint('checks', os.getcwd(), *sys.argv[1:])\n"


@dataclass(frozen=True)
class Checkout:
    """A copy of what a start needs, in a folder with an awkward name."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def launcher(self) -> Path:
        return self.root / "launch_wsl.sh"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def uv_calls(self) -> list[str]:
        """Every call of the stand-in so far, its arguments parted by bars."""
        log = Path(self.env["STAND_IN_LOG"])
        return log.read_text("utf-8").splitlines() if log.exists() else []

    @contextmanager
    def popen(self, *arguments: str, launcher: Path | None = None, **env: str) -> Iterator[subprocess.Popen[str]]:
        """Run the launcher in a process group of its own, from a folder that is not the checkout."""
        process = subprocess.Popen(
            [launcher or self.launcher, *arguments],
            cwd=self.root.parent,
            env={**os.environ, **self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                yield process
            except BaseException:  # a test that failed waits for nobody
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise

    def run(self, *arguments: str, launcher: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the launcher to its end."""
        with self.popen(*arguments, launcher=launcher, **env) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: str, **env: str) -> dict[str, Any]:
        """Start the stand-in studio, which must come up, and return what it says of itself."""
        done = self.run(*arguments, launcher=None, **env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def make_checkout(folder: Path) -> Checkout:
    """Copy the launcher, give it small locks, a stand-in uv, studio and tests."""
    root = folder / AWKWARD
    (root / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "launch_wsl.sh", root)
    (root / "installers" / "locks").mkdir(parents=True)
    shutil.copy(ROOT / "installers" / "environment.py", root / "installers")
    for name in ("app", "dev"):
        (root / "installers" / "locks" / f"{name}.txt").write_text(f"{name}==1\n", "utf-8")
    (root / "installers" / "locks" / "unused_files.txt").write_text("nothing/**\n", "utf-8")
    uv = root / "bin" / "uv"
    uv.write_text(STAND_IN_UV, "utf-8")
    uv.chmod(0o755)
    for package, module, text in (("studio", "__main__", STUDIO), ("tests", "check", CHECK)):
        (root / package).mkdir()
        (root / package / "__init__.py").write_text('"""Stands in."""\n', "utf-8")
        (root / package / f"{module}.py").write_text(text, "utf-8")
    env = {
        "STAND_IN_LOG": str(folder / "uv.log"),
        "STUDIO_PYTHON": getattr(sys, "_base_executable", sys.executable),
        # Asking pip for its settings takes a second, and here nothing is loaded.
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "",
        # The launcher must take this away, or later starts are slow.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return Checkout(root, env)
