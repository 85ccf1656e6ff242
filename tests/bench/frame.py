"""What the frame costs: a job, a message, a start, an engine in its own process, memory over many jobs."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from studio.app import Studio
from studio.protocol import framing, messages
from studio.services.generation import Wish
from tests.bench import common

MEANINGS = {
    "job_overhead_ms": "a no-op job from enqueue to succeeded, warm worker (aim: at most 20)",
    "round_trip_us": "a message to another process and back (aim: at most 100)",
    "help_ratio": "studio --help / python -c pass, wall (aim: at most 4)",
    "kokoro_ratio": "studio speak / the same code in a plain script, CPU (aim: at most 1.05)",
    "kokoro_seconds": "length of that script's sound",
    "rss_growth_mb": "memory of the app from the 100th to the last of these jobs",
    "rss_jobs": "jobs done for that figure",
}

_ECHO = """
import sys
from studio.protocol import framing, messages
while (payload := framing.read_frame(sys.stdin.buffer)) is not None:
    framing.write_frame(sys.stdout.buffer, messages.encode(messages.decode(payload)))
"""

_PLAIN = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from runner import {names}
{body}
"""

SENTENCES = (
    "The old lighthouse keeper walked slowly down the stairs to the harbour.",
    "She opened the window, and a cool breeze filled the whole kitchen with the smell of rain.",
    "Nobody knew why the machine had stopped, but everyone had an opinion about it.",
    "Please send the final report to my office before the meeting on Friday afternoon.",
    "Music is a language that does not need to be translated.",
)


def main() -> None:
    """Measure everything."""
    opts = common.options(__doc__ or "")
    figures: dict[str, object] = {}
    figures.update(_jobs(opts.data_dir / "jobs", count=300 if opts.quick else 1000))
    figures["round_trip_us"] = _round_trip(2000 if opts.quick else 20000)
    figures["help_ratio"] = _help(pairs=9 if opts.quick else 21)
    figures.update(_kokoro(opts.data_dir / "kokoro", pairs=3, sentences=5 if opts.quick else 15))
    shutil.rmtree(opts.data_dir, ignore_errors=True)
    common.report(figures, as_json=opts.as_json, meanings=MEANINGS)


def _jobs(data_dir: Path, *, count: int) -> dict[str, object]:
    studio = Studio(data_dir)
    studio.ownership.try_take()
    spent: list[float] = []
    at_hundred = 0.0
    for number in range(count):
        begun = time.perf_counter()
        job = studio.generation.speak(Wish(script="A.", engine="fake", seed=1))
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).final)
        spent.append(time.perf_counter() - begun)
        if number == 100:
            at_hundred = common.resident_mb()
    grown = common.resident_mb() - at_hundred
    studio.close()
    return {
        "job_overhead_ms": 1000 * statistics.median(spent[1:]),
        "rss_growth_mb": grown,
        "rss_jobs": count,
    }


def _round_trip(count: int) -> float:
    with subprocess.Popen(
        [sys.executable, "-c", _ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=common.ROOT
    ) as echo:
        assert echo.stdin and echo.stdout
        message = messages.encode(messages.Progress(job=1, stage="speaking", fraction=0.5))
        spent: list[float] = []
        for _ in range(count):
            begun = time.perf_counter()
            framing.write_frame(echo.stdin, message)
            messages.decode(framing.read_frame(echo.stdout) or b"")
            spent.append(time.perf_counter() - begun)
        echo.stdin.close()
    return 1e6 * statistics.median(spent)


def _help(*, pairs: int) -> float:
    def ours() -> float:
        return common.run([sys.executable, "-P", "-m", "studio", "--help"]).wall

    def theirs() -> float:
        return common.run([sys.executable, "-c", "pass"]).wall

    ours()
    theirs()
    return common.paired_ratio(ours, theirs, pairs=pairs)
