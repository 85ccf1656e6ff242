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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from studio.domain.recipe import Recipe
from studio.domain.requests import Target, numbered
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol.float_wav import WavError
from studio.protocol.messages import Result
from studio.runtime.hosts.base import Host
from studio.services import provenance
from studio.services.makers import Makers
from studio.services.tasks.work import PICTURES, SOUNDS
from studio.store import atomic
from studio.store.database import Database
from studio.worker.context import sha256_of

_ENDINGS = {"audio": "wav", "image": "png", "text": "txt", "midi": "mid"}  # of masters
# Facts of an engine's that commands print; the others stay in the row.
_SHOWN = (
    "seconds", "sample_rate", "channels", "width", "height", "similarity", "method", "lines", "language", "words",
    "tempo", "key", "metre", "form", "style", "sections", "role", "name",
)  # fmt: skip
_LONGEST_NAME = 200  # bytes; file systems take 255, and the unfinished file needs some

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
        shown = {name: self.facts[name] for name in _SHOWN if name in self.facts}
        if "seconds" in shown:
            shown["seconds"] = round(float(shown["seconds"]), 3)
        return {"path": path, "kind": self.kind, **shown, "sha256": self.sha256, "recipe": self.recipe}


@dataclass(frozen=True)
class _Announced:
    """A file that an engine says it has made."""

    file: str
    sha256: str
    media: str
    facts: dict[str, Any]


class Library:
    """Results on disk and their rows."""

    def __init__(self, paths: DataPaths, database: Database) -> None:
        self._paths = paths
        self._database = database

    def take_in(self, result: Result, made_by: Recipe, host: Host, form: str, makers: Makers) -> list[Media]:
        """Fetch a result and what comes with it, check them, and make the user's files; the main one is the first.

        Raise EngineFailure for what is bad.
        """
        announced = [_Announced(result.file, result.sha256, result.media, result.facts)]
        announced += [_announced(further, made_by.engine) for further in result.more]
        masters, files = self._paths.library / "masters", self._paths.library / "files"
        try:
            masters.mkdir(parents=True, exist_ok=True)
            files.mkdir(parents=True, exist_ok=True)
            return [self._one(one, made_by, host, form, makers) for one in announced]
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

    def add_facts(self, job: int, facts: Mapping[str, Any]) -> None:
        """Store what was found out about a job's first file after it was made."""
        with self._database.transaction() as connection:
            connection.execute(
                "update media set facts = json_patch(facts, json(?))"
                " where id = (select min(id) from media where job = ?)",
                (json.dumps(facts), job),
            )

    def recipe_of(self, path: Path) -> dict[str, Any] | None:
        """Return how a file was made that is one of ours, byte for byte; texts and notes carry no recipe inside."""
        try:
            digest = sha256_of(path)
        except OSError:
            return None
        rows = self._database.rows("select recipe from media where sha256 = ? order by id limit 1", (digest,))
        return json.loads(rows[0]["recipe"]) if rows else None

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

    def _one(self, one: _Announced, made_by: Recipe, host: Host, form: str, makers: Makers) -> Media:
        if one.media not in _ENDINGS:
            raise EngineFailure(f"The engine {made_by.engine} made {one.media!r}, which this studio cannot keep.")
        form = form if one.media == makers.media else {"audio": "wav", "image": "png"}.get(one.media, "txt")
        form = "mid" if one.media == "midi" else form
        made_by = _own_recipe(made_by, one.facts)
        master = self._fetch(one, host, made_by.engine)
        unfinished = self._paths.library / "files" / f".{uuid.uuid4().hex}{atomic.UNFINISHED}"
        try:
            facts = makers.write(one.media, master, made_by, form, unfinished)
            digest = sha256_of(unfinished)
            file = unfinished.with_name(f"{digest}.{form}")
            atomic.move(unfinished, file)
            atomic.sync_folder(file.parent)
        except WavError as e:
            master.unlink(missing_ok=True)  # no row will ever name it
            raise EngineFailure(f"The engine {made_by.engine} made a sound file that is damaged: {e}.") from e
        finally:
            unfinished.unlink(missing_ok=True)
        return Media(one.media, file, digest, master, one.sha256, {**one.facts, **facts}, made_by.to_dict())

    def _fetch(self, one: _Announced, host: Host, engine: str) -> Path:
        if len(one.sha256) != 64 or not set(one.sha256) <= set("0123456789abcdef"):
            raise EngineFailure(f"The engine {engine} announced a result without a proper hash.")
        master = self._paths.library / "masters" / f"{one.sha256}.{_ENDINGS[one.media]}"
        problem = fetch_checked(host, one.file, one.sha256, master)
        if problem:
            raise EngineFailure(f"The engine {engine} announced a result, but {problem}.", "Try again.", one.file)
        return master

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._paths.root).as_posix()


def _announced(further: dict[str, Any], engine: str) -> _Announced:
    found = [further.get(name) for name in ("file", "sha256", "media")]
    facts = further.get("facts")
    if not all(isinstance(value, str) for value in found) or not isinstance(facts, dict):
        raise EngineFailure(f"The engine {engine} announced a further result in a form that is none.")
    file, sha256, media = (str(value) for value in found)
    return _Announced(file, sha256, media, cast("dict[str, Any]", facts))


def _own_recipe(made_by: Recipe, facts: Mapping[str, Any]) -> Recipe:
    """Return the recipe of one of several: asked for alone, with its own seed, it comes out the same."""
    seed = facts.get("seed")
    if not isinstance(seed, int) or "count" not in made_by.params:
        return made_by
    return replace(made_by, seed=seed, params={**made_by.params, "count": 1}, **provenance.earlier(facts))


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


def check_target(path: Path, formats: Sequence[str] = SOUNDS, *, force: bool) -> Target:
    """Check an output path before any work is done for it; raise StudioError for what cannot work."""
    ending = path.suffix.lower().lstrip(".")
    if ending == "jpeg" and "jpg" in formats:
        ending = "jpg"
    if ending not in formats:
        known = ", ".join(f".{f}" for f in formats)
        what = "sound" if formats == SOUNDS else "a picture" if formats == PICTURES else "this"
        raise StudioError(f"The ending of {path.name!r} names no format for {what}.", f"Use one of: {known}.")
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


def places(media: Sequence[Media], target: Target | None) -> list[str]:
    """Return where each file that a job made lies once it is delivered.

    Of several pictures the further ones get numbers. What comes with a result in another role, such as the stems of a
    piece of music, stays in the library until somebody asks for it.
    """
    found: list[str] = []
    number = 1
    for one in media:
        if target is None or (found and (one.kind != media[0].kind or "role" in one.facts)):
            found.append(str(one.file))
        else:
            found.append(numbered(target.path, number))
            number += 1
    return found


def deliver(media: Sequence[Media], target: Target) -> list[str]:
    """Copy what a job made to where the user wants it, and return where each lies."""
    found = places(media, target)
    for one, place in zip(media, found, strict=True):
        if place != str(one.file):
            deliver_file(one, replace(target, path=place))
    return found


def deliver_file(media: Media, target: Target) -> None:
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
