"""Snapshots of projects: kept by content, believed only as they were written, removed when nobody names them."""

from __future__ import annotations

import os

import pytest

from studio.domain.project import Project
from studio.errors import StudioError
from studio.store import snapshots

_PROJECT = Project("Ä", script="Hi.")


def test_what_is_kept_is_read_and_equal_projects_are_one_file(tmp_path):
    folder = tmp_path / "snapshots"
    name = snapshots.keep(folder, _PROJECT)
    assert snapshots.read(folder, name) == _PROJECT
    assert snapshots.keep(folder, Project("Ä", script="Hi.")) == name
    assert snapshots.keep(folder, Project("B")) != name
    assert len(list(folder.iterdir())) == 2


def test_a_damaged_or_missing_one_is_told(tmp_path):
    name = snapshots.keep(tmp_path, _PROJECT)
    file = snapshots.path(tmp_path, name)
    file.write_bytes(file.read_bytes().replace(b"Hi.", b"Ho."))
    with pytest.raises(StudioError, match="damaged"):
        snapshots.read(tmp_path, name)
    file.unlink()
    with pytest.raises(StudioError, match="gone"):
        snapshots.read(tmp_path, name)


def test_only_old_ones_that_nobody_names_go(tmp_path):
    named, young, old = (snapshots.keep(tmp_path, Project(name)) for name in "abc")
    for name in (named, old):
        os.utime(snapshots.path(tmp_path, name), (0, 0))
    snapshots.remove_unnamed(tmp_path, {named})
    assert {p.stem for p in tmp_path.iterdir()} == {named, young}
    os.utime(snapshots.path(tmp_path, named), (0, 0))
    snapshots.keep(tmp_path, Project("a"))  # asked for again: a row that names it is about to come
    snapshots.remove_unnamed(tmp_path, set())
    assert {p.stem for p in tmp_path.iterdir()} == {named, young}
