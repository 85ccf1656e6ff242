"""What an engine says of itself: the one description from which lists, forms, options, checks and recipes follow.

Read from `engine.toml`, which may come from outside: everything is checked, nothing is executed. Any thread.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast

from studio.engines.params import Param, Value
from studio.paths import RESOURCES

TASKS = ("speech", "clone", "transcribe", "clean", "embed", "music", "lyrics", "image")
ACCELERATORS = ("cpu", "cuda", "rocm", "directml", "xpu", "mps")
APP_PACK = "app"  # the studio's own interpreter and packages
MAX_MANIFEST_BYTES = 1_000_000

_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_TAKEN = frozenset({"shared", "packs", "licences"})  # folders beside the engines' own
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
T = TypeVar("T")


class ManifestError(Exception):
    """The engine's description cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Licence:
    """Under which terms an engine's code and weights come."""

    code: str
    weights: str
    output: str = ""  # of what is made, where that is not under the weights' terms
    commercial: bool = True
    text: str = ""  # a file in the engine's folder
    url: str = ""


@dataclass(frozen=True)
class Model:
    """Weights an engine can load."""

    id: str
    title: str = ""
    revision: str = ""
    sha256: str = ""
    licence: str = ""
    bytes: int = 0
    bundled: bool = False  # comes with the installation
    repo: str = ""  # from where it is downloaded
    files: tuple[str, ...] = ()  # which of the files there, with *; nothing: all
    hashes: dict[str, str] = field(default_factory=dict[str, str])  # SHA-256 that a file there must have, by its name
    part_of: str = ""  # the model that needs this one beside it: a codec, say. The others are for choosing among
    defaults: dict[str, Any] = field(default_factory=dict[str, Any])  # of parameters, where they are not the engine's
    gated: bool = False  # given only to who has accepted its terms there
    commercial: bool = True  # whether what is made with it may be sold
    url: str = ""  # of its terms


@dataclass(frozen=True)
class Limits:
    """How long the studio waits, in seconds, before it calls a process hung."""

    hello: float = 30.0
    load: float = 600.0
    first_step: float = 900.0
    step: float = 120.0
    cleanup: float = 30.0


@dataclass(frozen=True)
class EngineVoice:
    """A voice that comes with an engine."""

    id: str
    title: str
    language: str
    sex: str = ""
    accent: str = ""
    note: str = ""
    preview: str = ""  # a line that suits it


@dataclass(frozen=True)
class Manifest:
    """An engine, as data."""

    id: str
    title: str
    version: str
    tasks: tuple[str, ...]
    pack: str
    licence: Licence
    folder: Path
    summary: str = ""
    accelerators: tuple[str, ...] = ("cpu",)
    packs: dict[str, str] = field(default_factory=dict[str, str])  # accelerator → the pack there, where it is another
    hidden: bool = False
    sample_rate: int = 0
    precision: str = "fp32"
    languages: tuple[str, ...] = ()  # that it speaks, besides those of its voices
    spoken_text: bool = False  # wants numbers, dates and signs in words
    dialogue: bool = False  # speaks several turns of two voices in one go
    recordings: int = 1  # of a voice, that it listens to
    files: tuple[str, ...] = ()  # roles of files that it works with, where that is for the engine to say
    recorded_words: bool = False  # speaks from a recording only together with the words in it
    nonverbals: tuple[str, ...] = ()
    default_voices: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()
    rungs_on_any_device: bool = False
    environment: dict[str, str] = field(default_factory=dict[str, str])
    resources: tuple[str, ...] = ()  # folders of the studio's resources that the engine needs
    limits: Limits = Limits()
    memory: dict[str, float] = field(default_factory=dict[str, float])  # gigabytes of a card: "plain", and by rung
    models: tuple[Model, ...] = ()
    voices: tuple[EngineVoice, ...] = ()
    params: tuple[Param, ...] = ()

    @property
    def runner(self) -> Path:
        """The file with the engine's code."""
        return self.folder / "runner.py"

    @property
    def smoke(self) -> Path:
        """The file that tries whether the engine's libraries work here."""
        return self.folder / "smoke.py"

    @property
    def has_runner(self) -> bool:
        """Whether it can do jobs; one that only has a smoke test is announced, and cannot."""
        return self.runner.is_file()

    @property
    def choices(self) -> tuple[Model, ...]:
        """The models it can be given; some engines need all they have, and then the first stands for them."""
        return tuple(m for m in self.models if not m.part_of) or self.models

    def choice(self, model_id: str) -> Model | None:
        """Find a model that it can be given by its id."""
        return next((m for m in self.choices if m.id == model_id), None)

    def defaults(self, model_id: str = "") -> dict[str, Value]:
        """Return what parameters are with a model where nobody says more; "": with the first.

        Of a folder or a file of the user's nobody knows better than the engine.
        """
        model = self.choice(model_id) if model_id else next(iter(self.choices), None)
        return {p.name: p.default for p in self.params} | (model.defaults if model else {})

    def pack_for(self, accelerator: str) -> str:
        """Return the pack that the engine needs on a kind of device."""
        return self.packs.get(accelerator, self.pack)

    def voice(self, voice_id: str) -> EngineVoice | None:
        """Find a voice by its id."""
        return next((v for v in self.voices if v.id == voice_id), None)


