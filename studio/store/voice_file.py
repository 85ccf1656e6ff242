"""A kept voice as one file, `NAME.angenvoice`: a zip of its description, its recordings, and texts for people.

What comes back may come from anywhere. Any thread. The same voice gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from studio.domain import voice
from studio.domain.voice import Profile
from studio.errors import StudioError
from studio.store import atomic, plain_file, voice_folder

ENDING = ".angenvoice"
_FORM = "angen-voice"
_SCHEMA = 1
_MANIFEST = "manifest.json"
_TEXTS = ("CONSENT.txt", "LICENCE.txt")
_FOLDER = "samples/"
_MOST_FILES = 3 * voice.MOST_SAMPLES + 3
_MOST_TEXT = 200_000
_BLOCK = 1 << 20
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_NO_ID = "v0"  # a voice's id is the library's affair, so that equal voices make equal files
_HINT = "Ask for the file again, or choose another one."
# What the zip reader raises for files that are none, are damaged, encrypted, or packed in ways it does not know.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Incoming:
    """What such a file held: files by name, unpacked into a folder that goes with the block."""

    profile: Profile
    files: Mapping[str, Path]


def write(root: Path, profile: Profile, target: Path, *, force: bool) -> None:
    """Write a voice to a file, whole or not at all."""
    manifest = {"form": _FORM, "schema": _SCHEMA, "voice": voice.to_dict(replace(profile, id=_NO_ID))}
    files = {name: voice_folder.recording(root, profile, name) for name in sorted(profile.files)}
    try:
        with atomic.written(target, replace=force, guarded=True) as unfinished, zipfile.ZipFile(unfinished, "w") as out:
            out.writestr(_entry(_MANIFEST), json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
            out.writestr(_entry(_TEXTS[0]), _consent_text(profile))
            out.writestr(_entry(_TEXTS[1]), f"{profile.licence or 'No licence was named.'}\n")
            for name, path in files.items():
                with path.open("rb") as source, out.open(_entry(_FOLDER + name), "w", force_zip64=True) as member:
                    shutil.copyfileobj(source, member, _BLOCK)
    except FileExistsError as e:
        raise StudioError(f"{target} exists.", "Choose another name, or add --force to replace it.") from e
    except OSError as e:
        raise atomic.explain(e, f"{target} could not be written") from e


@contextmanager
def unpacked(source: Path, folder: Path) -> Generator[Incoming, None, None]:
    """Unpack a voice's file into a new folder; raise StudioError for whatever is none."""
    shown = plain_file.name_of(source)
    try:
        folder.mkdir(parents=True)
        with plain_file.opened(source) as stream:
            incoming = _unpacked(stream, folder)
    except _BROKEN as e:
        shutil.rmtree(folder, ignore_errors=True)
        raise StudioError(f"{shown} is no file of a voice: it cannot be read.", _HINT, str(e)) from e
    except OSError as e:
        shutil.rmtree(folder, ignore_errors=True)
        raise atomic.explain(e, f"{shown} could not be unpacked") from e
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        yield incoming
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(stream: IO[bytes], folder: Path) -> Incoming:
    with zipfile.ZipFile(stream) as packed:
        entries = _entries(packed)
        if _MANIFEST not in entries:
            raise StudioError("The file holds no description of a voice.", _HINT)
        profile = _profile(_text_of(packed, entries[_MANIFEST], voice.MOST_BYTES))
        missing = [name for name in profile.files if _FOLDER + name not in entries]
        if missing:
            raise StudioError(f"A recording is missing in the file: {missing[0][:16]}….", _HINT)
        stream.seek(0, 2)
        room = stream.tell()  # what is stored as it is cannot be more; entries that overlap would be
        files: dict[str, Path] = {}
        for name in profile.files:
            files[name] = folder / name
            room -= _take_out(packed, entries[_FOLDER + name], files[name], room)
    return Incoming(profile, files)


def _entries(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the zip's files by name; raise StudioError for one that no voice's file has."""
    listed = [entry for entry in packed.infolist() if not entry.is_dir()]
    if len(listed) > _MOST_FILES:
        raise StudioError("The file holds more than a voice can.", _HINT)
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name = entry.filename
        known = name in {_MANIFEST, *_TEXTS} or (name.startswith(_FOLDER) and voice.is_file(name[len(_FOLDER) :]))
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not known or kind not in {0, stat.S_IFREG} or name in found:
            raise StudioError(f"The file holds {name[:80]!r}, which no voice's file does.", _HINT)
        found[name] = entry
    return found


def _profile(raw: bytes) -> Profile:
    try:
        data: Any = json.loads(raw)
    except RecursionError as e:
        raise StudioError("The description in the file is damaged.", _HINT) from e
    if not isinstance(data, dict):
        raise StudioError("The description in the file is damaged.", _HINT)
    manifest = cast("dict[str, Any]", data)
    if manifest.get("form") != _FORM:
        raise StudioError("The file is not one of a voice.", _HINT)
    if manifest.get("schema") != _SCHEMA:
        raise StudioError("The file was made by a newer version of the studio.", "Update the studio.")
    return voice.from_dict(manifest.get("voice"))


def _text_of(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with packed.open(entry) as member:
        raw = member.read(most + 1)
    if len(raw) > most:
        raise StudioError("The description in the file is larger than any voice's.", _HINT)
    return raw


def _take_out(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Write one recording and return its size; its name is the hash of what must come."""
    if entry.compress_type != zipfile.ZIP_STORED:  # as we write them; so nothing grows while it is unpacked
        raise StudioError("A recording in the file is packed in a way that no voice's file is.", _HINT)
    digest, size = hashlib.sha256(), 0
    with packed.open(entry) as member, target.open("xb") as out:
        while block := member.read(_BLOCK):
            size += len(block)
            if size > room:
                raise StudioError("The file holds more sound than a voice can.", _HINT)
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != target.name.partition(".")[0]:
        raise StudioError("A recording in the file is not what its name says.", _HINT)
    return size


def _consent_text(profile: Profile) -> str:
    consent = profile.consent
    lines = [f"Voice: {profile.name}", f"Kind: {consent.kind}", f"By: {consent.who}", f"Day: {consent.when}"]
    return "\n".join([*lines, "", consent.text, ""])[:_MOST_TEXT]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.create_system = 3  # the same on every system
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry
