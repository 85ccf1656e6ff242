"""What the panels say of clips, in words. Pure; the GUI thread for the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.domain.edits import live
from studio.domain.project import Clip, Media, Project, Take, media_of, take_called
from studio.ui.language import figures, t
from studio.ui.timeline.painting import badge_of
from studio.ui.timeline.telling import badge_sentence
from studio.ui.timeline.times import clock
from studio.ui.widgets import recipe_words

_ROOMS = {"speech": "Dialogue", "clone": "Voices", "music": "Music", "lyrics": "Music", "image": "Images"}
_LONGEST = 400  # characters of a value
_SIGNS = {"good": ("diamond", "good"), "clipped": ("triangle-alert", "bad")}


def room_of(recipe: Mapping[str, Any] | None) -> str:
    """Return the title of the room whose form shows a recipe; empty for none."""
    return _ROOMS.get(str((recipe or {}).get("task", "")), "")


def judged(take: Take | None) -> tuple[str, str, str]:
    """Return sign, tone and sentence for how a take came out; an empty sentence where there is no take."""
    if take is None:
        return "", "", ""
    badge = badge_of(take)
    if not badge:
        return "circle-check", "", t("Nobody has listened to this take yet.")
    return *_SIGNS.get(badge, ("triangle-alert", "warn")), badge_sentence(badge)


def lasting(samples: int, rate: int) -> str:
    """Return a length as people read it."""
    seconds = samples / rate
    return t("{seconds} s", seconds=figures(seconds)) if seconds < 60 else clock(samples, rate)


def takes_of(project: Project, clip: Clip) -> list[tuple[int, Take]]:
    """Return the takes that a clip plays or might play, numbered in the order they were made, the newest first."""
    now = take_called(project, clip.take) if clip.take else None
    if now is None:
        return []
    found = sorted([now, *live.other_takes(project, clip.id)], key=lambda take: _number(take.id))
    return list(reversed(list(enumerate(found, 1))))


def versions_of(project: Project, clip: Clip) -> list[tuple[int, Media]]:
    """Return the media that a clip plays or might play, numbered in the order they came, the newest first."""
    now = media_of(project, clip)
    if now is None or clip.take:
        return []
    found = sorted([now, *live.alternatives(project, clip.id)], key=lambda media: _number(media.id))
    return list(reversed(list(enumerate(found, 1))))


def recipe_rows(
    recipe: Mapping[str, Any] | None, engines: Mapping[str, str], titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return how a sound was made, in words; `titles` are those of its engine's parameters."""
    if not recipe:
        return []
    engine, cast = str(recipe.get("engine", "")), recipe_words.table(recipe, "cast")
    rows = [
        (t("Engine"), t(engines.get(engine, engine))),
        (t("Voice") if len(cast) == 1 else t("Voices"), recipe_words.cast(cast)),
    ]
    for name, value in recipe_words.table(recipe, "params").items():
        if value not in ("", None):
            rows.append((t(titles.get(name, name)), recipe_words.value(value)))
    rows += [
        (t("Seed"), str(recipe.get("seed", ""))),
        (t("Model"), " ".join(str(recipe.get(name, "")) for name in ("model", "revision")).strip()),
        (t("Ran on"), str(recipe.get("device", "")).partition("/")[2].upper()),
        (t("Licence"), str(recipe.get("licence", ""))),
    ]
    return [(label, value[:_LONGEST]) for label, value in rows if value]


def all_locked(project: Project, clips: Sequence[Clip]) -> bool:
    """Whether none of the clips can be changed."""
    return not unlocked(project, clips)


def unlocked(project: Project, clips: Sequence[Clip]) -> list[Clip]:
    """Return those of the clips that can be changed."""
    fast = {clip.id for track in project.tracks if track.locked for clip in track.clips}
    return [clip for clip in clips if not clip.locked and clip.id not in fast]


def mixed(values: Sequence[object]) -> bool:
    """Whether not all are alike."""
    return any(value != values[0] for value in values[1:])


def _number(name: str) -> int:
    digits = name[1:]
    return int(digits) if digits.isascii() and digits.isdigit() else 0
