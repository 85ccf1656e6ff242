"""A finished picture is handed over and found again as it was, with what is to be known about it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from studio.engines.shared.finished_pictures import Finished, Said
from studio.protocol import messages
from studio.worker.context import RunContext, sha256_of
from studio.worker.runner import Output

_PICTURE = b"\x89PNG and\nwhat is painted\n"


class _Channel:
    """Stands where the private channel stands."""

    def __init__(self) -> None:
        self.sent: list[messages.Message] = []

    def send(self, message: messages.Message) -> None:
        self.sent.append(message)

    def notes(self) -> list[tuple[str, str]]:
        return [(m.text, m.level) for m in self.sent if isinstance(m, messages.Note)]


class _Run:
    """A run of a job of two pictures, or of one."""

    def __init__(
        self, scratch: Path, parts: dict[str, str] | None = None, *, loras: dict[str, str] | None = None,
        rungs: tuple[str, ...] = (), keys: tuple[str, ...] = ("first", "second"),
    ) -> None:  # fmt: skip
        run = messages.Run(1, "image", {}, {"text": "", "keys": [*keys]}, 7, str(scratch), parts or {})
        self.channel: Any = _Channel()
        self.context = RunContext(run, self.channel, threading.Event())
        same = {"loras": loras} if loras else {}
        self.finished = Finished(self.context, {"device": "local/cuda0", "rungs": [*rungs]}, same)

    def kept(self, number: int, *notes: Said, **facts: Any) -> dict[str, str]:
        """Finish a picture; return what was handed over by it."""
        with self.context.create("picture.png") as unfinished:
            unfinished.write_bytes(_PICTURE)
        self.finished.keep(number, Output(self.context.scratch / "picture.png", "image", facts), notes)
        parts = [m for m in self.channel.sent if isinstance(m, messages.Part)]
        assert all(sha256_of(Path(part.file)) == part.sha256 for part in parts)
        return {part.key: part.file for part in parts}


def test_a_picture_is_found_by_the_next_run_byte_for_byte_with_its_facts_and_notes(tmp_path: Path) -> None:
    before = _Run(tmp_path / "a")
    parts = before.kept(1, Said("It is black."), Said("It was decoded again.", "info"), width=64, seed=9)
    assert [*parts] == ["second"]
    later = _Run(tmp_path / "b", parts)
    assert later.finished.found(0) is None
    found = later.finished.found(1)
    assert found is not None
    assert (found.path, found.path.read_bytes()) == (tmp_path / "b" / "picture-02.png", _PICTURE)
    assert (found.facts, found.sha256) == ({"width": 64, "seed": 9}, sha256_of(found.path))
    told = [("It is black.", "warning"), ("It was decoded again.", "info")]
    assert before.channel.notes() == later.channel.notes() == told


def test_one_that_was_made_otherwise_says_how(tmp_path: Path) -> None:
    parts = _Run(tmp_path / "a").kept(0, seed=9)
    found = _Run(tmp_path / "b", parts, rungs=("slicing",)).finished.found(0)
    assert found is not None
    assert found.facts == {"seed": 9, "made_under": {"device": "local/cuda0", "rungs": []}}


def test_one_of_other_loras_is_not_taken(tmp_path: Path) -> None:
    ink = {"ink": "a" * 64}
    parts = _Run(tmp_path / "a", loras=ink).kept(0, loras=ink)
    assert _Run(tmp_path / "b", parts, loras=ink).finished.found(0) is not None
    assert _Run(tmp_path / "c", parts, loras={"ink": "b" * 64}).finished.found(0) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-3],
        lambda data: data[:-3] + b"xyz",
        lambda data: b"",
        lambda data: _PICTURE,
        lambda data: b"{}\n" + _PICTURE,
        lambda data: b"[]\n" + _PICTURE,
        lambda data: data.replace(b'"facts": {', b'"facts": 3, "more": {'),
        lambda data: data.replace(b'"notes": []', b'"notes": [1]'),
    ],
)
def test_a_damaged_one_is_made_again(tmp_path: Path, damage: Any) -> None:
    parts = _Run(tmp_path / "a").kept(0, seed=9)
    file = Path(parts["first"])
    file.write_bytes(damage(file.read_bytes()))
    assert _Run(tmp_path / "b", parts).finished.found(0) is None


def test_the_only_picture_of_a_job_is_not_handed_over_but_its_notes_are_said(tmp_path: Path) -> None:
    run = _Run(tmp_path, keys=())
    assert run.kept(0, Said("It is black.")) == {}
    assert run.channel.notes() == [("It is black.", "warning")]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["picture.png"]
