"""Who and what is in an export: the recipe in the file, and the page of credits beside it. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from studio.domain.export import licences
from studio.domain.export.heard import Heard, name_of
from studio.domain.project import Picture, Project, licence_of
from studio.domain.recipe import canonical, key_of

SCHEMA = 1
_LONG_TEXT = 300  # characters that a text in a shortened recipe keeps
_KEPT = ("task", "engine", "engine_version", "model", "revision", "seed", "licence")
_NAMED = 6  # clips that a sentence counts up


@dataclass(frozen=True)
class Verdict:
    """Whether an export may be used commercially, and the sentence about it."""

    answer: str
    sentence: str


def roll_up(
    project: Project, clips: Sequence[Heard], *, start: int, end: int, settings: Mapping[str, Any], most_bytes: int
) -> dict[str, Any]:
    """Return the one recipe of an export: nothing in it differs between two equal runs.

    Times are samples at `rate`, counted from the start of the export. One that is too long is shortened step by step,
    and `shortened` says how: long texts in the clips' recipes are cut; of the recipes only the engine, the model, the
    seed and a hash stay; clips at the end are left out.
    """
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "task": "export",
        "project": project.name,
        "rate": project.rate,
        "start": start,
        "length": end - start,
        "settings": dict(settings),
        "commercial": verdict(clips, project.cover).answer,
        "clips": [_clip(item, start) for item in clips],
    }
    if project.cover:
        whole["cover"] = {"recipe": project.cover.recipe, "licence": licence_of(project.cover)}
    return _shortened(whole, most_bytes)


def verdict(clips: Sequence[Heard], cover: Picture | None) -> Verdict:
    """Judge what is heard, and the picture that goes with it."""
    judged = [(f"clip {c.number} ({name_of(c)})", f"clip {c.number}", _terms(c)) for c in clips]
    if cover:
        judged.append(("the cover picture", "the cover picture", licences.terms(licence_of(cover))))
    answer = licences.worst([terms.commercial for _, _, terms in judged])
    guilty = [(long, short, terms.why) for long, short, terms in judged if terms.commercial == answer]
    if answer == licences.YES:
        return Verdict(answer, "May be used commercially: yes.")
    long, _, why = guilty[0]
    others = list(dict.fromkeys(short for _, short, _ in guilty[1:]))
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    rest = f"; likewise {', '.join(others[:_NAMED])}{more}" if others else ""
    return Verdict(answer, f"May be used commercially: {answer}, because {long} {why}{rest}.")


def page(project: Project, clips: Sequence[Heard], *, title: str) -> str:
    """Return the credits as a page of text: a paragraph for each clip, the verdict, and what must be named."""
    lines = [title, "=" * max(3, len(title)), "", verdict(clips, project.cover).sentence, ""]
    for item in clips:
        lines += _entry(item)
    if project.cover:
        made = _made_by(project.cover.recipe)
        lines += ["The cover picture", f"   made by: {made}"] if made else ["The cover picture"]
        lines += [f"   licence: {licence_of(project.cover) or 'not stated'}", ""]
    owed = attributions(clips, project.cover)
    if owed:
        lines += ["Name these wherever the sound is published:", *(f" - {line}" for line in owed), ""]
    lines.append("The verdict rests on the names of the licences above; it is no legal advice.")
    return "\n".join(lines) + "\n"


def attributions(clips: Sequence[Heard], cover: Picture | None) -> list[str]:
    """Return a line for each thing whose licence asks for its author's name."""
    things = [(f"“{_media_name(c)}”", _licence(c)) for c in clips]
    things += [("The cover picture", licence_of(cover))] if cover else []
    found: list[str] = []
    for name, licence in dict.fromkeys(things):
        terms = licences.terms(licence)
        if terms.name_author:
            found.append(f"{name}, by [name its author here], is licensed under {licence}: {terms.address}")
    return found


def _clip(item: Heard, start: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "number": item.number,
        "clip": item.clip.id,
        "track": item.track.name,
        "start": item.clip.start - start,
        "length": item.clip.length,
        "media": _media_name(item),
        "recipe": item.media.recipe if item.media else None,
        "licence": _licence(item),
    }
    if item.take and item.take.speaker:
        found["speaker"] = item.take.speaker
    return found


def _entry(item: Heard) -> list[str]:
    lines = [f"{item.number}. {name_of(item)}"]
    if item.media and item.media.name and item.media.name != name_of(item):
        lines.append(f"   from: {item.media.name}")
    if item.take and item.take.speaker:
        lines.append(f"   speaker: {item.take.speaker}")
    made = _made_by(item.media.recipe if item.media else None)
    if made:
        lines.append(f"   made by: {made}")
    return [*lines, f"   licence: {_licence(item) or 'not stated'}", ""]


def _made_by(recipe: Mapping[str, Any] | None) -> str:
    if not recipe:
        return ""
    named = [str(recipe[name]) for name in ("engine", "model") if recipe.get(name)]
    voices: object = recipe.get("cast")
    spoken = ", ".join(map(str, cast("dict[str, Any]", voices).values())) if isinstance(voices, dict) else ""
    return ", ".join([*dict.fromkeys(named), *([f"voice {spoken}"] if spoken else [])])


def _media_name(item: Heard) -> str:
    return item.media.name if item.media else ""


def _licence(item: Heard) -> str:
    return licence_of(item.media) if item.media else ""


def _terms(item: Heard) -> licences.Terms:
    return licences.terms(_licence(item))


def _size(data: object) -> int:
    return len(canonical(data).encode())


def _shortened(whole: dict[str, Any], most: int) -> dict[str, Any]:
    if _size(whole) <= most:
        return whole
    clips: list[dict[str, Any]] = whole["clips"]
    texts = whole | {
        "shortened": "long texts are cut",
        "clips": [c | {"recipe": _cut_texts(c["recipe"])} for c in clips],
    }
    if _size(texts) <= most:
        return texts
    briefly = [c | {"recipe": _brief(c["recipe"])} for c in clips]
    found = whole | {"shortened": "of the clips' recipes only the main fields and a hash are kept", "clips": briefly}
    if _size(found) <= most:
        return found
    return _with_fewer_clips(found, most)


def _with_fewer_clips(whole: dict[str, Any], most: int) -> dict[str, Any]:
    clips: list[dict[str, Any]] = whole["clips"]
    without: dict[str, Any] = whole | {"clips": (), "shortened": "x" * 120, "clips_in_all": len(clips)}
    left = most - _size(without)
    kept: list[dict[str, Any]] = []
    for clip in clips:
        left -= _size(clip) + 1
        if left < 0:
            break
        kept.append(clip)
    said = f"{whole['shortened']}; the first {len(kept)} of {len(clips)} clips are listed"
    return whole | {"shortened": said, "clips_in_all": len(clips), "clips": kept}


def _cut_texts(data: Any) -> Any:
    if isinstance(data, str):
        return data if len(data) <= _LONG_TEXT else f"{data[: _LONG_TEXT - 1]}…"
    if isinstance(data, dict):
        return {key: _cut_texts(value) for key, value in cast("dict[str, Any]", data).items()}
    if isinstance(data, list):
        return [_cut_texts(value) for value in cast("list[Any]", data)]
    return data


def _brief(recipe: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if recipe is None:
        return None
    kept = {
        name: _cut_texts(recipe[name])
        for name in _KEPT
        if name in recipe and not isinstance(recipe[name], (dict, list))
    }
    return kept | {"sha256": key_of(recipe)}
