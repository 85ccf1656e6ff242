"""What the timeline's edits need to know of sound, measured in the sound process and remembered. Any thread.

The edits themselves are pure and take these numbers: studio.domain.edits.levelling and tightening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from studio.domain import samples
from studio.domain.edits import find
from studio.domain.project import Clip, Media, Project
from studio.errors import Cancelled, EngineFailure
from studio.services.sound import SoundHost
from studio.store import project_media

Listener = Callable[[float], None]
Spans = tuple[tuple[float, float], ...]

SHORTEST = 0.3  # seconds; what is silent for less belongs to how somebody speaks
_MOST_KEPT = 50_000


def _ignore(_share: float) -> None:
    """Nobody waits."""


def _never() -> bool:
    return False


class Arranging:
    """Measures media of projects. What was measured holds for the very same sound, wherever it lies."""

    def __init__(self, sound: SoundHost) -> None:
        self._sound = sound
        self._loudness: dict[tuple[str, int, int], float] = {}
        self._silences: dict[tuple[str, float], Spans] = {}

    def loudness_of(
        self,
        project: Project,
        folder: Path,
        clip_ids: Iterable[str],
        *,
        on_progress: Listener = _ignore,
        cancelled: Callable[[], bool] = _never,
    ) -> dict[str, float]:
        """Return how loud in LUFS each clip is without its own gain, in a mix of two channels; -70 where it is silent.

        Raise StudioError for a file that cannot be read, Cancelled when asked to stop.
        """
        wanted: dict[str, dict[tuple[int, int], list[str]]] = {}
        media: dict[str, Media] = {}
        for clip in find.clips(project, clip_ids):
            playing = find.played_by(project, clip)
            media[playing.id] = playing
            wanted.setdefault(playing.id, {}).setdefault(_frames(clip, playing, project.rate), []).append(clip.id)
        found: dict[str, float] = {}
        for number, (media_id, spans) in enumerate(wanted.items()):
            on_progress(number / len(wanted))
            if cancelled():
                raise Cancelled("Stopped.", "Nothing was changed.")
            for span, value in self._measured(folder, media[media_id], list(spans), cancelled).items():
                found |= dict.fromkeys(spans[span], value)
        on_progress(1.0)
        return found

    def silences_of(
        self,
        project: Project,
        folder: Path,
        clip_ids: Iterable[str],
        *,
        shortest: float = SHORTEST,
        on_progress: Listener = _ignore,
        cancelled: Callable[[], bool] = _never,
    ) -> dict[str, Spans]:
        """Return where nothing is said in the media that clips play, in seconds, for at least `shortest` seconds."""
        media = {one.id: one for clip in find.clips(project, clip_ids) for one in [find.played_by(project, clip)]}
        found: dict[str, Spans] = {}
        for number, one in enumerate(media.values()):
            on_progress(number / len(media))
            if cancelled():
                raise Cancelled("Stopped.", "Nothing was changed.")
            key = one.sha256, shortest
            if key not in self._silences:
                inputs = {"file": str(project_media.path_of(folder, one.file)), "shortest": shortest}
                with self._sound.task("silences", inputs, cancelled=cancelled) as done:
                    self._silences[key] = _spans(done.facts.get("silences"))
            found[one.id] = self._silences[key]
        on_progress(1.0)
        return found

    def _measured(
        self, folder: Path, media: Media, spans: list[tuple[int, int]], cancelled: Callable[[], bool]
    ) -> dict[tuple[int, int], float]:
        known = {span: self._loudness.get((media.sha256, *span)) for span in spans}
        new = [span for span, value in known.items() if value is None]
        if not new:
            return {span: value for span, value in known.items() if value is not None}
        inputs = {"file": str(project_media.path_of(folder, media.file)), "spans": [list(span) for span in new]}
        with self._sound.task("clip_loudness", inputs, cancelled=cancelled) as done:
            measured = dict(zip(new, _numbers(done.facts.get("loudness"), len(new)), strict=True))
        if len(self._loudness) + len(new) > _MOST_KEPT:
            self._loudness.clear()
        self._loudness |= {(media.sha256, *span): value for span, value in measured.items()}
        return {span: value for span, value in known.items() if value is not None} | measured


def _frames(clip: Clip, media: Media, rate: int) -> tuple[int, int]:
    """Return which frames of its media a clip plays."""
    end = samples.unstretched(samples.stretched(clip.offset, clip.stretch) + clip.length, clip.stretch)
    first = samples.converted(clip.offset, rate, media.rate)
    return min(first, media.frames), min(max(first, samples.converted(end, rate, media.rate)), media.frames)


def _numbers(data: object, count: int) -> list[float]:
    """Read what the sound process says; the file may have taken it over, so nothing is believed unseen."""
    values = cast("list[object]", data) if isinstance(data, list) else []
    found = [float(value) for value in values if isinstance(value, int | float) and -200 < value < 200]
    if len(found) != count:
        raise EngineFailure("The sound process did not say how loud the sound is.", "Try again.", repr(values)[:500])
    return found


def _spans(data: object) -> Spans:
    found: list[tuple[float, float]] = []
    for span in cast("list[object]", data) if isinstance(data, list) else []:
        match span:
            case [int() | float() as start, int() | float() as end] if 0 <= start < end < samples.LONGEST_SECONDS:
                found.append((float(start), float(end)))
            case _:
                raise EngineFailure("The sound process did not say where silence is.", "Try again.", repr(span)[:500])
    return tuple(found)
