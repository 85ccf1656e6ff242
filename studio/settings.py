"""The settings: groups of frozen values. Defaults here, changes in a file. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, cast

from studio.errors import StudioError

_HINT = "`studio settings show` lists all settings as they are."


@dataclass(frozen=True)
class Speech:
    """How lines become sound."""

    engine: str = field(
        default="kokoro",
        metadata={"title": "Engine for speech", "task": "speech", "help": "the engine for speech when none is named"},
    )
    sentence_gap: float = field(
        default=0.25,
        metadata={"title": "Pause between sentences", "help": "seconds between two sentences", "min": 0.0, "max": 10.0},
    )
    turn_gap: float = field(
        default=0.45,
        metadata={"title": "Pause between speakers", "help": "seconds between two speakers", "min": 0.0, "max": 10.0},
    )
    check_lines: bool = field(
        default=True,
        metadata={
            "title": "Listen to spoken lines and judge them",
            "help": "whether spoken lines are listened to and compared with their words",
        },
    )


@dataclass(frozen=True)
class Engines:
    """How engines run."""

    device: str = field(
        default="",
        metadata={
            "title": "Device",
            "device": True,
            "help": "the device for all engines that can use it, empty for the best there is",
        },
    )
    devices: str = field(
        default="",
        metadata={
            "title": "Devices of single engines",
            "help": "devices for single engines, as dia=cuda1 xtts=cpu",
            "form": r"([\w.-]+=[\w./-]+( +|$))*",
        },
    )
    allow_cpu: bool = field(
        default=True,
        metadata={"title": "Use the CPU where a device fails", "help": "whether a job may fall back to the CPU"},
    )
    threads: int = field(
        default=0,
        metadata={
            "title": "CPU threads",
            "help": "CPU threads an engine uses, 0 for its own choice",
            "min": 0,
            "max": 256,
        },
    )
    wait_minutes: float = field(
        default=0.0,
        metadata={
            "title": "Minutes to wait for a card's memory",
            "help": "how long a job waits while other programs hold the memory it needs, 0 for not at all",
            "min": 0.0,
            "max": 1440.0,
        },
    )
    mirror: str = field(
        default="",
        metadata={
            "title": "Mirror of the package index",
            "help": "where packages of engines are loaded from, empty for the public index",
        },
    )
    idle_minutes: float = field(
        default=5.0,
        metadata={
            "title": "Keep an idle engine for (minutes)",
            "help": "minutes an idle engine keeps its memory",
            "min": 0.0,
            "max": 1440.0,
        },
    )

    @property
    def by_engine(self) -> dict[str, str]:
        """The devices of single engines."""
        pairs = (part.partition("=") for part in self.devices.split())
        return {engine: device for engine, _, device in pairs}


@dataclass(frozen=True)
class Models:
    """Where the models of engines come from and lie."""

    folder: str = field(
        default="",
        metadata={
            "title": "Folder of models",
            "help": "the folder for downloaded models, empty for the one that other programs use, too",
        },
    )
    mirror: str = field(
        default="",
        metadata={
            "title": "Mirror of the model hub",
            "help": "from where models are loaded, empty for the public hub; a mirror is never shown your token",
        },
    )
    offline: bool = field(
        default=False, metadata={"title": "No downloads of models", "help": "whether models are never loaded"}
    )


@dataclass(frozen=True)
class Defaults:
    """Which engine does what when none is named."""

    clone: str = field(
        default="likeness",
        metadata={"title": "Lines in a given voice", "task": "clone", "help": "the engine for lines in a given voice"},
    )
    transcribe: str = field(
        default="whisper",
        metadata={"title": "Words from sound", "task": "transcribe", "help": "the engine for words from sound"},
    )
    clean: str = field(
        default="deepfilter",
        metadata={"title": "Cleaning of sound", "task": "clean", "help": "the engine that takes noise out of speech"},
    )
    embed: str = field(
        default="speaker",
        metadata={"title": "Comparing of voices", "task": "embed", "help": "the engine that compares voices"},
    )
    music: str = field(default="composer", metadata={"title": "Music", "task": "music", "help": "the engine for music"})
    lyrics: str = field(
        default="verses", metadata={"title": "Lyrics", "task": "lyrics", "help": "the engine for lyrics"}
    )
    image: str = field(
        default="painter", metadata={"title": "Pictures", "task": "image", "help": "the engine for pictures"}
    )


@dataclass(frozen=True)
class Storage:
    """What is kept."""

    cache_megabytes: int = field(
        default=2000,
        metadata={
            "title": "Largest cache (megabytes)",
            "help": "how large each cache may grow: finished sentences and pictures, stretched sound, looks of sound",
            "min": 0,
            "max": 10_000_000,
        },
    )


@dataclass(frozen=True)
class Window:
    """How the window looks."""

    language: str = field(
        default="",
        metadata={"title": "Language", "help": "en or de; empty for the system's", "choices": ("", "en", "de")},
    )
    theme: str = field(
        default="system",
        metadata={"title": "Colours", "help": "the colours of the window", "choices": ("system", "dark", "light")},
    )
    text_size: int = field(
        default=100,
        metadata={
            "title": "Size of the text (per cent)",
            "help": "size of the text in per cent",
            "choices": (100, 115, 130, 150),
            "min": 100,
            "max": 150,
        },
    )
    reduced_motion: bool = field(
        default=False, metadata={"title": "Less motion", "help": "whether nothing in the window moves by itself"}
    )
    keys: str = field(
        default="",
        metadata={"hidden": True, "help": "shortcuts that were changed, as ACTION=KEYS; separated by semicolons"},
    )


@dataclass(frozen=True)
class Settings:
    """All settings."""

    speech: Speech = Speech()
    engines: Engines = Engines()
    models: Models = Models()
    defaults: Defaults = Defaults()
    storage: Storage = Storage()
    window: Window = Window()


def to_dict(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return every value by group and name."""
    return asdict(settings)


