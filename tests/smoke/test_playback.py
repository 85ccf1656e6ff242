"""Playing through real libraries: into a sound server's null sink with a recorder at it, and into an ALSA file.

While the server's clock runs, two threads keep this process's interpreter busy, as a busy window does: what is heard
must not suffer.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.domain.project import Project
from studio.paths import DataPaths
from studio.runtime.hosts.local import LocalHost
from studio.services.playback import SINK, Playback
from tests.audio.playing.test_planner import project_in, rendered
from tests.processes import descendants, wait_gone
from tests.smoke import driver
from tests.smoke.null_sink import RATE, NullSink, file_device, find, missing_for_portaudio, missing_for_pulse, null_sink

pytestmark = [pytest.mark.slow, pytest.mark.alone]  # real processes, one after the other, and in time

SECONDS = 8
QUIET = RATE * 3 // 10  # a server joins a stream that begins in silence without losing any of the sound
needs_pulse = pytest.mark.skipif(bool(missing_for_pulse()), reason=f"needs {missing_for_pulse()}")
needs_portaudio = pytest.mark.skipif(bool(missing_for_portaudio()), reason=f"needs {missing_for_portaudio()}")


@contextmanager
def hogs() -> Generator[None, None, None]:
    """Two threads that never let go of the interpreter for long."""
    ending = threading.Event()

    def hog() -> None:
        while not ending.is_set():
            sum(i * i for i in range(20_000))

    threads = [threading.Thread(target=hog) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()


def noisy_project(folder: Path, seconds: int = SECONDS) -> tuple[Project, np.ndarray]:
    """A project of noise that begins after a moment of silence, and its mix."""
    project = project_in(folder, seconds=seconds)
    first, second = project.tracks
    clip = replace(first.clips[0], start=QUIET)
    project = replace(project, tracks=(replace(first, clips=(clip,)), second))
    return project, rendered(project, folder, folder / "cache")


def playback_in(folder: Path, device: str = "") -> Playback:
    paths = DataPaths(folder / "data")
    return Playback(LocalHost(paths.scratch), paths, device=device)


def lead_to(sink: NullSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a studio find the server."""
    for name, value in sink.variables.items():
        monkeypatch.setenv(name, value)


