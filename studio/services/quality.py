"""Checking spoken lines: each is listened to, compared with its words, and measured. A failed check fails no job.

Belongs to the thread of the engine processes' supervisor.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, cast

from studio.domain import dialogue, quality
from studio.domain import jobs as states
from studio.domain.dialogue import NONVERBALS, Piece
from studio.domain.line_cuts import cuts
from studio.domain.quality import LineQuality
from studio.domain.requests import Request
from studio.domain.spoken.pronunciations import Finder
from studio.domain.words import Heard
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import Cancelled, StudioError
from studio.services.helper import HelperHost
from studio.services.jobs import Job, Jobs
from studio.services.library import Library, Media
from studio.services.recogniser import Following, Recogniser, understands
from studio.settings import Settings

TASKS = frozenset({"speech", "clone"})
_RATE = 16_000
_MOST_SECONDS = 10 * 3600.0
_SOUND = re.compile(r"\((?:" + "|".join(NONVERBALS) + r")\)", re.IGNORECASE)
_MOST_NOTES = 20  # about a job's lines
_SHORTEST = 0.05  # seconds of a line
_MOST_SHOWN = 80  # characters of what was heard, in a note


@dataclass(frozen=True)
class Line:
    """What one speaker says in a line of the script, as it lies in the sound.

    `text` is what was written, `expected` what should be heard; `spoken` are the seconds without explicit pauses. Where
    an engine speaks several in one go, their places are guesses until somebody has listened.
    """

    number: int  # of the source line
    speaker: str
    text: str
    expected: str
    language: str
    start: float
    end: float
    spoken: float
    ends_in_sound: bool = False
    stretches: tuple[int, int] = (-1, -1)  # the first and the last in which it is spoken, where an engine says so


class Quality:
    """Checks jobs that succeeded."""

    def __init__(
        self,
        registry: Registry,
        jobs: Jobs,
        library: Library,
        recogniser: Recogniser,
        sound: HelperHost,
        settings: Settings,
    ) -> None:
        self._registry = registry
        self._jobs = jobs
        self._library = library
        self._recogniser = recogniser
        self._sound = sound
        self._settings = settings

    def check(
        self,
        job: int,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda _fraction: None,
    ) -> dict[int, LineQuality]:
        """Check a job's lines, keep what was found with its sound, and note what may be wrong.

        Return the judgements by place of the line: nothing where the check is turned off, does not apply, or failed.
        """
        found = self._jobs.get(job)
        if not self._settings.speech.check_lines or found.task not in TASKS or found.state != states.SUCCEEDED:
            return {}
        manifest = self._registry.manifest(str(found.engine))
        made = self._library.of_job(job)
        lines = lines_of(found.request, manifest, made[0].facts.get("pieces")) if made and not manifest.hidden else ()
        if not lines:
            return {}
        try:
            lines, judged = self._judged(made[0], lines, Following(progress, cancelled))
        except Cancelled:
            self._jobs.note(job, "Listening to the lines was stopped; the sound is whole.", level="info")
            return {}
        except (StudioError, OSError) as e:
            said = e.message if isinstance(e, StudioError) else str(e)
            self._jobs.note(job, f"The lines could not be listened to: {said}", level="info")
            return {}
        self._library.add_facts(job, {"lines": [_described(line, judged.get(n)) for n, line in enumerate(lines)]})
        self._tell(found, lines, judged)
        return judged

    def listens_to(self, manifest: Manifest) -> bool:
        """Whether what an engine speaks is to be listened to, and can be."""
        return self._settings.speech.check_lines and not manifest.hidden and self._recogniser.ready

    def heard(self, sound: Path, spans: Sequence[tuple[float, float]], following: Following) -> tuple[Heard, ...]:
        """Return what is said in stretches of a sound; raise StudioError when that fails."""
        asked = {"file": str(sound), "rate": _RATE, "channels": 1, "most_seconds": _MOST_SECONDS}
        with self._sound.task("master", asked, cancelled=following.cancelled) as done:
            return self._recogniser.listen(done.file, spans, following)

    def _judged(
        self, made: Media, lines: Sequence[Line], following: Following
    ) -> tuple[tuple[Line, ...], dict[int, LineQuality]]:
        """Return the lines, where they are, and what was found by their numbers."""
        numbers = [number for number, line in enumerate(lines) if understands(line.language)]
        groups = _groups([lines[number] for number in numbers])
        if not groups:
            return tuple(lines), {}
        whole = self.heard(made.master, [(group[0].start, group[-1].end) for group in groups], following)
        placed = [pair for group, heard in zip(groups, whole, strict=True) for pair in _placed(group, heard)]
        known, heard = [line for line, _ in placed], [one for _, one in placed]
        spans = [[line.start, line.end, _spoken_until(line, h)] for line, h in zip(known, heard, strict=True)]
        inputs = {"file": str(made.master), "spans": spans}
        with self._sound.task("line_levels", inputs, cancelled=following.cancelled) as done:
            measured: list[dict[str, Any]] = list(done.facts["lines"])
        found = [_judged_line(line, h, m) for line, h, m in zip(known, heard, measured, strict=True)]
        now = dict(zip(numbers, known, strict=True))
        return tuple(now.get(n, line) for n, line in enumerate(lines)), dict(zip(numbers, found, strict=True))

    def _tell(self, job: Job, lines: Sequence[Line], judged: Mapping[int, LineQuality]) -> None:
        bad = [(lines[number], found) for number, found in judged.items() if found.badge != "good"]
        for line, found in bad[:_MOST_NOTES]:
            level = "warning" if found.badge in {"unclear", "clipped"} else "info"
            self._jobs.note(job.id, _sentence(found), level=level, line=line.number)
        if len(bad) > _MOST_NOTES:
            self._jobs.note(job.id, f"{len(bad) - _MOST_NOTES} more lines may need a second look.")


def lines_of(request: Request, manifest: Manifest, spans: object) -> tuple[Line, ...]:
    """Return a job's lines with their places in the sound; nothing when sentences and places do not fit together."""
    pieces, _ = dialogue.units(dialogue.parse(request.script), supported=frozenset(manifest.nonverbals))
    places = places_in(spans)
    if len(places) != len(pieces):
        return ()
    lines: list[Line] = []
    words = expected_words(request, manifest)
    stretches = _stretches_in(spans)
    for n, (piece, expected, number) in enumerate(zip(pieces, words, line_numbers(pieces), strict=True)):
        text, (start, end), stretch = _plain(piece), places[n], stretches[n]
        if number < len(lines):
            before = lines[number]
            lines[number] = replace(
                before,
                text=f"{before.text} {text}",
                expected=f"{before.expected} {expected}",
                end=end,
                spoken=before.spoken + end - start,
                ends_in_sound=_ends_in_sound(piece),
                stretches=(before.stretches[0], stretch),
            )
        else:
            language = _language(request, manifest, piece)
            speaker, ends = piece.speaker or "", _ends_in_sound(piece)
            both = (stretch, stretch)
            lines.append(Line(piece.line, speaker, text, expected, language, start, end, end - start, ends, both))
    return tuple(lines)


