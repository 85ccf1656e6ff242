"""`studio recipe`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any, cast

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.errors import StudioError
from studio.store import plain_file

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})


def run(args: Namespace, out: Output) -> int:
    """Print how a file was made."""
    studio = open_studio(args, out)
    try:
        found = stored_in(studio, Path(args.file))
    finally:
        studio.close()
    out.result(found, json.dumps(found, indent=2, ensure_ascii=False))
    return 0


def stored_in(studio: Studio, path: Path) -> dict[str, Any]:
    """Return the recipe object of a file that may come from anywhere."""
    from studio.audio import wav_file

    with plain_file.opened(path):  # refuses folders, pipes and what is not there, in words
        pass
    try:
        in_wav = wav_file.read_recipe(path)  # our own few lines; all else is read in the sound process
    except OSError as e:
        raise StudioError(f"{path} cannot be read: {e.strerror}.", "Check the name and its rights.") from e
    if in_wav:
        return in_wav.to_dict()
    found = studio.library.recipe_of(path) or _inside(studio, path)
    if not isinstance(found, dict):
        raise StudioError(f"{path} holds no recipe.", "Only files that this studio made hold one.")
    return cast("dict[str, Any]", found)


def _inside(studio: Studio, path: Path) -> object:
    host = studio.pictures if path.suffix.lower() in _PICTURES else studio.sound
    with host.task("inspect", {"file": str(path.absolute())}) as done:
        return done.facts.get("recipe")
