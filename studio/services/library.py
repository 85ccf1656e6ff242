"""The library of results: masters as engines made them, files in the user's format with their recipe. Any thread.

A result is checked, moved, converted and hashed before its row exists; row and success are one transaction.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import studio
from studio.domain.recipe import Recipe
from studio.domain.requests import Target
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol.float_wav import WavError, read_float_wav
from studio.protocol.messages import Result
from studio.runtime.hosts.base import Host
from studio.services.sound import SoundHost
from studio.store import atomic
from studio.store.database import Database
from studio.worker.context import sha256_of

FORMATS = ("wav", "flac", "mp3", "ogg", "opus")
_LONGEST_NAME = 200  # bytes; file systems take 255, and the unfinished file needs some
SOFTWARE = f"Angen Studio {studio.__version__}"

_INSERT = (
    "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class Media:
    """A file in the library."""

    kind: str
    file: Path
    sha256: str
    master: Path
    master_sha256: str
    facts: dict[str, Any]
    recipe: dict[str, Any]

    def to_output(self, path: str) -> dict[str, Any]:
        """Return the object that commands print."""
        shown = {k: self.facts[k] for k in ("seconds", "sample_rate", "channels") if k in self.facts}
        if "seconds" in shown:
            shown["seconds"] = round(float(shown["seconds"]), 3)
        return {"path": path, "kind": self.kind, **shown, "sha256": self.sha256, "recipe": self.recipe}


class Library:
    """Results on disk and their rows."""

    def __init__(self, paths: DataPaths, database: Database) -> None:
        self._paths = paths
        self._database = database

    def take_in(self, result: Result, made_by: Recipe, host: Host, form: str, sound: SoundHost) -> Media:
        """Fetch a result from its host, check it, and make the user's file; raise EngineFailure for a bad one."""
        if result.media != "audio":
            raise EngineFailure(f"The engine {made_by.engine} made {result.media!r}, which this studio cannot keep.")
        masters, files = self._paths.library / "masters", self._paths.library / "files"
        try:
            masters.mkdir(parents=True, exist_ok=True)
            files.mkdir(parents=True, exist_ok=True)
            master = self._fetch(result, host, masters, made_by.engine)
            return self._convert(
                result, made_by, master, files / f".{uuid.uuid4().hex}{atomic.UNFINISHED}", form, sound
            )
        except OSError as e:
            raise atomic.explain(e, "The result could not be stored") from e

    def insertion(self, job: int, media: Media) -> tuple[str, tuple[Any, ...]]:
        """Return the statement that records a file, for the transaction of the job's success."""
        return _INSERT, (
            job,
            media.kind,
            self._relative(media.file),
            media.sha256,
            self._relative(media.master),
            media.master_sha256,
            json.dumps(media.facts),
            json.dumps(media.recipe, ensure_ascii=False),
            time.time(),
        )

    def of_job(self, job: int) -> list[Media]:
        """Return what a job made."""
        rows = self._database.rows("select * from media where job = ? order by id", (job,))
        return [
            Media(
                kind=r["kind"],
                file=self._paths.root / r["file"],
                sha256=r["sha256"],
                master=self._paths.root / r["master"],
                master_sha256=r["master_sha256"],
                facts=json.loads(r["facts"]),
                recipe=json.loads(r["recipe"]),
            )
            for r in rows
        ]

    def made(self, job: int, path: Path) -> bool:
        """Whether a file is one that this job made."""
        try:
            digest = sha256_of(path)
        except OSError:  # what cannot be read is not known to be ours
            return False
        return any(media.sha256 == digest for media in self.of_job(job))

    def missing_files(self) -> list[str]:
        """Return the files that rows name and the disk does not hold."""
        rows = self._database.rows("select file, master from media")
        return [name for r in rows for name in (r["file"], r["master"]) if not (self._paths.root / name).is_file()]

    def _fetch(self, result: Result, host: Host, masters: Path, engine: str) -> Path:
        if len(result.sha256) != 64 or not set(result.sha256) <= set("0123456789abcdef"):
            raise EngineFailure(f"The engine {engine} announced a result without a proper hash.")
        master = masters / f"{result.sha256}.wav"
        problem = fetch_checked(host, result.file, result.sha256, master)
        if problem:
            raise EngineFailure(f"The engine {engine} announced a result, but {problem}.", "Try again.", result.file)
        return master

    def _convert(
        self, result: Result, made_by: Recipe, master: Path, unfinished: Path, form: str, sound: SoundHost
    ) -> Media:
        try:
            facts = _write(master, made_by, unfinished, form, sound)
            digest = sha256_of(unfinished)
            file = unfinished.with_name(f"{digest}.{form}")
            atomic.move(unfinished, file)
            atomic.sync_folder(file.parent)
        except WavError as e:
            master.unlink(missing_ok=True)  # no row will ever name it
            raise EngineFailure(f"The engine {made_by.engine} made a sound file that is damaged: {e}.") from e
        finally:
            unfinished.unlink(missing_ok=True)
        return Media("audio", file, digest, master, result.sha256, {**result.facts, **facts}, made_by.to_dict())

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._paths.root).as_posix()


