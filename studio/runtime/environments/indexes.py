"""Where packages come from here: public index or mirror, folders of wheels, the index of a flavour. Any thread.

uv reads nothing of pip's configuration, and the user's own configuration of uv must not change what is built. So what
counts is gathered here and handed over.
"""

from __future__ import annotations

import configparser
import fnmatch
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from studio.engines.pack import Flavour, Index
from studio.errors import StudioError

_SECTIONS = ("global", "install")  # of pip's configuration; the later wins
_CONFIG_BYTES = 1_000_000


@dataclass(frozen=True)
class Sources:
    """What an installer is told about places with packages. A mirror's address may hold a password."""

    links: tuple[str, ...] = ()  # folders of wheels, or pages with links to some
    default: str = ""  # instead of the public index
    indexes: tuple[Index, ...] = ()  # besides it

    def for_flavour(self, flavour: Flavour, python: str) -> Sources:
        """Add the index of a flavour, unless a folder here has its torch: then nobody else needs to be asked."""
        if flavour.index is None or self.wheel("torch", flavour.torch, python) is not None:
            return self
        return replace(self, indexes=(flavour.index,))

    def wheel(self, name: str, version: str, python: str) -> Path | None:
        """Find a wheel in the folders here, by a version with * and a Python like 3.11."""
        for folder in self.links:
            for file in sorted(_folder(folder).glob("*.whl")):
                try:
                    found, number, _, tags = parse_wheel_filename(file.name)
                except InvalidWheelFilename:
                    continue
                fits = any(t.interpreter in {f"cp{python.replace('.', '')}", "py3"} or t.abi == "abi3" for t in tags)
                if found == name and fits and fnmatch.fnmatchcase(str(number), version):
                    return file
        return None

    def to_keep(self) -> Sources:
        """Return what may be written down: without passwords."""
        return replace(self, links=tuple(map(without_password, self.links)), default=without_password(self.default))

    def with_passwords_of(self, now: Sources) -> Sources:
        """Return the same places, with the passwords that are known today."""
        known = {without_password(address): address for address in (*now.links, now.default)}
        links = tuple(known.get(place, place) for place in self.links)
        return replace(self, links=links, default=known.get(self.default, self.default))

    def uv_config(self) -> str:
        """Return the text of a configuration for uv."""
        lines = [f"find-links = {json.dumps(list(self.links))}"] if self.links else []
        if self.indexes:
            # The lock says the exact version of everything, and its hash; so it does not matter who else has the name.
            lines.append('index-strategy = "unsafe-best-match"')
        for index in self.indexes:
            lines += ["[[index]]", f"name = {json.dumps(index.id)}", f"url = {json.dumps(index.url)}"]
            lines += [f"ignore-error-codes = {list(index.absent)}"] if index.absent else []
        if self.default:
            lines += ["[[index]]", f"url = {json.dumps(self.default)}", "default = true"]
        return "\n".join([*lines, ""])

    def pip_flags(self) -> list[str]:
        """Return the same for pip."""
        flags = ["--index-url", self.default] if self.default else []
        for place in self.links:
            flags += ["--find-links", place]
        for index in self.indexes:
            flags += ["--extra-index-url", index.url]
        return flags


def find_sources(
    mirror: str = "", *, variables: Mapping[str, str] | None = None, files: Sequence[Path] | None = None
) -> Sources:
    """Gather what is set: the studio's own setting first, then uv's variables, pip's, and pip's configuration."""
    variables = os.environ if variables is None else variables
    configured = pip_settings(pip_files(variables) if files is None else files)
    first = variables.get("UV_FIND_LINKS", "").split(",")
    second = (variables.get("PIP_FIND_LINKS") or configured.get("find-links", "")).split()
    links = [place.strip() for place in first if place.strip()] or second
    default = (
        mirror.strip()
        or variables.get("UV_DEFAULT_INDEX", "")
        or variables.get("UV_INDEX_URL", "")
        or variables.get("PIP_INDEX_URL", "")
        or configured.get("index-url", "")
    )
    if default and urlsplit(default).scheme not in {"http", "https", "file"}:
        raise StudioError(
            f"The mirror {without_password(default)[:200]} is no address of a package index.",
            "Give an address that begins with https://, or leave it empty.",
        )
    return Sources(tuple(dict.fromkeys(filter(None, map(_usable, links)))), default)


def pip_settings(files: Sequence[Path]) -> dict[str, str]:
    """Read pip's configuration; later files win, and one that cannot be read says nothing."""
    found: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser(strict=False)
        try:
            with file.open(encoding="utf-8", errors="replace") as stream:
                parser.read_string(stream.read(_CONFIG_BYTES))
        except (OSError, configparser.Error):
            continue
        for section in _SECTIONS:
            if parser.has_section(section):
                found.update({k.replace("_", "-"): v for k, v in parser.items(section)})
    return found


def pip_files(variables: Mapping[str, str], *, platform: str = sys.platform, prefix: str = sys.prefix) -> list[Path]:
    """Name the files in which pip looks for its configuration, the weakest first."""
    chosen = variables.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    found = list(_places(variables, platform))
    found.append(Path(prefix) / ("pip.ini" if platform == "win32" else "pip.conf"))
    return [*found, Path(chosen)] if chosen else found


def _places(variables: Mapping[str, str], platform: str) -> Iterator[Path]:
    home = Path(variables.get("USERPROFILE" if platform == "win32" else "HOME") or "/nonexistent")
    if platform == "win32":
        yield Path(variables.get("PROGRAMDATA", "C:/ProgramData")) / "pip" / "pip.ini"
        yield home / "pip" / "pip.ini"
        yield Path(variables.get("APPDATA") or home / "AppData" / "Roaming") / "pip" / "pip.ini"
        return
    if platform == "darwin":
        yield Path("/Library/Application Support/pip/pip.conf")
    else:
        for folder in reversed((variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
            yield Path(folder) / "pip" / "pip.conf"
        yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    if platform == "darwin":
        yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"


def _usable(place: str) -> str:
    """Return a place as an installer in another folder understands it; nothing when it is no longer there."""
    if urlsplit(place).scheme in {"http", "https"}:
        return place
    folder = _folder(place)
    return str(folder) if folder.exists() else ""


def _folder(place: str) -> Path:
    parts = urlsplit(place)
    if parts.scheme in {"http", "https"}:
        return Path(os.devnull)
    path = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(place).expanduser()
    return Path(os.path.abspath(path))  # noqa: PTH100 — links stay as the user named them


def without_password(address: str) -> str:
    """Return an address without a name and a password in it."""
    return re.sub(r"//[^/@\s]*@", "//", address)
