"""The styles that are kept for all projects: a description each, and a piece to sound like. One thread an object.

A description is a small file of its own, named by the style's name; the sounds lie beside, by their hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain import rules
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
            kept = self._read(file)
            if kept is None:
                told.append(f"The style in {file.name} cannot be read.")
            else:
                found.append(kept)
        return sorted(found, key=lambda one: one.style.name.casefold()), told

    def find(self, name: str) -> Kept | None:
        """Return the style of this name, None where none is kept."""
        plain = " ".join(name.split())
        return self._read(self._file(plain)) if plain else None

    def get(self, name: str) -> Kept:
        """Return the style of this name; raise StudioError where none is kept."""
        found = self.find(name)
        if found is None:
            raise StudioError(f"No style {name[:80]!r} is kept.", "`studio styles list` shows those that are.")
        return found

    def keep(self, style: Style, reference: Path | None = None, *, terms: str = "", force: bool = True) -> Kept:
        """Keep a style under its name; its reference is copied, and must be a sound."""
        checked = names.keep(Project(""), _without_media(style)).style
        file = self._file(checked.name)
        if not force and file.exists():
            raise StudioError(f"A style {checked.name!r} is kept already.", "Choose another name, or add --force.")
        data = {"form": _FORM, "schema": 1, "name": checked.name, "text": checked.text, "seed": checked.seed}
        data |= {"bpm": checked.bpm, "key": checked.key, "terms": terms, "reference": ""}
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            if reference is not None:
                data["reference"] = self._take(reference)
            atomic.write_bytes(file, json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode())
        except OSError as e:
            raise atomic.explain(e, "The style could not be kept") from e
        self._sweep()
        return self.get(checked.name)

    def remove(self, name: str) -> None:
        """Forget a style; its sound goes when another is kept, so that it can be kept again till then."""
        self.get(name)
        try:
            self._file(" ".join(name.split())).unlink(missing_ok=True)
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

    def _sweep(self) -> None:
        """Remove the sounds that no style names any more; where a description cannot be read, all stay."""
        kept, told = self.all()
        used = {one.reference.name for one in kept if one.reference}
        for file in () if told else [*self._root.iterdir()]:
            if _SOUND.fullmatch(file.name) and file.suffix != _ENDING and file.name not in used:
                with suppress(OSError):
                    file.unlink()

    def _read(self, file: Path) -> Kept | None:
        try:
            if file.stat().st_size > _MOST_BYTES:
                return None
            data = recipes.parsed(file.read_bytes())
        except OSError:
            return None
        return None if data is None or data.get("form") != _FORM else self._understood(data)

    def _understood(self, data: Mapping[str, Any]) -> Kept | None:
        texts = {name: data.get(name, "") for name in ("name", "text", "key", "reference", "terms")}
        seed, bpm = data.get("seed", -1), data.get("bpm", 0.0)
        if not all(isinstance(text, str) for text in texts.values()) or type(seed) is not int:
            return None
        if isinstance(bpm, bool) or not isinstance(bpm, int | float) or not 0 <= bpm <= rules.FASTEST:
            return None
        try:
            name = names.plain_name(texts["name"])
            style = whole.set_style(Project(""), Style(texts["text"], seed, float(bpm), texts["key"], name=name)).style
        except StudioError:
            return None
        sound = self._root / texts["reference"] if _SOUND.fullmatch(texts["reference"]) else None
        return Kept(style, sound if sound and sound.is_file() else None, texts["terms"])


def _without_media(style: Style) -> Style:
    return Style(style.text, style.seed, style.bpm, style.key, name=style.name)
