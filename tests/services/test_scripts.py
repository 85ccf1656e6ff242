"""Scripts are read from plain files of the user's, with limits that are named."""

from __future__ import annotations

import os

import pytest

from studio.domain.imports.any_form import LARGEST_TEXT
from studio.errors import StudioError
from studio.services import scripts
from tests.domain.imports import books


def test_each_form_is_read_from_its_file(tmp_path):
    for name, data, form in (
        ("a.txt", b"[S1] Hi.", "script"),
        ("a.md", b"# One\n\nHi.", "Markdown"),
        ("a.epub", books.zipped(books.files()), "EPUB"),
    ):
        (tmp_path / name).write_bytes(data)
        assert scripts.read_script(tmp_path / name).form == form


def test_what_is_no_file(tmp_path):
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(StudioError) as refused:
            scripts.read_script(path)
        assert refused.value.hint


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "a.md"
    with path.open("wb") as stream:
        os.truncate(stream.fileno(), LARGEST_TEXT + 1)
    with pytest.raises(StudioError, match="16,000,000 bytes"):
        scripts.read_script(path)


def test_a_script_is_written_as_it_stands_and_read_again(tmp_path):
    written = scripts.write_script(tmp_path / "play", "[Ada] Grüße.")
    assert written.name == "play.txt"
    assert written.read_bytes() == "[Ada] Grüße.\n".encode()
    assert scripts.read_script(written).text == "[Ada] Grüße.\n"
    with pytest.raises(StudioError):
        scripts.write_script(tmp_path / "no folder" / "play.txt", "x")
