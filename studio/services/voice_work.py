"""A voice in steps, for a window: what there is to choose from, a recording heard and prepared, then kept. Any thread.

Cleaning and writing down words are jobs; whoever shows them asks for them, and hands in what came of them.
"""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from studio.domain.voice import Profile
from studio.engines.manifest import EngineVoice, Manifest
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services import listening
from studio.services.helper import HelperHost
from studio.services.listening import Single
from studio.services.sound import SoundHost
from studio.services.voices import Added, NewVoice, Voices, asked_of, transcript_beside
from studio.store import voice_folder

COLUMNS = 600  # of an outline that is worked with
_CARD_COLUMNS = 72
_RECORDED = ".recorded"


@dataclass(frozen=True)
class Heard:
    """A sound that can be played and drawn."""

    single: Single
    outline: tuple[tuple[int, int], ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.single.seconds


@dataclass(frozen=True)
class Taken:
    """A recording as it came, and the words that lay beside it."""

    file: Path
    sound: Heard
    words: str


@dataclass(frozen=True)
class Advice:
    """One thing to know about a recording."""

    level: str
    code: str
    text: str
    hint: str


@dataclass(frozen=True)
class Prepared:
    """The best part of a recording; without speech there is no sound, only advice."""

    sound: Heard | None
    facts: dict[str, Any]
    advice: tuple[Advice, ...]

    @property
    def usable(self) -> bool:
        """Whether a voice can be made from it."""
        return self.sound is not None and all(item.level != "error" for item in self.advice)


@dataclass(frozen=True)
class Kept:
    """The voices of the library, what could not be read, and those that can come back."""

    profiles: tuple[Profile, ...]
    told: tuple[str, ...]
    removed: tuple[Profile, ...]


class VoiceWork:
    """What a window asks for, one after the other."""

    def __init__(self, paths: DataPaths, sound: SoundHost, voices: Voices, registry: Registry) -> None:
        self._paths = paths
        self._sound = sound
        self._voices = voices
        self._registry = registry

    def kept(self) -> Kept:
        """Return what the library of voices holds."""
        found, told = self._voices.all()
        return Kept(tuple(found), tuple(told), tuple(self._voices.removed()))

    def take(self, file: Path) -> Taken:
        """Hear a recording; raise StudioError for what is none."""
        return Taken(file, self.heard(file), transcript_beside(file))

    def heard(self, file: Path) -> Heard:
        """Make a sound playable."""
        single = listening.single(self._paths, self._sound, file)
        digest = single.media.sha256
        return Heard(single, listening.outline(self._paths, self._sound, single.file, digest, COLUMNS))

    def outline(self, file: Path) -> tuple[tuple[int, int], ...]:
        """Return the small outline of a file that bears its hash as its name."""
        return listening.outline(self._paths, self._sound, file, file.stem, _CARD_COLUMNS)

    def prepare(self, file: Path, name: str, within: tuple[float, float] | None) -> Prepared:
        """Find the best part of a recording, and what there is to say about it."""
        host: HelperHost = self._sound
        with host.task("prepare_reference", asked_of(file, name, within)) as done:
            sound = self.heard(done.file) if done.file.suffix == ".wav" else None
            return Prepared(sound, done.facts, advice_in(done.facts))

    def keep(self, new: NewVoice, file: Path, *, cleaned: Path | None, heard: str) -> Added:
        """Keep a voice of whose recording everything is known already."""
        refuse_engines_own(self._registry, new.name)
        return self._voices.add(
            new,
            [file],
            clean=(lambda _: cleaned) if cleaned else None,
            hear=(lambda _: heard) if heard else None,
        )

    def rename(self, name: str, new_name: str) -> Profile:
        """Give a voice another name, which no engine's own voice bears."""
        refuse_engines_own(self._registry, new_name)
        return self._voices.rename(name, new_name)

    def place_for_recording(self) -> Path:
        """Return where the microphone may be recorded to. What nobody kept for a month goes."""
        folder = self._paths.voices / _RECORDED
        folder.mkdir(parents=True, exist_ok=True)
        limit = time.time() - voice_folder.KEPT_DAYS * 86_400
        for old in folder.glob("*.wav"):
            with suppress(OSError):
                if old.stat().st_mtime < limit:
                    old.unlink()
        return folder / f"{time.strftime('%Y-%m-%d')}-{uuid.uuid4().hex[:6]}.wav"

    def discard(self, file: Path) -> None:
        """Forget a recording of the microphone; files of the user's stay."""
        if file.parent == self._paths.voices / _RECORDED:
            file.unlink(missing_ok=True)


def advice_in(facts: dict[str, Any]) -> tuple[Advice, ...]:
    """Return what was found about a recording; in voices that came from elsewhere it may be anything. Pure."""
    given: Any = facts.get("advice")
    items = cast("list[Any]", given) if isinstance(given, list) else []
    said = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
    return tuple(Advice(*(str(item.get(name, "")) for name in ("level", "code", "text", "hint"))) for item in said)


def engine_voices(registry: Registry) -> list[tuple[EngineVoice, tuple[Manifest, ...]]]:
    """Return each voice of the engines once, with all engines that speak with it."""
    found: dict[tuple[str, str, str], tuple[EngineVoice, list[Manifest]]] = {}
    for manifest in registry.able():
        for one in manifest.voices:
            found.setdefault((one.id, one.title, one.language), (one, []))[1].append(manifest)
    return [(one, tuple(engines)) for one, engines in found.values()]


def refuse_engines_own(registry: Registry, name: str) -> None:
    """An engine's own voice comes first wherever a name is given, so a kept one of that name would never be heard."""
    for one, engines in engine_voices(registry):
        if one.id.casefold() == name.casefold():
            raise StudioError(f"{one.id} is a voice of the engine {engines[0].id}.", "Choose another name.")
