"""A song engine for tests that keeps its promises: new songs, parts anew and the rest as it was, going on, covers.

What it plays is a tone whose pitch follows from the seed, so that new sound can be told from old.
"""

from __future__ import annotations

from pathlib import Path

from studio.app import Studio
from studio.services.projects import OpenProject
from studio.services.tasks.work import Wish
from tests.smoke.plugins import manifest, param, write_engine

RATE = 48_000
FADE = 0.05

_TOML = manifest(
    "music",
    param("style", "text", "", max=200, title="Style"),
    param("duration", "float", 4.0, min=0.5, max=60.0, title="Duration"),
    param("bpm", "float", 0.0, min=0.0, max=300.0, title="Tempo"),
    param("key", "text", "", max=40, title="Key"),
    param("mode", "choice", "song", choices=["song", "cover", "repaint", "extend"], title="What to do"),
    param("from_second", "float", 0.0, min=0.0, max=60.0, title="From"),
    param("to_second", "float", 0.0, min=0.0, max=60.0, title="To"),
    title="Band",
    top='sample_rate = 48000\nfiles = ["source", "reference"]',
    weights="CC0-1.0",
)
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
    write_engine(data / "engines" / "band", runner=_RUNNER, toml=_TOML)


def run(studio: Studio, opened: OpenProject | None, *wishes: Wish) -> list[Path]:
    """Have it made, and let it land."""
    assert studio.ownership.try_take()
    files: list[Path] = []
    for wish in wishes:
        job = studio.generation.ask(wish)
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
        assert studio.jobs.get(job).state == "succeeded", studio.jobs.get(job).error
        files.append(studio.library.of_job(job)[0].file)
    if opened is None:
        return files
    for job in studio.landing.waiting(opened.folder):
        landed = studio.landing.fetch(opened.folder, opened.project, job)
        opened.do("Land", studio.landing.put(opened.project, landed)[0])
        studio.landing.done(job.id)
    return files
