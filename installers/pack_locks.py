"""Makes the locks of the packs anew, what is noted of their packages, and the table of what can be resolved.

    python installers/pack_locks.py lock         after a change to a requirements.in or to torch.toml
    python installers/pack_locks.py note ENV...  licences and sizes; environments with the packages, to read them from
    python installers/pack_locks.py table        resolves every pack for every system, Python and device

Run with the studio's own interpreter from a checkout. `lock` wants the build of torch for the CPU under Linux in a
folder named by UV_FIND_LINKS; the other files come from the public index, which uv knows.
"""

from __future__ import annotations

import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

from studio.engines.pack import OURS, Flavour, Pack, Pin, Target, parse_lock, read_packs

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "windows", "macos")
SOURCES = ("docopt", "muq", "unidic-lite")  # pure Python, and never packed otherwise; all else comes ready made
PLATFORMS = {"linux": "x86_64-manylinux_2_28", "windows": "x86_64-pc-windows-msvc", "macos": "aarch64-apple-darwin"}

# What torch asks for besides its own libraries. It is left out of the packs' locks, and these must not go with it.
TORCH_NEEDS = ("filelock", "fsspec", "jinja2", "networkx", "sympy", "typing-extensions", "setuptools")
TORCH_FAMILY = re.compile(r"torch(-directml|vision)?|triton|nvidia-.*|cuda-.*")

# Where a package's own description is silent, wrong, or not at hand because it is for another system.
LICENCES = {
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "diffrhythm2-fork": "Apache-2.0",  # the authors' code; the packer's description names another
    "espeakng-loader": "MIT (eSpeak NG in it: GPL-3.0-or-later)",
    "standard-aifc": "PSF-2.0",
    "standard-chunk": "PSF-2.0",
    "standard-sunau": "PSF-2.0",
    "torch": "BSD-3-Clause",
    "torch-directml": "MIT",
    "torchvision": "BSD-3-Clause",
    "triton": "MIT",
    "muq": "MIT (weights: CC-BY-NC-4.0)",
    "cuda-bindings": "NVIDIA Software License",
    "cuda-pathfinder": "Apache-2.0",
    "cuda-toolkit": "NVIDIA Proprietary Software",
}
STATED = {
    "MIT License": "MIT",
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License": "ISC",
}
CLASSIFIED = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0",
}


def main(arguments: list[str]) -> int:
    """Run one of the commands."""
    command, *rest = arguments or ["help"]
    if command == "lock":
        lock_torch()
        for folder in sorted(OURS.glob("*/requirements.in")):
            lock_pack(folder.parent)
    elif command == "note":
        note([Path(item) for item in rest])
    elif command == "table":
        sys.stdout.write(table() + "\n")
    else:
        sys.stderr.write(__doc__ or "")
        return 2
    return 0


# --------------------------------------------------------------------------------------------------------------- locks


def lock_pack(folder: Path) -> None:
    """Look up everything a pack needs, but torch; for all systems and its Pythons at once."""
    data = tomllib.loads((folder / "pack.toml").read_text("utf-8"))
    lock = folder / data["lock"]
    core = OURS / "core" / "lock.txt"
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "all.in"
        wanted.write_text("\n".join([f"-r {folder / 'requirements.in'}", *TORCH_NEEDS]) + "\n", "utf-8")
        excluded = Path(scratch) / "excluded.in"
        excluded.write_text("\n".join(["torch", "torchvision", *data["left_out"]]) + "\n", "utf-8")
        out = Path(scratch) / "lock.txt"
        if core.exists():  # the versions of the first pack are preferred, so that disks hold each package once
            shutil.copyfile(core, out)
        oldest = ["--universal", "--python-version", data["python"][0], "--fork-strategy", "fewest"]
        uv("pip", "compile", wanted, "--excludes", excluded, *oldest, "--output-file", out, *QUIET)
        lock.write_text(cleaned(out.read_text("utf-8")), "utf-8")


