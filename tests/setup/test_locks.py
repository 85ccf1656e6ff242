"""The locks: everything pinned and hashed, nothing that ties them to one place to load from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.setup.checkout import ROOT

LOCKS = ROOT / "installers" / "locks"
REQUIREMENT = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?(?P<rest> \\)?")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?P<rest> \\)?")


@dataclass(frozen=True)
class Pin:
    """One package of a lock, for the systems and versions that its marker names."""

    name: str
    version: str
    marker: str


def read(name: str) -> dict[Pin, int]:
    """Read a lock strictly: each pin and how many hashes it has; any other line is a failure."""
    pins: dict[Pin, int] = {}
    goes_on = False
    for line in (LOCKS / name).read_text("utf-8").splitlines():
        if line.lstrip().startswith("#"):
            continue
        match = (HASH if goes_on else REQUIREMENT).fullmatch(line)
        assert match, f"{name}: {line}"
        if goes_on:
            pins[list(pins)[-1]] += 1
        else:
            pins[Pin(match["name"], match["version"], match["marker"] or "")] = 0
        goes_on = match["rest"] is not None
    return pins


def direct(name: str) -> dict[str, str]:
    """Read what a person wrote: each direct dependency and the comment above it."""
    found: dict[str, str] = {}
    comment = ""
    for line in (LOCKS / name).read_text("utf-8").splitlines():
        if line.startswith("#"):
            comment = line[1:].strip()
        elif line:
            found[re.split(r"[<>=!~ ]", line)[0]] = comment
            comment = ""
    return found


@pytest.mark.parametrize("name", ["app.txt", "dev.txt"])
def test_each_package_is_pinned_and_hashed(name: str):
    pins = read(name)
    assert pins
    assert [pin for pin, hashes in pins.items() if not hashes] == []


@pytest.mark.parametrize("name", ["app.txt", "dev.txt", "app.in", "dev.in"])
def test_no_place_to_load_from_is_named(name: str):
    text = (LOCKS / name).read_text("utf-8")
    assert not re.search(
        r"://|@ |(^|\s)(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|/opt/", text
    )


def test_both_locks_agree():
    app = {pin.name: set() for pin in read("app.txt")}
    for pin in read("app.txt"):
        app[pin.name].add(pin)
    shared = {pin for pin in read("dev.txt") if pin.name in app}
    assert shared, "the tools share packages with the app, or the test reads nothing"
    assert shared == set().union(*(app[pin.name] for pin in shared))


@pytest.mark.parametrize("name", ["app", "dev"])
def test_direct_dependencies_are_locked_and_have_a_reason(name: str):
    wanted = direct(f"{name}.in")
    locked = {pin.name for pin in read(f"{name}.txt")}
    assert wanted
    assert set(wanted) <= locked
    assert [package for package, reason in wanted.items() if not reason and not package.startswith("kokoro-")] == []


def test_the_launchers_find_the_pin_of_uv():
    lines = (LOCKS / "app.txt").read_text("utf-8").splitlines()
    assert sum(line.startswith("uv==") for line in lines) == 1


def test_no_torch_in_the_app():
    heavy = {"torch", "torchaudio", "torchvision", "transformers", "diffusers"}
    assert {pin.name for pin in read("app.txt")} & heavy == set()
