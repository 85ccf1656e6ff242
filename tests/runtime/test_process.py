"""A process that speaks frames, whatever it sends, and however it is ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.protocol import messages
from studio.runtime import engine_log
from studio.runtime import process as process_module
from studio.runtime.engine_log import EngineLog
from studio.runtime.hosts.local import LocalHost
from studio.runtime.process import Broken, Ended, FrameProcess
from tests.processes import wait_gone
from tests.smoke.driver import left_naming

pytestmark = pytest.mark.slow

HEAD = """
import os, signal, subprocess, sys, time
from studio.protocol import framing, messages
def say(message):
    framing.write_frame(sys.stdout.buffer, messages.encode(message))
def progress(number):
    say(messages.Progress(job=number, stage="x"))
"""
Spawn = Callable[[str], FrameProcess]


@pytest.fixture(name="spawn")
def _make_spawn(tmp_path: Path) -> Iterator[Spawn]:
    root = str(Path(__file__).parents[2])
    started: list[FrameProcess] = []

    def spawn(code: str) -> FrameProcess:
        argv = [sys.executable, "-S", "-c", HEAD + code]
        env = {"PYTHONPATH": root, "MARKER": str(tmp_path)}
        started.append(FrameProcess(LocalHost(tmp_path), argv, env, tmp_path / "log"))
        return started[-1]

    yield spawn
    for process in started:
        process.stop()
    assert left_naming(str(tmp_path)) == []


def received(process: FrameProcess) -> list[messages.Message]:
    """All messages up to the end."""
    found: list[messages.Message] = []
    with pytest.raises(Ended):
        while True:
            message = process.receive(30)
            assert message is not None, "it says nothing"
            found.append(message)
    return found


def test_what_is_made_later_is_sent_in_its_turn_by_another_thread(spawn: Spawn) -> None:
    echo = """
while (payload := framing.read_frame(sys.stdin.buffer)) is not None:
    progress(messages.decode(payload).values["number"])
"""
    process, made = spawn(echo), list[threading.Thread]()

    def make() -> messages.Message:
        made.append(threading.current_thread())
        return messages.Order("x", {"number": 2})

    process.send(messages.Order("x", {"number": 1}))
    process.send_made(make)
    process.send_made(lambda: None)
    process.send(messages.Order("x", {"number": 3}))
    numbers = [process.receive(30) for _ in range(3)]
    assert [one.job for one in numbers if isinstance(one, messages.Progress)] == [1, 2, 3]
    assert made
    assert threading.current_thread() not in made


def test_frames_go_both_ways(spawn: Spawn) -> None:
    process = spawn(
        "while (data := framing.read_frame(sys.stdin.buffer)): framing.write_frame(sys.stdout.buffer, data)"
    )
    for number in range(20):
        process.send(messages.Note(job=number, level="info", text="é\n\0" * number))
        answer = process.receive(30)
        assert answer == messages.Note(job=number, level="info", text="é\n\0" * number)


def test_all_that_was_said_before_the_end_is_heard_and_the_end_stays(spawn: Spawn) -> None:
    process = spawn("[progress(n) for n in range(50)]\nos._exit(7)")
    assert [m.job for m in received(process) if isinstance(m, messages.Progress)] == list(range(50))
    for _ in range(2):
        with pytest.raises(Ended):
            process.receive(0)
    assert process.code == 7


def test_a_flood_waits_in_the_pipe(spawn: Spawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_QUEUE", 10)
    process = spawn("[progress(n) for n in range(5000)]")
    assert process._inbox.maxsize == 10
    assert [m.job for m in received(process) if isinstance(m, messages.Progress)] == list(range(5000))


def test_a_flood_that_nobody_reads_can_be_stopped(spawn: Spawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_QUEUE", 10)
    process = spawn("while True: progress(1)")
    assert process.receive(30) is not None
    process.stop()
    assert process.code is not None
    assert not process._frames.is_alive()


def test_heartbeats_are_a_sign_and_no_message(spawn: Spawn) -> None:
    process = spawn("[say(messages.Heartbeat()) for _ in range(3000)]\nprogress(1)")
    before = process.last_sign
    assert len(received(process)) == 1
    assert process.last_sign > before


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (b"Loading: 100%\n", "bytes"),
        (b"\x05\x00\x00\x00hello", "not JSON"),
        (b"\x02\x00\x00\x00{}", "unknown message"),
        (b"\xff\xff\xff\xff{}", "the limit is"),
        (b"\x05\x00\x00\x00{}", "ended after 2 of 5 bytes"),
        (b"\x05\x00", "inside a frame's header"),
    ],
)
def test_what_is_no_message_breaks_the_channel(said: bytes, complaint: str, spawn: Spawn) -> None:
    process = spawn(f"progress(1)\nos.write(1, {said!r})")
    assert process.receive(30) == messages.Progress(job=1, stage="x")
    with pytest.raises(Broken, match=complaint):
        process.receive(30)
    with pytest.raises(Ended):
        process.receive(30)


def test_sending_to_one_that_is_gone_is_no_error(spawn: Spawn) -> None:
    process = spawn("")
    received(process)
    for _ in range(3):
        process.send(messages.Shutdown())


def test_a_friendly_end_lets_it_finish_and_takes_what_it_started(spawn: Spawn, tmp_path: Path) -> None:
    process = spawn(
        f"""
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])
progress(child.pid)
framing.read_frame(sys.stdin.buffer)
open({str(tmp_path / "finished")!r}, "w").close()
os._exit(0)
"""
    )
    message = process.receive(30)
    assert isinstance(message, messages.Progress)
    process.shut_down()
    assert (process.code, (tmp_path / "finished").exists(), wait_gone([message.job])) == (0, True, [])


def test_a_grandchild_that_left_the_group_and_keeps_the_pipes_holds_nobody_up(
    spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_module, "KILL_AFTER", 0.2)
    process = spawn(
        """
