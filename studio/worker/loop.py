"""The engine process's loop: greet, load, run job after job, leave. Runs on the process's main thread.

Two more threads: one reads the studio's messages and ends the process when the studio is gone; one sends a heartbeat.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib.util
import os
import platform
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from studio.protocol import framing, messages
from studio.worker import failures
from studio.worker.channel import Channel
from studio.worker.context import RunContext, sha256_of
from studio.worker.guard import InstallGuard
from studio.worker.runner import Output, Runner

HEARTBEAT = 1.0  # seconds
PARENT = "STUDIO_PARENT"  # variable with the studio's process number, where its main thread starts us
_PR_SET_PDEATHSIG = 1
_MOST_DESCRIPTORS = 256  # a process that has only just begun has far fewer


class Inbox:
    """The studio's messages, sorted as they come: runs wait in line, a cancel works at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: queue.SimpleQueue[messages.Message] = queue.SimpleQueue()
        self._cancels: dict[int, threading.Event] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def next(self) -> messages.Message:
        """Wait for the next piece of work."""
        return self._queue.get()

    def cancel_of(self, job: int) -> threading.Event:
        """Return the flag that a cancel of this job sets, also when the cancel came first."""
        with self._lock:
            return self._cancels.setdefault(job, threading.Event())

    def forget(self, job: int) -> None:
        """Drop the flag of a job that is over."""
        with self._lock:
            self._cancels.pop(job, None)

    def _read(self) -> None:
        try:
            while (message := self._channel.receive()) is not None:
                if isinstance(message, messages.Cancel):
                    self.cancel_of(message.job).set()
                elif isinstance(message, messages.Dump):
                    faulthandler.dump_traceback(file=sys.__stderr__ or 2, all_threads=True)
                else:
                    self._queue.put(message)
        except (framing.FramingError, messages.MessageError, OSError) as e:
            os.write(2, f"the studio's channel broke: {e}\n".encode())
        leave_with_children()


def serve(make_runner: Callable[[], Runner], channel: Channel) -> None:
    """Serve the studio until it says Shutdown or closes the channel. Does not return."""
    faulthandler.enable(file=2)
    _die_with_the_studio()
    inbox = Inbox(channel)
    inbox.start()
    guard = InstallGuard()
    guard.arm()
    first = inbox.next()
    if not isinstance(first, messages.Load):
        _leave(1)
    else:
        runner = _made(make_runner, channel)
        hello = messages.Hello(version=messages.VERSION, python=platform.python_version(), pid=os.getpid())
        runner.greet(channel, hello, first)
        threading.Thread(target=_beat, args=(channel,), name="heartbeat", daemon=True).start()
        if _load(runner, first, channel):
            _work(runner, inbox, channel, guard, first.rungs)
        _leave(0)


