"""Runs one command and ends it when the studio dies. Started as a file of its own, `python -I -S tether.py COMMAND...`.

The studio holds the other end of stdin: it closes in whatever way the studio ends. Standard library only.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command in this process's group; return its code."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_watch, daemon=True).start()
    return child.wait()


def _watch() -> None:
    while os.read(0, 64):
        pass
    os.killpg(0, signal.SIGKILL)  # the group is ours: the studio makes a session for each child


if __name__ == "__main__":
    sys.exit(main() & 0xFF)
