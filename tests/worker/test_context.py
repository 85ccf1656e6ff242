"""What a runner holds: files that appear whole, pieces that are kept, and a cancel that is seen."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.protocol import framing, messages
from studio.worker import context as context_module
from studio.worker.channel import Channel
from studio.worker.context import RunContext, sha256_of
from studio.worker.failures import CancelledRun
from studio.worker.loop import Inbox


class Said(io.BytesIO):
    """The studio's end of a channel that only speaks."""

    def messages(self) -> list[messages.Message]:
        stream = io.BytesIO(self.getvalue())
        payloads = iter(lambda: framing.read_frame(stream), None)
        return [messages.decode(p) for p in payloads if p is not None]


def made(scratch: Path, *, parts: dict[str, str] | None = None) -> tuple[RunContext, Said, threading.Event]:
    said, cancelled = Said(), threading.Event()
    run = messages.Run(
        job=3, task="speech", params={"a": 1}, inputs={"b": 2}, seed=4, scratch=str(scratch),
        parts=parts or {},
    )  # fmt: skip
    return RunContext(run, Channel(io.BytesIO(), said), cancelled, ["cpu"]), said, cancelled


def test_it_holds_what_was_asked(tmp_path: Path) -> None:
    context, _, _ = made(tmp_path / "out")
    assert (context.job, context.task, context.params, context.inputs) == (3, "speech", {"a": 1}, {"b": 2})
    assert (context.seed, context.scratch, context.rungs) == (4, tmp_path / "out", ("cpu",))


def test_a_file_appears_whole(tmp_path: Path) -> None:
    context, _, _ = made(tmp_path / "out")
    with context.create("a.wav") as unfinished:
        unfinished.write_bytes(b"half")
        assert not (context.scratch / "a.wav").exists()
        unfinished.write_bytes(b"whole")
    assert [(p.name, p.read_bytes()) for p in context.scratch.iterdir()] == [("a.wav", b"whole")]


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), CancelledRun()])
def test_or_not_at_all(error: BaseException, tmp_path: Path) -> None:
    context, _, _ = made(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"earlier")

    def broken() -> None:
        with context.create("a.wav") as unfinished:
            unfinished.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)):
        broken()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.wav", b"earlier")]


def test_a_file_that_was_never_written_is_an_error(tmp_path: Path) -> None:
    context, _, _ = made(tmp_path)
    with pytest.raises(FileNotFoundError), context.create("a.wav"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_it_is_synced_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, _, _ = made(tmp_path)
    done: list[str] = []

    def noted(name: str, original: Callable[..., object]) -> Callable[..., object]:
        return lambda *args: (done.append(name), original(*args))[1]

    for name in ("fsync", "replace"):
        monkeypatch.setattr(context_module.os, name, noted(name, getattr(context_module.os, name)))
    with context.create("a.wav") as unfinished:
        unfinished.write_bytes(b"whole")
    assert done == ["fsync", "replace"]


def test_a_cancel_is_seen_at_once(tmp_path: Path) -> None:
    context, _, cancelled = made(tmp_path)
    context.check_cancelled()
    context.wait(0)
    cancelled.set()
    assert context.cancelled
    with pytest.raises(CancelledRun):
        context.check_cancelled()
    with pytest.raises(CancelledRun):
        context.wait(600)


def test_progress_is_cheap_and_its_end_is_always_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(n / 100 for n in range(100, 10_000))
    monkeypatch.setattr(context_module.time, "monotonic", lambda: next(clock))
    context, said, _ = made(tmp_path)
    for step in range(100):
        context.progress("speaking", step / 100)
    context.progress("speaking", 1.0)
    fractions = [m.fraction for m in said.messages() if isinstance(m, messages.Progress)]
    assert 8 <= len(fractions) <= 12
    assert fractions[-1] == 1.0


def test_a_kept_piece_is_announced_with_its_hash(tmp_path: Path) -> None:
    context, said, _ = made(tmp_path)
    file = tmp_path / "piece.wav"
    file.write_bytes(b"x" * 3_000_000)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    context.keep_part("key", file)
    context.note("a word", level="info", line=7)
    assert said.messages() == [
        messages.Part(job=3, key="key", file=str(file), sha256=digest),
        messages.Note(job=3, level="info", text="a word", line=7),
    ]
    assert sha256_of(file) == digest


def test_only_pieces_that_are_there_are_finished(tmp_path: Path) -> None:
    there = tmp_path / "there.wav"
    there.touch()
    context, _, _ = made(tmp_path, parts={"a": str(there), "b": str(tmp_path / "gone.wav"), "c": ""})
    assert [context.finished_part(key) for key in "abcd"] == [there, None, None, None]


def test_a_cancel_may_come_before_its_run() -> None:
    inbox = Inbox(Channel(io.BytesIO(), io.BytesIO()))
    inbox.cancel_of(5).set()
    assert inbox.cancel_of(5).is_set()
    assert not inbox.cancel_of(6).is_set()
    inbox.forget(5)
    assert not inbox.cancel_of(5).is_set()
