"""The fake engine misbehaves for real: a process for each behaviour, spoken to over its pipes."""

import ast
import os
import select
import signal
import tomllib
from pathlib import Path

import pytest

from studio.protocol import framing, messages
from studio.protocol.float_wav import read_float_wav, read_samples
from studio.worker import failures
from tests.engines.harness import ENGINES, Worker, piece, started

pytestmark = pytest.mark.slow  # many processes

FOLDER = ENGINES / "fake"
PIECES = [piece(f"Sentence number {n}.", line=n) for n in range(4)]


def _ready(worker: Worker, behaviour: str, *rungs: str) -> None:
    assert isinstance(worker.load({"behaviour": behaviour}, rungs=rungs), messages.Loaded)


def _log(worker: Worker) -> str:
    return worker.log.read_text(errors="replace")


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_every_behaviour_of_the_description_does_something():
    params = tomllib.loads((FOLDER / "engine.toml").read_text())["params"]
    choices = next(p for p in params if p["name"] == "behaviour")["choices"]
    tree = ast.parse((FOLDER / "misbehaviour.py").read_text(), feature_version=(3, 10))
    tables = [node.value for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)]
    names = [str(ast.literal_eval(key)) for table in tables for key in table.keys if key is not None]
    assert sorted(names) == sorted(set(choices) - {"ok", "slow"})


def test_a_tone_for_each_sentence_with_its_own_pitch(tmp_path):
    with started("fake") as worker:
        _ready(worker, "ok")
        reply = worker.run(tmp_path / "a", PIECES)
        again = worker.run(tmp_path / "b", PIECES, job=2)
        other = worker.run(tmp_path / "c", [piece(p["text"], line=p["line"], seed=8) for p in PIECES], job=3)
    assert reply.idle
    assert reply.file.read_bytes() == again.file.read_bytes() != other.file.read_bytes()
    assert list(reply.parts) == [p["key"] for p in PIECES]
    assert not list(tmp_path.rglob("*.part"))


def test_the_time_a_sentence_takes_is_full_of_progress(tmp_path):
    with started("fake") as worker:
        _ready(worker, "ok")
        reply = worker.run(tmp_path, PIECES[:2], params={"seconds": 0.5})
    fractions = [p.fraction or 0.0 for p in reply.progress]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) > 2


def test_a_cancel_ends_the_wait(tmp_path):
    with started("fake") as worker:
        _ready(worker, "ok")
        worker.start(tmp_path, PIECES, params={"seconds": 60})
        assert isinstance(worker.receive(), messages.Progress)
        worker.send(messages.Cancel(1))
        reply = worker.finish()
    assert reply.failed is not None
    assert reply.failed.failure == failures.CANCELLED


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("segfault", -signal.SIGSEGV),
        ("abort", -signal.SIGABRT),
        ("killed", -signal.SIGKILL),
        ("exit_without_result", 1),
    ],
)
def test_it_dies_in_the_middle_and_again(tmp_path, behaviour, code):
    parts: dict[str, str] = {}
    for attempt in range(2):
        with started("fake") as worker:
            _ready(worker, behaviour)
            reply = worker.run(tmp_path / str(attempt), PIECES, parts=parts)
            assert worker.process.wait() == code
        assert reply.result is None
        assert reply.failed is None
        parts |= reply.parts
        assert list(parts) == [p["key"] for p in PIECES[:2]]
        assert all(read_float_wav(Path(file)).frames for file in parts.values())


def test_it_never_says_hello_but_leaves_with_the_studio():
    with started("fake") as worker:
        worker.send(messages.Load("fake", "cpu", "fp32", 0, "", {"behaviour": "no_hello"}))
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        assert worker.receive() is None
        worker.process.wait()


@pytest.mark.parametrize(
    ("behaviour", "claim"), [("garbage", int.from_bytes(b"Load", "little")), ("huge_frame", 1 << 30)]
)
def test_it_sends_no_frames(behaviour, claim):
    with started("fake") as worker:
        worker.send(messages.Load("fake", "cpu", "fp32", 0, "", {"behaviour": behaviour}))
        with pytest.raises(framing.FramingError, match=str(claim)):
            worker.receive()


def test_it_speaks_another_version():
    with started("fake") as worker:
        worker.send(messages.Load("fake", "cpu", "fp32", 0, "", {"behaviour": "wrong_version"}))
        hello = worker.receive()
    assert isinstance(hello, messages.Hello)
    assert hello.version != messages.VERSION


