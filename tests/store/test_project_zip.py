"""A project goes into a zip and comes back equal; a zip from elsewhere puts nothing anywhere else."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.domain.history import begun_with
from studio.domain.project import Media
from studio.errors import StudioError
from studio.store import project_folder, project_zip
from studio.store.project_file import Deltas
from tests.store.disk import record_disk
from tests.store.rich import RICH


def _content(name):
    return name.encode() * 100


def _digest(content):
    return hashlib.sha256(content).hexdigest()


assert RICH.cover
COVER = replace(RICH.cover, sha256=_digest(b"picture"))
PLAYED = replace(RICH, media=tuple(replace(m, sha256=_digest(_content(m.name))) for m in RICH.media), cover=COVER)
OLD = Media("m13", "old.wav", "media/0000000000000000.wav", _digest(_content("old.wav")), 48_000, 1, 5)


@pytest.fixture
def folder(tmp_path):
    """A saved project of which an undo needs a sound that it does not play now."""
    found = tmp_path / "Play.angen"
    (found / "media").mkdir(parents=True)
    for media in (*PLAYED.media, OLD):
        (found / media.file).write_bytes(_content(media.name))
    (found / COVER.file).write_bytes(b"picture")
    (found / "media" / "nobody.wav").write_bytes(b"unused")
    history = begun_with(PLAYED).do("Add", replace(PLAYED, media=(*PLAYED.media, OLD))).do("Remove", PLAYED)
    project_folder.write(found, history, 3, Deltas(), project_folder.Base())
    return found


def _collect(folder, target, **options):
    opened = project_folder.read(folder)
    return project_zip.collect(folder, opened.history, opened.revision, target, **({"replace": False} | options))


def _files(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"
    }


def test_a_project_goes_and_comes_back_with_all_that_was_done(folder, tmp_path):
    assert _collect(folder, tmp_path / "a.zip") == []
    project_zip.expand(tmp_path / "a.zip", tmp_path / "New")
    before, after = project_folder.read(folder), project_folder.read(tmp_path / "New")
    assert after.history.now == PLAYED
    assert after.history.all_read() == before.history.all_read()
    assert after.told == ()
    expected = _files(folder)
    del expected["media/nobody.wav"]
    assert _files(tmp_path / "New") == expected
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


def test_the_same_project_gives_the_same_bytes_and_tells_no_place(folder, tmp_path):
    digests = set()
    for name in ("a.zip", "b.zip"):
        _collect(folder, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).digest())
        (folder / COVER.file).touch()
    assert len(digests) == 1
    assert str(tmp_path).encode() not in (tmp_path / "a.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        names = packed.namelist()
    assert names[0] == "project.json"
    assert names[2:] == sorted(names[2:])


def test_a_zip_that_is_there_stays_unless_it_may_be_replaced(folder, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(StudioError, match="there already"):
        _collect(folder, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"mine"
    _collect(folder, tmp_path / "a.zip", replace=True)
    assert zipfile.is_zipfile(tmp_path / "a.zip")


def test_what_is_played_now_must_be_there_and_what_only_an_undo_needs_is_told(folder, tmp_path):
    (folder / OLD.file).unlink()
    assert "old.wav" in _collect(folder, tmp_path / "a.zip")[0]
    (folder / RICH.media[1].file).unlink()
    with pytest.raises(StudioError, match=r"music\.flac is missing"):
        _collect(folder, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_link_out_of_the_project_does_not_come_along(folder, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / RICH.media[1].file).unlink()
    (folder / RICH.media[1].file).symlink_to(tmp_path / "secret")
    with pytest.raises(StudioError, match="missing"):
        _collect(folder, tmp_path / "a.zip")


def test_a_folder_that_holds_something_is_refused(folder, tmp_path):
    _collect(folder, tmp_path / "a.zip")
    (tmp_path / "file").write_bytes(b"")
    for place in (folder, tmp_path / "file"):
        with pytest.raises(StudioError, match="holds something"):
            project_zip.expand(tmp_path / "a.zip", place)
    (tmp_path / "empty").mkdir()
    project_zip.expand(tmp_path / "a.zip", tmp_path / "empty")
    assert project_folder.read(tmp_path / "empty").history.now == PLAYED


_ODD_NAMES = [
    "../x",
    "/x",
    "a/../../x",
    "C:/x",
    "a\\..\\x",
    ".lock",
    "project.json",
    "PROJECT.json",
    "a//b",
    ".hidden/x",
]


@pytest.mark.parametrize("name", _ODD_NAMES)
def test_a_zip_with_names_that_no_project_has_is_refused_whole(folder, tmp_path, name):
    _collect(folder, tmp_path / "a.zip")
    with pytest.warns() if name == "project.json" else _Nothing(), zipfile.ZipFile(tmp_path / "a.zip", "a") as packed:
        packed.writestr(name, b"hostile")
    _refused(tmp_path, "which no project does")


def test_a_zip_with_a_link_is_refused(folder, tmp_path):
    _collect(folder, tmp_path / "a.zip")
    entry = zipfile.ZipInfo("media/link.wav")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as packed:
        packed.writestr(entry, "/etc/passwd")
    _refused(tmp_path, "which no project does")


def test_a_zip_that_grows_without_end_is_refused(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("studio.store.project_file.MOST_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(folder / "project.json", "project.json")
        packed.writestr("media/big.wav", bytes(20_000_000))
    _refused(tmp_path, "far more")


def test_a_zip_with_a_damaged_project_or_none_is_refused(folder, tmp_path):
    for number, raw in enumerate((b"{", None)):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
            packed.writestr("project.json" if raw else "letter.txt", raw or b"dear")
        _refused(tmp_path / ".", "damaged" if number == 0 else "not there|no project")


@pytest.mark.parametrize("raw", [b"", b"PK", b"no zip at all" * 100])
def test_what_is_no_zip_is_told(tmp_path, raw):
    (tmp_path / "a.zip").write_bytes(raw)
    _refused(tmp_path, "no collected project")


def test_a_zip_that_is_missing_or_a_folder_is_told(tmp_path):
    _refused(tmp_path, "not there")
    (tmp_path / "a.zip").mkdir()
    _refused(tmp_path, "is a folder")


@pytest.fixture
def packed(folder, tmp_path):
    _collect(folder, tmp_path / "sound.zip")
    return (tmp_path / "sound.zip").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 255), st.booleans())
def test_a_damaged_zip_raises_nothing_odd_and_leaves_nothing(packed, tmp_path, at, value, cut):
    target, raw = tmp_path / "a.zip", bytearray(packed)
    at %= len(raw)
    raw[at] ^= value
    target.write_bytes(bytes(raw[:at]) if cut else bytes(raw))
    try:
        project_zip.expand(target, tmp_path / "New")
    except StudioError:
        assert not (tmp_path / "New").exists()
    else:
        for file in sorted((tmp_path / "New").rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        (tmp_path / "New").rmdir()
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


class _Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def _refused(folder, word):
    with pytest.raises(StudioError, match=word) as raised:
        project_zip.expand(folder / "a.zip", folder / "New")
    assert raised.value.hint
    assert not (folder / "New").exists()
    assert not [p for p in folder.rglob("*") if p.name.endswith(".part")]
    assert not (folder / "x").exists()
    assert not (folder.parent / "x").exists()


def test_a_sound_that_is_not_what_it_was_is_named_and_no_zip_is_left(folder, tmp_path):
    (folder / PLAYED.media[1].file).write_bytes(b"another")
    with pytest.raises(StudioError, match=r"music\.flac is not what it was"):
        _collect(folder, tmp_path / "a.zip")
    assert not list(tmp_path.glob("*a.zip*"))


def test_a_sound_that_only_an_undo_needs_and_that_is_not_what_it_was_is_left_out(folder, tmp_path):
    (folder / OLD.file).write_bytes(b"another")
    assert "old.wav" in _collect(folder, tmp_path / "a.zip")[0]
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert OLD.file not in packed.namelist()


def test_what_was_killed_while_it_packed_or_unpacked_is_removed_by_the_next_and_what_runs_stays(folder, tmp_path):
    abandoned = tmp_path / ".New.01234567.part"
    running = tmp_path / ".New.89abcdef.part"
    for place in (abandoned, running):
        place.mkdir()
        (place / "project.json").write_bytes(b"half")
    (tmp_path / ".a.zip.01234567.part").write_bytes(b"half")
    _collect(folder, tmp_path / "a.zip")
    assert not (tmp_path / ".a.zip.01234567.part").exists()
    held = project_folder.lock(running)
    try:
        project_zip.expand(tmp_path / "a.zip", tmp_path / "New")
        assert running.exists()
    finally:
        held.release()
    assert not abandoned.exists()


def test_what_is_unpacked_is_on_the_disk_before_it_has_its_name(folder, tmp_path, monkeypatch):
    _collect(folder, tmp_path / "a.zip")
    steps = record_disk(monkeypatch)
    project_zip.expand(tmp_path / "a.zip", tmp_path / "New")
    named = steps.index(("rename", "New"))
    for file in ("project.json", *(media.file.removeprefix("media/") for media in PLAYED.media)):
        assert ("sync", file) in steps[:named]
    assert ("sync", "media") in steps[:named]
    assert ("sync", tmp_path.name) in steps[named:]