def expected_words(request: Request, manifest: Manifest) -> list[str]:
    """Return for each sentence of a job what should be heard."""
    pieces, _ = dialogue.units(dialogue.parse(request.script), supported=frozenset(manifest.nonverbals))
    finder = Finder(request.pronunciations) if request.pronunciations else None
    return [_expected(piece, finder) for piece in pieces]


def line_numbers(pieces: Sequence[Piece]) -> list[int]:
    """Return for each sentence the place of its line: a line ends with its source line, or when another speaks."""
    found: list[int] = []
    for number, piece in enumerate(pieces):
        same = number > 0 and (piece.line, piece.speaker) == (pieces[number - 1].line, pieces[number - 1].speaker)
        found.append((found[-1] + (not same)) if found else 0)
    return found


def places_in(spans: object) -> list[tuple[float, float]]:
    """Read the places that an engine names; nothing when they are none."""
    found: list[tuple[float, float]] = []
    try:
        for span in spans if isinstance(spans, list) else []:  # pyright: ignore[reportUnknownVariableType]
            found.append((float(span["start"]), float(span["end"])))  # pyright: ignore[reportUnknownArgumentType]
    except (KeyError, TypeError, ValueError, OverflowError):
        return []
    return found if all(map(math.isfinite, chain.from_iterable(found))) else []


