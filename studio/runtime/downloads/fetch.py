"""Loads a model: says what belongs to it, checks what is there, loads the rest, each file whole or not at all.

What is half loaded lies beside the contents and grows at the next try. Nothing gets a name before its hash is right.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from studio.errors import StudioError
from studio.runtime import hub_cache
from studio.runtime.downloads.hub import AGAIN, Hub, Passing, WrongContent
from studio.runtime.environments import disk
from studio.runtime.hub_cache import HubFile, Record
from studio.store import atomic
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

LOADING, CHECKING, ASKING = "loading", "checking", "asking the hub"
T = TypeVar("T")


@dataclass(frozen=True)
class Wish:
    """What is to be loaded, and how long to wait for it."""

    repo: str
    revision: str
    patterns: tuple[str, ...]
    hashes: dict[str, str]  # that the studio knows itself
    cache: Path
    record: Path
    mirrored: bool
    stall: float
    pauses: tuple[float, ...]  # seconds before each further try that follows one without a byte


def run(context: RunContext) -> Output:
    """Do the download that the job describes."""
    given = context.inputs
    wish = Wish(
        repo=given["repo"],
        revision=given["revision"],
        patterns=tuple(given["patterns"]),
        hashes=given["hashes"],
        cache=Path(given["cache"]),
        record=Path(given["record"]),
        mirrored=given["mirrored"],
        stall=given["stall"],
        pauses=tuple(given["pauses"]),
    )
    try:
        record, count = Download(wish, context).whole()
    except OSError as e:
        told = atomic.explain(e, f"The model cannot be written below {wish.cache}")
        raise UserMistake(told.message, told.hint) from e
    with context.create("report.json") as report:
        report.write_text(json.dumps({"commit": record.commit, "loaded": count}), encoding="utf-8")
    facts = {"commit": record.commit, "loaded": count, "bytes": sum(f.bytes for f in record.files)}
    return Output(context.scratch / "report.json", "text", facts)


class Download:
    """One download."""

    def __init__(self, wish: Wish, context: RunContext) -> None:
        self._wish = wish
        self._context = context
        self._hub = Hub(wish.repo, wish.stall, token=False if wish.mirrored else None)
        self._whole = 1
        self._done = 0

    def whole(self) -> tuple[Record, int]:
        """Load all that is not there; return what belongs to the model and how many bytes had to be loaded."""
        record = self._record()
        self._whole = sum(file.bytes for file in record.files) or 1
        missing = [file for file in record.files if not self._is_right(record, file)]
        # Two names may have one content: it is loaded once.
        contents = {file.digest: file for file in missing}
        self._need_room(list(contents.values()))
        for file in contents.values():
            self._load(record, file)
        for file in missing:
            self._place(record, file)
        self._note_main(record)
        return record, sum(file.bytes for file in contents.values())

    def _record(self) -> Record:
        wish = self._wish
        known = hub_cache.read_record(wish.record)
        if known and (known.repo, known.revision, known.patterns) == (wish.repo, wish.revision, wish.patterns):
            record = Record(known.repo, known.revision, known.commit, str(wish.cache), known.patterns, known.files)
        else:
            self._context.progress(ASKING)
            commit, files = self._patiently(lambda: self._hub.listing(wish.revision, wish.patterns))
            files = tuple(self._by_our_hash(file) for file in files)
            record = Record(wish.repo, wish.revision, commit, str(wish.cache), wish.patterns, files)
        for file in record.files:
            if file.digest != wish.hashes.get(file.name, file.digest):
                raise UserMistake(
                    f"{wish.repo} was changed: {file.name} is not the file that the studio knows.",
                    "Nothing was loaded. Look for a newer version of the studio.",
                )
        if record != known:
            hub_cache.write_record(wish.record, record)
        return record

    def _by_our_hash(self, file: HubFile) -> HubFile:
        """Of a file that the hub knows by git's hash only, or says so, the studio's own hash counts."""
        return replace(file, digest=self._wish.hashes.get(file.name, file.digest)) if len(file.digest) == 40 else file

    def _is_right(self, record: Record, file: HubFile) -> bool:
        """Whether the file is there with the right content; what is wrong is removed."""
        named = record.snapshot / file.name
        content = hub_cache.blob(self._wish.cache, record.repo, file.digest)
        for found in (named, content):
            if not found.exists():
                continue
            if found.stat().st_size == file.bytes and self._digest(found, file) == file.digest:
                if found == content:
                    hub_cache.place(content, named)
                self._done += file.bytes
                return True
            self._context.log(f"{file.name} was damaged and is loaded again.")
            found.resolve().unlink(missing_ok=True)
        named.unlink(missing_ok=True)
        return False

    def _need_room(self, files: list[HubFile]) -> None:
        wish = self._wish
        parts = [hub_cache.unfinished(wish.cache, wish.repo, file.digest) for file in files]
        there = sum(part.stat().st_size for part in parts if part.exists())
        try:
            disk.need_room([wish.cache], max(0, sum(file.bytes for file in files) - there) if files else 0)
        except StudioError as e:
            if files:
                raise UserMistake(e.message, "Free some space, or `studio models move` to another disk.") from e

    def _load(self, record: Record, file: HubFile) -> None:
        part = hub_cache.unfinished(self._wish.cache, record.repo, file.digest)
        part.parent.mkdir(parents=True, exist_ok=True)
        for again in (True, False):
            try:
                self._patiently(lambda: self._receive(record, file, part), lambda: _size(part))
                if self._digest(part, file, counts=False) == file.digest:
                    atomic.move(part, hub_cache.blob(self._wish.cache, record.repo, file.digest))
                    atomic.sync_folder(part.parent)
                    self._done += file.bytes
                    return
            except WrongContent as e:
                self._context.log(f"{file.name}: {e}")
            part.unlink(missing_ok=True)
            if again:
                self._context.log(f"{file.name} came with a wrong checksum and is loaded again.")
        raise UserMistake(
            f"{file.name} of {record.repo} came twice with a wrong checksum, and was not kept.",
            "Something changes it on its way here: a proxy, a mirror, a bad cable. Try again, or from another network.",
        )

    def _receive(self, record: Record, file: HubFile, part: Path) -> None:
        start = _size(part)
        if start > file.bytes:
            raise WrongContent("too long")
        if start == file.bytes and part.exists():
            return
        with (
            self._hub.stream(record.commit, file, start) as (begin, blocks),
            part.open("r+b" if start else "wb") as out,
        ):
            at = begin
            out.seek(at)
            out.truncate()
            for block in blocks:
                if at + len(block) > file.bytes:
                    raise WrongContent("too long")
                out.write(block)
                at += len(block)
                self._step(LOADING, at)
            out.flush()
            os.fsync(out.fileno())
        if at < file.bytes:
            raise Passing("the connection was cut")

    def _place(self, record: Record, file: HubFile) -> None:
        content = hub_cache.blob(self._wish.cache, record.repo, file.digest)
        named = record.snapshot / file.name
        if not content.exists():  # without links it went to the first of its names
            twin = next(f for f in record.files if f.digest == file.digest and (record.snapshot / f.name).is_file())
            shutil.copyfile(record.snapshot / twin.name, content)
        hub_cache.place(content, named)

    def _note_main(self, record: Record) -> None:
        """Let other tools find by name what was asked for by name."""
        name = record.revision or "main"
        if name != record.commit and hub_cache.is_safe(name):
            ref = hub_cache.repo_folder(self._wish.cache, record.repo) / "refs" / name
            ref.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(ref, record.commit.encode())

    def _digest(self, path: Path, like: HubFile, *, counts: bool = True) -> str:
        at = 0

        def step(count: int) -> None:
            nonlocal at
            at += count
            self._step(CHECKING, at if counts else like.bytes)

        return hub_cache.digest_of(path, like, step)

    def _step(self, stage: str, at: int) -> None:
        """Tell how far all is, being at this byte of a file, unless the user wants the end."""
        self._context.check_cancelled()
        self._context.progress(stage, min(0.999, (self._done + at) / self._whole))

    def _patiently(self, do: Callable[[], T], grown: Callable[[], int] = lambda: 0) -> T:
        """Try again after what may pass; each byte that came makes patience new."""
        tries, best = 0, grown()
        while True:
            try:
                return do()
            except Passing as e:
                if grown() > best:
                    tries, best = 0, grown()
                if tries == len(self._wish.pauses):
                    raise UserMistake(f"The model could not be loaded: {e}.", AGAIN) from e
                self._context.log(f"{e}; trying again")
                self._step(LOADING, grown())
                self._context.wait(self._wish.pauses[tries])
                tries += 1


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
