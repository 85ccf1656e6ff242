"""Engines for tests of lyrics and songs: one writes line by line and waits when told to, one "sings" speech."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.engines.harness import piece, started
from tests.smoke.plugins import manifest, param, write_engine

LINES = ("The harbour sleeps in winter light.", "We sail before the morning comes.")
LYRICS = f"[Verse]\n{LINES[0]}\nNobody counted the copper islands\n{LINES[1]}"
"""What the singer is asked to sing: it leaves the second line out."""

_SCRIBED = manifest(
    "lyrics",
    param("theme", "text", "a road"),
    param("structure", "text", "verse chorus"),
    param("given", "text", ""),
    param("line", "int", 0),
    param("count", "int", 5),
    param("mode", "choice", "song", choices=["song", "continue", "rewrite", "rhyme"]),
    title="Scribe",
)
_SUNG = manifest(
    "music",
    param("from_second", "float", 0.0),
    param("to_second", "float", 0.0),
    param("duration", "float", 0.0),
    param("mode", "choice", "song", choices=["song", "repaint"]),
    param("style", "text", ""),
    title="Singer",
    top='sample_rate = 24000\nfiles = ["source"]',
)

_SCRIBE = """
from pathlib import Path
from studio.worker.runner import Output, Runner as Base

HELD = Path({held!r})
SAID = {{
    "rewrite": ["a better line", "another one"],
    "rhyme": ["night", "bright & white"],
    "song": ["[Verse 1]", "one by one", "two by two", "", "[Chorus]", "three \U0001f3b5 four"],
    "continue": ["[Chorus]", "five alive", "six"],
}}

class Runner(Base):
    def run(self, context):
        p = context.params
        lines = list(SAID[p["mode"]])
        if p["mode"] == "song" and p["structure"].strip() == "bridge":
            lines = ["[Bridge]", "over the river"]
        if p["mode"] == "rewrite":
            lines[0] += " for " + p["given"].split("\\n")[p["line"] - 1]
        before = p["given"].strip() + "\\n\\n" if p["mode"] == "continue" else ""
        for number in range(1, len(lines)):
            with context.create("so-far.txt") as path:
                path.write_text(before + "\\n".join(lines[:number]) + "\\n", encoding="utf-8")
            context.preview(context.scratch / "so-far.txt")
            context.progress("writing", number / len(lines))
            while HELD.exists() and number >= int(HELD.read_text() or 0):
                context.wait(0.02)
            context.wait(0.2)
        with context.create("lyrics.txt") as path:
            path.write_text(before + "\\n".join(lines) + "\\n", encoding="utf-8")
        return Output(context.scratch / "lyrics.txt", "text", {{"lines": len(lines)}})
"""

_SINGER = """
import shutil
from studio.worker.runner import Output, Runner as Base

class Runner(Base):
    def run(self, context):
        source = context.inputs["files"].get("source")
        with context.create("song.wav") as path:
            shutil.copyfile({sound!r}, path)
        return Output(context.scratch / "song.wav", "audio", {{"worked_on": str(source)}})
"""


def scribe(engines: Path, held: Path) -> None:
    """Write the engine `scribe`: while the file `held` is there, it stops after as many lines as stand in it."""
    write_engine(engines / "scribe", runner=_SCRIBE.format(held=str(held)), toml=_SCRIBED)


def singer(engines: Path) -> None:
    """Write the engine `singer`: whatever it is asked, it says two lines of LYRICS."""
    engines.mkdir(parents=True, exist_ok=True)
    sound = engines.parent / "spoken.wav"
    sound.write_bytes(_spoken())
    write_engine(engines / "singer", runner=_SINGER.format(sound=str(sound)), toml=_SUNG)


@cache
def _spoken() -> bytes:
    """Speech stands for singing: nothing that comes with the studio sings words."""
    with tempfile.TemporaryDirectory() as folder, started("kokoro") as worker:
        worker.load(threads=2)
        pieces = [piece(text, voice="af_heart", language="en-us", line=n, before=0.6) for n, text in enumerate(LINES)]
        return worker.run(Path(folder) / "spoken", pieces, job=1, after=0.4).file.read_bytes()
