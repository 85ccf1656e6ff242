"""The effects of clips and tracks, in the order in which sound runs through them. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from studio.domain import effects as table
from studio.domain.edits import find, parts
from studio.domain.project import Effect, Project, Track
from studio.domain.rules import MOST_EFFECTS
from studio.errors import StudioError

_Chain = tuple[Effect, ...]


def add(project: Project, owner_id: str, kind: str, settings: Mapping[str, float] | None = None) -> tuple[Project, str]:
    """Add an effect behind those that a clip or a track has, and return it."""
    given = {name: float(value) for name, value in (settings or {}).items()}
    table.check(kind, given)
    project, new = parts.new_id(project, "e")
    return _changed(project, owner_id, lambda chain: (*chain, Effect(new, kind, given))), new


def change(project: Project, effect_id: str, settings: Mapping[str, float]) -> Project:
    """Change what is named of an effect's settings."""

    def changed(effect: Effect) -> Effect:
        given = {**effect.settings, **{name: float(value) for name, value in settings.items()}}
        table.check(effect.kind, given)
        return replace(effect, settings=given)

    return _put(project, effect_id, changed)


def switch(project: Project, effect_id: str, *, on: bool) -> Project:
    """Let sound run through an effect, or past it."""
    return _put(project, effect_id, lambda effect: replace(effect, on=on))


def reorder(project: Project, effect_id: str, place: int) -> Project:
    """Move an effect to another place in its chain, counted from 0; beyond the last is the last."""
    owner, effect = find.owner_of_effect(project, effect_id)

    def reordered(chain: _Chain) -> _Chain:
        others = [other for other in chain if other is not effect]
        at = min(max(place, 0), len(others))
        return (*others[:at], effect, *others[at:])

    return _changed(project, owner.id, reordered)


def remove(project: Project, effect_id: str) -> Project:
    """Remove an effect."""
    owner, effect = find.owner_of_effect(project, effect_id)
    return _changed(project, owner.id, lambda chain: tuple(other for other in chain if other is not effect))


def _put(project: Project, effect_id: str, change_one: Callable[[Effect], Effect]) -> Project:
    owner, effect = find.owner_of_effect(project, effect_id)
    new = change_one(effect)
    return _changed(project, owner.id, lambda chain: tuple(new if other is effect else other for other in chain))


def _changed(project: Project, owner_id: str, change_all: Callable[[_Chain], _Chain]) -> Project:
    owner, put = parts.owner(project, owner_id)
    if len(change_all(owner.effects)) > MOST_EFFECTS:
        raise StudioError(f"There is no room for more than {MOST_EFFECTS} effects here.", "Remove some first.")
    if isinstance(owner, Track):
        return put(replace(owner, effects=change_all(owner.effects)))
    return put(replace(owner, effects=change_all(owner.effects)))
