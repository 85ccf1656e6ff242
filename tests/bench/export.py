"""What an export costs: the reference job by the sound process, and by ffmpeg's chain, in turn on the same machine."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from studio.domain import project_json
from studio.domain.project import Project
from studio.paths import DataPaths
from studio.runtime.hosts.local import LocalHost
from studio.services.sound import SoundHost
from tests.bench import common, ffmpeg_chain, reference_job
from tests.bench.ffmpeg_chain import Chain

PAIRS = 3
WAV: dict[str, Any] = {"kind": "wav", "bits": 24}
MP3: dict[str, Any] = {"kind": "mp3", "bitrate": 320}
_SHORT = 10.0, 67  # minutes, clips
_LONG = 60.0, 400
_WINDOW = 10  # seconds in which two mixes are compared

MEANINGS = {
    "wav": "24 bit, -16 LUFS, -1 dBTP; ratios ours / ffmpeg (aim: cpu_ratio at most 0.1)",
    "mp3": "the same at 320 kbit/s (aim: wall_ratio at most 0.25)",
    "rss_ratio": "our peak memory for 60 minutes / for 10 (aim: at most 1.2)",
    "measured": "what ffmpeg's meter says of our files: LUFS, dBTP",
}


@dataclass(frozen=True)
class Cost:
    """What an export cost."""

    cpu: float
    wall: float
    rss_mb: float

    @property
    def shown(self) -> dict[str, float]:
        """As it stands in the report."""
        return {"cpu": round(self.cpu, 2), "wall": round(self.wall, 2), "rss_mb": round(self.rss_mb, 1)}


def main() -> None:
    """Measure everything."""
    opts = common.options(__doc__ or "")
    opts.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="angen-export-", dir=opts.data_dir) as room:
        bench = _Bench(Path(room) / "job", *(_SHORT if opts.quick else _LONG))
        figures = bench.compare()
        if not opts.quick:
            short = _Bench(Path(room) / "short", *_SHORT)
            figures["rss_ratio"] = round(figures["wav"]["ours"]["rss_mb"] / short.ours(WAV).rss_mb, 3)
    common.report(figures, as_json=opts.as_json, meanings=MEANINGS)


class _Bench:
    """One job, made anew, and both ways to do it."""

    def __init__(self, room: Path, minutes: float, clips: int) -> None:
        self._room = room
        self._folder = room / "job.angen"
        self._project: Project = reference_job.make(self._folder, minutes=minutes, clips=clips)
        self._snapshot = room / "snapshot.json"
        self._snapshot.write_text(json.dumps(project_json.to_dict(self._project)), encoding="utf-8")
        self._chain = Chain(reference_job.job(minutes, clips), self._folder / "media", room)

    def compare(self) -> dict[str, Any]:
        """Run both by turns; return the report."""
        ours: dict[str, list[Cost]] = {"wav": [], "mp3": []}
        theirs: dict[str, list[Cost]] = {"wav": [], "mp3": []}
        for _ in range(PAIRS):
            ours["wav"].append(self.ours(WAV))
            ours["mp3"].append(self.ours(MP3))
            wav, mp3 = self._theirs()
            theirs["wav"].append(wav)
            theirs["mp3"].append(mp3)
        median, worst = self._residual()
        report: dict[str, Any] = {kind: _row(ours[kind], theirs[kind], median, worst) for kind in ("wav", "mp3")}
        report["measured"] = {kind: ffmpeg_chain.summary(self._out(kind)) for kind in ("wav", "mp3")}
        return report

    def ours(self, form: dict[str, Any], *, loudness: float | None = -16.0, peak: float | None = -1.0) -> Cost:
        """Export in a sound process of its own; its start counts."""
        inputs: dict[str, Any] = {
            "project": str(self._snapshot),
            "folder": str(self._folder),
            "cache": str(self._room / "cache"),
            "loudness": loudness,
            "peak": peak,
            "format": form,
            "outputs": [{"file": str(self._out(form["kind"])), "start": 0, "end": self._project.length}],
        }
        paths = DataPaths(self._room / "data")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        sound = SoundHost(LocalHost(paths.scratch), paths)
        try:
            with sound.task("export", inputs) as done:
                rss = done.facts["peak_rss"]
        finally:
            sound.close()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(spent, time.perf_counter() - begun, rss / 1e6)

    def _out(self, kind: str) -> Path:
        return self._room / f"ours.{kind}"

    def _theirs(self) -> tuple[Cost, Cost]:
        """Run the chain; return what it cost up to the WAV, and up to the MP3."""
        told: list[str] = []
        mixing = self._peer(self._chain.mixing)
        measuring = self._peer(self._chain.measuring, told)
        finishing = self._peer(lambda: self._chain.finishing(told[0]))
        wav = _sum(mixing, measuring, finishing)
        return wav, _sum(wav, self._peer(self._chain.encoding))

    def _peer(self, argv: Callable[[], list[str]], told: list[str] | None = None) -> Cost:
        begun = time.perf_counter()
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(argv(), cwd=self._chain.sources, stderr=log)
            _, status, used = os.wait4(process.pid, 0)  # what this one used, not all children
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            text = log.read()
        if process.returncode:
            sys.exit(f"ffmpeg failed:\n{text[-2000:]}")
        if told is not None:
            told.append(text)
        return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss / 1e3)

    def _residual(self) -> tuple[float, float]:
        """Return how far our mix and theirs lie apart, before loudness: median and worst of all windows, in dB."""
        self.ours({"kind": "wav", "bits": 32}, loudness=None, peak=None)
        found = residuals(self._out("wav"), self._chain.mix)
        self.ours(WAV)  # the file that is measured afterwards
        return statistics.median(found), max(found)


def residuals(ours: Path, theirs: Path) -> list[float]:
    """Return for each window what is left of ours, in dB, when theirs is taken away at the best gain."""
    found: list[float] = []
    with sf.SoundFile(ours) as a, sf.SoundFile(theirs) as b:
        while True:
            x, y = a.read(_WINDOW * a.samplerate), b.read(_WINDOW * b.samplerate)
            length = min(len(x), len(y))
            x, y = x[:length], y[:length]
            power = float((x * x).sum())
            if length < a.samplerate // 10 or not power:
                return found
            gain = float((x * y).sum()) / max(1e-12, float((y * y).sum()))
            found.append(10 * float(np.log10(float(((x - gain * y) ** 2).sum()) / power + 1e-20)))


def _sum(*costs: Cost) -> Cost:
    return Cost(sum(c.cpu for c in costs), sum(c.wall for c in costs), max(c.rss_mb for c in costs))


def _row(ours: list[Cost], theirs: list[Cost], median: float, worst: float) -> dict[str, Any]:
    pairs = list(zip(ours, theirs, strict=True))
    return {
        "ours": _median(ours).shown,
        "ffmpeg": _median(theirs).shown,
        "cpu_ratio": round(statistics.median(a.cpu / b.cpu for a, b in pairs), 4),
        "wall_ratio": round(statistics.median(a.wall / b.wall for a, b in pairs), 4),
        "residual_db": round(median, 1),
        "residual_worst_db": round(worst, 1),
    }


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(c.cpu for c in costs),
        statistics.median(c.wall for c in costs),
        statistics.median(c.rss_mb for c in costs),
    )


if __name__ == "__main__":
    main()
