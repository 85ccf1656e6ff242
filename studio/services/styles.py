"""The styles that are kept for all projects: a description each, and a piece to sound like. One thread an object.

A description is a small file of its own, named by the style's name; the sounds lie beside, by their hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain.edits import styles as names
from studio.domain.edits import whole
from studio.domain.project import Project, Style
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services import listening
from studio.services.sound import SoundHost
from studio.store import atomic

_FORM, _ENDING = "angen-style", ".json"
_MOST_BYTES = 1_000_000
_LARGEST = 1e9  # of numbers that can be told
_FRESH = 3600.0  # seconds
_SOUND = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Kept:
    """A style as it is kept: `style.reference` names nothing, the sound is a file."""

    style: Style
    reference: Path | None = None
    terms: str = ""  # of the reference


class Styles:
    """The styles of a data folder."""

    def __init__(self, paths: DataPaths, sound: SoundHost) -> None:
        self._paths = paths
        self._root = paths.styles
        self._sound = sound

    def all(self) -> tuple[list[Kept], list[str]]:
        """Return all by name, and a sentence for each that cannot be read."""
        found: list[Kept] = []
        told: list[str] = []
        for file in sorted(self._root.glob(f"*{_ENDING}")) if self._root.is_dir() else ():
            try:
                found.append(self._read(file))
            except StudioError as e:
                told.append(f"{e.message} {e.hint}".strip())
        return sorted(found, key=lambda one: one.style.name.casefold()), told

    def find(self, name: str) -> Kept | None:
        """Return the style of this name, None where none is kept; raise StudioError for one that cannot be read."""
        file = self._file(" ".join(name.split()))
        return self._read(file) if file.is_file() else None

    def get(self, name: str) -> Kept:
        """Return the style of this name; raise StudioError where none is kept."""
        found = self.find(name)
        if found is None:
            raise _unknown(name)
        return found

    def keep(self, style: Style, reference: Path | None = None, *, terms: str = "", force: bool = True) -> Kept:
        """Keep a style under its name; its reference is copied, and must be a sound.

        The sound of one that it replaces stays till another is kept, so that this can be taken back.
        """
        checked = names.keep(Project(""), _without_media(style)).style
        file = self._file(checked.name)
        if not force and file.exists():
            raise StudioError(f"A style {checked.name!r} is kept already.", "Choose another name, or add --force.")
        before = self._reference_in(file)
        data = {"form": _FORM, "schema": 1, "name": checked.name, "text": checked.text, "seed": checked.seed}
        data |= {"bpm": checked.bpm, "key": checked.key, "terms": terms, "reference": ""}
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            if reference is not None:
                data["reference"] = self._take(reference)
            atomic.write_bytes(file, json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode())
        except OSError as e:
            raise atomic.explain(e, "The style could not be kept") from e
        self._sweep(spared=before)
        return self.get(checked.name)

    def remove(self, name: str) -> None:
        """Forget a style; its sound goes when another is kept, so that it can be kept again till then."""
        file = self._file(" ".join(name.split()))
        if not file.is_file():  # one that cannot be read may go all the same
            raise _unknown(name)
        try:
            file.unlink(missing_ok=True)
        except OSError as e:
            raise atomic.explain(e, "The style could not be removed") from e

    def _file(self, name: str) -> Path:
        return self._root / f"{hashlib.sha256(name.casefold().encode()).hexdigest()[:24]}{_ENDING}"

    def _take(self, reference: Path) -> str:
        """Copy a sound that the sound process could read; return what it is called here."""
        single = listening.single(self._paths, self._sound, reference)
        name = f"{single.media.sha256}{single.file.suffix}"
        with atomic.written(self._root / name) as unfinished:
            shutil.copyfile(single.file, unfinished)
        return name

    def _reference_in(self, file: Path) -> str:
        """Return what the sound of a description is called, "" where it has none, or is none."""
        with suppress(StudioError):
            kept = self._read(file)
            return kept.reference.name if kept.reference else ""
        return ""

    def _sweep(self, *, spared: str) -> None:
        """Remove the sounds that no style names any more; where a description cannot be read, all stay.

        Fresh ones stay, too: another process may have copied one whose style it has yet to write.
        """
        kept, told = self.all()
        used = {spared, *(one.reference.name for one in kept if one.reference)}
        for file in () if told else [*self._root.iterdir()]:
            if _SOUND.fullmatch(file.name) and file.suffix != _ENDING and file.name not in used:
                with suppress(OSError):
                    if time.time() - file.stat().st_mtime > _FRESH:
                        file.unlink()

    def _read(self, file: Path) -> Kept:
        """Read a description; raise StudioError for what is none, and say what of a style cannot be."""
        mend = f"Remove it with `studio styles remove NAME`, or delete {file}."
        damaged = StudioError(f"The style in {file.name} cannot be read.", mend)
        try:
            data = recipes.parsed(file.read_bytes()) if file.stat().st_size <= _MOST_BYTES else None
        except OSError:
            data = None
        if data is None or data.get("form") != _FORM:
            raise damaged
        try:
            kept = self._understood(data)
        except StudioError as e:
            raise StudioError(damaged.message, " ".join(filter(None, (e.message, e.hint, mend)))) from e
        if kept is None:
            raise damaged
        return kept

    def _understood(self, data: Mapping[str, Any]) -> Kept | None:
        """Return what a description says, None where it is none; raise StudioError for a style that cannot be."""
        texts = {name: data.get(name, "") for name in ("name", "text", "key", "reference", "terms")}
        seed, bpm = data.get("seed", -1), data.get("bpm", 0.0)
        if not all(isinstance(text, str) for text in texts.values()) or type(seed) is not int:
            return None
        if type(bpm) not in {int, float} or abs(bpm) > _LARGEST:
            return None
        name = names.plain_name(texts["name"])
        style = whole.set_style(Project(""), Style(texts["text"], seed, float(bpm), texts["key"], name=name)).style
        sound = self._root / texts["reference"] if _SOUND.fullmatch(texts["reference"]) else None
        return Kept(style, sound if sound and sound.is_file() else None, texts["terms"])


def _unknown(name: str) -> StudioError:
    return StudioError(f"No style {name[:80]!r} is kept.", "`studio styles list` shows those that are.")


def _without_media(style: Style) -> Style:
    return Style(style.text, style.seed, style.bpm, style.key, name=style.name)
