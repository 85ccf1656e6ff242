"""From a request for speech to the sentences an engine makes, each with the key of its recipe. Pure; any thread."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from studio.domain import dialogue, languages, recipe, seeds
from studio.domain.requests import Gaps, Request
from studio.domain.spoken.pieces import read
from studio.domain.spoken.pronunciations import Finder
from studio.domain.spoken.pronunciations import check as check_dictionary
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.protocol.recordings import REFERENCE, is_reference, recordings_of
from studio.services.tasks import stretches
from studio.services.tasks.work import SOUNDS, Note, Plan, Role, Wish, Work
from studio.settings import Settings

MOST_CHARACTERS = 500_000  # some nine hours; more is a book, and a book is many jobs
MOST_SENTENCES = 20_000
MOST_SILENCE = 3600  # seconds
_CHARACTERS_A_SECOND = 15
_OF_LISTENING = "reference_"  # how parameters begin that say how a recording is listened to


VOICE = Role("sound", "the voice to speak in", rate=24_000, most_seconds=4 * 3600.0, voice=True, terms_of="the voice")


def prepare(wish: Wish, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """Check the script and cast it."""
    check_script(wish.script)
    check_dictionary(wish.pronunciations)
    cast = cast_voices(manifest, wish.script, _for_the_one(wish.voices, wish.script, "--voice"))
    _check_recordings(manifest, cast, {*wish.files, *wish.kept})
    _check_words(manifest, cast, wish.transcripts)
    named = _for_the_one(wish.languages, wish.script, "--language")
    check_languages(manifest, named, cast)
    check_texts(manifest, wish.script, named)
    return {
        "script": wish.script,
        "cast": cast,
        "languages": named,
        "pronunciations": dict(wish.pronunciations),
        "seeds": dict(wish.seeds),
        "gaps": wish.gaps or Gaps(settings.speech.sentence_gap, settings.speech.turn_gap),
    }


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
    """Raise StudioError for a voice that the engine cannot speak in."""
    if is_reference(voice):
        if "clone" not in manifest.tasks:
            raise StudioError(
                f"The engine {manifest.id} has voices of its own and cannot speak in another.",
                "Choose an engine that can: `studio engines list` shows what each does.",
            )
        return
    known = [v.id for v in manifest.voices]
    if voice not in known:
        near = difflib.get_close_matches(voice, known, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise StudioError(
            f"The engine {manifest.id} has no voice {voice!r}.",
            f"{hint}`studio voices list --engine {manifest.id}` shows all.",
        )


def _check_recordings(manifest: Manifest, cast: Mapping[str, str], given: Collection[str]) -> None:
    """Raise StudioError where a speaker is to have the voice of a file and there is none, or more than are heard."""
    missing = next((voice for voice in cast.values() if is_reference(voice) and voice not in given), "")
    if missing:
        raise StudioError(
            f"There is no recording for the voice {missing!r}.",
            "Name a voice that `studio voices list` shows, or use `studio clone` with --reference FILE.",
        )
    most = max((len(recordings_of(voice, given)) for voice in cast.values() if is_reference(voice)), default=0)
    if most > manifest.recordings:
        raise StudioError(
            f"{most} recordings of one voice were given; the engine {manifest.id} listens to {manifest.recordings}.",
            "Give fewer, or choose another engine.",
        )


def _check_words(manifest: Manifest, cast: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Raise StudioError where an engine needs the words of a recording and nobody has written them down."""
    speaker = next((s for s, voice in cast.items() if is_reference(voice) and not words.get(voice, "").strip()), None)
    if manifest.recorded_words and speaker is not None:
        whose = f"of {speaker}'s voice" if speaker else "of the voice"
        raise StudioError(
            f"The engine {manifest.id} needs the words that are spoken in the recording {whose}.",
            "Write them into the voice, in the room Voices or with `studio voices words NAME`; those of a file are"
            " named with --transcript.",
        )


def languages_of(manifest: Manifest) -> tuple[str, ...]:
    """Return the languages that an engine speaks."""
    return tuple(dict.fromkeys([*(v.language for v in manifest.voices), *manifest.languages]))


def check_languages(manifest: Manifest, named: Mapping[str, str], cast: Mapping[str, str]) -> None:
    """Raise StudioError for a language that the engine does not speak, or a speaker there is not."""
    known = languages_of(manifest)
    for speaker, language in named.items():
        if speaker not in cast:
            names = ", ".join(s for s in cast if s) or "none"
            raise StudioError(f"There is no speaker {speaker!r} in the text.", f"Speakers: {names}.")
        if language not in known:
            raise StudioError(
                f"The engine {manifest.id} does not speak {language!r}.", f"It speaks: {', '.join(known)}."
            )


def check_texts(manifest: Manifest, script: str, named: Mapping[str, str]) -> None:
    """Raise StudioError for a text in letters of a language that the engine does not speak at all."""
    if not manifest.spoken_text:
        return  # it makes no words, or says itself what it cannot read
    spoken = languages_of(manifest)
    for speaker, text in _texts(script).items():
        found = languages.guess(text) if speaker not in named else None
        if found in languages.OF_OWN_LETTERS and not any(languages.same_language(found, known) for known in spoken):
            names = ", ".join(dict.fromkeys(map(languages.name_of, spoken)))
            raise StudioError(
                f"The text looks like {languages.name_of(found)}, which the engine {manifest.id} does not speak.",
                f"It speaks: {names}. `studio engines list` shows the other engines.",
            )


