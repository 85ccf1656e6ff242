"""What a file really is, judged by its first bytes; its name decides nothing. Any thread."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from studio.audio import mp3_frames
from studio.worker.failures import UserMistake

KNOWN_SOUNDS = "wav, aiff, flac, mp3, ogg, opus; with ffmpeg also m4a, aac, webm, wma"
CHOOSE = f"Choose a sound file: {KNOWN_SOUNDS}."
_HEAD = 4096
_LONGEST_NAME = 80
_MOST_TAGS_IN_FRONT = 5


@dataclass(frozen=True)
class Kind:
    """A kind of file. `demuxer` is ffmpeg's name for it, where we read it through ffmpeg."""

    name: str  # "wav", "mp3", ... ; empty for what is no sound
    title: str  # with an article, for people
    demuxer: str = ""


WAV = Kind("wav", "a WAV file")
AIFF = Kind("aiff", "an AIFF file")
FLAC = Kind("flac", "a FLAC file")
MP3 = Kind("mp3", "an MP3 file")
OGG = Kind("ogg", "an Ogg file")
OPUS = Kind("opus", "an Opus file")
M4A = Kind("m4a", "an MPEG-4 file", "mov")

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"caff", Kind("caf", "a CAF file")),
    (b".snd", Kind("au", "an AU file")),
    (b"riff\x2e\x91\xcf\x11", Kind("w64", "a W64 file")),
    (b"\x1a\x45\xdf\xa3", Kind("webm", "a WebM or Matroska file", "matroska")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind("wma", "a Windows Media file", "asf")),
    (b"#!AMR", Kind("amr", "an AMR file", "amr")),
    (b"wvpk", Kind("wv", "a WavPack file", "wv")),
    (b"MAC ", Kind("ape", "a Monkey's Audio file", "ape")),
    (b"\x0b\x77", Kind("ac3", "an AC-3 file", "ac3")),
    (b"FLV\x01", Kind("flv", "a Flash video", "flv")),
    (b"\xff\xd8\xff", Kind("", "a JPEG picture")),
    (b"\x89PNG", Kind("", "a PNG picture")),
    (b"GIF8", Kind("", "a GIF picture")),
    (b"BM", Kind("", "a BMP picture")),
    (b"II*\0", Kind("", "a TIFF picture")),
    (b"MM\0*", Kind("", "a TIFF picture")),
    (b"%PDF", Kind("", "a PDF document")),
    (b"PK\x03\x04", Kind("", "a zip archive or an office document")),
    (b"\x1f\x8b", Kind("", "a gzip archive")),
    (b"7z\xbc\xaf\x27\x1c", Kind("", "a 7z archive")),
    (b"Rar!", Kind("", "a RAR archive")),
    (b"\x7fELF", Kind("", "a program")),
    (b"MZ", Kind("", "a program")),
    (b"SQLite format 3", Kind("", "a database")),
    (b"MThd", Kind("", "a MIDI file: notes")),
    (b"#EXTM3U", Kind("", "a playlist")),
    (b"ffconcat", Kind("", "a playlist")),
    (b"[playlist]", Kind("", "a playlist")),
    (b"version https://git-lfs", Kind("", "a pointer that git-lfs left in place of a file")),
)
_IN_RIFF = {b"WAVE": WAV, b"WEBP": Kind("", "a WebP picture"), b"AVI ": Kind("avi", "an AVI video", "avi")}
_IN_FORM = {b"AIFF": AIFF, b"AIFC": AIFF}


def of(path: Path) -> Kind:
    """Return what a file is; raise UserMistake for what cannot be read or is no sound."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserMistake(f"{shown(path)} is a folder, not a sound.", "Choose the files in it.")
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise UserMistake(f"{shown(path)} is no plain file.", CHOOSE)
        if not status.st_size:
            raise UserMistake(f"{shown(path)} is empty.", CHOOSE)
        kind = _of_content(path)
    except (OSError, ValueError) as e:  # ValueError: a zero byte in the name
        raise unreadable(path, e) from e
    if not kind.name:
        raise UserMistake(f"{shown(path)} is {kind.title}, not a sound.", CHOOSE)
    return kind


def unreadable(path: Path, error: Exception) -> UserMistake:
    """Say why a file cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return UserMistake(f"There is no file {shown(path)}.", "Check the path.")
    if isinstance(error, PermissionError):
        return UserMistake(f"{shown(path)} may not be read.", "Change its permissions, or copy it elsewhere.")
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return UserMistake(f"{shown(path)} cannot be read: {why}.", "Check the path, or copy the file elsewhere.")


def shown(path: Path) -> str:
    """Return a file's name in a form that is fit for a message."""
    name = "".join(c if c.isprintable() else "?" for c in path.name) or os.sep
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 20]}…{name[-19:]}"


def _of_content(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        after_tags = mp3_frames.after_id3(file)
        if after_tags:
            file.seek(after_tags)
            head = file.read(_HEAD)
            if not head:
                return Kind("", "nothing but tags")
        kind = _of_head(head)
        if kind is OGG:
            return OPUS if b"OpusHead" in head[:64] else OGG
        if kind:
            return kind
        if mp3_frames.find_first(file, after_tags) is not None:
            return MP3
    return Kind("", "a text") if _is_text(head) else Kind("", "of a kind that the studio does not know")


def _of_head(head: bytes) -> Kind | None:
    inner = head[8:12]
    if head[:4] in {b"RIFF", b"RF64", b"BW64", b"RIFX"}:
        return _IN_RIFF.get(inner, Kind("", "a RIFF file of another kind"))
    if head[:4] == b"FORM":
        return _IN_FORM.get(inner, Kind("", "an IFF file of another kind"))
    if head[4:8] == b"ftyp":
        return M4A
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and head[376:377] == b"\x47":
        return Kind("ts", "an MPEG transport stream", "mpegts")
    if head[:1] == b"\xff" and head[1:2] and head[1] & 0xF6 == 0xF0:
        return Kind("aac", "an AAC file", "aac")
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def _is_text(head: bytes) -> bool:
    try:
        text = head[:512].decode()
    except UnicodeDecodeError as e:
        if e.start < min(len(head), 512) - 4:
            return False
        text = head[: e.start].decode()
    return all(c.isprintable() or c in "\r\n\t\f" for c in text)
