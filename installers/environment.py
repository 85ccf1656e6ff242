"""The half of a set-up that is the same on every system; the launchers run it with the environment's own interpreter.

    python environment.py check VENV [dev]     exit 0 when the environment is whole and belongs to today's locks
    python environment.py finish VENV [dev]    after the packages: ties it to the checkout, tries it, stamps it

Standard library only, and not a part of the program: nothing of ours can be imported before this has run. `check`
stands in the way of every start, so it starts no process and reads few files.
"""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCKS = CHECKOUT / "installers" / "locks"

# Compiled code with libraries of the system below it: where one of those is missing, these say which.
TRIED = ("numpy", "onnxruntime", "PySide6.QtWidgets", "PySide6.QtSvg")
UNUSED = LOCKS / "unused_files.txt"

POSIX_COMMAND = """#!/bin/sh
unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
exec "$(dirname -- "$(readlink -f -- "$0")")/python" -P -m studio "$@"
"""
WINDOWS_COMMAND = '@"%~dp0python.exe" -X utf8 -P -m studio %*\r\n'


def main(arguments: list[str]) -> int:
    """Run one of the two commands and return its exit code."""
    command, venv, *extra = arguments
    locks = ["app.txt", *(["dev.txt"] if "dev" in extra else [])]
    if command == "check":
        return 0 if is_whole(Path(venv), locks) else 1
    finish(Path(venv), locks)
    return 0


def is_whole(venv: Path, locks: list[str]) -> bool:
    """Say whether the environment has what the locks name, and still all its packages."""
    stamp = venv / "studio-stamp"
    packages = site_packages(venv)
    try:
        # Written last, so without it the set-up did not end. It names the folder of this Python version too.
        expected = (stamp / "entries.txt").read_text("utf-8").splitlines()
        if any((stamp / lock).read_bytes() != (LOCKS / lock).read_bytes() for lock in locks):
            return False
        return set(expected) <= set(entries(packages))
    except (OSError, UnicodeError):
        return False


def site_packages(venv: Path) -> Path:
    """Return the folder of packages that this interpreter uses inside the environment."""
    if sys.platform == "win32":
        return venv / "Lib" / "site-packages"
    return venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def entries(packages: Path) -> list[str]:
    """Name what lies in the folder of packages, so that a missing one is noticed."""
    found: list[str] = []
    for entry in sorted(packages.iterdir()):
        if entry.name == "__pycache__":
            continue
        found.append(entry.name)
        for inside in ("__init__.py", "RECORD"):
            if (entry / inside).is_file():
                found.append(f"{entry.name}/{inside}")
    return found


def finish(venv: Path, locks: list[str]) -> None:
    """Make `python -P -m studio` work from everywhere, try the compiled packages, and write the stamp."""
    import compileall
    import importlib
    import shutil

    packages = site_packages(venv)
    leave_out(packages, UNUSED.read_text("utf-8").splitlines())
    (packages / "angen-studio.pth").write_text(checkout_seen_from(venv, packages) + "\n", "utf-8")
    if sys.platform == "win32":
        (venv / "Scripts" / "studio.cmd").write_text(WINDOWS_COMMAND, "ascii", newline="")
    else:
        command = venv / "bin" / "studio"
        command.write_text(POSIX_COMMAND, "ascii")
        command.chmod(0o755)
    for name in TRIED:
        importlib.import_module(name)
    compileall.compile_dir(CHECKOUT / "studio", quiet=2)
    stamp = venv / "studio-stamp"
    stamp.mkdir(exist_ok=True)
    for lock in locks:
        shutil.copyfile(LOCKS / lock, stamp / lock)
    (stamp / "entries.txt").write_text("\n".join(entries(packages)) + "\n", "utf-8")


def leave_out(packages: Path, patterns: list[str]) -> None:
    """Remove what nothing of the studio uses. uv links files from its cache, where they stay as they are."""
    import shutil

    wanted = [line for line in patterns if line and not line.startswith("#")]
    kept = {path for line in wanted if line.startswith("!") for path in packages.glob(line[1:])}
    for line in wanted:
        for path in [] if line.startswith("!") else sorted(packages.glob(line)):
            if path in kept or not path.exists():
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def checkout_seen_from(venv: Path, packages: Path) -> str:
    """Return the line of the .pth file that names the checkout.

    A relative one where possible: the checkout may then be moved or copied with its environment, and a folder with an
    umlaut is not at the mercy of the encoding in which older Pythons read that file. The environment lies in
    `.venv.setup/new` while it is made, hence the comparison with the checkout and not with the folder above it.
    """
    if CHECKOUT not in venv.resolve().parents:
        return str(CHECKOUT)
    return "/".join([".."] * (len(packages.relative_to(venv).parts) + 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
