"""Where packages come from: what is read of the user's settings, and what an installer is told."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines.pack import Index, read_packs
from studio.errors import StudioError
from studio.runtime.environments.indexes import Sources, find_sources, pip_files, pip_settings

CORE = read_packs().pack("core")


def _folder(tmp_path: Path, name: str, *files: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for file in files:
        (folder / file).touch()
    return folder


def _find(variables: dict[str, str], *files: Path, mirror: str = "") -> Sources:
    return find_sources(mirror, variables=variables, files=files)


def test_folders_of_wheels_come_from_uv_then_pip_then_its_configuration(tmp_path: Path) -> None:
    first, second, third = (str(_folder(tmp_path, name)) for name in ("first", "second", "third"))
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nfind-links =\n    {third}\n    {first}\n", "utf-8")
    assert _find({}, config).links == (third, first)
    assert _find({"PIP_FIND_LINKS": f"{second} {first}"}, config).links == (second, first)
    assert _find({"UV_FIND_LINKS": f"{first},{second}", "PIP_FIND_LINKS": third}, config).links == (first, second)


def test_a_folder_that_is_gone_is_not_named_and_an_address_is(tmp_path: Path) -> None:
    here = _folder(tmp_path, "a folder with ü")
    page = "https://wheels.example.invalid/links.html"
    found = _find({"UV_FIND_LINKS": f"{tmp_path / 'gone'},{here.as_uri()},{page}"})
    assert found.links == (str(here), page)
    assert tomllib.loads(found.uv_config())["find-links"] == [str(here), page]


def test_a_mirror_of_the_studio_is_before_all_others(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[install]\nindex_url = https://five.invalid/simple\n", "utf-8")
    variables = {
        "UV_DEFAULT_INDEX": "https://two.invalid/simple",
        "UV_INDEX_URL": "https://three.invalid/simple",
        "PIP_INDEX_URL": "https://four.invalid/simple",
    }
    found = [_find(variables, config, mirror="https://one.invalid/simple").default]
    while variables:
        found.append(_find(variables, config).default)
        variables.pop(next(iter(variables)))
    found.append(_find(variables, config).default)
    assert [f.split("/")[2] for f in found] == [f"{n}.invalid" for n in ("one", "two", "three", "four", "five")]
    assert _find({}).default == ""


def test_a_mirror_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(StudioError) as e:
        _find({}, mirror="ssh://me:secret@mirror.invalid/simple")
    assert "secret" not in e.value.message
    assert "mirror.invalid" in e.value.message


@pytest.mark.parametrize(
    "content", [b"[global\n", b"\xff\xfe\x00", b"find-links = x\n", b"[global]\nfind-links\n", b"%"]
)
def test_a_configuration_of_pip_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    bad, good = tmp_path / "bad.conf", tmp_path / "good.conf"
    bad.write_bytes(content)
    good.write_text("[global]\nfind-links = %(home)s\n", "utf-8")  # no variables are put in
    assert pip_settings([bad, tmp_path / "none.conf", good]) == {"find-links": "%(home)s"}


def test_pips_files_are_looked_for_where_pip_does() -> None:
    linux = [p.as_posix() for p in pip_files({"HOME": "/home/me"}, platform="linux", prefix="/venv")]
    assert linux == [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        "/home/me/.pip/pip.conf",
        "/home/me/.config/pip/pip.conf",
        "/venv/pip.conf",
    ]
    windows = {"USERPROFILE": "C:/Users/me", "APPDATA": "C:/Users/me/Roaming", "PROGRAMDATA": "C:/Data"}
    assert [p.as_posix() for p in pip_files(windows, platform="win32", prefix="C:/venv")] == [
        "C:/Data/pip/pip.ini",
        "C:/Users/me/pip/pip.ini",
        "C:/Users/me/Roaming/pip/pip.ini",
        "C:/venv/pip.ini",
    ]
    assert pip_files({"HOME": "/h", "PIP_CONFIG_FILE": "/mine"}, platform="linux")[-1] == Path("/mine")
    assert pip_files({"PIP_CONFIG_FILE": "/dev/null"}, platform="linux") == []


def test_the_index_of_a_flavour_is_asked_unless_a_folder_has_its_torch(tmp_path: Path) -> None:
    flavour = CORE.flavour("cpu", "linux")
    fitting = "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"
    other = (
        "torch-2.12.0+cpu-cp311-cp311-linux_x86_64.whl",
        "torch-2.13.0+cu130-cp311-cp311-linux_x86_64.whl",
        "x.whl",
    )
    empty = Sources((str(_folder(tmp_path, "other", *other)),))
    filled = Sources((str(_folder(tmp_path, "wheels", *other, fitting)),))
    assert empty.for_flavour(flavour, "3.11").indexes == (flavour.index,)
    assert filled.for_flavour(flavour, "3.12").indexes == (flavour.index,)
    assert filled.for_flavour(flavour, "3.11").indexes == ()
    assert filled.wheel("torch", "2.13.0+cpu", "3.11") == tmp_path / "wheels" / fitting


def test_uv_is_told_that_a_403_is_no_failure_and_who_comes_first() -> None:
    index = Index("amd", 'https://amd.invalid/"whl"/', (403,))
    sources = replace(Sources(default="https://mirror.invalid/simple"), indexes=(index,))
    told = tomllib.loads(sources.uv_config())
    assert told["index"] == [
        {"name": "amd", "url": index.url, "ignore-error-codes": [403]},
        {"url": "https://mirror.invalid/simple", "default": True},
    ]
    assert told["index-strategy"] == "unsafe-best-match"
    assert tomllib.loads(Sources().uv_config()) == {}
    assert sources.pip_flags() == ["--index-url", sources.default, "--extra-index-url", index.url]