def played_exactly(folder: Path, monkeypatch: pytest.MonkeyPatch, device: str = "") -> str:
    """Play with hogs; say what the recorder found, or fail."""
    project, mix = noisy_project(folder / "p")
    with null_sink(folder) as sink:
        lead_to(sink, monkeypatch)
        with hogs(), playback_in(folder, device) as playback:
            playback.load(project, folder / "p")
            playback.wait_for("loaded")
            playback.play()
            playback.wait()
            dropped, latency = playback.dropped, playback.latency
            assert playback.position == len(mix)
        sink.wait_for_silence(RATE // 5)
        found = find(mix[QUIET:], sink.recorded())
    told = f"{found}, {dropped} dropped, latency {1000 * latency:.0f} ms"
    print(told)
    assert dropped == 0, told
    assert (found.exact, found.runs) == (found.blocks, 1), told
    return told


@needs_pulse
def test_nothing_is_dropped_while_the_app_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played_exactly(tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@needs_pulse
def test_nothing_is_dropped_in_twenty_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / str(number)).mkdir()
        played_exactly(tmp_path / str(number), monkeypatch)


@needs_pulse
def test_miniaudio_plays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, mix = noisy_project(tmp_path / "p", seconds=3)
    with null_sink(tmp_path) as sink:
        lead_to(sink, monkeypatch)
        with playback_in(tmp_path, "miniaudio:") as playback:
            playback.load(project, tmp_path / "p")
            playback.play()
            playback.wait()
            assert playback.dropped == 0
        sink.wait_for_silence(RATE // 5)
        found = find(mix[QUIET:], sink.recorded())
    print(found)
    assert found.exact == found.blocks


@needs_pulse
def test_a_microphone_is_recorded_while_the_project_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, mix = noisy_project(tmp_path / "p", seconds=2)
    with null_sink(tmp_path) as sink:
        lead_to(sink, monkeypatch)
        with playback_in(tmp_path) as playback:
            playback.load(project, tmp_path / "p")
            playback.record(tmp_path / "heard.wav", channels=2, rate=RATE)
            playback.wait_for("recording")
            playback.play()
            playback.wait()
            sink.wait_for_silence(RATE // 2)
            playback.stop_recording()
            told = playback.wait_for("recorded")
    heard, rate = sf.read(tmp_path / "heard.wav", dtype="float32")
    assert rate == RATE
    assert (told["frames"], told["lost"]) == (len(heard), 0)
    assert told["file"] == str(tmp_path / "heard.wav")
    found = find(mix[QUIET:], heard)
    print(found)
    assert found.exact == found.blocks


@pytest.fixture(name="alsa_file")
def _alsa_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NullSink]:
    with file_device(tmp_path) as sink:
        lead_to(sink, monkeypatch)
        yield sink


@needs_portaudio
def test_what_portaudio_is_given_is_the_mix(tmp_path: Path, alsa_file: NullSink) -> None:
    project, mix = noisy_project(tmp_path / "p", seconds=2)
    with playback_in(tmp_path, "portaudio:ALSA:default") as playback:
        playback.load(project, tmp_path / "p")
        playback.play()
        playback.wait()
    # This device asks for frames as fast as it can: what came too late for it is silence in between.
    heard = alsa_file.recorded()
    assert np.array_equal(heard[heard.any(axis=1)], mix[mix.any(axis=1)])


def silent_studio(tmp_path: Path) -> dict[str, str]:
    """Variables of a machine without a sound device."""
    (tmp_path / "none.conf").write_text("pcm.nothing { type hw card 99 }\n")
    return {"ALSA_CONFIG_PATH": str(tmp_path / "none.conf"), "PULSE_SERVER": f"unix:{tmp_path}/none"}


def made_project(tmp_path: Path, seconds: float = 1.0) -> Path:
    """A project on disk, made by command."""
    folder, data = tmp_path / "p.angen", tmp_path / "data"
    sound = np.full((int(RATE * seconds), 2), 0.1, np.float32)
    sf.write(tmp_path / "tone.wav", sound, RATE, subtype="FLOAT")
    assert driver.studio("project", "new", folder, data=data).code == 0
    added = driver.studio("project", "add", folder, tmp_path / "tone.wav", data=data)
    assert added.code == 0, added.err
    return folder


def test_the_command_plays_a_project_to_its_end(tmp_path: Path) -> None:
    folder = made_project(tmp_path)
    target = tmp_path / "heard.wav"
    ran = driver.studio("play", folder, "--from", "0.5", "--json", data=tmp_path / "data", env={SINK: f"wav:{target}"})
    assert ran.code == 0, ran.err
    assert ran.json == {"seconds": 0.5, "dropped": 0}
    assert "playing" in ran.err
    heard, _ = sf.read(target, dtype="float32")
    assert np.count_nonzero(heard.any(axis=1)) == RATE // 2
    late = driver.studio("play", folder, "--from", "7", data=tmp_path / "data", env={SINK: "null"})
    assert late.code == 2
    assert "lasts 1.0 s" in late.err


def test_the_command_without_a_sound_device_says_what_to_install(tmp_path: Path) -> None:
    ran = driver.studio("play", made_project(tmp_path), data=tmp_path / "data", env=silent_studio(tmp_path))
    assert ran.code == 2
    assert "error: No sound device could be opened" in ran.err
    assert "hint:" in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_stops_the_command_and_leaves_nothing(tmp_path: Path) -> None:
    folder = made_project(tmp_path, seconds=30)
    process = driver.start("play", folder, "--json", data=tmp_path / "data", env={SINK: "null"})
    assert process.stderr
    while b"playing" not in process.stderr.readline():
        assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    ran = driver.finish(process)
    assert ran.code == 4
    assert "Stopped at" in ran.error["message"]
    assert "--from" in ran.error["hint"]
    assert driver.left_naming(str(tmp_path)) == []


def test_a_killed_app_leaves_no_sound_behind(tmp_path: Path) -> None:
    folder = made_project(tmp_path, seconds=30)
    process = driver.start("play", folder, data=tmp_path / "data", env={SINK: "null"})
    assert process.stderr
    while b"playing" not in process.stderr.readline():
        assert process.poll() is None
    left = [found.pid for found in descendants() if "studio.audio" in found.command]
    assert left
    process.kill()
    process.communicate()
    assert wait_gone(left) == []
