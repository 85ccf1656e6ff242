"""Whoever works on a project may be killed at any moment: it opens, and at most the last second is missing."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from studio.events import Bus
from studio.services.projects import Projects
from tests.services.sounds import StandIn
from tests.smoke import driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="looks at processes through /proc"),
]

_BEHIND = 1.0 + 1.0  # seconds; the second that is promised, and what other work on the machine may take
_PATIENCE = 60.0
_TOLD = re.compile(r"The studio ended without saving; the work up to .* was recovered\.")
_ODD_MOMENTS = random.Random(8)


class _Done:
    """What a killed process had said it did."""

    def __init__(self, said: str, killed: float) -> None:
        lines = [line.split() for line in said.splitlines()]
        whole = [(line[0], line[1], float(line[2])) for line in lines if len(line) == 3]
        self.edits = [int(number) for what, number, _ in whole if what == "edit"]
        self.needed = [int(n) for what, n, at in whole if what == "saved" or (what == "edit" and at < killed - _BEHIND)]
        self.media = {sha for what, sha, _ in whole if what == "media"}
        self.needed_media = {sha for what, sha, at in whole if what == "media" and at < killed - _BEHIND}


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    # Nobody ends them: they notice that the studio is gone.
    assert driver.left_naming(str(tmp_path / "data"), _PATIENCE) == []


def _killed(folder: Path, data: Path, seconds: float) -> _Done:
    """Let somebody work on the project for a while, then kill him."""
    sounds = folder.parent / "sounds"
    sounds.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "tests.smoke.project_driver", str(folder), str(data), str(sounds), str(seconds)]
    worker = subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        env=driver.environment(None), start_new_session=True,
    )  # fmt: skip
    with worker:
        assert worker.stdout
        assert worker.stderr
        begun = worker.stdout.readline()
        try:
            worker.wait(seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            killed = time.monotonic()
            with suppress(ProcessLookupError):  # a child that was only just begun still holds what it will close
                os.killpg(worker.pid, signal.SIGKILL)
        else:
            pytest.fail(f"it ended by itself: {begun}{worker.stdout.read()[-500:]}{worker.stderr.read()}")
        return _Done(worker.stdout.read(), killed)


def _check(folder: Path, done: _Done, before: int) -> int:
    """Open what was left; `before` is the last edit that was there before. Return the last one that is there now."""
    stand_in = StandIn(folder.parent)
    on_disk = (folder / "project.json").read_bytes()
    with Projects(stand_in, Bus()).open(folder) as opened:  # pyright: ignore[reportArgumentType]
        number = int(opened.project.script or 0)
        assert number >= max(done.needed, default=before)
        assert number <= max(done.edits, default=before) + 1  # the last one may have been done and not said
        assert opened.missing(thorough=True) == []
        assert done.needed_media <= {media.sha256 for media in opened.project.media}
        files = {file.name.partition(".")[0] for file in (folder / "media").glob("*")}
        assert {sha[:16] for sha in done.media} <= files
        assert all(_TOLD.fullmatch(sentence) for sentence in opened.told)
        assert bool(opened.told) == opened.unsaved
        assert number == 0 or len(opened.history.all_read().moments) > 1
        assert (folder / "project.json").read_bytes() == on_disk
    driver.assert_clean(folder)
    return number


def _kill_again_and_again(tmp_path: Path, data: Path, times: list[float]) -> None:
    folder = tmp_path / "Play.angen"
    Projects(StandIn(tmp_path), Bus()).create(folder).close()  # pyright: ignore[reportArgumentType]
    worked = number = 0
    for seconds in times:
        done = _killed(folder, data, seconds)
        worked += len(done.needed)
        number = _check(folder, done, number)
    assert worked


def test_work_survives_whoever_did_it(tmp_path, data):
    _kill_again_and_again(tmp_path, data, [0.05, 0.4, 0.9, 1.7, 3.6, 4.3])


@pytest.mark.soak
@pytest.mark.parametrize("times", [[5 * _ODD_MOMENTS.random() ** 2 for _ in range(10)] for _ in range(10)])
def test_work_survives_a_hundred_deaths(tmp_path, data, times):
    _kill_again_and_again(tmp_path, data, times)
