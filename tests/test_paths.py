"""Where the data folder may lie, and where not."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from studio import paths
from studio.errors import StudioError


@pytest.mark.parametrize("place", ["/mnt/c/Users/me/angen", "/mnt/d", "/mnt/z/x"])
def test_windows_drives_are_refused_under_wsl_only(place):
    with pytest.raises(StudioError, match="Windows drive") as raised:
        paths.refuse_unsafe(PurePosixPath(place), is_wsl=True, platform="linux")
    assert "--data-dir" in raised.value.hint
    paths.refuse_unsafe(PurePosixPath(place), is_wsl=False, platform="linux")


@pytest.mark.parametrize("place", ["/home/me/angen", "/mnt/wsl/x", "/mnt/data/x", "/mnt", "/", "/home/mnt/c/x"])
def test_linux_places_are_fine_under_wsl(place):
    paths.refuse_unsafe(PurePosixPath(place), is_wsl=True, platform="linux")


@pytest.mark.parametrize(
    "place",
    [
        r"\\server\share\angen",
        r"\\wsl$\Debian\home",
        r"C:\Users\me\OneDrive\angen",
        r"C:\Users\me\OneDrive - Company\angen",
        r"c:\users\me\onedrive\x",
    ],
)
def test_shares_and_onedrive_are_refused_on_windows_only(place):
    with pytest.raises(StudioError, match="OneDrive") as raised:
        paths.refuse_unsafe(PureWindowsPath(place), is_wsl=False, platform="win32")
    assert "--data-dir" in raised.value.hint
    paths.refuse_unsafe(PurePosixPath("/home/me/OneDrive"), is_wsl=False, platform="linux")


def test_a_local_folder_is_fine_on_windows():
    paths.refuse_unsafe(PureWindowsPath(r"C:\Users\me\AppData\Local\Angen"), is_wsl=False, platform="win32")


def test_the_option_goes_before_the_variable_and_that_before_the_systems_place(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "variable"))
    assert paths.data_root(str(tmp_path / "option")) == tmp_path / "option"
    assert paths.data_root(None) == tmp_path / "variable"
    monkeypatch.delenv("STUDIO_DATA_DIR")
    assert paths.data_root(None).is_absolute()
    assert paths.data_root(None).name.lower().startswith("angen")


def test_a_relative_place_counts_from_here_and_a_tilde_from_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert paths.data_root("a/../b") == tmp_path / "b"
    assert paths.data_root("~/b") == Path.home() / "b"


def test_a_home_of_nobody_is_refused():
    with pytest.raises(StudioError, match="home folder"):
        paths.data_root("~nobody-of-this-name/x")


def test_every_place_lies_in_the_data_folder(tmp_path):
    found = paths.DataPaths(tmp_path)
    places = [getattr(found, name) for name, value in vars(paths.DataPaths).items() if isinstance(value, property)]
    assert len(places) > 8
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(tmp_path) and place != tmp_path for place in places)
    assert list(tmp_path.iterdir()) == []
