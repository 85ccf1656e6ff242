"""`launch_wsl.sh` with a uv that only plays: what is set up when, and what a start passes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.checkout import ROOT, Checkout, make_checkout

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="a launcher for Linux")]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


@pytest.fixture
def ready(checkout: Checkout) -> Checkout:
    assert checkout.run("--version").returncode == 0
    return checkout


@pytest.fixture
def pipes(tmp_path: Path) -> Path:
    folder = tmp_path / "pipes"
    folder.mkdir()
    os.mkfifo(folder / "started")
    os.mkfifo(folder / "go")
    return folder


def wait_until_packages_come(pipes: Path) -> None:
    assert (pipes / "started").read_text("utf-8") == "started\n"


def test_shellcheck_finds_nothing():
    shellcheck = Path(sys.executable).with_name("shellcheck")
    for script in ("launch_wsl.sh", ".ci/run"):
        command = [shellcheck, "--enable=quote-safe-variables", ROOT / script]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", ["launch_wsl.sh", ".ci/run"])
def test_scripts_can_be_run(script: str):
    assert os.access(ROOT / script, os.X_OK)


def test_first_start_sets_up_and_starts(checkout: Checkout):
    done = checkout.run("speak", "a  b", "", "*", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["arguments"] == ["speak", "a  b", "", "*", "--json"]
    assert Path(said["folder"]) == checkout.root.parent
    assert Path(said["package"]) == checkout.root / "studio"
    assert Path(said["prefix"]) == checkout.venv
    assert said["safe_path"]
    assert said["bytecode"]


def test_set_up_compiles_what_later_starts_import(checkout: Checkout):
    (checkout.root / "studio" / "later.py").write_text("", "utf-8")
    checkout.start("x")
    assert list((checkout.root / "studio" / "__pycache__").glob("later.*.pyc"))


def test_set_up_tells_its_steps_and_the_devices(checkout: Checkout):
    told = checkout.run("--version").stderr
    positions = [told.index(f"[{number}/5]") for number in range(1, 6)]
    assert positions == sorted(positions)
    assert told.index("local/cpu  stand-in") > positions[-1]


def test_uv_gets_hashes_and_no_settings_of_others(ready: Checkout):
    venv, pip = ready.uv_calls
    assert "|--no-config|" in venv
    assert "|--relocatable|" in venv
    assert "|--no-config|" in pip
    assert "|--require-hashes|" in pip
    assert "app.txt" in pip
    assert "dev.txt" not in pip


def test_second_start_needs_no_uv_and_is_silent(ready: Checkout):
    before = ready.uv_calls
    done = ready.run("--version")
    assert done.returncode == 0
    assert done.stderr == ""
    assert ready.uv_calls == before


def test_start_of_the_window_tells_steps_and_devices(ready: Checkout):
    done = ready.run()
    assert json.loads(done.stdout)["arguments"] == []
    assert "[1/2]" in done.stderr
    assert "local/cpu  stand-in" in done.stderr


@pytest.mark.parametrize("code", [0, 2, 3, 4, 70])
def test_exit_code_is_passed_on(ready: Checkout, code: int):
    assert ready.run("speak", STAND_IN_CODE=str(code)).returncode == code


def test_start_through_a_link(ready: Checkout, tmp_path: Path):
    link = tmp_path / "studio here"
    link.symlink_to(Path(os.path.relpath(ready.launcher, tmp_path)))
    done = ready.run("x", launcher=link)
    assert json.loads(done.stdout)["arguments"] == ["x"]
    assert len(ready.uv_calls) == 2


def test_command_inside_the_environment(ready: Checkout, tmp_path: Path):
    link = tmp_path / "studio"
    link.symlink_to(ready.venv / "bin" / "studio")
    assert json.loads(ready.run("a b", launcher=link).stdout)["arguments"] == ["a b"]


def test_environment_of_another_python_does_not_leak_in(ready: Checkout, tmp_path: Path):
    (tmp_path / "json.py").write_text("raise SystemExit(99)", "utf-8")
    (ready.root.parent / "studio.py").write_text("raise SystemExit(98)", "utf-8")
    said = ready.start("x", PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere", VIRTUAL_ENV="/nowhere", CONDA_PREFIX="/no")
    assert said["arguments"] == ["x"]


def test_moved_checkout_still_starts(ready: Checkout, tmp_path: Path):
    moved = Checkout(tmp_path / "elsewhere" / "é ; $x", ready.env)
    moved.root.parent.mkdir()
    ready.root.rename(moved.root)
    assert Path(moved.start("x")["package"]) == moved.root / "studio"
    assert len(ready.uv_calls) == 2


def remove_stamp(venv: Path) -> None:
    shutil.rmtree(venv / "studio-stamp")


def remove_end_of_stamp(venv: Path) -> None:
    (venv / "studio-stamp" / "entries.txt").unlink()


def remove_package(venv: Path) -> None:
    next(venv.glob("lib/python3.*/site-packages/numpy.py")).unlink()


def remove_link_to_checkout(venv: Path) -> None:
    next(venv.glob("lib/python3.*/site-packages/*.pth")).unlink()


def lose_interpreter(venv: Path) -> None:
    for python in venv.glob("bin/python*"):
        python.unlink()
        python.symlink_to("/nowhere/python3")


def spoil_interpreter(venv: Path) -> None:
    for python in venv.glob("bin/python*"):
        python.unlink()
        python.write_text("#!/bin/sh\nexit 1\n", "utf-8")
        python.chmod(0o755)


def leave_half(venv: Path) -> None:
    shutil.rmtree(venv / "bin")


def replace_by_file(venv: Path) -> None:
    shutil.rmtree(venv)
    venv.write_text("", "utf-8")


def change_lock(venv: Path) -> None:
    (venv.parent / "installers" / "locks" / "app.txt").write_text("app==2\n", "utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        remove_stamp,
        remove_end_of_stamp,
        remove_package,
        remove_link_to_checkout,
        lose_interpreter,
        spoil_interpreter,
        leave_half,
        replace_by_file,
        change_lock,
    ],
)
def test_broken_or_old_environment_is_made_anew(ready: Checkout, damage: Callable[[Path], None]):
    damage(ready.venv)
    assert ready.start("x")["arguments"] == ["x"]
    assert len(ready.uv_calls) == 4
    assert ready.run("x").stderr == ""
    assert not (ready.root / ".venv.setup" / "old").exists()
    assert not (ready.root / ".venv.setup" / "new").exists()


def test_killed_set_up_resumes(checkout: Checkout, pipes: Path):
    with checkout.popen("x", STAND_IN_PIPES=str(pipes)) as process:
        wait_until_packages_come(pipes)
        os.killpg(process.pid, signal.SIGKILL)
    assert not checkout.venv.exists()
    (checkout.root / ".venv.setup" / "new" / "half a package").touch()
    done = checkout.run("x")
    assert json.loads(done.stdout)["arguments"] == ["x"]
    assert "interrupted" in done.stderr
    assert not (checkout.venv / "half a package").exists()


def test_interrupted_set_up_says_so(checkout: Checkout, pipes: Path):
    with checkout.popen("x", STAND_IN_PIPES=str(pipes)) as process:
        wait_until_packages_come(pipes)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 4
    assert out == ""
    assert "start again" in err
    assert not checkout.venv.exists()


def read_until(process: subprocess.Popen[str], wanted: str) -> None:
    assert process.stderr
    for line in process.stderr:
        if wanted in line:
            return
    pytest.fail(f"never said: {wanted}")


def test_second_of_two_starts_waits(checkout: Checkout, pipes: Path):
    with checkout.popen("first", STAND_IN_PIPES=str(pipes)) as first:
        wait_until_packages_come(pipes)
        with checkout.popen("second") as second:
            read_until(second, "Another start")
            (pipes / "go").write_text("go\n", "utf-8")
            outs = [first.communicate()[0], second.communicate()[0]]
    assert [json.loads(out)["arguments"] for out in outs] == [["first"], ["second"]]
    assert len(checkout.uv_calls) == 2


def test_start_waits_for_the_uv_of_a_killed_one(checkout: Checkout, pipes: Path):
    with checkout.popen("first", STAND_IN_PIPES=str(pipes)) as first:
        wait_until_packages_come(pipes)
        first.kill()
        with checkout.popen("second") as second:
            read_until(second, "Another start")
            (pipes / "go").write_text("go\n", "utf-8")
            out = second.communicate()[0]
    assert json.loads(out)["arguments"] == ["second"]


def assert_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert sum(line.startswith("error: ") for line in lines) == 1
    assert sum(line.startswith("hint: ") for line in lines) == 1
    for word in words:
        assert word in done.stderr


def test_failed_install_is_told_and_loses_nothing(ready: Checkout):
    change_lock(ready.venv)
    assert_told(ready.run("x", STAND_IN_UV_CODE="1"), "packages", "log: ")
    assert ready.venv.exists()
    assert ready.start("x")["arguments"] == ["x"]


def test_packages_that_do_not_load_are_told(checkout: Checkout):
    module = "raise ImportError('libodd.so.3: cannot open shared object file: No such file or directory')"
    assert_told(checkout.run("x", STAND_IN_MODULE=module), "library libodd.so.3 is missing")
    assert not checkout.venv.exists()


def test_folder_that_cannot_be_written_is_told(checkout: Checkout):
    (checkout.root / ".venv.setup").write_text("in the way", "utf-8")
    assert_told(checkout.run("x"), ".venv.setup cannot be written")


def test_unusable_chosen_python_is_told(checkout: Checkout):
    assert_told(checkout.run("x", STUDIO_PYTHON="/bin/false"), "STUDIO_PYTHON (/bin/false)")


def add_program(folder: Path, name: str, text: str) -> str:
    """Put a program in front of the others; return the path to search."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_python_that_only_complains_is_passed_over(checkout: Checkout, tmp_path: Path):
    for name in ("python3", "python3.12", "python3.13"):
        add_program(tmp_path / "programs", name, "echo no such version >&2; exit 127")
    path = add_program(tmp_path / "programs", "python3.11", f'exec "{checkout.env["STUDIO_PYTHON"]}" "$@"')
    assert checkout.start("x", STUDIO_PYTHON="", PATH=path)["arguments"] == ["x"]


