"""What the packages of an environment say they consist of, and whether it is there. Nothing is imported. Any thread.

Installers do not notice a file that is gone or was changed afterwards; the records that they leave do.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20
_MOST = 50_000_000  # bytes of a record; the largest one known has 2 MB
_NAME = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class Package:
    """An installed package, by its own description."""

    name: str  # normalised
    version: str
    folder: Path  # its .dist-info


@dataclass(frozen=True)
class Damage:
    """Something that is not as it was installed. `what`: missing, size, content, record, package, outside."""

    package: str
    path: str
    what: str


@dataclass(frozen=True)
class Claim:
    """A line of a package's record: a file, and what it should be."""

    package: str
    digest: str  # "sha256=…"
    size: int | None


def normalised(name: str) -> str:
    """Return the one spelling of a package's name."""
    return _NAME.sub("-", name).lower()


def site_packages(environment: Path) -> Path:
    """Return the folder of packages; of an environment without one, where it would be under Windows."""
    return next(iter(sorted(environment.glob("lib/python3*/site-packages"))), environment / "Lib" / "site-packages")


def installed(environment: Path) -> list[Package]:
    """Return what is installed, also when a package is there twice."""
    found: list[Package] = []
    for folder in sorted(site_packages(environment).glob("*.dist-info")):
        headers = _headers(folder / "METADATA")
        name, _, version = folder.name.removesuffix(".dist-info").partition("-")
        found.append(Package(normalised(headers.get("name", name)), headers.get("version", version), folder))
    return found


def claims(environment: Path) -> dict[str, list[Claim]]:
    """Return what each package's record says of each file, by the file's place below the folder of packages."""
    found: dict[str, list[Claim]] = {}
    for package in installed(environment):
        for path, digest, size in _rows(package.folder / "RECORD"):
            found.setdefault(path, []).append(Claim(package.name, digest, int(size) if size.isdecimal() else None))
    return found


def damages(environment: Path, *, hashes: bool, cancelled: Callable[[], bool] = lambda: False) -> list[Damage]:
    """Compare all files with the records: whether they are there, their sizes, and on demand their content."""
    site = site_packages(environment)
    files = claims(environment)
    found = [
        Damage(package.name, f"{package.folder.name}/RECORD", "record")
        for package in installed(environment)
        # Each record names the description beside it; one that does not is cut, or no record.
        if f"{package.folder.name}/METADATA" not in files
    ]
    for path, wanted in files.items():
        if cancelled():
            break
        # Two packages may bring a file of the same name, a licence for instance: then one of them is right.
        seen = [_compare(environment, site, path, claim, hashes=hashes) for claim in wanted]
        if all(seen):
            found.append(Damage(wanted[-1].package, path, seen[-1]))
    return found


def _compare(environment: Path, site: Path, path: str, claim: Claim, *, hashes: bool) -> str:
    """Return what is wrong with a file, or nothing."""
    place = Path(os.path.normpath(site / path))
    if not place.is_relative_to(environment):
        return "outside"
    try:
        size = place.stat().st_size
        if claim.size is not None and size != claim.size:
            return "size"
        if hashes and claim.digest and _digest(place, claim.digest.partition("=")[0]) != claim.digest:
            return "content"
    except OSError:
        # Compiled code is no part of what was installed; it comes and goes.
        return "" if path.endswith(".pyc") else "missing"
    return ""


def _digest(place: Path, kind: str) -> str:
    if kind not in hashlib.algorithms_guaranteed or kind.startswith("shake"):
        return ""
    made = hashlib.new(kind)
    with place.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return f"{kind}={base64.urlsafe_b64encode(made.digest()).rstrip(b'=').decode()}"


def _rows(record: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with record.open("rb") as file:
            text = file.read(_MOST).decode("utf-8", "replace")
    except OSError:
        return
    try:
        for row in csv.reader(text.splitlines()):
            if len(row) == 3 and row[0] and "\0" not in row[0]:
                yield row[0].replace("\\", "/"), row[1], row[2]
    except csv.Error:
        return


def _headers(file: Path) -> dict[str, str]:
    """Return the first lines of a package's description, by lower-case name; the first of each."""
    found: dict[str, str] = {}
    try:
        with file.open("rb") as stream:
            text = stream.read(_BLOCK).decode("utf-8", "replace")
    except OSError:
        return found
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def differing(environment: Path, planned: Mapping[str, str]) -> str:
    """Say where what is installed is not what was planned; nothing where it is."""
    found = installed(environment)
    for package in found:
        wanted = planned.get(package.name)
        if wanted is None:
            return f"{package.name} {package.version} was not planned"
        if _numbers(package.version) != _numbers(wanted):
            return f"{package.name} {wanted} was planned, {package.version} is there"
    names = {package.name for package in found}
    if len(names) != len(found):
        return "a package is there twice"
    missing = sorted(set(planned) - names)
    return f"{missing[0]} {planned[missing[0]]} was planned and is not there" if missing else ""


def _numbers(version: str) -> list[int | str]:
    """Return a version in a form in which 1.0 and 1.00 and 1.0.post1 and 1.0-post1 are the same."""
    parts = re.findall(r"\d+|[a-z]+|\+", version.lower())
    return [int(part) if part.isdecimal() else part for part in parts]