def _texts(script: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in dialogue.units(dialogue.parse(script), supported=frozenset())[0]:
        speaker = piece.speaker or ""
        found[speaker] = f"{found.get(speaker, '')} {piece.text}"
    return found


def _misread(request: Request, manifest: Manifest) -> Iterable[Note]:
    """Say where a text seems to be in another language than it is spoken in."""
    if not manifest.spoken_text:
        return
    for speaker, text in _texts(request.script).items():
        found = languages.guess(text) if speaker not in request.languages else None
        voice = manifest.voice(request.cast[speaker])
        if found is None or voice is None or languages.same_language(found, voice.language):
            continue
        if _spoken_as(found, manifest):
            continue
        codes = [code for code in languages_of(manifest) if languages.same_language(found, code)]
        whose = f"The text of {speaker}" if speaker else "The text"
        name = languages.name_of(found)
        option = f"--language {speaker}=" if speaker else "--language "
        hint = (
            f"`{option}{codes[0]}` reads it so, and `studio voices list` shows voices for it."
            if codes
            else f"The engine {manifest.id} does not speak it."
        )
        yield Note(
            f"{whose} looks like {name}, and the voice {voice.id} reads {languages.name_of(voice.language)}. {hint}"
        )


def _spoken_as(found: str | None, manifest: Manifest) -> str:
    """Return the code by which an engine speaks a language in each of its voices; "" where it does not."""
    return next((code for code in manifest.languages if found and languages.same_language(found, code)), "")


def _languages(request: Request, manifest: Manifest) -> dict[str, str]:
    """Choose each speaker's language: the named one, else what the text looks like where all voices speak that."""
    chosen: dict[str, str] = {}
    for speaker, text in {**dict.fromkeys(request.cast, ""), **_texts(request.script)}.items():
        voice = manifest.voice(request.cast[speaker])
        plain = voice.language if voice else _spoken_as("en", manifest) or "en"
        found = None if speaker in request.languages else languages.guess(text)
        like = "" if found is None or languages.same_language(found, plain) else _spoken_as(found, manifest)
        chosen[speaker] = request.languages.get(speaker) or like or plain
    return chosen


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
    finder = Finder(request.pronunciations) if request.pronunciations else None
    spoken = _languages(request, manifest)
    before_speaker: str | None = None
    for piece in pieces:
        gap = request.gaps.sentence if piece.speaker == before_speaker else request.gaps.turn
        silence = piece.before_ms / 1000 if piece.before_ms is not None else gap if given else 0.0
        before_speaker = piece.speaker
        given.append(_described(piece, request, manifest, silence, identity, finder, spoken[piece.speaker or ""]))
    if manifest.dialogue:
        breaks = {number for number, piece in enumerate(pieces) if piece.before_ms is not None}
        given = stretches.joined(given, request.params, breaks=breaks, given=request.files)
    fits = _fits(request, identity)
    return Plan(
        inputs={"pieces": given, "after": pieces[-1].trailing_ms / 1000, "fits": fits},
        keys=(*(p["key"] for p in given), *fits.values()),
        parts=len(given),
        notes=(*_notes(dropped, manifest), *_misread(request, manifest)),
        units=float(sum(len(p.text) for p in pieces)),
    )


def _described(
    piece: dialogue.Piece,
    request: Request,
    manifest: Manifest,
    silence: float,
    identity: dict[str, Any],
    finder: Finder | None,
    language: str,
) -> dict[str, Any]:
    voice = request.cast[piece.speaker or ""]
    sound = {
        "text": read(piece, language=language, finder=finder, in_words=manifest.spoken_text),
        "voice": voice,
        "language": language,
        "seed": request.seeds.get(str(piece.index), seeds.of_piece(request.seed, piece.index)),
    }
    of_file = (
        {"voice": _recordings(request, voice), "words": request.transcripts.get(voice, "")}
        if is_reference(voice)
        else {}
    )
    key = recipe.key_of({**sound, **of_file, **identity, "params": request.params})
    return {**sound, "key": key, "line": piece.line, "before": silence}


def _fits(request: Request, identity: dict[str, Any]) -> dict[str, str]:
    """Name what an engine works out about each voice that is given by a file, so that it need not do so twice."""
    used = {voice for voice in request.cast.values() if is_reference(voice)}
    heard = {name: value for name, value in request.params.items() if name.startswith(_OF_LISTENING)}
    return {
        role: recipe.key_of(
            {"fit": _recordings(request, role), "words": request.transcripts.get(role, ""), **heard, **identity}
        )
        for role in sorted(used)
    }


def _recordings(request: Request, role: str) -> str | list[str]:
    """Return the name of a voice's recording, or of all where there are several."""
    names = [request.files[name] for name in recordings_of(role, request.files)]
    return names[0] if len(names) == 1 else names


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


def _for_the_one(given: Mapping[str, str], script: str, option: str) -> dict[str, str]:
    """Resolve what was given without a speaker: it is for the one speaker there is."""
    found = dict(given)
    if "" in found:
        present = speakers(script)
        if len(present) != 1:
            raise StudioError(
                f"The text has {len(present)} speakers, {option} names none.",
                f"Write {option} SPEAKER={found['']}, for example {option} {present[0] or 'S1'}={found['']}.",
            )
        found[present[0]] = found.pop("")
    return found


WORK = Work("audio", prepare, plan, SOUNDS, {REFERENCE: VOICE}, part="sentence")
