"""Finding a Python for a pack among all that look like one."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines.pack import read_packs
from studio.errors import StudioError
from studio.runtime.environments import interpreters, planning, uv
from studio.runtime.environments.interpreters import Interpreter
from studio.runtime.hosts.base import Completed

PACKS = read_packs()
CORE, DIRECTML = PACKS.pack("core"), PACKS.pack("core-directml")
GOOD = {"version": "3.12.4", "final": True, "machine": "x86_64", "bits": 64, "kind": "cpython", "free": False}


class _Machine:
    """Answers for files as Pythons would."""

    def __init__(self, **pythons: object) -> None:
        self.answers = pythons
        self.listed: list[dict[str, object]] = []

    def run(self, argv: Sequence[str]) -> Completed:
        if "list" in argv:
            return Completed(0, "warning: something\n" + json.dumps(self.listed))
        said = self.answers.get(Path(argv[0]).name.replace(".", "_"))
        if isinstance(said, Exception):
            raise said
        if isinstance(said, dict):
            return Completed(0, json.dumps({"file": argv[0], **GOOD, **said}))
        return Completed(127, str(said))


def _linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for name in names:
        file = tmp_path / name
        file.touch()
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "own"))


def test_our_own_python_tells_what_it_is() -> None:
    found = interpreters.ask(Path(sys.executable))
    assert found is not None
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.system == interpreters.system_name()
    if sys.prefix != sys.base_prefix:  # an environment on top of an environment would go with it
        assert not found.file.resolve().is_relative_to(Path(sys.prefix).resolve())


@pytest.mark.parametrize(
    "answer",
    [
        "pyenv: python3.12: command not found",
        OSError("not there"),
        subprocess.TimeoutExpired("python", 1),
        {"kind": "pypy"},
        {"bits": 32},
        {"free": True},
        {"final": False},
    ],
)
def test_what_only_looks_like_a_python_does_not_count(answer: object) -> None:
    assert interpreters.ask(Path("/x/python3.12"), _Machine(python3_12=answer).run) is None


@pytest.mark.parametrize("said", ["", "[]", "{}", "null", "[" * 100_000, "not json"])
def test_an_answer_that_is_none_does_not_count(said: str) -> None:
    assert interpreters.ask(Path("/x"), lambda argv: Completed(0, said)) is None


def test_the_studios_own_python_is_taken_where_the_pack_allows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _linked(tmp_path, monkeypatch, "own", "python3.11", "python3.12")
    machine = _Machine(own={"version": "3.12.1"}, python3_11={"version": "3.11.9"})
    found = interpreters.find(CORE, pythons=tmp_path / "none", run=machine.run)
    assert found is not None
    assert found.version == "3.12.1"
    machine.answers["own"] = {"version": "3.13.0"}
    found = interpreters.find(DIRECTML, pythons=tmp_path / "none", run=machine.run)
    assert found is not None
    assert found.version == "3.11.9"


def test_a_python_that_says_another_version_than_its_name_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _linked(tmp_path, monkeypatch, "own", "python3.11", "python3.12")
    machine = _Machine(own="broken", python3_11={"version": "3.9.1"}, python3_12={})
    found = interpreters.find(DIRECTML, pythons=tmp_path / "none", run=machine.run)
    assert found is not None
    assert found.version == "3.12.4"


@pytest.mark.skipif(uv.find() is None, reason="uv is not installed")
def test_uv_knows_of_pythons_that_are_on_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _linked(tmp_path, monkeypatch, "own")
    machine = _Machine(own="broken", old={"version": "3.8.1"}, hidden={})
    machine.listed = [{"path": None}, {"path": "/far/old"}, {"path": "/far/hidden"}]
    found = interpreters.find(CORE, pythons=tmp_path / "none", run=machine.run)
    assert found is not None
    assert found.file == Path("/far/hidden")
    machine.listed = []
    assert interpreters.find(CORE, pythons=tmp_path / "none", run=machine.run) is None


def test_a_python_the_pack_does_not_know_is_refused_with_the_reason() -> None:
    new = Interpreter(Path("/x"), "3.13.0", "x86_64", "windows")
    with pytest.raises(StudioError, match=r"Python 3\.13: torch-directml ended") as e:
        interpreters.check(DIRECTML, new)
    assert "Python 3.12" in e.value.hint
    interpreters.check(DIRECTML, replace(new, version="3.12.9"))
    with pytest.raises(StudioError, match=r"Python 3\.14: only with 3\.11"):
        interpreters.check(CORE, replace(new, version="3.14.0"))


@pytest.mark.parametrize(("system", "machine"), [("linux", "arm64"), ("windows", "arm64"), ("macos", "x86_64")])
def test_a_processor_without_packages_is_named(system: str, machine: str) -> None:
    with pytest.raises(StudioError, match=machine):
        interpreters.check(CORE, Interpreter(Path("/x"), "3.11.7", machine, system))


def test_without_a_python_uv_is_asked_to_bring_one_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in for uv fails, as it does where there is no network."""
    said: list[str] = []
    script = tmp_path / "uv"
    script.write_text('#!/bin/sh\necho "$@"\necho "error: Failed to fetch: dns error" >&2\nexit 2\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(uv, "find", lambda: script)
    monkeypatch.setattr(interpreters, "find", lambda pack, **kwargs: None)
    ears = replace(planning.SILENT, told=said.append)
    with pytest.raises(
        StudioError, match=r"needs Python 3\.11 or 3\.12, and there is none here\. The package source"
    ) as e:
        interpreters.provide(DIRECTML, pythons=tmp_path / "pythons", ears=ears)
    assert e.value.hint == "Install Python 3.11, then try again."
    assert any(f"python install 3.11 --no-config --no-bin --install-dir {tmp_path / 'pythons'}" in s for s in said)
    monkeypatch.setattr(uv, "find", lambda: None)
    with pytest.raises(StudioError, match="there is none here"):
        interpreters.provide(DIRECTML, pythons=tmp_path / "pythons", ears=ears)
