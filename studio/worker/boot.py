"""The first lines of an engine process, `python boot.py RUNNER` in a kit. The channel comes before all else."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Open the private channel, then load the runner and serve."""
    from studio.worker.channel import open_private_channel

    channel = open_private_channel()
    from studio.worker.loop import runner_of, serve

    serve(lambda: runner_of(Path(sys.argv[1])), channel)


if __name__ == "__main__":
    main()