def test_it_hangs_with_a_heartbeat(tmp_path):
    with started("fake") as worker:
        _ready(worker, "hang")
        worker.start(tmp_path, PIECES[:1])
        assert isinstance(worker.receive(), messages.Progress)
        worker.send(messages.Cancel(1))
        assert isinstance(worker.receive(), messages.Heartbeat)
        assert isinstance(worker.receive(), messages.Heartbeat)


def test_it_hangs_without_a_heartbeat(tmp_path):
    with started("fake") as worker:
        _ready(worker, "hang_silent")
        worker.start(tmp_path, PIECES[:1])
        assert isinstance(worker.receive(), messages.Progress)
        assert worker.process.stdout is not None
        # One beat may have been on its way already; two would mean that the interpreter still turns.
        beats = 0
        while select.select([worker.process.stdout], [], [], 2.5)[0] and beats < 2:
            assert isinstance(worker.receive(), messages.Heartbeat)
            beats += 1
        assert beats < 2
        worker.process.terminate()
        assert worker.process.wait() == -signal.SIGTERM


@pytest.mark.parametrize(
    ("behaviour", "failure", "first", "later"),
    [
        ("out_of_memory", failures.OUT_OF_MEMORY, "empty_cache", "precision"),
        ("bad_numbers", failures.BAD_NUMBERS, "precision", "math_attention"),
        ("unsupported", failures.UNSUPPORTED, "precision", "cpu"),
        ("wrong_build", failures.WRONG_BUILD, "other_build", "override"),
    ],
)
def test_it_fails_until_the_ladder_has_come_to_the_cure(tmp_path, behaviour, failure, first, later):
    with started("fake") as worker:
        _ready(worker, behaviour)
        ill = worker.run(tmp_path / "1", PIECES)
    with started("fake") as worker:
        _ready(worker, behaviour, first)
        cured = worker.run(tmp_path / "2", PIECES)
        still_ill = worker.run(tmp_path / "3", PIECES, job=2, params={"until": later})
    with started("fake") as worker:
        _ready(worker, behaviour, first, later)
        cured_later = worker.run(tmp_path / "4", PIECES, params={"until": later})
    for reply in (ill, still_ill):
        assert reply.failed is not None
        assert reply.failed.failure == failure
        assert list(reply.parts) == [p["key"] for p in PIECES[:2]]
    assert cured.file.read_bytes() == cured_later.file.read_bytes()


def test_it_announces_a_file_that_is_not_so(tmp_path):
    results = {}
    for behaviour in ("missing_result", "empty_result", "wrong_hash"):
        with started("fake") as worker:
            _ready(worker, behaviour)
            results[behaviour] = worker.run(tmp_path / behaviour, PIECES[:1])
    assert not results["missing_result"].file.exists()
    assert results["empty_result"].file.stat().st_size == 0
    assert read_samples(results["wrong_hash"].file)
    assert results["wrong_hash"].result.sha256 == "0" * 64


def test_it_floods_stderr(tmp_path):
    with started("fake") as worker:
        _ready(worker, "stderr_flood")
        reply = worker.run(tmp_path, PIECES[:1])
        assert worker.log.stat().st_size >= 100 * 1024 * 1024
    assert reply.file.exists()


def test_its_noise_stays_off_the_channel(tmp_path):
    with started("fake") as worker:
        _ready(worker, "stdout_noise")
        reply = worker.run(tmp_path, PIECES[:1])
        for source in ("Python", "the descriptor", "C", "a grandchild"):
            assert f"noise from {source}" in _log(worker)
    assert reply.file.exists()


def test_it_leaves_a_grandchild(tmp_path):
    with started("fake") as worker:
        _ready(worker, "orphan")
        reply = worker.run(tmp_path, PIECES[:1])
        (grandchild,) = _children(worker.process.pid)
        os.kill(grandchild, 0)
    assert reply.file.exists()


def test_it_tries_to_install_in_two_ways(tmp_path):
    with started("fake") as worker:
        _ready(worker, "installs")
        reply = worker.run(tmp_path, PIECES[:1])
    assert reply.file.exists()
    refusals = [note.text for note in reply.notes if "install was refused" in note.text]
    assert any("-m pip install" in text for text in refusals)
    assert any("pip._internal" in text for text in refusals)


@pytest.mark.parametrize(("behaviour", "code"), [("abort_in_cleanup", -signal.SIGABRT), ("exit_after_result", 1)])
def test_it_dies_after_the_result(tmp_path, behaviour, code):
    with started("fake") as worker:
        _ready(worker, behaviour)
        reply = worker.run(tmp_path, PIECES[:1])
        assert worker.process.wait() == code
    assert read_samples(reply.file)
    assert not reply.idle