QUIET = ("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet")


def cleaned(text: str) -> str:
    """Drop what is for no machine of ours: packages for Python in a browser."""
    targets = [Target(system, f"{python}.0") for system in SYSTEMS for python in PYTHONS]
    pins = [p for p in parse_lock(text, "lock") if any(t.fits(p.marker) for t in targets)]
    return "".join(written(p, "" if all(t.fits(p.marker) for t in targets) else p.marker) for p in pins)


def written(pin: Pin, marker: str) -> str:
    """Return a pin with the marker that remains, as a lock holds it."""
    head = f"{pin.name}=={pin.version}" + (f" ; {marker}" if marker else "")
    return " \\\n    ".join([head, *(f"--hash={h}" for h in pin.hashes)]) + "\n"


def lock_torch() -> None:
    """Look up the files of torch that can be had from the public index, and those for the CPU from a folder."""
    folder = OURS / "torch"
    linux = " and ".join(("sys_platform == 'linux'", "platform_machine == 'x86_64'"))
    mac = "sys_platform == 'darwin' and platform_machine == 'arm64'"
    cpu = [p for target in ("windows",) for p in torch_pins("torch==2.13.0", target, "3.11", links=False)]
    text = "".join(written(p, f"sys_platform == 'win32' or ({mac})") for p in cpu if p.name == "torch")
    for python in PYTHONS:
        if os.environ.get("UV_FIND_LINKS"):
            found = torch_pins("torch==2.13.0+cpu", "linux", python, links=True)
            text += "".join(written(p, f"{linux} and python_version == '{python}'") for p in found if p.name == "torch")
    (folder / "cpu.txt").write_text(text, "utf-8")
    cuda = torch_pins("torch==2.13.0", "linux", "3.11", links=False)
    (folder / "cu130.txt").write_text("".join(written(p, linux) for p in cuda), "utf-8")
    asked = "torch-directml==0.2.5.dev240914\ntorch==2.4.1\ntorchvision==0.19.1"
    old = torch_pins(asked, "windows", "3.11", links=False)
    windows = "sys_platform == 'win32' and python_version < '3.13'"
    (folder / "directml.txt").write_text("".join(written(p, windows) for p in old), "utf-8")


def torch_pins(wanted: str, system: str, python: str, *, links: bool) -> list[Pin]:
    """Return torch and the libraries it brings; nothing when it cannot be had."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch) / "torch.in"
        asked.write_text(wanted + "\n", "utf-8")
        flags = ["--python-platform", PLATFORMS[system], "--python-version", python]
        done = uv("pip", "compile", asked, *flags, *QUIET, links=links, check=False)
    pins = parse_lock(done.stdout, "torch") if done.returncode == 0 else ()
    return [p for p in pins if TORCH_FAMILY.fullmatch(p.name)]


# --------------------------------------------------------------------------------------------------------------- notes


def note(environments: list[Path]) -> None:
    """Write down each package's licence, its size by system and Python, and what it takes on a disk."""
    packs = read_packs()
    file = OURS / "packages.json"
    old: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    disk, licences = installed(environments)
    facts: dict[str, Any] = {}
    for pack in packs.packs:
        for pin in (*pack.lock, *(p for f in pack.flavours for p in f.lock)):
            name, key = pin.name, f"{pin.name}=={pin.version}"
            if key not in facts:
                before = old.get(key, {})
                licence = LICENCES.get(name) or licences.get(key) or before.get("licence") or nvidia(name)
                disk_bytes = disk.get(key) or before.get("disk", 0)
                facts[key] = {"licence": licence, "disk": disk_bytes, "sizes": before.get("sizes", {})}
            facts[key].setdefault("pins", []).append(pin)
    sizes(facts)
    for key, value in facts.items():
        del value["pins"]
        if not value["disk"]:  # nobody has it installed here; wheels are packed about this much, libraries less
            value["disk"] = (2 if key.startswith("nvidia-") else 3) * max(value["sizes"].values(), default=0)
        if not value["licence"]:
            sys.stderr.write(f"no licence known: {key}\n")
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(facts[key])}" for key in sorted(facts))
    file.write_text("{\n" + lines + "\n}\n", "utf-8")


