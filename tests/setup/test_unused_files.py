"""What the set-up leaves out of installed packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.setup.checkout import ROOT

SPEC = importlib.util.spec_from_file_location("environment", ROOT / "installers" / "environment.py")
assert SPEC is not None
assert SPEC.loader is not None
environment = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(environment)


def test_what_is_named_goes_and_what_is_kept_stays(tmp_path: Path) -> None:
    for name in ("qt/qml/a.qml", "qt/lib/one.so", "qt/words/de.qm", "qt/words/fr.qm", "numbers/core/tests/test_a.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")
    environment.leave_out(tmp_path, ["# why", "qt/qml", "qt/words/*", "!qt/words/de.qm", "numbers/**/tests", "no/such"])
    left = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["qt/lib/one.so", "qt/words/de.qm"]


def test_files_that_are_links_into_a_cache_stay_there(tmp_path: Path) -> None:
    cached, packages = tmp_path / "cached", tmp_path / "packages"
    cached.write_text("x", encoding="utf-8")
    packages.mkdir()
    (packages / "one.so").hardlink_to(cached)
    environment.leave_out(packages, ["*.so"])
    assert list(packages.iterdir()) == []
    assert cached.read_text(encoding="utf-8") == "x"


def test_each_line_below_a_heading_says_what_it_is_about() -> None:
    lines = environment.UNUSED.read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns
    assert all(not line.startswith(("/", "..")) and ".." not in line for line in patterns)
