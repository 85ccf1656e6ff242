"""Makes pieces of stretched sound in a process of its own: the stretcher keeps the interpreter to itself for a second
and more, which would tear holes into what is heard. `StretchHelper` belongs to one thread; `main` is the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from studio.audio import stretching
from studio.audio.sources import Sources
from studio.audio.stretching import Stretched

_NICE = 10  # what is heard comes first


class StretchHelper:
    """The process, started when first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def make(self, piece: Stretched, number: int) -> None:
        """Wait until a piece is made; should that fail, whoever needs it finds out."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._started()
        if process.stdin and process.stdout:
            with suppress(OSError):
                process.stdin.write(json.dumps({"piece": asdict(piece), "number": number}) + "\n")
                process.stdin.flush()
                process.stdout.readline()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        self.close()
        words = [sys.executable, "-X", "utf8", "-P", "-m", "studio.audio.playing.stretch_helper"]
        options: dict[str, Any] = {"creationflags": subprocess.CREATE_NO_WINDOW} if sys.platform == "win32" else {}
        return subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", **options
        )


def main() -> None:
    """Make one piece a line until there are no more lines."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    for line in sys.stdin:
        wanted = json.loads(line)
        piece = Stretched(**wanted["piece"])
        sources = Sources(piece.rate)
        if not stretching.ready(piece, wanted["number"]):
            stretching.make(piece, wanted["number"], sources)
        sources.close()
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
