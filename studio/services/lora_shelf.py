"""The folder of LoRAs, into which files from elsewhere are brought. Any thread."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from studio.errors import StudioError
from studio.paths import DataPaths
from studio.store import atomic, plain_file
from studio.worker.context import sha256_of

ENDING = ".safetensors"
_NO_NAME = re.compile(r"[\\/:*?\"<>|,\x00-\x1f]")  # of a file everywhere, and where LoRAs are listed
_LONGEST_NAME = 120
_LARGEST_HEAD = 100_000_000


def loras_here(paths: DataPaths) -> frozenset[str]:
    """Return the names of the files in the folder. Engines find those whose ending is in small letters."""
    return frozenset(file.stem for file in paths.loras.rglob(f"*{ENDING}") if file.suffix == ENDING)


def bring(paths: DataPaths, file: Path) -> str:
    """Copy a file into the folder, where it is not there yet; return its name. Raise StudioError for what is none."""
    _check(file)
    name = _NO_NAME.sub("-", file.stem)[:_LONGEST_NAME].strip(". ") or "lora"
    folder = paths.loras
    try:
        if file.suffix == ENDING and file.resolve().is_relative_to(folder.resolve()):
            return file.stem
        folder.mkdir(parents=True, exist_ok=True)
        own, number = name, 2
        while (target := folder / f"{own}{ENDING}").exists():
            if target.stat().st_size == file.stat().st_size and sha256_of(target) == sha256_of(file):
                return own
            own, number = f"{name} {number}", number + 1
        with atomic.written(target) as unfinished:
            shutil.copyfile(file, unfinished)
    except OSError as e:
        raise atomic.explain(e, f"{file.name} could not be brought to the LoRAs") from e
    return own


def _check(file: Path) -> None:
    """Look at the head of a file: how long its table is, and that it is one."""
    wrong = StudioError(f"{file.name} is no LoRA.", f"Choose a {ENDING} file.")
    if file.suffix.lower() != ENDING:
        raise wrong
    with plain_file.opened(file) as stream:
        head = stream.read(9)
    if len(head) < 9 or not 2 <= int.from_bytes(head[:8], "little") <= _LARGEST_HEAD or head[8:] != b"{":
        raise wrong
