"""A style for any engine: which of its parameters it becomes, and what an engine cannot take. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.domain import recipe as recipes
from studio.domain import seeds
from studio.domain.project import Style
from studio.engines.manifest import Manifest
from studio.engines.params import Param

TEXT, TEMPO, KEY, REFERENCE = "words", "tempo", "key", "reference"
_STYLE_NAMES = ("style", "prompt", "caption", "tags")
_TEMPO = re.compile(r"\b[0-9.]+ ?bpm\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fitted:
    """A style as one engine takes it. What it has no field for stands in its words, or is left out."""

    params: dict[str, Any]
    reference: bool  # whether it listens to the reference
    in_words: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def told(self, engine: str) -> list[str]:
        """Say what becomes of the style otherwise than one might think."""
        found: list[str] = []
        if self.in_words:
            found.append(f"{engine} has no field for {' and '.join(self.in_words)}: it stands in the words.")
        if self.left_out:
            found.append(f"{engine} does not take the style's {' and '.join(self.left_out)}: left out.")
        return found


def text_param(engine: Manifest) -> str:
    """Return which of an engine's parameters takes the words of a style; "" when none does."""
    names = {param.name for param in engine.params}
    return next((name for name in _STYLE_NAMES if name in names), "")


def words_in(params: Mapping[str, Any]) -> str:
    """Return the words of the style that a recipe was made with."""
    return next((str(params[name]) for name in _STYLE_NAMES if params.get(name)), "")


def fitted(style: Style, engine: Manifest, *, reference: bool | None = None) -> Fitted:
    """Return what a style is for an engine. `reference`: whether it has a sound; None: as the style says."""
    by_name = {param.name: param for param in engine.params}
    params: dict[str, Any] = {}
    words, in_words, left_out = style.text.strip(), list[str](), list[str]()
    text = by_name.get(text_param(engine))
    told = {TEMPO: f"{style.bpm:g} bpm" if style.bpm else "", KEY: style.key.strip()}
    values: dict[str, tuple[str, Any]] = {TEMPO: ("bpm", float(style.bpm)), KEY: ("key", style.key.strip())}
    for what, (name, value) in values.items():
        param = by_name.get(name)
        fits = param is not None and bool(told[what]) and not param.problem(value)
        if param:
            params[name] = value if fits else param.default  # what was there before belongs to another style
        if fits or not told[what]:
            continue
        if text is None:
            left_out.append(what)
        else:
            in_words.append(what)
            words = words if _says(words, what, told[what]) else ", ".join(part for part in (words, told[what]) if part)
    if text:
        said = _as_long_as(text, words)
        params[text.name] = text.default if text.problem(said) else said
        left_out += [f"{TEXT} beyond {text.max} characters"] if said != words else []
    elif words:
        left_out.append(TEXT)
    wanted = bool(style.reference) if reference is None else reference
    listens = REFERENCE in engine.files
    left_out += [REFERENCE] if wanted and not listens else []
    return Fitted(params, wanted and listens, tuple(in_words), tuple(left_out))


def of_recipe(recipe: Mapping[str, Any], name: str) -> Style:
    """Return the style in which something was made; the sound itself is for whoever keeps it to add."""
    given = recipes.params_in(recipe)
    bpm, seed = given.get("bpm", 0.0), recipe.get("seed")
    return Style(
        text=words_in(given).strip(),
        seed=seed if isinstance(seed, int) and -1 <= seed <= seeds.LARGEST else -1,
        bpm=float(bpm) if isinstance(bpm, int | float) else 0.0,
        key=str(given.get("key", "")),
        name=name,
    )


def _says(words: str, what: str, told: str) -> bool:
    return bool(_TEMPO.search(words)) if what == TEMPO else told.casefold() in words.casefold()


def _as_long_as(param: Param, words: str) -> str:
    """Return words that a parameter takes: whole ones between commas, as many as go in."""
    most = int(param.max) if param.max is not None else len(words)
    if len(words) <= most:
        return words
    cut = words[:most]
    return cut.rpartition(",")[0].strip() or cut
