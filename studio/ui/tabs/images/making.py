"""Asks for pictures, with what was painted written on the way; and what is asked for when one is wanted anew."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from studio.domain import recipe as recipes
from studio.domain import seeds
from studio.errors import StudioError
from studio.services.generation import MODEL
from studio.services.tasks.work import Wish
from studio.store import scratch as scratches
from studio.ui.bridge.desk import Desk
from studio.ui.tabs.images.painting import Painted
from studio.ui.widgets.recipe_words import table

VARIATIONS = 4

Queued = Callable[[list[int]], object]
Failed = Callable[[StudioError], None]


def ask(
    desk: Desk,
    owner: QObject,
    wishes: Sequence[Wish],
    painted: Painted | None,
    failed: Failed,
    *,
    front: bool = False,
    queued: Queued = lambda _jobs: None,
) -> None:
    """Queue pictures one after the other, before all that waits if wanted; what was painted goes with each."""

    def work() -> list[int]:
        if painted is None:
            return [desk.studio.generation.ask(wish) for wish in wishes]
        return _ask_painted(desk, wishes, painted)

    def done(jobs: list[int]) -> None:
        if front:
            desk.jobs.to_front(*jobs)
        queued(jobs)

    desk.operations.change(owner, work, done, failed)


def variations(recipe: Mapping[str, Any], *, seed: int, place: str = "") -> list[Wish]:
    """Return wishes for pictures like one: the same with other seeds, and the same files.

    `place` is where its model lies, if that is one of the user's.
    """
    params = recipes.params_in(recipe) | ({MODEL: place} if place else {})
    count = {"count": 1} if "count" in params else {}
    one = Wish(
        task="image",
        engine=str(recipe.get("engine", "")),
        model=str(recipe.get("model", "")),
        params=params | count,
        kept={role: str(name) for role, name in table(recipe, "files").items()},
        rights={role: str(terms) for role, terms in table(recipe, "rights").items()},
    )
    return [replace(one, seed=seeds.of_take(seed, number)) for number in range(VARIATIONS)]


def _ask_painted(desk: Desk, wishes: Sequence[Wish], painted: Painted) -> list[int]:
    """Write what was painted where it lasts until it is taken in. Any thread."""
    studio = desk.studio
    folder: Path = studio.paths.scratch / f"painted-{uuid.uuid4().hex[:12]}"
    with scratches.held(folder):
        try:
            files = painted.written(folder)
            rights: dict[str, str] = {}
            if files["init"] != painted.file:  # a new file; the terms are those of the picture in it
                made = studio.library.recipe_of(painted.file) or {}
                rights = {"init": str(made["licence"])} if made.get("licence") else {}
            return [
                studio.generation.ask(replace(wish, files={**wish.files, **files}, rights={**wish.rights, **rights}))
                for wish in wishes
            ]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
