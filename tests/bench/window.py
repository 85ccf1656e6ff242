"""How quick the window is: `python -m tests.bench.window [--quick] [--json] [--data-dir DIR]`.

Time to a shown window against a bare one, the longest gaps of the event loop under load and while a full library is
scrolled or a long script is written, and memory over many generations.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

from tests.bench.common import ROOT, options, report

_MEANINGS = {
    "start_ratio": "time to a shown window by that of a bare PySide6 window (aim: 2.5 at most)",
    "start_ms": "that time, from the start of the process",
    "ready_ms": "time until the project and its room are there as well",
    "bare_ms": "of the bare window",
    "forbidden_modules": "heavy packages in the window's process when it is shown (aim: none)",
    "gap_p99_ms": "gaps of the event loop while jobs run and an hour of sound is taken in and drawn (aim: 50 at most)",
    "gap_max_ms": "the longest of them",
    "scroll_table_p99_ms": "gaps while 5,000 things of the library are scrolled through as a table",
    "scroll_table_max_ms": "the longest of them (aim: 50 at most)",
    "scroll_grid_p99_ms": "the same as a grid",
    "scroll_grid_max_ms": "the longest of them (aim: 50 at most)",
    "script_open_ms": "time to the room with a script of 2,000 lines (aim: 300 at most)",
    "script_letter_ms": "of one letter written into it, the longest (aim: 16 at most)",
    "script_type_p99_ms": "gaps while one writes in it",
    "script_type_max_ms": "the longest of them (aim: 50 at most)",
    "script_scroll_max_ms": "the longest gap while one scrolls through it (aim: 50 at most)",
    "queue_200_max_ms": "the longest gap while 200 of its lines are queued and the first made (aim: 50 at most)",
    "rss_growth_mb": "growth of the window's memory from the first fifth of the generations to the last",
    "generations": "how many those were",
}


def main() -> None:
    """Measure, and print the figures."""
    chosen = options((__doc__ or "").splitlines()[0])
    pairs = 3 if chosen.quick else 7
    generations = 40 if chosen.quick else 200
    with tempfile.TemporaryDirectory(dir=chosen.data_dir) as scratch:
        place = Path(scratch)
        figures: dict[str, Any] = _starts(place, pairs)
        _hour(place / "hour.wav", minutes=10 if chosen.quick else 60)
        busy = _child("busy", place / "busy")
        figures |= {"gap_p99_ms": _p99(busy["gaps"]), "gap_max_ms": max(busy["gaps"])}
        scrolled = _child("scroll", place / "scroll")
        for shape, gaps in scrolled["gaps"].items():
            figures |= {f"scroll_{shape}_p99_ms": _p99(gaps), f"scroll_{shape}_max_ms": max(gaps)}
        written = _child("script", place / "script")
        gaps = written["gaps"]
        figures |= {
            "script_open_ms": written["open"],
            "script_letter_ms": max(written["letters"]),
            "script_type_p99_ms": _p99(gaps["type"]),
            "script_type_max_ms": max(gaps["type"]),
            "script_scroll_max_ms": max(gaps["scroll"]),
            "queue_200_max_ms": max(gaps["queue_200"]),
        }
        grown = _child("memory", place / "memory", BENCH_GENERATIONS=str(generations))
        figures |= {"rss_growth_mb": grown["growth_mb"], "generations": generations}
    report(figures, as_json=chosen.as_json, meanings=_MEANINGS)


def _starts(place: Path, pairs: int) -> dict[str, Any]:
    """Turn by turn, after one of each to fill the caches."""
    ours: list[float] = []
    bare: list[float] = []
    ready: list[float] = []
    heavy: list[str] = []
    for number in range(pairs + 1):
        for mode, times in (("start", ours), ("bare", bare)):
            began = time.time()
            found = _child(mode, place / "start")
            heavy = found.get("heavy", heavy)
            if number:
                times.append(1000 * (found["shown"] - began))
                if mode == "start":
                    ready.append(1000 * (found["ready"] - began))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return {
        "start_ratio": ratio,
        "start_ms": statistics.median(ours),
        "ready_ms": statistics.median(ready),
        "bare_ms": statistics.median(bare),
        "forbidden_modules": heavy,
    }


def _child(mode: str, folder: Path, **variables: str) -> dict[str, Any]:
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    environment = os.environ | variables | {"QT_QPA_PLATFORM": platform, "STUDIO_AUDIO_SINK": "null"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the set-up compiles what a start imports; so does the first run
    argv = [sys.executable, "-m", "tests.bench.window_child", mode, str(folder)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{mode} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _hour(file: Path, *, minutes: int) -> None:
    """Write a long stereo sound that is not silent."""
    second = b"".join(
        int(9000 * ((n * 37) % 200 / 100 - 1)).to_bytes(2, "little", signed=True) * 2 for n in range(48_000)
    )
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(48_000)
        for _ in range(60 * minutes):
            out.writeframesraw(second)


def _p99(gaps: list[float]) -> float:
    return statistics.quantiles(gaps, n=100)[98]


if __name__ == "__main__":
    main()
