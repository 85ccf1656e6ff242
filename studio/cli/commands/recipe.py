"""`studio recipe`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from studio.audio import wav_file
from studio.cli.output import Output
from studio.errors import StudioError


def run(args: Namespace, out: Output) -> int:
    """Print how a file was made."""
    path = Path(args.file)
    try:
        found = wav_file.read_recipe(path)
    except OSError as e:
        raise StudioError(f"{path} cannot be read: {e.strerror}.", "Check the name and its rights.") from e
    if found is None:
        raise StudioError(f"{path} holds no recipe.", "Only files that this studio made hold one.")
    out.result(found.to_dict(), json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    return 0
