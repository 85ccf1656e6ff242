"""What every test gets without asking does catch what it is there to catch."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow

# Each test's name begins with how it must end. `failed` and `error` differ only in when pytest is told.
TESTS = """
import http.client, logging, os, socket, subprocess, sys, threading, urllib.request, warnings
from pathlib import Path

import pytest

BUSY = [sys.executable, "-c", "import sys; sys.stdin.read()"]
stop = threading.Event()


def test_passed_plain():
    assert Path(os.environ["STUDIO_DATA_DIR"]).is_relative_to(Path.home())


def test_passed_folders_are_new():
    Path(os.environ["HOME"], "mine").touch(exist_ok=False)


@pytest.mark.parametrize("again", [1, 2])
def test_passed_folders_are_each_tests_own(again):
    Path(os.environ["XDG_CONFIG_HOME"], "mine").touch(exist_ok=False)


def test_passed_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()), server.accept()[0]:
            pass


def test_bad_network_address():
    with socket.socket() as client:
        client.connect(("192.0.2.1", 80))


def test_bad_network_name_that_is_swallowed():
    try:
        urllib.request.urlopen("http://example.invalid/", timeout=1)
    except BaseException:
        pass


def test_bad_log():
    logging.getLogger("studio.x").warning("something %s", "odd")


def test_passed_log_below_warning():
    logging.getLogger("studio.x").info("something plain")


def test_passed_log_expected(expect_log):
    expect_log("WARNING studio.x: something odd")
    logging.getLogger("studio.x").warning("something %s", "odd")


def test_bad_log_expected_but_missing(expect_log):
    expect_log("something else")


def test_bad_warning():
    warnings.warn("old", DeprecationWarning)


def test_bad_process():
    global process
    process = subprocess.Popen(BUSY, stdin=subprocess.PIPE)


def test_bad_grandchild():
    global parent
    code = f"import subprocess, sys; subprocess.Popen({BUSY!r}); print(flush=True); sys.stdin.read()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parent.stdout.readline()


def test_bad_process_never_waited_for():
    global dead
    dead = subprocess.Popen([sys.executable, "-c", "pass"])


def test_passed_process():
    with subprocess.Popen(BUSY, stdin=subprocess.PIPE):
        pass


@pytest.fixture
def helper():
    with subprocess.Popen(BUSY, stdin=subprocess.PIPE) as running:
        yield running


def test_passed_process_of_a_fixture(helper):
    assert helper.poll() is None


def test_bad_thread():
    threading.Thread(target=stop.wait, name="forgotten").start()


def test_passed_nothing_left_of_the_others():
    stop.set()
    # What was left of the tests before has been ended, so this one is not blamed for it.
"""

ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the processes are read from /proc")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about TESTS, with the project's own configuration and fixtures."""
    root = tmp_path_factory.mktemp("nested")
    (root / "tests" / "smoke").mkdir(parents=True)
    for name in (
        "__init__.py",
        "conftest.py",
        "processes.py",
        "built_packs.py",
        "side_by_side.py",
        "smoke/__init__.py",
        "smoke/driver.py",
    ):
        source = (ROOT / "tests" / name).read_text(encoding="utf-8")
        (root / "tests" / name).write_text(
            source.replace("GRACE_SECONDS = 5.0", "GRACE_SECONDS = 0.3"), encoding="utf-8"
        )
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (root / "tests/test_nested.py").write_text(TESTS, encoding="utf-8")
    argv = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "--color=no"]
    done = subprocess.run(argv, cwd=root, env=os.environ | {"COLUMNS": "300"}, capture_output=True, check=False)
    return done.stdout.decode(errors="replace")


@ONLY_LINUX
def test_the_bad_fail_and_the_good_pass(report: str):
    names = re.findall(r"^def (test_\w+)", TESTS, flags=re.MULTILINE)
    bad = set(re.findall(r"^(?:FAILED|ERROR) \S+::(test_\w+)", report, flags=re.MULTILINE))
    assert bad == {name for name in names if name.startswith("test_bad_")}, report


@ONLY_LINUX
@pytest.mark.parametrize(
    "words",
    [
        "'192.0.2.1'",
        "getaddrinfo('example.invalid')",
        "WARNING studio.x: something odd",
        "lacks what the test expected: ['something else']",
        "import sys; sys.stdin.read()",
        "nobody waited for it",
        "thread 'forgotten'",
    ],
)
def test_the_complaint_names_the_culprit(report: str, words: str):
    assert words in report
