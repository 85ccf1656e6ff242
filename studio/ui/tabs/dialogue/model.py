"""What the room knows of the script: its lines with their takes, who speaks them, what is to be made. No widgets.

Pure but for the words, which are those of the window's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, cast

from studio.domain import dialogue, quality, script_lines
from studio.domain import jobs as states
from studio.domain.dialogue import Line, Respell, Tag, Text
from studio.domain.edits import lines as line_edits
from studio.domain.edits import place
from studio.domain.project import Project, Take, media_called, media_length
from studio.domain.quality import LineQuality
from studio.domain.voice import Profile
from studio.engines.manifest import Manifest
from studio.protocol.recordings import is_reference
from studio.services.jobs import Job
from studio.services.tasks.speech import languages_of
from studio.ui.language import figures, t

WITHOUT = ("closing-tag", "call-length", "speaker-alternates", "nothing-to-say")
"""Rules of the linter about a dialogue that is spoken in one go; here each line is spoken by itself."""


class State(Enum):
    """What there is of a line."""

    SILENT = auto()  # nothing in it can be heard
    NONE = auto()
    WAITING = auto()
    RUNNING = auto()
    FAILED = auto()
    CHANGED = auto()
    MADE = auto()


@dataclass(frozen=True)
class Row:
    """A line of the script with its takes, the chosen one last."""

    line: Line
    id: str
    script: str  # what an engine is given for it
    takes: tuple[Take, ...] = ()

    @property
    def take(self) -> Take | None:
        """The chosen take."""
        return self.takes[-1] if self.takes else None

    @property
    def speaker(self) -> str:
        """Who speaks it; empty is nobody named."""
        return self.line.speaker or ""


@dataclass(frozen=True)
class Cast:
    """With what lines are made: an engine, voices and languages by speaker, and the values of its form."""

    engine: str = ""
    voices: Mapping[str, str] = field(default_factory=dict[str, str])
    languages: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    sounds: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()  # which of the voices are kept ones


def rows_of(project: Project) -> list[Row]:
    """Return the lines of a project's script with their takes."""
    takes = line_edits.takes_by_line(project)
    found = zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False)
    return [Row(line, line_id, script_of(line), tuple(takes.get(line_id, ()))) for line, line_id in found]


def script_of(line: Line) -> str:
    """Return a line as a script of its own, which says who speaks."""
    return line.raw if line.tagged or line.speaker is None else f"[{line.speaker}] {line.raw}"


def can_be_heard(line: Line, sounds: frozenset[str]) -> bool:
    """Whether an engine that makes these sounds has anything to say in a line."""
    for item in line.items:
        if isinstance(item, (Text, Respell)) and dialogue.speakable(item.text):
            return True
        if isinstance(item, Tag) and item.name in sounds:
            return True
    return False


def speakers_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return who speaks, in order of appearance."""
    return tuple(dict.fromkeys(row.speaker for row in rows))


def cast_of(
    project: Project,
    manifest: Manifest | None,
    rows: Sequence[Row],
    profiles: Sequence[Profile],
    params: Mapping[str, Any],
) -> Cast:
    """Give each speaker the voice that was chosen, or one of the engine's, as different as may be."""
    if manifest is None:
        return Cast()
    kept = {profile.name: profile for profile in profiles if can_speak(profile, manifest)}
    wanted = {voice.speaker: voice for voice in project.voices}
    spoken = languages_of(manifest)
    voices: dict[str, str] = {}
    languages: dict[str, str] = {}
    speakers = speakers_of(rows)
    for speaker in speakers:
        one = wanted.get(speaker)
        if one and (manifest.voice(one.voice) or one.voice in kept):
            voices[speaker] = one.voice
        if one and one.language in spoken:
            languages[speaker] = one.language
    own = list(manifest.default_voices) or [voice.id for voice in manifest.voices]
    free = [voice for voice in own if voice not in voices.values()] or own
    for number, speaker in enumerate(s for s in speakers if s not in voices):
        if free:
            voices[speaker] = free[number % len(free)]
    sounds, used = frozenset(manifest.nonverbals), frozenset(voices.values()) & frozenset(kept)
    return Cast(manifest.id, voices, languages, dict(params), sounds, used)


def can_speak(profile: Profile, manifest: Manifest) -> bool:
    """Whether an engine has a way to speak with a kept voice."""
    return "clone" in manifest.tasks or any(b.engine == manifest.id and b.voice for b in profile.bindings)


def difference(project: Project, row: Row, cast: Cast) -> str:
    """Say in what a line's take is not what would be made now: words, engine, voice, settings; "" in nothing."""
    take = row.take
    media = media_called(project, take.media) if take else None
    if take is None or media is None:
        return ""
    recipe = media.recipe or {}
    words = recipe.get("script")
    if not isinstance(words, str):
        said = place.spoken_words({"task": "speech", "script": row.script})
        return "" if not said or " ".join(take.text.split()) == " ".join(said[1].split()) else "words"
    if words != row.script:
        return "words"
    if not cast.engine:
        return ""
    if recipe.get("engine") != cast.engine:
        return "engine"
    if not _same_voice(recipe, row.speaker, cast):
        return "voice"
    then = recipe.get("params")
    if isinstance(then, dict) and any(then.get(name, value) != value for name, value in cast.params.items()):
        return "settings"
    return ""


def _same_voice(recipe: Mapping[str, Any], speaker: str, cast: Cast) -> bool:
    then = recipe.get("cast")
    voice = str(then.get(speaker, "")) if isinstance(then, dict) else ""
    wanted = cast.voices.get(speaker, "")
    languages = recipe.get("languages")
    language = languages.get(speaker, "") if isinstance(languages, dict) else ""
    if language != cast.languages.get(speaker, ""):
        return False
    return voice == wanted or (wanted in cast.kept and (is_reference(voice) or bool(voice)))