def nvidia(name: str) -> str:
    """Return the licence of NVIDIA's libraries, which are all under one."""
    return "NVIDIA Proprietary Software" if name.startswith("nvidia-") else ""


def sizes(facts: dict[str, Any]) -> None:
    """Ask for the sizes of the files, and note for each machine that of the file it would get."""
    links = {p.name: p for folder in os.environ.get("UV_FIND_LINKS", "").split() for p in Path(folder).glob("*.whl")}
    with tempfile.TemporaryDirectory() as scratch:
        for key, value in facts.items():
            if value["sizes"]:  # noted before; what a version's files weigh does not change
                continue
            asked, out = Path(scratch) / "one.in", Path(scratch) / "pylock.toml"
            asked.write_text(key + "\n", "utf-8")
            flags = ("--no-deps", "--universal", "--format", "pylock.toml", "--quiet", "--output-file", out)
            for python in PYTHONS:
                done = uv("pip", "compile", asked, *flags, "--python-version", python, links=False, check=False)
                if done.returncode == 0:
                    break
            files: list[tuple[str, int]] = [(n, p.stat().st_size) for n, p in links.items()] if "+" in key else []
            source = 0
            if done.returncode == 0:
                found = tomllib.loads(out.read_text("utf-8"))["packages"][0]
                files = [(wheel_name(w), int(w.get("size", 0))) for w in found.get("wheels", [])]
                source = int(found.get("sdist", {}).get("size", 0))
            value["sizes"] = by_target(files, source, value["pins"], key)


def wheel_name(wheel: dict[str, Any]) -> str:
    """Return the name of a wheel's file from a pylock."""
    return str(wheel.get("name") or wheel["url"].rsplit("/", 1)[-1]).replace("%2B", "+")


def by_target(files: list[tuple[str, int]], source: int, pins: list[Pin], key: str) -> dict[str, int]:
    """Return the size of the file each machine would get; one number under "any" where all get the same."""
    found: dict[str, int] = {}
    for system in SYSTEMS:
        for python in PYTHONS:
            target = Target(system, f"{python}.0", "arm64" if system == "macos" else "x86_64")
            if not any(target.fits(pin.marker) for pin in pins):
                continue
            size = best(files, tags(target), key) or source
            if size:
                found[target.key] = size
    values = set(found.values())
    return {"any": values.pop()} if len(values) == 1 and len(found) == 9 else found


def tags(target: Target) -> list[Any]:
    """Return the tags of files a machine takes, the best first."""
    version = tuple(int(n) for n in target.minor.split("."))
    if target.system == "windows":
        platforms = ["win_amd64"]
    elif target.system == "macos":
        platforms = list(mac_platforms((14, 0), "arm64"))
    else:
        platforms = [f"manylinux_2_{n}_x86_64" for n in range(28, 4, -1)]
        platforms += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]
    return [*cpython_tags(version, platforms=platforms), *compatible_tags(version, platforms=platforms)]


def best(files: list[tuple[str, int]], wanted: list[Any], key: str) -> int:
    """Return the size of the file with the best tag."""
    order = {tag: n for n, tag in enumerate(wanted)}
    found: list[tuple[int, int]] = []
    for name, size in files:
        wheel, version, _, has = parse_wheel_filename(name)
        ranks = [order[tag] for tag in has if tag in order]
        if ranks and f"{wheel}=={version}" == key:
            found.append((min(ranks), size))
    return min(found)[1] if found else 0


