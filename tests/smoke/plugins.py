"""Small engines that tests put where plug-ins are looked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import PIL

LIMITS = "[limits]\nhello = 10\nload = 10\nfirst_step = 10\nstep = 10\ncleanup = 10\n"


def manifest(task: str, *parts: str, title: str = "{id}", top: str = "", weights: str = "none") -> str:
    """Describe an engine for `write_engine`: `top` stands before the first table, `parts` are tables of their own."""
    head = f'id = "{{id}}"\ntitle = "{title}"\nversion = "1"\ntasks = ["{task}"]\npack = "app"\n{top}\n'
    return "".join((head, f'[licence]\ncode = "GPL-3.0-or-later"\nweights = "{weights}"\n', *parts))


def param(name: str, kind: str, default: object, **about: object) -> str:
    """Describe a parameter; texts, numbers and lists of them are written in JSON as they are here."""
    values = {"name": name, "type": kind, "default": default, **about}
    written = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return "".join(("[[params]]\n", *written))


# Of these the second is here from the beginning; the last table goes on with what follows.
TWO_MODELS = '[[models]]\nid = "slow"\nrepo = "a/slow"\n[[models]]\nid = "quick"\nbundled = true\n'

TOML = manifest(
    "speech", LIMITS, '[[voices]]\nid = "plain"\ntitle = "Plain"\nlanguage = "en"\n', top="sample_rate = 24000"
)

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

_PAINTER = """
import os, sys
from studio.worker.runner import Output, Runner as Base
sys.path.append({pillow!r})
from PIL import Image

class Painter(Base):
    def painted(self, context, side):
        with context.create("a.png") as unfinished:
            Image.new("RGB", (side, side)).save(unfinished, "PNG")
        return Output(context.scratch / "a.png", "image", {{"width": side, "height": side}})

    def abort(self):
        sys.stderr.write("malloc(): invalid size (unsorted)\\n")
        sys.stderr.flush()
        os.abort()
"""


def painting(rest: str) -> str:
    """A runner made of `rest`, whose class derives from Painter: it paints squares and aborts as a broken heap does."""
    return _PAINTER.format(pillow=str(Path(PIL.__file__).parents[1])) + rest


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
