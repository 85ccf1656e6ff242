"""The way in: choose the face, and import only that. The main thread."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Start the studio; return its exit code."""
    from studio.cli import main as cli

    return cli.run(sys.argv[1:] if argv is None else argv, window=_window)


def _window(data_dir: str | None) -> int:
    from studio.paths import data_root

    root = data_root(data_dir)
    from studio.ui import application

    return application.run(root)
