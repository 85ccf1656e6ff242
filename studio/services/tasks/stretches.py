"""From sentences to the stretches of an engine that speaks dialogue, each with its key. Pure; any thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from studio.domain import recipe
from studio.engines.shared import stretches
from studio.engines.shared.stretches import Turn

LONGEST = "max_seconds"  # the parameter with which an engine says how long a stretch may be
_LONGEST = 20.0
_MOST_CARRIERS = 2  # more would only keep stretches from being made at once


def joined(
    sentences: Sequence[dict[str, Any]],
    params: Mapping[str, Any],
    *,
    breaks: Collection[int],
    given: Collection[str],
) -> list[dict[str, Any]]:
    """Put sentences together to stretches; a silence that the script asks for stands between two, at `breaks`.

    `given` are the voices for which there is a recording. Any other voice is carried by the first stretch in which it
    is heard, so what that is made of is in the key of those that follow.
    """
    turns = [Turn(str(s["text"]), str(s["voice"])) for s in sentences]
    own = {turn.voice for turn in turns} - set(given)
    longest = float(params.get(LONGEST, _LONGEST))
    made: list[dict[str, Any]] = []
    for numbers in stretches.cut(turns, longest=longest, breaks=breaks, carried=own):
        part = [sentences[number] for number in numbers]
        carriers = _carriers(part, made, own)
        made.append(
            {
                **part[0],
                "text": " ".join(str(s["text"]) for s in part),
                "key": recipe.key_of({"stretch": [s["key"] for s in part], "carried by": carriers}),
                "turns": [{"text": s["text"], "voice": s["voice"], "line": s["line"]} for s in part],
                "carriers": carriers,
            }
        )
    return made


def _carriers(part: Sequence[dict[str, Any]], made: Sequence[dict[str, Any]], own: Collection[str]) -> list[str]:
    """Return the keys of earlier stretches from which the voices here can be taken, the fittest first."""
    voices = {s["voice"] for s in part}
    fit: list[tuple[int, int]] = []
    for number, earlier in enumerate(made):
        there = {turn["voice"] for turn in earlier["turns"]}
        shared = len(voices & there & set(own))
        if shared and len(voices | there) <= stretches.MOST_VOICES:
            fit.append((-shared, number))
    return [made[number]["key"] for _, number in sorted(fit)[:_MOST_CARRIERS]]
