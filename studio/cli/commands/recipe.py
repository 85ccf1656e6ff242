"""`studio recipe`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.errors import StudioError
from studio.services import picture_recipes, stored_recipes
from studio.services.library_index import PICTURE_ENDINGS


def run(args: Namespace, out: Output) -> int:
    """Print how a file was made."""
    studio = open_studio(args, out)
    try:
        found = _told_by(studio, Path(args.file))
    finally:
        studio.close()
    out.result(found, json.dumps(found, indent=2, ensure_ascii=False))
    return 0


def _told_by(studio: Studio, path: Path) -> dict[str, Any]:
    """Return the recipe object; of a picture by another program, what it tells of its making."""
    try:
        return stored_in(studio, path)
    except StudioError:
        if path.suffix.lower() not in PICTURE_ENDINGS:
            raise
        try:
            return picture_recipes.read_picture_recipe(studio.pictures, path).to_dict()
        except StudioError:  # it tells nothing at all: then what was said first holds
            pass
        raise


def stored_in(studio: Studio, path: Path) -> dict[str, Any]:
    """Return the recipe object of a file that may come from anywhere."""
    return stored_recipes.stored_in(studio.library, studio.sound, studio.pictures, path)
