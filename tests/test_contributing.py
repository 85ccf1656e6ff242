"""CONTRIBUTING.md is followed word for word: its files, its commands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

pytestmark = pytest.mark.slow  # many processes

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def test_the_engine_of_the_page_can_be_added_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("/tmp/try", str(tmp_path / "try"))
    page = page[page.index("## Adding an engine") :]
    blocks = BLOCK.findall(page)
    assert [language for language, _ in blocks] == ["sh", "toml", "python", "sh"]
    folder = tmp_path / "try" / "engines" / "hum"
    assert shlex.split(blocks[0][1]) == ["mkdir", "-p", str(folder)]
    folder.mkdir(parents=True)
    assert f"{folder}/engine.toml" in page
    assert f"{folder}/runner.py" in page
    (folder / "engine.toml").write_text(blocks[1][1], encoding="utf-8")
    (folder / "runner.py").write_text(blocks[2][1], encoding="utf-8")
    for line in blocks[3][1].strip().splitlines():
        words = shlex.split(line)
        assert words[:3] == [".venv/bin/python", "-m", "studio"]
        command = [sys.executable, "-m", "studio", *(w if w != "hum.wav" else str(tmp_path / w) for w in words[3:])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    samples, rate = soundfile.read(tmp_path / "hum.wav")
    assert rate == 24000
    assert len(samples) == rate // 2 + 1500 * (len("Hello there.") + len("And you?"))
