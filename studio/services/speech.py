"""From a request for speech to the sentences an engine makes, each with the key of its recipe. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio.domain import dialogue, recipe, seeds
from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import StudioError

MOST_CHARACTERS = 500_000  # some nine hours; more is a book, and a book is many jobs
MOST_SENTENCES = 20_000
MOST_SILENCE = 3600  # seconds
_CHARACTERS_A_SECOND = 15


@dataclass(frozen=True)
class Note:
    """Something the plan wants the user to know."""

    text: str
    line: int


@dataclass(frozen=True)
class Plan:
    """What an engine is asked to do."""

    inputs: dict[str, Any]
    keys: tuple[str, ...]
    notes: tuple[Note, ...]
    units: float


def check_script(script: str) -> None:
    """Raise StudioError for a script that is empty, or far too long for one job."""
    if not script.strip():
        raise StudioError(
            "The text is empty.", 'Write something to say, for example: studio speak "Hello." -o hello.wav'
        )
    if not dialogue.speakable(script):
        raise _nothing_to_say()
    if len(script) > MOST_CHARACTERS:
        hours = len(script) / _CHARACTERS_A_SECOND / 3600
        raise StudioError(
            f"The script has {len(script):,} characters, about {hours:.0f} hours of speech; "
            f"one job takes at most {MOST_CHARACTERS:,}.",
            "Split it into chapters, a job each.",
        )


def _nothing_to_say() -> StudioError:
    return StudioError("There is nothing to say in the text.", "Write at least one word with letters or digits.")


def speakers(script: str) -> tuple[str, ...]:
    """Return the speakers in order of appearance; "" stands for lines without one."""
    return tuple(dict.fromkeys(line.speaker or "" for line in dialogue.parse(script).lines))


def cast_voices(manifest: Manifest, script: str, wanted: dict[str, str]) -> dict[str, str]:
    """Give every speaker a voice: the wanted ones, then the engine's own, different as long as there are enough."""
    present = speakers(script)
    for speaker, voice in wanted.items():
        if speaker not in present:
            names = ", ".join(s for s in present if s) or "none"
            raise StudioError(f"There is no speaker {speaker!r} in the text.", f"Speakers: {names}.")
        check_voice(manifest, voice)
    free = [v for v in _preferred(manifest) if v not in wanted.values()] or _preferred(manifest)
    cast: dict[str, str] = {}
    for number, speaker in enumerate(s for s in present if s not in wanted):
        cast[speaker] = free[number % len(free)]
    return {s: wanted.get(s) or cast[s] for s in present}


def check_voice(manifest: Manifest, voice: str) -> None:
    """Raise StudioError for a voice that the engine does not have."""
    import difflib

    known = [v.id for v in manifest.voices]
    if voice not in known:
        near = difflib.get_close_matches(voice, known, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise StudioError(
            f"The engine {manifest.id} has no voice {voice!r}.",
            f"{hint}`studio voices list --engine {manifest.id}` shows all.",
        )


def plan(request: Request, manifest: Manifest, identity: dict[str, Any]) -> Plan:
    """Cut the script into sentences. `identity` is what else decides the sound: model, device, precision."""
    script = dialogue.parse(request.script)
    pieces, dropped = dialogue.units(script, supported=frozenset(manifest.nonverbals))
    if not pieces:
        raise _nothing_to_say()
    if len(pieces) > MOST_SENTENCES:
        raise StudioError(
            f"The script has {len(pieces):,} sentences; one job takes at most {MOST_SENTENCES:,}.",
            "Split it into chapters, a job each.",
        )
    silence_asked = sum((p.before_ms or 0) + p.trailing_ms for p in pieces) / 1000
    if silence_asked > MOST_SILENCE:
        raise StudioError(
            f"The pauses of the script add up to {silence_asked / 60:.0f} minutes; one job takes at most "
            f"{MOST_SILENCE // 60}.",
            "Shorten the pauses, or split the script.",
        )
    given: list[dict[str, Any]] = []
    before_speaker: str | None = None
    for piece in pieces:
        gap = request.gaps.sentence if piece.speaker == before_speaker else request.gaps.turn
        silence = piece.before_ms / 1000 if piece.before_ms is not None else gap if given else 0.0
        before_speaker = piece.speaker
        given.append(_described(piece, request, manifest, silence, identity))
    return Plan(
        inputs={"pieces": given, "after": pieces[-1].trailing_ms / 1000},
        keys=tuple(p["key"] for p in given),
        notes=tuple(_notes(dropped, manifest)),
        units=float(sum(len(p.text) for p in pieces)),
    )


def _described(
    piece: dialogue.Piece, request: Request, manifest: Manifest, silence: float, identity: dict[str, Any]
) -> dict[str, Any]:
    voice = request.cast[piece.speaker or ""]
    known = manifest.voice(voice)
    sound = {
        "text": piece.text,
        "voice": voice,
        "language": known.language if known else "en",
        "seed": seeds.of_piece(request.seed, piece.index),
    }
    key = recipe.key_of({**sound, **identity, "params": request.params})
    return {**sound, "key": key, "line": piece.line, "before": silence}


def _notes(dropped: Iterable[dialogue.Dropped], manifest: Manifest) -> Iterable[Note]:
    for d in dropped:
        if d.reason == "bad-pause":
            yield Note(f"{d.tag} is no pause that can be made; left out", d.line)
        elif d.reason == "unlisted":
            yield Note(f"({d.tag}) is not a known sound; left out", d.line)
        else:
            yield Note(f"({d.tag}) has no sound in the engine {manifest.id}; left out", d.line)


def _preferred(manifest: Manifest) -> list[str]:
    return list(manifest.default_voices) or [v.id for v in manifest.voices]
