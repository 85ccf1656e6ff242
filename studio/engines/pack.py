"""What engines need installed, as data: a pack is a set of exact packages that several engines share.

Read from `packs/<id>/pack.toml`, and `packs/torch/` for torch. All is checked, nothing is executed. Any thread.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from studio.engines.manifest import ACCELERATORS
from studio.errors import StudioError

OURS = Path(__file__).parent / "packs"
SYSTEMS = ("linux", "windows", "macos")
TORCH = frozenset({"torch", "torchaudio", "torchvision", "torchcodec", "torch-directml", "torch-nightly"})
MAX_BYTES = 5_000_000  # of any file of a pack

_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_PYTHON = re.compile(r"3\.\d{1,2}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.txt")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)(?:\s*;\s*(.+))?")
_WANTED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[a-z0-9{},_-]+\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*")
_GFX = re.compile(r"gfx[0-9a-f]{3,4}")
T = TypeVar("T")


class PackError(Exception):
    """The description of a pack cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Target:
    """The machine something is installed on, as far as packages care."""

    system: str  # one of SYSTEMS
    python: str  # "3.11.7"
    machine: str = "x86_64"

    @property
    def minor(self) -> str:
        """Python's version without the last number."""
        return ".".join(self.python.split(".")[:2])

    @property
    def key(self) -> str:
        """The name under which sizes are noted."""
        return f"{self.system}-{self.minor}"

    def fits(self, marker: str) -> bool:
        """Whether a line with this marker is meant for this machine."""
        return not marker or Marker(marker).evaluate(self._variables())

    def _variables(self) -> dict[str, str]:
        names = {"linux": ("linux", "Linux", "posix"), "windows": ("win32", "Windows", "nt")}
        sys_platform, platform_system, os_name = names.get(self.system, ("darwin", "Darwin", "posix"))
        machine = "AMD64" if self.system == "windows" and self.machine == "x86_64" else self.machine
        return {
            "python_version": self.minor,
            "python_full_version": self.python,
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "platform_python_implementation": "CPython",
            "platform_machine": machine,
            "platform_release": "",
            "platform_version": "",
            "platform_system": platform_system,
            "os_name": os_name,
            "sys_platform": sys_platform,
            "extra": "",
        }


@dataclass(frozen=True)
class Pin:
    """One package of a lock: an exact version, and the files that may be installed as it."""

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """What a requirements file says for a machine that the marker fits."""
        return " \\\n    ".join([f"{self.name}=={self.version}", *(f"--hash={h}" for h in self.hashes)])


@dataclass(frozen=True)
class Index:
    """A place with packages, besides the public index."""

    id: str
    url: str
    absent: tuple[int, ...] = ()  # answers that mean "no such package here" and not a failure


@dataclass(frozen=True)
class Flavour:
    """How torch comes for one kind of device on some systems."""

    id: str  # "cpu", "cu130", "cu128", "cu126", "rocm-multi", "rocm-generic", "xpu", "mps", "directml"
    title: str
    accelerator: str
    systems: tuple[str, ...]
    torch: str  # what the installed package calls itself; a * where the index decides the rest: "2.13.0+rocm*"
    wanted: tuple[str, ...]  # what is asked for: "torch[device-{gfx}]==2.13.0"
    index: Index | None = None  # None: the public index
    lock: tuple[Pin, ...] = ()
    gfx: tuple[str, ...] = ()  # architectures it has kernels for; nothing: not asked
    forbidden: tuple[str, ...] = ()  # packages (with *) that only another flavour brings
    bytes: int = 0  # about what is downloaded of torch and its libraries, where no lock says it


@dataclass(frozen=True)
class Package:
    """What was noted of a package when its lock was made."""

    licence: str = ""
    disk: int = 0  # bytes when installed
    sizes: dict[str, int] = field(default_factory=dict[str, int])  # bytes to download by Target.key, or under "any"

    def size(self, target: Target) -> int:
        """Return the bytes to download for a machine; 0 when not known."""
        return self.sizes.get(target.key, self.sizes.get("any", 0))


@dataclass(frozen=True)
class Pack:
    """A set of packages that live together."""

    id: str
    title: str
    summary: str
    python: tuple[str, ...]  # "3.11": the versions it was looked up for, the preferred first
    flavours: tuple[Flavour, ...]  # the best first
    lock: tuple[Pin, ...]  # all packages but torch and what comes with it
    python_reason: str = ""  # why not for other versions
    left_out: dict[str, str] = field(default_factory=dict[str, str])  # what packages ask for and nobody uses: why
    notes: tuple[str, ...] = ()  # to be shown before it is installed

    @property
    def accelerators(self) -> tuple[str, ...]:
        """The kinds of device it exists for."""
        return tuple(dict.fromkeys(f.accelerator for f in self.flavours))

    def flavour(self, accelerator: str, system: str, flavour_id: str = "") -> Flavour:
        """Find the flavour for a kind of device, or a named one of that kind; raise StudioError when there is none."""
        here = [f for f in self.flavours if f.accelerator == accelerator and system in f.systems]
        found = [f for f in here if flavour_id in ("", f.id)]
        if not found:
            what = f"{accelerator} ({flavour_id})" if here else accelerator
            others = [f.id for f in here] or [f.accelerator for f in self.flavours if system in f.systems]
            have = dict.fromkeys(others)
            raise StudioError(
                f"The pack {self.id} does not exist for {what} on {system.capitalize()}.",
                f"It exists there for: {', '.join(have) or 'nothing'}.",
            )
        return found[0]


