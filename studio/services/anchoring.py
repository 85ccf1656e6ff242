"""A take as the voice that carries its speaker from then on: kept with its words, cast, and the lines made again.

Any thread that may read the voice library. The kept voice is a new one each time, so that an undo in the project, which
casts the one before, brings back all there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain import recipe, script_lines
from studio.domain.dialogue import Line
from studio.domain.edits import whole
from studio.domain.project import Media, Project, Take, Voice, licence_of, media_called, take_called
from studio.domain.recipe import Recipe
from studio.domain.requests import Gaps
from studio.domain.voice import Binding, Consent, Profile
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.protocol.recordings import is_reference, recordings_of
from studio.services.generation import Wish
from studio.services.voices import Added, Hear, NewVoice, Voices
from studio.store import project_media

CLONE = "clone"
_NOT_NAMED = "the voice"


@dataclass(frozen=True)
class Anchor:
    """A take that is to carry a voice. Without a consent, somebody has to say whose voice it is."""

    speaker: str
    take: str
    file: Path
    words: str
    name: str
    sha256: str
    consent: Consent | None
    language: str = ""
    licence: str = ""
    notes: str = ""
    bindings: tuple[Binding, ...] = ()


def plan(
    project: Project, folder: Path, speaker: str, take_id: str, *, voices: Voices, registry: Registry, name: str = ""
) -> Anchor:
    """Return what a take would become; raise StudioError where it cannot."""
    take, media = _take(project, speaker, take_id)
    told = recipe.from_dict(media.recipe) if media.recipe else None
    manifest = _manifest(registry, told)
    profiles, _ = voices.all()
    cast = _voice_in(told)
    before = _spoken_in(told, cast, profiles)
    own = cast if manifest and not is_reference(cast) and manifest.voice(cast) else ""
    return Anchor(
        speaker=speaker,
        take=take.id,
        file=project_media.path_of(folder, media.file),
        words=" ".join(take.text.split()),
        name=voices.free_name(name or f"{speaker or _NOT_NAMED} anchor", otherwise=_NOT_NAMED),
        sha256=media.sha256,
        consent=_consent(manifest, own, before),
        language=before.language if before else "",
        licence=licence_of(media),
        bindings=_bindings(manifest, own, before, registry),
    )


def keep(anchor: Anchor, voices: Voices, *, consent: Consent | None = None, hear: Hear | None = None) -> Added:
    """Keep the voice of a take, or find it where the very same was kept before; raise StudioError without a consent."""
    agreed = anchor.consent or consent  # what was agreed on for the voice that speaks in it holds
    if agreed is None:
        raise StudioError("Nobody knows whose voice this take is in.", "Say whose voice it is and who allowed its use.")
    same = next((one for one in voices.all()[0] if _is_same(one, anchor)), None)
    if same:
        return Added(same, ())
    new = NewVoice(
        anchor.name, agreed, anchor.language, anchor.licence, anchor.notes, transcript=anchor.words,
        bindings=anchor.bindings,
    )  # fmt: skip
    return voices.add(new, [anchor.file], hear=hear)


def cast_with(project: Project, speaker: str, name: str) -> Project:
    """Return the project in which a kept voice speaks for somebody; everything else of the casting stays."""
    before = next((one for one in project.voices if one.speaker == speaker), Voice(speaker, ""))
    return whole.set_voice(project, speaker, name, engine=before.engine, language=before.language)


def wishes(
    project: Project, folder: Path, speaker: str, takes: Iterable[str], *, registry: Registry, cloning: str
) -> list[Wish]:
    """Return what makes takes again with the voice that is cast now, by the engine and settings they were made with.

    An engine that cannot speak in that voice gives way to `cloning`.
    """
    cast = next((one for one in project.voices if one.speaker == speaker), None)
    if cast is None:
        return []
    scripts = _scripts(project)
    found: list[Wish] = []
    for take_id in takes:
        take = take_called(project, take_id)
        media = media_called(project, take.media) if take else None
        told = recipe.from_dict(media.recipe) if media and media.recipe else None
        script = scripts.get(take.line, "") if take else ""
        if take is None or not script:
            continue
        engine, params = _engine(told, registry, cloning)
        found.append(
            Wish(
                script=script,
                engine=engine,
                voices={speaker: cast.voice},
                languages={speaker: cast.language} if cast.language else {},
                params=params,
                gaps=_gaps(told),
                project=str(folder),
                line=take.line,
            )
        )
    return found


def _take(project: Project, speaker: str, take_id: str) -> tuple[Take, Media]:
    take = take_called(project, take_id)
    media = media_called(project, take.media) if take else None
    if take is None or media is None or _speaker_of(project, take) != speaker:
        raise StudioError(
            f"There is no take of {speaker or _NOT_NAMED} that can carry the voice.",
            "Make a line of five seconds or more, and choose that.",
        )
    if not take.text.strip():
        raise StudioError("Nobody knows the words of this take.", "Choose a take of a line of the script.")
    return take, media


def _speaker_of(project: Project, take: Take) -> str:
    lines = zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False)
    return take.speaker or next((line.speaker or "" for line, line_id in lines if line_id == take.line), "")


def _voice_in(told: Recipe | None) -> str:
    """Return the engine's voice or the recording that a take was spoken with; raise StudioError where several were."""
    cast = list(told.cast.values()) if told else []
    if len(cast) > 1:
        raise StudioError("Several people speak in this take.", "Choose a take in which one speaks alone.")
    return cast[0] if cast else ""