def read_manifest(folder: Path) -> Manifest:
    """Read and check an engine's folder; raise ManifestError when it cannot be used."""
    file = folder / "engine.toml"
    try:
        if file.stat().st_size > MAX_MANIFEST_BYTES:
            raise ManifestError(f"engine.toml is over {MAX_MANIFEST_BYTES} bytes")
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ManifestError(f"engine.toml cannot be read: {e.strerror}") from e
    except (ValueError, RecursionError) as e:  # wrong encoding, wrong TOML, numbers beyond all measure
        raise ManifestError(f"engine.toml is not valid: {e}") from e
    manifest = _manifest(data, folder)
    _check(manifest)
    return manifest


def _manifest(data: dict[str, Any], folder: Path) -> Manifest:
    data = dict(data)
    nested: dict[str, Any] = {
        "licence": _build(Licence, _table(data, "licence"), "licence"),
        "limits": _build(Limits, _table(data, "limits"), "limits"),
        "models": _all(Model, data, "models"),
        "voices": _all(EngineVoice, data, "voices"),
        "params": _all(Param, data, "params"),
    }
    return _build(Manifest, {**data, **nested, "folder": folder}, "engine.toml")


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.pop(name, {})
    if not isinstance(value, dict):
        raise ManifestError(f"{name} is not a table")
    return cast("dict[str, Any]", value)


def _all(kind: type[T], data: dict[str, Any], name: str) -> tuple[T, ...]:
    value = data.pop(name, [])
    if not isinstance(value, list):
        raise ManifestError(f"{name} is not a list of tables")
    return tuple(_build(kind, item, f"{name}[{n}]") for n, item in enumerate(cast("list[Any]", value)))