def leave_with_children() -> None:
    """End this process and whatever it started, without Python's or a driver's teardown."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _made(make_runner: Callable[[], Runner], channel: Channel) -> Runner:
    try:
        return make_runner()
    except Exception as e:  # noqa: BLE001 — border: whatever an engine raises becomes a message
        channel.send(_failed(0, e))
        _leave(0)


def _load(runner: Runner, load: messages.Load, channel: Channel) -> bool:
    try:
        facts = runner.load(load)
        # Libraries and a model are half a million objects that stay: whoever collects garbage after each job, or in the
        # middle of one, need not look at them again.
        gc.collect()
        gc.freeze()
        channel.send(messages.Loaded(facts=facts))
    except Exception as e:  # noqa: BLE001 — border: whatever an engine raises becomes a message
        channel.send(_failed(0, e))
        return False
    return True


def _work(runner: Runner, inbox: Inbox, channel: Channel, guard: InstallGuard, rungs: Sequence[str]) -> None:
    while True:
        message = inbox.next()
        if isinstance(message, messages.Shutdown):
            return
        if isinstance(message, messages.Run):
            context = RunContext(message, channel, inbox.cancel_of(message.job), rungs)
            with _slow_ways_noted(context):
                _run(runner, context, channel, guard)
            inbox.forget(message.job)
            channel.send(messages.Idle(job=message.job))


def _run(runner: Runner, context: RunContext, channel: Channel, guard: InstallGuard) -> None:
    try:
        output = _hashed(runner.run(context))
        more = [_hashed(further) for further in output.more]
        for sentence in guard.report():
            context.note(sentence)
        channel.send(
            messages.Result(
                job=context.job,
                file=str(output.path),
                sha256=output.sha256,
                media=output.media,
                facts=output.facts,
                more=[{"file": str(m.path), "sha256": m.sha256, "media": m.media, "facts": m.facts} for m in more],
            )
        )
    except Exception as e:  # noqa: BLE001 — border: whatever an engine raises becomes a message
        channel.send(_failed(context.job, e))
    if messages.SKIP_CLEANUP in context.rungs:
        return
    try:
        runner.clean_up()
    except Exception as e:  # noqa: BLE001 — border: the result is safe already
        context.note(f"cleaning up failed: {type(e).__name__}: {e}")


@contextmanager
def _slow_ways_noted(context: RunContext) -> Generator[None, None, None]:
    """Have a note say, once, that a library lets the processor do what the device cannot."""
    shown, told = warnings.showwarning, False

    def show(message: Warning | str, *rest: Any, **named: Any) -> None:
        nonlocal told
        if not told and failures.is_slow_way(str(message)):
            told = True
            context.note(f"slower than it should be: {message}")
        shown(message, *rest, **named)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown


def _hashed(output: Output) -> Output:
    return output if output.sha256 else replace(output, sha256=sha256_of(output.path))


def _failed(job: int, error: Exception) -> messages.Failed:
    text = str(error) or type(error).__name__
    known = isinstance(error, failures.UserMistake)
    return messages.Failed(
        job=job,
        failure=failures.classify(error),
        message=text if known else f"{type(error).__name__}: {error}" if str(error) else text,
        hint=error.hint if isinstance(error, failures.UserMistake) else "",
        details=failures.details(error),
    )


def _beat(channel: Channel) -> None:
    tick = threading.Event()
    while not tick.wait(HEARTBEAT):
        channel.send(messages.Heartbeat())


def runner_of(file: Path) -> Runner:
    """Load the runner by its path: engines live in folders, not in packages that could be shadowed."""
    spec = importlib.util.spec_from_file_location("engine_runner", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["engine_runner"] = module
    sys.path.insert(1, str(file.parent))
    spec.loader.exec_module(module)
    runner = module.Runner()
    if not isinstance(runner, Runner):
        raise TypeError(f"Runner in {file} is no studio.worker.runner.Runner")
    return runner


def _die_with_the_studio() -> None:
    """Have Linux end this process when the studio dies, should a library hold the interpreter just then.

    The signal comes when the thread that started us ends, so the studio asks for it only where that is its main thread.
    """
    studio = os.environ.pop(PARENT, "")
    if studio and sys.platform == "linux":
        import ctypes

        prctl = ctypes.CDLL(None).prctl
        _leave_a_guardian(prctl)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(studio):  # it died before we asked
            leave_with_children()


def _leave_a_guardian(prctl: Callable[[int, int], int]) -> None:
    """Leave a process in our group that does nothing but end the group when we are gone.

    The kernel's signal ends this process alone, with no time to take along what it started. A signal tells the guardian
    as well: a pipe's end would be inherited by the copies that an engine makes of itself, and never close.
    """
    engine = os.getpid()
    if os.getpgrp() != engine or os.fork():
        return
    try:
        os.closerange(3, _MOST_DESCRIPTORS)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        prctl(_PR_SET_PDEATHSIG, signal.SIGUSR1)
        while os.getppid() == engine:
            signal.sigwait({signal.SIGUSR1})
        os.killpg(0, signal.SIGKILL)
    finally:
        os._exit(0)


def _leave(code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
