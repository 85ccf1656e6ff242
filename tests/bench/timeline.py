"""How quick a frame of the timeline is: `python -m tests.bench.timeline [--quick] [--json] [--data-dir DIR]`.

1600 by 600 pixels, offscreen, eight tracks, sixty frames a second. Half of the peaks are there, the others are made and
arrive meanwhile. `cpu` is what the window's thread computed for a frame: on a busy machine it tells more than the
time that went by. The frame of a zoom is stretched; lanes as they are follow a few at a time, in `turns` of the loop
between the frames. `fit` is the first frame after Z from far away, of what was never shown before, `fit_whole` that and
all turns until nothing is left out; `again` is Z once more, after a look at a detail. `choose` is a frame of the whole
piece in which another clip is chosen.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from tests.bench.common import ROOT, options, report

_AIMS = {400: (4, 12), 4_000: (8, 16)}


def main() -> None:
    """Measure, and print the figures."""
    chosen = options((__doc__ or "").splitlines()[0])
    figures: dict[str, object] = {}
    meanings: dict[str, str] = {}
    for clips, (median, p95) in _AIMS.items():
        with tempfile.TemporaryDirectory(dir=chosen.data_dir) as scratch:
            found = _child(Path(scratch), clips, frames=40 if chosen.quick else 120)
        for name, pairs in found["frames"].items():
            key = f"{name}_{clips}"
            times, cpu = ([pair[which] for pair in pairs] for which in (0, 1))
            figures |= {f"{key}_median": statistics.median(times), f"{key}_p95": _p95(times), f"{key}_max": max(times)}
            figures |= {f"{key}_cpu_median": statistics.median(cpu), f"{key}_cpu_p95": _p95(cpu)}
            meanings |= {f"{key}_median": f"ms a frame (aim: {median} at most)", f"{key}_p95": f"(aim: {p95} at most)"}
        for name, (which, unit) in product(("fit", "fit_whole", "again", "again_whole"), enumerate(("", "_cpu"))):
            fits, plains = ([pair[which] for pair in found[one]] for one in (name, "plain"))
            ratio = statistics.median(a / b for a, b in zip(fits, plains, strict=True))
            key = f"{name}_{clips}{unit}"
            figures |= {f"{key}_ms": statistics.median(fits), f"{key}_by_plain": ratio}
            meanings[f"{key}_by_plain"] = "the whole piece by as many plain rectangles (aim: 3 at most)"
        figures |= {f"arrived_{clips}": found["arrived"]}
        meanings[f"arrived_{clips}"] = "sounds whose peaks came while it was measured"
    report(figures, as_json=chosen.as_json, meanings=meanings)


def _child(folder: Path, clips: int, *, frames: int) -> dict[str, Any]:
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    environment = os.environ | {"QT_QPA_PLATFORM": platform, "STUDIO_AUDIO_SINK": "null"}
    argv = [sys.executable, "-m", "tests.bench.timeline_child", str(folder), str(clips), str(frames)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{clips} clips failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


if __name__ == "__main__":
    main()
