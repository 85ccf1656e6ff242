"""Small engines that tests put where plug-ins are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TOML = """
id = "{id}"
title = "{id}"
version = "1"
tasks = ["speech"]
pack = "app"
sample_rate = 24000
[licence]
code = "GPL-3.0-or-later"
weights = "none"
[limits]
hello = 10
load = 10
first_step = 10
step = 10
cleanup = 10
[[voices]]
id = "plain"
title = "Plain"
language = "en"
"""

TONE = """
from array import array
from studio.engines.shared import speech
from studio.worker.runner import Runner as Base

class Runner(Base):
    def run(self, context):
        return speech.speak(context, lambda piece: array("f", [0.25, -0.25] * 6000), rate=24000)
"""

# It says two thirds of its sentence, and the rest once there is a file in a folder.
_EARLY = """
from array import array
from math import sin
from pathlib import Path
from studio.engines.shared import speech
from studio.engines.shared.ahead import Ahead
from studio.worker.runner import Runner as Base

GATE = Path({gate!r})

class Runner(Base):
    def run(self, context):
        ahead = Ahead(context, 24000)

        def make(piece):
            sound = array("f", (0.3 * sin(0.02 * n + n * n / 4e6) for n in range(36000)))
            ahead.add(sound[:24000])
            while not any(GATE.iterdir()):
                context.wait(0.02)
            return sound

        return speech.speak(context, make, rate=24000, ahead=ahead)
"""

_SICK = """
import os, signal
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.worker.runner import Runner as Base

NOTEBOOK = Path({notebook!r})

class Runner(Base):
    def run(self, context):
        def make(piece):
            if piece.number == 2 and (NOTEBOOK / "sick").exists():
                with context.create("half.wav") as unfinished:
                    unfinished.write_bytes(b"RIFF half of a sound")
                    (NOTEBOOK / "died").write_text(str(unfinished.name))
                    os.kill(os.getpid(), signal.SIGKILL)
            with (NOTEBOOK / "made").open("a") as made:
                made.write(str(piece.number) + "\\n")
            return array("f", [0.25, -0.25] * (1000 * (piece.number + 1)))

        return speech.speak(context, make, rate=24000)
"""


def write_engine(folder: Path, *, runner: str = TONE, toml: str = TOML) -> Path:
    """Write an engine whose id is its folder's name."""
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(toml.format(id=folder.name), encoding="utf-8")
    (folder / "runner.py").write_text(runner, encoding="utf-8")
    return folder


def early_engine(data: Path, gate: Path) -> None:
    """Put the engine `early` into a data folder: it says a second of each sentence, and half a second past the gate."""
    gate.mkdir()
    write_engine(data / "engines" / "early", runner=_EARLY.format(gate=str(gate)))


@dataclass(frozen=True)
class SickEngine:
    """The engine `sick`: it dies while it writes a file, before the third sentence, until it is healed."""

    notebook: Path

    def made(self) -> list[int]:
        """The numbers of the sentences it made, in their order."""
        return [int(n) for n in (self.notebook / "made").read_text(encoding="utf-8").split()]

    def died_writing(self) -> str:
        """The name of the file it had begun."""
        return (self.notebook / "died").read_text(encoding="utf-8")

    def heal(self) -> None:
        """Let it live from now on."""
        (self.notebook / "sick").unlink()


def sick_engine(data: Path, notebook: Path) -> SickEngine:
    """Put the engine `sick` into a data folder."""
    notebook.mkdir()
    (notebook / "sick").touch()
    write_engine(data / "engines" / "sick", runner=_SICK.format(notebook=str(notebook)))
    return SickEngine(notebook)
