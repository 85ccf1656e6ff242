"""The values in which a task is described, asked for and planned. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.domain.requests import Gaps, Request, Target
from studio.engines.manifest import Manifest
from studio.protocol.recordings import recordings_of
from studio.settings import Settings


@dataclass(frozen=True)
class Wish:
    """What a face wants, before any check. Empty fields mean the settings' choice."""

    script: str = ""  # dialogue; for music the lyrics
    task: str = "speech"
    engine: str = ""
    voices: dict[str, str] = field(default_factory=dict[str, str])  # speaker → voice; "" is "the one there is"
    languages: dict[str, str] = field(default_factory=dict[str, str])  # speaker → language; likewise
    pronunciations: Mapping[str, str] = field(default_factory=dict[str, str])  # word → how it is spelled for speaking
    seeds: Mapping[str, int] = field(default_factory=dict[str, int])  # number of a sentence → its seed
    files: Mapping[str, Path] = field(default_factory=dict[str, Path])  # role → a file of the user's
    kept: Mapping[str, str] = field(default_factory=dict[str, str])  # role → the name of an input that is kept already
    transcripts: Mapping[str, str] = field(default_factory=dict[str, str])  # role → the words spoken in that file
    rights: Mapping[str, str] = field(default_factory=dict[str, str])  # role → under which terms that file may be used
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    model: str = ""  # one of the engine's own, as a recipe names it; what it does not know says nothing
    model_bound: bool = False  # or, with this, is refused: no other model will do
    seed: int = -1
    as_is: bool = False  # nothing is made again with another seed because of how it sounds: these are the seeds
    device: str = ""
    allow_cpu: bool = True
    format: str = ""  # where there is no target to tell it
    gaps: Gaps | None = None
    target: Target | None = None
    project: str = ""  # the folder of the project that this is for
    line: str = ""  # and the line of its script
    clip: str = ""  # the clip that is to play it, or COVER
    clip_plays: str = ""  # the hash of the file that clip plays now
    follow: str = ""  # what moves when that clip comes to last longer or shorter: a studio.domain.edits.live.Follow
    listened: bool = False  # whether somebody wants to hear it while it is made
    act: str = ""  # the name of what somebody asked for at once: what comes of it is one step of undo


@dataclass(frozen=True)
class Role:
    """A file that a task takes, and the form in which engines get it."""

    kind: str  # "sound" or "picture"
    title: str
    required: bool = False
    rate: int = 0
    channels: int = 1
    most_seconds: float = 0.0
    terms_of: str = ""  # what it is called, where its terms hold for what is made from it
    voice: bool = False  # a voice to speak in: its best part is cut out; may be given for each speaker
    many: bool = False  # there may be several, each under a name of its own: `sound:NAME`


@dataclass(frozen=True)
class Note:
    """Something the plan wants the user to know."""

    text: str
    line: int | None = None


@dataclass(frozen=True)
class Plan:
    """What an engine is asked to do. `keys` name the pieces that outlive it; the first of them are the result's."""

    inputs: dict[str, Any]
    keys: tuple[str, ...] = ()
    parts: int = 0  # how many of the keys are the result's: its sentences, its pictures
    notes: tuple[Note, ...] = ()
    units: float = 1.0  # 0 where nobody can say beforehand how long it takes
    by_files: bool = False  # so much for each second of its longest file


Prepare = Callable[[Wish, Manifest, Settings], dict[str, Any]]
Planned = Callable[[Request, Manifest, dict[str, Any]], Plan]
WriteText = Callable[[str, str, dict[str, Any]], str]
"""From an engine's text, the wanted format and the recipe to the user's text."""


@dataclass(frozen=True)
class Work:
    """A task. `prepare` checks a wish and returns fields of its request; `plan` says what the engine gets."""

    media: str  # of the result: "audio", "image" or "text"
    prepare: Prepare
    plan: Planned
    formats: tuple[str, ...]  # the first is what the library keeps when nobody says
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    write_text: WriteText | None = None
    size: Callable[[Mapping[str, Any]], str] = field(default=lambda params: "")
    """How large a piece of work is, where memory depends on it: two of a size need the same."""
    part: str = ""
    """What a result is made of piece by piece, each kept as soon as it is whole; "" where nothing is kept."""


SOUNDS = ("wav", "flac", "mp3", "ogg", "opus")
PICTURES = ("png", "jpg", "webp")


def role_of(work: Work, name: str) -> Role | None:
    """Return what a file is for; `reference:Ann` is the reference of one speaker, `reference+2` one more of a voice."""
    base, colon, speaker = name.partition(":")
    base, plus, _ = base.partition("+")
    role = work.roles.get(base)
    if role is not None and role.many:
        return role if speaker and not plus else None
    if role is None or ((colon or plus) and not role.voice) or (colon and not speaker):
        return None
    return role if name in recordings_of(f"{base}{colon}{speaker}", {name}) else None


def nothing_more(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Prepare a request that is made of parameters and files alone."""
    del wish, manifest, settings
    return {}


def plain_plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Give the engine the text as it is; its files and parameters come along with every plan."""
    del manifest, identity
    return Plan(inputs={"text": request.script}, by_files=True)
