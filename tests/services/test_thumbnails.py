"""Small pictures: made once, by content, in a process that may die of a bad one."""

from __future__ import annotations

import os
import time

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.services.thumbnails import thumbnail

DIGEST = "ab" * 32


def test_a_picture_is_made_small_once_and_then_kept_as_used(studio, tmp_path):
    file = tmp_path / "a.png"
    Image.new("RGB", (400, 200), "navy").save(file)
    small = thumbnail(studio.paths, studio.pictures, file, DIGEST, 64)
    assert small.parent == studio.paths.thumbnails
    with Image.open(small) as seen:
        assert seen.size == (64, 32)
        assert seen.convert("RGB").getpixel((10, 10)) == (0, 0, 128)
    file.unlink()
    os.utime(small, (0, 0))
    assert thumbnail(studio.paths, studio.pictures, file, DIGEST, 64) == small
    assert small.stat().st_mtime > time.time() - 600, "what is looked at is the last to leave the cache"


def test_another_size_is_another_file(studio, tmp_path):
    file = tmp_path / "a.png"
    Image.new("RGB", (400, 200), "navy").save(file)
    first = thumbnail(studio.paths, studio.pictures, file, DIGEST, 64)
    assert thumbnail(studio.paths, studio.pictures, file, DIGEST, 32) != first


def test_what_is_no_picture_is_refused_in_words_and_leaves_nothing(studio, tmp_path):
    file = tmp_path / "a.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    with pytest.raises(StudioError):
        thumbnail(studio.paths, studio.pictures, file, DIGEST, 64)
    assert not list(studio.paths.thumbnails.glob("*"))
