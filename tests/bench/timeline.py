"""How quick a frame of the timeline is: `python -m tests.bench.timeline [--quick] [--json] [--data-dir DIR]`.

1600 by 600 pixels, offscreen, eight tracks, sixty frames a second. Half of the peaks are there, the others are made and
arrive meanwhile. `rects_ratio` compares with as many plain rectangles in a widget of nothing else; `cpu` is what the
window's thread computed for a frame: on a busy machine it tells more than the time that went by. The frame of a zoom is
stretched; lanes as they are follow a few at a time, in `turns` of the loop between the frames. `fit` is the first frame
after Z from far away, of what was never shown before, `fit_whole` that and all turns until nothing is left out; `again`
is Z once more, after a look at a detail. `choose` is a frame of the whole piece in which another clip is chosen.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.common import ROOT, options, report

Cost = tuple[float, float]  # of a frame: milliseconds that went by, and that the window's thread computed

_AIMS = {400: (4, 12), 4_000: (8, 16)}


def main() -> None:
    """Measure, and print the figures."""
    chosen = options((__doc__ or "").splitlines()[0])
    found: dict[str, dict[str, dict[str, float]]] = {}
    for clips in _AIMS:
        with tempfile.TemporaryDirectory(dir=chosen.data_dir) as scratch:
            found[str(clips)] = figures_of(_child(Path(scratch), clips, frames=40 if chosen.quick else 120))
    if chosen.as_json:
        print(json.dumps(found))
        return
    rows = ((f"{clips} {way}", figures) for clips, ways in found.items() for way, figures in ways.items())
    flat = {f"{name} {key}": value for name, figures in rows for key, value in figures.items()}
    report(flat, as_json=False, meanings={name: _meaning(name) for name in flat})


def figures_of(measured: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the figures of each way of moving from what a child measured: pairs of time gone by and computed."""
    frames: dict[str, list[Cost]] = {name: [(a, b) for a, b in pairs] for name, pairs in measured["frames"].items()}
    plain: list[Cost] = [(a, b) for a, b in measured["plain"]]
    ways = {
        "pan": [*frames["pan_wide"], *frames["pan_near"]],
        "zoom": [*frames["zoom_in"], *frames["zoom_out"]],
        **{name: [(a, b) for a, b in measured[name]] for name in ("fit", "fit_whole", "again", "again_whole")},
        **frames,
    }
    found = {name: _figures(costs, plain) for name, costs in ways.items()}
    return {**found, "peaks": {"arrived": measured["arrived"]}}


def _figures(costs: list[Cost], plain: list[Cost]) -> dict[str, float]:
    gone, computed = zip(*costs, strict=True)
    pairs = list(zip(costs, plain, strict=True)) if len(costs) == len(plain) else []  # those were taken turn by turn

    def ratio(which: int) -> float:
        if pairs:
            return statistics.median(ours[which] / theirs[which] for ours, theirs in pairs)
        return statistics.median(c[which] for c in costs) / statistics.median(c[which] for c in plain)

    return {
        "median_ms": statistics.median(gone),
        "p95_ms": _p95(gone),
        "max_ms": max(gone),
        "rects_ratio": ratio(0),
        "cpu_median_ms": statistics.median(computed),
        "cpu_p95_ms": _p95(computed),
        "cpu_rects_ratio": ratio(1),
    }


def _meaning(name: str) -> str:
    clips, way, key = name.split()
    median, p95 = _AIMS[int(clips)]
    if key == "rects_ratio" and way == "fit":
        return "by as many plain rectangles (aim: 3 at most)"
    aims = {"median_ms": f"a frame (aim: {median} at most)", "p95_ms": f"(aim: {p95} at most)"}
    return aims.get(key, "") if way.split("_")[0] in {"pan", "zoom"} else ""


def _child(folder: Path, clips: int, *, frames: int) -> dict[str, Any]:
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    environment = os.environ | {"QT_QPA_PLATFORM": platform, "STUDIO_AUDIO_SINK": "null"}
    argv = [sys.executable, "-m", "tests.bench.timeline_child", str(folder), str(clips), str(frames)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{clips} clips failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


if __name__ == "__main__":
    main()
