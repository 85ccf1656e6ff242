"""A song engine for tests that keeps its promises: new songs, parts anew and the rest as it was, going on, covers.

What it plays is a tone whose pitch follows from the seed, so that new sound can be told from old.
"""

from __future__ import annotations

from pathlib import Path

from tests.smoke.plugins import write_engine

RATE = 48_000
FADE = 0.05

_TOML = """
id = "{id}"
title = "Band"
version = "1"
tasks = ["music"]
pack = "app"
sample_rate = 48000
files = ["source", "reference"]
[licence]
code = "GPL-3.0-or-later"
weights = "CC0-1.0"
[limits]
hello = 20
load = 20
first_step = 60
step = 60
"""
_PARAMS = """
[[params]]
name = "style"
type = "text"
default = ""
max = 200
title = "Style"
[[params]]
name = "duration"
type = "float"
default = 4.0
min = 0.5
max = 60.0
title = "Duration"
[[params]]
name = "bpm"
type = "float"
default = 0.0
min = 0.0
max = 300.0
title = "Tempo"
[[params]]
name = "key"
type = "text"
default = ""
max = 40
title = "Key"
[[params]]
name = "mode"
type = "choice"
default = "song"
choices = ["song", "cover", "repaint", "extend"]
title = "What to do"
[[params]]
name = "from_second"
type = "float"
default = 0.0
min = 0.0
max = 60.0
title = "From"
[[params]]
name = "to_second"
type = "float"
default = 0.0
min = 0.0
max = 60.0
title = "To"
"""
_RUNNER = """
import numpy as np
from studio.engines.shared import music
from studio.worker.runner import Runner as Base

RATE, FADE = 48000, 2400

class Runner(Base):
    def run(self, context):
        params, mode = context.params, context.params["mode"]
        source = music.given(context, "source", rate=RATE, channels=2)
        reference = music.given(context, "reference", rate=RATE, channels=2)
        if reference is not None:
            context.note(f"heard {reference.shape[1]} samples of the reference")
        long = mode in ("song", "extend")
        frames = round(params["duration"] * RATE) if long else source.shape[1]
        hertz = 200 + context.seed % 400
        wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE)
        new = np.repeat(wave[None].astype(np.float32), 2, axis=0)
        if mode == "repaint":
            span = music.span_of(params["from_second"], params["to_second"], frames=frames, rate=RATE)
            new = music.patched(source, new, span, FADE)
        elif mode == "extend":
            begin = max(0, source.shape[1] - FADE)
            new = music.patched(music.fitted(source, frames), new, (begin, frames), FADE)
        return music.finished(context, new, rate=RATE)
"""


def join(data: Path) -> None:
    """Let the band be an engine of a data folder."""
    folder = write_engine(data / "engines" / "band", runner=_RUNNER, toml=_TOML)
    with (folder / "engine.toml").open("a", encoding="utf-8") as file:
        file.write(_PARAMS)
