"""The sound process as a service: what it says, what it may not do, and how it comes back."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.errors import Cancelled, EngineFailure, StudioError
from studio.services.ownership import Ownership
from tests.processes import descendants
from tests.services.sounds import write_wav


def _inspect(studio, file):
    with studio.sound.task("inspect", {"file": str(file)}) as done:
        assert done.file.is_relative_to(studio.paths.scratch)
        return done.facts


def test_a_task_answers_and_its_folder_goes_with_it(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    assert _inspect(studio, file)["rate"] == 24_000
    assert list(studio.paths.scratch.iterdir()) == []


def test_a_mistake_of_the_users_is_no_crash_and_the_process_stays(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    _inspect(studio, file)
    before = {p.pid for p in descendants()}
    with pytest.raises(StudioError, match="no file") as caught:
        _inspect(studio, tmp_path / "none.wav")
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert _inspect(studio, file)["rate"] > 0
    assert {p.pid for p in descendants()} == before


def test_a_process_that_died_is_replaced(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    facts = _inspect(studio, file)
    os.kill(min(p.pid for p in descendants()), signal.SIGKILL)
    try:
        assert _inspect(studio, file) == facts
    except EngineFailure:  # it was still thought to live
        assert _inspect(studio, file) == facts


def test_who_asks_for_the_end_gets_it(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    with pytest.raises(Cancelled), studio.sound.task("take_in", {"file": str(file)}, cancelled=lambda: True):
        pass
    assert _inspect(studio, file)["rate"] > 0


def test_a_process_that_begins_to_own_the_queue_leaves_the_folder_of_anothers_task(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    with studio.sound.task("inspect", {"file": str(file)}) as done:
        assert Ownership(studio.paths, studio.jobs).try_take()
        assert done.file.exists()
    assert list(studio.paths.scratch.iterdir()) == []


def test_threads_take_turns(studio, tmp_path):
    """Two threads of one program ask at once: each gets its own answer."""
    files = [write_wav(tmp_path / f"{n}.wav", value=1000, frames=1000 + n) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda file: _inspect(studio, file)["seconds"], files))
    assert [round(24_000 * seconds) for seconds in found] == [1000 + n for n in range(8)]