idle = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
progress(subprocess.Popen(idle, start_new_session=True).pid)
os._exit(0)
"""
    )
    message = process.receive(30)
    assert isinstance(message, messages.Progress)
    stopping = threading.Thread(target=process.stop, daemon=True)
    stopping.start()
    stopping.join(30)
    held_up = stopping.is_alive()
    os.kill(message.job, signal.SIGKILL)
    assert not held_up
    assert wait_gone([message.job]) == []


def test_one_that_ignores_every_word_is_killed(spawn: Spawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "TERMINATE_AFTER", 0.2)
    monkeypatch.setattr(process_module, "KILL_AFTER", 0.5)
    process = spawn("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprogress(1)\nwhile True: time.sleep(60)")
    process.receive(30)
    process.shut_down()
    assert process.code == -9


def test_what_it_prints_is_kept_and_read_while_nobody_asks(spawn: Spawn, tmp_path: Path) -> None:
    process = spawn("os.write(2, b'x' * 1_000_000 + b'\\nthe last line\\n')\nprogress(1)")
    received(process)
    process.stop()
    assert process.log.tail().endswith("the last line")
    assert (tmp_path / "log").read_bytes().endswith(b"x\nthe last line\n")


def test_a_log_turns_over_and_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_log, "_FILE_BYTES", 1000)
    log = EngineLog(tmp_path / "engine.log")
    for number in range(500):
        log.write(f"line {number}\n".encode())
    files = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}
    assert set(files) == {"engine.log", "engine.old.log"}
    assert all(len(text) <= 1000 for text in files.values())
    assert (files["engine.old.log"] + files["engine.log"]).endswith("line 498\nline 499\n")
    assert EngineLog(tmp_path / "engine.log").tail() == ""


def test_the_tail_is_the_last_lines_and_has_an_end(tmp_path: Path) -> None:
    log = EngineLog(tmp_path / "engine.log")
    for number in range(1000):
        log.write(f"line {number}\nnext ".encode())
    lines = log.tail().splitlines()
    assert len(lines) == 201
    assert lines[-2:] == ["next line 999", "next "]
    log.write(b"\xff" + b"#" * 1_000_000)
    log.write(b"#" * 1_000_000)
    assert len(log.tail()) < 20_000


def test_a_log_that_cannot_be_written_still_has_a_tail(tmp_path: Path) -> None:
    log = EngineLog(tmp_path / "missing" / "engine.log")
    log.write(b"a line\n")
    assert log.tail() == "a line"