def test_uv_that_only_complains_is_passed_over(checkout: Checkout, tmp_path: Path):
    shutil.move(checkout.root / "bin" / "uv", tmp_path / "uv")
    (checkout.root / "bin" / "uv").write_text("#!/bin/sh\nexit 127\n", "utf-8")
    (checkout.root / "bin" / "uv").chmod(0o755)
    path = add_program(tmp_path / "programs", "uv", f'exec "{tmp_path}/uv" "$@"')
    checkout.start("x", PATH=path)
    assert len(checkout.uv_calls) == 2


def test_missing_system_library_names_the_package(checkout: Checkout, tmp_path: Path):
    calls = tmp_path / "apt.log"
    add_program(tmp_path / "programs", "apt-get", f'echo "$@" >>"{calls}"; exit 1')
    path = add_program(tmp_path / "programs", "ldconfig", "echo '\tlibz.so.1 (libc6) => /lib/libz.so.1'")
    assert_told(checkout.run("x", PATH=path), "libstdc++.so.6", "sudo apt-get install -y libstdc++6")
    if os.geteuid() == 0:
        assert "install -y --no-install-recommends libstdc++6" in calls.read_text("utf-8")


def test_on_wsl_the_environment_of_a_windows_drive_lies_in_the_home(checkout: Checkout, tmp_path: Path):
    version = tmp_path / "version"
    version.write_text("Linux version 6.6.87.2-microsoft-standard-WSL2 (root@builder)\n", "utf-8")
    home = tmp_path / "data home"
    env = {"STUDIO_PROC_VERSION": str(version), "XDG_DATA_HOME": str(home)}
    env_elsewhere = {**env, "STUDIO_PROC_VERSION": str(tmp_path / "plain"), "STUDIO_WSL_DRIVES": str(tmp_path)}
    (tmp_path / "plain").write_text("Linux version 6.1.0-37-amd64 (root@builder)\n", "utf-8")
    assert Path(checkout.start("x", **env_elsewhere)["prefix"]) == checkout.venv
    for drives, in_home in ((tmp_path / "other", False), (tmp_path, True)):
        said = checkout.start("x", STUDIO_WSL_DRIVES=str(drives), **env)
        assert Path(said["package"]) == checkout.root / "studio"
        assert (home in Path(said["prefix"]).parents) is in_home
    shutil.rmtree(checkout.venv)
    shutil.rmtree(checkout.root / ".venv.setup")
    assert checkout.start("x", STUDIO_WSL_DRIVES=str(tmp_path), **env)["arguments"] == ["x"]
    assert not list(checkout.root.glob(".venv*"))
    assert len(checkout.uv_calls) == 4


