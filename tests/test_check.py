"""The one command says what failed, and does not say that all is well when it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import check
from tests.check import Step

GOOD = (sys.executable, "-c", "print('all fine')")
BAD = (sys.executable, "-c", "print('file.py:3 is odd'); raise SystemExit(3)")


def test_a_failed_step_tells_what_the_tool_said():
    outcome = check.run(Step("lint", BAD))
    assert not outcome.ok
    assert "file.py:3 is odd" in outcome.tell()


def test_a_good_step_is_one_line():
    outcome = check.run(Step("lint", GOOD))
    assert outcome.ok
    assert outcome.tell().splitlines() == [outcome.tell()]


def test_a_missing_tool_fails_and_says_how_to_get_it(tmp_path: Path):
    outcome = check.run(Step("lint", (str(tmp_path / "no-such-tool"),)))
    assert not outcome.ok
    assert "launch_wsl.sh test" in outcome.tell()


def test_every_tool_is_there():
    for step in [*check.linters(fix=False), *check.fixers()]:
        assert Path(step.argv[0]).exists(), step


@pytest.mark.parametrize("flags", [[], ["--fast"]])
@pytest.mark.parametrize(("lint", "tests", "code"), [(GOOD, GOOD, 0), (BAD, GOOD, 1), (GOOD, BAD, 1)])
def test_the_exit_code_and_the_last_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    lint: tuple[str, ...],
    tests: tuple[str, ...],
    code: int,
    flags: list[str],
):
    steps: Callable[..., list[Step]] = lambda **_: [Step("types", GOOD), Step("lint", lint)]  # noqa: E731
    monkeypatch.setattr(check, "linters", steps)
    monkeypatch.setattr(check, "tests", lambda selection, *, expression: [Step("tests", tests)])
    assert check.main(flags) == code
    assert capfd.readouterr().out.splitlines()[-1] == ("all fine" if tests == GOOD else "file.py:3 is odd")


def test_the_fast_run_reads_the_types_of_what_changed_and_the_full_one_all(tmp_path: Path):
    def git(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(("git", *who, *words), cwd=tmp_path, check=True, capture_output=True)

    assert check.changed(tmp_path) is None  # no git, so all
    git("init")
    for name in ("kept.py", "edited.py", "removed.py", "letter.txt"):
        (tmp_path / name).write_text("1\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-m", "All")
    assert check.changed(tmp_path) == []
    (tmp_path / "new").mkdir()
    for name in ("edited.py", "new/staged.py", "new/ä new one.py", "letter.txt"):
        (tmp_path / name).write_text("2\n", encoding="utf-8")
    git("add", "new/staged.py")
    (tmp_path / "removed.py").unlink()
    assert check.changed(tmp_path) == ["edited.py", "new/staged.py", "new/ä new one.py"]

    every, some = check.linters(fix=False), check.linters(fix=False, typed=["a.py"])
    assert [(*step.argv, "a.py") if step.name == "types" else step.argv for step in every] == [s.argv for s in some]
    assert [step.name for step in check.linters(fix=False, typed=[])] == ["imports", "lint", "format"]


def test_which_tests_run():
    (fast,) = check.tests(check.FAST, expression="")
    assert fast.argv[3:5] == ("-m", "not soak and not slow and not alone")
    (named,) = check.tests(check.PLAIN, expression="kokoro")
    assert named.argv[-4:] == ("-m", "not soak", "-k", "kokoro")
    (everything,) = check.tests(check.SOAK, expression="")
    assert everything.argv[3:5] == ("-m", "")
    assert "-n" not in everything.argv


def test_what_wants_to_be_alone_is_alone_and_nothing_runs_twice():
    rest, window, alone = check.tests(check.PLAIN, expression="")
    assert rest.argv[4] == window.argv[4] == "not soak and not alone"
    assert alone.argv[4] == "not soak and alone"
    assert rest.argv[-1] == f"--ignore={window.argv[-1]}"
    assert (check.ROOT / window.argv[-1]).is_dir()
    assert "-n" in rest.argv
    assert "-n" in window.argv
    assert "-n" not in alone.argv


def test_each_of_the_runs_must_go_well(monkeypatch: pytest.MonkeyPatch):
    nothing: list[Step] = []
    monkeypatch.setattr(check, "linters", lambda **_: nothing)
    for runs, code in (((GOOD, GOOD), 0), ((BAD, GOOD), 1), ((GOOD, BAD), 1)):
        steps = [Step("tests", argv) for argv in runs]
        monkeypatch.setattr(check, "tests", lambda selection, *, expression, found=steps: found)
        assert check.main([]) == code
