"""Kept voices on disk: a folder each with `voice.json` and `samples/` by content. Any process, any thread.

    voices/v123/voice.json        written last, atomically
    voices/v123/samples/HASH.wav  never changed
    voices/.removed/v123          what was removed, for a month
    voices/.work.…                where voices come together, each with a lock of its own
    voices/.lock                  held while something is written

A new voice is made in a folder of a hidden name and appears by one rename. Only who holds the lock makes such folders,
so whoever gets it removes those that a killed process left.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import time
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.domain import voice
from studio.domain.voice import Profile
from studio.errors import StudioError
from studio.store import atomic, plain_file
from studio.store.lock import FileLock

DESCRIPTION = "voice.json"
SAMPLES = "samples"
REMOVED = ".removed"
KEPT_DAYS = 30
_PATIENCE = 20.0  # seconds; others copy a few files at most while they hold the lock
_BLOCK = 1 << 20
_WORK = ".work."


@contextmanager
def writing(root: Path) -> Generator[None, None, None]:
    """Hold the lock of who may write; clears away what a dead process left."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / ".lock")
        deadline = time.monotonic() + _PATIENCE
        while not lock.try_acquire():
            if time.monotonic() > deadline:
                raise StudioError(
                    "The voices are being changed by another window or command.", "Wait until it is done."
                )
            time.sleep(0.05)
    except OSError as e:
        raise atomic.explain(e, "The voices cannot be changed") from e
    try:
        _sweep(root)
        yield
    finally:
        lock.release()


@contextmanager
def workplace(root: Path) -> Generator[Path, None, None]:
    """Give a folder for what comes together before a voice is stored; it goes with the block, or with the process.

    The studio's own scratch folder would not do: whoever begins to run jobs clears it, and adding a voice runs some.
    """
    place = root / f"{_WORK}{uuid.uuid4().hex[:8]}"
    lock = FileLock(place / ".lock")
    try:
        place.mkdir(parents=True)
        lock.try_acquire()
    except OSError as e:
        raise atomic.explain(e, "The voice cannot be prepared") from e
    try:
        yield place
    finally:
        lock.release()
        shutil.rmtree(place, ignore_errors=True)


def profiles(root: Path) -> tuple[list[Profile], list[str]]:
    """Return all voices by name, and a sentence for each that cannot be read."""
    found: list[Profile] = []
    told: list[str] = []
    try:
        folders = sorted(p for p in root.iterdir() if not p.name.startswith(".")) if root.is_dir() else []
    except OSError as e:
        raise atomic.explain(e, "The voices cannot be read") from e
    for folder in folders:
        try:
            found.append(read(folder))
        except StudioError as e:
            told.append(f"{folder}: {e.message}")
    return sorted(found, key=lambda p: (p.name.casefold(), p.id)), told


def read(folder: Path) -> Profile:
    """Read one voice; raise StudioError for a damaged one."""
    profile = parse(plain_file.read_plain(folder / DESCRIPTION, most=voice.MOST_BYTES))
    if profile.id != folder.name:
        raise StudioError(f"The voice in {folder.name} says it is {profile.id}.", "Remove one of the two.")
    return profile


def parse(raw: bytes) -> Profile:
    """Read a description; raise StudioError for what is none."""
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError) as e:
        raise StudioError("The description of a voice is damaged.", "Add the voice anew, or import it again.") from e
    return voice.from_dict(data)