def state_of(project: Project, row: Row, job: Job | None, cast: Cast) -> State:
    """Return what there is of a line."""
    if job and job.state in states.ACTIVE:
        return State.RUNNING
    if job and job.state == states.QUEUED:
        return State.WAITING
    if not row.takes:
        if not can_be_heard(row.line, cast.sounds):
            return State.SILENT
        return State.FAILED if job and job.state in states.CAME_TO_NOTHING else State.NONE
    return State.CHANGED if difference(project, row, cast) == "words" else State.MADE


def missing(project: Project, rows: Iterable[Row], cast: Cast, busy: frozenset[str] = frozenset()) -> list[Row]:
    """Return the lines without a take of their words; those of which a job is on its way are not missing."""
    return [
        row
        for row in rows
        if row.id not in busy
        and can_be_heard(row.line, cast.sounds)
        and (not row.takes or difference(project, row, cast) == "words")
    ]


def to_make(project: Project, rows: Sequence[Row], cast: Cast, busy: frozenset[str] = frozenset()) -> list[Row]:
    """Return what "all" makes: the lines that are missing or would come out otherwise; where there are none, all."""
    heard = [row for row in rows if can_be_heard(row.line, cast.sounds)]
    other = [row for row in heard if not row.takes or difference(project, row, cast)]
    return [row for row in other or heard if row.id not in busy]


def seconds_of(project: Project, take: Take) -> float:
    """Return how long a take is."""
    media = media_called(project, take.media)
    return media_length(media, project.rate) / project.rate if media else 0.0


def length(seconds: float) -> str:
    """Return a duration as people read it."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{int(rest):02}" if seconds >= 60 else t("{seconds} s", seconds=figures(seconds))


def number_of(row: Row, take: Take) -> int:
    """Return a take's number: the order in which takes were made, whichever is chosen."""
    return sorted(row.takes, key=lambda one: int(one.id[1:])).index(take) + 1


def badge_of(take: Take) -> str:
    """Return the word for how a take came out; "" where nobody judged it."""
    found = judgement(take)
    return found.badge if found else ""


def judgement(take: Take) -> LineQuality | None:
    """Return how a take came out, None where nobody listened to it; a project may come from anywhere."""
    told = (take.quality or {}).get("qa")
    try:
        return quality.from_dict(cast("dict[str, object]", told)) if isinstance(told, dict) else None
    except (KeyError, ValueError):
        return None


def badge_words(badge: str) -> tuple[str, str, str, str]:
    """Return a badge's sign, tone, word and sentence."""
    return {
        "good": ("diamond", "good", t("good"), t("Sounds as written.")),
        "clipped": ("triangle-alert", "bad", t("clipped"), t("The sound is too loud in places and distorted there.")),
        "unclear": ("triangle-alert", "warn", t("unclear"), t("Other words were heard than those written.")),
        "noisy": ("triangle-alert", "warn", t("noisy"), t("There is noise after the last word.")),
        "fast": ("triangle", "warn", t("fast"), t("Spoken very fast.")),
        "slow": ("triangle", "warn", t("slow"), t("Spoken very slowly.")),
    }.get(badge, ("circle-check", "", t("made"), t("Nobody has listened to this take yet.")))


def state_words(state: State) -> tuple[str, str, str]:
    """Return a state's sign, tone and word."""
    return {
        State.SILENT: ("minus", "muted", t("silent")),
        State.NONE: ("circle", "muted", t("not made")),
        State.WAITING: ("clock", "muted", t("waiting")),
        State.RUNNING: ("loader", "accent", t("running")),
        State.FAILED: ("circle-x", "bad", t("failed")),
        State.CHANGED: ("pencil", "warn", t("changed")),
        State.MADE: ("circle-check", "good", t("made")),
    }[state]


def difference_words(found: str) -> str:
    """Say in a sentence why a take is not what would be made now."""
    return {
        "words": t("The words were changed since this take was made."),
        "engine": t("This take was made with another engine."),
        "voice": t("This take was made with another voice."),
        "settings": t("This take was made with other settings."),
    }.get(found, "")


def units(text: str, index: int) -> int:
    """Return the place that Qt counts for a place in a text: signs beyond the first plane are two."""
    return index if text.isascii() else len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


def edit_between(old: str, new: str) -> tuple[int, int, str]:
    """Return the smallest stretch of a text that has to be replaced, from and to as Qt counts, and by what."""
    most = min(len(old), len(new))
    start = _alike(most, lambda count: old.startswith(new[:count]))
    end = _alike(most - start, lambda count: old.endswith(new[len(new) - count :]))
    last = len(old) - end
    return units(old, start), units(old, last), new[start : len(new) - end]


def _alike(most: int, are: Callable[[int], bool]) -> int:
    """Return how many signs are alike, at most so many; halving is far quicker than sign by sign."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if are(middle):
            low = middle
        else:
            most = middle - 1
    return low


def joined(script: str, more: str) -> str:
    """Return a script with another one after it."""
    return f"{script.rstrip()}\n\n{more.strip()}\n" if script.strip() else more.strip() + "\n"


def split_turns(text: str, number: int) -> str:
    """Return a script in which each turn of one source line (from 1) has a line of its own."""
    sources = text.split("\n")
    source = sources[number - 1]
    starts = [
        token.start for token in dialogue.tokens(source) if token.kind is dialogue.Kind.SPEAKER and token.start > 0
    ]
    parts: list[str] = []
    for start, end in zip([0, *starts], [*starts, len(source)], strict=True):
        if part := source[start:end].strip():
            parts.append(part)
    return "\n".join([*sources[: number - 1], *parts, *sources[number:]])
