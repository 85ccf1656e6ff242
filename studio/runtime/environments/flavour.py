"""Which build of torch an environment holds, read from its files: the tripwire after an install. Any thread.

An installer is content with any torch that has the right number. One for another card works slowly, wrongly or never.
"""

from __future__ import annotations

import ast
import fnmatch
from dataclasses import dataclass
from pathlib import Path

from studio.runtime.environments import records

_BUILDS = ("cuda", "hip", "xpu")  # as torch itself calls them
_OF = {"cuda": "cuda", "rocm": "hip", "xpu": "xpu", "cpu": "", "mps": ""}


class Mismatch(Exception):
    """The torch that is there is not the one wanted; the text says how."""


@dataclass(frozen=True)
class Flavour:
    """What is installed as torch."""

    version: str  # as installers know it
    inside: str  # as it says of itself, with the build: "2.13.0+cpu"
    build: str  # cuda, hip, xpu or nothing


def read(environment: Path) -> Flavour | None:
    """Return the torch of an environment; None where there is none at all."""
    found = [p.version for p in records.installed(environment) if p.name == "torch"]
    file = records.site_packages(environment) / "torch" / "version.py"
    values = _values(file)
    if not found and not file.parent.exists():
        return None
    if len(found) != 1:
        raise Mismatch(f"torch is installed {len(found)} times: {', '.join(found) or 'without a description'}")
    if not values.get("__version__"):
        raise Mismatch("torch does not say which build it is")
    build = "+".join(name for name in _BUILDS if values.get(name))
    return Flavour(found[0], values["__version__"], build)


def check(environment: Path, *, wanted: str, accelerator: str) -> Flavour | None:
    """Raise Mismatch unless the torch of an environment is the one that was planned, and untouched.

    `wanted` may hold a * where an index decides on the build's exact name.
    """
    found = read(environment)
    if found is None:
        if wanted:
            raise Mismatch(f"torch {wanted} was planned, and none is there")
        return None
    if not wanted:
        raise Mismatch(f"no torch was planned, and {found.version} is there")
    if not fnmatch.fnmatchcase(found.version, wanted) or not _same(found.inside, found.version):
        raise Mismatch(f"torch {wanted} was planned, {found.inside} (called {found.version}) was installed")
    # A build for DirectML is any plain one with a package beside it.
    if accelerator in _OF and found.build != _OF[accelerator]:
        raise Mismatch(f"a torch for {accelerator} was planned, one for {found.build or 'the CPU'} was installed")
    for path, wanted_by in records.claims(environment).items():
        others = {claim.package for claim in wanted_by}
        if "torch" in others and len(others) > 1:
            raise Mismatch(f"{', '.join(sorted(others - {'torch'}))} puts its own {path} over that of torch")
    return found


def _same(inside: str, version: str) -> bool:
    """Compare with the build where one is named; the public index leaves it out of the name."""
    return inside == version if "+" in version else inside.partition("+")[0] == version


def _values(file: Path) -> dict[str, str]:
    """Return the plain texts that a Python file assigns, without running it."""
    try:
        tree = ast.parse(file.read_bytes()[:100_000])
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, str] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[target.id] = value.value
    return found
