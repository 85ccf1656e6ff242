"""The script that makes the packs' locks: what it picks, and what it throws away."""

from __future__ import annotations

import importlib.util
from email.message import Message

import pytest

from studio.engines.pack import Pin, parse_lock
from tests.setup.checkout import ROOT

SPEC = importlib.util.spec_from_file_location("pack_locks", ROOT / "installers" / "pack_locks.py")
assert SPEC
assert SPEC.loader
pack_locks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pack_locks)

HASH = "sha256:" + "0" * 64


def test_what_is_for_no_machine_of_ours_is_dropped_and_needless_conditions_too() -> None:
    text = (
        f"a==1 ; sys_platform != 'emscripten' --hash={HASH}\n"
        f"b==1 ; sys_platform == 'emscripten' --hash={HASH}\n"
        f"c==1 ; python_full_version >= '3.13' --hash={HASH}\n"
    )
    pins = {p.name: p.marker for p in parse_lock(pack_locks.cleaned(text), "lock")}
    assert pins == {"a": "", "c": 'python_full_version >= "3.13"'}


def test_each_machine_gets_the_size_of_its_own_file() -> None:
    files = [
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", 1),
        ("a-1-cp311-cp311-manylinux_2_28_aarch64.whl", 2),
        ("a-1-cp312-abi3-win_amd64.whl", 3),
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", 4),
        ("a-1-cp311-cp311-macosx_26_0_arm64.whl", 5),
        ("a-2-py3-none-any.whl", 6),
    ]
    assert pack_locks.by_target(files, 0, [Pin("a", "1")], "a==1") == {
        "linux-3.11": 1,
        "windows-3.12": 3,
        "windows-3.13": 3,
        "macos-3.11": 4,
    }
    assert pack_locks.by_target(files, 7, [Pin("a", "2", 'sys_platform == "win32"')], "a==1")["windows-3.11"] == 7
    assert pack_locks.by_target(files, 0, [Pin("a", "2")], "a==2") == {"any": 6}


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ([("License-Expression", "MIT AND 0BSD"), ("License", "other")], "MIT AND 0BSD"),
        ([("License", "Apache 2.0")], "Apache-2.0"),
        ([("License", "Copyright (c) somebody\nall of the text"), ("Classifier", "License :: OSI Approved")], ""),
        ([("License", "UNKNOWN"), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("Classifier", "Topic :: Sound")], ""),
    ],
)
def test_a_licence_is_named_shortly_and_never_made_up(said: list[tuple[str, str]], licence: str) -> None:
    about = Message()
    for name, value in said:
        about[name] = value
    assert pack_locks.licence_of(about) == licence
