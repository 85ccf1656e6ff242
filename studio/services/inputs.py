"""Files that engines are given: read in processes that may crash, kept by content in the form that engines take.

Any thread that may use the sound and picture processes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from studio.domain.recipe import is_input_name
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.helper import Done, HelperHost
from studio.services.tasks.work import Role, Work, role_of
from studio.store import atomic, plain_file
from studio.worker.context import sha256_of

_MOST_BYTES = 8_000_000_000


@dataclass(frozen=True)
class Taken:
    """What was taken in: names by role, and what there is to say about it."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    transcripts: dict[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()
    seconds: float = 0.0  # of the longest sound


class Inputs:
    """The kept inputs."""

    def __init__(self, paths: DataPaths, sound: HelperHost, pictures: HelperHost) -> None:
        self._folder = paths.inputs
        self._sound = sound
        self._pictures = pictures

    def take_in(self, work: Work, files: Mapping[str, Path], kept: Mapping[str, str]) -> Taken:
        """Read and keep a task's files; raise StudioError for what is missing, unknown or cannot be used."""
        self._check_roles(work, {*files, *kept})
        self.check(kept)
        names, notes = dict(kept), list[str]()
        seconds = 0.0
        for name, file in files.items():
            role = role_of(work, name)
            assert role is not None  # _check_roles has seen to it
            names[name], said, lasts = self._taken(role, file)
            notes += said
            seconds = max(seconds, lasts)
        return Taken(names, {}, tuple(notes), seconds)

    def put(self, file: Path) -> str:
        """Keep a file that is in its form already; return its name."""
        name = f"{sha256_of(file)}{file.suffix}"
        target = self.path(name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with atomic.written(target) as unfinished:
                shutil.copyfile(file, unfinished)
        with suppress(OSError):  # its row comes later, and until then age alone decides what leaves the cache
            os.utime(target)
        return name

    def path(self, name: str) -> Path:
        """Return where an input lies, or would lie."""
        if not is_input_name(name):
            raise StudioError(f"{name[:80]!r} is no name of a kept file.")
        return self._folder / name[:2] / name

    def check(self, names: Mapping[str, str]) -> None:
        """Raise StudioError when an input is no longer kept; mark those that are as used."""
        for role, name in names.items():
            path = self.path(name)
            if not path.is_file():
                raise StudioError(
                    f"The {role.partition(':')[0]} that this was made from is no longer kept.",
                    "Ask for it again and name the file.",
                )
            with suppress(OSError):
                os.utime(path)

    def _check_roles(self, work: Work, given: set[str]) -> None:
        for name in given:
            if role_of(work, name) is None:
                known = ", ".join(work.roles) or "none"
                raise StudioError(f"This takes no file as {name!r}.", f"It takes: {known}.")
        for name, role in work.roles.items():
            if role.required and name not in given:
                raise StudioError(f"There is no file for this: it needs {role.title}.", "Name a file.")

    def _taken(self, role: Role, file: Path) -> tuple[str, list[str], float]:
        file = file.absolute()
        with plain_file.opened(file) as stream:  # refuses folders, pipes and what is not there, in words
            if os.fstat(stream.fileno()).st_size > _MOST_BYTES:
                raise StudioError(f"{plain_file.name_of(file)} is over {_MOST_BYTES:,} bytes.", "Cut it into pieces.")
        host, task = self._host_and_task(role)
        inputs: dict[str, Any] = {"file": str(file), "name": file.name}
        if role.kind == "sound":
            inputs |= {"rate": role.rate, "channels": role.channels, "most_seconds": role.most_seconds}
        with host.task(task, inputs) as done:
            said = _advice(done)
            try:
                return self.put(done.file), [*said, *done.notes], float(done.facts.get("seconds", 0.0))
            except OSError as e:
                raise atomic.explain(e, f"{file.name} could not be kept") from e

    def _host_and_task(self, role: Role) -> tuple[HelperHost, str]:
        if role.kind == "picture":
            return self._pictures, "take_in"
        return self._sound, "prepare_reference" if role.voice else "master"


def _advice(done: Done) -> list[str]:
    """Return what was found about a voice; raise StudioError when it cannot be used at all."""
    said: list[str] = []
    for item in cast("list[dict[str, Any]]", done.facts.get("advice", [])):
        text, hint = str(item.get("text", "")), str(item.get("hint", ""))
        if item.get("level") == "error":
            raise StudioError(text, hint)
        said.append(f"{text} {hint}".strip())
    return said
