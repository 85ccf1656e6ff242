"""A sound server of a test's own, with a device that nobody hears and a recorder at it: what was really played.

Also an ALSA device that writes into a file, as fast as it can: it knows no time, but no sound server is needed.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
_PATIENCE = 20.0  # seconds for a server to come up
_QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_PLUGINS = ("/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so", "/usr/lib/alsa-lib/libasound_module_pcm_pulse.so")


def missing_for_pulse() -> str:
    """What a sound server would need here; nothing when it is all there."""
    lacking = [program for program in ("pulseaudio", "parec", "pactl") if not shutil.which(program)]
    if not any(list(Path("/").glob(pattern[1:])) for pattern in _PLUGINS):
        lacking.append("libasound2-plugins")
    return ", ".join(lacking) + (", " if lacking and missing_for_portaudio() else "") + missing_for_portaudio()


def missing_for_portaudio() -> str:
    """What PortAudio would need here."""
    return "" if ctypes.util.find_library("portaudio") else "libportaudio2"


@dataclass(frozen=True)
class NullSink:
    """A running server. `variables` lead a studio to it; `recorded` gives what was played so far."""

    variables: dict[str, str]
    raw: Path

    def recorded(self) -> np.ndarray:
        """Everything the device was given since the recorder began, silence included."""
        data = np.fromfile(self.raw, np.float32)
        return data[: len(data) // 2 * 2].reshape(-1, 2)

    def wait_for_silence(self, frames: int) -> None:
        """Wait until the recorder has heard so much silence at its end: what was played has arrived."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            tail = self.recorded()[-frames:]
            if len(tail) == frames and not tail.any():
                return
            time.sleep(0.05)
        raise TimeoutError("the recorder hears no end")


@contextlib.contextmanager
def null_sink(folder: Path) -> Generator[NullSink, None, None]:
    """Start a server with a null sink, and a recorder at its monitor."""
    socket, raw = folder / "pulse.sock", folder / "capture.raw"
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    config = folder / "asound.conf"
    config.write_text(
        "<confdir:alsa.conf.d/>\n</usr/share/alsa/alsa.conf>\n"
        "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
    )
    variables = {
        "PULSE_SERVER": f"unix:{socket}",
        "XDG_RUNTIME_DIR": str(runtime),
        "ALSA_CONFIG_PATH": str(config),
        "HOME": str(folder),
    }
    environment = {**os.environ, **variables}
    words = [
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no",
        "--realtime=no", "--high-priority=no", f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1",
        f"--load=module-null-sink sink_name=n rate={RATE} format=float32le channels=2",
    ]  # fmt: skip
    recorder_words = [
        "parec", "-d", "n.monitor", "--format=float32le", f"--rate={RATE}", "--channels=2", "--latency-msec=50",
        str(raw),
    ]  # fmt: skip
    with _running(words, environment):
        _wait_until(lambda: _answers(environment), "the sound server does not come up")
        with _running(recorder_words, environment):
            _wait_until(lambda: raw.exists() and raw.stat().st_size > 0, "the recorder hears nothing")
            yield NullSink(variables, raw)


@contextlib.contextmanager
def file_device(folder: Path) -> Generator[NullSink, None, None]:
    """Make a file the default ALSA device."""
    raw, config = folder / "alsa.raw", folder / "asound.conf"
    config.write_text(
        f'pcm.null0 {{ type null }}\npcm.!default {{ type file slave.pcm null0 file "{raw}" format raw }}\n'
    )
    yield NullSink({"ALSA_CONFIG_PATH": str(config), "HOME": str(folder)}, raw)


@dataclass(frozen=True)
class Found:
    """Where a recording holds what was played."""

    exact: int  # blocks that were found to the last bit
    blocks: int  # that there are
    runs: int  # of blocks that follow each other without a gap; one when there is none

    def __str__(self) -> str:
        return f"{self.exact} of {self.blocks} blocks exact, {self.runs} contiguous run(s)"


def find(source: np.ndarray, recording: np.ndarray, block: int = 64) -> Found:
    """Look for every block of a noise in a recording of it, by exact match."""
    starts = np.arange(0, len(source) - block + 1, block)
    wanted, heard = _frames_as_numbers(source[starts]), _frames_as_numbers(recording)
    order = np.argsort(wanted)
    keys = wanted[order]
    nearest = np.searchsorted(keys, heard).clip(0, len(keys) - 1)
    hits = list(_hits(source, recording, starts[order[nearest]], np.flatnonzero(keys[nearest] == heard), block))
    offsets = [at - start for at, start in hits]
    runs = 1 + sum(a != b for a, b in pairwise(offsets)) if hits else 0
    return Found(len({start for _, start in hits}), len(starts), runs)


def _frames_as_numbers(sound: np.ndarray) -> np.ndarray:
    """A number a frame, out of both channels: one channel alone repeats itself now and then."""
    return np.ascontiguousarray(sound + np.float32(0.0)).view(np.uint64)[:, 0]  # adding makes -0.0 and 0.0 one


def _hits(
    source: np.ndarray, recording: np.ndarray, starts: np.ndarray, places: np.ndarray, block: int
) -> Iterator[tuple[int, int]]:
    for at in places:
        start = int(starts[at])
        if np.array_equal(recording[at : at + block], source[start : start + block]):
            yield int(at), start


@contextlib.contextmanager
def _running(words: list[str], environment: dict[str, str]) -> Generator[None, None, None]:
    process = subprocess.Popen(words, env=environment, **_QUIET)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(environment: dict[str, str]) -> bool:
    return subprocess.run(["pactl", "info"], env=environment, check=False, **_QUIET).returncode == 0


def _wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)
