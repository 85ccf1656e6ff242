"""What every test gets without asking: folders of its own, no network, and nothing left behind unseen.

`expect_log` is the one thing a test asks for: it names a warning that must come.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import hypothesis
import pytest

from tests.built_packs import built_packs, pack_folder, pack_python
from tests.processes import Process, descendants
from tests.side_by_side import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = [  # fixtures for all, and what pytest calls
    "built_packs",
    "pack_folder",
    "pack_python",
    "pytest_collection_modifyitems",
    "pytest_xdist_make_scheduler",
]

# Whoever was told to end may need a moment for it; no test waits that long unless something was left behind.
GRACE_SECONDS = 5.0

hypothesis.settings.register_profile("plain", derandomize=True, deadline=None, max_examples=50, database=None)
hypothesis.settings.register_profile("soak", hypothesis.settings.get_profile("plain"), max_examples=1000)
hypothesis.settings.load_profile("plain")

# As in the sound process, and before numpy loads: small products of matrices are slower when threads share them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The window is drawn into memory; whoever wants to watch a test names another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background, this process is deaf to Ctrl+C, and so would be all that tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SLOW_FILE = re.compile(r"^pytestmark = (\[\s*)?pytest\.mark\.slow\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even load a file of which all tests are slow, where those are left out anyway."""
    if collection_path.suffix != ".py" or "not slow" not in str(config.option.markexpr):
        return None
    return bool(_SLOW_FILE.search(collection_path.read_text(encoding="utf-8"))) or None


def _redirect_folders(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in [name for name in os.environ if name.startswith("STUDIO_")]:
        monkeypatch.delenv(name)
    # Tests run beside one another: engines whose threads wait for each other in loops would take each other's cores.
    monkeypatch.setenv("STUDIO_ENV_OMP_NUM_THREADS", "1")
    # A cache of downloads is nobody's data, and filling a new one for each test would take minutes.
    monkeypatch.setenv("UV_CACHE_DIR", os.environ.get("UV_CACHE_DIR") or str(Path("~/.cache/uv").expanduser()))
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "AppData" / "Roaming",
        "LOCALAPPDATA": home / "AppData" / "Local",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
    }
    for name, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("STUDIO_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session", autouse=True)
def _folders_for_shared_fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        _redirect_folders(monkeypatch, tmp_path_factory.mktemp("shared-home"))
        yield


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    """Comes before the other fixtures, so that it looks when all of them have cleaned up."""
    processes_before = set(descendants())
    threads_before = set(threading.enumerate())
    yield
    left_threads = _threads_left(threads_before)
    left_processes = _processes_left(processes_before)
    complaints = [_tell_thread(thread) for thread in left_threads]
    complaints += [f"process {process.pid}: {process.command}" for process in left_processes]
    for process in left_processes:
        process.kill()
    if complaints:
        pytest.fail("the test left behind:\n" + "\n".join(complaints), pytrace=False)


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = monotonic() + GRACE_SECONDS
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(max(0.0, deadline - monotonic()))
    return [thread for thread in left if thread.is_alive()]


def _tell_thread(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    where = "".join(traceback.format_stack(frame)) if frame else ""
    return f"thread {thread.name!r}, now at:\n{where}"


def _processes_left(before: set[Process]) -> list[Process]:
    deadline = monotonic() + GRACE_SECONDS
    while left := [process for process in descendants() if process not in before]:
        remaining = deadline - monotonic()
        if remaining <= 0:
            break
        left[0].wait_for_change(min(remaining, 0.05))
    return left


@pytest.fixture(autouse=True)
def _own_folders(
    _no_leftovers: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _redirect_folders(monkeypatch, tmp_path_factory.mktemp("home"))


class NetworkBlockedError(AssertionError):
    """A test reached for another machine. No OSError, so that code which expects a bad network does not hide it."""


@pytest.fixture(autouse=True)
def _no_network(_no_leftovers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    tried: list[str] = []

    def guard(name: str) -> None:
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: object) -> object:
            if not _is_local(self.family, address):
                tried.append(f"{name}{address!r}")
                message = f"tests have no network, and this one asked for {address!r}"
                raise NetworkBlockedError(message)
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)

    def resolve(host: bytes | str | None, *args: object, **kwargs: object) -> object:
        if not _is_local_name(host):
            tried.append(f"getaddrinfo({host!r})")
            message = f"tests have no network, and this one asked for {host!r}"
            raise NetworkBlockedError(message)
        return original_resolve(host, *args, **kwargs)  # pyright: ignore[reportArgumentType]

    original_resolve = socket.getaddrinfo
    guard("connect")
    guard("connect_ex")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield
    if tried:
        pytest.fail("the test reached for the network: " + ", ".join(tried), pytrace=False)


def _is_local(family: int, address: object) -> bool:
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    return isinstance(address, tuple) and _is_local_name(address[0])


def _is_local_name(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in {"", "localhost"}:
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    return False


class _Listener(logging.Handler):
    """Keeps every record from WARNING up. Any thread may log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(name="_expected_logs")
def _make_expected_logs() -> list[re.Pattern[str]]:
    return []


@pytest.fixture(autouse=True)
def _no_surprise_in_the_log(_no_leftovers: None, _expected_logs: list[re.Pattern[str]]) -> Iterator[None]:
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(listener)
    surprises = [line for line in listener.told if not any(pattern.search(line) for pattern in _expected_logs)]
    missing = [p.pattern for p in _expected_logs if not any(p.search(line) for line in listener.told)]
    if surprises:
        pytest.fail("the log holds what the test did not expect:\n" + "\n".join(surprises), pytrace=False)
    if missing:
        pytest.fail(f"the log lacks what the test expected: {missing}", pytrace=False)


@pytest.fixture
def expect_log(_expected_logs: list[re.Pattern[str]]) -> Callable[[str], None]:
    """`expect_log(pattern)`: a record of WARNING or above that matches "LEVEL logger: message" must come and may."""

    def expect(pattern: str) -> None:
        _expected_logs.append(re.compile(pattern))

    return expect
