"""A project's cover: a picture that sound files can carry, kept by content."""

from __future__ import annotations

import hashlib

import pytest

from studio.errors import StudioError
from studio.events import Bus
from studio.services import project_cover
from studio.services.projects import Projects
from tests.services.sounds import StandIn

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10
JPEG = b"\xff\xd8\xff" + b"picture" * 10


@pytest.fixture
def projects(tmp_path):
    return Projects(StandIn(tmp_path), Bus())  # pyright: ignore[reportArgumentType]


@pytest.fixture
def opened(projects, tmp_path):
    with projects.create(tmp_path / "Play.angen") as found:
        yield found


@pytest.mark.parametrize(("content", "ending"), [(PNG, "png"), (JPEG, "jpg")])
def test_a_picture_is_copied_by_content_and_can_be_undone(opened, tmp_path, content, ending):
    (tmp_path / "a.bin").write_bytes(content)  # what it is called says nothing
    opened.set_cover(tmp_path / "a.bin", licence="CC0-1.0")
    cover = opened.project.cover
    digest = hashlib.sha256(content).hexdigest()
    assert (cover.file, cover.sha256, cover.licence) == (f"media/{digest[:16]}.{ending}", digest, "CC0-1.0")
    assert (opened.folder / cover.file).read_bytes() == content
    opened.save()
    opened.set_cover(None)
    assert opened.project.cover is None
    assert opened.undo() == "Remove the cover"
    assert opened.project.cover == cover


@pytest.mark.parametrize("content", [b"", b"GIF89a" * 9, b"RIFF\0\0\0\0WEBPVP8 ", PNG[:7], b"\0" * 100])
def test_what_no_sound_file_could_carry_is_refused_and_leaves_nothing(opened, tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(StudioError):
        opened.set_cover(tmp_path / "a.png")
    assert opened.project.cover is None
    assert not list((opened.folder / "media").iterdir())


def test_what_is_too_large_or_no_file_is_refused(opened, tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(PNG)
    monkeypatch.setattr(project_cover, "LARGEST", len(PNG) - 1)
    for file, told in ((tmp_path / "a.png", "larger"), (tmp_path, "folder"), (tmp_path / "none", "not there")):
        with pytest.raises(StudioError, match=told):
            opened.set_cover(file)


def test_a_cover_that_is_gone_changed_or_a_link_is_missing(opened, tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    opened.set_cover(tmp_path / "a.png")
    file = opened.folder / opened.project.cover.file
    assert opened.missing(thorough=True) == []
    file.write_bytes(JPEG)
    assert opened.missing() == []
    assert opened.missing(thorough=True) == [opened.project.cover]
    file.unlink()
    assert opened.missing() == [opened.project.cover]
    file.symlink_to(tmp_path / "a.png")
    assert opened.missing() == [opened.project.cover]
