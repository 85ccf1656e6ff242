"""The one command says what failed, and does not say that all is well when it is not."""

from __future__ import annotations

import shutil
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


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run git in a folder of one's own, which belongs to no other repository."""
    if not shutil.which("git"):
        pytest.skip("no git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # set where git itself runs the tests
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(("git", *who, *words), cwd=tmp_path, check=True, capture_output=True)

    return run


def test_what_differs_from_the_last_commit(tmp_path: Path, git: Callable[..., None]):
    def write(*names: str) -> None:
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{len(list(tmp_path.rglob('*')))}\n", encoding="utf-8")

    def committed() -> list[str] | None:
        git("add", ".")
        git("commit", "-m", "All")
        return check.changed(tmp_path)

    assert check.changed(tmp_path) is None  # no git
    git("init")
    write("studio/kept.py", "studio/edited.py", "studio/removed.py", "studio/letter.txt", "setup.py", "pyproject.toml")
    assert committed() == []
    write("studio/edited.py", "studio/new/staged.py", "tests/ä new one.py", "studio/letter.txt", "setup.py")
    git("add", "studio/new/staged.py")
    assert check.changed(tmp_path) == ["studio/edited.py", "studio/new/staged.py", "tests/ä new one.py"]
    assert committed() == []
    (tmp_path / "studio/removed.py").unlink()
    assert check.changed(tmp_path) is None
    assert committed() == []
    write("pyproject.toml")
    assert check.changed(tmp_path) is None
    assert committed() == []
    git("mv", "studio/kept.py", "studio/moved.py")
    assert check.changed(tmp_path) is None


def test_types_of_some_files():
    every, some = check.linters(fix=False), check.linters(fix=False, typed=["a.py"])
    assert [(*step.argv, "a.py") if step.name == "types" else step.argv for step in every] == [s.argv for s in some]
    assert [step.name for step in every] == ["types", "imports", "lint", "format"]
    assert [step.name for step in check.linters(fix=False, typed=[])] == ["imports", "lint", "format"]


@pytest.mark.parametrize(("flags", "typed"), [([], None), (["--soak"], None), (["--fast"], ["a.py"])])
def test_only_the_fast_run_leaves_types_out(monkeypatch: pytest.MonkeyPatch, flags: list[str], typed: list[str] | None):
    asked: list[list[str] | None] = []

    def linters(*, fix: bool, typed: list[str] | None = None) -> list[Step]:
        asked.append(typed)
        return [Step("lint", GOOD)] if not fix else []

    monkeypatch.setattr(check, "linters", linters)
    monkeypatch.setattr(check, "changed", lambda: ["a.py"])
    monkeypatch.setattr(check, "tests", lambda selection, *, expression: [Step("tests", GOOD)])
    assert check.main(flags) == 0
    assert asked == [typed]


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