@dataclass(frozen=True)
class Packs:
    """All packs there are."""

    packs: tuple[Pack, ...]
    errors: dict[str, str] = field(default_factory=dict[str, str])  # of those that cannot be used, by id
    known: dict[str, Package] = field(default_factory=dict[str, Package])  # by "name==version"

    @property
    def ids(self) -> tuple[str, ...]:
        """The packs that can be used."""
        return tuple(p.id for p in self.packs)

    def pack(self, pack_id: str) -> Pack:
        """Find a pack; raise StudioError for an unknown or broken one."""
        for pack in self.packs:
            if pack.id == pack_id:
                return pack
        if pack_id in self.errors:
            raise StudioError(
                f"The pack {pack_id} cannot be used: {self.errors[pack_id]}.",
                "Install the studio anew, or undo the change to its files.",
            )
        raise StudioError(f"There is no pack {pack_id!r}.", f"There are: {', '.join(self.ids)}.")

    def package(self, name: str, version: str) -> Package:
        """Return what is known of a package; an empty value when nothing is."""
        return self.known.get(f"{name}=={version}") or Package()


def read_packs(folder: Path = OURS) -> Packs:
    """Read all packs of a folder. One that cannot be used is named with its error and does not hide the others."""
    packs: list[Pack] = []
    errors: dict[str, str] = {}
    flavours: tuple[Flavour, ...] = ()
    known: dict[str, Package] = {}
    try:
        flavours = _flavours(folder / "torch")
    except PackError as e:
        errors["torch"] = str(e)
    try:
        known = _known(folder / "packages.json")
    except PackError as e:  # sizes and licences are then not known, and that is all
        errors["packages.json"] = str(e)
    for file in sorted(folder.glob("*/pack.toml")):
        if "torch" in errors:
            errors[file.parent.name] = errors["torch"]
            continue
        try:
            packs.append(_pack(file.parent, flavours))
        except PackError as e:
            errors[file.parent.name] = str(e)
    return Packs(tuple(packs), errors, known)


def parse_lock(text: str, where: str) -> tuple[Pin, ...]:
    """Read a lock: exact versions with hashes, and nothing that could load from elsewhere or run."""
    found: list[Pin] = []
    joined = re.sub(r"\\\r?\n", " ", text)
    for raw in joined.splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        if not line:
            continue
        rest = _HASH.sub("", line).strip()
        match = _PIN.fullmatch(rest)
        if match is None:
            raise PackError(f"{where}: {rest[:80]!r} is no package with an exact version")
        try:
            marker = str(Marker(match[3])) if match[3] else ""
        except (InvalidMarker, RecursionError) as e:
            raise PackError(f"{where}: the condition of {match[1]} cannot be read") from e
        found.append(Pin(canonicalize_name(match[1]), match[2], marker, tuple(sorted(_HASH.findall(line)))))
    return tuple(found)


def _pack(folder: Path, flavours: tuple[Flavour, ...]) -> Pack:
    table = _Table(_toml(folder / "pack.toml"), "pack.toml")
    names = table.texts("flavours")
    unknown = set(names) - {f.id for f in flavours}
    if unknown:
        raise PackError(f"pack.toml: there is no torch for {', '.join(sorted(unknown))}")
    pack = Pack(
        id=table.text("id", _ID),
        title=table.text("title"),
        summary=table.text("summary"),
        python=table.texts("python", _PYTHON),
        flavours=tuple(f for name in names for f in flavours if f.id == name),
        lock=_lock(folder, table.text("lock", _FILE)),
        python_reason=table.text("python_reason", default=""),
        left_out={canonicalize_name(name): why for name, why in table.named("left_out").items()},
        notes=table.texts("notes", default=()),
    )
    table.finish()
    if pack.id != folder.name:
        raise PackError(f"pack.toml: the id {pack.id!r} is not the folder's name")
    _check_lock(pack)
    return pack


def _check_lock(pack: Pack) -> None:
    if not pack.lock or not pack.python or not pack.flavours:
        raise PackError("lock, python or flavours is empty")
    for pin in pack.lock:
        if pin.name in TORCH:
            raise PackError(f"the lock names {pin.name}, which is chosen by the device and not by a pack")
        if pin.name in pack.left_out:
            raise PackError(f"the lock names {pin.name}, which is left out")
        if not pin.hashes:
            raise PackError(f"the lock has no hash for {pin.name}")


