"""What the music room knows without widgets: style words, what is asked for, the style of a project. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.domain import seeds
from studio.domain.project import Style
from studio.engines.manifest import Manifest
from studio.services import styling
from studio.services.tasks.work import Wish
from studio.ui.language import t

STYLES = (
    "pop", "lofi", "jazz", "classical piano", "ambient", "cinematic", "rock", "folk", "synthwave", "funk", "techno",
    "house", "bossa nova", "drum and bass", "waltz", "blues", "reggae", "chiptune", "metal", "march", "country", "trap",
)  # fmt: skip
MOODS = (
    "calm", "happy", "dark", "epic", "dreamy", "sad", "energetic", "romantic", "mysterious", "aggressive", "minimalist",
    "lush", "slow", "fast",
)  # fmt: skip
EXAMPLE = "lofi, calm, piano, 76 bpm"
EXAMPLE_SECONDS = 20.0


def words_of(style: str) -> list[str]:
    """Return the words of a style as they stand between commas."""
    return [word for part in style.split(",") if (word := " ".join(part.split()))]


def has_word(style: str, word: str) -> bool:
    """Whether a style names a word."""
    return word in [one.lower() for one in words_of(style)]


def toggled(style: str, word: str) -> str:
    """Return the style with a word more, or without it where it was there."""
    words = words_of(style)
    if has_word(style, word):
        return ", ".join(one for one in words if one.lower() != word)
    return ", ".join([*words, word])


def wishes(
    engine: Manifest, *, style: str, lyrics: str, values: Mapping[str, Any], seed: int, variations: int = 1
) -> list[Wish]:
    """Return what is asked for: the same piece with a seed for each variation, the first with the seed itself."""
    params: dict[str, object] = dict(values)
    name = styling.text_param(engine)
    if name:
        params[name] = style.strip()
    own = [seeds.of_take(seed, number) for number in range(variations)]
    return [Wish(task="music", engine=engine.id, script=lyrics, params=params, seed=one) for one in own]


def described(style: Style) -> str:
    """Return a project's style in one line of facts; "" for none."""
    parts = [style.text, f"{style.bpm:g} bpm" if style.bpm else "", style.key]
    return " · ".join(part for part in parts if part)


def facts_line(facts: Mapping[str, Any], seed: int, clock: str) -> str:
    """Return what stands below a take: length, seed, tempo, key, metre."""
    tempo = facts.get("tempo")
    parts: Sequence[str] = (
        clock,
        t("seed {seed}", seed=seed),
        f"{round(float(tempo), 1):g} bpm" if isinstance(tempo, (int, float)) else "",
        str(facts.get("key", "")),
        str(facts.get("metre", "")),
    )
    return " · ".join(part for part in parts if part)
