"""The window as a process: shown without a command, works on what others queue, and ends politely."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.window_child import HEAVY
from tests.processes import descendants
from tests.smoke import driver
from tests.ui.conftest import prepared

ROOT = Path(__file__).parents[2]


def test_nothing_heavy_is_loaded_when_the_window_is_shown(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "tests.bench.window_child", "start", str(tmp_path / "data")]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["heavy"] == []
    assert "torch" in HEAVY


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="ends it with a signal")
def test_it_runs_what_a_command_has_queued_and_ends_with_all_it_began(tmp_path: Path) -> None:
    data = prepared(tmp_path / "data")
    environment = os.environ | {"STUDIO_AUDIO_SINK": "null"}
    window = subprocess.Popen([sys.executable, "-m", "studio", "--data-dir", str(data)], cwd=ROOT, env=environment)
    try:
        target = tmp_path / "hello.wav"
        ran = driver.studio("speak", "Hello there.", "--engine", "hibari", "-o", str(target), "--detach", data=data)
        assert ran.code == 0
        end = time.monotonic() + 120
        while not target.exists() and time.monotonic() < end:
            assert window.poll() is None
            driver.studio("jobs", "list", data=data)  # takes a moment, and does not run the job itself
        assert target.exists()
    finally:
        window.send_signal(signal.SIGTERM)
        code = window.wait(60)
    assert code == 0
    assert [p for p in descendants() if str(data) in p.command] == []