def _build(kind: type[T], data: Any, where: str) -> T:
    """Make a dataclass from a table: unknown names, missing names and wrong types are errors with their place."""
    if not isinstance(data, dict):
        raise ManifestError(f"{where} is not a table")
    table = cast("dict[str, Any]", data)
    known = {f.name: f for f in fields(cast("Any", kind))}
    for name in table:
        if name not in known:
            raise ManifestError(f"{where}: unknown field {name!r}")
    values: dict[str, Any] = {}
    for name, f in known.items():
        if name in table:
            values[name] = _typed(table[name], str(f.type), f"{where}: {name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise ManifestError(f"{where}: {name} is missing")
    try:
        return kind(**values)
    except (ValueError, TypeError, ArithmeticError) as e:
        raise ManifestError(f"{where}: {e}") from e


def _typed(value: Any, wanted: str, where: str) -> Any:
    simple: dict[str, type[Any]] = {"str": str, "bool": bool, "int": int}
    if wanted == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError as e:
            raise ManifestError(f"{where} is beyond all measure") from e
    if wanted in simple:
        if isinstance(value, simple[wanted]) and (wanted == "bool" or not isinstance(value, bool)):
            return value
        raise ManifestError(f"{where} is not of type {wanted}: {str(value)[:60]!r}")
    if wanted == "float":
        raise ManifestError(f"{where} is not a number: {str(value)[:60]!r}")
    if wanted == "tuple[str, ...]":
        if isinstance(value, list) and all(isinstance(v, str) for v in cast("list[Any]", value)):
            return tuple(cast("list[str]", value))
        raise ManifestError(f"{where} is not a list of strings")
    if wanted == "dict[str, Any]":
        return _table_of_anything(value, where)
    if wanted.startswith("dict["):
        return _typed_table(value, wanted, where)
    return value  # nested values were built, and checked, by the caller; Param checks its own


def _typed_table(value: Any, wanted: str, where: str) -> dict[str, Any]:
    numbers = wanted == "dict[str, float]"
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        if all(_is_number(v) if numbers else isinstance(v, str) for v in table.values()):
            return {name: float(v) for name, v in table.items()} if numbers else table
    raise ManifestError(f"{where} is not a table of {'numbers' if numbers else 'strings'}")


def _table_of_anything(value: Any, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise ManifestError(f"{where} is not a table")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 10_000


def _check(manifest: Manifest) -> None:
    if not _ID.fullmatch(manifest.id) or manifest.id in _TAKEN:
        raise ManifestError(f"id {manifest.id!r}: lower-case letters, digits, - and _, at most 32")
    _known(manifest.tasks, TASKS, "tasks")
    _known(manifest.accelerators, ACCELERATORS, "accelerators")
    for name, ids in (("voices", [v.id for v in manifest.voices]), ("params", [p.name for p in manifest.params])):
        if len(ids) != len(set(ids)):
            raise ManifestError(f"{name}: an id stands twice")
    for voice in manifest.default_voices:
        if manifest.voice(voice) is None:
            raise ManifestError(f"default_voices: there is no voice {voice!r}")
    if "speech" in manifest.tasks and not manifest.voices:
        raise ManifestError("an engine for speech needs at least one voice")
    _check_for_the_process(manifest)
    _check_models(manifest)
    if not manifest.has_runner and not manifest.smoke.is_file():
        raise ManifestError("runner.py is missing")


def _check_models(manifest: Manifest) -> None:
    ids = [m.id for m in manifest.models]
    if len(ids) != len(set(ids)):
        raise ManifestError("models: an id stands twice")
    for model in manifest.models:
        if model.part_of and model.part_of not in ids:
            raise ManifestError(f"models: {model.id} is part of {model.part_of!r}, which is not there")
        _check_defaults(model, {p.name: p for p in manifest.params})
    if manifest.packs:
        _known(tuple(manifest.packs), manifest.accelerators, "packs")


def _check_defaults(model: Model, known: Mapping[str, Param]) -> None:
    """A model's own defaults are values that its engine takes; what is only part of another is never chosen."""
    where = f"models: {model.id}: defaults"
    if model.part_of and model.defaults:
        raise ManifestError(f"{where}: it is part of {model.part_of}, so they would never hold")
    for name, value in model.defaults.items():
        if name not in known:
            raise ManifestError(f"{where}: there is no parameter {name!r}")
        try:
            problem = known[name].problem(value)
        except (ValueError, TypeError, ArithmeticError) as e:  # numbers beyond all measure
            raise ManifestError(f"{where}: {name}: {e}") from e
        if problem:
            raise ManifestError(f"{where}: {problem}")


def _check_for_the_process(manifest: Manifest) -> None:
    """What would otherwise fail only when a process is started."""
    limits = {f.name: getattr(manifest.limits, f.name) for f in fields(manifest.limits)}
    for name, seconds in limits.items():
        if not 0 < seconds < float("inf"):
            raise ManifestError(f"limits: {name} is a number of seconds above 0, not {seconds}")
    for name, value in manifest.environment.items():
        if not _VARIABLE.fullmatch(name) or "\0" in value:
            raise ManifestError(f"environment: {name!r} is no variable with a value")
    for name in manifest.resources:
        place = (RESOURCES / name).resolve()
        if not place.is_relative_to(RESOURCES.resolve()) or not place.exists():
            raise ManifestError(f"resources: the studio has no {name!r}")


def _known(values: tuple[str, ...], known: tuple[str, ...], name: str) -> None:
    if not values:
        raise ManifestError(f"{name} is empty")
    for value in values:
        if value not in known:
            raise ManifestError(f"{name}: {value!r} is not one of {', '.join(known)}")