def _flavours(folder: Path) -> tuple[Flavour, ...]:
    data = _toml(folder / "torch.toml")
    indexes = {index.id: index for index in (_index(item) for item in _tables(data, "index"))}
    return tuple(_flavour(item, indexes, folder) for item in _tables(data, "flavour"))


def _index(data: dict[str, Any]) -> Index:
    table = _Table(data, "torch.toml: index")
    found = Index(table.text("id", _ID), table.text("url"), table.numbers("absent"))
    table.finish()
    parts = urlsplit(found.url)
    if parts.scheme not in {"https", "http", "file"} or parts.username or any(c.isspace() for c in found.url):
        raise PackError(f"torch.toml: {found.url[:80]!r} is no address of an index")
    return found


def _flavour(data: dict[str, Any], indexes: Mapping[str, Index], folder: Path) -> Flavour:
    table = _Table(data, "torch.toml: flavour")
    index, lock = table.text("index", default=""), table.text("lock", default="")
    if index and index not in indexes:
        raise PackError(f"torch.toml: there is no index {index!r}")
    if lock and not _FILE.fullmatch(lock):
        raise PackError(f"torch.toml: {lock!r} is no name of a lock")
    found = Flavour(
        id=table.text("id", _ID),
        title=table.text("title"),
        accelerator=table.text("accelerator"),
        systems=table.texts("systems"),
        torch=table.text("torch"),
        wanted=table.texts("wanted", _WANTED),
        index=indexes.get(index),
        lock=_lock(folder, lock) if lock else (),
        gfx=table.texts("gfx", _GFX, default=()),
        forbidden=table.texts("forbidden"),
        bytes=table.number("bytes"),
    )
    table.finish()
    if found.accelerator not in ACCELERATORS or not set(found.systems) <= set(SYSTEMS):
        raise PackError(f"torch.toml: {found.id} is for a device or system that nobody knows")
    return found


def _lock(folder: Path, name: str) -> tuple[Pin, ...]:
    return parse_lock(_read(folder / name), name)


def _known(file: Path) -> dict[str, Package]:
    try:
        data = json.loads(_read(file))
        return {
            str(name): Package(
                str(value["licence"]), int(value["disk"]), {str(k): int(v) for k, v in value["sizes"].items()}
            )
            for name, value in data.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as e:
        raise PackError(f"{file.name} is not valid: {type(e).__name__}") from e


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise PackError(f"{file.name} is over {MAX_BYTES} bytes")
        return data.decode()
    except OSError as e:
        raise PackError(f"{file.name} cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise PackError(f"{file.name} is no text") from e


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(file))
    except (ValueError, RecursionError) as e:
        raise PackError(f"{file.name} is not valid: {e}") from e


def _tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in cast("list[Any]", found)):
        raise PackError(f"torch.toml: {name} is not a list of tables")
    return cast("list[dict[str, Any]]", found)


class _Table:
    """A table of a TOML file whose fields are taken one by one: of the right kind, and none left over."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self._data = dict(data)
        self._where = where

    def text(self, name: str, shape: re.Pattern[str] | None = None, *, default: str | None = None) -> str:
        return self._shaped(self._take(name, str, default), name, shape)

    def number(self, name: str) -> int:
        return self._take(name, int, 0)

    def numbers(self, name: str) -> tuple[int, ...]:
        return self._all(self._take(name, list, []), name, int)

    def texts(
        self, name: str, shape: re.Pattern[str] | None = None, *, default: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        values = self._take(name, list, None if default is None else list(default))
        return tuple(self._shaped(v, name, shape) for v in self._all(values, name, str))

    def named(self, name: str) -> dict[str, str]:
        values = self._take(name, dict, {})
        self._all(values.values(), name, str)
        return {str(k): str(v) for k, v in values.items()}

    def finish(self) -> None:
        if self._data:
            raise PackError(f"{self._where}: unknown field {min(self._data)!r}")

    def _take(self, name: str, kind: type[T], default: T | None) -> T:
        value = self._data.pop(name, default)
        if value is None:
            raise PackError(f"{self._where}: {name} is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise PackError(f"{self._where}: {name} is not of type {kind.__name__}")
        return value

    def _all(self, values: Iterable[Any], name: str, kind: type[T]) -> tuple[T, ...]:
        found = tuple(values)
        if not all(isinstance(v, kind) and not isinstance(v, bool) for v in found):
            raise PackError(f"{self._where}: {name} holds something else than {kind.__name__}")
        return found

    def _shaped(self, value: str, name: str, shape: re.Pattern[str] | None) -> str:
        if shape is not None and not shape.fullmatch(value):
            raise PackError(f"{self._where}: {name}: {value[:60]!r} is not allowed")
        return value