def to_bytes(profile: Profile) -> bytes:
    """Return a voice's description as it is stored."""
    return json.dumps(voice.to_dict(profile), ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def create(root: Path, profile: Profile, files: Mapping[str, Path]) -> Profile:
    """Store a new voice with copies of its files; return it with its id. Only within `writing`."""
    made = replace(profile, id=_free_id(root))
    unfinished = root / f".new.{uuid.uuid4().hex[:8]}{atomic.UNFINISHED}"
    try:
        (unfinished / SAMPLES).mkdir(parents=True)
        for name in made.files:
            _copy(files[name], unfinished / SAMPLES / name)
        atomic.write_bytes(unfinished / DESCRIPTION, to_bytes(made))
        atomic.sync_folder(unfinished / SAMPLES)
        atomic.move(unfinished, root / made.id)
        atomic.sync_folder(root)
    except OSError as e:
        raise atomic.explain(e, f"The voice {made.name} could not be stored") from e
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return made


def rewrite(root: Path, profile: Profile) -> None:
    """Store a changed description; its recordings stay. Only within `writing`."""
    try:
        atomic.write_bytes(root / profile.id / DESCRIPTION, to_bytes(profile))
    except OSError as e:
        raise atomic.explain(e, f"The voice {profile.name} could not be stored") from e


def add_file(root: Path, profile: Profile, name: str, file: Path) -> None:
    """Store one more file of a voice, before a description names it. Only within `writing`."""
    target = root / profile.id / SAMPLES / name
    try:
        if digest_of(target) != name.partition(".")[0]:
            with atomic.written(target) as unfinished:
                shutil.copyfile(file, unfinished)
    except OSError as e:
        raise atomic.explain(e, f"The voice {profile.name} could not be stored") from e


def remove(root: Path, profile: Profile) -> Path:
    """Put a voice aside, where it stays for a month; return where. Only within `writing`."""
    aside = root / REMOVED / profile.id
    try:
        aside.parent.mkdir(exist_ok=True)
        if os.path.lexists(aside):
            shutil.rmtree(aside)
        os.utime(root / profile.id)  # from now on the days count
        atomic.move(root / profile.id, aside)
        atomic.sync_folder(root)
    except OSError as e:
        raise atomic.explain(e, f"The voice {profile.name} could not be removed") from e
    return aside


def removed(root: Path) -> list[Profile]:
    """Return the voices that were put aside and can come back, by name; what is damaged there is passed over."""
    found: list[Profile] = []
    with suppress(OSError):
        for folder in (root / REMOVED).iterdir():
            with suppress(StudioError):
                found.append(read(folder))
    return sorted(found, key=lambda p: (p.name.casefold(), p.id))


def restore(root: Path, profile: Profile, name: str) -> Profile:
    """Bring back a voice that was put aside, under this name. Only within `writing`."""
    aside, back = root / REMOVED / profile.id, replace(profile, name=name)
    try:
        if back != profile:
            atomic.write_bytes(aside / DESCRIPTION, to_bytes(back))
        atomic.move(aside, root / profile.id)
        atomic.sync_folder(root)
    except OSError as e:
        raise atomic.explain(e, f"The voice {profile.name} could not be brought back") from e
    return back


def recording(root: Path, profile: Profile, file: str) -> Path:
    """Return where a recording lies; raise StudioError when it is gone or not what it was."""
    path = root / profile.id / SAMPLES / file
    if not voice.is_file(file) or digest_of(path) != file.partition(".")[0]:
        raise StudioError(f"A recording of the voice {profile.name} is missing or damaged.", "Add the voice anew.")
    return path


def digest_of(path: Path) -> str:
    """Hash a plain file that is no link; empty when it is none or cannot be read."""
    digest = hashlib.sha256()
    try:
        if path.is_symlink():
            return ""
        with plain_file.opened(path) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except (StudioError, OSError):
        return ""
    return digest.hexdigest()


def _copy(source: Path, target: Path) -> None:
    """Copy a file that is named by its hash; raise StudioError when it is another by now."""
    digest = hashlib.sha256()
    with plain_file.opened(source) as stream, target.open("xb") as out:
        while block := stream.read(_BLOCK):
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != target.name.partition(".")[0]:
        raise StudioError(f"{plain_file.name_of(source)} was changed while it was read.", "Try again.")


def _free_id(root: Path) -> str:
    while True:
        found = f"v{random.SystemRandom().randrange(10**9, 10**10)}"
        if not os.path.lexists(root / found) and not os.path.lexists(root / REMOVED / found):
            return found


def _sweep(root: Path) -> None:
    """Clear away unfinished voices, and removed ones whose month is over."""
    limit = time.time() - KEPT_DAYS * 86_400
    with suppress(OSError):
        for found in root.glob(f".new.*{atomic.UNFINISHED}"):
            shutil.rmtree(found, ignore_errors=True)
        for found in root.glob(f"{_WORK}*"):
            lock = FileLock(found / ".lock")
            if lock.try_acquire():
                lock.release()
                shutil.rmtree(found, ignore_errors=True)
        for found in (*root.glob(f"v*/.*{atomic.UNFINISHED}"), *root.glob(f"v*/{SAMPLES}/.*{atomic.UNFINISHED}")):
            found.unlink(missing_ok=True)
        for found in (root / REMOVED).glob("v*"):
            if found.stat().st_mtime < limit:
                shutil.rmtree(found, ignore_errors=True)
