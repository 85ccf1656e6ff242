"""`studio recipe`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.services import stored_recipes


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
    return stored_recipes.stored_in(studio.library, studio.sound, studio.pictures, path)
