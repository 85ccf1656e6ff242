"""What can be done with a song that is there: a part of it anew, on from its end, the whole again. Pure; any thread.

An engine that can says so in its description: it takes a file `source`, and its parameter `mode` names the ways. A part
is named by `from_second` and `to_second`, the length of the whole by `duration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import again as recipes_again
from studio.services import styling
from studio.services.tasks.music import EXTEND, LENGTH, MODE, REFERENCE, SOURCE
from studio.services.tasks.work import Wish

REPAINT, COVER = "repaint", "cover"
WAYS = (REPAINT, EXTEND, COVER)
FROM, TO = "from_second", "to_second"
SHORTEST = 0.2  # seconds of a part that is worth making anew
_SUNG_IN = "language"  # the parameter of an engine that sings
_EXAMPLE = "slow folk, acoustic guitar"
_NEEDED = {REPAINT: (FROM, TO), EXTEND: (LENGTH,), COVER: ()}
# Which parameters say something only in one way; what is not named always does.
_ONLY = {FROM: {REPAINT}, TO: {REPAINT}, "cover_strength": {COVER}}


@dataclass(frozen=True)
class Song:
    """A song that is worked on."""

    file: Path
    seconds: float
    terms: str = ""  # under which it may be used; empty: its own recipe says it, or nobody


def able(engine: Manifest, way: str) -> bool:
    """Whether an engine can do this with a song."""
    names = {param.name for param in engine.params}
    return SOURCE in engine.files and way in ways_of(engine) and names.issuperset(_NEEDED[way])


def ways_of(engine: Manifest) -> tuple[str, ...]:
    """Return what an engine can do with songs that are there."""
    mode = next((param for param in engine.params if param.name == MODE), None)
    return tuple(way for way in WAYS if mode and way in mode.choices and way != mode.default)


def first_way(engine: Manifest) -> str:
    """Return the way that begins with nothing, "" where an engine knows no other."""
    mode = next((param for param in engine.params if param.name == MODE), None)
    return str(mode.default) if mode else ""


def says_nothing(engine: Manifest, way: str) -> frozenset[str]:
    """Return the parameters of an engine that are without a meaning in one of its ways."""
    if not ways_of(engine):
        return frozenset()
    lasting = {LENGTH} if way in {REPAINT, COVER} else set[str]()  # as long as the song itself
    own = {name for name, those in _ONLY.items() if way not in those}
    return frozenset((own | lasting) & {param.name for param in engine.params})


def longer_by(engine: Manifest, seconds: float) -> float:
    """Return by how much an engine can let a song of so many seconds go on; 0 where it cannot."""
    most = next((param.max for param in engine.params if param.name == LENGTH), None)
    return max(0.0, float(most) - seconds) if most is not None and able(engine, EXTEND) else 0.0


def anew(wish: Wish, song: Song, begin: float, end: float) -> Wish:
    """Return a wish that makes a part of a song anew."""
    begin, end = max(0.0, begin), min(end, song.seconds)
    if end - begin < SHORTEST:
        raise StudioError("There is no part to be made anew.", f"Choose at least {SHORTEST:g} seconds of the song.")
    params = {MODE: REPAINT, FROM: round(begin, 4), TO: round(end, 4)}
    return _over(wish, song, params, without={LENGTH})


def on(wish: Wish, song: Song, more: float, engine: Manifest) -> Wish:
    """Return a wish that lets a song go on for some seconds."""
    most = longer_by(engine, song.seconds)
    if not 0 < more <= most:
        raise StudioError(
            f"{engine.title} cannot let this song go on for {more:g} s.",
            f"It can for at most {most:.0f} s." if most >= 1 else "Put another one behind it.",
        )
    return _over(wish, song, {MODE: EXTEND, LENGTH: round(song.seconds + more, 4)}, without={FROM, TO})


def again(wish: Wish, song: Song) -> Wish:
    """Return a wish that makes a song again in another way."""
    return _over(wish, song, {MODE: COVER}, without={FROM, TO, LENGTH})


def from_nothing(wish: Wish, engine: Manifest, seconds: float) -> Wish:
    """Return a wish for a song of such a length that works on no other."""
    params: dict[str, Any] = dict(wish.params)
    if ways_of(engine):
        params = {name: value for name, value in params.items() if name not in {FROM, TO}} | {MODE: first_way(engine)}
    length = next((param for param in engine.params if param.name == LENGTH), None)
    if length:
        low, high = (float(end) if end is not None else seconds for end in (length.min, length.max))
        params[LENGTH] = min(high, max(low, round(seconds, 4)))
    return replace(wish, params=params, **_without(wish, SOURCE))


def sounds_like(wish: Wish, file: Path, terms: str) -> Wish:
    """Return a wish that has a piece to sound like."""
    rights = {REFERENCE: terms} if terms else {}
    plain = sounds_like_none(wish)
    return replace(plain, files={**plain.files, REFERENCE: file}, rights={**plain.rights, **rights})


def sounds_like_none(wish: Wish) -> Wish:
    """Return a wish that has no piece to sound like."""
    return replace(wish, **_without(wish, REFERENCE))


def begun(recipe: Mapping[str, Any], file: Path, engine: Manifest) -> Wish:
    """Return what a song was made from: all of it for its own engine, style and words for another."""
    if recipe.get("task") != "music":
        return Wish(task="music", engine=engine.id)
    if recipe.get("engine") == engine.id:
        return recipes_again.wish_of(recipes_again.understood(recipe, file), other_seed=True)
    fits = styling.fitted(styling.of_recipe(recipe, ""), engine, reference=False)
    return Wish(task="music", engine=engine.id, script=str(recipe.get("script", "")), params=fits.params)


def as_named(before: Wish, song: Song, engine: Manifest, given: Mapping[str, Any]) -> Wish:
    """Return a wish that does with a song what the given parameters name; what they do not is as it was before."""
    way = str(given.get(MODE, ""))
    idle = says_nothing(engine, way) if way in WAYS else frozenset[str]()
    said = sorted(idle & given.keys())
    if LENGTH in said:
        raise StudioError(f"In the mode {way} a song stays as long as it is.", f"Leave out --{LENGTH}.")
    if said:
        raise StudioError(f"{' and '.join(said)}: without a meaning in the mode {way}.", "Leave it out.")
    if way == EXTEND and able(engine, way) and LENGTH not in given:
        raise StudioError("It is not said how long the whole is to be.", f"Name its seconds: --{LENGTH} 90.")
    return _over(before, song, given, without={MODE, FROM, TO, LENGTH} | idle)


def described(wish: Wish, engine: Manifest, *, styled: bool = False) -> Wish:
    """Return a wish that goes by no example; raise StudioError where it says nothing of what is to be heard.

    An engine's own style is an example for the form, unless it is empty. Lyrics are enough for one that sings, and
    `styled`, a style that is kept, for any.
    """
    param = next((param for param in engine.params if param.name == styling.text_param(engine)), None)
    if param is None or not str(param.default).strip() or str(wish.params.get(param.name, "")).strip():
        return wish
    needs_words = bool(param.problem(""))
    listens = REFERENCE in {*wish.files, *wish.kept}
    sings = bool(engine.languages) or any(one.name == _SUNG_IN for one in engine.params)
    if not (listens or styled) and (needs_words or not sings or not wish.script.strip()):
        raise StudioError("It is not said what is to be heard.", f'Say it: --style "{_EXAMPLE}", for example.')
    return wish if needs_words else replace(wish, params={**wish.params, param.name: ""})


def _over(wish: Wish, song: Song, params: Mapping[str, Any], *, without: set[str]) -> Wish:
    kept = {name: value for name, value in wish.params.items() if name not in without}
    plain = replace(wish, params={**kept, **params}, **_without(wish, SOURCE))
    rights = {SOURCE: song.terms} if song.terms else {}
    return replace(plain, files={**plain.files, SOURCE: song.file}, rights={**plain.rights, **rights})


def _without(wish: Wish, role: str) -> dict[str, Any]:
    tables: dict[str, Mapping[str, Any]] = {"files": wish.files, "kept": wish.kept, "rights": wish.rights}
    return {name: {key: value for key, value in table.items() if key != role} for name, table in tables.items()}
