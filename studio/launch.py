"""The way in: choose the face, and import only that. The main thread."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Start the studio; return its exit code."""
    from studio.cli.main import run

    return run(sys.argv[1:] if argv is None else argv)
