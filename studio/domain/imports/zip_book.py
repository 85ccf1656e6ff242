"""The files in a book's ZIP, with limits: nothing is unpacked to the disk, and nothing grows without end. Pure."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import IO
from urllib.parse import unquote

from studio.errors import StudioError

MOST_FILES = 20_000
LARGEST_FILE = 16_000_000
LARGEST_BOOK = 64_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BLOCK = 1 << 16
# What a damaged or forged archive makes the library raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError, KeyError)


class Book:
    """An EPUB in memory. Only what is asked for is unpacked, and together no more than LARGEST_BOOK bytes."""

    def __init__(self, data: bytes, *, name: str) -> None:
        """Raise StudioError for what is no archive, or has too many files."""
        self._name = name
        self._left = LARGEST_BOOK
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        except _DAMAGE as e:
            raise self.damaged() from e
        if len(self._entries) > MOST_FILES:
            raise StudioError(
                f"{name} holds {len(self._entries):,} files; a book may hold {MOST_FILES:,}.", "Name another file."
            )

    def damaged(self, why: str = "") -> StudioError:
        """The error for a book that cannot be read."""
        return StudioError(
            f"{self._name} is no EPUB that can be read{': ' + why if why else ''}.",
            "Open it in a reader for books and save it anew, or copy its text into a .txt file.",
        )

    def has(self, path: str) -> bool:
        """Whether a file is there."""
        return path in self._entries

    def read(self, path: str) -> bytes:
        """The content of a file in the book."""
        entry = self._entries.get(path)
        if entry is None:
            raise self.damaged(f"{path[:80]} is missing")
        if entry.flag_bits & 1:
            raise StudioError(f"{self._name} is encrypted.", "Only books without copy protection can be read.")
        if entry.compress_type not in _METHODS:
            raise self.damaged(f"{path[:80]} is packed in an unknown way")
        try:
            with self._zip.open(entry) as stream:
                return self._unpacked(stream, path)
        except _DAMAGE as e:
            raise self.damaged(f"{path[:80]} is damaged") from e

    def _unpacked(self, stream: IO[bytes], path: str) -> bytes:
        blocks: list[bytes] = []
        size = 0
        # What the archive says of its sizes may be a lie: what comes out counts.
        while block := stream.read(_BLOCK):
            size += len(block)
            self._left -= len(block)
            if size > LARGEST_FILE or self._left < 0:
                limit = LARGEST_FILE if size > LARGEST_FILE else LARGEST_BOOK
                what = f"{path[:80]} in {self._name}" if size > LARGEST_FILE else f"The text of {self._name}"
                raise StudioError(
                    f"{what} unpacks to more than {limit:,} bytes.", "Split the book, or name another file."
                )
            blocks.append(block)
        return b"".join(blocks)


def resolved(base: str, reference: str) -> tuple[str, str]:
    """The path in the book that a reference from a file means, and the place in it. No path leads out of the book."""
    path, _, fragment = reference.partition("#")
    if not path:
        return base, unquote(fragment)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))
    while joined.startswith("../"):
        joined = joined[3:]
    return joined.lstrip("/"), unquote(fragment)