def test_test_command_adds_the_tools_and_starts_the_checks(ready: Checkout):
    done = ready.run("test", "--fast", "a b")
    assert done.stdout == f"checks {ready.root} --fast a b\n"
    assert "dev.txt" in ready.uv_calls[-1]
    assert ready.run("test").stderr == ""
    assert ready.run("x").stderr == ""
    assert len(ready.uv_calls) == 4


def test_tools_that_only_tests_need_are_fetched_or_named(ready: Checkout, tmp_path: Path):
    calls = tmp_path / "apt.log"
    script = (ready.root / "launch_wsl.sh").read_text("utf-8")
    (ready.root / "launch_wsl.sh").write_text(script.replace('"ffmpeg ffmpeg"', '"fwmpeg fwmpeg-package"'), "utf-8")
    path = add_program(tmp_path / "programs", "apt-get", f'echo "$@" >>"{calls}"; exit 1')
    done = ready.run("test", PATH=path)
    assert done.stdout == f"checks {ready.root}\n"
    assert "skipped for want of: fwmpeg-package" in done.stderr
    if os.geteuid() == 0:
        assert "install -y --no-install-recommends fwmpeg-package" in calls.read_text("utf-8")


def test_development_tools_stay_when_the_environment_is_made_anew(checkout: Checkout):
    checkout.run("test")
    change_lock(checkout.venv)
    checkout.start("x")
    assert "dev.txt" in checkout.uv_calls[-1]
    (checkout.root / "installers" / "locks" / "dev.txt").write_text("dev==2\n", "utf-8")
    assert checkout.run("x").stderr == ""
    assert "[5/5]" in checkout.run("test").stderr


def test_repair_makes_it_anew_from_fresh_downloads(ready: Checkout):
    done = ready.run("repair")
    assert done.returncode == 0
    assert done.stdout == ""
    assert len(ready.uv_calls) == 4
    assert "|--no-cache|" in ready.uv_calls[-1]
    assert ready.run("x").stderr == ""
