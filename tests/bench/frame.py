"""What the frame costs: a job, a message, a start, an engine in its own process, memory over many jobs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studio.app import Studio
from studio.domain.requests import Request
from studio.protocol import framing, messages
from studio.runtime import kit
from studio.services.generation import Wish
from studio.services.tasks import speech
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

# The engine's own code without the frame: no other process, no queue, no library.
_PLAIN = """
import io, json, sys, threading
from pathlib import Path
kit, given, scratch = sys.argv[1:]
sys.path[:0] = [kit, kit + "/studio/engines/kokoro"]
from runner import Runner
from studio.protocol import messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext
runner = Runner()
runner.load(messages.Load(engine="kokoro", device="local/cpu", precision="int8", threads=0, model=""))
inputs = json.loads(Path(given).read_text())
run = messages.Run(job=1, task="speech", params={"speed": 1.0}, inputs=inputs, seed=1, scratch=scratch)
runner.run(RunContext(run, Channel(io.BytesIO(), io.BytesIO()), threading.Event()))
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
    opts.data_dir.mkdir(parents=True, exist_ok=True)
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(
        prefix="angen-frame-", dir=opts.data_dir
    ) as room:  # fresh: nothing comes from a cache
        figures.update(_jobs(Path(room) / "jobs", count=300 if opts.quick else 1000))
        figures["round_trip_us"] = _round_trip(2000 if opts.quick else 20000)
        figures["help_ratio"] = _help(pairs=9 if opts.quick else 21)
        figures.update(_kokoro(Path(room) / "kokoro", pairs=3))
    common.report(figures, as_json=opts.as_json, meanings=MEANINGS)


def _jobs(data_dir: Path, *, count: int) -> dict[str, object]:
    studio = Studio(data_dir)
    studio.ownership.try_take()
    spent: list[float] = []
    at_hundred = 0.0
    for number in range(count):
        begun = time.perf_counter()
        job = studio.generation.ask(Wish(script="A.", engine="fake", seed=1))
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
        assert echo.stdin
        assert echo.stdout
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


def _kokoro(data_dir: Path, *, pairs: int) -> dict[str, object]:
    script = " ".join(SENTENCES[n % len(SENTENCES)] for n in range(3 * len(SENTENCES)))  # a minute
    data_dir.mkdir(parents=True)
    (data_dir / "script.txt").write_text(script, encoding="utf-8")
    given, kit_folder = _plain_inputs(data_dir, script)
    number = 0
    seconds = 0.0

    def ours() -> float:
        nonlocal number, seconds
        number += 1
        data, out = data_dir / f"ours{number}", data_dir / f"ours{number}.wav"
        argv = common.studio(
            data, "speak", "--script", str(data_dir / "script.txt"), "-o", str(out), "--engine", "kokoro"
        )
        cost = common.run(argv)
        seconds = (out.stat().st_size - 44) / 2 / 24000
        return cost.cpu

    def theirs() -> float:
        return common.run(
            [sys.executable, "-c", _PLAIN, str(kit_folder), str(given), str(data_dir / f"plain{number}")]
        ).cpu

    return {"kokoro_ratio": common.paired_ratio(ours, theirs, pairs=pairs), "kokoro_seconds": round(seconds, 1)}


def _plain_inputs(data_dir: Path, script: str) -> tuple[Path, Path]:
    """Return the same sentences that the studio makes, and the code to make them with."""
    studio = Studio(data_dir / "plan")
    manifest = studio.registry.manifest("kokoro")
    request = Request("speech", "kokoro", {"speed": 1.0}, 1, script=script, cast={"": manifest.default_voices[0]})
    given = data_dir / "inputs.json"
    given.write_text(json.dumps(speech.plan(request, manifest, {}).inputs), encoding="utf-8")
    folder = kit.build(manifest, studio.paths.kits)
    studio.close()
    return given, folder


if __name__ == "__main__":
    main()
