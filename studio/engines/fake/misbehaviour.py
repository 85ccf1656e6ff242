"""All the ways in which an engine can go wrong, as tables: behaviour -> what it does. For real, in this process."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import struct
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import replace

from studio.protocol import messages
from studio.worker.channel import Channel
from studio.worker.runner import Output

_FLOOD_BYTES = 100 * 1024 * 1024


def _sleep_for_good() -> None:
    while True:
        time.sleep(60)


# ------------------------------------------------------------------------------------------------------------ greeting


def _no_hello(channel: Channel, hello: messages.Hello) -> None:
    del channel, hello
    _sleep_for_good()


def _garbage(channel: Channel, hello: messages.Hello) -> None:
    del hello
    channel.send_raw(b"Loading checkpoint shards: 100%|##########| 2/2 [00:00<00:00]\n")
    _sleep_for_good()


def _wrong_version(channel: Channel, hello: messages.Hello) -> None:
    channel.send(replace(hello, version=hello.version + 99))


def _huge_frame(channel: Channel, hello: messages.Hello) -> None:
    del hello
    channel.send_raw(struct.pack("<I", 1 << 30) + b"{")
    _sleep_for_good()


GREETINGS: dict[str, Callable[[Channel, messages.Hello], None]] = {
    "no_hello": _no_hello,
    "garbage": _garbage,
    "wrong_version": _wrong_version,
    "huge_frame": _huge_frame,
}


# ------------------------------------------------------------------------------------------------------ in the mid-run


def _segfault() -> None:
    ctypes.string_at(0)


def _killed() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has one signal, which ends at once
    _sleep_for_good()


def _exit_without_result() -> None:
    os._exit(1)


def _hang_silent() -> None:
    """A C call that keeps the interpreter's lock, as a stuck driver does: no heartbeat, no cancel, no other thread."""
    if sys.platform == "win32":
        ctypes.PyDLL("kernel32").Sleep(0xFFFFFFFE)
    else:
        ctypes.PyDLL(None).sleep(1 << 30)


def _stderr_flood() -> None:
    """Half of it in lines, half in a line that does not end."""
    line = b"a warning that a library prints again and again, for each step of each layer\n"
    for block in (line * 1000, b"#" * len(line) * 1000):
        written = 0
        while written < _FLOOD_BYTES // 2:
            written += os.write(2, block)
    os.write(2, b"\n")


def _stdout_noise() -> None:
    print("noise from Python", flush=True)  # noqa: T201 — that is the point
    os.write(1, b"noise from the descriptor\n")
    os.write(1, struct.pack("<I", 4) + b"noise that looks like a frame\n")
    c = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    c.puts(b"noise from C")
    c.fflush(None)
    subprocess.run([sys.executable, "-I", "-S", "-c", "print('noise from a grandchild')"], check=False)


def _orphan() -> None:
    """The grandchild inherits this process's stderr, as they do, and so keeps that pipe open."""
    subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])


def _installs() -> None:
    """Try both ways; a refusal is swallowed, as libraries that install what they miss do."""
    package = ["install", "--no-index", "studio-fake-engine-wants-this"]
    try:
        subprocess.run([sys.executable, "-m", "pip", *package], check=False)
    except PermissionError as e:
        sys.stderr.write(f"{e}\n")
    try:
        importlib.import_module("pip._internal.cli.main").main(package)
    except (PermissionError, ImportError) as e:  # an environment may have no pip at all
        sys.stderr.write(f"{e}\n")


MID_RUN: dict[str, Callable[[], None]] = {
    "segfault": _segfault,
    "abort": os.abort,
    "killed": _killed,
    "exit_without_result": _exit_without_result,
    "hang": _sleep_for_good,
    "hang_silent": _hang_silent,
    "stderr_flood": _stderr_flood,
    "stdout_noise": _stdout_noise,
    "orphan": _orphan,
    "installs": _installs,
}


# ----------------------------------------------------------------------------------- what the ladder of fallbacks cures


class OutOfMemoryError(RuntimeError):
    """Named like the one that the libraries raise."""


def _out_of_memory() -> None:
    raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 512.00 MiB free.")


def _unsupported() -> None:
    raise RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`")


def _wrong_build() -> None:
    raise RuntimeError("HIP error: hipErrorNoBinaryForGpu: Unable to find code object for all current devices")


def _bad_numbers() -> array[float]:
    return array("f", [float("nan")]) * 2400


AILMENTS: dict[str, Callable[[], array[float] | None]] = {
    "out_of_memory": _out_of_memory,
    "bad_numbers": _bad_numbers,
    "unsupported": _unsupported,
    "wrong_build": _wrong_build,
}
FIRST_RUNGS = {
    "out_of_memory": "empty_cache",
    "bad_numbers": "precision",
    "unsupported": "precision",
    "wrong_build": "other_build",
}


# ---------------------------------------------------------------------------------------------- announcing the result


def _missing_result(output: Output) -> Output:
    return replace(output, path=output.path.with_name("never-written.wav"), sha256="0" * 64)


def _empty_result(output: Output) -> Output:
    empty = output.path.with_name("empty.wav")
    empty.write_bytes(b"")
    return replace(output, path=empty)


def _wrong_hash(output: Output) -> Output:
    return replace(output, sha256="0" * 64)


RESULTS: dict[str, Callable[[Output], Output]] = {
    "missing_result": _missing_result,
    "empty_result": _empty_result,
    "wrong_hash": _wrong_hash,
}


# ------------------------------------------------------------------------------------------------- after the result


def _exit_after_result() -> None:
    os._exit(1)


CLEAN_UPS: dict[str, Callable[[], None]] = {
    "abort_in_cleanup": os.abort,
    "exit_after_result": _exit_after_result,
}