def changed(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return only what differs from the defaults; defaults are never written, so that they can improve."""
    now, default = to_dict(settings), to_dict(Settings())
    found = {g: {n: v for n, v in values.items() if v != default[g][n]} for g, values in now.items()}
    return {g: values for g, values in found.items() if values}


def with_value(settings: Settings, name: str, value: object) -> Settings:
    """Return settings with GROUP.NAME changed; raise StudioError that names the range for what does not fit."""
    group_name, _, field_name = name.partition(".")
    group = getattr(settings, group_name) if group_name in to_dict(settings) else None
    known = {f.name: f for f in fields(group)} if group is not None else {}
    if field_name not in known:
        names = ", ".join(f"{g}.{n}" for g, values in to_dict(settings).items() for n in values)
        raise StudioError(f"There is no setting {name!r}.", f"There are: {names}.")
    spec = known[field_name]
    typed = _typed(value, str(spec.type), name)
    low, high = spec.metadata.get("min"), spec.metadata.get("max")
    if low is not None and high is not None and not low <= cast("float", typed) <= high:
        raise StudioError(
            f"The setting {name} is a number from {low} to {high}, not {value}.", str(spec.metadata["help"])
        )
    choices: tuple[str, ...] = spec.metadata.get("choices", ())
    if choices and typed not in choices:
        named = ", ".join(str(choice) or "nothing" for choice in choices)
        raise StudioError(f"The setting {name} is one of {named}, not {value}.", str(spec.metadata["help"]))
    form = str(spec.metadata.get("form", ""))
    if form and not re.fullmatch(form, str(typed)):
        raise StudioError(f"The setting {name} cannot be {value!r}.", f"It holds {spec.metadata['help']}.")
    return replace(settings, **{group_name: replace(cast("Any", group), **{field_name: typed})})


def with_device(settings: Settings, engine: str, device: str) -> Settings:
    """Return settings in which an engine has a device of its own; none: it runs where all others do."""
    devices = {**settings.engines.by_engine, engine: device}
    text = " ".join(f"{name}={where}" for name, where in sorted(devices.items()) if where)
    return with_value(settings, "engines.devices", text)


def with_values(settings: Settings, values: Mapping[str, Mapping[str, object]]) -> tuple[Settings, list[str]]:
    """Apply a file's values; return the settings and a sentence for each value that was wrong and ignored."""
    wrong: list[str] = []
    for group, names in values.items():
        for name, value in names.items():
            try:
                settings = with_value(settings, f"{group}.{name}", value)
            except StudioError as e:
                wrong.append(f"{e.message} It was ignored.")
    return settings, wrong


def _typed(value: object, wanted: str, name: str) -> object:
    text = str(value).strip().lower()
    if wanted == "bool":
        if text in {"true", "yes", "on", "1"}:
            return True
        if text in {"false", "no", "off", "0"}:
            return False
        raise StudioError(f"The setting {name} is yes or no, not {value!r}.", _HINT)
    if wanted == "str":
        return str(value).strip()
    try:
        number = int(text) if wanted == "int" else float(text)
    except ValueError as e:
        raise StudioError(
            f"The setting {name} is {'a whole number' if wanted == 'int' else 'a number'}, not {value!r}.", _HINT
        ) from e
    if number != number:
        raise StudioError(f"The setting {name} is a number, not {value!r}.", _HINT)
    return number
