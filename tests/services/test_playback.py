"""Playing in a process of its own: what is heard, what is reported, and what happens when the process dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.domain import delta, project_json
from studio.domain.project import Project
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime.hosts.local import LocalHost
from studio.services import playback as playback_module
from studio.services.playback import SINK, Playback
from tests.audio.playing.stand_ins import RATE
from tests.audio.playing.test_planner import project_in, rendered, stretched
from tests.processes import descendants

pytestmark = pytest.mark.slow  # real processes, one after the other

Make = Callable[..., Playback]
Reports = list[tuple[str, dict[str, Any]]]


@pytest.fixture(name="reports")
def _reports() -> Reports:
    return []


@pytest.fixture(name="make")
def _make(tmp_path: Path, reports: Reports) -> Iterator[Make]:
    made: list[Playback] = []

    def make(device: str | None = "null") -> Playback:
        paths = DataPaths(tmp_path / "data")
        host = LocalHost(paths.scratch)
        made.append(Playback(host, paths, device=device, on_report=lambda *report: reports.append(report)))
        return made[-1]

    yield make
    for playback in made:
        playback.close()


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Project:
    return project_in(tmp_path / "p")


def heard(file: Path) -> np.ndarray:
    """What a file sink was given, without the silence around it."""
    sound, rate = sf.read(file, dtype="float32")
    assert rate == RATE
    loud = np.flatnonzero(sound.any(axis=1))
    return sound[loud[0] : loud[-1] + 1]


def trimmed(sound: np.ndarray) -> np.ndarray:
    """A rendered mix without the silence around it."""
    loud = np.flatnonzero(sound.any(axis=1))
    return sound[loud[0] : loud[-1] + 1]


def until(playback: Playback, true: Callable[[], bool]) -> None:
    """Hear reports until something holds."""
    for _ in range(600):
        if true():
            return
        assert not playback._failure, playback._failure.details or playback._failure.message
        playback.poll(0.1)
    raise AssertionError("it never came")


def test_what_is_heard_is_what_is_rendered(
    make: Make, project: Project, tmp_path: Path, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SINK, f"wav:{tmp_path / 'heard.wav'}")
    playback = make(device=None)
    playback.load(project, tmp_path / "p")
    playback.play(RATE)
    playback.wait()
    assert not playback.playing
    assert playback.position == playback.length == 2 * RATE
    assert playback.dropped == 0
    playback.close()
    assert np.array_equal(heard(tmp_path / "heard.wav"), trimmed(rendered(project, tmp_path / "p", tmp_path)[RATE:]))
    positions = [values["position"] for topic, values in reports if topic == "position" and values["playing"]]
    assert positions == sorted(positions)
    assert len(positions) > 10
    assert RATE <= positions[0] <= positions[-1] <= 2 * RATE
    loud = [values for topic, values in reports if topic == "position" and values["peaks"][0] > -30]
    assert loud
    assert all(-60 < values["rms"][0] < values["peaks"][0] for values in loud)
    assert loud[-1]["loudness"] > -60
    assert all(values["true_peak"] > -60 for values in loud)
    told = {track for values in loud for track in values["tracks"]}
    assert told <= {track.id for track in project.tracks}
    assert told
    assert all(level <= 0 for values in loud for level in values["tracks"].values())
    assert playback.meters.true_peak is not None
    assert reports[-1][0] == "ended"


def test_edits_while_it_plays_are_taken_over_without_a_gap(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make(f"wav:{tmp_path / 'heard.wav'}")
    playback.load(project, tmp_path / "p")
    playback.play()
    until(playback, lambda: playback.position > RATE // 10)
    edited = project
    for gain in (-1.0, -20.0):
        late = replace(edited.tracks[1].clips[0], start=RATE * 3 // 2, length=RATE // 2, gain_db=gain)
        edited = replace(edited, tracks=(edited.tracks[0], replace(edited.tracks[1], clips=(late,))))
        playback.load(edited, tmp_path / "p")
    playback.wait()
    assert playback.dropped == 0
    playback.close()
    got = heard(tmp_path / "heard.wav")
    before, after = (trimmed(rendered(p, tmp_path / "p", tmp_path)) for p in (project, edited))
    same = (got == after[: len(got)]).all(axis=1)
    changed = int(np.flatnonzero(~(got == before[: len(got)]).all(axis=1))[0])
    assert len(got) == len(after)
    assert np.array_equal(got[:changed], before[:changed])
    assert changed < RATE
    assert same[changed + RATE // 2 :].all()


def test_pause_resume_seek_and_loop(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.play(0, RATE, loop=True)
    until(playback, lambda: playback.position > RATE * 3 // 4)
    until(playback, lambda: playback.position < RATE // 2)
    playback.pause()
    playback.wait()
    at = playback.position
    playback.resume()
    assert playback.playing
    until(playback, lambda: playback.position > at)
    playback.play(0, RATE // 10)
    playback.wait()
    assert playback.position == RATE // 10
    playback.seek(RATE)
    playback.scrub(RATE // 2)
    until(playback, lambda: playback.position == RATE // 2)
    playback.speed(2.0)
    playback.volume(0.25)
    playback.play(RATE)
    playback.wait()
    assert abs(playback.position - 2 * RATE) <= 10


def test_a_process_that_dies_while_it_plays_is_told_and_playing_again_works(
    make: Make, project: Project, tmp_path: Path, reports: Reports
) -> None:
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.play()
    until(playback, lambda: playback.position > 0)
    (process,) = [p for p in descendants() if "studio.audio.host" in p.command]
    os.kill(process.pid, signal.SIGABRT)
    with pytest.raises(EngineFailure, match=r"sound process ended .* abort") as raised:
        playback.wait()
    assert raised.value.hint
    assert not playback.alive
    assert not [thread for thread in threading.enumerate() if thread.name == "to-engine"]
    assert reports[-1][0] == "failed"
    playback.load(replace(project, script="An edit meanwhile."), tmp_path / "p")
    assert not playback.alive  # a project that brings it down does so once, not with each edit
    playback.play(RATE)
    until(playback, lambda: playback.position > RATE)
    playback.wait()
    assert playback.position == 2 * RATE


def test_a_process_that_dies_in_silence_is_started_again(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.wait_for("loaded")
    (process,) = [p for p in descendants() if "studio.audio.host" in p.command]
    os.kill(process.pid, signal.SIGKILL)
    process.wait_for_change(10)
    playback.play(RATE * 3 // 2)
    playback.wait()
    assert playback.position == 2 * RATE


def test_a_change_too_large_for_a_message_goes_by_file(
    make: Make, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback_module, "_LARGEST", 500)
    playback = make()
    playback.load(project, tmp_path / "p")
    assert playback.wait_for("loaded")["length"] == 2 * RATE
    playback.load(replace(project, script="x" * 1000, tracks=project.tracks[1:]), tmp_path / "p")
    assert playback.wait_for("loaded")["length"] == RATE * 3 // 2
    assert list((tmp_path / "data" / "scratch").iterdir()) == []


def test_a_file_stays_until_it_was_read(
    make: Make, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback_module, "_LARGEST", 0)
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.wait_for("loaded")
    scratch = tmp_path / "data" / "scratch"
    monkeypatch.setattr(playback, "poll", lambda seconds=0.0: None)
    for number in range(3):
        playback.load(replace(project, script=f"{number}"), tmp_path / "p")
    written = threading.Event()
    assert playback._process
    playback._process.send_made(written.set)  # in its turn, after the three
    assert written.wait(60)
    first, second, third = (Path(f) for f in playback._files)
    assert {*scratch.iterdir()} == {first, second, third}
    playback._hear("loaded", {"length": 1, "missing": []})
    assert third.exists(), "what was loaded may be an older one"
    playback._hear("read", {"file": str(second)})
    assert {*scratch.iterdir()} == {third}
    playback.close()
    assert list(scratch.iterdir()) == []


def test_projects_are_compared_and_written_by_another_thread_and_in_order(
    make: Make, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[threading.Thread] = []
    to_dict, diff = project_json.to_dict, delta.diff

    def write(value: Project) -> dict[str, Any]:
        worked.append(threading.current_thread())
        return to_dict(value)

    def compare(before: Project, after: Project) -> Any:
        worked.append(threading.current_thread())
        return diff(before, after)

    monkeypatch.setattr(playback_module.project_json, "to_dict", write)
    monkeypatch.setattr(playback_module.delta, "diff", compare)
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.load(replace(project, tracks=project.tracks[1:]), tmp_path / "p")
    playback.play()  # what is played is what was loaded last, although that was being written yet
    playback.wait()
    assert playback.length == RATE * 3 // 2
    assert worked
    assert threading.current_thread() not in worked


def test_a_project_that_cannot_be_written_is_told_and_sent_again(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make()
    scratch = tmp_path / "data" / "scratch"
    scratch.parent.mkdir(parents=True, exist_ok=True)
    scratch.write_bytes(b"no folder")
    playback.load(project, tmp_path / "p")
    with pytest.raises(StudioError, match="cannot be handed to the sound process"):
        playback.wait_for("loaded")
    scratch.unlink()
    playback.load(project, tmp_path / "p")
    assert playback.wait_for("loaded")["length"] == 2 * RATE


def test_a_project_that_cannot_be_read_is_told_and_sent_again(
    make: Make, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback = make()
    real = playback._order_for

    def spoil(known: Project | None, *where: Any) -> messages.Order | None:
        order = real(known, *where)
        if order and order.verb == "load":
            order = messages.Order("load", {**order.values, "file": str(tmp_path / "gone.json")})
        return order

    monkeypatch.setattr(playback, "_order_for", spoil)
    playback.load(project, tmp_path / "p")
    playback.load(replace(project, script="A change that nobody can apply."), tmp_path / "p")
    with pytest.raises(StudioError, match="No such file"):
        playback.wait_for("loaded")
    assert playback.alive
    monkeypatch.undo()
    playback.load(project, tmp_path / "p")
    assert playback.wait_for("loaded")["length"] == 2 * RATE


def test_stretched_sound_is_played_as_it_is_rendered(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make(f"wav:{tmp_path / 'heard.wav'}")
    playback.load(stretched(project), tmp_path / "p")
    playback.play(2 * RATE)
    playback.wait()
    assert playback.dropped == 0
    playback.close()
    whole = rendered(stretched(project), tmp_path / "p", tmp_path / "cache")
    assert np.array_equal(heard(tmp_path / "heard.wav"), trimmed(whole[2 * RATE :]))


def test_without_a_device_playing_is_refused_with_what_to_install(make: Make, project: Project, tmp_path: Path) -> None:
    (tmp_path / "asound.conf").write_text("")
    playback = make("portaudio:ALSA:no such device")
    playback.load(project, tmp_path / "p")
    playback.play()
    with pytest.raises(StudioError, match="No sound device could be opened") as raised:
        playback.wait()
    assert raised.value.exit_code == 2
    assert raised.value.hint
    assert not playback.playing
    assert playback.alive
    playback.device("null")
    playback.play(2 * RATE - 100)
    playback.wait()


def test_without_a_microphone_recording_is_refused(make: Make, tmp_path: Path) -> None:
    playback = make()
    playback.record(tmp_path / "a.wav", device="portaudio:ALSA:no such device")
    with pytest.raises(StudioError, match="no microphone"):
        playback.wait_for("recorded")
    assert not (tmp_path / "a.wav").exists()


def test_playing_nothing_is_refused(make: Make) -> None:
    playback = make()
    playback.play()
    with pytest.raises(StudioError, match="no project"):
        playback.wait()


def test_media_that_is_gone_is_silent_and_named(make: Make, project: Project, tmp_path: Path) -> None:
    (tmp_path / "p" / project.media[0].file).write_bytes(b"\xff\xd8\xff\xe0 a picture")
    (tmp_path / "p" / project.media[1].file).unlink()
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.play(RATE * 3 // 2)
    playback.wait()
    assert playback.missing == ("m1", "m2")
    assert playback.position == 2 * RATE


def test_devices_are_listed(make: Make) -> None:
    playback = make()
    playback.devices()
    for device in playback.wait_for("devices")["devices"]:
        assert set(device) == {"name", "title", "kind", "default"}


def test_closing_leaves_nothing_running(make: Make, project: Project, tmp_path: Path) -> None:
    playback = make()
    playback.load(project, tmp_path / "p")
    playback.play()
    playback.close()
    assert not playback.alive
    assert not [p for p in descendants() if "studio.audio" in p.command]
    playback.close()
