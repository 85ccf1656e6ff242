"""The code keeps the rules of the house, and each rule is shown to catch who breaks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path, PurePosixPath

import pytest

from tests import architecture
from tests.architecture import Source

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}

LONG_FUNCTION = "def long():\n" + "    x = 1\n" * architecture.FUNCTION_LINES
JUST_FITS = "def fits():\n" + "    x = 1\n" * (architecture.FUNCTION_LINES - 1)
MAIN_WINDOW = "studio/ui/main_window.py"

BROKEN = [
    (architecture.small_files, "studio/a.py", "x = 1\n" * 801),
    (architecture.small_files, MAIN_WINDOW, "x = 1\n" * 301),
    (architecture.small_functions, "studio/a.py", LONG_FUNCTION),
    (architecture.small_functions, "studio/a.py", "class A:\n    async " + LONG_FUNCTION.replace("\n", "\n    ")),
    (architecture.no_nested_event_loops, "studio/ui/a.py", "QApplication.processEvents()"),
    (architecture.no_nested_event_loops, "studio/ui/a.py", "app().processEvents(5)"),
    (architecture.no_nested_event_loops, "studio/ui/tabs/a.py", "box.exec()"),
    (architecture.no_nested_event_loops, "studio/ui/tabs/a.py", "QMessageBox().exec_()"),
    (architecture.no_waiting_in_the_window, "studio/ui/a.py", "import time\ntime.sleep(1)"),
    (architecture.no_waiting_in_the_window, "studio/ui/a.py", "from time import sleep\nsleep(1)"),
    (architecture.no_waiting_in_the_window, "studio/services/a.py", "process.waitForFinished(3)"),
    (architecture.no_waiting_in_the_window, "studio/ui/a.py", "self._thread.terminate()"),
    (architecture.no_waiting_in_the_window, "studio/launch.py", "from PySide6.QtCore import QThread\nt.terminate()"),
    (architecture.no_printing, "studio/services/a.py", "print('hello')"),
    (architecture.no_shell, "studio/runtime/a.py", "subprocess.run('ls', shell=True)"),
    (architecture.no_shell, "studio/runtime/a.py", "subprocess.run('ls', shell=wanted)"),
    (architecture.no_shell, "studio/runtime/a.py", "import os\nos.system('ls')"),
    (architecture.no_code_in_data, "studio/store/a.py", "import pickle"),
    (architecture.no_code_in_data, "studio/store/a.py", "def f():\n    from pickle import loads"),
    (architecture.no_code_in_data, "studio/engines/x/runner.py", "numpy.load(file, allow_pickle=True)"),
    (architecture.broad_excepts_at_borders_only, "studio/services/a.py", "try: f()\nexcept Exception: pass"),
    (architecture.broad_excepts_at_borders_only, "studio/services/a.py", "try: f()\nexcept (OSError, Exception): g()"),
    (architecture.broad_excepts_at_borders_only, "studio/services/a.py", "try: f()\nexcept: g()"),
    (architecture.broad_excepts_at_borders_only, "studio/a.py", "try: f()\nexcept Exception as e: raise A from e"),
    (architecture.broad_excepts_at_borders_only, "studio/a.py", "with contextlib.suppress(BaseException): f()"),
    (architecture.bare_packages, "studio/store/__init__.py", ""),
    (architecture.bare_packages, "studio/store/__init__.py", '"""Files."""\nfrom studio.store import files'),
    (architecture.bare_packages, "studio/store/__init__.py", '"""Files."""\n__version__ = "1"'),
    (architecture.bare_packages, "studio/__init__.py", '"""All."""\n__version__ = "1"\nx = 1'),
    (architecture.old_python_on_the_engine_side, "studio/worker/a.py", "try: f()\nexcept* OSError: pass"),
    (architecture.old_python_on_the_engine_side, "studio/engines/x/runner.py", "try: f()\nexcept* OSError: pass"),
    (architecture.old_python_on_the_engine_side, "studio/errors.py", "try: f()\nexcept* OSError: pass"),
    (architecture.standard_library_only, "studio/domain/a.py", "def f():\n    import numpy.linalg"),
    (architecture.standard_library_only, "studio/errors.py", "from attrs import frozen"),
]
ALLOWED = [
    (architecture.small_files, "studio/a.py", "x = 1\n" * 799),
    (architecture.small_functions, "studio/a.py", JUST_FITS),
    (architecture.no_nested_event_loops, "studio/ui/dialogs/a.py", "box.exec()"),
    (architecture.no_nested_event_loops, "studio/ui/application.py", "app.exec()"),
    (architecture.no_nested_event_loops, "studio/ui/widgets/file_drag.py", "drag.exec()"),
    (architecture.no_nested_event_loops, "studio/store/a.py", "db.execute('select 1')"),
    (architecture.no_waiting_in_the_window, "studio/runtime/a.py", "process.terminate()\nprocess.waitForFinished()"),
    (architecture.no_printing, "studio/cli/a.py", "print('hello')"),
    (architecture.no_shell, "studio/runtime/a.py", "subprocess.run(['ls'], shell=False)"),
    (architecture.broad_excepts_at_borders_only, "studio/worker/loop.py", "try: f()\nexcept Exception: pass"),
    (
        architecture.broad_excepts_at_borders_only,
        "studio/store/a.py",
        "try: f()\nexcept BaseException:\n  g()\n  raise",
    ),
    (architecture.broad_excepts_at_borders_only, "studio/store/a.py", "try: f()\nexcept OSError: pass"),
    (architecture.bare_packages, "studio/__init__.py", '"""All."""\n__version__ = "1"'),
    (architecture.old_python_on_the_engine_side, "studio/engines/registry.py", "try: f()\nexcept* OSError: pass"),
    (architecture.standard_library_only, "studio/domain/a.py", "import json\nfrom studio.errors import StudioError"),
    (architecture.standard_library_only, "studio/audio/a.py", "import numpy"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_catches(rule: architecture.Rule, path: str, text: str):
    assert list(rule(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_a_rule_lets_pass(rule: architecture.Rule, path: str, text: str):
    assert not list(rule(Source(PurePosixPath(path), text)))


def test_every_rule_is_tried_and_used():
    assert {rule for rule, _, _ in BROKEN} == set(architecture.RULES_FOR_STUDIO)


def test_the_studio_keeps_the_rules():
    assert architecture.complaints(ROOT, "studio", architecture.RULES_FOR_STUDIO) == []


def test_the_tests_keep_the_sizes():
    assert architecture.complaints(ROOT, "tests", architecture.RULES_FOR_ALL) == []


def test_files_are_found_and_read(tmp_path: Path):
    (tmp_path / "studio/deep").mkdir(parents=True)
    (tmp_path / "studio/deep/loud.py").write_text("x = 1\nprint(x)\n", encoding="utf-8")
    found = architecture.complaints(tmp_path, "studio", architecture.RULES_FOR_STUDIO)
    assert found == ["studio/deep/loud.py:2: print outside the command line [no_printing]"]
    assert architecture.folders_without_init(tmp_path) == ["studio/deep"]


def test_every_folder_with_code_is_a_package():
    assert architecture.folders_without_init(ROOT) == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout knows which files are the project's")
def test_no_file_says_where_packages_are_loaded_from():
    files = architecture.repository_files(ROOT)
    assert ROOT / "pyproject.toml" in files
    assert architecture.unwanted_content(files) == []


def test_a_server_and_a_lock_that_records_one_are_found(tmp_path: Path):
    named = [tmp_path / f"{number}.txt" for number in range(len(architecture.SERVERS))]
    for file, server in zip(named, architecture.SERVERS, strict=True):
        file.write_text(f"--index-url https://{server}/simple", encoding="utf-8")
    locks = [tmp_path / name for name in sorted(architecture.UNWANTED_FILES)]
    for file in locks:
        file.touch()
    sound = tmp_path / "sound.wav"
    sound.write_bytes(b"RIFF\0" + architecture.SERVERS[0].encode())
    found = architecture.unwanted_content([*named, *locks, sound])
    assert [line.partition(":")[0] for line in found] == [str(file) for file in [*locks, *named]]


def test_types_are_strict_outside_the_window_and_the_sound():
    strict = set(CONFIGURATION["tool"]["basedpyright"]["strict"])
    packages = {f"studio/{child.parent.name}" for child in (ROOT / "studio").glob("*/__init__.py")}
    expected = (packages - {"studio/ui", "studio/engines", "studio/audio"}) | {"studio/*.py", "studio/engines/*.py"}
    assert expected <= strict


def test_the_layers_inside_the_window_are_exhaustive():
    assert CONTRACTS["window"].get("exhaustive") is True


# A module, what it imports, and the contracts that must say no to it.
PLANTS = {
    "studio.utils": ("", {"layers"}),
    "studio.domain.plant_store": ("import studio.store", {"layers"}),
    "studio.services.plant_face": ("import studio.cli", {"layers"}),
    "studio.audio.plant_runtime": ("def f():\n    import studio.runtime", {"layers"}),
    "studio.worker.plant_model": ("from studio import domain", {"layers", "reach"}),
    "studio.services.plant_qt": ("from PySide6 import QtCore", {"qt"}),
    "studio.cli.plant_qt_indirect": ("import studio.services.plant_qt", {"qt"}),
    "studio.events.plant_qt_deep": ("import shiboken6", {"qt"}),
    "studio.ui.bridge.plant_torch": ("import torch.nn", {"ml"}),
    "studio.services.plant_ml": ("def f():\n    import onnxruntime", {"ml"}),
    "studio.engines.plant_ml_manifest": ("import transformers", {"ml"}),
    "studio.runtime.plant_torch_there": ("import torch", {"ml", "weight"}),
    "studio.store.plant_numpy": ("import numpy", {"weight"}),
    "studio.protocol.plant_pydantic": ("import pydantic", {"weight"}),
    "studio.engines.plant_a.smoke": ("import studio.engines.plant_ml_manifest", {"reach"}),
    "studio.engines.plant_a.helper": ("import studio.settings", {"reach"}),
    "studio.engines.plant_a.other": ("import studio.engines.plant_b.fine", {"reach"}),
    "studio.services.plant_runner": ("import studio.engines.plant_b.runner", {"runners", "engine-folders"}),
    "studio.engines.plant_b.starter": ("import studio.engines.plant_b.runner", {"runners"}),
    "studio.services.plant_inside": ("import studio.engines.plant_b.fine", {"engine-folders"}),
    "studio.services.plant_shared": ("import studio.engines.shared.fine_memory", {"engine-folders"}),
    "studio.ui.tabs.plant_left.view": ("import studio.ui.tabs.plant_right", {"tabs"}),
    "studio.ui.bridge.plant_database": ("import sqlite3", {"window-work"}),
    "studio.ui.bridge.plant_process": ("import subprocess", {"window-work"}),
    "studio.ui.theme.plant_tab": ("import studio.ui.tabs", {"window"}),
}
FINE = {
    "studio.ui.bridge.fine_qt": "import PySide6.QtCore\nimport studio.app\nimport studio.services",
    "studio.ui.tabs.plant_right.fine_view": "import studio.ui.widgets\nimport studio.services",
    "studio.engines.plant_b.runner": "import torch\nimport onnxruntime\nimport numpy\nimport studio.worker",
    "studio.engines.plant_b.fine": "import studio.protocol\nfrom studio.engines.shared import fine_memory",
    "studio.engines.shared.fine_memory": "import torch\nimport studio.protocol",
    "studio.audio.fine_numbers": "import numpy\nimport studio.domain\nimport studio.worker",
}


def _plant(root: Path, module: str, text: str) -> None:
    *packages, name = module.split(".")
    folder = root
    for package in packages:
        folder /= package
        if folder.with_suffix(".py").exists():  # a single module so far; a package may take its place one day
            folder.with_suffix(".py").unlink()
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    (folder / f"{name}.py").write_text(text + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def planted_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is, every layer that is not written yet as an empty module, and the plants."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "studio", root / "studio", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    layers = re.findall(r"\w+", " ".join(CONTRACTS["layers"]["layers"]))
    window = [name.removeprefix("studio.") for name in re.findall(r"[\w.]+", " ".join(CONTRACTS["window"]["layers"]))]
    for module in [*layers, *window]:
        if not (root / "studio" / module.replace(".", "/")).with_suffix(".py").exists():
            _plant(root, f"studio.{module}.fine_nothing", "")
    for module, (text, _) in PLANTS.items():
        _plant(root, module, text)
    for module, text in FINE.items():
        _plant(root, module, text)
    return root


def _lint_imports(root: Path) -> dict[str, str]:
    """What each broken contract says, by its id."""
    tool = Path(sys.executable).parent / ("lint-imports.exe" if sys.platform == "win32" else "lint-imports")
    done = subprocess.run(
        [str(tool), "--no-logo", "--no-cache"],
        cwd=root,
        env=os.environ | {"COLUMNS": "400", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    names = {contract["name"]: identity for identity, contract in CONTRACTS.items()}
    _, marker, report = done.stdout.partition("Broken contracts")
    assert marker, done.stdout + done.stderr
    parts = re.split(r"^(.+)\n-{3,}\n", report, flags=re.MULTILINE)
    return {names[title]: text for title, text in zip(parts[1::2], parts[2::2], strict=True) if title in names}


def test_each_planted_import_is_caught_by_its_contract_alone(planted_copy: Path):
    said = _lint_imports(planted_copy)
    caught: dict[str, set[str]] = defaultdict(set)
    for identity, text in said.items():
        # A line that starts a chain names the culprit; those below it only lead on.
        for module in re.findall(r"^ *- +([\w.]+)", text, flags=re.MULTILINE):
            caught[module].add(identity)
    assert {module: caught[module] for module in PLANTS} == {
        module: expected for module, (_, expected) in PLANTS.items()
    }
    assert {module for module in FINE if caught[module]} == set()
