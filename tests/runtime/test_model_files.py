"""What tells a model folder from another: the weights in it, behind links too, and nothing that is no file."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.runtime import model_files

_OF_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and rights as Unix has them")


def _weights(folder: Path, content: bytes = b"weights") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(content)
    return folder


def _digest(model: Path) -> str:
    return model_files.digest(str(model))


def test_other_weights_a_further_file_and_another_name_are_noticed(tmp_path: Path) -> None:
    model = _weights(tmp_path / "model")
    found = [_digest(model)]
    assert _digest(model) == found[0]
    for content, moment in ((b"others, and longer", 1), (b"others, and longer", 2), (b"longer still than those", 2)):
        _weights(model, content)
        os.utime(model / "model.safetensors", ns=(moment, moment))
        found.append(_digest(model))
    _weights(model / "unet")
    found.append(_digest(model))
    (model / "unet").rename(model / "vae")
    found += [_digest(model), _digest(model / "model.safetensors")]
    assert len(set(found)) == len(found)


@_OF_UNIX
def test_a_folder_of_links_has_other_content_when_they_lead_to_other_weights(tmp_path: Path) -> None:
    for name, content in (("one", b"1"), ("other", b"22")):
        blob = tmp_path / "blobs" / name
        blob.parent.mkdir(exist_ok=True)
        blob.write_bytes(content)
    snapshot = tmp_path / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    link = snapshot / "model.safetensors"
    empty = _digest(snapshot)
    link.symlink_to("../../blobs/one")
    first = _digest(snapshot)
    link.unlink()
    link.symlink_to("../../blobs/other")
    assert len({empty, first, _digest(snapshot)}) == 3
    assert len(first) == 64


@_OF_UNIX
def test_weights_behind_a_linked_folder_are_noticed_and_circles_end(tmp_path: Path) -> None:
    _weights(tmp_path / "elsewhere")
    model = _weights(tmp_path / "model")
    for name in ("unet", "unet_2"):
        (model / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (model / "round").symlink_to(model, target_is_directory=True)
    (tmp_path / "elsewhere" / "back").symlink_to(model, target_is_directory=True)
    (model / "itself").symlink_to("itself")
    (model / "nowhere").symlink_to("gone")
    before = _digest(model)
    assert _digest(model) == before
    _weights(tmp_path / "elsewhere", b"other weights")
    changed = _digest(model)
    (model / "unet_2").unlink()
    assert len({before, changed, _digest(model)}) == 3


@_OF_UNIX
def test_what_is_no_file_is_no_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _weights(tmp_path / "model")
    before = _digest(model)
    os.mkfifo(model / "pipe")
    (model / "to a device").symlink_to("/dev/zero")
    (model / "__pycache__").mkdir()
    (model / "__pycache__" / "a.pyc").touch()
    monkeypatch.chdir(model)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert _digest(model) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text_are_no_trouble(tmp_path: Path) -> None:
    model = _weights(tmp_path / "model")
    before = _digest(model)
    Path(os.fsdecode(os.fsencode(model) + b"/\xff\xfe.bin")).write_bytes(b"x")
    assert _digest(model) != before


def test_a_folder_with_far_more_than_a_model_is_told_and_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "MOST", 20)
    model = _weights(tmp_path / "model")
    for number in range(19):
        (model / f"{number}").mkdir()
    assert _digest(model)
    _weights(model / "18")
    with pytest.raises(StudioError, match="holds more than 20 files and folders") as told:
        _digest(model)
    assert (told.value.exit_code, bool(told.value.hint)) == (2, True)


@_OF_UNIX
@pytest.mark.parametrize("why", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_folder_that_cannot_be_read_is_told_by_its_name(
    why: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _weights(tmp_path / "model")
    _weights(model / "closed")
    real = os.scandir

    def scandir(folder: Path) -> object:  # rights do not hold back who runs tests as root
        if folder.name == "closed":
            raise why
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(StudioError, match=rf"cannot be read at .*closed: {why.strerror}") as told:
        _digest(model)
    assert told.value.exit_code == 2


@_OF_UNIX
@pytest.mark.parametrize("vanish", ["file", "folder"])
def test_what_vanishes_meanwhile_is_not_there(vanish: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _weights(tmp_path / "model")
    before = _digest(model)
    gone = model / "gone"
    remove: Callable[[], None] = gone.unlink if vanish == "file" else gone.rmdir
    gone.touch() if vanish == "file" else gone.mkdir()
    real, seen = Path.stat, []

    def stat(path: Path, **how: bool) -> os.stat_result:
        if path == gone and not seen:
            seen.append(path)
            if vanish == "file":
                remove()
                return real(path, **how)
            found = real(path, **how)
            remove()
            return found
        return real(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    assert _digest(model) == before
    assert seen == [gone]


def test_a_model_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"gone does not exist\."):
        _digest(tmp_path / "gone")