def _spoken_in(told: Recipe | None, cast: str, profiles: Sequence[Profile]) -> Profile | None:
    """Return the kept voice that a take was spoken in: the one whose recording was given, not the one cast by now."""
    given = {told.files[role] for role in recordings_of(cast, told.files)} if told else set[str]()
    return next((one for one in profiles if given & set(one.files)), None)


def _manifest(registry: Registry, told: Recipe | None) -> Manifest | None:
    return next((one for one in registry.manifests() if told and one.id == told.engine), None)


def _consent(manifest: Manifest | None, own: str, before: Profile | None) -> Consent | None:
    """Return the words that hold: those of the voice that was imitated; an engine's own voice is nobody's."""
    if before:
        return before.consent
    return Consent(f"A voice that comes with the engine {manifest.title}.", "synthetic") if manifest and own else None


def _bindings(manifest: Manifest | None, own: str, before: Profile | None, registry: Registry) -> tuple[Binding, ...]:
    """Let engines that cannot speak from a recording go on with the voice they had."""
    kept = before.bindings if before else ()
    found = {one.engine: Binding(one.engine, voice=one.voice) for one in kept if one.voice}
    if manifest and own:
        found[manifest.id] = Binding(manifest.id, voice=own)
    able = {one.id for one in registry.able(CLONE)}
    return tuple(one for engine, one in found.items() if engine not in able)


def _is_same(profile: Profile, anchor: Anchor) -> bool:
    """Whether a voice was made from this very take, with these words, and nothing was added since."""
    samples = profile.samples
    return (
        len(samples) == 1
        and samples[0].original.partition(".")[0] == anchor.sha256
        and samples[0].original_transcript == anchor.words
    )


def _scripts(project: Project) -> dict[str, str]:
    """Return each line of the script as a script of its own, which says who speaks."""
    lines = zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False)
    return {line_id: _script_of(line) for line, line_id in lines}


def _script_of(line: Line) -> str:
    return line.raw if line.tagged or line.speaker is None else f"[{line.speaker}] {line.raw}"


def _engine(told: Recipe | None, registry: Registry, cloning: str) -> tuple[str, dict[str, Any]]:
    manifest = _manifest(registry, told)
    if told is None or manifest is None or CLONE not in manifest.tasks:
        return cloning, {}
    known = {param.name for param in manifest.params}
    return told.engine, {name: value for name, value in told.params.items() if name in known}


def _gaps(told: Recipe | None) -> Gaps | None:
    gaps = told.gaps if told else {}
    known = {name: gaps[name] for name in ("sentence", "turn") if name in gaps}
    return Gaps(**known) if known else None
