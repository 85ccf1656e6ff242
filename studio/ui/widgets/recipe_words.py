"""What stands in a recipe, in words: its tables, its cast, its values. No widgets; any thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QLocale

from studio.ui.language import current, t


def table(recipe: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a table of a recipe; an empty one where it holds something else."""
    found = recipe.get(name)
    return found if isinstance(found, dict) else {}


def cast(speakers: Mapping[str, Any]) -> str:
    """Say who speaks in which voice."""
    return ", ".join(f"{speaker}: {voice}" if speaker else str(voice) for speaker, voice in speakers.items())


def value(given: object) -> str:
    """Say a parameter's value as people of the window's language write it."""
    if isinstance(given, bool):
        return t("yes") if given else t("no")
    return QLocale(current()).toString(given, "g", 6) if isinstance(given, float) else str(given)