def installed(environments: list[Path]) -> tuple[dict[str, int], dict[str, str]]:
    """Read sizes on disk and licences from the descriptions of installed packages."""
    disk: dict[str, int] = {}
    licences: dict[str, str] = {}
    for environment in environments:
        for folder in environment.glob("lib/python*/site-packages/*.dist-info"):
            about = HeaderParser().parsestr((folder / "METADATA").read_text("utf-8", "replace"))
            key = f"{canonicalize_name(about['Name'])}=={about['Version']}"
            with (folder / "RECORD").open(encoding="utf-8", newline="") as record:
                disk[key] = sum(int(row[2]) for row in csv.reader(record) if len(row) > 2 and row[2])
            licences[key] = licence_of(about)
    return disk, licences


def licence_of(about: Any) -> str:
    """Return the shortest honest name of a licence from a package's description."""
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classes = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier", []) if c.startswith("License :: ")]
    short = [CLASSIFIED.get(c, c) for c in classes if c != "OSI Approved"]
    stated = str(about["License"] or "").strip()
    if stated and len(stated) <= 40 and "\n" not in stated and stated.upper() != "UNKNOWN":
        return STATED.get(stated, stated)
    return " OR ".join(short)


# --------------------------------------------------------------------------------------------------------------- table


def table() -> str:
    """Resolve every pack with its torch, for every system, Python and kind of device; return rows of a table."""
    rows = ["| pack | device | system | " + " | ".join(PYTHONS) + " |", "|---|---|---|" + "---|" * len(PYTHONS)]
    for pack in read_packs().packs:
        for flavour in pack.flavours:
            for system in flavour.systems:
                cells = [cell(pack, flavour, system, python) for python in PYTHONS]
                name = flavour.id if flavour.id == flavour.accelerator else f"{flavour.accelerator} ({flavour.id})"
                rows.append(f"| {pack.id} | {name} | {system} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def cell(pack: Pack, flavour: Flavour, system: str, python: str) -> str:
    """Say what resolving gave for one machine."""
    if python not in pack.python:
        return "refused"
    target = Target(system, f"{python}.9", "arm64" if system == "macos" else "x86_64")
    pins = [p for p in (*pack.lock, *flavour.lock) if target.fits(p.marker)]
    later = [] if any(p.name == "torch" for p in pins) else ["torch", "torchvision"]
    asked = tuple(f"{p.name}=={p.version}" for p in pins)
    return resolved(asked, (*pack.left_out, *later), system, python) + (" + torch" if later else "")


@functools.cache  # rows that differ in torch alone, and look that up later, ask the same
def resolved(asked: tuple[str, ...], left_out: tuple[str, ...], system: str, python: str) -> str:
    """Resolve exact versions; return how many packages there are, and what came along unasked."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted, excluded = Path(scratch) / "all.in", Path(scratch) / "excluded.in"
        wanted.write_text("\n".join([*asked, ""]), "utf-8")
        excluded.write_text("\n".join([*left_out, ""]), "utf-8")
        flags = ["--python-platform", PLATFORMS[system], "--python-version", python, "--quiet", "--no-header"]
        flags += ["--only-binary", ":all:", *(part for name in SOURCES for part in ("--no-binary", name))]
        links = any("+" in pin for pin in asked)
        done = uv("pip", "compile", wanted, "--excludes", excluded, *flags, "--no-annotate", links=links, check=False)
    if done.returncode:
        return "**conflict**: " + " ".join(done.stderr.split())[:200]
    extra = sorted({f"{p.name}=={p.version}" for p in parse_lock(done.stdout, "resolved")} - set(asked))
    return f"{len(asked)}" + (f" **+ {', '.join(extra)}**" if extra else "")


def uv(*arguments: object, links: bool = False, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run uv without anybody's configuration; local builds take part only where they are asked for."""
    from uv import find_uv_bin

    environment = {k: v for k, v in os.environ.items() if not (k == "UV_FIND_LINKS" and not links)}
    environment.setdefault("MACOSX_DEPLOYMENT_TARGET", "14")
    command = [find_uv_bin(), *map(str, arguments), "--no-config"]
    return subprocess.run(command, check=check, capture_output=True, text=True, encoding="utf-8", env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