def _stretches_in(spans: object) -> list[int]:
    """Read in which stretch each sentence is, -1 where an engine says nothing of that."""
    named = [cast("Mapping[str, object]", span).get("stretch") for span in cast("Sequence[object]", spans)]
    return [name if isinstance(name, int) else -1 for name in named]


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Put together what was spoken in one go."""
    found: list[list[Line]] = []
    for line in lines:
        if found and line.stretches[0] == found[-1][-1].stretches[1] != -1:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _placed(lines: Sequence[Line], heard: Heard) -> list[tuple[Line, Heard]]:
    """Return lines that were spoken in one go where their words were heard, each with its own."""
    if len(lines) == 1:
        return [(lines[0], heard)]
    words = heard.words
    inner = cuts([line.expected for line in lines], [word.text for word in words])
    own = [words[a:b] for a, b in pairwise([0, *inner, len(words)])]
    first, last = lines[0].start, lines[-1].end
    moments = [
        ((words[cut - 1].end if cut else first) + (words[cut].start if cut < len(words) else last)) / 2 for cut in inner
    ]
    places = list(pairwise([first, *moments, last]))
    if any(end - start < _SHORTEST for start, end in places):  # a line without words is nowhere
        places = [(line.start, line.end) for line in lines]
    return [
        (
            replace(line, start=start, end=end, spoken=max(0.0, line.spoken + (end - start) - (line.end - line.start))),
            Heard(" ".join(word.text for word in said), tuple(said)),
        )
        for line, said, (start, end) in zip(lines, own, places, strict=True)
    ]


def _plain(piece: Piece) -> str:
    return " ".join(_SOUND.sub(" ", piece.text).split())


def _ends_in_sound(piece: Piece) -> bool:
    """Whether a breath or another sound comes after the last word, which is no noise then."""
    return bool(piece.kept) and piece.kept[-1][1] == len(piece.text) and piece.text.endswith(")")


def _expected(piece: Piece, finder: Finder | None) -> str:
    """The words to hear: sounds are none, and how respelt words will be written down nobody knows."""
    parts: list[str] = []
    at = 0
    respelt = [place[:2] for place in finder.found(piece.text)] if finder else []
    respelt = [place for place in respelt if not any(place[0] < end and start < place[1] for start, end in piece.kept)]
    for start, end in sorted([*piece.kept, *respelt]):
        kept = piece.text[start:end]
        parts += [piece.text[at:start], " " if _SOUND.fullmatch(kept) else f" {quality.ANYTHING} "]
        at = end
    return "".join([*parts, piece.text[at:]])


def _language(request: Request, manifest: Manifest, piece: Piece) -> str:
    speaker = piece.speaker or ""
    voice = manifest.voice(request.cast.get(speaker, ""))
    return request.languages.get(speaker) or (voice.language if voice else "en")


def _spoken_until(line: Line, heard: Heard) -> float:
    return min(line.end, heard.words[-1].end) if heard.words else line.end


def _judged_line(line: Line, heard: Heard, measured: Mapping[str, Any]) -> LineQuality:
    first = heard.words[0].start if heard.words else line.start
    levels = quality.Levels(
        level_db=float(measured["level_db"]),
        clipped=int(measured["clipped"]),
        silence=float(measured["silence"]),
        trailing_seconds=0.0 if line.ends_in_sound else float(measured["trailing_seconds"]),
        trailing_db=float(measured["trailing_db"]),
    )
    seconds = max(0.0, line.spoken - (first - line.start) - (line.end - _spoken_until(line, heard)))
    british = line.language.lower() == "en-gb"
    return quality.judged(line.expected, heard.text, seconds=seconds, levels=levels, british=british)


def _described(line: Line, judged: LineQuality | None) -> dict[str, Any]:
    found = {
        "line": line.number,
        "speaker": line.speaker,
        "text": line.text,
        "start": round(line.start, 3),
        "end": round(line.end, 3),
    }
    return {**found, "qa": judged.to_dict()} if judged else found


def _sentence(found: LineQuality) -> str:
    if found.badge != "unclear":
        return found.sentence
    heard = f"{found.heard[:_MOST_SHOWN]}…" if len(found.heard) > _MOST_SHOWN else found.heard
    return f"This line may be unclear: heard “{heard}”." if heard else "Nothing was heard in this line."