def _write(master: Path, made_by: Recipe, target: Path, form: str, sound: SoundHost) -> dict[str, Any]:
    """Write the user's file, synced; return its facts. A plain WAV needs no foreign encoder, hence no other process."""
    from studio.audio import wav_file

    if form == "wav":
        made = wav_file.write(master, made_by, SOFTWARE, target)
        return {"seconds": made.seconds, "sample_rate": made.sample_rate, "channels": made.channels}
    found = read_float_wav(master)
    inputs = {"master": str(master), "format": {"kind": form}, "tags": {}, "recipe": made_by.to_dict()}
    with sound.task("convert", inputs) as done:
        shutil.copyfile(done.file, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return {"seconds": found.frames / found.rate, "sample_rate": found.rate, "channels": 1}


def fetch_checked(host: Host, file: str, sha256: str, target: Path) -> str:
    """Bring a file from a host to `target` if it is what was announced; return what was wrong, mostly nothing.

    Whatever lies at `target` stays until the new file has been checked.
    """
    unchecked = target.with_name(f".{uuid.uuid4().hex}{atomic.UNFINISHED}")
    try:
        host.get(file, unchecked)
        if not unchecked.stat().st_size:
            return "the file is empty"
        if sha256_of(unchecked) != sha256:
            return "the file is another than announced"
        atomic.move(unchecked, target)
        atomic.sync_folder(target.parent)
    except FileNotFoundError:
        return "there is no such file"
    except ValueError:  # a name that no system takes
        return "its name is none"
    finally:
        unchecked.unlink(missing_ok=True)
    return ""


def check_target(path: Path, *, force: bool) -> Target:
    """Check an output path before any work is done for it; raise StudioError for what cannot work."""
    ending = path.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        known = ", ".join(f".{f}" for f in FORMATS)
        raise StudioError(f"The ending of {path.name!r} names no format for sound.", f"Use one of: {known}.")
    return Target(str(check_file(path, force=force)), ending, force)


def check_file(path: Path, *, force: bool) -> Path:
    """Return the full path of a file that is to be written; raise StudioError when it cannot be."""
    path = path.absolute()
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise StudioError(f"The name {path.name[:40]}… is too long for a file.", "Choose a shorter name.")
    try:
        _check_place(path, force=force)
    except OSError as e:
        raise atomic.explain(e, f"The folder {path.parent} cannot be written to") from e
    return path


def deliver(media: Media, target: Target) -> None:
    """Copy a file of the library to where the user wants it: whole or not at all."""
    path = Path(target.path)
    try:
        with atomic.written(path, replace=target.force or target.again, guarded=True) as unfinished:
            shutil.copyfile(media.file, unfinished)
    except FileExistsError as e:
        hint = f"Add --force to replace it. The result is kept as {media.file}."
        raise StudioError(f"{path} appeared meanwhile.", hint) from e
    except OSError as e:
        told = atomic.explain(e, f"{path} could not be written")
        raise StudioError(told.message, f"{told.hint} The result is kept as {media.file}.", told.details) from e


def _check_place(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise StudioError(f"{path} is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise StudioError(f"The folder {path.parent} does not exist.", "Make it first, or choose another place.")
    if path.exists() and not force:
        raise StudioError(f"{path} exists.", "Choose another name, or add --force to replace it.")
    with tempfile.TemporaryFile(dir=path.parent) as probe:  # has no name where the system can do that
        probe.write(b"1")
