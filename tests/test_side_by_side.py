"""How tests are shared out among processes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests import side_by_side

CONFTEST = """
import pytest
from tests.side_by_side import pytest_collection_modifyitems, pytest_xdist_make_scheduler

@pytest.fixture
def plain():
    pass

@pytest.fixture
def pack_folder():
    pass
"""
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number, {fixture}):
    pass
"""
FILES = {
    "a": "plain",
    "b": "plain",
    "c": "pack_folder",
    "d": "plain",
    "e": "pack_folder",
    "f": "plain",
    "g": "plain",
    "h": "plain",
}


@pytest.mark.slow
def test_a_file_stays_whole_and_one_that_needs_packs_begins_while_others_come_later(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "__init__.py").touch()
    source = Path(side_by_side.__file__).read_text(encoding="utf-8")
    (folder / "side_by_side.py").write_text(source, encoding="utf-8")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    for name, fixture in FILES.items():
        (folder / f"test_{name}.py").write_text(TESTS.format(fixture=fixture), encoding="utf-8")
    argv = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = re.findall(r"\[(gw\d)\].*PASSED tests/test_(\w)\.py", done.stdout)
    assert len(ran) == 6 * len(FILES)
    workers: defaultdict[str, set[str]] = defaultdict(set)
    for worker, name in ran:
        workers[name].add(worker)
    assert all(len(found) == 1 for found in workers.values())
    (packs,) = workers["c"]
    assert [name for worker, name in ran if worker == packs][:6] == ["c"] * 6
    begun = list(dict.fromkeys(name for _, name in ran))
    assert begun.index("a") < begun.index("e") < begun.index("f")
